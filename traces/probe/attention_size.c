#include "attention.h"

struct attention_size attention_size_of(const struct shape *shape, enum dtype dtype)
{
    size_t length = shape->span_tokens < shape->tokens ? shape->span_tokens : shape->tokens;
    return (struct attention_size){.batch = (shape->tokens + length - 1) / length,
                                   .length = length,
                                   .heads = shape->heads,
                                   .kv_heads = shape->kv_heads,
                                   .head_dim = shape->head_dim,
                                   .causal = shape->causal,
                                   .dtype = dtype};
}
