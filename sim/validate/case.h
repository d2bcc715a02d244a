/* Published figures as data: which what-ifs they speak of, and how each follows from results.
 *
 * File format: doc/formats.md, "Published case". Knows nothing of how runs are played. */
#ifndef SCMOESIM_VALIDATE_CASE_H
#define SCMOESIM_VALIDATE_CASE_H

#include "sim/base/diag.h"
#include "sim/report/columns.h"
#include "sim/study/alltoall_alone.h"
#include "sim/study/request.h"

/* Whether a figure tells something about the predictions. */
enum figure_role {
    FIGURE_PREDICTION, /* nothing in the model was chosen by it */
    FIGURE_FIT,        /* a fit used it */
    FIGURE_READING /* the same experiment said otherwise (rounded, another reading); not counted */
};
extern const char *const figure_role_names[]; /* "prediction", "fit", "reading"; NULL-terminated */

/* How a figure follows from a metric of its schedule and, but for values, of another one. */
enum figure_form {
    FIGURE_VALUE,  /* metric */
    FIGURE_RATIO,  /* metric / metric of `over`, its `over_metric` where that is given */
    FIGURE_SPEEDUP /* metric of `over` / metric */
};
extern const char *const figure_form_names[]; /* "value", "ratio", "speedup"; NULL-terminated */

struct figure {
    const char *name, *source, *note; /* source, note: "" where the case's says all */
    const char *metric;
    const struct result_column *column;      /* behind the metric; NULL of a lone All-to-All's */
    const struct result_column *over_column; /* of `over`; NULL: the metric's own */
    double bytes;                /* of a lone All-to-All, sent by a rank, own share included */
    const char *schedule, *over; /* over: NULL for a value; both of a lone All-to-All */
    enum figure_form form;
    enum figure_role role;
    const char *fit;          /* which fit used it; NULL for other roles */
    double times;             /* the derived value is multiplied by it; 1 */
    const char *unit;         /* that `times` turns a value into; NULL: it stays the metric's */
    double published;         /* > 0; NaN where a range was published */
    double at_least, at_most; /* the range, 0 or infinity where it is open; else both published */
    double tolerance_ratio;
};

bool figure_is_range(const struct figure *figure);
/* predicted / published - 1; of a range the same to its nearer end, 0 inside. */
double figure_error_ratio(const struct figure *figure, double predicted);

/* Metrics of a lone All-to-All, as nccl-tests defines them: "time_s", "algbw_bytes_per_s" (bytes
 * over time), "busbw_bytes_per_s" (of the bytes that go to others). NULL-terminated. */
extern const char *const alltoall_metric_names[];
double alltoall_metric(const char *metric, double bytes, size_t group, double time_s);

/* One what-if, or one cluster's All-to-All, and the figures published about it. */
struct published_run {
    const char *name;
    bool is_alltoall;
    struct alltoall_request alltoall;
    struct study_request request;
    struct request_words words;
    struct figure *figures;
    size_t figure_count;
};

struct published_case {
    struct json *doc;
    char *folder; /* of the file: relative paths in it begin there */
    const char *name, *summary, *source;
    struct published_run *runs;
    size_t run_count;
};

/* Reads NAME (in traces/published) or FILE. Every problem goes to diag. */
int published_case_load(const char *word, struct diag *diag, struct published_case **ret);
int published_case_read(struct json *owned_doc, struct diag *diag, struct published_case **ret);
void published_case_free(struct published_case *published);

/* What the figure's rule gives from a run's results; fails when a schedule is not among them or its
 * metric does not apply. */
int figure_predict(const struct figure *figure, const struct result *results, size_t count,
                   struct diag *diag, double *ret);

#endif
