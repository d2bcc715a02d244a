/* Reads a plan file, with everything checked that the engine relies on. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/json.h"
#include "sim/base/mem.h"
#include "sim/schedule/plan.h"

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
    int r = jget_array(at, "after", 0, PLAN_OPERATORS_MAX, &list, &count);
    if (r < 0)
        return r;
    op->after = mem_zeroed(count, sizeof *op->after);
    op->after_count = count;
    for (size_t i = 0; i < count; i++) {
        struct jcur element = jcur_element(&list, i);
        if (index == 0)
            r |= jcur_error(&element, "the first operator has none to wait for");
        else
            r |= jcur_count(&element, 0, index - 1, &op->after[i]);
    }
    return r;
}

static int read_earlier(const struct jcur *at, const struct plan *plan, struct plan_operator *op)
{
    struct jcur list;
    if (!jcur_has(at, "after_earlier", &list))
        return 0;
    int r = jcur_array(&list, 0, PLAN_OPERATORS_MAX, &op->earlier_count);
    op->earlier = mem_zeroed(op->earlier_count, sizeof *op->earlier);
    for (size_t i = 0; i < op->earlier_count; i++) {
        struct earlier_wait *wait = &op->earlier[i];
        struct jcur element = jcur_element(&list, i);
        r |= jcur_object(&element) ||
             jcur_members(&element, "plans,operator") |
                 jget_count(&element, "plans", 1, PLAN_OPERATORS_MAX, &wait->plans) |
                 jget_count(&element, "operator", 0, plan->operator_count - 1,
                            &wait->operator_index);
    }
    return r ? -EINVAL : 0;
}

static int find_group(const struct jcur *at, const struct plan *plan, struct plan_operator *op)
{
    const char *name = "";
    struct jcur member;
    int r = jcur_member(at, "group", &member) || jcur_string(&member, &name);
    if (r || (operator_is_all_to_all(op->kind) && strcmp(name, "ep") == 0))
        return r;
    while (op->group < plan->group_count && strcmp(plan->groups[op->group].name, name) != 0)
        op->group++;
    if (operator_is_all_to_all(op->kind))
        return jcur_error(&member, "All-to-Alls are among the group \"ep\", got \"%s\"", name);
    return op->group < plan->group_count
               ? 0
               : jcur_error(&member, "the plan has no group \"%s\"", name);
}

/* The first version of the schema knew All-to-Alls only, and one dtype. */
static int read_communication(const struct jcur *at, const struct plan *plan, bool first_version,
                              struct plan_operator *op)
{
    if (first_version)
        return jget_non_negative(at, "a2a_bytes", &op->comm_bytes);
    struct jcur member;
    if (!operator_communicates(op->kind))
        return jcur_has(at, "comm_bytes", &member) || jcur_has(at, "group", &member)
                   ? jcur_error(&member, "an operator of kind \"%s\" does not communicate",
                                operator_kind_names[op->kind])
                   : 0;
    return jget_non_negative(at, "comm_bytes", &op->comm_bytes) | find_group(at, plan, op);
}

static int read_operator(const struct jcur *at, size_t index, const struct plan *plan,
                         bool first_version, struct plan_operator *op)
{
    static const char *const known_first[] = {"name",      "kind",        "pass",  "queue", "after",
                                              "a2a_bytes", "fetch_bytes", "chunk", "shape", NULL};
    static const char *const known[] = {
        "name",  "kind",       "pass",        "queue", "after",         "dtype", "group",
        "shape", "comm_bytes", "fetch_bytes", "chunk", "after_earlier", NULL};
    struct jcur kind_at, pass_at, shape_at, dtype_at;
    const char *name = "";
    size_t kind = 0, pass = 0, dtype = plan->dtype;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_only(at, first_version ? known_first : known);
    r |= jget_string(at, "name", &name);
    r |= jcur_member(at, "kind", &kind_at) || jcur_word(&kind_at, operator_kind_names, &kind);
    r |= jcur_member(at, "pass", &pass_at) || jcur_word(&pass_at, operator_pass_names, &pass);
    r |= jcur_has(at, "dtype", &dtype_at) && jcur_word(&dtype_at, dtype_names, &dtype);
    op->kind = (enum operator_kind)kind;
    op->pass = (enum operator_pass)pass;
    op->dtype = (enum dtype)dtype;
    r |= jget_count(at, "queue", 0, plan->queue_count - 1, &op->queue);
    r |= read_after(at, index, op);
    r |= read_earlier(at, plan, op);
    r = r ? r : read_communication(at, plan, first_version, op);
    r |= jget_non_negative_or(at, "fetch_bytes", 0, &op->fetch_bytes);
    r |= jget_count_or(at, "chunk", 0, PLAN_OPERATORS_MAX, 0, &op->chunk);
    r |= jcur_member(at, "shape", &shape_at) || read_shape(&shape_at, &op->shape);
    op->name = mem_copy_string(name);
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
        const char *name = "";
        struct jcur element = jcur_element(&list, i);
        r |= jcur_string(&element, &name);
        plan->queues[i] = mem_copy_string(name);
    }
    return r;
}

static int read_group(const struct jcur *at, const struct plan *plan, struct plan_group *group)
{
    const char *name = "";
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_members(at, "name,size,stride");
    r |= jget_string(at, "name", &name);
    r |= jget_count(at, "size", 1, RANKS_MAX, &group->size);
    r |= jget_count(at, "stride", 1, RANKS_MAX, &group->stride);
    group->name = mem_copy_string(name);
    if (r == 0 && plan->ranks % (group->size * group->stride))
        r = jcur_error(at, "groups of %zu ranks, %zu apart, do not divide %zu ranks", group->size,
                       group->stride, plan->ranks);
    return r;
}

static int read_groups(const struct jcur *at, struct plan *plan)
{
    struct jcur list;
    int r;
    if (!jcur_has(at, "groups", &list))
        return 0;
    if ((r = jcur_array(&list, 0, QUEUES_MAX, &plan->group_count)) < 0)
        return r;
    plan->groups = mem_zeroed(plan->group_count, sizeof *plan->groups);
    for (size_t i = 0; i < plan->group_count; i++) {
        struct jcur element = jcur_element(&list, i);
        r |= read_group(&element, plan, &plan->groups[i]);
    }
    return r;
}

static int read_operators(const struct jcur *at, struct plan *plan, bool first_version)
{
    struct jcur list;
    size_t count;
    int r = jget_array(at, "operators", 1, PLAN_OPERATORS_MAX, &list, &count);
    if (r < 0)
        return r;
    plan->operators = mem_zeroed(count, sizeof *plan->operators);
    plan->operator_count = count;
    for (size_t i = 0; i < count; i++) {
        struct jcur element = jcur_element(&list, i);
        r |= read_operator(&element, i, plan, first_version, &plan->operators[i]);
    }
    return r;
}

int plan_read(const struct json *doc, struct diag *diag, struct plan **ret)
{
    static const char *const schemas[] = {"scmoesim/plan/2", "scmoesim/plan/1", NULL};
    struct jcur root = json_root(doc, diag), dtype_at, schema_at;
    struct plan *plan = mem_zeroed(1, sizeof *plan);
    const char *schedule = "";
    size_t dtype = 0, schema = 0;
    int r = jcur_object(&root);
    if (r == 0)
        r = jcur_member(&root, "schema", &schema_at) || jcur_word(&schema_at, schemas, &schema);
    if (r == 0) {
        r |=
            jcur_members(&root, "schema,schedule,ranks,ep,dtype,slot,chunks,layers,backward,queues,"
                                "operators,groups,experts,top_k");
        r |= jget_string(&root, "schedule", &schedule);
        r |= jget_count(&root, "ranks", 1, RANKS_MAX, &plan->ranks);
        r |= jget_count(&root, "ep", 1, RANKS_MAX, &plan->ep);
        r |= jcur_member(&root, "dtype", &dtype_at) || jcur_word(&dtype_at, dtype_names, &dtype);
        r |= jget_count_or(&root, "experts", 0, SIZE_MAX_COUNT, 0, &plan->experts);
        r |= jget_count_or(&root, "top_k", 0, SIZE_MAX_COUNT, 0, &plan->top_k);
        r |= jget_count_or(&root, "slot", 0, PLAN_OPERATORS_MAX, 0, &plan->slot);
        r |= jget_count_or(&root, "chunks", 1, PLAN_OPERATORS_MAX, 1, &plan->chunks);
        r |= jget_count_or(&root, "layers", 1, PLAN_OPERATORS_MAX, 1, &plan->layers);
        r |= jget_bool_or(&root, "backward", false, &plan->backward);
        plan->dtype = (enum dtype)dtype;
        r |= read_groups(&root, plan);
        r |= read_queues(&root, plan) || read_operators(&root, plan, schema == 1);
    }
    if (r == 0 && plan->ranks % plan->ep)
        r = jcur_error(&root, "groups of %zu do not divide %zu ranks", plan->ep, plan->ranks);
    plan->schedule = mem_copy_string(schedule);
    if (r) {
        plan_free(plan);
        return -EINVAL;
    }
    *ret = plan;
    return 0;
}

int plan_load(const char *path, struct diag *diag, struct plan **ret)
{
    struct json *doc = NULL;
    int r = json_load(path, diag, &doc);
    if (r == 0)
        r = plan_read(doc, diag, ret);
    json_free(doc);
    return r;
}
