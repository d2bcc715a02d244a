/* A Mixture-of-Experts architecture: load it, check it, and tell the shapes of its operators.
 *
 * File format: doc/formats.md, "Model". Knows nothing of clusters or schedules. */
#ifndef SCMOESIM_MODEL_MODEL_H
#define SCMOESIM_MODEL_MODEL_H

#include "sim/base/diag.h"
#include "sim/base/json.h"
#include "sim/model/operator.h"

/* A run of equal layers. */
struct model_stage {
    char *name;
    size_t layers;
    double token_ratio; /* tokens of this stage per token of the model's tokens_per_gpu */
    size_t hidden, heads, kv_heads, head_dim;
    size_t q_rank, kv_rank, rope_dim; /* multi-head latent attention; kv_rank 0: plain */
    size_t state_dim, groups; /* a Mamba-2 mixer in attention's place; state_dim 0: attention */
    size_t mlp_hidden, expert_hidden,
        shared_expert_hidden; /* mlp_hidden 0: layers without dense FFN */
    size_t latent_hidden; /* width that routed rows are projected to for the experts; 0: hidden */
    bool gated;           /* feed-forwards have a gate matrix */
    size_t span_tokens;
    bool causal;
    size_t moe_every; /* 0: dense stage; 1: every layer is MoE; 2: every second (block pairs) */
    bool shortcut;    /* schedules with a shortcut apply; else their without_shortcut one does */
};

/* How a training step sums gradients over the ranks. */
enum gradients { GRADIENTS_OVERLAPPED, GRADIENTS_EXPOSED, GRADIENTS_NONE };
extern const char *const gradient_names[]; /* "overlapped", "exposed", "none"; NULL-terminated */

struct model {
    char *name, *summary, *source;
    enum dtype dtype;
    enum dtype
        routing_dtype; /* of the rows that encode writes, All-to-Alls carry and decode reads */
    enum dtype dispatch_dtype;          /* that forward dispatch packs them into */
    enum dtype dispatch_gradient_dtype; /* in which its gradient comes back */
    double tokens_per_gpu;              /* of one micro-batch, in a stage of token_ratio 1 */
    size_t experts;                     /* of one MoE layer, over the whole EP group */
    size_t zero_experts; /* beside them: chosen like them, computed by nobody, sent nowhere */
    size_t top_k;        /* of the architecture's own MoE */
    double
        capacity_factor; /* >= 1: rows of each expert's buffer over the mean; padding is sent too */
    size_t vocabulary;   /* 0: no language-model head */
    bool own_cache; /* decoding: every token belongs to a sequence of its own, span_tokens long */
    enum gradients gradients;
    enum dtype gradient_dtype; /* in which they are summed */
    bool optimizer;            /* whether a training step ends with Adam */
    struct model_stage *stages;
    size_t stage_count;
};

/* Builds a model from a parsed document (so that --set can edit it first). Adds every problem to
 * the document's diag before failing. */
int model_read(const struct json *doc, struct diag *diag, struct model **ret);
/* NAME or FILE: data_find, json_load, model_read. */
int model_load(const char *word, struct diag *diag, struct model **ret);
void model_free(struct model *model);

/* The stage that a block-pair result speaks of: the first one with MoE and shortcut; else the first
 * with MoE. Never NULL for a loaded model (a model without MoE is refused). */
const struct model_stage *model_pair_stage(const struct model *model);

/* Copies of a token that real experts get, of top_k chosen among real and zero experts with equal
 * chance. */
double model_routed_copies(const struct model *model, size_t top_k);

/* How many local experts have at least one token, where every token of the group picks top_k
 * different ones of all with equal chance: local * (1 - (1 - top_k / all)^tokens). Only the few
 * tokens of decoding leave some without. */
double model_active_experts(const struct model *model, const struct model_stage *stage,
                            size_t top_k, size_t local_experts);

/* The shape of an operator of this stage on one GPU. top_k: routed copies per token under the
 * schedule at hand. local_experts: experts on one GPU.
 *
 * expert: tokens = ceil(stage tokens * routed copies * capacity_factor); experts = the active ones,
 * whose weights are read. encode, decode: top_k = routed copies, rounded up. */
struct operator_shape model_shape(const struct model *model, const struct model_stage *stage,
                                  enum operator_kind kind, size_t top_k, size_t local_experts);

/* The type in which an operator of this kind keeps its rows. */
enum dtype model_dtype(const struct model *model, enum operator_kind kind);

/* Bytes that a GPU sends in one dispatch or combine of this stage, its own share included: stage
 * tokens * routed copies * capacity_factor * hidden (or latent_hidden) * bytes of an element. The
 * element is of dispatch_dtype in a forward dispatch, of dispatch_gradient_dtype in its gradient,
 * of routing_dtype in a combine. */
double model_a2a_bytes(const struct model *model, const struct model_stage *stage,
                       enum operator_kind kind, enum operator_pass pass, size_t top_k);

/* Bytes of the active experts' weights, copied to a GPU that keeps its experts in host memory. */
double model_fetch_bytes(const struct model *model, const struct model_stage *stage, size_t top_k,
                         size_t local_experts);

/* Most bytes of one GPU's memory in use during inference. */
struct model_memory {
    double weight_bytes; /* routed experts only where they stay on the GPU */
    double cache_bytes;  /* keys and values: of every layer with causal attention */
    double buffer_bytes; /* the largest of the layers' intermediate results, and fetched experts */
};
struct model_memory model_inference_memory(const struct model *model, size_t ep, size_t top_k,
                                           bool shared_experts, bool experts_on_host);

/* Weights that every rank has alike, of the whole model: everything but routed experts. */
double model_shared_elements(const struct model *model, bool shared_experts);
/* Weights of the routed experts on one GPU, of the whole model, and of one block pair as below. */
double model_expert_elements(const struct model *model, size_t ep);
double model_unit_expert_elements(const struct model *model, const struct model_stage *stage,
                                  size_t ep);
/* What one block pair of a stage with MoE has of the weights that every rank has alike. Where every
 * layer has MoE the layer stands for the pair. */
double model_unit_elements(const struct model *model, const struct model_stage *stage,
                           bool shared_experts);

/* Bytes of weights on one GPU; routed experts divided over ep ranks, everything else replicated.
 * shared_experts: whether the schedule's architecture has a shared expert. */
double model_weight_bytes(const struct model *model, size_t ep, bool shared_experts);

#endif
