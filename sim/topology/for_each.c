#include "sim/topology/for_each.h"

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

static int read_variable(const char *name, const struct jcur *at, struct for_each *for_each)
{
    size_t count;
    if (!is_word(name))
        return jcur_error(at, "expected a variable of letters and digits, got \"%s\"", name);
    if (jcur_count(at, 1, FOR_COUNT_MAX, &count) < 0)
        return -EINVAL;
    if (for_each->count == FOR_VARIABLES_MAX)
        return jcur_error(at, "more than %d variables", FOR_VARIABLES_MAX);
    for_each->variables[for_each->count++] = (struct for_variable){.name = name, .count = count};
    return 0;
}

int for_each_read(const struct jcur *entry, struct for_each *ret)
{
    struct for_each for_each = {0};
    struct jcur at, value;
    const char *name;
    bool bad = false;
    if (jcur_has(entry, "for", &at)) {
        if (jcur_object(&at) < 0)
            return -EINVAL;
        for (size_t i = 0; jcur_member_at(&at, i, &name, &value); i++)
            bad |= read_variable(name, &value, &for_each) < 0;
    }
    if (bad)
        return -EINVAL;
    *ret = for_each;
    return 0;
}

/* The position of the variable named by the `length` bytes at `name`, or for_each->count. */
static size_t variable_named(const struct for_each *for_each, const char *name, size_t length)
{
    size_t i = 0;
    for (; i < for_each->count; i++) {
        const char *variable = for_each->variables[i].name;
        if (strlen(variable) == length && memcmp(variable, name, length) == 0)
            break;
    }
    return i;
}

/* What stands in braces. */
struct sum {
    size_t value;
    bool used[FOR_VARIABLES_MAX];
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

static size_t take_variable(const struct for_each *for_each, const char **at, const char *end,
                            struct sum *sum)
{
    const char *from = *at;
    while (*at < end && (isalnum((unsigned char)**at) || **at == '_'))
        (*at)++;
    size_t length = (size_t)(*at - from), variable = variable_named(for_each, from, length);
    if (variable < for_each->count) {
        sum->used[variable] = true;
        return for_each->variables[variable].value;
    }
    sum->malformed |= length == 0;
    sum->unknown = from;
    sum->unknown_length = length;
    return 0;
}

/* COUNT, VARIABLE or COUNT*VARIABLE. */
static size_t take_term(const struct for_each *for_each, const char **at, const char *end,
                        struct sum *sum)
{
    if (*at == end || !isdigit((unsigned char)**at))
        return take_variable(for_each, at, end, sum);
    size_t count = take_count(at, end, sum);
    if (*at == end || **at != '*')
        return count;
    (*at)++;
    return count * take_variable(for_each, at, end, sum);
}

static struct sum evaluate(const struct for_each *for_each, const char *at, const char *end)
{
    struct sum sum = {0};
    sum.value = take_term(for_each, &at, end, &sum);
    while (at < end && *at == '+') {
        at++;
        sum.value += take_term(for_each, &at, end, &sum);
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

static int mark_variables(struct for_each *for_each, const struct jcur *at, const char *from,
                          const char *end)
{
    struct sum sum = evaluate(for_each, from, end);
    if (sum.malformed)
        return jcur_error(at,
                          "{%.*s}: expected a sum of variables, counts and COUNT*VARIABLE, "
                          "maybe with %%COUNT behind it",
                          (int)(end - from), from);
    if (sum.unknown)
        return jcur_error(at, "{%.*s} is not a variable of this entry's \"for\"",
                          (int)sum.unknown_length, sum.unknown);
    for (size_t i = 0; i < for_each->count; i++)
        for_each->variables[i].used |= sum.used[i];
    return 0;
}

int for_each_mark(struct for_each *for_each, const struct jcur *at, bool allow_slash)
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
            if (mark_variables(for_each, at, p + 1, end) < 0)
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

bool for_each_next(struct for_each *for_each)
{
    for (size_t i = for_each->count; i-- > 0;) {
        struct for_variable *variable = &for_each->variables[i];
        if (variable->used && ++variable->value < variable->count)
            return true;
        variable->value = 0;
    }
    return false;
}

size_t for_each_rounds(const struct for_each *for_each, size_t limit)
{
    size_t rounds = 1;
    for (size_t i = 0; i < for_each->count && rounds <= limit; i++)
        if (for_each->variables[i].used)
            rounds *= for_each->variables[i].count;
    return rounds;
}

void for_each_expand(const struct for_each *for_each, const char *pattern, struct text *to)
{
    to->length = 0;
    for (const char *p = pattern; *p; p++) {
        if (*p != '{') {
            text_add_bytes(to, p, 1);
            continue;
        }
        const char *end = strchr(p, '}');
        text_add(to, "%zu", evaluate(for_each, p + 1, end).value);
        p = end;
    }
}

int for_each_all_used(const struct for_each *for_each, const struct jcur *entry)
{
    int result = 0;
    struct jcur at, value;
    if (!jcur_has(entry, "for", &at))
        return 0;
    for (size_t i = 0; i < for_each->count; i++)
        if (!for_each->variables[i].used && jcur_has(&at, for_each->variables[i].name, &value))
            result = jcur_error(&value, "nothing in this entry mentions {%s}",
                                for_each->variables[i].name);
    return result;
}
