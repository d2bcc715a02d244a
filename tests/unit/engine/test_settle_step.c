/* What steps take: plans in a row, and layers that wait for the layer before through `earlier`. */
#include <gsl/gsl_errno.h>

#include "settling.h"
#include "sim/schedule/step.h"

/* 50 ns a byte for copies of 1000 bytes and more. */
#define COSTS                                                                                      \
    "kind,tokens,bytes,time_s\nmlp,512,,100e-6\ngate,512,,20e-6\ncopy_bidirectional,,1000,50e-6\n" \
    "copy_bidirectional,,4000,200e-6\n"

static struct settled with_host(const struct plan *plan)
{
    return must_settle(COSTS, LAUNCH_EAGER,
                       (struct settle_request){.plan = plan, .carrier = CARRIER_HOST});
}

static struct plan *composed(const struct plan *plan, size_t times)
{
    struct diag diag = {0};
    struct plan *step = NULL;
    gsl_test_int(step_build(&(struct step_part){plan, times}, 1, &diag, &step), 0, "composes");
    diag_done(&diag);
    return step;
}

static struct plan *written_and_read(const struct plan *plan)
{
    struct text text = {0};
    struct diag diag = {0};
    struct json *doc = NULL;
    struct plan *again = NULL;
    plan_write_json(plan, &text);
    gsl_test_int(json_parse("plan.json", text_get(&text), text.length, &diag, &doc), 0, "parses");
    gsl_test_int(plan_read(doc, &diag, &again), 0, "%s", diag.count ? diag.messages[0] : "reads");
    json_free(doc);
    text_done(&text);
    diag_done(&diag);
    return again;
}

/* The plan takes so long; from a file not a bit more or less. */
static void must_take(const struct plan *plan, double want_s, const char *why)
{
    struct settled settled = with_host(plan);
    struct plan *again = written_and_read(plan);
    struct settled from_file = with_host(again);
    gsl_test_rel(settled.timeline->end_s, want_s, INSTANT, "%s", why);
    gsl_test(settled.timeline->end_s != from_file.timeline->end_s, "%s: the same from a file", why);
    settled_done(&from_file);
    settled_done(&settled);
    plan_free(again);
}

/* 120 us each: the gate ends them, and everything of the next waits for it. */
static void in_a_row(void)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 1), *step = composed(&plan, 5);
    must_take(&plan, 120e-6, "a layer");
    must_take(step, 5 * 120e-6, "five");
    plan_free(step);
}

/* The mlp (100 us), then an exchange (200 us) that the gate (20 us) of the next layer waits for:
 *
 *     compute        mlp 0-100, gate -120, mlp -220, gate 300-320, mlp -420, gate 500-520
 *     communication      exchange 100-300,           300-500,                500-700 */
static void across_layers(void)
{
    const struct plan_operator layer[] = {
        {.name = (char[]){"mlp"},
         .kind = OPERATOR_MLP,
         .dtype = DTYPE_BF16,
         .shape = {.tokens = 512}},
        {.name = (char[]){"dispatch"},
         .kind = OPERATOR_DISPATCH,
         .queue = 1,
         .dtype = DTYPE_BF16,
         .after = (size_t[]){0},
         .after_count = 1,
         .comm_bytes = 4000},
        {.name = (char[]){"gate"},
         .kind = OPERATOR_GATE,
         .dtype = DTYPE_BF16,
         .after = (size_t[]){0},
         .after_count = 1,
         .earlier = (struct earlier_wait[]){{1, 1}},
         .earlier_count = 1,
         .shape = {.tokens = 512}},
    };
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 1), *again;
    memcpy(operators, layer, sizeof layer);
    must_take(&plan, 300e-6, "alone it finds the layer before done");
    again = written_and_read(&plan);
    struct plan *step = composed(again, 3);
    must_take(step, 700e-6, "three layers overlap");
    struct settled settled = with_host(step);
    static const double starts_s[] = {0,      100e-6, 100e-6, 120e-6, 300e-6,
                                      300e-6, 320e-6, 500e-6, 500e-6};
    for (size_t o = 0; o < 9; o++)
        gsl_test_abs(timeline_span(settled.timeline, 0, o)->start_s, starts_s[o], 1e-12, "%s",
                     step->operators[o].name);
    settled_done(&settled);
    plan_free(step);
    plan_free(again);
    operators[2].earlier_count = 0;
    step = composed(&plan, 3);
    must_take(step, 900e-6, "without such waits they are in a row");
    plan_free(step);
}

/* Rows that name an operator speak of it in every layer. */
static void named_rows(void)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 1), *step = composed(&plan, 3);
    struct settled settled =
        must_settle("kind,tokens,bytes,operator,time_s\nmlp,512,,,100e-6\ngate,512,,,20e-6\n"
                    "copy_bidirectional,,1000,,50e-6\nmlp,,,mlp,70e-6\n",
                    LAUNCH_EAGER, (struct settle_request){.plan = step, .carrier = CARRIER_HOST});
    gsl_test_rel(settled.timeline->end_s, 3 * 90e-6, INSTANT, "70 us of mlp in each layer");
    settled_done(&settled);
    plan_free(step);
}

int main(void)
{
    gsl_set_error_handler_off();
    in_a_row();
    across_layers();
    named_rows();
    return gsl_test_summary();
}
