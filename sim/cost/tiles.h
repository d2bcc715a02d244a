/* Tiles that a fused attention kernel works in. Internal to sim/cost. */
#ifndef SCMOESIM_COST_TILES_H
#define SCMOESIM_COST_TILES_H

#include "sim/model/operator.h"

struct tiles {
    double count;      /* of queries: each is a thread block's work; 0: the shape has none */
    double flop_ratio; /* FLOP done over those that the shape needs, >= 1 */
};

/* FlashAttention and cuDNN give a thread block 128 queries of one head, which it takes past the
 * keys 128 at a time: what lies beyond a sequence's end, above the diagonal of a causal tile, or
 * beyond a narrow head's dimensions (below 64) is computed too. A window of 36 tokens costs one
 * tile of queries and keys, one of 144 two times two. While decoding (own_cache) and in Mamba's
 * scans there are none: count 0, ratio 1. */
struct tiles attention_tiles(const struct operator_shape *shape);

#endif
