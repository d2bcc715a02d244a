/* Reads a template's graph: operators, what they wait for, the slot; and lays layers in a row end
 * to end. */
#include "sim/schedule/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

#define LAYERS_MAX 128

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

int graph_reference(const struct jcur *at, const struct schedule_graph *graph, size_t *ret)
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

size_t graph_need_queue(char ***queues, size_t *count, const char *name)
{
    for (size_t q = 0; q < *count; q++)
        if (strcmp((*queues)[q], name) == 0)
            return q;
    *queues = mem_resized(*queues, *count + 1, sizeof **queues);
    (*queues)[*count] = mem_copy_string(name);
    return (*count)++;
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
    struct template_operator op = {0};
    const char *name = NULL, *queue = NULL;
    struct jcur kind_at, pass_at;
    size_t kind = 0, pass = PASS_FORWARD;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_members(at, "name,kind,queue,after,after_previous,top_k,token_ratio,pass");
    r |= jget_string(at, "name", &name);
    r |= jcur_member(at, "kind", &kind_at) || jcur_word(&kind_at, operator_kind_names, &kind);
    r |= jget_count_or(at, "top_k", 1, 64, 0, &op.top_k);
    r |= jget_between_or(at, "token_ratio", 0, 1, 1, &op.token_ratio);
    if (jcur_has(at, "pass", &pass_at))
        r |= jcur_word(&pass_at, operator_pass_names, &pass);
    r |= jget_string_or(at, "queue", default_queue((enum operator_kind)kind), &queue);
    if (r)
        return -EINVAL;
    if (operator_communicates((enum operator_kind)kind) &&
        !operator_is_all_to_all((enum operator_kind)kind))
        return jcur_error(&kind_at,
                          "nothing in a template says among whom a \"%s\" goes, or how many bytes",
                          operator_kind_names[kind]);
    if (!*name || !*queue)
        return jcur_error(at, "\"name\" and \"queue\" must not be empty");
    if (strchr(name, '@'))
        return jcur_error(at, "\"@\" in a name is for the layers that operators are repeated for");
    if (op.token_ratio <= 0)
        return jcur_error(at, "expected a \"token_ratio\" > 0 and <= 1, got 0");
    if (find_operator(graph, name) < graph->operator_count)
        return jcur_error(at, "a second operator named \"%s\"", name);
    op.name = mem_copy_string(name);
    op.kind = (enum operator_kind)kind;
    op.pass = (enum operator_pass)pass;
    graph->both_passes |= pass != PASS_FORWARD;
    op.queue = graph_need_queue(&graph->queues, &graph->queue_count, queue);
    graph->operators[graph->operator_count++] = op;
    return 0;
}

static int read_list(const struct jcur *list, const struct schedule_graph *graph, size_t **ret,
                     size_t *ret_count)
{
    size_t count, at = 0;
    int r = jcur_array(list, 0, GRAPH_OPERATORS_MAX, &count);
    if (r < 0)
        return r;
    *ret = mem_zeroed(count, sizeof **ret);
    for (size_t i = 0; i < count; i++) {
        struct jcur element = jcur_element(list, i);
        if (graph_reference(&element, graph, &(*ret)[at]) < 0)
            r = -EINVAL;
        else
            at++;
    }
    *ret_count = at;
    return r;
}

static int read_after(const struct jcur *at, struct schedule_graph *graph, size_t index)
{
    struct template_operator *op = &graph->operators[index];
    struct jcur after, previous;
    int r = jcur_member(at, "after", &after);
    if (r == 0)
        r = read_list(&after, graph, &op->after, &op->after_count);
    if (jcur_has(at, "after_previous", &previous))
        r |= read_list(&previous, graph, &op->after_previous, &op->after_previous_count);
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

/* Tokens that go to experts elsewhere come back: with a dispatch there are experts and as many
 * combines. A graph with neither is a dense layer, or has its experts at hand. */
static int check_all_to_alls(const struct jcur *at, const struct schedule_graph *graph)
{
    static const enum operator_kind needed[] = {OPERATOR_DISPATCH, OPERATOR_EXPERT,
                                                OPERATOR_COMBINE};
    size_t counts[OPERATOR_KIND_COUNT] = {0};
    int r = 0;
    for (size_t i = 0; i < graph->operator_count; i++)
        counts[graph->operators[i].kind]++;
    if (counts[OPERATOR_DISPATCH] + counts[OPERATOR_COMBINE] == 0)
        return 0;
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
    int r = jget_array(at, "operators", 1, GRAPH_OPERATORS_MAX, &list, &count);
    if (r < 0)
        return r;
    graph->operators = mem_zeroed(count, sizeof *graph->operators);
    for (size_t i = 0; i < count; i++) {
        struct jcur element = jcur_element(&list, i);
        if (read_operator(&element, graph) < 0)
            r = -EINVAL;
    }
    if (r < 0)
        return r; /* references would only repeat what is said already */
    for (size_t i = 0; i < count; i++) {
        struct jcur element = jcur_element(&list, i);
        if (read_after(&element, graph, i) < 0)
            r = -EINVAL;
    }
    return r < 0 ? r : check_order(&list, graph);
}

static int read_slot(const struct jcur *at, struct schedule_graph *graph)
{
    struct jcur operator_at, among;
    size_t count;
    int r = jcur_members(at, "operator,among");
    r |= jcur_member(at, "operator", &operator_at) ||
         graph_reference(&operator_at, graph, &graph->slot_operator);
    if (jget_array(at, "among", 1, GRAPH_OPERATORS_MAX, &among, &count) < 0 || r)
        return -EINVAL;
    graph->among = mem_zeroed(count, sizeof *graph->among);
    size_t queue = graph->operators[graph->slot_operator].queue;
    for (size_t i = 0; i < count; i++) {
        size_t backbone;
        struct jcur element = jcur_element(&among, i);
        if (graph_reference(&element, graph, &backbone) < 0)
            return -EINVAL;
        if (graph->operators[backbone].queue != queue)
            return jcur_error(&element, "\"%s\" is on another queue than \"%s\"",
                              graph->operators[backbone].name,
                              graph->operators[graph->slot_operator].name);
        if (backbone == graph->slot_operator || (i > 0 && backbone <= graph->among[i - 1]))
            return jcur_error(&element,
                              "backbone operators must differ from the slot's operator and "
                              "stand in issue order");
        graph->among[i] = backbone;
    }
    graph->among_count = count;
    return 0;
}

/* The template's operator in a later layer; position 0 is the first layer's first operator. */
static struct template_operator in_layer(const struct template_operator *from, size_t layer,
                                         size_t per_layer)
{
    struct template_operator op = *from;
    size_t earlier = layer ? from->after_previous_count : 0;
    op.name = mem_format("%s@%zu", from->name, layer + 1);
    op.after = mem_zeroed(from->after_count + earlier, sizeof *op.after);
    op.after_count = 0;
    for (size_t i = 0; i < from->after_count; i++)
        op.after[op.after_count++] = layer * per_layer + from->after[i];
    for (size_t i = 0; i < earlier; i++)
        op.after[op.after_count++] = (layer - 1) * per_layer + from->after_previous[i];
    op.after_previous = NULL;
    op.after_previous_count = 0;
    return op;
}

static void free_operators(struct template_operator *operators, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(operators[i].name);
        free(operators[i].after);
        free(operators[i].after_previous);
    }
    free(operators);
}

/* Lays the layers end to end, so that whoever builds plans sees one graph. */
static void unroll(struct schedule_graph *graph)
{
    size_t n = graph->operator_count;
    struct template_operator *all = mem_zeroed(n * graph->layers, sizeof *all);
    for (size_t layer = 0; layer < graph->layers; layer++)
        for (size_t i = 0; i < n; i++)
            all[layer * n + i] = in_layer(&graph->operators[i], layer, n);
    free_operators(graph->operators, n);
    graph->operators = all;
    graph->operator_count = n * graph->layers;
}

static int read_layers(const struct jcur *at, struct schedule_graph *graph)
{
    struct jcur ignored;
    int r = jget_count_or(at, "layers", 1, LAYERS_MAX, 1, &graph->layers);
    if (r < 0 || graph->layers == 1)
        return r;
    if (jcur_has(at, "slot", &ignored))
        return jcur_error(at, "a graph of %zu layers has no slot to search", graph->layers);
    unroll(graph);
    return 0;
}

int graph_read(const struct jcur *at, struct schedule_graph *graph)
{
    struct jcur slot;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_members(at, "operators,slot,layers");
    if (read_operators(at, graph) < 0)
        return -EINVAL;
    r |= check_all_to_alls(at, graph);
    if (jcur_has(at, "slot", &slot))
        r |= read_slot(&slot, graph);
    if (!r)
        r = read_layers(at, graph);
    return r ? -EINVAL : 0;
}

void graph_done(struct schedule_graph *graph)
{
    free_operators(graph->operators, graph->operator_count);
    for (size_t q = 0; q < graph->queue_count; q++)
        free(graph->queues[q]);
    free(graph->queues);
    free(graph->among);
    *graph = (struct schedule_graph){0};
}
