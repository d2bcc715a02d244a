#include "sim/model/read_members.h"

#include "sim/base/mem.h"

int read_text(const struct jcur *at, const char *key, char **ret)
{
    const char *text;
    int r = jget_string(at, key, &text);

    if (r < 0)
        return r;
    *ret = mem_copy_string(text);
    return 0;
}

int read_positive(const struct jcur *at, const char *key, double max, double *ret)
{
    struct jcur cell;
    char most[NUMBER_MAX], found[NUMBER_MAX];
    double value;
    int r = jcur_member(at, key, &cell);

    if (r < 0)
        return r;
    r = jcur_positive(&cell, &value);
    if (r < 0)
        return r;
    if (value > max)
        return jcur_error(&cell, "expected a number > 0 and <= %s, got %s", number_print(most, max),
                          number_print(found, value));
    *ret = value;
    return 0;
}
