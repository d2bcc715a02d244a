/* scmoesim list: what ships. */
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/base/json.h"
#include "sim/base/mem.h"
#include "sim/collective/alltoall.h"
#include "sim/cmd/command.h"
#include "sim/report/format.h"

#define LIST_WIDTH 80

static const struct {
    const char *word, *folder;
} shelves[] = {{"models", "models/moe"},
               {"topologies", "topologies"},
               {"gpus", "models/gpu"},
               {"links", "models/link"},
               {"all-to-all", "models/all-to-all"},
               {"schedules", "models/schedule"},
               {"sweeps", "analysis/sweeps"}};

#define SHELF_COUNT (sizeof shelves / sizeof *shelves)

/* Something to cite, or nothing where it is NULL. */
static void list_fact(const char *what, const char *fact, const char *indent, struct text *to)
{
    if (!fact)
        return;
    char *line = mem_format("%s: %s", what, fact);
    wrap(indent, indent, line, LIST_WIDTH, to);
    free(line);
}

/* What a line says and cites; NULL: nothing. facts: what to cite besides. */
static void list_entry(const char *name, size_t width, const char *summary, const char *rate,
                       const char *source, const struct a2a_facts *facts)
{
    struct text text = {0};
    char *start = mem_format("%-*s  ", (int)width, name);
    char *indent = mem_format("%*s", (int)width + 2, "");
    wrap(start, indent, summary, LIST_WIDTH, &text);
    list_fact("rate", rate, indent, &text);
    list_fact("source", source, indent, &text);
    if (facts) {
        list_fact("floor", facts->floor, indent, &text);
        list_fact("per message", facts->message, indent, &text);
        list_fact("protocol", facts->protocol, indent, &text);
        list_fact("SMs", facts->sms, indent, &text);
    }
    fputs(text_get(&text), stdout);
    text_done(&text);
    free(start);
    free(indent);
}

/* Name, summary and source of one file; broken files say so in their own line. */
static void list_file(const char *folder, const char *name, size_t width, bool sources)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    char *path = mem_format("%s/%s/%s.json", data_directory(), folder, name);
    const char *summary = "(unreadable)", *rate = NULL, *source = NULL;
    if (json_load(path, &diag, &doc) == 0) {
        struct jcur root = json_root(doc, &diag);
        jget_string_or(&root, "summary", "", &summary);
        jget_string_or(&root, "bandwidth_source", NULL, &rate);
        jget_string_or(&root, "source", NULL, &source);
    }
    list_entry(name, width, summary, sources ? rate : NULL, sources ? source : NULL, NULL);
    json_free(doc);
    diag_done(&diag);
    free(path);
}

static size_t widest(const char *const *names)
{
    size_t width = 0;
    for (size_t i = 0; names[i]; i++)
        if (strlen(names[i]) > width)
            width = strlen(names[i]);
    return width;
}

static void list_shelf(size_t shelf, bool sources)
{
    char **names = data_names(shelves[shelf].folder);
    size_t width = widest((const char *const *)names);
    for (size_t i = 0; names[i]; i++)
        list_file(shelves[shelf].folder, names[i], width, sources);
    names_free(names);
}

/* What is built in: the All-to-All algorithms. */
static void list_algorithms(bool sources)
{
    size_t width = widest(a2a_choice_names);
    for (size_t i = 0; a2a_choice_names[i]; i++) {
        const struct a2a_facts *facts = a2a_algorithm_facts(a2a_choice_names[i]);
        list_entry(a2a_choice_names[i], width, facts->summary, NULL, sources ? facts->source : NULL,
                   sources ? facts : NULL);
    }
}

static int list(const struct command *me, int argc, char *argv[])
{
    bool brief = false;
    const struct option_row rows[] = {{"brief", NULL, "leave the sources out", .flag = &brief},
                                      {0}};
    const char *const *rest;
    size_t count;
    int code = read_options(me, rows, argc, argv, &rest, &count);
    if (code >= 0)
        return code;
    if (count != 1)
        return usage_error(me, "expected one of models, topologies, gpus, links, all-to-all, "
                               "schedules, sweeps, algorithms");
    size_t shelf = 0;
    while (shelf < SHELF_COUNT && strcmp(shelves[shelf].word, rest[0]) != 0)
        shelf++;
    if (strcmp(rest[0], "algorithms") == 0)
        list_algorithms(!brief);
    else if (shelf < SHELF_COUNT)
        list_shelf(shelf, !brief);
    else
        return usage_error(me,
                           "expected models, topologies, gpus, links, all-to-all, schedules, "
                           "sweeps or algorithms, got \"%s\"",
                           rest[0]);
    return EXIT_FINE;
}

const struct command list_command = {
    "list", "models|topologies|gpus|links|all-to-all|schedules|sweeps|algorithms",
    "name, summary and source of what ships", "Example:\n  scmoesim list schedules\n", list};
