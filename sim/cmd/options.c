#include <ctype.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/cmd/command.h"
#include "sim/report/format.h"

#define HELP_COLUMN 26
#define HELP_WIDTH 80

int usage_error(const struct command *me, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, PROGRAM " %s: ", me->name);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nTry '" PROGRAM " %s --help'.\n", me->name);
    return EXIT_USAGE;
}

int input_error(struct diag *diag)
{
    diag_print(diag, PROGRAM, stderr);
    diag_done(diag);
    return EXIT_BAD_INPUT;
}

int write_output(const char *path, struct text *content)
{
    struct diag diag = {0};
    int r = file_write(path, content, &diag);
    text_done(content);
    return r < 0 ? input_error(&diag) : EXIT_FINE;
}

static const struct {
    const char *letter, *name;
} letters[] = {{"-o", "output"}, {"-j", "jobs"}};
#define LETTER_COUNT (sizeof letters / sizeof *letters)

/* "-o" for "output"; NULL for most. */
static const char *letter_of(const char *name)
{
    for (size_t i = 0; i < LETTER_COUNT; i++)
        if (strcmp(letters[i].name, name) == 0)
            return letters[i].letter;
    return NULL;
}

/* "  --name VALUE      help", the help wrapped behind its column. */
static void add_option(const char *name, const char *argument, const char *help, struct text *to)
{
    const char *letter = letter_of(name);
    char *row = mem_format("  %s%s--%s%s%s", letter ? letter : "", letter ? ", " : "", name,
                           argument ? " " : "", argument ? argument : "");
    char *indent = mem_format("%*s", HELP_COLUMN, "");
    bool fits = strlen(row) < HELP_COLUMN - 1;
    char *start = fits ? mem_format("%-*s", HELP_COLUMN, row) : mem_copy_string(indent);
    if (!fits)
        text_add(to, "%s\n", row);
    wrap(start, indent, help, HELP_WIDTH, to);
    free(start);
    free(indent);
    free(row);
}

static void print_help(const struct command *me, const struct option_row *rows)
{
    struct text text = {0};
    text_add(&text, "Usage: " PROGRAM " %s%s%s\n\n%c%s.\n\nOptions:\n", me->name,
             *me->arguments ? " " : "", me->arguments, toupper((unsigned char)me->summary[0]),
             me->summary + 1);
    for (; rows && rows->name; rows++)
        add_option(rows->name, rows->argument, rows->help, &text);
    add_option("help", NULL, "this text", &text);
    if (me->details)
        text_add(&text, "\n%s", me->details);
    fputs(text_get(&text), stdout);
    text_done(&text);
}

static const struct option_row *find_row(const struct option_row *rows, const char *name,
                                         size_t length)
{
    for (; rows && rows->name; rows++)
        if (strlen(rows->name) == length && strncmp(rows->name, name, length) == 0)
            return rows;
    return NULL;
}

static int unknown_option(const struct command *me, const struct option_row *rows,
                          const char *given, size_t length)
{
    size_t count = 0;
    while (rows && rows[count].name)
        count++;
    const char **names = mem_zeroed(count + 2, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = rows[i].name;
    names[count] = "help";
    char *name = mem_format("%.*s", (int)length, given);
    const char *near = suggest(name, names);
    int r = near ? usage_error(me, "unknown option \"--%s\"; did you mean \"--%s\"?", name, near)
                 : usage_error(me, "unknown option \"--%s\"", name);
    free(name);
    free(names);
    return r;
}

static void append(const char ***words, const char *word)
{
    size_t count = words_count(*words);
    *words = mem_resized(*words, count + 2, sizeof **words);
    (*words)[count] = word;
    (*words)[count + 1] = NULL;
}

/* One option at argv[*at], by its long name, behind which "=VALUE" may stand; moves *at past its
 * value. Returns -1 to go on. */
static int read_option(const struct command *me, const struct option_row *rows, const char *name,
                       int argc, char *argv[], int *at)
{
    size_t length = strcspn(name, "=");
    const char *value = name[length] ? name + length + 1 : NULL;
    if (length == 4 && strncmp(name, "help", 4) == 0) {
        print_help(me, rows);
        return EXIT_FINE;
    }
    const struct option_row *row = find_row(rows, name, length);
    if (!row)
        return unknown_option(me, rows, name, length);
    if (row->flag) {
        if (value)
            return usage_error(me, "--%s takes no value, got \"%s\"", row->name, value);
        *row->flag = true;
        return -1;
    }
    if (!value && *at + 1 >= argc)
        return usage_error(me, "--%s needs a value: %s", row->name, row->argument);
    if (!value)
        value = argv[++*at];
    if (row->word)
        *row->word = value;
    else
        append(row->words, value);
    return -1;
}

/* The long name of "--name", of "-h", and of "-o" where the command has it; NULL for others. */
static const char *long_name(const struct option_row *rows, const char *word)
{
    if (strncmp(word, "--", 2) == 0)
        return word + 2;
    for (size_t i = 0; i < LETTER_COUNT; i++)
        if (strcmp(letters[i].letter, word) == 0 &&
            find_row(rows, letters[i].name, strlen(letters[i].name)))
            return letters[i].name;
    return strcmp(word, "-h") == 0 ? "help" : NULL;
}

int read_options(const struct command *me, const struct option_row *rows, int argc, char *argv[],
                 const char *const **ret_rest, size_t *ret_rest_count)
{
    size_t count = 0;
    bool options = true;
    for (int i = 1; i < argc; i++) {
        const char *name = options ? long_name(rows, argv[i]) : NULL;
        if (name && !*name) { /* "--" */
            options = false;
        } else if (name) {
            int code = read_option(me, rows, name, argc, argv, &i);
            if (code >= 0)
                return code;
        } else if (options && argv[i][0] == '-' && argv[i][1]) {
            return usage_error(me, "unknown option \"%s\"", argv[i]);
        } else {
            argv[++count] = argv[i];
        }
    }
    *ret_rest = (const char *const *)argv + 1;
    *ret_rest_count = count;
    return -1;
}

int read_count_option(const struct command *me, const char *option, const char *text, size_t *ret)
{
    double value;
    if (!text)
        return -1;
    if (quantity_parse(text, UNIT_COUNT, &value) < 0 || value < 1 || value > 1e9 ||
        value != (double)(size_t)value)
        return usage_error(me, "--%s: expected a whole number >= 1, got \"%s\"", option, text);
    *ret = (size_t)value;
    return -1;
}

int read_jobs_option(const struct command *me, const char *text, size_t *ret)
{
    cpu_set_t usable;
    int count = sched_getaffinity(0, sizeof usable, &usable) < 0 ? 1 : CPU_COUNT(&usable);
    *ret = count > 0 ? (size_t)count : 1;
    int code = read_count_option(me, "jobs", text, ret);
    if (code < 0 && *ret > 4096)
        code = usage_error(me, "--jobs: at most 4096, got %zu", *ret);
    return code;
}

int read_network_options(const struct command *me, const char *fold, const char *network,
                         enum fold_choice *ret_fold, enum network_kind *ret_network)
{
    size_t f = word_position(fold_choice_names, fold);
    if (!fold_choice_names[f])
        return usage_error(me, "--fold: expected auto or never, got \"%s\"", fold);
    static const enum network_kind choices[] = {NETWORK_AUTO, NETWORK_SIMGRID, NETWORK_MAXMIN};
    size_t n = 0;
    while (n < 3 && strcmp(network_names[choices[n]], network) != 0)
        n++;
    if (n == 3)
        return usage_error(me, "--network: expected auto, simgrid or max-min, got \"%s\"", network);
    *ret_fold = (enum fold_choice)f;
    *ret_network = choices[n];
    return -1;
}

void print_note(char *owned_note)
{
    if (owned_note)
        fprintf(stderr, PROGRAM ": note: %s\n", owned_note);
    free(owned_note);
}
