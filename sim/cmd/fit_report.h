/* What `scmoesim fit` finds out about a cost file. */
#ifndef SCMOESIM_CMD_FIT_REPORT_H
#define SCMOESIM_CMD_FIT_REPORT_H

#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/cost/cost.h"
#include "sim/model/gpu.h"

struct fit_choice {
    const char *const *paths; /* of the table's files, for messages */
    size_t path_count;
    const char *protocol; /* rows of which are fitted */
    const char *hold_out; /* "WIDTH,WIDTH": kept out of the fits; NULL: none */
    double from_bytes;    /* so are smaller copies and All-to-Alls */
};

struct fit_report {
    struct gpu *gpu; /* whose peaks the fits refer to; receives them. NULL: none */
    const struct fit_choice *choice;
    struct text table, outliers;
    struct text residuals; /* CSV: every row with its prediction */
    double error_sum, left_out_sum, held_out_sum;
    size_t fitted, held_out;
    struct left_out left_out;
};

/* The report begins empty but for its GPU, whose fits are replaced; files of copies alone need
 * none. Fails where nothing can be fitted. */
int fit_report_make(struct fit_report *report, const struct cost_table *table,
                    const struct fit_choice *choice, struct diag *diag);
void fit_report_print(const struct fit_report *report);
/* The "fits" member for a GPU file. */
void fit_report_write_gpu(const struct gpu *gpu, struct text *to);
/* The GPU as well. */
void fit_report_done(struct fit_report *report);

#endif
