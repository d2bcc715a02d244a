/* Reads a plan file, with everything checked that the engine relies on. */
#include <errno.h>
#include <stdlib.h>
#include "sim/base/json.h"
#include "sim/base/mem.h"
#include "sim/schedule/plan.h"

#define OPERATORS_MAX 65536
#define QUEUES_MAX 64
#define RANKS_MAX 65536
#define SIZE_MAX_COUNT ((size_t)1 << 40)

static int read_shape(const struct jcur *at, struct operator_shape *ret)
{
    const char *known[SHAPE_FIELD_COUNT + 1] = {NULL};
    struct operator_shape shape = {0};
    int r = jcur_object(at);
    if (r < 0)
        return r;
    for (size_t i = 0; i < SHAPE_FIELD_COUNT; i++)
        known[i] = shape_fields[i].name;
    r = jcur_only(at, known);
    for (size_t i = 0; i < SHAPE_FIELD_COUNT; i++) {
        double number = 0;
        size_t count = 0;
        bool flag = false;
        if (shape_fields[i].type == SHAPE_NUMBER)
            r |= jget_non_negative_or(at, known[i], 0, &number);
        else if (shape_fields[i].type == SHAPE_COUNT)
            r |= jget_count_or(at, known[i], 0, SIZE_MAX_COUNT, 0, &count);
        else
            r |= jget_bool_or(at, known[i], false, &flag);
        shape_set_field(&shape, i, number + (double)count + flag);
    }
    *ret = shape;
    return r ? -EINVAL : 0;
}

static int read_after(const struct jcur *at, size_t index, struct plan_operator *op)
{
    struct jcur list;
    size_t count;
    int r = jget_array(at, "after", 0, OPERATORS_MAX, &list, &count);
    if (r < 0)
        return r;
    op->after = mem_zeroed(count, sizeof *op->after);
    op->after_count = count;
    for (size_t i = 0; i < count; i++) {
        struct jcur element;
        jcur_element(&list, i, &element);
        if (index == 0)
            r |= jcur_error(&element, "the first operator has none to wait for");
        else
            r |= jcur_count(&element, 0, index - 1, &op->after[i]);
    }
    return r;
}

static int read_operator(const struct jcur *at, size_t index, size_t queues,
                         struct plan_operator *op)
{
    static const char *const known[] = {"name",      "kind",        "pass",  "queue", "after",
                                        "a2a_bytes", "fetch_bytes", "chunk", "shape", NULL};
    struct jcur kind_at, pass_at, shape_at;
    const char *name = "";
    size_t kind = 0, pass = 0;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_only(at, known);
    r |= jget_string(at, "name", &name);
    r |= jcur_member(at, "kind", &kind_at) || jcur_word(&kind_at, operator_kind_names, &kind);
    r |= jcur_member(at, "pass", &pass_at) || jcur_word(&pass_at, operator_pass_names, &pass);
    r |= jget_count(at, "queue", 0, queues - 1, &op->queue);
    r |= read_after(at, index, op);
    r |= jget_non_negative(at, "a2a_bytes", &op->a2a_bytes);
    r |= jget_non_negative_or(at, "fetch_bytes", 0, &op->fetch_bytes);
    r |= jget_count_or(at, "chunk", 0, OPERATORS_MAX, 0, &op->chunk);
    r |= jcur_member(at, "shape", &shape_at) || read_shape(&shape_at, &op->shape);
    op->name = mem_copy_string(name);
    op->kind = (enum operator_kind)kind;
    op->pass = (enum operator_pass)pass;
    return r ? -EINVAL : 0;
}

static int read_queues(const struct jcur *at, struct plan *plan)
{
    struct jcur list;
    int r = jget_array(at, "queues", 1, QUEUES_MAX, &list, &plan->queue_count);
    if (r < 0)
        return r;
    plan->queues = mem_zeroed(plan->queue_count, sizeof *plan->queues);
    for (size_t i = 0; i < plan->queue_count; i++) {
        struct jcur element;
        const char *name = "";
        jcur_element(&list, i, &element);
        r |= jcur_string(&element, &name);
        plan->queues[i] = mem_copy_string(name);
    }
    return r;
}

static int read_operators(const struct jcur *at, struct plan *plan)
{
    struct jcur list;
    size_t count;
    int r = jget_array(at, "operators", 1, OPERATORS_MAX, &list, &count);
    if (r < 0)
        return r;
    plan->operators = mem_zeroed(count, sizeof *plan->operators);
    plan->operator_count = count;
    for (size_t i = 0; i < count; i++) {
        struct jcur element;
        jcur_element(&list, i, &element);
        r |= read_operator(&element, i, plan->queue_count, &plan->operators[i]);
    }
    return r;
}

int plan_read(const struct json *doc, struct diag *diag, struct plan **ret, enum dtype *ret_dtype)
{
    static const char *const known[] = {"schema",   "schedule", "ranks",     "ep",
                                        "dtype",    "slot",     "chunks",    "layers",
                                        "backward", "queues",   "operators", NULL};
    struct jcur root = json_root(doc, diag), dtype_at;
    struct plan *plan = mem_zeroed(1, sizeof *plan);
    const char *schedule = "";
    size_t dtype = 0;
    int r = jcur_object(&root);
    if (r == 0)
        r = jget_schema(&root, "scmoesim/plan/1");
    if (r == 0) {
        r |= jcur_only(&root, known);
        r |= jget_string(&root, "schedule", &schedule);
        r |= jget_count(&root, "ranks", 1, RANKS_MAX, &plan->ranks);
        r |= jget_count(&root, "ep", 1, RANKS_MAX, &plan->ep);
        r |= jcur_member(&root, "dtype", &dtype_at) || jcur_word(&dtype_at, dtype_names, &dtype);
        r |= jget_count_or(&root, "slot", 0, OPERATORS_MAX, 0, &plan->slot);
        r |= jget_count_or(&root, "chunks", 1, OPERATORS_MAX, 1, &plan->chunks);
        r |= jget_count_or(&root, "layers", 1, OPERATORS_MAX, 1, &plan->layers);
        r |= jget_bool_or(&root, "backward", false, &plan->backward);
        r |= read_queues(&root, plan) || read_operators(&root, plan);
    }
    if (r == 0 && plan->ranks % plan->ep)
        r = jcur_error(&root, "groups of %zu do not divide %zu ranks", plan->ep, plan->ranks);
    plan->schedule = mem_copy_string(schedule);
    if (r) {
        plan_free(plan);
        return -EINVAL;
    }
    *ret = plan;
    *ret_dtype = (enum dtype)dtype;
    return 0;
}
