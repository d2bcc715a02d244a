/* Which columns to draw, and how. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/plot/figure_private.h"

#define PANELS_MAX 6 /* more values of a second input make a heat map */

/* The part of "A|B" behind the bar where A is a column that does not vary, or none; else A. Fresh.
 */
static char *alternative(const struct chooser *at, const char *name)
{
    const char *bar = strchr(name, '|');
    char *first = mem_format("%.*s", (int)strcspn(name, "|"), name);
    size_t column = csv_column(at->csv, first);
    if (!bar || (column != CSV_NO_COLUMN && figure_distinct(at, column, 2) > 1))
        return first;
    free(first);
    return mem_copy_string(bar + 1);
}

/* A column by name or "*ENDING"; a miss names it and lists what there is. */
static int need(const struct chooser *at, const char *name, size_t *ret)
{
    if (*name != '*')
        return csv_need_column(at->csv, name, at->diag, ret);
    for (size_t c = 0; c < at->csv->column_count; c++)
        if (text_ends_with(at->csv->columns[c], name + 1) && figure_distinct(at, c, 2) > 1) {
            *ret = c;
            return 0;
        }
    return diag_at(at->diag, at->csv->file, NULL,
                   "no column that ends in \"%s\" with more than one value", name + 1);
}

static int need_if(const struct chooser *at, const char *name, size_t *ret)
{
    if (!name || !*name)
        return 0;
    char *chosen = alternative(at, name);
    int r = need(at, chosen, ret);
    free(chosen);
    return r;
}

/* The inputs that vary independently, those of a sweep ("/...") only; the one with most values
 * first. */
static size_t find_axes(const struct chooser *at, size_t axes[2])
{
    size_t count = 0;
    for (size_t c = 0; c < at->csv->column_count; c++) {
        if (at->csv->columns[c][0] != '/' || figure_distinct(at, c, 2) < 2)
            continue;
        if (count > 0 && figure_determines(at, axes[0], c))
            continue;
        if (count < 2)
            axes[count] = c;
        count++;
    }
    if (count == 2 && figure_distinct(at, axes[1], 64) > figure_distinct(at, axes[0], 64)) {
        size_t more = axes[1];
        axes[1] = axes[0];
        axes[0] = more;
    }
    return count;
}

static size_t column_if_there(const struct chooser *at, const char *name)
{
    return csv_column(at->csv, name);
}

/* A column of numbers to draw where none was named. */
static size_t usual_y(const struct chooser *at)
{
    static const char *const usual[] = {"speedup_ratio", "pair_time_s", NULL};
    for (size_t i = 0; usual[i]; i++) {
        size_t column = column_if_there(at, usual[i]);
        if (column != CSV_NO_COLUMN && figure_distinct(at, column, 2) > 1)
            return column;
    }
    return CSV_NO_COLUMN;
}

static void choose_kind(struct chooser *at, const size_t axes[2], size_t axis_count)
{
    size_t schedules = column_if_there(at, "schedule");
    bool several = schedules != CSV_NO_COLUMN && figure_distinct(at, schedules, 2) > 1;
    if (column_if_there(at, "measured_s") != CSV_NO_COLUMN &&
        column_if_there(at, "predicted_s") != CSV_NO_COLUMN)
        at->kind = column_if_there(at, "error_ratio") != CSV_NO_COLUMN &&
                           column_if_there(at, "kind") != CSV_NO_COLUMN
                       ? "residuals"
                       : "accuracy";
    else if (axis_count == 0 && at->x == CSV_NO_COLUMN &&
             column_if_there(at, "exposed_dispatch_s") != CSV_NO_COLUMN)
        at->kind = "breakdown";
    else if (at->z != CSV_NO_COLUMN ||
             (at->x == CSV_NO_COLUMN && at->y == CSV_NO_COLUMN && axis_count == 2 &&
              figure_all_numbers(at, axes[0]) && figure_all_numbers(at, axes[1]) &&
              (!several || figure_distinct(at, axes[1], 64) > PANELS_MAX)))
        at->kind = "heatmap";
    else if (axis_count > 0 && at->x == CSV_NO_COLUMN && !figure_all_numbers(at, axes[0]))
        at->kind = "bar";
    else
        at->kind = "line";
}

static bool is_kind(const struct chooser *at, const char *kind)
{
    return strcmp(at->kind, kind) == 0;
}

static int need_default(const struct chooser *at, const char *option, size_t *column, size_t usual)
{
    if (*column == CSV_NO_COLUMN)
        *column = usual;
    return *column != CSV_NO_COLUMN ? 0
                                    : diag_at(at->diag, at->csv->file, NULL,
                                              "no column suits --%s; please name one", option);
}

static int choose_columns(struct chooser *at, const size_t axes[2], size_t axis_count)
{
    int r = 0;
    size_t first = axis_count > 0 ? axes[0] : CSV_NO_COLUMN;
    size_t second = axis_count > 1 ? axes[1] : CSV_NO_COLUMN;
    if (is_kind(at, "accuracy")) {
        r = need_default(at, "x", &at->x, column_if_there(at, "measured_s"));
        return r < 0 ? r : need_default(at, "y", &at->y, column_if_there(at, "predicted_s"));
    }
    if (is_kind(at, "breakdown") || is_kind(at, "residuals"))
        return 0;
    r = need_default(at, "x", &at->x, first);
    if (r == 0 && is_kind(at, "heatmap")) {
        r = need_default(at, "y", &at->y, second);
        return r < 0 ? r : need_default(at, "z", &at->z, usual_y(at));
    }
    if (r == 0)
        r = need_default(at, "y", &at->y, usual_y(at));
    size_t other = at->x == first ? second : first;
    if (r == 0 && !at->request->facet && other != CSV_NO_COLUMN && at->series != other &&
        !figure_determines(at, at->x, other))
        at->facet = other;
    return r;
}

static void choose_series(struct chooser *at)
{
    size_t pass = column_if_there(at, "pass");
    if (is_kind(at, "residuals") && !at->request->series && pass != CSV_NO_COLUMN &&
        figure_distinct(at, pass, 2) > 1)
        at->series = pass;
    size_t schedule = column_if_there(at, "schedule");
    bool several = schedule != CSV_NO_COLUMN && figure_distinct(at, schedule, 2) > 1;
    if (!several || is_kind(at, "breakdown"))
        return;
    if (is_kind(at, "heatmap")) {
        if (!at->request->facet)
            at->facet = schedule;
    } else if (!at->request->series && !is_kind(at, "accuracy")) {
        at->series = schedule;
    }
}

static bool all_ones(const struct chooser *at, size_t schedule, const char *name)
{
    for (size_t r = 0; r < at->csv->row_count; r++)
        if (at->shown[r] && strcmp(csv_cell(at->csv, r, schedule), name) == 0 &&
            strcmp(csv_cell(at->csv, r, at->z), "1") != 0)
            return false;
    return true;
}

/* Schedules whose speedup is 1 everywhere are the baseline: a panel of its own would be blank. */
static void leave_baseline_out(struct chooser *at)
{
    size_t schedule = column_if_there(at, "schedule");
    if (!is_kind(at, "heatmap") || at->facet != schedule || schedule == CSV_NO_COLUMN ||
        !text_ends_with(at->csv->columns[at->z], "speedup_ratio"))
        return;
    const char *baseline = NULL;
    for (size_t r = 0; r < at->csv->row_count && !baseline; r++)
        if (at->shown[r] && all_ones(at, schedule, csv_cell(at->csv, r, schedule)))
            baseline = csv_cell(at->csv, r, schedule);
    if (!baseline)
        return;
    for (size_t r = 0; r < at->csv->row_count; r++)
        at->shown[r] &= strcmp(csv_cell(at->csv, r, schedule), baseline) != 0;
}

int figure_choose(struct chooser *at)
{
    const struct figure_request *request = at->request;
    const struct standard_figure *figure = NULL;
    size_t axes[2] = {CSV_NO_COLUMN, CSV_NO_COLUMN};
    for (const struct standard_figure *f = standard_figures; request->figure && f->name; f++)
        if (strcmp(f->name, request->figure) == 0)
            figure = f;
    int r = need_if(at, request->x ? request->x : figure ? figure->x : NULL, &at->x);
    r |= need_if(at, request->y ? request->y : figure ? figure->y : NULL, &at->y);
    r |= need_if(at, request->z ? request->z : figure ? figure->z : NULL, &at->z);
    r |= need_if(at, request->series, &at->series);
    r |= need_if(at, request->facet, &at->facet);
    if (r)
        return -EINVAL;
    size_t axis_count = find_axes(at, axes);
    at->kind = request->kind ? request->kind : figure ? figure->kind : NULL;
    if (!at->kind)
        choose_kind(at, axes, axis_count);
    choose_series(at);
    r = choose_columns(at, axes, axis_count);
    if (r == 0)
        leave_baseline_out(at);
    return r < 0 ? r : figure_check(at);
}
