#include "sim/plot/figure_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/base/text.h"

#define NOT_FOUND 127
#define SAID_MAX 2000

/* The table as a file without a name, which gnuplot, a child of ours, opens by its descriptor. */
static int hold_table(const struct text *table, char **ret_path)
{
    int fd = memfd_create("scmoesim-table", 0);
    if (fd >= 0 && write_all(fd, table->text, table->length) < 0) {
        close(fd);
        return -1;
    }
    *ret_path = mem_format("/proc/%ld/fd/%d", (long)getpid(), fd);
    return fd;
}

int figure_run_begin(const char *output, const struct text *table, struct diag *diag,
                     struct figure_run *ret)
{
    const char *slash = strrchr(output, '/'), *dot = strrchr(output, '.');
    size_t folder = slash ? (size_t)(slash - output) + 1 : 0;
    char *drawn = mem_format("%.*s.scmoesim-XXXXXX%s", (int)folder, output, dot);
    int fd = mkstemps(drawn, (int)strlen(dot));
    if (fd < 0) {
        int r = diag_at(diag, output, NULL, "%s", strerror(errno));
        free(drawn);
        return r;
    }
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    close(fd);
    *ret = (struct figure_run){.output = output, .drawn = drawn};
    ret->table_fd = hold_table(table, &ret->table);
    if (ret->table_fd >= 0)
        return 0;
    int r = diag_say(diag, "cannot hold the table in memory: %s", strerror(errno));
    unlink(drawn);
    free(drawn);
    return r;
}

static void become_gnuplot(const char *script, const char *settings, int said)
{
    dup2(said, STDOUT_FILENO);
    dup2(said, STDERR_FILENO);
    setenv("LC_ALL", "C.UTF-8", 1);
    execlp("gnuplot", "gnuplot", "-d", "-e", settings, script, (char *)NULL);
    _exit(NOT_FOUND);
}

/* gnuplot's status, or -1; what it said is in `said`. */
static int run_gnuplot(const char *script, const char *settings, int said)
{
    pid_t pid = fork();
    int status;
    if (pid == 0)
        become_gnuplot(script, settings, said);
    if (pid < 0)
        return -1;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int complain(int status, int said, struct diag *diag)
{
    char text[SAID_MAX + 1];
    ssize_t length = pread(said, text, SAID_MAX, 0);
    if (status == NOT_FOUND)
        return diag_say(diag, "gnuplot is needed to draw (Debian: apt-get install gnuplot-nox)");
    text[length > 0 ? length : 0] = '\0';
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' '))
        text[--length] = '\0';
    return diag_say(diag, "gnuplot could not draw this: %s", text);
}

/* A PDF says when it was made. Here it does not, so that the same table gives the same bytes. */
static void forget_date(const char *path)
{
    static const char mark[] = "/CreationDate (D:", never[] = "19700101000000";
    struct stat status;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    char *text = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size > 0)
        text = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (text != MAP_FAILED) {
        size_t length = (size_t)status.st_size, tail = sizeof mark - 1 + sizeof never - 1;
        char *at = memmem(text, length, mark, sizeof mark - 1);
        if (at && (size_t)(text + length - at) >= tail)
            memcpy(at + sizeof mark - 1, never, sizeof never - 1);
        munmap(text, length);
    }
    if (fd >= 0)
        close(fd);
}

int figure_run_end(struct figure_run *run, const char *kind, const char *settings,
                   struct diag *diag)
{
    struct stat drawn;
    char *script = mem_format("%s/analysis/plot/%s.gp", data_directory(), kind);
    int said = memfd_create("gnuplot-said", MFD_CLOEXEC), r = 0;
    int status = said < 0 ? -1 : run_gnuplot(script, settings, said);
    if (status == 0 && text_ends_with(run->drawn, ".pdf"))
        forget_date(run->drawn);
    if (status != 0)
        r = complain(status, said, diag);
    else if (stat(run->drawn, &drawn) < 0 || drawn.st_size == 0)
        r = complain(status, said, diag);
    else if (rename(run->drawn, run->output) < 0)
        r = diag_at(diag, run->output, NULL, "%s", strerror(errno));
    if (r < 0)
        unlink(run->drawn);
    if (said >= 0)
        close(said);
    close(run->table_fd);
    free(script);
    free(run->table);
    free(run->drawn);
    return r;
}
