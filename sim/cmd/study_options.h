/* The options that every command which plays scenarios shares. */
#ifndef SCMOESIM_CMD_STUDY_OPTIONS_H
#define SCMOESIM_CMD_STUDY_OPTIONS_H

#include "sim/cmd/command.h"
#include "sim/study/study.h"

struct study_options {
    const char *model, *topology, *schedule, *mode, *tokens, *costs, *baseline, *ep;
    const char **sets;
    bool keep_flows_apart;
    const char **schedules; /* the list, split; free with study_options_done */
    char token_count[32];   /* --tokens without a suffix */
};

#define STUDY_OPTION_COUNT 10
/* Fills rows[0 .. STUDY_OPTION_COUNT) with defaults set in *options. */
void study_options_rows(struct study_options *options, struct option_row *rows);
/* The request; its words are borrowed from options. Returns -1 to go on, else an exit code. */
int study_options_request(const struct command *me, struct study_options *options,
                          struct study_request *ret);
void study_options_done(struct study_options *options);

#endif
