/* Writing JSON, a value at a time. */
#include <assert.h>
#include <math.h>

#include "sim/base/json.h"

void jout_init(struct jout *out, struct text *to)
{
    *out = (struct jout){.to = to, .first = true};
}

void jout_inline(struct jout *out)
{
    out->inline_container = true;
}

static void new_line(struct jout *out)
{
    text_add(out->to, "\n%*s", (int)(2 * out->depth), "");
}

/* What stands between the value before and this one, then the member's name. */
static void lead(struct jout *out, const char *key)
{
    assert(out->depth > 0 || (out->first && !key)); /* one value at the root, without a name */
    if (!out->first)
        text_add(out->to, out->inline_depth ? ", " : ",");
    if (out->depth > 0 && !out->inline_depth)
        new_line(out);
    if (key) {
        text_add_quoted(out->to, key, TEXT_WHOLE);
        text_add(out->to, ": ");
    }
    out->first = false;
}

/* A root that is no container ends its line by itself. */
static void trail(struct jout *out)
{
    if (out->depth == 0)
        text_add(out->to, "\n");
}

static void open_container(struct jout *out, const char *key, const char *opening)
{
    lead(out, key);
    text_add(out->to, "%s", opening);
    out->depth++;
    out->first = true;
    if (out->inline_container && !out->inline_depth)
        out->inline_depth = out->depth;
    out->inline_container = false;
}

void jout_object(struct jout *out, const char *key)
{
    open_container(out, key, "{");
}

void jout_array(struct jout *out, const char *key)
{
    open_container(out, key, "[");
}

void jout_end(struct jout *out, char closing)
{
    assert(out->depth > 0 && (closing == '}' || closing == ']'));
    bool one_line = out->inline_depth > 0 || out->first;
    if (out->inline_depth == out->depth)
        out->inline_depth = 0;
    out->depth--;
    if (!one_line)
        new_line(out);
    text_add(out->to, "%c", closing);
    out->first = false;
    trail(out);
}

void jout_string(struct jout *out, const char *key, const char *value)
{
    lead(out, key);
    if (value)
        text_add_quoted(out->to, value, TEXT_WHOLE);
    else
        text_add(out->to, "null");
    trail(out);
}

void jout_number(struct jout *out, const char *key, double value)
{
    char number[NUMBER_MAX];
    lead(out, key);
    text_add(out->to, "%s", isfinite(value) ? number_print(number, value) : "null");
    trail(out);
}

void jout_count(struct jout *out, const char *key, size_t value)
{
    lead(out, key);
    text_add(out->to, "%zu", value);
    trail(out);
}

void jout_bool(struct jout *out, const char *key, bool value)
{
    lead(out, key);
    text_add(out->to, value ? "true" : "false");
    trail(out);
}
