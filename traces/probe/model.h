/* MoE architectures (scmoesim/model/1), as far as the probe needs them: shapes. */
#ifndef PROBE_MODEL_H
#define PROBE_MODEL_H

#include "base.h"
#include "shape.h"

#define STAGES_MAX 16

struct stage {
    char name[64];
    double token_ratio;
    struct shape shape; /* tokens 0; ffn_hidden is the MLP's */
    size_t expert_hidden, shared_expert_hidden;
    bool has_moe;
};

struct model {
    char name[64];
    enum dtype dtype;
    bool has_dtype; /* false when the file's dtype is one that the probe cannot run */
    size_t tokens, experts, top_k, vocabulary;
    double capacity_factor;
    struct stage stage[STAGES_MAX];
    size_t stage_count;
};

int model_load(const char *path, struct model *ret, struct complaint *why);

/* A model of one stage from "hidden=2048,ffn=8192,heads=32,…": kv_heads, head_dim, span, causal,
 * gated, expert_ffn, shared_ffn, experts, top_k, capacity, vocabulary. */
int model_of_shape(const char *text, struct model *ret, struct complaint *why);

#endif
