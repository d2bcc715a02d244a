/* What a measurement consists of: operators at sizes, in the order in which they are measured. */
#ifndef PROBE_JOBS_H
#define PROBE_JOBS_H

#include "sim/model/model.h"

/* Layers are measured as the schedules use them: with the architecture's own top-k, and with one
 * routed expert beside a shared one; or with those that are asked for. */
struct job {
    enum operator_kind kind;
    enum operator_pass pass;
    struct operator_shape shape;
    size_t routed_experts;
};

struct jobs {
    struct job *job;
    size_t count, room;
};

struct job_wishes {
    unsigned kinds;  /* bit per enum operator_kind */
    unsigned passes; /* bit per enum operator_pass */
    size_t ep;       /* GPUs among which experts are spread */
    const size_t *top_k;
    size_t top_k_count; /* 0: one and the model's own */
};

#define TOP_K_MAX 8
/* The numbers of routed experts to measure with; of a wished count of 0, those by default. */
size_t routed_counts(const struct model *model, const size_t *wished, size_t wished_count,
                     size_t ret[TOP_K_MAX]);

/* Adds what a model asks for at a size, leaving out what is there already. tokens: of a stage of
 * ratio 1. */
void jobs_add_model(struct jobs *jobs, const struct model *model, size_t tokens,
                    const struct job_wishes *wishes);
void jobs_done(struct jobs *jobs);

/* The model's own size, in whole tokens. */
size_t model_tokens(const struct model *model);

/* Shape of an operator of a stage, in whole rows. */
struct operator_shape stage_shape(const struct model *model, const struct model_stage *stage,
                                  enum operator_kind kind, size_t tokens, size_t top_k, size_t ep);

/* "256,512" or "256..32768:8" (so many sizes, evenly spaced on a logarithmic scale), mixed freely.
 */
int tokens_parse(const char *text, size_t **ret, size_t *ret_count, struct diag *why);

/* Bits of a comma-separated list of words; "all" is every bit. */
int words_parse(const char *option, const char *text, const char *const *words, unsigned *ret,
                struct diag *why);

#endif
