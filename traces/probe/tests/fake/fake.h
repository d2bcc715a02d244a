/* Shared by the stand-ins for CUDA's runtime, its libraries and our kernels. */
#ifndef PROBE_FAKE_H
#define PROBE_FAKE_H

#include <stdbool.h>

/* Advances the clock of the stand-in GPU by one command. True when results are wanted: with the
 * variable PROBE_FAKE_IDLE set, only the course of events is. */
bool fake_command(void);
double fake_now_s(void);

#endif
