#include "sim/base/json.h"
#include "sim/schedule/plan.h"

/* Members that the kind does not use are 0 or false, and left out. */
static void write_shape(struct jout *out, const struct operator_shape *shape)
{
    jout_inline(out);
    jout_object(out, "shape");
    const struct {
        const char *name;
        double value;
    } members[] = {
        {"tokens", shape->tokens},
        {"hidden", (double)shape->hidden},
        {"ffn_hidden", (double)shape->ffn_hidden},
        {"heads", (double)shape->heads},
        {"kv_heads", (double)shape->kv_heads},
        {"head_dim", (double)shape->head_dim},
        {"span_tokens", (double)shape->span_tokens},
        {"experts", (double)shape->experts},
        {"top_k", (double)shape->top_k},
        {"capacity_factor", shape->capacity_factor},
        {"vocabulary", (double)shape->vocabulary},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (members[i].value != 0)
            jout_number(out, members[i].name, members[i].value);
    const struct {
        const char *name;
        bool value;
    } flags[] = {{"causal", shape->causal}, {"gated", shape->gated}, {"shared", shape->shared}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (flags[i].value)
            jout_bool(out, flags[i].name, true);
    jout_end(out, '}');
}

static void write_operator(struct jout *out, const struct plan_operator *op)
{
    jout_object(out, NULL);
    jout_string(out, "name", op->name);
    jout_string(out, "kind", operator_kind_names[op->kind]);
    jout_string(out, "pass", operator_pass_names[op->pass]);
    jout_count(out, "queue", op->queue);
    jout_inline(out);
    jout_array(out, "after");
    for (size_t i = 0; i < op->after_count; i++)
        jout_count(out, NULL, op->after[i]);
    jout_end(out, ']');
    jout_number(out, "a2a_bytes", op->a2a_bytes);
    jout_count(out, "chunk", op->chunk);
    write_shape(out, &op->shape);
    jout_end(out, '}');
}

void plan_write_json(const struct plan *plan, enum dtype dtype, struct text *to)
{
    struct jout out;
    jout_init(&out, to);
    jout_object(&out, NULL);
    jout_string(&out, "schema", "scmoesim/plan/1");
    jout_string(&out, "schedule", plan->schedule);
    jout_count(&out, "ranks", plan->ranks);
    jout_count(&out, "ep", plan->ep);
    jout_string(&out, "dtype", dtype_names[dtype]);
    jout_count(&out, "slot", plan->slot);
    jout_count(&out, "chunks", plan->chunks);
    jout_bool(&out, "backward", plan->backward);
    jout_inline(&out);
    jout_array(&out, "queues");
    for (size_t q = 0; q < plan->queue_count; q++)
        jout_string(&out, NULL, plan->queues[q]);
    jout_end(&out, ']');
    jout_array(&out, "operators");
    for (size_t i = 0; i < plan->operator_count; i++)
        write_operator(&out, &plan->operators[i]);
    jout_end(&out, ']');
    jout_end(&out, '}');
}
