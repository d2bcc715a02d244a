/* to be written */
typedef int scmoesim_placeholder;
