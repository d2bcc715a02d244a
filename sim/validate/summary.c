/* What many verdicts say together. */
#include <math.h>
#include <string.h>
#include "sim/base/text.h"
#include "sim/validate/validate.h"

const char *figure_quantity(const struct figure *figure)
{
    const char *metric = figure->metric;
    bool time = text_ends_with(metric, "_s") && !text_ends_with(metric, "_per_s");
    if (figure->unit)
        return "count";
    bool of_itself = figure->form != FIGURE_VALUE && !figure->over_column;
    if (text_ends_with(metric, "speedup_ratio") || (time && of_itself))
        return "speedup";
    if (text_ends_with(metric, "_ratio") || figure->form != FIGURE_VALUE)
        return "ratio";
    return text_ends_with(metric, "_bytes_per_s") ? "bandwidth"
           : time                                 ? "time"
           : text_ends_with(metric, "_bytes")     ? "memory"
                                                  : "count";
}

static bool is_asked(const struct figure *figure, const char *quantity)
{
    if (figure->role != FIGURE_PREDICTION)
        return false;
    return !quantity ||
           strcmp(figure_is_range(figure) ? "range" : figure_quantity(figure), quantity) == 0;
}

struct error_summary summarize_errors(const struct verdict *verdicts, size_t count,
                                      const char *quantity)
{
    struct error_summary summary = {0};
    double sum = 0;
    size_t exact = 0;
    for (size_t i = 0; i < count; i++) {
        const struct verdict *verdict = &verdicts[i];
        if (!is_asked(verdict->figure, quantity))
            continue;
        summary.count++;
        summary.outside += !verdict->within;
        if (!figure_is_range(verdict->figure)) {
            sum += fabs(verdict->error_ratio);
            exact++;
        }
        if (fabs(verdict->error_ratio) > fabs(summary.worst_ratio))
            summary.worst_ratio = verdict->error_ratio;
    }
    summary.mean_ratio = exact ? sum / (double)exact : NAN;
    return summary;
}

struct role_count count_roles(const struct verdict *verdicts, size_t count)
{
    struct role_count roles = {0};
    for (size_t i = 0; i < count; i++) {
        enum figure_role role = verdicts[i].figure->role;
        roles.predictions += role == FIGURE_PREDICTION;
        roles.fitted += role == FIGURE_FIT;
        roles.readings += role == FIGURE_READING;
    }
    return roles;
}
