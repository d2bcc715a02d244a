#include "sim/base/json.h"
#include "sim/schedule/plan.h"

/* Members that the kind does not use are 0 or false, and left out. */
static void write_shape(struct jout *out, const struct operator_shape *shape)
{
    jout_inline(out);
    jout_object(out, "shape");
    for (size_t i = 0; i < SHAPE_FIELD_COUNT; i++) {
        double value = shape_field(shape, i);
        if (value == 0)
            continue;
        if (shape_fields[i].type == SHAPE_FLAG)
            jout_bool(out, shape_fields[i].name, true);
        else
            jout_number(out, shape_fields[i].name, value);
    }
    jout_end(out, '}');
}

static void write_earlier(struct jout *out, const struct plan_operator *op)
{
    jout_inline(out);
    jout_array(out, "after_earlier");
    for (size_t i = 0; i < op->earlier_count; i++) {
        jout_object(out, NULL);
        jout_count(out, "plans", op->earlier[i].plans);
        jout_count(out, "operator", op->earlier[i].operator_index);
        jout_end(out, '}');
    }
    jout_end(out, ']');
}

static void write_operator(struct jout *out, const struct plan *plan,
                           const struct plan_operator *op)
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
    if (op->earlier_count)
        write_earlier(out, op);
    if (op->dtype != plan->dtype)
        jout_string(out, "dtype", dtype_names[op->dtype]);
    if (operator_communicates(op->kind)) {
        jout_string(out, "group", plan_group_of(plan, op).name);
        jout_number(out, "comm_bytes", op->comm_bytes);
    }
    if (op->kind == OPERATOR_EXPERT_FETCH)
        jout_number(out, "fetch_bytes", op->fetch_bytes);
    jout_count(out, "chunk", op->chunk);
    write_shape(out, &op->shape);
    jout_end(out, '}');
}

static void write_groups(struct jout *out, const struct plan *plan)
{
    jout_array(out, "groups");
    for (size_t g = 0; g < plan->group_count; g++) {
        jout_inline(out);
        jout_object(out, NULL);
        jout_string(out, "name", plan->groups[g].name);
        jout_count(out, "size", plan->groups[g].size);
        jout_count(out, "stride", plan->groups[g].stride);
        jout_end(out, '}');
    }
    jout_end(out, ']');
}

void plan_write_json(const struct plan *plan, struct text *to)
{
    struct jout out;
    jout_init(&out, to);
    jout_object(&out, NULL);
    jout_string(&out, "schema", "scmoesim/plan/2");
    jout_string(&out, "schedule", plan->schedule);
    jout_count(&out, "ranks", plan->ranks);
    jout_count(&out, "ep", plan->ep);
    jout_string(&out, "dtype", dtype_names[plan->dtype]);
    if (plan->experts)
        jout_count(&out, "experts", plan->experts);
    if (plan->top_k)
        jout_count(&out, "top_k", plan->top_k);
    jout_count(&out, "slot", plan->slot);
    jout_count(&out, "chunks", plan->chunks);
    if (plan->layers > 1)
        jout_count(&out, "layers", plan->layers);
    jout_bool(&out, "backward", plan->backward);
    if (plan->group_count)
        write_groups(&out, plan);
    jout_inline(&out);
    jout_array(&out, "queues");
    for (size_t q = 0; q < plan->queue_count; q++)
        jout_string(&out, NULL, plan->queues[q]);
    jout_end(&out, ']');
    jout_array(&out, "operators");
    for (size_t i = 0; i < plan->operator_count; i++)
        write_operator(&out, plan, &plan->operators[i]);
    jout_end(&out, ']');
    jout_end(&out, '}');
}
