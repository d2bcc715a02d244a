#include "sim/plot/figure.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/base/number.h"
#include "sim/plot/figure_private.h"
#include "sim/sweep/sweep.h"

#define NOT_FOUND 127
#define SAID_MAX 2000

const char *const figure_kinds[] = {"line",     "bar",       "heatmap", "breakdown",
                                    "accuracy", "residuals", NULL};

const struct standard_figure standard_figures[] = {
    /* speedup over a link's bandwidth, break-even marked */
    {"speedup-bandwidth", "line", "node_network_bytes_per_s|*bandwidth_bytes_per_s",
     "speedup_ratio", NULL},
    /* overlapped share of communication over GPUs */
    {"overlap-ranks", "line", "ranks", "overlap_ratio", NULL},
    {"speedup-heatmap", "heatmap", "*bandwidth_bytes_per_s", "tokens_per_rank", "speedup_ratio"},
    /* operators, exposed and hidden communication of each schedule */
    {"breakdown", "breakdown", NULL, NULL, NULL},
    /* predictions over measurements, with the error */
    {"predicted-measured", "accuracy", "measured_s", "predicted_s", NULL},
    /* errors of a fit over measured time, by kind */
    {"fit-residuals", "residuals", NULL, NULL, NULL},
    {0}};

/* The cell that a user's value means: the same text, or the same number in any spelling. */
static const char *find_cell(const struct chooser *at, size_t column, const char *value)
{
    double wanted;
    bool number = axis_number(at->csv->columns[column], value, &wanted);
    for (size_t r = 0; r < at->csv->row_count; r++) {
        const char *cell = csv_cell(at->csv, r, column);
        if (strcmp(cell, value) == 0 || (number && cell_is_number(cell) &&
                                         fabs(number_read(cell) - wanted) <= 1e-9 * fabs(wanted)))
            return cell;
    }
    return NULL;
}

static int apply_where(struct chooser *at, const char *condition)
{
    const char *equals = strchr(condition, '=');
    size_t column;
    if (!equals)
        return diag_say(at->diag, "--where: expected COLUMN=VALUE, got \"%s\"", condition);
    char *name = mem_format("%.*s", (int)(equals - condition), condition);
    int r = csv_need_column(at->csv, name, at->diag, &column);
    free(name);
    if (r < 0)
        return r;
    const char *cell = find_cell(at, column, equals + 1);
    if (!cell)
        return diag_at(at->diag, at->csv->file, NULL, "no row has %s = \"%s\"",
                       at->csv->columns[column], equals + 1);
    for (size_t i = 0; i < at->csv->row_count; i++)
        at->shown[i] &= strcmp(csv_cell(at->csv, i, column), cell) == 0;
    return 0;
}

static int apply_wheres(struct chooser *at)
{
    for (size_t r = 0; r < at->csv->row_count; r++)
        at->shown[r] = true;
    for (size_t i = 0; at->request->wheres && at->request->wheres[i]; i++) {
        int r = apply_where(at, at->request->wheres[i]);
        if (r < 0)
            return r;
    }
    return 0;
}

static void add_quoted(struct text *to, const char *text)
{
    text_add(to, "'");
    for (; *text; text++)
        text_add(to, *text == '\'' ? "''" : "%c", *text);
    text_add(to, "'");
}

static void set_word(struct text *to, const char *variable, const char *word)
{
    text_add(to, "; %s = ", variable);
    add_quoted(to, word);
}

static void set_column(const struct chooser *at, struct text *to, const char *variable,
                       size_t column)
{
    set_word(to, variable, column == CSV_NO_COLUMN ? "" : at->csv->columns[column]);
}

/* A cell in a table separated by tabs, in which gnuplot would see quotes and comments too. */
static void add_cell(struct text *to, const char *cell, bool first)
{
    size_t length = strlen(cell);
    if (!first)
        text_add(to, "\t");
    for (size_t i = 0; i < length; i++)
        text_add_bytes(
            to, strchr("\t\r\n\"", cell[i]) || (i == 0 && cell[i] == '#') ? " " : &cell[i], 1);
}

/* The rows to show. */
static void write_table(const struct chooser *at, struct text *to)
{
    const struct csv *csv = at->csv;
    for (size_t c = 0; c < csv->column_count; c++)
        add_cell(to, csv->columns[c], c == 0);
    text_add(to, "\n");
    for (size_t r = 0; r < csv->row_count; r++) {
        for (size_t c = 0; c < csv->column_count && at->shown[r]; c++)
            add_cell(to, csv_cell(csv, r, c), c == 0);
        if (at->shown[r])
            text_add(to, "\n");
    }
}

/* The script's variables. */
static void write_settings(const struct chooser *at, const char *table, const char *output,
                           struct text *to)
{
    const struct figure_request *request = at->request;
    text_add(to, "tabs = 1; bits = %d", request->bits);
    set_word(to, "csv", table);
    set_word(to, "out", output);
    if (at->x != CSV_NO_COLUMN)
        set_column(at, to, "xcol", at->x);
    if (at->y != CSV_NO_COLUMN)
        set_column(at, to, "ycol", at->y);
    if (at->z != CSV_NO_COLUMN)
        set_column(at, to, "zcol", at->z);
    set_column(at, to, "series", at->series);
    set_column(at, to, "facet", at->facet);
    if (request->title)
        set_word(to, "title", request->title);
    if (request->width_mm > 0)
        text_add(to, "; width = %.10g", request->width_mm);
    if (request->height_mm > 0)
        text_add(to, "; height = %.10g", request->height_mm);
}

/* ---- gnuplot ---- */

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

/* An empty file to draw into, beside output and with the same ending: its name, fresh. NULL: errno
 * says why there is none. */
static char *make_beside(const char *output)
{
    const char *slash = strrchr(output, '/'), *dot = strrchr(output, '.');
    size_t folder = slash ? (size_t)(slash - output) + 1 : 0;
    char *drawn = mem_format("%.*s.scmoesim-XXXXXX%s", (int)folder, output, dot);
    int fd = mkstemps(drawn, (int)strlen(dot));
    if (fd < 0) {
        free(drawn);
        return NULL;
    }
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    close(fd);
    return drawn;
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

/* Runs analysis/plot/KIND.gp under the settings (gnuplot statements). */
static int plot(const char *kind, const char *settings, const char *drawn, struct diag *diag)
{
    struct stat status;
    char *script = mem_format("%s/analysis/plot/%s.gp", data_directory(), kind);
    int said = memfd_create("gnuplot-said", MFD_CLOEXEC), r = 0;
    int ended = said < 0 ? -1 : run_gnuplot(script, settings, said);
    if (ended != 0 || stat(drawn, &status) < 0 || status.st_size == 0)
        r = complain(ended, said, diag);
    else if (text_ends_with(drawn, ".pdf"))
        forget_date(drawn);
    if (said >= 0)
        close(said);
    free(script);
    return r;
}

/* The figure appears whole or not at all. */
static int draw(const struct chooser *at)
{
    const char *output = at->request->output;
    struct text table = {0}, settings = {0};
    char *drawn = make_beside(output), *held = NULL;
    if (!drawn)
        return diag_at(at->diag, output, NULL, "%s", strerror(errno));
    write_table(at, &table);
    int r, fd = hold_table(&table, &held);
    if (fd < 0) {
        r = diag_say(at->diag, "cannot hold the table in memory: %s", strerror(errno));
    } else {
        write_settings(at, held, drawn, &settings);
        r = plot(at->kind, text_get(&settings), drawn, at->diag);
        close(fd);
    }
    if (r == 0 && rename(drawn, output) < 0)
        r = diag_at(at->diag, output, NULL, "%s", strerror(errno));
    if (r < 0)
        unlink(drawn);
    text_done(&settings);
    text_done(&table);
    free(held);
    free(drawn);
    return r;
}

/* ---- All ---- */

bool figure_is_name(const char *output)
{
    return text_ends_with(output, ".svg") || text_ends_with(output, ".png") ||
           text_ends_with(output, ".pdf");
}

int figure_draw(const struct figure_request *request, struct diag *diag)
{
    struct csv *csv;
    int r = request->table ? csv_parse(request->csv, text_get(request->table),
                                       request->table->length, diag, &csv)
                           : csv_load(request->csv, diag, &csv);
    if (r < 0)
        return r;
    struct chooser at = {.request = request,
                         .csv = csv,
                         .diag = diag,
                         .x = CSV_NO_COLUMN,
                         .y = CSV_NO_COLUMN,
                         .z = CSV_NO_COLUMN,
                         .series = CSV_NO_COLUMN,
                         .facet = CSV_NO_COLUMN};
    at.shown = mem_zeroed(csv->row_count + 1, sizeof *at.shown);
    r = csv->row_count ? apply_wheres(&at) : diag_at(diag, csv->file, NULL, "no rows");
    if (r == 0)
        r = figure_choose(&at);
    if (r == 0)
        r = draw(&at);
    free(at.shown);
    csv_free(csv);
    return r;
}
