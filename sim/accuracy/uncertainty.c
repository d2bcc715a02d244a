#include "sim/accuracy/uncertainty.h"

#include <math.h>
#include <string.h>
#include "sim/base/csv.h"
#include "sim/base/text.h"

const char *const basis_names[] = {"measured", "interpolated", "fitted", "unfitted", NULL};

static int find_row(const struct csv *csv, size_t column, const char *name, struct diag *diag,
                    size_t *ret)
{
    for (size_t row = 0; row < csv->row_count; row++)
        if (strcmp(csv_cell(csv, row, column), name) == 0) {
            *ret = row;
            return 0;
        }
    return diag_say(diag, "%s: no row for %s costs", csv->file, name);
}

static int read_rows(const struct csv *csv, struct diag *diag, struct uncertainty *ret)
{
    size_t costs, pair, speedup, row = 0;
    if (csv_need_column(csv, "costs", diag, &costs) < 0 ||
        csv_need_column(csv, "pair_p95_ratio", diag, &pair) < 0 ||
        csv_need_column(csv, "speedup_p95_ratio", diag, &speedup) < 0)
        return -1;
    for (size_t b = 0; b < BASIS_COUNT; b++)
        if (find_row(csv, costs, basis_names[b], diag, &row) < 0 ||
            csv_number(csv, row, pair, 0, 10, diag, &ret->pair_ratio[b]) < 0 ||
            csv_number(csv, row, speedup, 0, 10, diag, &ret->speedup_ratio[b]) < 0)
            return -1;
    return 0;
}

int uncertainty_load(const char *path, struct diag *diag, struct uncertainty *ret)
{
    struct csv *csv = NULL;
    int r = csv_load(path, diag, &csv);
    if (r == 0)
        r = read_rows(csv, diag, ret);
    csv_free(csv);
    return r;
}

double uncertainty_mix(const double ratio[BASIS_COUNT], const double time_s[BASIS_COUNT])
{
    double all_s = 0, sum_ratio = 0;
    for (size_t b = 0; b < BASIS_COUNT; b++)
        all_s += time_s[b];
    for (size_t b = 0; b < BASIS_COUNT; b++)
        sum_ratio += ratio[b] * (time_s[b] / all_s);
    return all_s > 0 ? sum_ratio : NAN;
}
