/* What a plan's operators cost: expert fetches by measured copies or by the host link, the rest as
 * anywhere. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>
#include <string.h>

#include "sim/cost/price.h"

static struct cost_table *table_of(const char *text)
{
    struct diag diag = {0};
    struct cost_table *table = NULL;

    gsl_test_int(cost_table_parse("c.csv", text, strlen(text), &diag, &table), 0, "parses (%s)",
                 diag.count ? diag.messages[0] : "");
    diag_done(&diag);
    return table;
}

static double fetch_s(const struct cost_table *table, const struct gpu *gpu, double bytes)
{
    struct plan_operator op = {.kind = OPERATOR_EXPERT_FETCH, .fetch_bytes = bytes};

    return price_operator(table, gpu, &op, DTYPE_FP16).time_s;
}

/* 20 GB/s at 0.8: 16 MB take 1 ms, after 4 us. */
static void by_host_link(void)
{
    struct gpu gpu = {.host_link = {20e9, 0.8, 4e-6, NULL}}, without = {0};

    gsl_test(!price_knows_fetches(NULL, &gpu), "a host link is enough");
    gsl_test_rel(fetch_s(NULL, &gpu, 16e6), 1.004e-3, 1e-14, "16 MB over the link");
    gsl_test(price_knows_fetches(NULL, &without), "nothing to price by");
}

/* Copies of 1 and 3 MB took 1 and 2 ms, so 2 MB take 1.5; fetches measured as such come first. */
static void by_copies(void)
{
    static const char copies[] = "kind,bytes,time_s\ncopy_h2d,1e6,1e-3\ncopy_h2d,3e6,2e-3\n";
    static const char both[] = "kind,bytes,time_s\ncopy_h2d,1e6,1e-3\ncopy_h2d,3e6,2e-3\n"
                               "expert_fetch,1e6,2e-3\nexpert_fetch,3e6,4e-3\n";
    static const char one[] = "kind,bytes,time_s\ncopy_h2d,1e6,1e-3\n";
    struct gpu gpu = {.host_link = {1e9, 1, 0, NULL}}, without = {0};
    struct cost_table *table = table_of(copies);

    gsl_test(!price_knows_fetches(table, &without), "copies are enough");
    gsl_test_rel(fetch_s(table, &gpu, 2e6), 1.5e-3, 1e-14, "between two copies");
    cost_table_free(table);
    table = table_of(both);
    gsl_test_rel(fetch_s(table, &gpu, 2e6), 3e-3, 1e-14, "between two fetches");
    cost_table_free(table);
    table = table_of(one);
    gsl_test_rel(fetch_s(table, &gpu, 2e6), 2e-3, 1e-14, "one copy is no curve");
    cost_table_free(table);
}

int main(void)
{
    gsl_set_error_handler_off();
    by_host_link();
    by_copies();
    return gsl_test_summary();
}
