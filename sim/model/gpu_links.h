/* Which links a GPU has, and what its All-to-Alls cost: what a topology shorthand expands with.
 *
 * A GPU's file names them. What it does not name is that of models/shorthand.json. File formats:
 * doc/formats.md, "GPU" and "Defaults of the shorthand". */
#ifndef SCMOESIM_MODEL_GPU_LINKS_H
#define SCMOESIM_MODEL_GPU_LINKS_H

#include "sim/model/link.h"

/* What a link is for. GPUs name some of the first five, models/shorthand.json all but a bridge. */
enum link_role {
    LINK_BRIDGE, /* to the card beside it */
    LINK_NVLINK, /* to all others of the node */
    LINK_PCIE,
    LINK_SOCKET, /* between two sockets of the host */
    LINK_MEMORY, /* of one socket */
    LINK_STAR,
    LINK_NETWORK, /* of a NIC */
    LINK_UPLINK,
    LINK_CORE,
    LINK_LOCAL, /* inside a dragonfly's group */
    LINK_GLOBAL,
    LINK_ROLE_COUNT
};
extern const char *const link_role_names[]; /* as members are called; NULL-terminated */

/* What an All-to-All inside a node goes over. */
enum a2a_role { A2A_NVLINK, A2A_PCIE, A2A_STAR, A2A_ROLE_COUNT };

struct gpu_links {
    bool known;                                 /* the GPU has a file, and that names its links */
    bool own[LINK_ROLE_COUNT];                  /* one of that role among them */
    struct link_figures links[LINK_ROLE_COUNT]; /* of a bridge only the GPU's own */
    struct a2a_figures a2a[A2A_ROLE_COUNT];
    char *no_peer_source; /* of what forbids copies to others over PCIe; NULL: they may */
};

/* Those of a GPU by its NAME or FILE; where there is no such file, nothing is its own. */
int gpu_links_load(const char *gpu, struct diag *diag, struct gpu_links **ret);
void gpu_links_free(struct gpu_links *links); /* takes NULL */

/* What is wrong with what a GPU's file says of links (gpu_read does not look), and with
 * models/shorthand.json: form, names, and the files that they name. */
int gpu_links_check(const struct json *gpu, struct diag *diag);
int shorthand_defaults_check(const struct json *doc, struct diag *diag);

#endif
