/* The command line, read into plain settings; mistakes end the process with EXIT_USAGE. */
#ifndef PROBE_OPTIONS_H
#define PROBE_OPTIONS_H

#include <stdbool.h>
#include "jobs.h"
#include "rows.h"
#include "sim/model/model.h"

#define MODELS_MAX 16
#define DUTIES_MAX 8
#define FACTORS_MAX 16
#define CHANNELS_MAX 8

struct options {
    const char *command; /* "info", "measure", "replay", "check" */
    int device;
    const char *output;  /* "-" by default */
    double time_limit_s; /* 0: none */
    const char *tuning;  /* file of products' algorithms; NULL: none */
    /* measure */
    struct model *model[MODELS_MAX];
    size_t model_count;
    size_t *tokens, token_count;
    bool has_dtype;
    enum dtype dtype;
    unsigned kinds, passes, protocols;
    double duty[DUTIES_MAX];
    size_t duty_count;
    bool contention, copies;
    size_t top_k[TOP_K_MAX], top_k_count; /* routed experts of a token; none: see jobs.h */
    size_t ep, samples;
    double sample_s, warm_up_s;
    int gpus; /* measure: 0: no All-to-All; replay: 0: one GPU, All-to-Alls through the host */
    double channels[CHANNELS_MAX];
    size_t channel_count;
    /* check */
    bool untuned;
    /* replay */
    const char **plan;
    size_t plan_count, pairs, rounds;
    double factor[FACTORS_MAX];
    size_t factor_count;
    bool graph, both_launches, in_turns;
    /* provenance */
    char line[1024]; /* the command as typed */
};

void options_read(int argc, char **argv, struct options *ret);
void options_done(struct options *options);

#endif
