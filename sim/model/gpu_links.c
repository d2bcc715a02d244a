#include "sim/model/gpu_links.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/model/read_members.h"

const char *const link_role_names[] = {"bridge",  "nvlink", "pcie", "socket", "memory", "star",
                                       "network", "uplink", "core", "local",  "global", NULL};
static const char *const a2a_role_names[] = {"nvlink", "pcie", "star", NULL};

/* The document that the string at the cursor names; an unknown name is complained about there. */
static int load_named(const struct jcur *at, const char *folder, const char *what,
                      struct json **ret)
{
    struct diag missing = {0};
    const char *name;
    char *path;
    int r = jcur_string(at, &name);
    if (r < 0)
        return r;
    if (data_find(folder, what, name, &missing, &path) < 0) {
        r = jcur_error(at, "%s", missing.messages[0]);
        diag_done(&missing);
        return r;
    }
    r = json_load(path, at->diag, ret);
    free(path);
    return r;
}

static int take_named_link(const struct jcur *name, struct link_figures *to)
{
    struct json *doc;
    int r = load_named(name, "models/link", "link", &doc);
    if (r < 0)
        return r;
    r = link_figures_read(doc, name->diag, to);
    json_free(doc);
    return r;
}

/* A name, or an object with the name and what the GPU has otherwise. */
static int take_link(const struct jcur *at, struct link_figures *to)
{
    struct jcur name;
    if (jcur_is_string(at))
        return take_named_link(at, to);
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_members(at, "link,bandwidth_bytes_per_s,bandwidth_source,efficiency_ratio,latency_s,"
                         "source");
    if (jcur_member(at, "link", &name) < 0)
        return -EINVAL;
    r |= take_named_link(&name, to);
    return r | link_figures_replace(at, to);
}

static int take_links(const struct jcur *at, struct gpu_links *to)
{
    struct jcur cell;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_only(at, link_role_names);
    for (size_t i = 0; i < LINK_ROLE_COUNT; i++) {
        struct link_figures *link = &to->links[i];
        if (link->source || !jcur_has(at, link_role_names[i], &cell))
            continue;
        int one = take_link(&cell, link);
        if (one == 0 && i < LINK_STAR && link->bandwidth_bytes_per_s == 0)
            one = jcur_error(&cell, "the link's file tells no bandwidth_bytes_per_s: give it here");
        r |= one;
    }
    return r;
}

static int take_all_to_all(const struct jcur *at, struct gpu_links *to)
{
    struct jcur cell;
    struct json *doc;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r = jcur_only(at, a2a_role_names);
    for (size_t i = 0; i < A2A_ROLE_COUNT; i++) {
        if (to->a2a[i].source || !jcur_has(at, a2a_role_names[i], &cell))
            continue;
        int one = load_named(&cell, "models/all-to-all", "All-to-All costs", &doc);
        if (one == 0) {
            one = a2a_figures_read(doc, at->diag, &to->a2a[i]);
            json_free(doc);
        }
        r |= one;
    }
    return r;
}

/* Takes what a document names and none before it did. */
static int take_members(const struct jcur *root, struct gpu_links *to)
{
    struct jcur cell;
    int r = jcur_has(root, "links", &cell) ? take_links(&cell, to) : 0;
    return jcur_has(root, "all_to_all", &cell) ? r | take_all_to_all(&cell, to) : r;
}

static int take_gpu(const struct json *doc, struct diag *diag, struct gpu_links *to)
{
    struct jcur root = json_root(doc, diag), cell;
    bool peer_access = true;
    int r = jcur_object(&root);
    if (r < 0)
        return r;
    r = take_members(&root, to);
    to->known = jcur_has(&root, "links", &cell);
    for (size_t i = 0; i < LINK_ROLE_COUNT; i++)
        to->own[i] = to->links[i].source != NULL;
    r |= jget_bool_or(&root, "peer_access", true, &peer_access);
    if (!peer_access)
        r |= read_text(&root, "peer_access_source", &to->no_peer_source);
    return r;
}

/* An object with all of the members. */
static int check_whole(const struct jcur *root, const char *key, const char *const *members)
{
    struct jcur object, cell;
    int r = jcur_member(root, key, &object);
    for (size_t i = 0; r == 0 && members[i]; i++)
        r = jcur_member(&object, members[i], &cell);
    return r;
}

static int take_defaults(const struct json *doc, struct diag *diag, struct gpu_links *to)
{
    static const char *const known[] = {"schema", "name",       "summary", "source",
                                        "links",  "all_to_all", NULL};
    struct jcur root = json_root(doc, diag);
    const char *source;
    int r = jcur_object(&root);
    if (r < 0)
        return r;
    r = link_check_head(&root, "scmoesim/shorthand/1", known);
    r |= jget_string(&root, "source", &source);
    r |= check_whole(&root, "links", link_role_names + LINK_NVLINK);
    r |= check_whole(&root, "all_to_all", a2a_role_names);
    return r | take_members(&root, to);
}

static int check(const struct json *doc, struct diag *diag,
                 int (*take)(const struct json *doc, struct diag *diag, struct gpu_links *to))
{
    struct gpu_links *links = mem_zeroed(1, sizeof *links);
    int r = take(doc, diag, links);
    gpu_links_free(links);
    return r;
}

int gpu_links_check(const struct json *gpu, struct diag *diag)
{
    return check(gpu, diag, take_gpu);
}

int shorthand_defaults_check(const struct json *doc, struct diag *diag)
{
    return check(doc, diag, take_defaults);
}

/* Leaves *ret NULL where there is no such file. */
static int load_gpu(const char *gpu, struct diag *diag, struct json **ret)
{
    struct diag missing = {0};
    char *path = NULL;
    int r = 0;
    if (data_find("models/gpu", "GPU", gpu, &missing, &path) == 0 && access(path, F_OK) == 0)
        r = json_load(path, diag, ret);
    diag_done(&missing);
    free(path);
    return r;
}

int gpu_links_load(const char *gpu, struct diag *diag, struct gpu_links **ret)
{
    struct gpu_links *links = mem_zeroed(1, sizeof *links);
    struct json *own = NULL, *defaults = NULL;
    char *path = mem_format("%s/models/shorthand.json", data_directory());
    int r = load_gpu(gpu, diag, &own);
    if (r == 0 && own)
        r = take_gpu(own, diag, links);
    if (r == 0)
        r = json_load(path, diag, &defaults);
    if (r == 0)
        r = take_defaults(defaults, diag, links);
    json_free(own);
    json_free(defaults);
    free(path);
    if (r < 0)
        gpu_links_free(links);
    else
        *ret = links;
    return r;
}

void gpu_links_free(struct gpu_links *links)
{
    if (!links)
        return;
    for (size_t i = 0; i < LINK_ROLE_COUNT; i++)
        link_figures_done(&links->links[i]);
    for (size_t i = 0; i < A2A_ROLE_COUNT; i++)
        a2a_figures_done(&links->a2a[i]);
    free(links->no_peer_source);
    free(links);
}
