#include "sim/schedule/schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/schedule/graph.h"

#define CHUNKS_MAX 256

static int read_pipeline(const struct jcur *at, struct schedule *schedule)
{
    if (schedule->pair.layers > 1 || schedule->block.layers > 1)
        return jcur_error(at, "a graph of several layers cannot be pipelined");
    struct jcur operators, chunks;
    size_t operator_count, chunk_count;
    int r = jcur_members(at, "operators,chunks");
    if (jget_array(at, "operators", 1, GRAPH_OPERATORS_MAX, &operators, &operator_count) < 0 ||
        jget_array(at, "chunks", 1, 64, &chunks, &chunk_count) < 0 || r)
        return -EINVAL;
    schedule->pipelined = mem_zeroed(operator_count, sizeof *schedule->pipelined);
    for (size_t i = 0; i < operator_count; i++) {
        const char *name;
        size_t ignored;
        struct jcur element = jcur_element(&operators, i);
        const struct schedule_graph *graphs[] = {&schedule->pair, &schedule->block};
        for (size_t g = 0; g < 2; g++)
            if (graphs[g]->operator_count && graph_reference(&element, graphs[g], &ignored) < 0)
                return -EINVAL;
        if (jcur_string(&element, &name) < 0)
            return -EINVAL;
        schedule->pipelined[schedule->pipelined_count++] = mem_copy_string(name);
    }
    schedule->chunk_choices = mem_zeroed(chunk_count, sizeof *schedule->chunk_choices);
    for (size_t i = 0; i < chunk_count; i++) {
        struct jcur element = jcur_element(&chunks, i);
        r |= jcur_count(&element, 1, CHUNKS_MAX, &schedule->chunk_choices[i]);
    }
    schedule->chunk_choice_count = chunk_count;
    return r ? -EINVAL : 0;
}

/* Takes both graphs over from the schedule that graph_of names. That one has its own, so that the
 * way there is one step long. */
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
    int r = has_pair ? graph_read(&pair, &schedule->pair) : 0;
    r |= has_block ? graph_read(&block, &schedule->block) : 0;
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
    struct jcur root = json_root(doc, diag), pipeline;
    int r = jcur_object(&root);
    if (r < 0 || (r = jget_schema(&root, "scmoesim/schedule/1")) < 0)
        return r;
    struct schedule *schedule = mem_zeroed(1, sizeof *schedule);
    const char *name = "", *summary = "", *source = "", *without = NULL;
    r = jcur_members(&root,
                     "schema,name,summary,source,routed_top_k,shared_expert,without_shortcut,"
                     "delay_weight_gradient,in_all,graph_of,pair,block,pipeline,fixed_slot,"
                     "fixed_backward_slot");
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

bool schedule_has_both_passes(const struct schedule *schedule)
{
    return schedule->pair.both_passes || schedule->block.both_passes;
}
