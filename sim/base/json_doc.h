/* A parsed document behind struct json. Inside sim/base only. */
#ifndef SCMOESIM_BASE_JSON_DOC_H
#define SCMOESIM_BASE_JSON_DOC_H

#include "sim/base/json.h"
#include "sim/base/json_scan.h"

/* The child last asked for in a container. cJSON keeps children in a list, and a loop over
 * positions would walk it from the start each time. There is one for every depth, so that a loop
 * inside a loop does not disturb the outer one. */
struct json_recent {
    const struct cJSON *container, *child;
    size_t index;
};
#define JSON_RECENT (JSON_DEPTH_MAX + 1)

struct json {
    char *file;
    struct cJSON *tree;
    struct json_recent *recent; /* JSON_RECENT; forgotten when the tree changes */
};

/* The tree of a text that json_scan accepts; duplicate members are complaints. */
int json_tree(const char *file, const char *text, size_t length, struct diag *diag,
              struct cJSON **ret);

/* Adds "got …" for a value: numbers and words as they are, containers and strings by their type.
 * With `quoted` strings stand as they are, too. */
void json_add_found(struct text *to, const struct cJSON *node, bool quoted);

#endif
