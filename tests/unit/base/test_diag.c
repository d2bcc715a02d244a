/* Messages, what is printed of them, and what running out of memory looks like. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"
#include "sim/base/mem.h"

static void check_places(void)
{
    struct diag diag = {0};
    gsl_test_int(diag_at(&diag, "a.json", "/x", "bad %d", 1), -EINVAL, "diag_at returns -EINVAL");
    gsl_test_int(diag_say(&diag, "plain %s", "b"), -EINVAL, "diag_say returns -EINVAL");
    diag_at(&diag, "a.json", NULL, "no place");
    diag_at(&diag, NULL, "line 2", "no file");
    diag_at(&diag, NULL, NULL, "100%%");
    gsl_test_int((int)diag.count, 5, "five messages");
    expect_said(&diag, "a.json: /x: bad 1\nplain b\na.json: no place\nline 2: no file\n100%",
                "file and place with their colons, or left out");
    gsl_test_int((int)diag.count, 0, "done empties");
    diag_done(&diag);
    diag_done(NULL);
}

static void check_printing(void)
{
    struct diag diag = {0};
    char *printed;
    size_t length;
    FILE *to = open_memstream(&printed, &length);
    for (int i = 0; i < DIAG_MAX + 7; i++)
        diag_say(&diag, "m%d", i);
    diag_print(&diag, "prog", to);
    fclose(to);
    gsl_test(strncmp(printed, "prog: m0\nprog: m1\n", 18) != 0, "each with the program's name");
    gsl_test(!strstr(printed, "prog: m99\nprog: and 7 more like these\n"),
             "the first hundred, then how many were left out");
    free(printed);
    diag_done(&diag);
    gsl_test_int((int)diag.left_out, 0, "done forgets those left out");
}

static void ask_for_too_much(void)
{
    free(mem_zeroed(SIZE_MAX / 8 + 2, 8)); /* 2^64 + 8: the product alone would be 8 bytes */
}

static void ask_to_grow_too_much(void)
{
    free(mem_resized(NULL, SIZE_MAX / 4, 1 << 20));
}

/* The child's exit status; its standard error goes to what. */
static int status_of(void (*doing)(void), char *what, size_t room)
{
    int ends[2], status = -1;
    if (pipe(ends) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        doing();
        _exit(0);
    }
    close(ends[1]);
    ssize_t length = read(ends[0], what, room - 1);
    what[length > 0 ? length : 0] = '\0';
    close(ends[0]);
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void check_memory(void)
{
    char said[200], want[200];
    gsl_test_int(status_of(ask_for_too_much, said, sizeof(said)), 70, "an overflowing product");
    snprintf(want, sizeof(want), "out of memory: wanted %zu times 8 bytes\n", SIZE_MAX / 8 + 2);
    gsl_test_str(said, want, "one line on standard error");
    gsl_test_int(status_of(ask_to_grow_too_much, said, sizeof(said)), 70, "growing by too much");

    char *none = mem_zeroed(0, 8), *text = mem_copy_string("abc");
    char *formatted = mem_format("%s-%d", text, 7);
    gsl_test(none == NULL, "nothing is still memory");
    gsl_test_str(formatted, "abc-7", "formatted");
    text = mem_resized(text, 100, 1);
    gsl_test_str(text, "abc", "kept while growing");
    free(none);
    free(text);
    free(formatted);
}

int main(void)
{
    check_places();
    check_printing();
    check_memory();
    return gsl_test_summary();
}
