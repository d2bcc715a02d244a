/* Lone All-to-Alls, played by SimGrid on topologies as shipped, beside what others measured
 * (traces/published/alltoall.csv). published.txt is the table; what is held here beside it is the
 * mean error of the predictions inside one node or rack, and that what was fitted comes out. */
#include <math.h>

#include "sim/base/csv.h"
#include "sim/base/file.h"
#include "tests/model/rig.h"

#define ROWS_MAX 64

enum column { SOURCE, PLATFORM, TOPOLOGY, BYTES, BUSBW, ROLE, NOTE, COLUMNS };
static const char *const columns[] = {"source", "platform", "topology", "bytes", "busbw_bytes_per_s",
                                      "role", "note", NULL};

struct table {
    struct csv *csv;
    size_t at[COLUMNS];
};

static struct rig open_word(const char *word)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    if (topology_document(word, &diag, &doc) < 0) {
        diag_print(&diag, "test", stderr);
        _exit(1);
    }
    char *text = json_print(doc);
    struct topology *topology = NULL;
    topology_read(doc, &diag, &topology);
    struct rig rig = rig_open(text, topology_ranks(topology), "pairwise", true);
    topology_free(topology);
    json_free(doc);
    free(text);
    return rig;
}

/* Bus bandwidth of one All-to-All among all ranks. */
static double play(const char *word, double bytes)
{
    struct rig rig = open_word(word);
    struct plan_operator operators[1];
    struct step steps[] = {{"a2a", OPERATOR_DISPATCH, 1, {0}, 0, bytes}};
    struct plan plan = rig_plan(&rig, rig.ranks, steps, 1, 2, operators);
    double *nothing = mem_zeroed(rig.ranks, sizeof *nothing);
    const struct a2a_settings *a2a = &rig.topology->all_to_all;
    struct timeline *timeline = rig_play(
        &rig, &plan, nothing, a2a->setup_s + a2a->per_peer_s * (double)(rig.ranks - 1), 0);
    double time_s = fmax(timeline->end_s, a2a->floor_s);
    double busbw = bytes * (double)(rig.ranks - 1) / (double)rig.ranks / time_s;
    timeline_free(timeline);
    free(nothing);
    rig_close(&rig);
    return busbw;
}

/* The same in a process of its own. */
static double play_apart(const char *word, double bytes)
{
    int ends[2];
    double busbw = 0;
    fflush(NULL);
    if (pipe(ends) < 0)
        return 0;
    pid_t child = fork();
    if (child == 0) {
        busbw = play(word, bytes);
        _exit(write(ends[1], &busbw, sizeof busbw) == sizeof busbw ? 0 : 1);
    }
    close(ends[1]);
    gsl_test(read(ends[0], &busbw, sizeof busbw) != sizeof busbw, "%s plays", word);
    close(ends[0]);
    waitpid(child, NULL, 0);
    return busbw;
}

static const char *cell(const struct table *table, size_t row, enum column column)
{
    return csv_cell(table->csv, row, table->at[column]);
}

static bool leaves_the_node(const char *topology)
{
    return strstr(topology, "nodes=") != NULL;
}

/* Mean errors of predictions. */
struct sums {
    double inside, between;
    size_t inside_count, between_count, fits;
};

static void judge(const struct table *table, size_t row, double error, struct sums *sums)
{
    const char *role = cell(table, row, ROLE);
    bool between = leaves_the_node(cell(table, row, TOPOLOGY));
    if (strcmp(role, "fit") == 0) {
        sums->fits++;
        gsl_test(fabs(error) > 0.01, "%s %s: what was fitted comes out", cell(table, row, PLATFORM),
                 cell(table, row, BYTES));
    }
    if (strcmp(role, "prediction") != 0)
        return;
    *(between ? &sums->between : &sums->inside) += fabs(error);
    *(between ? &sums->between_count : &sums->inside_count) += 1;
}

static void add_row(const struct table *table, size_t row, struct sums *sums, struct text *to)
{
    struct diag diag = {0};
    double bytes = 0, published = 0;
    char size[QUANTITY_MAX];
    csv_number(table->csv, row, table->at[BYTES], 1, INFINITY, &diag, &bytes);
    csv_number(table->csv, row, table->at[BUSBW], 1, INFINITY, &diag, &published);
    double predicted = play_apart(cell(table, row, TOPOLOGY), bytes);
    double error = predicted / published - 1;
    text_add(to, "%-8s %-21s %8s %9.2f %9.2f %+6.1f  %s\n", cell(table, row, SOURCE),
             cell(table, row, PLATFORM), quantity_print(size, UNIT_BYTES, bytes, 3), published / 1e9,
             predicted / 1e9, 100 * error, cell(table, row, ROLE));
    judge(table, row, error, sums);
    diag_done(&diag);
}

static void check_golden(const char *got)
{
    struct diag diag = {0};
    char *want = NULL, *path = mem_format("%s/tests/model/published.txt", data_directory());
    size_t length;
    if (file_read(path, 1 << 16, &diag, &want, &length) < 0)
        diag_print(&diag, "test", stderr);
    bool same = want && strcmp(want, got) == 0;
    gsl_test(!same, "the table is tests/model/published.txt");
    if (!same)
        printf("%s", got);
    free(want);
    free(path);
    diag_done(&diag);
}

int main(void)
{
    struct diag diag = {0};
    struct table table = {0};
    struct sums sums = {0};
    struct text text = {0};
    char *path = mem_format("%s/traces/published/alltoall.csv", data_directory());
    if (csv_load(path, &diag, &table.csv) < 0) {
        diag_print(&diag, "test", stderr);
        return 1;
    }
    for (size_t i = 0; i < COLUMNS; i++)
        table.at[i] = csv_column(table.csv, columns[i]);
    text_add(&text, "source   platform                 bytes published predicted  error  role\n");
    text_add(&text, "                                          (GB/s)    (GB/s)    (%%)\n");
    for (size_t row = 0; row < table.csv->row_count; row++)
        add_row(&table, row, &sums, &text);
    text_add(&text, "mean |error| of %zu predictions inside a node or rack %.1f %%, of %zu between %.1f %%\n",
             sums.inside_count, 100 * sums.inside / (double)sums.inside_count, sums.between_count,
             100 * sums.between / (double)sums.between_count);
    check_golden(text_get(&text));
    gsl_test(sums.inside / (double)sums.inside_count > 0.10, "inside a node: 10 %% on average");
    gsl_test(3 * sums.fits > table.csv->row_count, "at most a third of the rows was fitted");
    text_done(&text);
    csv_free(table.csv);
    free(path);
    return gsl_test_summary();
}
