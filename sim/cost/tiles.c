#include "sim/cost/tiles.h"

#include <math.h>

/* Rows and columns of a tile of scores, and the narrowest head that it has room for. Seen in
 * traces/h100-sxm/models.csv: forward, 3072 heads of windows of 36 take 95 us, 3072 heads of
 * windows of 144 182 us, twice as many queries' tiles; backward the former take 114 us and the
 * latter 407 us, nearly four times, as many tiles of scores. Heads of 32 take as long there as
 * heads of 64 in whole sequences. */
#define TILE_TOKENS 128.0
#define HEAD_DIM_MIN 64.0

struct tiles attention_tiles(const struct operator_shape *shape)
{
    double span = (double)shape->span_tokens, length = fmin(shape->tokens, span);

    if (shape->own_cache || shape->state_dim || !(length > 0))
        return (struct tiles){0, 1};
    double queries = ceil(length / TILE_TOKENS), keys = ceil(span / TILE_TOKENS);
    double scores = queries * (shape->causal ? (keys + 1) / 2 : keys) * TILE_TOKENS * TILE_TOKENS;
    double needed = length * span * (shape->causal ? 0.5 : 1);
    return (struct tiles){shape->tokens / length * (double)shape->heads * queries,
                          scores / needed * fmax(1, HEAD_DIM_MIN / (double)shape->head_dim)};
}
