#include "sim/topology/loops.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static bool is_word(const char *text)
{
    size_t length = 0;
    for (; text[length]; length++)
        if (!isalnum((unsigned char)text[length]) && text[length] != '_')
            return false;
    return length > 0;
}

static int read_variable(const char *name, const struct jcur *at, struct loops *loops)
{
    size_t count;
    if (!is_word(name))
        return jcur_error(at, "expected a variable of letters and digits, got \"%s\"", name);
    if (jcur_count(at, 1, LOOP_COUNT_MAX, &count) < 0)
        return -EINVAL;
    if (loops->count == LOOPS_MAX)
        return jcur_error(at, "more than %d variables", LOOPS_MAX);
    loops->loops[loops->count++] = (struct loop){.variable = name, .count = count};
    return 0;
}

int loops_read(const struct jcur *entry, struct loops *ret)
{
    struct loops loops = {0};
    struct jcur at, value;
    const char *name;
    bool bad = false;
    if (jcur_has(entry, "for", &at)) {
        if (jcur_object(&at) < 0)
            return -EINVAL;
        for (size_t i = 0; jcur_member_at(&at, i, &name, &value); i++)
            bad |= read_variable(name, &value, &loops) < 0;
    }
    if (bad)
        return -EINVAL;
    *ret = loops;
    return 0;
}

/* The position of the loop named by the `length` bytes at `name`, or loops->count. */
static size_t loop_named(const struct loops *loops, const char *name, size_t length)
{
    size_t i = 0;
    for (; i < loops->count; i++) {
        const char *variable = loops->loops[i].variable;
        if (strlen(variable) == length && memcmp(variable, name, length) == 0)
            break;
    }
    return i;
}

/* What stands in braces. */
struct sum {
    size_t value;
    bool used[LOOPS_MAX];
    bool malformed;
    const char *unknown; /* a word that is no variable; NULL: none */
    size_t unknown_length;
};

#define COUNT_DIGITS_MAX 6 /* of a count in braces: more than there may be of anything */

/* Takes digits off *at; 0 when there are none. */
static size_t take_count(const char **at, const char *end, struct sum *sum)
{
    const char *from = *at;
    size_t count = 0;
    while (*at < end && isdigit((unsigned char)**at))
        count = 10 * count + (size_t)(*(*at)++ - '0');
    sum->malformed |= *at == from || *at - from > COUNT_DIGITS_MAX;
    return count;
}

static size_t take_variable(const struct loops *loops, const char **at, const char *end,
                            struct sum *sum)
{
    const char *from = *at;
    while (*at < end && (isalnum((unsigned char)**at) || **at == '_'))
        (*at)++;
    size_t length = (size_t)(*at - from), loop = loop_named(loops, from, length);
    if (loop < loops->count) {
        sum->used[loop] = true;
        return loops->loops[loop].value;
    }
    sum->malformed |= length == 0;
    sum->unknown = from;
    sum->unknown_length = length;
    return 0;
}

/* COUNT, VARIABLE or COUNT*VARIABLE. */
static size_t take_term(const struct loops *loops, const char **at, const char *end,
                        struct sum *sum)
{
    if (*at == end || !isdigit((unsigned char)**at))
        return take_variable(loops, at, end, sum);
    size_t count = take_count(at, end, sum);
    if (*at == end || **at != '*')
        return count;
    (*at)++;
    return count * take_variable(loops, at, end, sum);
}

static struct sum evaluate(const struct loops *loops, const char *at, const char *end)
{
    struct sum sum = {0};
    sum.value = take_term(loops, &at, end, &sum);
    while (at < end && *at == '+') {
        at++;
        sum.value += take_term(loops, &at, end, &sum);
    }
    if (at < end && *at == '%') {
        at++;
        size_t modulus = take_count(&at, end, &sum);
        sum.malformed |= modulus == 0;
        sum.value = modulus ? sum.value % modulus : 0;
    }
    sum.malformed |= at != end;
    return sum;
}

static int mark_variables(struct loops *loops, const struct jcur *at, const char *from,
                          const char *end)
{
    struct sum sum = evaluate(loops, from, end);
    if (sum.malformed)
        return jcur_error(at,
                          "{%.*s}: expected a sum of variables, counts and COUNT*VARIABLE, "
                          "maybe with %%COUNT behind it",
                          (int)(end - from), from);
    if (sum.unknown)
        return jcur_error(at, "{%.*s} is not a variable of this entry's \"for\"",
                          (int)sum.unknown_length, sum.unknown);
    for (size_t i = 0; i < loops->count; i++)
        loops->loops[i].used |= sum.used[i];
    return 0;
}

int loops_mark(struct loops *loops, const struct jcur *at, bool allow_slash)
{
    const char *pattern;
    if (jcur_string(at, &pattern) < 0)
        return -EINVAL;
    if (!*pattern)
        return jcur_error(at, "expected a name, got an empty string");
    for (const char *p = pattern; *p; p++) {
        if (*p == '{') {
            const char *end = strchr(p, '}');
            if (!end)
                return jcur_error(at, "\"%s\" has a '{' without its '}'", pattern);
            if (mark_variables(loops, at, p + 1, end) < 0)
                return -EINVAL;
            p = end;
        } else if (!isalnum((unsigned char)*p) && *p != '_' && !(allow_slash && *p == '/')) {
            return jcur_error(at,
                              "expected a name of letters, digits, '_' and {variable}, "
                              "got \"%s\"",
                              pattern);
        }
    }
    return 0;
}

void loops_begin(struct loops *loops)
{
    for (size_t i = 0; i < loops->count; i++)
        loops->loops[i].value = 0;
}

bool loops_next(struct loops *loops)
{
    for (size_t i = loops->count; i-- > 0;) {
        struct loop *loop = &loops->loops[i];
        if (loop->used && ++loop->value < loop->count)
            return true;
        loop->value = 0;
    }
    return false;
}

size_t loops_rounds(const struct loops *loops, size_t limit)
{
    size_t rounds = 1;
    for (size_t i = 0; i < loops->count && rounds <= limit; i++)
        if (loops->loops[i].used)
            rounds *= loops->loops[i].count;
    return rounds;
}

void loops_expand(const struct loops *loops, const char *pattern, struct text *to)
{
    to->length = 0;
    for (const char *p = pattern; *p; p++) {
        if (*p != '{') {
            text_add_bytes(to, p, 1);
            continue;
        }
        const char *end = strchr(p, '}');
        text_add(to, "%zu", evaluate(loops, p + 1, end).value);
        p = end;
    }
}

int loops_all_used(const struct loops *loops, const struct jcur *entry)
{
    int result = 0;
    struct jcur at, value;
    if (!jcur_has(entry, "for", &at))
        return 0;
    for (size_t i = 0; i < loops->count; i++)
        if (!loops->loops[i].used && jcur_has(&at, loops->loops[i].variable, &value))
            result =
                jcur_error(&value, "nothing in this entry mentions {%s}", loops->loops[i].variable);
    return result;
}
