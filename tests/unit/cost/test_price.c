/* What a plan's operators cost: expert fetches by measured copies or by the host link, the rest as
 * anywhere. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cost/price.h"
#include "support.h"

static double fetch_s(const struct cost_table *table, const struct gpu *gpu, double bytes)
{
    struct plan_operator op = {.kind = OPERATOR_EXPERT_FETCH, .fetch_bytes = bytes};

    return price_at_duty(table, gpu, &op, DTYPE_FP16, 1).time_s;
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
    struct gpu gpu = {.host_link = {1e9, 1, 0, NULL}}, without = {0};
    struct cost_table *table = table_of(copies);

    gsl_test(!price_knows_fetches(table, &without), "copies are enough");
    gsl_test_rel(fetch_s(table, &gpu, 2e6), 1.5e-3, 1e-14, "between two copies");
    cost_table_free(table);
    table = table_of(both);
    gsl_test_rel(fetch_s(table, &gpu, 2e6), 3e-3, 1e-14, "between two fetches");
    cost_table_free(table);
}

/* A single size is used: 3 ms for 1 MB are 6 ms for 2 MB. Where copies have a curve, 1 and 1.5 ms
 * for the same sizes, a fetch goes along it: 4.5 ms. The link would take 10 ms a MB. */
static void by_one_size(void)
{
    static const struct {
        const char *text, *note;
        double want_s;
        enum cost_origin origin;
    } rows[] = {
        {"kind,bytes,time_s\nexpert_fetch,1e6,3e-3\n",
         "costs have one size of expert_fetch (1000000 bytes): other sizes are taken in proportion",
         6e-3, COST_SYNTHETIC},
        {"kind,bytes,time_s\ncopy_h2d,1e6,3e-3\n",
         "costs have one size of copy_h2d (1000000 bytes): other sizes are taken in proportion",
         6e-3, COST_SYNTHETIC},
        {"kind,bytes,time_s\nexpert_fetch,1e6,3e-3\ncopy_h2d,1e6,1e-3\ncopy_h2d,3e6,2e-3\n", NULL,
         4.5e-3, COST_INTERPOLATED},
    };
    struct gpu gpu = {.host_link = {1e8, 1, 0, NULL}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct cost_table *table = table_of(rows[i].text);
        struct plan_operator op = {.kind = OPERATOR_EXPERT_FETCH, .fetch_bytes = 2e6};
        struct cost cost = price_at_duty(table, &gpu, &op, DTYPE_FP16, 1);
        char *note = cost_one_size_note(table);

        expect(cost, rows[i].want_s, rows[i].origin, rows[i].text);
        op.fetch_bytes = 1e6;
        expect(price_at_duty(table, &gpu, &op, DTYPE_FP16, 1), 3e-3, COST_INTERPOLATED, "its size");
        gsl_test(!note != !rows[i].note || (note && strcmp(note, rows[i].note)), "%s: note \"%s\"",
                 rows[i].text, note ? note : "");
        free(note);
        cost_table_free(table);
    }
}

/* Rows by name: whatever the size; beside 33 of 132 SMs held, 4 ms are 3 on an idle GPU. Later
 * layers of a plan have the same names but for "@N"; chunks keep theirs. */
static void by_name(void)
{
    static const char text[] = "operator,kind,sm_count,time_s\n"
                               "expert_b,expert,33,4e-3\n"
                               "expert#2,expert,,1e-3\n"
                               "dispatch_f,dispatch,,5e-3\n";
    static const struct {
        const char *name;
        double want_s;
    } rows[] = {{"expert_b", 3e-3},
                {"expert_b@1", 3e-3},
                {"expert_b@12", 3e-3},
                {"expert#2", 1e-3},
                {"expert@3#2", 1e-3}};
    struct gpu gpu = {
        .sm_count = 132, .peak_flop_per_s[DTYPE_FP16] = 1e12, .memory_bandwidth_bytes_per_s = 1e12};
    struct cost_table *table = table_of(text);
    struct plan_operator op = {.kind = OPERATOR_EXPERT, .shape = {.tokens = 7}};
    char name[16];

    for (size_t i = 0; i < sizeof(gpu.efficiency) / sizeof(gpu.efficiency[0]); i++)
        gpu.efficiency[i] = (struct gpu_efficiency){1, 1};
    op.name = name;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        strcpy(name, rows[i].name);
        gsl_test_rel(price_at_duty(table, &gpu, &op, DTYPE_FP16, 1).time_s, rows[i].want_s, 1e-14,
                     "%s", name);
    }
    strcpy(name, "expert_bb");
    gsl_test_int(price_at_duty(table, &gpu, &op, DTYPE_FP16, 1).origin, COST_SYNTHETIC,
                 "no such name");
    op.kind = OPERATOR_DISPATCH;
    gsl_test_abs(price_all_to_all_s(table, &op, 8), 0, 0, "another All-to-All");
    strcpy(name, "dispatch_f@2");
    gsl_test_rel(price_all_to_all_s(table, &op, 8), 5e-3, 1e-14, "an All-to-All by name");
    gsl_test_abs(price_all_to_all_s(NULL, &op, 8), 0, 0, "no table");
    cost_table_free(table);
}

/* 8 ranks: 1 and 2 ms for 1 and 3 MB; of 4 ranks there is one size only, in two rows. */
static void exchanges_by_bytes(void)
{
    static const char text[] = "kind,ranks,bytes,sm_count,time_s\nall_to_all,8,1e6,,1e-3\n"
                               "all_to_all,8,3e6,,2e-3\nall_to_all,4,3e6,,9e-3\n"
                               "all_to_all,4,3e6,8,12e-3\n";
    struct cost_table *table = table_of(text);
    char name[] = "dispatch";
    struct plan_operator op = {.name = name, .kind = OPERATOR_DISPATCH, .comm_bytes = 2e6};

    gsl_test_rel(price_all_to_all_s(table, &op, 8), 1.5e-3, 1e-14, "between two sizes");
    gsl_test_rel(price_all_to_all_s(table, &op, 4), 6e-3, 1e-14, "in proportion to one size");
    gsl_test_abs(price_all_to_all_s(table, &op, 16), 0, 0, "not among so many");
    char *note = cost_one_size_note(table);
    gsl_test_str(note,
                 "costs have one size of all_to_all among 4 ranks (3000000 bytes): other sizes are "
                 "taken in proportion",
                 "the size and its ranks are told");
    free(note);
    cost_table_free(table);
}

/* Without a limit as with 32: 8 SMs take twice as long, and 16 a little. The size that 64 alone has
 * says nothing. */
static void sms_of_all_to_alls(void)
{
    static const char text[] = "kind,ranks,bytes,sm_count,time_s\n"
                               "all_to_all,2,1e6,,1e-3\nall_to_all,2,3e6,,2e-3\n"
                               "all_to_all,2,1e6,8,2e-3\nall_to_all,2,3e6,8,4e-3\n"
                               "all_to_all,2,1e6,16,1.2e-3\nall_to_all,2,3e6,16,2.4e-3\n"
                               "all_to_all,2,1e6,32,1.02e-3\nall_to_all,2,3e6,32,1.98e-3\n"
                               "all_to_all,2,9e6,64,5e-3\n";
    struct cost_table *table = NULL;
    struct diag diag = {0};

    gsl_test_int(cost_table_parse("c.csv", text, strlen(text), &diag, &table), 0, "read");
    gsl_test_int((int)cost_all_to_all_sms(table, 2), 32, "as 32");
    gsl_test_int((int)cost_all_to_all_sms(table, 4), 0, "not among four");
    cost_table_free(table);
    diag_done(&diag);
}

int main(void)
{
    gsl_set_error_handler_off();
    by_name();
    exchanges_by_bytes();
    by_host_link();
    by_copies();
    by_one_size();
    sms_of_all_to_alls();
    return gsl_test_summary();
}
