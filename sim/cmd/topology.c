/* scmoesim topology: look at a cluster, or hand it to another SimGrid program. */
#include <stdlib.h>
#include <string.h>
#include "sim/base/json.h"
#include "sim/engine/simgrid_platform.h"
#include "sim/topology/topology.h"
#include "sim/cmd/command.h"

static int print_document(struct json *doc, const char *output)
{
    char *json = json_print(doc);
    struct text text = {0};
    text_add(&text, "%s", json);
    free(json);
    return write_output(output, &text);
}

/* "A,B": two ranks. */
static int read_pair(const struct command *me, const char *word, const struct topology *topology,
                     size_t *ret_a, size_t *ret_b)
{
    size_t ranks = topology_ranks(topology);
    *ret_a = 0;
    *ret_b = ranks - 1;
    if (!word)
        return -1;
    char after;
    if (sscanf(word, "%zu,%zu%c", ret_a, ret_b, &after) != 2 || *ret_a >= ranks || *ret_b >= ranks)
        return usage_error(me, "--route: expected two ranks A,B below %zu, got \"%s\"", ranks,
                           word);
    return -1;
}

static int show(const struct command *me, const struct topology *topology, const char *route,
                const char *output)
{
    size_t a, b;
    int code = read_pair(me, route, topology, &a, &b);
    if (code >= 0)
        return code;
    struct text text = {0};
    topology_draw(topology, &text);
    if (a != b)
        route_draw(topology, a, b, &text);
    return write_output(output, &text);
}

static int export_xml(const struct topology *topology, const char *output)
{
    struct text xml = {0};
    struct router *router = router_new_usual(topology);
    platform_write_xml(topology, router, NULL, 0, &xml);
    router_free(router);
    return write_output(output, &xml);
}

static int act(const struct command *me, const char *action, const char *word, bool json,
               const char *route, const char *output)
{
    struct diag diag = {0};
    struct json *doc;
    struct topology *topology = NULL;
    if (topology_document(word, &diag, &doc) < 0)
        return input_error(&diag);
    int code;
    if (topology_read(doc, &diag, &topology) < 0 || a2a_algorithm_known(doc, &diag) < 0) {
        code = input_error(&diag);
    } else {
        code = strcmp(action, "export") == 0 ? export_xml(topology, output)
               : json                        ? print_document(doc, output)
                                             : show(me, topology, route, output);
        topology_free(topology);
    }
    json_free(doc);
    return code;
}

static int topology(const struct command *me, int argc, char *argv[])
{
    bool json = false;
    const char *route = NULL, *output = "-";
    const struct option_row rows[] = {
        {"json", NULL, "show: print the JSON, as a shorthand expands to it", .flag = &json},
        {"route", "A,B", "show: the route between these ranks (default: first and last)",
         .word = &route},
        {"output", "FILE", "write to FILE instead of standard output", .word = &output},
        {0}};
    const char *const *rest;
    size_t count;
    int code = read_options(me, rows, argc, argv, &rest, &count);
    if (code >= 0)
        return code;
    if (count != 2 || (strcmp(rest[0], "show") != 0 && strcmp(rest[0], "export") != 0))
        return usage_error(me, "expected 'show' or 'export' and a NAME, FILE or SHORTHAND");
    return act(me, rest[0], rest[1], json, route, output);
}

const struct command topology_command = {
    "topology", "show|export NAME|FILE|SHORTHAND", "draw a cluster, or export it as SimGrid XML",
    "Examples:\n"
    "  scmoesim topology show 8xa30-pcie --route 0,7\n"
    "  scmoesim topology show nodes=2,gpu=h100-sxm,nic=8x400G --json\n"
    "  scmoesim topology export 4x8xh100-ib -o cluster.xml\n",
    topology};
