#include "sim/schedule/schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"

#define OPERATORS_MAX 256
#define CHUNKS_MAX 256

static size_t find_operator(const struct schedule_graph *graph, const char *name)
{
    size_t i = 0;
    while (i < graph->operator_count && strcmp(graph->operators[i].name, name) != 0)
        i++;
    return i;
}

/* Names for suggestions, borrowed; free the array. */
static const char **operator_names(const struct schedule_graph *graph)
{
    const char **names = mem_zeroed(graph->operator_count + 1, sizeof *names);
    for (size_t i = 0; i < graph->operator_count; i++)
        names[i] = graph->operators[i].name;
    return names;
}

/* The operator that the string at this place names. */
static int read_reference(const struct jcur *at, const struct schedule_graph *graph, size_t *ret)
{
    const char *name;
    int r = jcur_string(at, &name);
    if (r < 0)
        return r;
    size_t i = find_operator(graph, name);
    if (i < graph->operator_count) {
        *ret = i;
        return 0;
    }
    const char **names = operator_names(graph);
    const char *near = suggest(name, names);
    r = near ? jcur_error(at, "no operator \"%s\"; did you mean \"%s\"?", name, near)
             : jcur_error(at, "no operator \"%s\" in this graph", name);
    free(names);
    return r;
}

static size_t queue_of(struct schedule_graph *graph, const char *name)
{
    for (size_t q = 0; q < graph->queue_count; q++)
        if (strcmp(graph->queues[q], name) == 0)
            return q;
    graph->queues = mem_resized(graph->queues, graph->queue_count + 1, sizeof *graph->queues);
    graph->queues[graph->queue_count] = mem_copy_string(name);
    return graph->queue_count++;
}

static const char *default_queue(enum operator_kind kind)
{
    if (kind == OPERATOR_EXPERT_FETCH)
        return "fetch";
    return operator_is_all_to_all(kind) ? "communication" : "compute";
}

/* Everything of an operator but what it waits for, since that may be written before it is known. */
static int read_operator(const struct jcur *at, struct schedule_graph *graph)
{
    static const char *const known[] = {"name", "kind", "queue", "after", "top_k", NULL};
    struct template_operator op = {0};
    const char *name = NULL, *queue = NULL;
    struct jcur kind_at;
    size_t kind = 0;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_only(at, known);
    r |= jget_string(at, "name", &name);
    r |= jcur_member(at, "kind", &kind_at) || jcur_word(&kind_at, operator_kind_names, &kind);
    r |= jget_count_or(at, "top_k", 1, 64, 0, &op.top_k);
    r |= jget_string_or(at, "queue", default_queue((enum operator_kind)kind), &queue);
    if (r)
        return -EINVAL;
    if (!*name || !*queue)
        return jcur_error(at, "\"name\" and \"queue\" must not be empty");
    if (find_operator(graph, name) < graph->operator_count)
        return jcur_error(at, "a second operator named \"%s\"", name);
    op.name = mem_copy_string(name);
    op.kind = (enum operator_kind)kind;
    op.queue = queue_of(graph, queue);
    graph->operators[graph->operator_count++] = op;
    return 0;
}

static int read_after(const struct jcur *at, struct schedule_graph *graph, size_t index)
{
    struct template_operator *op = &graph->operators[index];
    struct jcur list;
    size_t count;
    int r = jcur_member(at, "after", &list);
    if (r < 0 || (r = jcur_array(&list, 0, OPERATORS_MAX, &count)) < 0)
        return r;
    op->after = mem_zeroed(count, sizeof *op->after);
    for (size_t i = 0; i < count; i++) {
        struct jcur element;
        jcur_element(&list, i, &element);
        size_t before;
        if (read_reference(&element, graph, &before) < 0)
            r = -EINVAL;
        else
            op->after[op->after_count++] = before;
    }
    return r;
}

/* Follows `after` from one operator; reports the first way back to an operator on the path. */
static int find_cycle(const struct jcur *at, const struct schedule_graph *graph, size_t index,
                      unsigned char *state, size_t *path, size_t depth)
{
    path[depth] = index;
    state[index] = 1;
    const struct template_operator *op = &graph->operators[index];
    for (size_t i = 0; i < op->after_count; i++) {
        size_t before = op->after[i];
        if (state[before] == 1) {
            struct text cycle = {0};
            size_t first = 0;
            while (path[first] != before)
                first++;
            for (size_t p = first; p <= depth; p++)
                text_add(&cycle, "%s waits for ", graph->operators[path[p]].name);
            text_add(&cycle, "%s", graph->operators[before].name);
            int r = jcur_error(at, "a cycle: %s", text_get(&cycle));
            text_done(&cycle);
            return r;
        }
        if (state[before] == 0) {
            int r = find_cycle(at, graph, before, state, path, depth + 1);
            if (r < 0)
                return r;
        }
    }
    state[index] = 2;
    return 0;
}

static int check_order(const struct jcur *at, const struct schedule_graph *graph)
{
    size_t n = graph->operator_count;
    unsigned char *state = mem_zeroed(n, 1);
    size_t *path = mem_zeroed(n + 1, sizeof *path);
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        if (state[i] == 0)
            r = find_cycle(at, graph, i, state, path, 0);
    for (size_t i = 0; i < n && r == 0; i++)
        for (size_t a = 0; a < graph->operators[i].after_count && r == 0; a++)
            if (graph->operators[i].after[a] > i)
                r = jcur_error(at,
                               "\"%s\" waits for \"%s\", which stands after it; operators stand in "
                               "issue order",
                               graph->operators[i].name,
                               graph->operators[graph->operators[i].after[a]].name);
    free(path);
    free(state);
    return r;
}

/* What makes a graph an MoE's: routed experts, and a way there and back for each. */
static int check_moe(const struct jcur *at, const struct schedule_graph *graph)
{
    static const enum operator_kind needed[] = {OPERATOR_DISPATCH, OPERATOR_EXPERT,
                                                OPERATOR_COMBINE};
    size_t counts[OPERATOR_KIND_COUNT] = {0};
    int r = 0;
    for (size_t i = 0; i < graph->operator_count; i++)
        counts[graph->operators[i].kind]++;
    for (size_t n = 0; n < sizeof needed / sizeof *needed; n++)
        if (counts[needed[n]] == 0)
            r = jcur_error(at, "no operator of kind \"%s\"", operator_kind_names[needed[n]]);
    if (r == 0 && counts[OPERATOR_DISPATCH] != counts[OPERATOR_COMBINE])
        r = jcur_error(at, "%zu operators of kind \"dispatch\" but %zu of kind \"combine\"",
                       counts[OPERATOR_DISPATCH], counts[OPERATOR_COMBINE]);
    return r;
}

static int read_operators(const struct jcur *at, struct schedule_graph *graph)
{
    struct jcur list;
    size_t count;
    int r = jcur_member(at, "operators", &list);
    if (r < 0 || (r = jcur_array(&list, 1, OPERATORS_MAX, &count)) < 0)
        return r;
    graph->operators = mem_zeroed(count, sizeof *graph->operators);
    for (size_t i = 0; i < count; i++) {
        struct jcur element;
        jcur_element(&list, i, &element);
        if (read_operator(&element, graph) < 0)
            r = -EINVAL;
    }
    if (r < 0)
        return r; /* references would only repeat what is said already */
    for (size_t i = 0; i < count; i++) {
        struct jcur element;
        jcur_element(&list, i, &element);
        if (read_after(&element, graph, i) < 0)
            r = -EINVAL;
    }
    return r < 0 ? r : check_order(&list, graph);
}

static int read_slot(const struct jcur *at, struct schedule_graph *graph)
{
    static const char *const known[] = {"operator", "among", NULL};
    struct jcur operator_at, among;
    size_t count;
    int r = jcur_only(at, known);
    r |= jcur_member(at, "operator", &operator_at) ||
         read_reference(&operator_at, graph, &graph->slot_operator);
    if (jcur_member(at, "among", &among) < 0 || jcur_array(&among, 1, OPERATORS_MAX, &count) < 0 || r)
        return -EINVAL;
    graph->among = mem_zeroed(count, sizeof *graph->among);
    size_t queue = graph->operators[graph->slot_operator].queue;
    for (size_t i = 0; i < count; i++) {
        struct jcur element;
        size_t backbone;
        jcur_element(&among, i, &element);
        if (read_reference(&element, graph, &backbone) < 0)
            return -EINVAL;
        if (graph->operators[backbone].queue != queue)
            return jcur_error(&element, "\"%s\" is on another queue than \"%s\"",
                              graph->operators[backbone].name,
                              graph->operators[graph->slot_operator].name);
        if (backbone == graph->slot_operator ||
            (i > 0 && backbone <= graph->among[i - 1]))
            return jcur_error(&element, "backbone operators must differ from the slot's operator and "
                                        "stand in issue order");
        graph->among[i] = backbone;
    }
    graph->among_count = count;
    return 0;
}

static int read_graph(const struct jcur *at, struct schedule_graph *graph)
{
    static const char *const known[] = {"operators", "slot", NULL};
    struct jcur slot;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_only(at, known);
    if (read_operators(at, graph) < 0)
        return -EINVAL;
    r |= check_moe(at, graph);
    if (jcur_has(at, "slot", &slot))
        r |= read_slot(&slot, graph);
    return r ? -EINVAL : 0;
}

static int read_pipeline(const struct jcur *at, struct schedule *schedule)
{
    static const char *const known[] = {"operators", "chunks", NULL};
    struct jcur operators, chunks;
    size_t operator_count, chunk_count;
    int r = jcur_only(at, known);
    if (jcur_member(at, "operators", &operators) < 0 ||
        jcur_array(&operators, 1, OPERATORS_MAX, &operator_count) < 0 ||
        jcur_member(at, "chunks", &chunks) < 0 || jcur_array(&chunks, 1, 64, &chunk_count) < 0 || r)
        return -EINVAL;
    schedule->pipelined = mem_zeroed(operator_count, sizeof *schedule->pipelined);
    for (size_t i = 0; i < operator_count; i++) {
        struct jcur element;
        const char *name;
        size_t ignored;
        jcur_element(&operators, i, &element);
        const struct schedule_graph *graphs[] = {&schedule->pair, &schedule->block};
        for (size_t g = 0; g < 2; g++)
            if (graphs[g]->operator_count && read_reference(&element, graphs[g], &ignored) < 0)
                return -EINVAL;
        if (jcur_string(&element, &name) < 0)
            return -EINVAL;
        schedule->pipelined[schedule->pipelined_count++] = mem_copy_string(name);
    }
    schedule->chunk_choices = mem_zeroed(chunk_count, sizeof *schedule->chunk_choices);
    for (size_t i = 0; i < chunk_count; i++) {
        struct jcur element;
        jcur_element(&chunks, i, &element);
        r |= jcur_count(&element, 1, CHUNKS_MAX, &schedule->chunk_choices[i]);
    }
    schedule->chunk_choice_count = chunk_count;
    return r ? -EINVAL : 0;
}

static void graph_done(struct schedule_graph *graph)
{
    for (size_t i = 0; i < graph->operator_count; i++) {
        free(graph->operators[i].name);
        free(graph->operators[i].after);
    }
    for (size_t q = 0; q < graph->queue_count; q++)
        free(graph->queues[q]);
    free(graph->operators);
    free(graph->queues);
    free(graph->among);
    *graph = (struct schedule_graph){0};
}

/* Takes both graphs over from the schedule that graph_of names. That one has its own, so that the way
 * there is one step long. */
static int borrow_graphs(const struct jcur *at, struct schedule *schedule)
{
    const char *name;
    char *path;
    struct json *doc;
    int r = jcur_string(at, &name);
    if (r < 0)
        return r;
    struct diag missing = {0};
    if (data_find("models/schedule", "schedule", name, &missing, &path) < 0) {
        r = jcur_error(at, "%s", missing.messages[0]);
        diag_done(&missing);
        return r;
    }
    r = json_load(path, at->diag, &doc);
    free(path);
    if (r < 0)
        return r;
    struct jcur root = json_root(doc, at->diag), ignored;
    struct schedule *other = NULL;
    if (jcur_has(&root, "graph_of", &ignored))
        r = jcur_error(at, "schedule \"%s\" takes its own graph from elsewhere", name);
    else
        r = schedule_read(doc, at->diag, &other);
    json_free(doc);
    if (r < 0)
        return r;
    schedule->pair = other->pair;
    schedule->block = other->block;
    other->pair = other->block = (struct schedule_graph){0};
    schedule_free(other);
    return 0;
}

static int read_graphs(const struct jcur *at, struct schedule *schedule)
{
    struct jcur pair, block, graph_of;
    bool has_pair = jcur_has(at, "pair", &pair), has_block = jcur_has(at, "block", &block);
    if (jcur_has(at, "graph_of", &graph_of)) {
        if (has_pair || has_block)
            return jcur_error(at, "\"graph_of\" excludes \"pair\" and \"block\"");
        return borrow_graphs(&graph_of, schedule);
    }
    if (!has_pair && !has_block)
        return jcur_error(at, "expected a \"pair\", a \"block\" or \"graph_of\"");
    int r = has_pair ? read_graph(&pair, &schedule->pair) : 0;
    r |= has_block ? read_graph(&block, &schedule->block) : 0;
    return r;
}

static int read_fixed_slots(const struct jcur *at, struct schedule *schedule)
{
    size_t most = schedule->pair.among_count > schedule->block.among_count
                      ? schedule->pair.among_count
                      : schedule->block.among_count;
    size_t *const slots[] = {&schedule->fixed_slot, &schedule->fixed_backward_slot};
    const char *const names[] = {"fixed_slot", "fixed_backward_slot"};
    int r = 0;
    for (size_t i = 0; i < 2; i++) {
        struct jcur ignored;
        if (most == 0 && jcur_has(at, names[i], &ignored))
            r |= jcur_error(&ignored, "schedule %s has no slot to fix", schedule->name);
        else
            r |= jget_count_or(at, names[i], 1, most + 1, 0, slots[i]);
    }
    return r;
}

static int read_top_k(const struct jcur *at, size_t *ret)
{
    struct jcur top_k;
    int r = jcur_member(at, "routed_top_k", &top_k);
    if (r < 0)
        return r;
    if (jcur_is_string(&top_k)) {
        static const char *const words[] = {"model", NULL};
        size_t ignored;
        *ret = 0;
        return jcur_word(&top_k, words, &ignored);
    }
    return jcur_count(&top_k, 1, 64, ret);
}

int schedule_read(const struct json *doc, struct diag *diag, struct schedule **ret)
{
    static const char *const known[] = {
        "schema", "name", "summary", "source", "routed_top_k", "shared_expert", "without_shortcut",
        "delay_weight_gradient", "in_all", "graph_of", "pair", "block", "pipeline", "fixed_slot",
        "fixed_backward_slot", NULL};
    struct jcur root = json_root(doc, diag), pipeline;
    int r = jcur_object(&root);
    if (r < 0 || (r = jget_schema(&root, "scmoesim/schedule/1")) < 0)
        return r;
    struct schedule *schedule = mem_zeroed(1, sizeof *schedule);
    const char *name = "", *summary = "", *source = "", *without = NULL;
    r = jcur_only(&root, known);
    r |= jget_string(&root, "name", &name);
    r |= jget_string_or(&root, "summary", "", &summary);
    r |= jget_string_or(&root, "source", "", &source);
    r |= jget_string_or(&root, "without_shortcut", NULL, &without);
    r |= read_top_k(&root, &schedule->routed_top_k);
    r |= jget_bool_or(&root, "shared_expert", false, &schedule->shared_expert);
    r |= jget_bool_or(&root, "in_all", true, &schedule->in_all);
    r |= jget_bool_or(&root, "delay_weight_gradient", false, &schedule->delay_weight_gradient);
    schedule->name = mem_copy_string(name);
    schedule->summary = mem_copy_string(summary);
    schedule->source = mem_copy_string(source);
    schedule->without_shortcut = without ? mem_copy_string(without) : NULL;
    int graphs = read_graphs(&root, schedule);
    r |= graphs;
    if (graphs == 0 && jcur_has(&root, "pipeline", &pipeline))
        r |= read_pipeline(&pipeline, schedule);
    if (graphs == 0)
        r |= read_fixed_slots(&root, schedule);
    if (r) {
        schedule_free(schedule);
        return -EINVAL;
    }
    *ret = schedule;
    return 0;
}

int schedule_load(const char *word, struct diag *diag, struct schedule **ret)
{
    char *path;
    struct json *doc;
    int r = data_find("models/schedule", "schedule", word, diag, &path);
    if (r < 0)
        return r;
    r = json_load(path, diag, &doc);
    free(path);
    if (r < 0)
        return r;
    r = schedule_read(doc, diag, ret);
    json_free(doc);
    return r;
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    graph_done(&schedule->pair);
    graph_done(&schedule->block);
    for (size_t i = 0; i < schedule->pipelined_count; i++)
        free(schedule->pipelined[i]);
    free(schedule->pipelined);
    free(schedule->chunk_choices);
    free(schedule->name);
    free(schedule->summary);
    free(schedule->source);
    free(schedule->without_shortcut);
    free(schedule);
}

const struct schedule_graph *schedule_graph_for(const struct schedule *schedule, size_t moe_every)
{
    const struct schedule_graph *graph = moe_every == 1 ? &schedule->block : &schedule->pair;
    return graph->operator_count ? graph : NULL;
}

bool schedule_has_kind(const struct schedule *schedule, enum operator_kind kind)
{
    const struct schedule_graph *const graphs[] = {&schedule->pair, &schedule->block};

    for (size_t g = 0; g < 2; g++)
        for (size_t i = 0; i < graphs[g]->operator_count; i++)
            if (graphs[g]->operators[i].kind == kind)
                return true;
    return false;
}
