/* The ring of an All-Reduce, by hand. */
#include <gsl/gsl_test.h>

#include "sim/collective/ring.h"
#include "support.h"

/* Two nodes of two GPUs, a rail each: 0 -> 1 inside, 1 -> 2 between the nodes, 2 -> 3, 3 -> 0. A
 * NIC of 400 Gb/s carries one flow of 48 GB/s (efficiency 0.96) each way, which is what bounds a
 * byte. */
static void two_nodes(void)
{
    struct topology *t = read_topology("nodes=2,gpu=h100-sxm,gpus=2,nic=2x400G");
    struct router *router = router_new(t);
    struct flow_set *ring = ring_build(t, router, 1);
    gsl_test_int((int)ring->flow_count, 4, "a flow a rank");
    for (size_t i = 0; i < ring->flow_count; i++) {
        gsl_test_int((int)ring->flows[i].from, (int)i, "sorted by sender");
        gsl_test_int((int)ring->flows[i].to, (int)((i + 1) % 4), "to the next");
        gsl_test_abs(ring->flows[i].share_ratio, 1, 0, "all that it sends");
        gsl_test(ring->flows[i].latency_s <= 0, "has its route's latency");
    }
    double nic = 0;
    for (size_t l = 0; l < t->link_count; l++)
        if (nic == 0 || t->links[l].bandwidth_bytes_per_s < nic)
            nic = t->links[l].bandwidth_bytes_per_s;
    gsl_test_rel(ring->bound.s_per_byte, 1 / nic, 1e-15, "the narrowest link carries one flow");
    flow_set_free(ring);
    router_free(router);
    topology_free(t);
}

/* Six GPUs in groups of two hold each expert three times: rings 0 2 4 and 1 3 5. Groups of all six:
 * no ring. */
static void between_groups(void)
{
    struct topology *t = read_topology("nodes=1,gpu=h100-sxm,gpus=6");
    struct router *router = router_new(t);
    struct flow_set *rings = ring_build(t, router, 2), *none = ring_build(t, router, 6);
    gsl_test_int((int)rings->flow_count, 6, "a flow a rank");
    for (size_t i = 0; i < rings->flow_count; i++)
        gsl_test_int((int)rings->flows[i].to, (int)((rings->flows[i].from + 2) % 6),
                     "to the next group");
    gsl_test_int((int)none->flow_count, 0, "one group");
    flow_set_free(rings);
    flow_set_free(none);
    router_free(router);
    topology_free(t);
}

int main(void)
{
    two_nodes();
    between_groups();
    return gsl_test_summary();
}
