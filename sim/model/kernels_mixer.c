/* The token mixer's kernels: attention with plain projections, and multi-head latent attention
 * (MLA, DeepSeek-V2, arXiv 2405.04434, section 2.1). Mamba-2 has a file of its own.
 *
 * MLA's letters: rq q_rank, rc kv_rank, r rope_dim, h heads, D head_dim. Queries are projected by
 * way of rq (directly where it is 0) to h (D + r); keys and values by way of rc, which is cached
 * with r rotated dimensions, to h D each. While decoding, the products with the matrices that lead
 * out of rc are moved to the side of the query and of the output ("absorbed"), so that attention
 * reads the cache as it is. */
#include "sim/model/kernels.h"

static double query_width(const struct operator_shape *of)
{
    return (double)of->heads * (double)of->head_dim;
}

static double kv_width(const struct operator_shape *of)
{
    return (double)of->kv_heads * (double)of->head_dim;
}

static bool is_latent(const struct operator_shape *of)
{
    return of->kv_rank > 0;
}

/* Gradients are those of the plain products. */
static bool is_absorbed(const struct operator_shape *of, enum operator_pass pass)
{
    return of->own_cache && pass == PASS_FORWARD;
}

/* What is cached for a token: rc + r. */
static double latent_width(const struct operator_shape *of)
{
    return (double)of->kv_rank + (double)of->rope_dim;
}

/* ---- Projections ---- */

/* For each of h heads T x inputs times inputs x outputs, as one batched product. */
static void add_per_head(struct work *to, double inputs, double outputs)
{
    double rows = to->shape->tokens, heads = (double)to->shape->heads;
    double elements = heads * (rows * inputs + inputs * outputs + rows * outputs);
    add_kernel(to, KERNEL_GEMM, 2 * heads * rows * inputs * outputs, elements * to->element_bytes);
}

/* d -> rq, rc and r together and their norms, rq -> h (D + r), rc -> 2 h D or absorbed. */
static void add_latent_input(struct work *to, enum operator_pass pass)
{
    const struct operator_shape *of = to->shape;
    double rows = of->tokens, q_rank = (double)of->q_rank, heads = (double)of->heads;
    double queries = heads * ((double)of->head_dim + (double)of->rope_dim);

    add_gemm(to, rows, (double)of->hidden, (of->q_rank ? q_rank : queries) + latent_width(of));
    if (pass != PASS_WEIGHT_GRADIENT)
        add_stream(to, rows * (q_rank + (double)of->kv_rank),
                   pass == PASS_FORWARD ? NORM_FLOP : NORM_BACKWARD_FLOP,
                   pass == PASS_FORWARD ? 2 : 3);
    if (of->q_rank)
        add_gemm(to, rows, q_rank, queries);
    if (is_absorbed(of, pass))
        add_per_head(to, (double)of->head_dim, (double)of->kv_rank);
    else
        add_gemm(to, rows, (double)of->kv_rank, 2 * query_width(of));
}

/* T x d times d x (q + 2 kv). */
void add_mixer_input(struct work *to, enum operator_pass pass)
{
    if (to->shape->state_dim)
        add_mamba_input(to);
    else if (is_latent(to->shape))
        add_latent_input(to, pass);
    else
        add_gemm(to, to->shape->tokens, (double)to->shape->hidden,
                 query_width(to->shape) + 2 * kv_width(to->shape));
}

/* T x q times q x d. */
void add_mixer_output(struct work *to, enum operator_pass pass)
{
    if (is_latent(to->shape) && is_absorbed(to->shape, pass))
        add_per_head(to, (double)to->shape->kv_rank, (double)to->shape->head_dim);
    add_gemm(to, to->shape->tokens, query_width(to->shape), (double)to->shape->hidden);
}

/* ---- The core ---- */

/* Rows of K and of V: those of the T tokens themselves, or a whole span where fewer tokens than
 * that attend to it; T whole spans where each token belongs to a sequence of its own. */
static double kv_rows(const struct operator_shape *of)
{
    double span = (double)of->span_tokens;
    if (of->own_cache)
        return of->tokens * span;
    return of->tokens > span ? of->tokens : span;
}

/* Widths of one head's query and key, and of its value. */
struct head {
    double key, value;
};

static struct head head_of(const struct operator_shape *of, bool absorbed)
{
    double dim = (double)of->head_dim, rank = (double)of->kv_rank;
    if (!is_latent(of))
        return (struct head){dim, dim};
    return absorbed ? (struct head){latent_width(of), rank}
                    : (struct head){dim + (double)of->rope_dim, dim};
}

/* Q K^T and P V: 2 T S h (key + value), half of it where a causal mask halves the mean span; the
 * next token of a sequence sees the whole span. */
static double core_flop(const struct operator_shape *of, const struct head *head)
{
    double flop =
        2 * of->tokens * (double)of->span_tokens * (double)of->heads * (head->key + head->value);
    return of->causal && !of->own_cache ? flop / 2 : flop;
}

/* Elements of Q and of O. */
static double query_elements(const struct operator_shape *of, const struct head *head)
{
    return of->tokens * (double)of->heads * (head->key + head->value);
}

/* Elements of K and of V: of each KV head; of each head where they were projected out of the cache;
 * one for all where the cache is read as it is. */
static double kv_elements(const struct operator_shape *of, const struct head *head, bool absorbed)
{
    if (!is_latent(of))
        return kv_rows(of) * (double)of->kv_heads * (head->key + head->value);
    return kv_rows(of) *
           (absorbed ? latent_width(of) : (double)of->heads * (head->key + head->value));
}

/* A fused kernel keeps the scores on chip: reads Q, K, V, writes O.
 *
 * Backward five products where forward has two: the scores again, then dV, dP, dQ and dK; 2.5 times
 * the FLOP. Reads Q, K, V, O, dO, writes dQ, dK, dV. */
void add_mixer_core(struct work *to, enum operator_pass pass)
{
    const struct operator_shape *of = to->shape;
    bool absorbed = is_latent(of) && is_absorbed(of, pass);
    struct head head = head_of(of, absorbed);
    double elements = query_elements(of, &head) + kv_elements(of, &head, absorbed);

    if (of->state_dim)
        add_mamba_core(to, pass);
    else if (pass == PASS_FORWARD)
        add_kernel(to, KERNEL_ATTENTION, core_flop(of, &head), elements * to->stream_bytes);
    else
        add_kernel(to, KERNEL_ATTENTION, 2.5 * core_flop(of, &head),
                   2 * elements * to->stream_bytes);
}
