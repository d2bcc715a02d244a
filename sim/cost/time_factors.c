#include "sim/cost/time_factors.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/base/mem.h"

const char cost_scale_empty[] = "{\"launch\": \"eager\", \"time_ratio\": {}}";

/* Kinds that have a time of their own, then "all". Fresh list of static names. */
static const char **known_names(void)
{
    const char **names = mem_zeroed(OPERATOR_KIND_COUNT + 2, sizeof(*names));
    size_t count = 0;

    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        if (!operator_communicates((enum operator_kind)k))
            names[count++] = operator_kind_names[k];
    names[count] = "all";
    return names;
}

static int read_factor(const struct jcur *at, const char *name, double *ret)
{
    struct jcur member;

    *ret = 1;
    return jcur_has(at, name, &member) ? jcur_positive(&member, ret) : 0;
}

static int read_factors(const struct jcur *at, struct cost_scale *scale)
{
    const char **known = known_names();
    double all, own;
    int r = jcur_only(at, known);

    free(known);
    r |= read_factor(at, "all", &all);
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++) {
        r |= read_factor(at, operator_kind_names[k], &own);
        scale->time_ratio[k] = all * own;
    }
    return r ? -EINVAL : 0;
}

int cost_scale_read(const struct json *doc, struct diag *diag, struct cost_scale **ret)
{
    struct jcur root = json_root(doc, diag), launch_at, factors;
    size_t launch = LAUNCH_EAGER;
    struct cost_scale *scale = mem_zeroed(1, sizeof(*scale));
    int r = jcur_members(&root, "launch,time_ratio");

    if (r == 0 && jcur_has(&root, "launch", &launch_at))
        r = jcur_word(&launch_at, launch_names, &launch);
    scale->launch = (enum launch)launch;
    if (r == 0)
        r = jcur_member(&root, "time_ratio", &factors);
    if (r == 0)
        r = jcur_object(&factors);
    if (r == 0)
        r = read_factors(&factors, scale);
    if (r < 0)
        cost_scale_free(scale);
    else
        *ret = scale;
    return r;
}

void cost_scale_free(struct cost_scale *scale)
{
    free(scale);
}
