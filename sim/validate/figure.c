/* How a figure follows from what was played. */
#include <math.h>
#include <string.h>
#include "sim/validate/case.h"

/* A column of a schedule's result. */
static int read_result(const struct figure *figure, const struct result_column *column,
                       const char *schedule, const struct result *results, size_t count,
                       struct diag *diag, double *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(results[i].schedule, schedule) != 0)
            continue;
        double value = result_number(&results[i], column);
        if (value > 0)
            *ret = value;
        return value > 0 ? 0
                         : diag_say(diag, "figure \"%s\": %s of %s is not above 0", figure->name,
                                    column->name, schedule);
    }
    return diag_say(diag, "figure \"%s\": schedule %s is not among the run's", figure->name,
                    schedule);
}

int figure_predict(const struct figure *figure, const struct result *results, size_t count,
                   struct diag *diag, double *ret)
{
    double value, over = 1;
    const struct result_column *below = figure->over_column ? figure->over_column : figure->column;
    int r = read_result(figure, figure->column, figure->schedule, results, count, diag, &value);
    if (r == 0 && figure->over)
        r = read_result(figure, below, figure->over, results, count, diag, &over);
    if (r < 0)
        return r;
    *ret = figure->times * (figure->form == FIGURE_SPEEDUP ? over / value : value / over);
    return 0;
}

bool figure_is_range(const struct figure *figure)
{
    return isnan(figure->published);
}

double figure_error_ratio(const struct figure *figure, double predicted)
{
    if (predicted < figure->at_least)
        return predicted / figure->at_least - 1;
    return predicted > figure->at_most ? predicted / figure->at_most - 1 : 0;
}

double alltoall_metric(const char *metric, double bytes, size_t group, double time_s)
{
    double algbw = bytes / time_s;
    if (strcmp(metric, "time_s") == 0)
        return time_s;
    return strcmp(metric, "algbw_bytes_per_s") == 0 ? algbw
                                                    : algbw * (double)(group - 1) / (double)group;
}
