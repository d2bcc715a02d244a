/* Members by name and type in one call. */
#include "sim/base/json.h"

int jget_string(const struct jcur *at, const char *key, const char **ret)
{
    struct jcur member;
    int r = jcur_member(at, key, &member);
    return r < 0 ? r : jcur_string(&member, ret);
}

int jget_string_or(const struct jcur *at, const char *key, const char *absent, const char **ret)
{
    struct jcur member;
    if (jcur_has(at, key, &member))
        return jcur_string(&member, ret);
    *ret = absent;
    return 0;
}

int jget_bool_or(const struct jcur *at, const char *key, bool absent, bool *ret)
{
    struct jcur member;
    if (jcur_has(at, key, &member))
        return jcur_bool(&member, ret);
    *ret = absent;
    return 0;
}

int jget_positive(const struct jcur *at, const char *key, double *ret)
{
    struct jcur member;
    int r = jcur_member(at, key, &member);
    return r < 0 ? r : jcur_positive(&member, ret);
}

int jget_non_negative(const struct jcur *at, const char *key, double *ret)
{
    struct jcur member;
    int r = jcur_member(at, key, &member);
    return r < 0 ? r : jcur_non_negative(&member, ret);
}

int jget_non_negative_or(const struct jcur *at, const char *key, double absent, double *ret)
{
    struct jcur member;
    if (jcur_has(at, key, &member))
        return jcur_non_negative(&member, ret);
    *ret = absent;
    return 0;
}

int jget_between(const struct jcur *at, const char *key, double min, double max, double *ret)
{
    struct jcur member;
    int r = jcur_member(at, key, &member);
    return r < 0 ? r : jcur_between(&member, min, max, ret);
}

int jget_between_or(const struct jcur *at, const char *key, double min, double max, double absent,
                    double *ret)
{
    struct jcur member;
    if (jcur_has(at, key, &member))
        return jcur_between(&member, min, max, ret);
    *ret = absent;
    return 0;
}

int jget_count(const struct jcur *at, const char *key, size_t min, size_t max, size_t *ret)
{
    struct jcur member;
    int r = jcur_member(at, key, &member);
    return r < 0 ? r : jcur_count(&member, min, max, ret);
}

int jget_count_or(const struct jcur *at, const char *key, size_t min, size_t max, size_t absent,
                  size_t *ret)
{
    struct jcur member;
    if (jcur_has(at, key, &member))
        return jcur_count(&member, min, max, ret);
    *ret = absent;
    return 0;
}

int jget_array(const struct jcur *at, const char *key, size_t min, size_t max, struct jcur *ret,
               size_t *ret_length)
{
    int r = jcur_member(at, key, ret);
    return r < 0 ? r : jcur_array(ret, min, max, ret_length);
}

int jget_schema(const struct jcur *at, const char *want)
{
    const char *const only[] = {want, NULL};
    struct jcur member;
    size_t which;
    int r = jcur_member(at, "schema", &member);
    return r < 0 ? r : jcur_word(&member, only, &which);
}
