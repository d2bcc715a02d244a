#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/cmd/command.h"

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

/* Wraps help text behind a column. */
static void print_wrapped(const char *text, size_t used)
{
    for (size_t column = used; *text;) {
        size_t length = strcspn(text, " ");
        if (column + length + 1 > HELP_WIDTH && column > HELP_COLUMN) {
            printf("\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
        } else if (column > HELP_COLUMN) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)length, text);
        column += length;
        text += length + strspn(text + length, " ");
    }
    putchar('\n');
}

static void print_help(const struct command *me, const struct option_row *rows)
{
    printf("Usage: " PROGRAM " %s%s%s\n\n%s.\n", me->name, *me->arguments ? " " : "", me->arguments,
           me->summary);
    printf("\nOptions:\n");
    for (; rows && rows->name; rows++) {
        int used = printf("  --%s%s%s", rows->name, rows->argument ? " " : "",
                          rows->argument ? rows->argument : "");
        if (used >= HELP_COLUMN - 1)
            used = printf("\n") - 1;
        printf("%*s", HELP_COLUMN - used, "");
        print_wrapped(rows->help, HELP_COLUMN);
    }
    printf("%-*s", HELP_COLUMN, "  --help");
    print_wrapped("this text", HELP_COLUMN);
    if (me->details)
        printf("\n%s", me->details);
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
    size_t count = 0;
    while (*words && (*words)[count])
        count++;
    *words = mem_resized(*words, count + 2, sizeof **words);
    (*words)[count] = word;
    (*words)[count + 1] = NULL;
}

/* One option at argv[*at]; moves *at past its value. Returns -1 to go on. */
static int read_option(const struct command *me, const struct option_row *rows, int argc,
                       char *argv[], int *at)
{
    const char *name = argv[*at] + 2;
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

int read_options(const struct command *me, const struct option_row *rows, int argc, char *argv[],
                 const char ***ret_rest, size_t *ret_rest_count)
{
    const char **rest = mem_zeroed((size_t)argc + 1, sizeof *rest);
    size_t count = 0;
    bool options = true;
    for (int i = 1; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && strcmp(argv[i], "-h") == 0) {
            print_help(me, rows);
            free(rest);
            return EXIT_FINE;
        } else if (options && strcmp(argv[i], "-o") == 0 && find_row(rows, "output", 6)) {
            static char output[] = "--output";
            argv[i] = output;
            int r = read_option(me, rows, argc, argv, &i);
            if (r >= 0) {
                free(rest);
                return r;
            }
        } else if (options && strncmp(argv[i], "--", 2) == 0) {
            int r = read_option(me, rows, argc, argv, &i);
            if (r >= 0) {
                free(rest);
                return r;
            }
        } else if (options && argv[i][0] == '-' && argv[i][1]) {
            free(rest);
            return usage_error(me, "unknown option \"%s\"", argv[i]);
        } else {
            rest[count++] = argv[i];
        }
    }
    *ret_rest = rest;
    *ret_rest_count = count;
    return -1;
}

int read_count_option(const struct command *me, const char *option, const char *text, size_t *ret)
{
    double value;
    if (quantity_parse(text, UNIT_COUNT, &value) < 0 || value < 1 || value > 1e9 ||
        value != (double)(size_t)value)
        return usage_error(me, "--%s: expected a whole number >= 1, got \"%s\"", option, text);
    *ret = (size_t)value;
    return -1;
}
