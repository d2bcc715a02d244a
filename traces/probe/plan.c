#include "plan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "json.h"

#define QUEUES_MAX 16
#define OPERATORS_MAX 4096
#define SIZE_LIMIT ((size_t)1 << 40)

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < plan->operator_count; i++) {
        free(plan->operators[i].name);
        free(plan->operators[i].after);
    }
    for (size_t i = 0; i < plan->queue_count; i++)
        free(plan->queues[i]);
    free(plan->operators);
    free(plan->issue);
    free(plan->queues);
    free(plan->schedule);
    free(plan);
}

static char *copy_text(const char *text)
{
    char *copy = need_memory(strlen(text) + 1, 1);
    return strcpy(copy, text);
}

static int read_word(const struct json *from, const char *where, const char *key,
                     const char *const *words, int *ret, struct complaint *why)
{
    const char *text = NULL;
    if (json_text(from, where, key, &text, why) < 0)
        return -1;
    *ret = word_index(words, text);
    return *ret < 0 ? complain(why, "%s: %s: unknown \"%s\"", where, key, text) : 0;
}

static int read_shape(const struct json *op, const char *where, struct shape *shape,
                      struct complaint *why)
{
    const struct json *from = json_member(op, "shape");
    if (!from || from->type != JSON_OBJECT)
        return complain(why, "%s: shape: expected an object", where);
    const struct {
        const char *key;
        size_t *to;
    } counts[] = {{"hidden", &shape->hidden},        {"ffn_hidden", &shape->ffn_hidden},
                  {"heads", &shape->heads},          {"kv_heads", &shape->kv_heads},
                  {"head_dim", &shape->head_dim},    {"span_tokens", &shape->span_tokens},
                  {"experts", &shape->experts},      {"top_k", &shape->top_k},
                  {"vocabulary", &shape->vocabulary}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (json_count_or(from, where, counts[i].key, 0, SIZE_LIMIT, 0, counts[i].to, why) < 0)
            return -1;
    }
    double tokens = 0;
    if (json_number_or(from, where, "tokens", 0, 0, &tokens, why) < 0 ||
        json_number_or(from, where, "capacity_factor", 0, 0, &shape->capacity_factor, why) < 0 ||
        json_bool_or(from, where, "causal", false, &shape->causal, why) < 0 ||
        json_bool_or(from, where, "gated", false, &shape->gated, why) < 0 ||
        json_bool_or(from, where, "shared", false, &shape->shared, why) < 0)
        return -1;
    /* A plan's tokens may be a fraction (a mean over ranks); a GPU runs whole rows. */
    shape->tokens = (size_t)(tokens + 0.999999);
    return 0;
}

static int read_after(const struct json *from, const char *where, size_t total,
                      struct plan_operator *op, struct complaint *why)
{
    const struct json *after = json_member(from, "after");
    if (!after || after->type != JSON_ARRAY)
        return complain(why, "%s: after: expected an array", where);
    op->after = need_memory(after->count, sizeof *op->after);
    for (const struct json *at = after->first; at; at = at->next) {
        if (at->type != JSON_NUMBER || at->number < 0 || at->number >= (double)total)
            return complain(why, "%s: after: expected positions below %zu", where, total);
        op->after[op->after_count++] = (size_t)at->number;
    }
    return 0;
}

static int read_operator(const struct json *from, const char *file, size_t total, struct plan *plan,
                         struct complaint *why)
{
    size_t self = plan->operator_count++;
    struct plan_operator *op = &plan->operators[self];
    char where[512];
    snprintf(where, sizeof where, "%.400s: operators[%zu]", file, self);
    const char *name = NULL;
    int kind, pass;
    if (from->type != JSON_OBJECT)
        return complain(why, "%s: expected an object", where);
    if (json_text(from, where, "name", &name, why) < 0 ||
        read_word(from, where, "kind", kind_names, &kind, why) < 0 ||
        read_word(from, where, "pass", pass_names, &pass, why) < 0 ||
        json_count(from, where, "queue", 0, plan->queue_count - 1, &op->queue, why) < 0 ||
        json_number_or(from, where, "comm_bytes", 0, 0, &op->a2a_bytes, why) < 0 ||
        json_number_or(from, where, "a2a_bytes", 0, op->a2a_bytes, &op->a2a_bytes, why) < 0 ||
        json_number_or(from, where, "fetch_bytes", 0, 0, &op->fetch_bytes, why) < 0 ||
        json_count_or(from, where, "chunk", 0, 65536, 0, &op->chunk, why) < 0)
        return -1;
    op->name = copy_text(name);
    op->kind = (enum kind)kind;
    op->pass = (enum pass)pass;
    int dtype = (int)plan->dtype;
    if (json_member(from, "dtype") && read_word(from, where, "dtype", dtype_names, &dtype, why) < 0)
        return -1;
    if (dtype != (int)plan->dtype)
        return complain(why, "%s: dtype: the probe plays all operators in the plan's, %s", where,
                        dtype_names[plan->dtype]);
    if (read_after(from, where, total, op, why) < 0 || read_shape(from, where, &op->shape, why) < 0)
        return -1;
    const char *problem = kind_is_transfer(op->kind) ? NULL : shape_problem(&op->shape, op->kind);
    return problem ? complain(why, "%s: shape: %s", where, problem) : 0;
}

static const struct json *array(const struct json *root, const char *file, const char *key,
                                size_t max, struct complaint *why)
{
    const struct json *found = json_member(root, key);
    if (found && found->type == JSON_ARRAY && found->count >= 1 && found->count <= max)
        return found;
    complain(why, "%s: %s: expected an array of 1 to %zu", file, key, max);
    return NULL;
}

static int read_queues(const struct json *root, const char *file, struct plan *plan,
                       struct complaint *why)
{
    const struct json *queues = array(root, file, "queues", QUEUES_MAX, why);
    if (!queues)
        return -1;
    plan->queues = need_memory(queues->count, sizeof *plan->queues);
    for (const struct json *at = queues->first; at; at = at->next) {
        if (at->type != JSON_STRING)
            return complain(why, "%s: queues: expected names", file);
        plan->queues[plan->queue_count++] = copy_text(at->text);
    }
    return 0;
}

/* An operator can be enqueued once those that it waits for and those before it on its queue are. */
static bool can_issue(const struct plan *plan, const bool *issued, size_t self)
{
    const struct plan_operator *op = &plan->operators[self];
    for (size_t i = 0; i < op->after_count; i++) {
        if (!issued[op->after[i]])
            return false;
    }
    for (size_t i = 0; i < self; i++) {
        if (plan->operators[i].queue == op->queue && !issued[i])
            return false;
    }
    return true;
}

static int order_issue(struct plan *plan, const char *file, struct complaint *why)
{
    bool *issued = need_memory(plan->operator_count, sizeof *issued);
    plan->issue = need_memory(plan->operator_count, sizeof *plan->issue);
    size_t count = 0, before;
    do {
        before = count;
        for (size_t i = 0; i < plan->operator_count; i++) {
            if (!issued[i] && can_issue(plan, issued, i)) {
                issued[i] = true;
                plan->issue[count++] = i;
            }
        }
    } while (count > before);
    size_t stuck = 0;
    while (stuck < plan->operator_count && issued[stuck])
        stuck++;
    free(issued);
    if (count < plan->operator_count)
        return complain(why, "%s: operators[%zu]: waits for itself through its queue and \"after\"",
                        file, stuck);
    return 0;
}

static int read_plan(const struct json *root, const char *file, struct plan *plan,
                     struct complaint *why)
{
    const char *schedule = NULL;
    int dtype;
    const struct json *schema = json_member(root, "schema");
    bool first_version =
        schema && schema->type == JSON_STRING && strcmp(schema->text, "scmoesim/plan/1") == 0;
    if (json_schema(root, file, first_version ? "scmoesim/plan/1" : "scmoesim/plan/2", why) < 0 ||
        json_text(root, file, "schedule", &schedule, why) < 0 ||
        read_word(root, file, "dtype", dtype_names, &dtype, why) < 0 ||
        json_count_or(root, file, "ranks", 1, 65536, 1, &plan->ranks, why) < 0 ||
        json_count_or(root, file, "ep", 1, 65536, 1, &plan->ep, why) < 0 ||
        json_count_or(root, file, "slot", 0, 65536, 0, &plan->slot, why) < 0 ||
        json_count_or(root, file, "chunks", 1, 65536, 1, &plan->chunks, why) < 0 ||
        json_bool_or(root, file, "backward", false, &plan->backward, why) < 0 ||
        read_queues(root, file, plan, why) < 0)
        return -1;
    plan->schedule = copy_text(schedule);
    plan->dtype = (enum dtype)dtype;
    const struct json *operators = array(root, file, "operators", OPERATORS_MAX, why);
    if (!operators)
        return -1;
    plan->operators = need_memory(operators->count, sizeof *plan->operators);
    for (const struct json *at = operators->first; at; at = at->next) {
        if (read_operator(at, file, operators->count, plan, why) < 0)
            return -1;
    }
    return order_issue(plan, file, why);
}

int plan_parse(const char *name, const char *text, struct plan **ret, struct complaint *why)
{
    struct json *root = json_parse(name, text, why);
    if (!root)
        return -1;
    struct plan *plan = need_memory(1, sizeof *plan);
    int r = read_plan(root, name, plan, why);
    json_free(root);
    if (r < 0)
        plan_free(plan);
    else
        *ret = plan;
    return r;
}

int plan_load(const char *path, struct plan **ret, struct complaint *why)
{
    char *text = read_file(path, why);
    if (!text)
        return -1;
    int r = plan_parse(path, text, ret, why);
    free(text);
    return r;
}

static bool does_same(const struct plan_operator *a, const struct plan_operator *b)
{
    return strcmp(a->name, b->name) == 0 && a->kind == b->kind && a->pass == b->pass &&
           a->queue == b->queue && shape_equal(&a->shape, &b->shape) &&
           a->a2a_bytes == b->a2a_bytes && a->fetch_bytes == b->fetch_bytes && a->chunk == b->chunk;
}

static bool has_same(const struct plan *plan, const struct plan_operator *op)
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        if (does_same(&plan->operators[i], op))
            return true;
    }
    return false;
}

bool plans_differ_in_slot(const struct plan *a, const struct plan *b)
{
    if (strcmp(a->schedule, b->schedule) != 0 || a->dtype != b->dtype || a->ep != b->ep ||
        a->queue_count != b->queue_count || a->operator_count != b->operator_count)
        return false;
    for (size_t i = 0; i < a->operator_count; i++) {
        if (!has_same(b, &a->operators[i]))
            return false;
    }
    return true;
}
