/* scmoesim: what would shortcut-connected MoE give on this cluster? */
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "sim/cmd/command.h"
#include "sim/engine/simgrid.h"

#ifndef SCMOESIM_VERSION
#define SCMOESIM_VERSION "unknown"
#endif

const struct command *const commands[] = {
    &run_command,   &alltoall_command, &list_command,   &topology_command, &check_command,
    &plan_command,  &fit_command,      &replay_command, &compare_command,  &validate_command,
    &sweep_command, &merge_command,    &solve_command,  &plot_command,     NULL};

static void print_main_help(void)
{
    printf("Usage: " PROGRAM " COMMAND [OPTIONS] [FILE...]\n\n"
           "Predicts what shortcut-connected Mixture-of-Experts schedules give on a cluster.\n\n"
           "Commands:\n");
    for (size_t i = 0; commands[i]; i++)
        printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
    printf("\nOptions:\n"
           "  --help     this text; '" PROGRAM " COMMAND --help' for one command\n"
           "  --version  version of the program and of SimGrid\n\n"
           "Environment:\n"
           "  SCMOESIM_DATA  folder with models/ and topologies/ instead of those that ship\n\n"
           "Example: what ScMoE gives a vision MoE on eight PCIe GPUs\n"
           "  " PROGRAM " run --model swinv2-moe-s --topology 8xa30-pcie\n\n"
           "Exit status: 0 fine, 1 a comparison missed its tolerance, 2 usage,\n"
           "3 bad input, 4 some points of a sweep failed, 70 a bug of ours,\n"
           "130 interrupted.\n");
}

static int unknown_command(const char *name)
{
    const char *names[16] = {NULL};
    for (size_t i = 0; commands[i]; i++)
        names[i] = commands[i]->name;
    const char *near = suggest(name, names);
    fprintf(stderr, PROGRAM ": unknown command \"%s\"", name);
    if (near)
        fprintf(stderr, "; did you mean \"%s\"?", near);
    fprintf(stderr, "\nTry '" PROGRAM " --help'.\n");
    return EXIT_USAGE;
}

static int run_main(int argc, char *argv[])
{
    if (argc < 2) {
        fprintf(stderr, PROGRAM ": no command given\nTry '" PROGRAM " --help'.\n");
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        (strcmp(argv[1], "help") == 0 && argc == 2)) {
        print_main_help();
        return EXIT_FINE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf(PROGRAM " " SCMOESIM_VERSION ", SimGrid %s\n", engine_simgrid_version());
        return EXIT_FINE;
    }
    static char option[] = "--help";
    bool help = strcmp(argv[1], "help") == 0;
    char *name = argv[help ? 2 : 1], *of_help[] = {name, option, NULL};
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i]->run(commands[i], help ? 2 : argc - 1, help ? of_help : argv + 1);
    return unknown_command(name);
}

/* A bug; SimGrid too ends what it takes for impossible by a signal. */
static void say_crash(int number)
{
    static const char before[] = PROGRAM ": died (",
                      after[] =
                          "); a bug of ours or of SimGrid's: please report the command line\n";
    const char *name = number == SIGABRT  ? "an assertion failed"
                       : number == SIGFPE ? "arithmetic"
                                          : "memory";
    if (write(STDERR_FILENO, before, sizeof before - 1) < 0 ||
        write(STDERR_FILENO, name, strlen(name)) < 0 ||
        write(STDERR_FILENO, after, sizeof after - 1) < 0)
        _exit(EXIT_BUG);
    _exit(EXIT_BUG);
}

int main(int argc, char *argv[])
{
    engine_on_crash(say_crash);
    gsl_set_error_handler_off();
    int code = run_main(argc, argv);
    /* A full disk shows only when the buffer is written out; who wrote it may have said so already.
     */
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_FINE) {
        perror(PROGRAM ": standard output");
        return EXIT_BAD_INPUT;
    }
    return code;
}
