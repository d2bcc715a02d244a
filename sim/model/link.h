/* Links as data: what data sheets and measurements say of a generation of links, and the fixed
 * costs of All-to-Alls over links.
 *
 * File formats: doc/formats.md, "Link" and "All-to-All costs". */
#ifndef SCMOESIM_MODEL_LINK_H
#define SCMOESIM_MODEL_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/base/json.h"

/* What no machine has is refused where it is read: rates, in bytes or FLOP, and what a message, a
 * kernel or an exchange takes before its first byte. */
#define RATE_MIN_PER_S 1.0
#define RATE_MAX_PER_S 1e30
#define START_MAX_S 10.0

struct link_figures {
    double bandwidth_bytes_per_s; /* of one direction, of both where half-duplex; 0: not told */
    double efficiency_ratio;      /* (0, 1] */
    double latency_s;
    size_t hops;            /* that routes count it for; 0: not told, which is 1 */
    bool half_duplex;       /* both directions share the rate */
    char *bandwidth_source; /* NULL where no bandwidth is told */
    char *source;           /* of the rest */
};

/* Fixed costs of an All-to-All. */
struct a2a_figures {
    double setup_s, per_peer_s, floor_s;
    double sm_share_ratio; /* of the GPU's SMs that its kernels hold, [0, 0.5] */
    char *source;
};

/* Into what the caller cleared, and frees with a _done function, after a failure too. */
int link_figures_read(const struct json *doc, struct diag *diag, struct link_figures *to);
int a2a_figures_read(const struct json *doc, struct diag *diag, struct a2a_figures *to);
void link_figures_done(struct link_figures *figures);
void a2a_figures_done(struct a2a_figures *figures);

/* Takes over what an object tells otherwise than the link's file: a rate with its source, or
 * efficiency and latency with theirs. */
int link_figures_replace(const struct jcur *at, struct link_figures *to);

/* What files of this kind begin with: an object of the schema, name and summary, nothing unknown.
 */
int link_check_head(const struct jcur *at, const char *schema, const char *const *known);

#endif
