#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_test.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"

static struct topology *read_or_die(struct json *doc, struct diag *diag)
{
    struct topology *topology = NULL;
    if (!doc || topology_read(doc, diag, &topology) < 0) {
        diag_print(diag, "test", stderr);
        exit(1);
    }
    json_free(doc);
    diag_done(diag);
    return topology;
}

struct topology *read_topology(const char *word)
{
    return read_topology_with(word, NULL, NULL);
}

struct topology *read_topology_with(const char *word, const char *pointer, const char *value)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    if (topology_document(word, &diag, &doc) == 0 && pointer &&
        json_set(doc, pointer, value, &diag) < 0) {
        diag_print(&diag, "test", stderr);
        exit(1);
    }
    return read_or_die(doc, &diag);
}

struct topology *parse_topology(const char *json)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    json_parse("test.json", json, strlen(json), &diag, &doc);
    return read_or_die(doc, &diag);
}

char *document_text(const char *node_count, const char *types, const char *node, const char *fabric)
{
    return mem_format(
        "{\"schema\": \"scmoesim/topology/1\", \"name\": \"t\", \"summary\": \"s\","
        " \"source\": \"hand\", \"gpu\": \"a30\", \"node_count\": %s, \"link_types\": {%s},"
        " \"node\": {%s}, %s%s%s \"all_to_all\": {\"algorithm\": \"pairwise\", \"setup_s\": 0,"
        " \"sm_share_ratio\": 0, \"source\": \"none\"}}",
        node_count, types, node, fabric ? "\"fabric\": {" : "", fabric ? fabric : "",
        fabric ? "}," : "");
}

static char *joined(struct diag *diag)
{
    struct text text = {0};
    for (size_t i = 0; i < diag->count; i++)
        text_add(&text, "%s%s", i ? "\n" : "", diag->messages[i]);
    char *copy = mem_copy_string(text_get(&text));
    text_done(&text);
    diag_done(diag);
    return copy;
}

static char *complaints_of(struct json *doc, struct diag *diag)
{
    struct topology *topology = NULL;
    if (doc)
        topology_read(doc, diag, &topology);
    topology_free(topology);
    json_free(doc);
    return joined(diag);
}

char *complaints_of_text(const char *json)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    json_parse("test.json", json, strlen(json), &diag, &doc);
    return complaints_of(doc, &diag);
}

char *complaints_of_word(const char *word)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    topology_document(word, &diag, &doc);
    return complaints_of(doc, &diag);
}

char *source_path(const char *relative)
{
    return mem_format("%s/%s", data_directory(), relative);
}

/* Length of the line that begins at text, its newline left out. */
static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

static void print_difference(const char *want, const char *got)
{
    size_t line = 1;
    while (*want && line_length(want) == line_length(got) &&
           memcmp(want, got, line_length(want)) == 0) {
        want += line_length(want) + (want[line_length(want)] == '\n');
        got += line_length(got) + (got[line_length(got)] == '\n');
        line++;
    }
    printf("line %zu\n  want: %.*s\n  got:  %.*s\n", line, (int)line_length(want), want,
           (int)line_length(got), got);
}

void check_golden(const char *file, const char *got)
{
    struct diag diag = {0};
    char *relative = mem_format("tests/unit/topology/%s", file);
    char *path = source_path(relative), *want = NULL;
    size_t length;
    if (file_read(path, 1 << 20, &diag, &want, &length) < 0)
        diag_print(&diag, "test", stdout);
    bool same = want && strcmp(want, got) == 0;
    gsl_test(!same, "%s", file);
    if (want && !same)
        print_difference(want, got);
    free(want);
    free(path);
    free(relative);
    diag_done(&diag);
}
