/* Sweeps as files. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/json.h"
#include "sim/base/mem.h"
#include "sim/sweep/sweep.h"

static const char schema[] = "scmoesim/sweep/1";

static int read_end(const struct jcur *at, const char *key, const char *pointer, double *ret)
{
    struct jcur member;
    char *text;
    int r = jcur_member(at, key, &member);
    if (r < 0 || (r = request_value(&member, &text)) < 0)
        return r;
    if (!axis_number(pointer, text, ret))
        r = jcur_error(&member, "expected a number, got \"%s\"", text);
    free(text);
    return r;
}

static int read_range(const struct jcur *at, const char *pointer, struct range *ret)
{
    static const char *const scales[] = {"linear", "log", NULL};
    struct jcur member;
    size_t scale = 0;
    int r = read_end(at, "from", pointer, &ret->from);
    r |= read_end(at, "to", pointer, &ret->to);
    r |= jget_count_or(at, "steps", 1, SWEEP_POINTS_MAX, 0, &ret->steps);
    if (jcur_has(at, "scale", &member))
        r |= jcur_word(&member, scales, &scale);
    r |= jget_bool_or(at, "whole", false, &ret->whole);
    ret->log = scale == 1;
    return r ? -EINVAL : 0;
}

static int read_values(const struct jcur *at, struct axis_draft *draft)
{
    size_t count;
    int r = jcur_array(at, 1, SWEEP_POINTS_MAX, &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct jcur value = jcur_element(at, i);
        draft->texts = mem_resized(draft->texts, draft->count + 1, sizeof *draft->texts);
        if ((r = request_value(&value, &draft->texts[draft->count])) == 0)
            draft->count++;
    }
    return r;
}

static int read_axis(const struct jcur *at, struct axis_draft *draft)
{
    struct jcur values;
    const char *pointer;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_members(at, "pointer,values,from,to,steps,scale,whole");
    r |= jget_string(at, "pointer", &pointer);
    if (r)
        return -EINVAL;
    draft->pointer = mem_copy_string(pointer);
    if (!jcur_has(at, "values", &values))
        return read_range(at, pointer, &draft->range);
    if (jcur_has(at, "from", &values) || jcur_has(at, "to", &values))
        return jcur_error(at, "expected \"values\", or \"from\" and \"to\", got both");
    jcur_has(at, "values", &values);
    return read_values(&values, draft);
}

/* The drafts of a file, being read. */
struct drafts {
    struct axis_draft *list;
    size_t count;
};

static struct axis_draft *add_draft(struct drafts *drafts)
{
    drafts->list = mem_resized(drafts->list, drafts->count + 1, sizeof *drafts->list);
    drafts->list[drafts->count] = (struct axis_draft){0};
    return &drafts->list[drafts->count++];
}

static void drafts_done(struct drafts *drafts)
{
    for (size_t i = 0; i < drafts->count; i++)
        axis_draft_done(&drafts->list[i]);
    free(drafts->list);
}

static struct axis_draft *draft_of(struct drafts *drafts, const char *pointer, size_t points)
{
    for (size_t i = 0; i < drafts->count; i++)
        if (strcmp(drafts->list[i].pointer, pointer) == 0)
            return &drafts->list[i];
    struct axis_draft *draft = add_draft(drafts);
    draft->pointer = mem_copy_string(pointer);
    draft->texts = mem_zeroed(points, sizeof *draft->texts); /* NULL: as in the base */
    draft->count = points;
    return draft;
}

static int read_point(const struct jcur *at, size_t point, size_t points, struct drafts *drafts)
{
    struct jcur member;
    const char *pointer;
    int r = jcur_object(at);
    for (size_t i = 0; r == 0 && jcur_member_at(at, i, &pointer, &member); i++)
        r = request_value(&member, &draft_of(drafts, pointer, points)->texts[point]);
    return r;
}

/* "points", or else "vary". */
static int read_drafts(const struct jcur *root, bool points, struct drafts *drafts)
{
    struct jcur list, element;
    size_t count;
    int r = jget_array(root, points ? "points" : "vary", 1,
                       points ? SWEEP_POINTS_MAX : SWEEP_AXES_MAX, &list, &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        element = jcur_element(&list, i);
        r = points ? read_point(&element, i, count, drafts)
                   : read_axis(&element, add_draft(drafts));
    }
    return r;
}

static int read_axes(struct sweep *sweep, const struct jcur *root)
{
    struct sampling_request request = {.seed = 1};
    struct drafts drafts = {0};
    struct jcur member;
    size_t sampling = 0, seed = 1;
    int r = 0;
    if (jcur_has(root, "sampling", &member))
        r = jcur_word(&member, sampling_names, &sampling);
    request.sampling = (enum sampling)sampling;
    bool hypercube = request.sampling == SAMPLING_LATIN_HYPERCUBE;
    if (hypercube)
        r |= jget_count(root, "samples", 1, SWEEP_POINTS_MAX, &request.samples);
    r |= jget_count_or(root, "seed", 0, UINT32_MAX, 1, &seed);
    request.seed = seed;
    if (!hypercube && jcur_has(root, "samples", &member))
        r |= jcur_error(&member, "only a latin-hypercube has samples");
    if (r == 0)
        r = read_drafts(root, request.sampling == SAMPLING_LIST, &drafts);
    size_t said = root->diag->count;
    if (r == 0)
        r = sweep_set_axes(sweep, drafts.list, drafts.count, &request, root->diag);
    for (; said < root->diag->count; said++) { /* name the file */
        char *message = mem_format("%s: %s", root->file, root->diag->messages[said]);
        free(root->diag->messages[said]);
        root->diag->messages[said] = message;
    }
    drafts_done(&drafts);
    return r;
}

static int read_spec(struct sweep *sweep, const struct jcur *root)
{
    struct jcur base;
    const char *ignored;
    int r = jcur_object(root);
    if (r == 0)
        r = jget_schema(root, schema);
    if (r < 0)
        return r;
    r = jcur_members(root, "schema,name,summary,source,base,sampling,samples,seed,vary,points");
    r |= jget_string_or(root, "name", "", &ignored);
    r |= jget_string_or(root, "summary", "", &ignored);
    r |= jget_string_or(root, "source", "", &ignored);
    if (jcur_has(root, "base", &base))
        r |= request_read(&base, &sweep->words, &sweep->base);
    r |= read_axes(sweep, root);
    return r ? -EINVAL : 0;
}

int sweep_read(const struct json *doc, const struct study_request *base, struct diag *diag,
               struct sweep *ret)
{
    struct sweep sweep = {.base = *base};
    struct jcur root = json_root(doc, diag);
    int r = read_spec(&sweep, &root);
    if (r < 0)
        sweep_done(&sweep);
    else
        *ret = sweep;
    return r;
}

int sweep_load(const char *word, const struct study_request *base, struct diag *diag,
               struct sweep *ret)
{
    struct json *doc;
    int r = json_load_data("analysis/sweeps", "sweep", word, diag, &doc);
    if (r < 0)
        return r;
    r = sweep_read(doc, base, diag, ret);
    if (r < 0)
        json_free(doc);
    else
        ret->doc = doc;
    return r;
}

static void axis_done(struct axis *axis)
{
    for (size_t i = 0; i < axis->count; i++) {
        free(axis->values[i].text);
        free(axis->values[i].set);
    }
    free(axis->values);
    free(axis->pointer);
}

void sweep_done(struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->axis_count; i++)
        axis_done(&sweep->axes[i]);
    free(sweep->axes);
    request_words_done(&sweep->words);
    json_free(sweep->doc);
    *sweep = (struct sweep){0};
}
