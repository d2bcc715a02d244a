/* Copies between measured sizes, and how well curves tell the rows that they lack. */
#include <string.h>

#include <gsl/gsl_test.h>

#include "support.h"

static void expect_copy(const struct cost_table *table, double bytes, double want_s)
{
    double time_s = -1;

    gsl_test(!cost_copy_s(table, "copy_h2d", bytes, &time_s), "a copy of %g bytes", bytes);
    gsl_test_rel(time_s, want_s, 1e-14, "time of a copy of %g bytes", bytes);
}

/* 1 s for 100 bytes, 2 s for 300, 6 s for 700: 1/200 and 1/100 seconds a byte between them. Beside
 * 16 held SMs, and timed with pauses, the same copies took longer. */
static void copies(void)
{
    struct cost_table *table = table_of("kind,bytes,protocol,sm_count,time_s\n"
                                        "copy_d2h,100,hot,,50\n"
                                        "copy_h2d,700,hot,,6\n"
                                        "copy_h2d,100,hot,,1\n"
                                        "copy_h2d,100,paced,,20\n"
                                        "copy_h2d,300,hot,16,20\n"
                                        "copy_h2d,300,hot,,2\n"
                                        "launch,,hot,,3\n");
    double time_s;

    expect_copy(table, 100, 1);
    expect_copy(table, 200, 1.5);
    expect_copy(table, 300, 2);
    expect_copy(table, 500, 4);
    expect_copy(table, 900, 8);
    expect_copy(table, 1, 1);
    gsl_test(!cost_copy_s(table, "copy_d2h", 300, &time_s), "one size serves others");
    gsl_test_rel(time_s, 150, 1e-14, "in proportion");
    gsl_test(cost_copy_s(table, "copy_d2d", 100, &time_s), "none is none");
    cost_table_free(table);
}

/* Rows that tell no width lie on straight lines over tokens. Without row 200, a third of the way
 * from 100 to 400: 1 + 4 / 3 = 7/3, which is 1/6 above 2. Without row 400, 2/6 of the way from 200
 * to 800: 2 + 6 / 3 = 4 and not 5, -20 %. First and last rows and paced ones do not count. */
static void tokens_left_out(void)
{
    struct cost_table *table = table_of("kind,protocol,tokens,time_s\n"
                                        "residual,hot,100,1\n"
                                        "residual,hot,200,2\n"
                                        "residual,hot,400,5\n"
                                        "residual,hot,800,8\n"
                                        "residual,paced,100,9\n"
                                        "norm,hot,,7\n");
    struct left_out got;

    cost_table_left_out(table, &round_gpu, "hot", &got);
    gsl_test_int((int)got.tokens.rows, 2, "rows between others");
    gsl_test_rel(got.tokens.mean_error_ratio, (1.0 / 6 + 0.2) / 2, 1e-12, "mean error");
    gsl_test_rel(got.tokens.worst_error_ratio, -0.2, 1e-12, "worst error");
    gsl_test_int((int)got.tokens.worst.line, 4, "and its line");
    gsl_test_int((int)got.widths.rows, 0, "no widths");
    cost_table_left_out(table, &round_gpu, "paced", &got);
    gsl_test_int((int)got.tokens.rows, 0, "one row has no neighbours");
    gsl_test_abs(got.tokens.mean_error_ratio, 0, 0, "and no error");
    cost_table_free(table);
}

/* As the roofline has it, 1 us and 6.144 us for 1024 tokens of 1000, but for width 1400: twice what
 * its neighbours say, which lie too far apart to say anything of each other. */
static void widths_left_out(void)
{
    struct cost_table *table = table_of("kind,dtype,hidden,tokens,time_s\n"
                                        "residual,bf16,1000,1024,7.144e-6\n"
                                        "residual,bf16,1400,1024,19.2032e-6\n"
                                        "residual,bf16,1960,1024,13.04224e-6\n");
    struct left_out got;

    cost_table_left_out(table, &round_gpu, "hot", &got);
    gsl_test_int((int)got.tokens.rows, 0, "no curve has three points");
    gsl_test_int((int)got.widths.rows, 1, "a width between others");
    gsl_test_rel(got.widths.worst_error_ratio, -0.5, 1e-9, "half of what it is");
    gsl_test_int((int)got.widths.worst.line, 3, "and its line");
    cost_table_free(table);
}

int main(void)
{
    copies();
    tokens_left_out();
    widths_left_out();
    return gsl_test_summary();
}
