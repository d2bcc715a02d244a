#include "choices.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base.h"
#include "sim/base/csv.h"
#include "sim/base/file.h"
#include "sim/base/mem.h"

enum column {
    GPU,
    LIBRARY,
    PASS,
    DTYPE,
    FP32_RESULT,
    ROWS,
    INPUTS,
    OUTPUTS,
    BATCH,
    WORKSPACE,
    TIME,
    ALGORITHM,
    COLUMN_COUNT
};
static const char *const columns[] = {"gpu",    "cublaslt",  "pass",    "dtype", "fp32_result",
                                      "rows",   "inputs",    "outputs", "batch", "workspace_bytes",
                                      "time_s", "algorithm", NULL};

bool gemm_size_equal(const struct gemm_size *a, const struct gemm_size *b)
{
    return a->pass == b->pass && a->rows == b->rows && a->inputs == b->inputs &&
           a->outputs == b->outputs && a->batch == b->batch && a->dtype == b->dtype &&
           a->fp32_result == b->fp32_result;
}

const struct choice *choices_find(const struct choices *choices, const char *gpu, size_t library,
                                  const struct gemm_size *size)
{
    for (size_t i = 0; i < choices->count; i++) {
        const struct choice *at = &choices->choice[i];
        if (at->library == library && strcmp(at->gpu, gpu) == 0 && gemm_size_equal(&at->size, size))
            return at;
    }
    return NULL;
}

void choices_put(struct choices *choices, const struct choice *choice)
{
    const struct choice *same = choices_find(choices, choice->gpu, choice->library, &choice->size);
    if (same) {
        choices->choice[same - choices->choice] = *choice;
        return;
    }
    if (choices->count == choices->room) {
        choices->room = choices->room ? 2 * choices->room : 64;
        choices->choice = mem_resized(choices->choice, choices->room, sizeof *choices->choice);
    }
    choices->choice[choices->count++] = *choice;
}

void choices_done(struct choices *choices)
{
    free(choices->choice);
    *choices = (struct choices){0};
}

static int read_bytes(const char *text, unsigned char bytes[CHOICE_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    if (strlen(text) != 2 * CHOICE_BYTES || strspn(text, digits) != 2 * CHOICE_BYTES)
        return -1;
    for (size_t i = 0; i < CHOICE_BYTES; i++) {
        size_t high = (size_t)(strchr(digits, text[2 * i]) - digits);
        size_t low = (size_t)(strchr(digits, text[2 * i + 1]) - digits);
        bytes[i] = (unsigned char)(16 * high + low);
    }
    return 0;
}

/* Where the columns of a file lie. */
struct table {
    const struct csv *csv;
    size_t at[COLUMN_COUNT];
    struct diag *diag;
};

static const char *cell(const struct table *table, size_t row, enum column column)
{
    return csv_cell(table->csv, row, table->at[column]);
}

static int read_count(const struct table *table, size_t row, enum column column, size_t *ret)
{
    double value = 0;
    int r = csv_number(table->csv, row, table->at[column], 0, 1e15, table->diag, &value);
    *ret = (size_t)value;
    return r;
}

static int read_row(const struct table *table, size_t row, struct choice *ret)
{
    struct gemm_size *size = &ret->size;
    size_t fp32_result = 0;
    int pass = word_index(operator_pass_names, cell(table, row, PASS));
    int dtype = word_index(dtype_names, cell(table, row, DTYPE)), r = 0;
    r |= read_count(table, row, LIBRARY, &ret->library);
    r |= read_count(table, row, FP32_RESULT, &fp32_result);
    r |= read_count(table, row, ROWS, &size->rows);
    r |= read_count(table, row, INPUTS, &size->inputs);
    r |= read_count(table, row, OUTPUTS, &size->outputs);
    r |= read_count(table, row, BATCH, &size->batch);
    r |= read_count(table, row, WORKSPACE, &ret->workspace_bytes);
    r |= csv_number(table->csv, row, table->at[TIME], 0, 1e6, table->diag, &ret->time_s);
    if (r < 0)
        return r;
    snprintf(ret->gpu, sizeof ret->gpu, "%s", cell(table, row, GPU));
    if (pass < 0 || dtype < 0 || fp32_result > 1 ||
        read_bytes(cell(table, row, ALGORITHM), ret->algorithm) < 0) {
        char place[40];
        snprintf(place, sizeof place, "line %zu", table->csv->lines[row]);
        return diag_at(table->diag, table->csv->file, place, "not a product and its algorithm");
    }
    size->pass = (enum operator_pass)pass;
    size->dtype = (enum dtype)dtype;
    size->fp32_result = fp32_result;
    return 0;
}

static int read_table(const struct csv *csv, struct choices *ret, struct diag *diag)
{
    struct table table = {.csv = csv, .diag = diag};
    int r = csv_only(csv, columns, diag);
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        r |= csv_need_column(csv, columns[c], diag, &table.at[c]);
    for (size_t row = 0; row < csv->row_count && r == 0; row++) {
        struct choice choice = {.library = 0};
        r = read_row(&table, row, &choice);
        if (r == 0)
            choices_put(ret, &choice);
    }
    return r;
}

int choices_load(const char *path, struct choices *ret, struct diag *diag)
{
    struct csv *csv;
    *ret = (struct choices){0};
    if (access(path, F_OK) != 0)
        return 0;
    int r = csv_load(path, diag, &csv);
    if (r < 0)
        return r;
    r = read_table(csv, ret, diag);
    if (r < 0)
        choices_done(ret);
    csv_free(csv);
    return r;
}

static void put_choice(struct csv_out *out, const struct choice *choice)
{
    const struct gemm_size *size = &choice->size;
    char digits[2 * CHOICE_BYTES + 1];
    const size_t counts[] = {size->fp32_result, size->rows,  size->inputs,
                             size->outputs,     size->batch, choice->workspace_bytes};
    csv_put_text(out, choice->gpu);
    csv_put_count(out, choice->library);
    csv_put_text(out, operator_pass_names[size->pass]);
    csv_put_text(out, dtype_names[size->dtype]);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        csv_put_count(out, counts[i]);
    csv_put_number(out, choice->time_s);
    for (size_t b = 0; b < CHOICE_BYTES; b++)
        snprintf(digits + 2 * b, 3, "%02x", choice->algorithm[b]);
    csv_put_text(out, digits);
    csv_end_row(out);
}

int choices_save(const char *path, const struct choices *choices, struct diag *diag)
{
    struct text file = {0};
    struct csv_out out = {.to = &file};
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        csv_put_text(&out, columns[c]);
    csv_end_row(&out);
    for (size_t i = 0; i < choices->count; i++)
        put_choice(&out, &choices->choice[i]);
    int r = file_write(path, &file, diag);
    text_done(&file);
    return r;
}
