/* The option --shape: a model of one stage from a few words. */
#ifndef PROBE_SHAPE_WORDS_H
#define PROBE_SHAPE_WORDS_H

#include "sim/model/model.h"

/* "hidden=2048,ffn=8192,heads=32,…": also kv_heads, head_dim, span, causal, gated, expert_ffn,
 * shared_ffn, experts, top_k, capacity, vocabulary. hidden is needed; ffn is four times as wide, a
 * head 64 wide where nothing else is said. model_free frees *ret. */
int model_of_shape(const char *text, struct diag *diag, struct model **ret);

#endif
