/* From "a..b:n log" to values. */
#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/base/number.h"
#include "sim/sweep/sweep.h"

/* Values of a range are rounded to so many digits, so that 2..64:6log is 2, 4, 8 and not
 * 4.0000000000000009: rounding never decides whether a count is whole. */
#define RANGE_DIGITS 12

const char *const sampling_names[] = {"grid", "zip", "list", "latin-hypercube", NULL};

bool axis_number(const char *pointer, const char *text, double *ret)
{
    if (json_set_number(pointer, text, ret))
        return true;
    bool counts = strcmp(pointer, "/tokens") == 0 || strcmp(pointer, "/ep") == 0 ||
                  strncmp(pointer, "/model/", 7) == 0;
    return counts && quantity_parse(text, UNIT_COUNT, ret) == 0;
}

/* Where the next value ends: at a separator outside brackets and quotes. */
static size_t value_length(const char *text, char separator)
{
    size_t length = 0, depth = 0;
    bool quoted = false;
    for (; text[length]; length++) {
        char c = text[length];
        if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '[' || c == '{'))
            depth++;
        else if (!quoted && depth > 0 && (c == ']' || c == '}'))
            depth--;
        else if (!quoted && depth == 0 && c == separator)
            break;
    }
    return length;
}

static int split_values(const char *list, struct diag *diag, struct axis_draft *draft)
{
    char separator = strchr(list, ';') ? ';' : ',';
    for (const char *at = list;; at++) {
        size_t length = value_length(at, separator);
        if (length == 0)
            return diag_say(diag, "--vary %s: an empty value in \"%s\"", draft->pointer, list);
        draft->texts = mem_resized(draft->texts, draft->count + 1, sizeof *draft->texts);
        draft->texts[draft->count++] = mem_format("%.*s", (int)length, at);
        at += length;
        if (!*at)
            return 0;
    }
}

/* "20", "20log", "20 log whole", "whole" */
static int read_range_words(const char *text, struct range *range)
{
    size_t digits = strspn(text, "0123456789");
    range->steps = digits && digits < 9 ? strtoul(text, NULL, 10) : 0;
    for (text += digits; *text;) {
        if (*text == ' ')
            text++;
        else if (strncmp(text, "log", 3) == 0 && (range->log = true))
            text += 3;
        else if (strncmp(text, "whole", 5) == 0 && (range->whole = true))
            text += 5;
        else
            return -EINVAL;
    }
    return 0;
}

/* A range where both ends are numbers: names may hold two dots as well. */
static bool is_range(const char *pointer, const char *text, struct range *range,
                     const char **ret_words)
{
    const char *dots = strstr(text, "..");
    if (!dots)
        return false;
    char *from = mem_format("%.*s", (int)(dots - text), text);
    char *to = mem_format("%.*s", (int)strcspn(dots + 2, ":"), dots + 2);
    bool range_given =
        axis_number(pointer, from, &range->from) && axis_number(pointer, to, &range->to);
    *ret_words = dots + 2 + strlen(to);
    free(from);
    free(to);
    return range_given;
}

int axis_draft_parse(const char *text, struct diag *diag, struct axis_draft *ret)
{
    const char *equals = strchr(text, '='), *words;
    if (text[0] != '/' || !equals)
        return diag_say(diag, "--vary %s: expected /POINTER=VALUES", text);
    *ret = (struct axis_draft){.pointer = mem_format("%.*s", (int)(equals - text), text)};
    if (!is_range(ret->pointer, equals + 1, &ret->range, &words))
        return split_values(equals + 1, diag, ret);
    if (read_range_words(*words == ':' ? words + 1 : words, &ret->range) < 0)
        return diag_say(
            diag,
            "--vary %s: expected FROM..TO:COUNT with \"log\" or \"whole\" behind it, got "
            "\"%s\"",
            ret->pointer, equals + 1);
    return 0;
}

void axis_draft_done(struct axis_draft *draft)
{
    for (size_t i = 0; i < draft->count; i++)
        free(draft->texts[i]);
    free(draft->texts);
    free(draft->pointer);
}

static struct value value_of(const char *pointer, const char *text)
{
    struct value value = {.number = NAN};
    char number[NUMBER_MAX];
    if (axis_number(pointer, text, &value.number))
        text = number_print(number, value.number);
    else
        value.number = NAN;
    value.text = mem_copy_string(text);
    value.set = mem_format("%s=%s", pointer, text);
    return value;
}

double range_round(double value)
{
    char digits[NUMBER_MAX];
    number_format(digits, sizeof digits, "%.*g", RANGE_DIGITS, value);
    return number_read(digits);
}

static double in_range(const struct range *range, double share)
{
    double value = range->log ? range->from * pow(range->to / range->from, share)
                              : range->from + (range->to - range->from) * share;
    value = range_round(value);
    return range->whole ? round(value) : value;
}

static void add_value(struct axis *axis, struct value value)
{
    axis->values = mem_resized(axis->values, axis->count + 1, sizeof *axis->values);
    axis->values[axis->count++] = value;
}

static void add_number(struct axis *axis, double number)
{
    char text[NUMBER_MAX];
    add_value(axis, value_of(axis->pointer, number_print(text, number)));
}

/* Whole numbers of a short range come more than once; they are wanted once. */
static void expand_range(struct axis *axis, const struct range *range)
{
    for (size_t i = 0; i < range->steps; i++) {
        double share = range->steps > 1 ? (double)i / (double)(range->steps - 1) : 0;
        double number = in_range(range, share);
        if (!range->whole || axis->count == 0 || number != axis->values[axis->count - 1].number)
            add_number(axis, number);
    }
}

/* One value in each of as many equal parts as there are samples, the parts in random order. */
static void expand_samples(struct axis *axis, const struct axis_draft *draft, size_t samples,
                           gsl_rng *random)
{
    size_t *parts = mem_zeroed(samples, sizeof *parts);
    for (size_t i = 0; i < samples; i++)
        parts[i] = i;
    gsl_ran_shuffle(random, parts, samples, sizeof *parts);
    for (size_t i = 0; i < samples; i++) {
        double share = ((double)parts[i] + gsl_rng_uniform(random)) / (double)samples;
        if (draft->count)
            add_value(axis, value_of(axis->pointer,
                                     draft->texts[(size_t)(share * (double)draft->count)]));
        else
            add_number(axis, in_range(&draft->range, share));
    }
    free(parts);
}

static int check_range(const struct axis_draft *draft, bool samples, struct diag *diag)
{
    const struct range *range = &draft->range;
    if (draft->count)
        return 0;
    if (!samples && range->steps == 0)
        return diag_say(diag, "%s: a range needs a count of values, FROM..TO:COUNT",
                        draft->pointer);
    if (range->steps > SWEEP_POINTS_MAX)
        return diag_say(diag, "%s: more than %u values", draft->pointer, SWEEP_POINTS_MAX);
    if (range->log && !(range->from > 0 && range->to > 0))
        return diag_say(diag, "%s: a logarithmic range lies above 0", draft->pointer);
    return 0;
}

/* Words that are looked at before any point is played. */
static int check_value(const char *pointer, const struct value *value, struct diag *diag)
{
    if (strpbrk(value->text, "\r\n"))
        return diag_say(diag, "%s: a value is one line", pointer);
    if (strcmp(pointer, "/mode") == 0 &&
        !run_mode_names[word_position(run_mode_names, value->text)])
        return diag_say(diag, "/mode: expected inference or training, got \"%s\"", value->text);
    bool whole =
        value->number >= 1 && value->number <= 1e9 && value->number == floor(value->number);
    if (strcmp(pointer, "/ep") == 0 && !whole)
        return diag_say(diag, "/ep: expected a whole number >= 1, got \"%s\"", value->text);
    if (strcmp(pointer, "/tokens") == 0 && !(value->number > 0))
        return diag_say(diag, "/tokens: expected a number > 0, got \"%s\"", value->text);
    return 0;
}

static int check_pointer(const struct sweep *sweep, const char *pointer, struct diag *diag)
{
    static const char *const words[] = {"model",  "topology", "schedule", "costs",
                                        "gpu",    "routing",  "baseline", "mode",
                                        "tokens", "ep",       NULL};
    static const size_t words_from = 6, first_no_word = 4; /* the first six hold members, of which
                                                              gpu and routing are no words */
    char *room = mem_format("%.*s", (int)strcspn(pointer + (*pointer == '/'), "/"),
                            pointer + (*pointer == '/'));
    bool deep = pointer[0] == '/' && pointer[1 + strlen(room)] == '/';
    size_t word = word_position(words, room);
    int r = 0;
    if (pointer[0] != '/' || !words[word] || (deep && word >= words_from) ||
        (!deep && word >= first_no_word && word < words_from)) {
        struct text message = {0};
        text_add(&message, "cannot vary ");
        text_add_quoted(&message, pointer, TEXT_CLIP);
        text_add(&message, ": expected a member such as /model/experts (or of /topology, /gpu, "
                           "/schedule, /routing, /costs), or one of /model, /topology, "
                           "/schedule, /baseline, /costs, /mode, /tokens, /ep");
        if (!words[word])
            text_add_suggestion(&message, room, words);
        r = diag_say(diag, "%s", text_get(&message));
        text_done(&message);
    }
    for (size_t i = 0; i < sweep->axis_count && r == 0; i++)
        if (strcmp(sweep->axes[i].pointer, pointer) == 0)
            r = diag_say(diag, "%s varies twice", pointer);
    free(room);
    return r;
}

static int add_axis(struct sweep *sweep, const struct axis_draft *draft,
                    const struct sampling_request *request, gsl_rng *random, struct diag *diag)
{
    bool samples = request->sampling == SAMPLING_LATIN_HYPERCUBE;
    int r = check_pointer(sweep, draft->pointer, diag);
    if (r == 0)
        r = check_range(draft, samples, diag);
    if (r < 0)
        return r;
    struct axis axis = {.pointer = mem_copy_string(draft->pointer)};
    if (samples)
        expand_samples(&axis, draft, request->samples, random);
    else if (draft->count == 0)
        expand_range(&axis, &draft->range);
    for (size_t i = 0; i < draft->count && !samples; i++)
        add_value(&axis, draft->texts[i] ? value_of(axis.pointer, draft->texts[i])
                                         : (struct value){.number = NAN});
    sweep->axes = mem_resized(sweep->axes, sweep->axis_count + 1, sizeof *sweep->axes);
    sweep->axes[sweep->axis_count++] = axis;
    for (size_t i = 0; i < axis.count && r == 0; i++)
        if (axis.values[i].text)
            r = check_value(axis.pointer, &axis.values[i], diag);
    return r;
}

static int count_points(struct sweep *sweep, struct diag *diag)
{
    sweep->point_count = sweep->together && sweep->axis_count ? sweep->axes[0].count : 1;
    for (size_t a = 0; a < sweep->axis_count; a++) {
        size_t count = sweep->axes[a].count;
        if (sweep->together && count != sweep->point_count)
            return diag_say(diag,
                            "%s has %zu values, but %s has %zu: values that go together are "
                            "equally many",
                            sweep->axes[a].pointer, count, sweep->axes[0].pointer,
                            sweep->point_count);
        if (!sweep->together && sweep->point_count > SWEEP_POINTS_MAX / count)
            return diag_say(diag, "more than %u points", SWEEP_POINTS_MAX);
        if (!sweep->together)
            sweep->point_count *= count;
    }
    return 0;
}

int sweep_set_axes(struct sweep *sweep, const struct axis_draft *drafts, size_t count,
                   const struct sampling_request *request, struct diag *diag)
{
    if (count > SWEEP_AXES_MAX)
        return diag_say(diag, "more than %d inputs vary", SWEEP_AXES_MAX);
    if (request->sampling == SAMPLING_LATIN_HYPERCUBE &&
        (request->samples == 0 || request->samples > SWEEP_POINTS_MAX))
        return diag_say(diag, "a Latin hypercube has 1 to %u samples", SWEEP_POINTS_MAX);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, request->seed);
    sweep->together = request->sampling != SAMPLING_GRID;
    int r = 0;
    for (size_t i = 0; i < count && r == 0; i++)
        r = add_axis(sweep, &drafts[i], request, random, diag);
    gsl_rng_free(random);
    return r < 0 ? r : count_points(sweep, diag);
}
