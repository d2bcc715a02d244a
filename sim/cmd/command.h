/* The commands, their exit codes, and how their arguments are read. */
#ifndef SCMOESIM_CMD_COMMAND_H
#define SCMOESIM_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/study/study.h"

#define PROGRAM "scmoesim"

/* Documented in the manual page. */
enum exit_code {
    EXIT_FINE = 0,
    EXIT_MISSED = 1, /* a comparison missed its tolerance; solve found no answer */
    EXIT_USAGE = 2,
    EXIT_BAD_INPUT = 3,
    EXIT_PARTLY = 4, /* some points of a sweep failed; their rows say why */
    EXIT_BUG = 70,
    EXIT_INTERRUPTED = 130 /* by SIGINT; what is done is on disk */
};

/* A subcommand is a row. */
struct command {
    const char *name;
    const char *arguments; /* after the name in the usage line */
    const char *summary;   /* one line */
    const char *details;   /* paragraphs of --help, with an example; may be NULL */
    int (*run)(const struct command *me, int argc, char *argv[]); /* argv[0] is the name */
};

extern const struct command run_command, alltoall_command, list_command, topology_command,
    check_command, plan_command, fit_command, compare_command, replay_command, validate_command,
    sweep_command, merge_command, solve_command, plot_command;
extern const struct command *const commands[]; /* NULL-terminated, in the order of the help */

/* An option is a row too; exactly one of the targets is set. */
struct option_row {
    const char *name;     /* "schedule" for --schedule; NULL ends the list */
    const char *argument; /* "NAME"; NULL for a flag */
    const char *help;
    bool *flag;
    const char **word;   /* last one wins */
    const char ***words; /* appended, NULL-terminated; free the array */
};

/* Reads argv[1..]: options as --name VALUE or --name=VALUE, "--" ends them; the rest moves together
 * in argv, where *ret_rest points (count in *ret_rest_count). --help prints the command's help.
 * Returns -1 to go on, else the exit code to leave with. */
int read_options(const struct command *me, const struct option_row *rows, int argc, char *argv[],
                 const char *const **ret_rest, size_t *ret_rest_count);

/* Two lines on standard error: what was wrong, where help is. Returns EXIT_USAGE. */
int usage_error(const struct command *me, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints the diag's messages and empties it. Returns EXIT_BAD_INPUT. */
int input_error(struct diag *diag);

/* Writes a finished result to "-" or a path; a failure is printed. Frees content. */
int write_output(const char *path, struct text *content);

/* --fold and --network, or a usage error; words as in FOLD_OPTION and NETWORK_OPTION. */
int read_network_options(const struct command *me, const char *fold, const char *network,
                         enum fold_choice *ret_fold, enum network_kind *ret_network);
#define FOLD_OPTION(target)                                                                        \
    {                                                                                              \
        "fold", "WHEN",                                                                            \
            "let one GPU stand for all that are alike: auto (default; where that is exact) or "    \
            "never",                                                                               \
            .word = &(target)                                                                      \
    }
#define NETWORK_OPTION(target)                                                                     \
    {                                                                                              \
        "network", "WHO",                                                                          \
            "who shares links among flows: auto (default: one GPU for all that are alike, else "   \
            "by the number of flows), or simgrid or max-min with every GPU",                       \
            .word = &(target)                                                                      \
    }

/* One line on standard error, unless it is NULL. Frees it. */
void print_note(char *owned_note);

/* A whole number >= 1, or a usage error. Where text is NULL, *ret stays as it is. */
int read_count_option(const struct command *me, const char *option, const char *text, size_t *ret);

/* --jobs, or a usage error; where text is NULL, as many as processors that this process may use. */
int read_jobs_option(const struct command *me, const char *text, size_t *ret);

#endif
