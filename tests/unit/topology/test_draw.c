/* Drawings: two against golden files, and that none is wider than the page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_test.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/route/route.h"
#include "support.h"

static void test_golden(const char *word, size_t a, size_t b)
{
    struct topology *t = read_topology(word);
    struct text drawing = {0};
    topology_draw(t, &drawing);
    route_draw(t, a, b, &drawing);
    char *file = mem_format("draw-%s.txt", word);
    check_golden(file, text_get(&drawing));
    free(file);
    text_done(&drawing);
    topology_free(t);
}

static size_t widest_line(const char *text)
{
    size_t widest = 0;
    while (*text) {
        size_t length = strcspn(text, "\n");
        widest = length > widest ? length : widest;
        text += length + (text[length] == '\n');
    }
    return widest;
}

static void check_drawing(struct topology *t, const char *want, const char *why)
{
    struct text drawing = {0};
    topology_draw(t, &drawing);
    if (topology_ranks(t) > 1)
        route_draw(t, 0, topology_ranks(t) - 1, &drawing);
    gsl_test(widest_line(text_get(&drawing)) > 80, "%s: at most 80 columns", why);
    gsl_test(want && !strstr(text_get(&drawing), want), "%s: shows \"%s\"", why, want);
    text_done(&drawing);
    topology_free(t);
}

/* GPUs joined without a switch, rings of switches, a switch with no link, half-duplex, long
 * names. */
static void test_odd_shapes(void)
{
    char *text = document_text(
        "1", WIRE_AND_BUS,
        "\"gpus\": 2, \"switches\": [\"a\", \"b\", \"c\", \"lonely\","
        " \"a_switch_with_a_name_that_would_fill_half_of_the_page_by_itself_and_more_than_that\"],"
        " \"links\": [{\"from\": \"gpu0\", \"to\": \"gpu1\", \"type\": \"bus\"},"
        "{\"from\": \"a\", \"to\": [\"b\", \"c\"], \"type\": \"wire\"},"
        "{\"from\": \"b\", \"to\": \"c\", \"type\": \"wire\"},"
        "{\"from\": \"c\", \"to\": "
        "\"a_switch_with_a_name_that_would_fill_half_of_the_page_by_itself"
        "_and_more_than_that\", \"type\": \"wire\"}]",
        NULL);
    check_drawing(parse_topology(text), "  gpu0 - gpu1            bus", "direct link");
    check_drawing(parse_topology(text), "\n  lonely\n", "switch without links");
    check_drawing(parse_topology(text), " 1.00 us half-duplex\n", "half-duplex");
    check_drawing(parse_topology(text), " 1.00 us <- bottleneck\n", "route over one link");
    free(text);
}

/* A chain of switches deeper than a page is wide ends in dots. */
static void test_deep_chain(void)
{
    struct text node = {0};
    text_add(&node, "\"gpus\": 1, \"for\": {\"i\": 40}, \"switches\": [\"s{i}\"], \"links\": ["
                    "{\"from\": \"gpu0\", \"to\": \"s0\", \"type\": \"wire\"}");
    for (int i = 1; i < 40; i++)
        text_add(&node, ", {\"from\": \"s%d\", \"to\": \"s%d\", \"type\": \"wire\"}", i - 1, i);
    text_add(&node, "]");
    char *text = document_text("1", WIRE_AND_BUS, text_get(&node), NULL);
    check_drawing(parse_topology(text), "...\n", "deep chain");
    free(text);
    text_done(&node);
}

int main(void)
{
    test_golden("8xa30-pcie", 0, 7);
    test_golden("4x8xh100-ib", 0, 9);
    char **names = data_names("topologies");
    for (size_t i = 0; names[i]; i++)
        check_drawing(read_topology(names[i]), NULL, names[i]);
    names_free(names);
    check_drawing(read_topology("nodes=2,gpu=a30,nic=2x100G"), "nic1 ", "NICs on a PCIe tree");
    test_odd_shapes();
    test_deep_chain();
    return gsl_test_summary();
}
