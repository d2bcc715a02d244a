/* What the commands that vary inputs read alike: a file or --vary, with options over both. */
#ifndef SCMOESIM_CMD_SWEEP_OPTIONS_H
#define SCMOESIM_CMD_SWEEP_OPTIONS_H

#include "sim/cmd/study_options.h"
#include "sim/sweep/sweep.h"

struct sweep_options {
    struct study_options study;
    struct study_request request; /* words are the options' */
    const char **varies;          /* --vary */
    bool zip;
    const char *samples;
};

/* The sweep that the options describe. Returns -1 to go on, else the exit code. */
int sweep_options_build(const struct command *me, const struct sweep_options *options,
                        struct sweep *ret);

#endif
