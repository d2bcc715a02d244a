/* The options that every command which plays scenarios shares. */
#ifndef SCMOESIM_CMD_STUDY_OPTIONS_H
#define SCMOESIM_CMD_STUDY_OPTIONS_H

#include "sim/cmd/command.h"
#include "sim/study/request.h"

struct study_options {
    const char *model, *topology, *schedule, *mode, *tokens, *baseline, *ep, *fold, *launch;
    const char *a2a, *routing, *overflow, *draws, *seed;
    const char *seed_help; /* sweeps have more to seed */
    const char **costs, **sets;
    const char **degrades, **slows;
    bool one_schedule; /* set before reading: the command takes one, as its help says; it refuses
                          more */
    const char *network;
    char *schedule_help;        /* fresh */
    struct request_words words; /* the request's lists; owned: sets that other options stand for */
    char token_count[32];       /* --tokens without a suffix */
    bool takes_file; /* set before reading: one argument is allowed, which `file` receives */
    const char *file;
};

/* What is done to the cluster, as sets. */
#define CLUSTER_OPTIONS(o)                                                                         \
    {"a2a", "NAME",                                                                                \
     "All-to-All algorithm instead of the topology's, or 'auto' for each schedule's fastest; "     \
     "'scmoesim list algorithms'",                                                                 \
     .word = &(o)->a2a},                                                                           \
        {"degrade", "LINK=RATIO",                                                                  \
         "leave RATIO of the bandwidth of links of that name ('*' stands for anything); may be "   \
         "given many times",                                                                       \
         .words = &(o)->degrades},                                                                 \
    {                                                                                              \
        "slow", "GPU=RATIO", "leave RATIO of the speed of such GPUs, e.g. node0/gpu3=0.8",         \
            .words = &(o)->slows                                                                   \
    }

/* The defaults of every command, as options and as a request. */
void study_options_init(struct study_options *options);
void study_options_request(struct study_request *ret);

/* Reads the command line of a command that takes these options, the command's own rows (ending in
 * an empty one) and no other arguments but a file where one is taken. The request's words are
 * borrowed from options. Returns -1 to go on, else an exit code; study_options_done is due in both
 * cases. */
int study_options_read(const struct command *me, struct study_options *options,
                       const struct option_row *own, int argc, char *argv[],
                       struct study_request *ret);

/* Those that --a2a, --degrade and the like stand for, then --set, which may change them; borrowed
 * from options. Returns -1 to go on, else an exit code. */
int study_options_sets(const struct command *me, struct study_options *options,
                       const char *const **ret, size_t *ret_count);

void study_options_done(struct study_options *options);

#endif
