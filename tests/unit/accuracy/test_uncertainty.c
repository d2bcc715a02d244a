/* The file of uncertainties, and how they add up. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>

#include "sim/accuracy/uncertainty.h"
#include "sim/base/file.h"
#include "sim/base/mem.h"

static int load_text(const char *text, struct diag *diag, struct uncertainty *ret)
{
    char path[] = "/tmp/scmoesim-uncertainty-XXXXXX";
    int fd = mkstemp(path);
    gsl_test(fd < 0 || write(fd, text, strlen(text)) < 0, "a file to read");
    close(fd);
    int r = uncertainty_load(path, diag, ret);
    unlink(path);
    return r;
}

#define HEADER "costs,pair_p95_ratio,speedup_p95_ratio\n"
#define MEASURED "measured,0.05,0.06\n"
#define OTHERS "fitted,0.15,0.1\nunfitted,0.2,0.15\n"

static void read_file(void)
{
    struct uncertainty uncertainty;
    struct diag diag = {0};
    gsl_test_int(load_text(HEADER MEASURED "interpolated,0.08,0.09\n" OTHERS, &diag, &uncertainty),
                 0, "%s", diag.count ? diag.messages[0] : "read");
    gsl_test_rel(uncertainty.pair_ratio[BASIS_INTERPOLATED], 0.08, 1e-15, "pair");
    gsl_test_rel(uncertainty.speedup_ratio[BASIS_UNFITTED], 0.15, 1e-15, "speedup");
    gsl_test(load_text(HEADER MEASURED OTHERS, &diag, &uncertainty) == 0, "refused");
    gsl_test(!diag.count || !strstr(diag.messages[0], "no row for interpolated costs"),
             "says which");
    diag_done(&diag);
    diag = (struct diag){0};
    gsl_test(load_text(HEADER "measured,-1,0\n", &diag, &uncertainty) == 0, "refused");
    gsl_test(!diag.count || !strstr(diag.messages[0], "line 2: pair_p95_ratio: expected"), "place");
    diag_done(&diag);
}

/* 3 s measured at 5 %, 1 s unfitted at 21 %: (3 * 5 + 1 * 21) / 4 = 9 %. */
static void mixes(void)
{
    const double ratio[BASIS_COUNT] = {0.05, 0.08, 0.15, 0.21};
    const double part[BASIS_COUNT] = {3, 0, 0, 1}, one[BASIS_COUNT] = {0, 2, 0, 0};
    const double none[BASIS_COUNT] = {0};
    gsl_test_rel(uncertainty_mix(ratio, part), 0.09, 1e-14, "weighted by time");
    gsl_test_rel(uncertainty_mix(ratio, one), 0.08, 1e-14, "one alone");
    gsl_test(!isnan(uncertainty_mix(ratio, none)), "nothing that computes");
}

/* What ships: measured costs bring predictions nearest, fits to other cards leave them farthest.
 * Interpolated costs and those of fits to the same card are about equally good. */
static void shipped(void)
{
    struct uncertainty uncertainty;
    struct diag diag = {0};
    char *path = mem_format("%s/traces/validation/uncertainty.csv", data_directory());
    const double *pair = uncertainty.pair_ratio;
    gsl_test_int(uncertainty_load(path, &diag, &uncertainty), 0, "%s", path);
    gsl_test(pair[BASIS_MEASURED] > pair[BASIS_INTERPOLATED],
             "measured no worse than interpolated");
    gsl_test(pair[BASIS_MEASURED] > pair[BASIS_FITTED], "nor than fitted");
    gsl_test(pair[BASIS_INTERPOLATED] > pair[BASIS_UNFITTED],
             "interpolated no worse than unfitted");
    gsl_test(pair[BASIS_FITTED] > pair[BASIS_UNFITTED], "nor fitted");
    free(path);
    diag_done(&diag);
}

int main(void)
{
    gsl_set_error_handler_off();
    read_file();
    mixes();
    shipped();
    return gsl_test_summary();
}
