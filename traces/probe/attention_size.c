#include "attention.h"

#include "playable.h"

struct attention_size attention_size_of(const struct operator_shape *shape, enum dtype dtype)
{
    size_t rows = shape_rows(shape);
    size_t length = operator_span(shape->span_tokens, shape->tokens, /* own_cache= */ false);
    return (struct attention_size){.batch = (rows + length - 1) / length,
                                   .length = length,
                                   .heads = shape->heads,
                                   .kv_heads = shape->kv_heads,
                                   .head_dim = shape->head_dim,
                                   .causal = shape->causal,
                                   .dtype = dtype};
}
