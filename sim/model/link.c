#include "sim/model/link.h"

#include <stdlib.h>

#include "sim/model/read_members.h"

#define HOPS_MAX 8
#define SM_SHARE_MAX 0.5

static int replace_text(const struct jcur *at, const char *key, char **to)
{
    char *text;
    int r = read_text(at, key, &text);
    if (r < 0)
        return r;
    free(*to);
    *to = text;
    return 0;
}

/* Whole: all figures but the rate must be there. A figure comes with its source. */
static int read_figures(const struct jcur *at, bool whole, struct link_figures *to)
{
    struct jcur cell;
    bool rate = jcur_has(at, "bandwidth_bytes_per_s", &cell);
    bool efficiency = whole || jcur_has(at, "efficiency_ratio", &cell);
    bool latency = whole || jcur_has(at, "latency_s", &cell);
    int r = 0;
    if (rate || jcur_has(at, "bandwidth_source", &cell)) {
        r |= jget_between(at, "bandwidth_bytes_per_s", RATE_MIN_PER_S, RATE_MAX_PER_S,
                          &to->bandwidth_bytes_per_s);
        r |= replace_text(at, "bandwidth_source", &to->bandwidth_source);
    }
    if (efficiency)
        r |= read_positive(at, "efficiency_ratio", 1, &to->efficiency_ratio);
    if (latency)
        r |= jget_between(at, "latency_s", 0, START_MAX_S, &to->latency_s);
    if (efficiency || latency || jcur_has(at, "source", &cell))
        r |= replace_text(at, "source", &to->source);
    return r;
}

int link_figures_replace(const struct jcur *at, struct link_figures *to)
{
    return read_figures(at, false, to);
}

int link_check_head(const struct jcur *at, const char *schema, const char *const *known)
{
    const char *text;
    int r = jget_schema(at, schema);
    r |= jcur_only(at, known);
    r |= jget_string(at, "name", &text);
    return r | jget_string(at, "summary", &text);
}

int link_figures_read(const struct json *doc, struct diag *diag, struct link_figures *to)
{
    static const char *const known[] = {"schema",
                                        "name",
                                        "summary",
                                        "bandwidth_bytes_per_s",
                                        "bandwidth_source",
                                        "efficiency_ratio",
                                        "latency_s",
                                        "duplex",
                                        "hops",
                                        "source",
                                        NULL};
    static const char *const duplexes[] = {"full", "half", NULL};
    struct jcur root = json_root(doc, diag), cell;
    size_t duplex = 0;
    int r = jcur_object(&root);
    if (r < 0)
        return r;
    r = link_check_head(&root, "scmoesim/link/1", known);
    r |= read_figures(&root, true, to);
    if (jcur_has(&root, "duplex", &cell))
        r |= jcur_word(&cell, duplexes, &duplex);
    to->half_duplex = duplex == 1;
    r |= jget_count_or(&root, "hops", 1, HOPS_MAX, 0, &to->hops);
    return r;
}

int a2a_figures_read(const struct json *doc, struct diag *diag, struct a2a_figures *to)
{
    static const char *const known[] = {"schema",         "name",       "summary",
                                        "setup_s",        "per_peer_s", "floor_s",
                                        "sm_share_ratio", "source",     NULL};
    struct jcur root = json_root(doc, diag);
    int r = jcur_object(&root);
    if (r < 0)
        return r;
    r = link_check_head(&root, "scmoesim/all-to-all/1", known);
    r |= jget_between(&root, "setup_s", 0, START_MAX_S, &to->setup_s);
    r |= jget_between_or(&root, "per_peer_s", 0, START_MAX_S, 0, &to->per_peer_s);
    r |= jget_between_or(&root, "floor_s", 0, START_MAX_S, 0, &to->floor_s);
    r |= jget_between(&root, "sm_share_ratio", 0, SM_SHARE_MAX, &to->sm_share_ratio);
    r |= replace_text(&root, "source", &to->source);
    return r;
}

void link_figures_done(struct link_figures *figures)
{
    free(figures->bandwidth_source);
    free(figures->source);
    *figures = (struct link_figures){0};
}

void a2a_figures_done(struct a2a_figures *figures)
{
    free(figures->source);
    *figures = (struct a2a_figures){0};
}
