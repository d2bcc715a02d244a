#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/topology/shorthand_write.h"

void write_loops(struct jout *out, const struct entry_loop loops[4])
{
    jout_object(out, "for");
    for (size_t i = 0; i < 4 && loops[i].variable; i++)
        jout_count(out, loops[i].variable, loops[i].count);
    jout_end(out, '}');
}

static void end_entry(struct jout *out, const char *to, const char *type)
{
    jout_string(out, "to", to);
    jout_string(out, "type", type);
    jout_end(out, '}');
}

void write_entry(struct jout *out, const struct entry_loop loops[4], const char *from,
                 const char *to, const char *type)
{
    jout_inline(out);
    jout_object(out, NULL);
    if (loops && loops[0].variable)
        write_loops(out, loops);
    jout_string(out, "from", from);
    end_entry(out, to, type);
}

void write_list_entry(struct jout *out, const char *prefix, size_t first, size_t count,
                      const char *to, const char *type)
{
    jout_inline(out);
    jout_object(out, NULL);
    jout_array(out, "from");
    for (size_t i = first; i < first + count; i++) {
        char *name = mem_format("%s%zu", prefix, i);
        jout_string(out, NULL, name);
        free(name);
    }
    jout_end(out, ']');
    end_entry(out, to, type);
}

const char *type_name(enum link_role role)
{
    return link_role_names[role == LINK_BRIDGE ? LINK_NVLINK : role];
}

void write_type(struct jout *out, const struct shorthand *s, enum link_role role,
                double bytes_per_s)
{
    bool own = role == s->gpu_role;
    const struct link_figures *figures = own ? &s->gpu_link : &s->links->links[role];
    const char *rate_source = figures->bandwidth_source;
    char *source = mem_format(
        "%s%s%s%s", own && s->gpu_link_given ? "as given in the shorthand; for the rest: " : "",
        rate_source ? rate_source : "", rate_source ? "; " : "", figures->source);
    jout_object(out, type_name(role));
    jout_number(out, "bandwidth_bytes_per_s", bytes_per_s);
    jout_number(out, "efficiency_ratio", figures->efficiency_ratio);
    jout_number(out, "latency_s", figures->latency_s);
    jout_string(out, "duplex", figures->half_duplex ? "half" : "full");
    if (figures->hops)
        jout_count(out, "hops", figures->hops);
    jout_string(out, "source", source);
    jout_end(out, '}');
    free(source);
}

static void write_all_to_all(struct jout *out, const struct shorthand *s)
{
    const struct a2a_figures *figures = &s->links->a2a[s->a2a];
    jout_object(out, "all_to_all");
    jout_string(out, "algorithm", s->no_peer_source ? "host-staged" : "pairwise");
    jout_number(out, "setup_s", figures->setup_s);
    jout_number(out, "per_peer_s", figures->per_peer_s);
    if (figures->floor_s > 0)
        jout_number(out, "floor_s", figures->floor_s);
    jout_number(out, "sm_share_ratio", figures->sm_share_ratio);
    if (s->no_peer_source)
        jout_bool(out, "peer_access", false);
    char *source =
        mem_format("%s%s%s", figures->source, s->no_peer_source ? "; peer_access: false, as " : "",
                   s->no_peer_source ? s->no_peer_source : "");
    jout_string(out, "source", source);
    jout_end(out, '}');
    free(source);
}

static void write_summary(struct jout *out, const struct shorthand *s)
{
    struct text summary = {0};
    add_node_summary(s, &summary);
    if (s->nodes > 1)
        add_fabric_summary(s, &summary);
    jout_string(out, "summary", text_get(&summary));
    text_done(&summary);
}

void shorthand_write(const struct shorthand *s, struct text *to)
{
    struct jout out;
    jout_init(&out, to);
    jout_object(&out, NULL);
    jout_string(&out, "schema", "scmoesim/topology/1");
    jout_string(&out, "name", s->word);
    write_summary(&out, s);
    jout_string(&out, "source", "expanded from a shorthand; each link type names its own");
    jout_string(&out, "gpu", s->gpu);
    jout_count(&out, "node_count", s->nodes);
    jout_object(&out, "link_types");
    write_node_types(&out, s);
    if (s->nodes > 1)
        write_fabric_types(&out, s);
    jout_end(&out, '}');
    write_node(&out, s);
    if (s->nodes > 1)
        write_fabric(&out, s);
    write_all_to_all(&out, s);
    jout_end(&out, '}');
}
