/* What a plan's operators cost: expert fetches by measured copies or by the host link, the rest as
 * anywhere; and what is added as they are launched, beside copies and by who packs rows. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cost/price.h"
#include "support.h"

/* Of an otherwise idle GPU that always computes. */
static struct cost price(const struct cost_table *table, const struct gpu *gpu,
                         const struct plan_operator *op)
{
    struct pricing pricing = {.costs = table, .gpu = gpu, .dtype = DTYPE_FP16};

    return price_at_duty(&pricing, op, 1);
}

static double fetch_s(const struct cost_table *table, const struct gpu *gpu, double bytes)
{
    struct plan_operator op = {
        .kind = OPERATOR_EXPERT_FETCH, .dtype = DTYPE_FP16, .fetch_bytes = bytes};

    return price(table, gpu, &op).time_s;
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
        struct pricing pricing = {.costs = table, .gpu = &gpu};
        struct cost cost = price_at_duty(&pricing, &op, 1);
        char *note = cost_one_size_note(table);

        expect(cost, rows[i].want_s, rows[i].origin, rows[i].text);
        op.fetch_bytes = 1e6;
        expect(price_at_duty(&pricing, &op, 1), 3e-3, COST_INTERPOLATED, "its size");
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
    struct plan_operator op = {
        .kind = OPERATOR_EXPERT, .dtype = DTYPE_FP16, .shape = {.tokens = 7}};
    char name[16];

    for (size_t i = 0; i < sizeof(gpu.efficiency) / sizeof(gpu.efficiency[0]); i++)
        gpu.efficiency[i] = (struct gpu_efficiency){1, 1};
    op.name = name;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        strcpy(name, rows[i].name);
        gsl_test_rel(price(table, &gpu, &op).time_s, rows[i].want_s, 1e-14, "%s", name);
    }
    strcpy(name, "expert_bb");
    gsl_test_int(price(table, &gpu, &op).origin, COST_SYNTHETIC, "no such name");
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

    gsl_test_int(
        cost_table_load(&(struct cost_file){"c.csv", text, strlen(text)}, 1, &diag, &table), 0,
        "read");
    gsl_test_int((int)cost_all_to_all_sms(table, 2), 32, "as 32");
    gsl_test_int((int)cost_all_to_all_sms(table, 4), 0, "not among four");
    cost_table_free(table);
    diag_done(&diag);
}

/* ---- What is added ---- */

static struct cost_scale eager = {.launch = LAUNCH_EAGER}, graph = {.launch = LAUNCH_GRAPH};

static void set_no_factors(void)
{
    for (size_t kind = 0; kind < OPERATOR_KIND_COUNT; kind++)
        eager.time_ratio[kind] = graph.time_ratio[kind] = 1;
}

static const struct surroundings alone = {.duty_ratio = 1};

static double operator_s(const struct cost_table *table, const struct cost_scale *scale,
                         const struct plan_operator *op, double beside_ratio)
{
    struct pricing pricing = {
        .costs = table, .gpu = &round_gpu, .scale = scale, .dtype = DTYPE_BF16};
    struct surroundings at = {1, beside_ratio};

    return price_operator(&pricing, op, &at).time_s;
}

/* 200 tokens took 100 us; an mlp has 5 kernels (norm, product, activation, product, residual). */
#define MLP_ROWS                                                                                   \
    "kind,dtype,hidden,ffn_hidden,tokens,bytes,time_s\n"                                           \
    "mlp,bf16,1024,4096,200,,100e-6\n"                                                             \
    "copy_h2d,,,,,1e6,1e-3\ncopy_h2d,,,,,3e6,2e-3\n"

static struct plan_operator mlp(void)
{
    static char name[] = "mlp";

    return (struct plan_operator){
        .name = name, .kind = OPERATOR_MLP, .dtype = DTYPE_BF16, .shape = mlp_of(200)};
}

/* Each kernel 3 us later in a graph, by the costs' row; without one by the GPU's figure. A copy has
 * no kernels. */
static void by_launches(void)
{
    struct plan_operator op = mlp(), fetch = {.kind = OPERATOR_EXPERT_FETCH, .fetch_bytes = 2e6};
    struct cost_table *table = table_of(MLP_ROWS "launch_in_graph,,,,,,3e-6\n");

    gsl_test_rel(operator_s(table, &eager, &op, 0), 100e-6, 1e-14, "eager");
    gsl_test_rel(operator_s(table, &graph, &op, 0), 115e-6, 1e-14, "in a graph");
    gsl_test_rel(operator_s(table, &graph, &fetch, 0), 1.5e-3, 1e-14, "a fetch in a graph");
    cost_table_free(table);
    struct gpu gpu = round_gpu;
    gpu.graph_launch_s = 2e-6;
    table = table_of(MLP_ROWS);
    struct pricing pricing = {.costs = table, .gpu = &gpu, .scale = &graph, .dtype = DTYPE_BF16};
    gsl_test_rel(price_operator(&pricing, &op, &alone).time_s, 110e-6, 1e-14, "by the GPU's");
    pricing.costs = NULL;
    gsl_test_rel(price_operator(&pricing, &op, &alone).time_s, mlp_roofline_s(200) + 10e-6, 1e-14,
                 "synthetic ones too");
    cost_table_free(table);
}

/* Copies run beside the mlp for a quarter of its time: then its 5 kernels start 4 us later each
 * where they were launched one by one, and 8 us later still in a graph. */
static void beside_copies(void)
{
    struct plan_operator op = mlp(), fetch = {.kind = OPERATOR_EXPERT_FETCH, .fetch_bytes = 2e6};
    struct cost_table *table = table_of(MLP_ROWS "launch_beside_copies,,,,,,4e-6\n"
                                                 "launch_in_graph_beside_copies,,,,,,8e-6\n");

    gsl_test_rel(operator_s(table, &eager, &op, 0.25), 105e-6, 1e-14, "eager");
    gsl_test_rel(operator_s(table, &graph, &op, 0.25), 115e-6, 1e-14, "in a graph");
    gsl_test_rel(operator_s(table, &graph, &op, 0), 100e-6, 1e-14, "beside nothing");
    gsl_test_rel(operator_s(table, &graph, &fetch, 1), 1.5e-3, 1e-14, "a copy beside a copy");
    cost_table_free(table);
    gsl_test_rel(operator_s(NULL, &eager, &op, 1), mlp_roofline_s(200), 1e-14, "without costs");
}

/* Factors are on all of it, launches included. price_at_duty knows none of this. */
static void by_factors(void)
{
    struct plan_operator op = mlp();
    struct cost_scale scale = graph;
    struct cost_table *table = table_of(MLP_ROWS "launch_in_graph,,,,,,3e-6\n");

    scale.time_ratio[OPERATOR_MLP] = 0.5;
    gsl_test_rel(operator_s(table, &scale, &op, 0), 57.5e-6, 1e-14, "half of 115 us");
    struct pricing pricing = {
        .costs = table, .gpu = &round_gpu, .scale = &scale, .dtype = DTYPE_BF16};
    struct cost cost = price_at_duty(&pricing, &op, 1);
    gsl_test_rel(cost.time_s, 100e-6, 1e-14, "as it was measured");
    gsl_test_int(cost.origin, COST_MEASURED, "measured");
    gsl_test_int(price_operator(&pricing, &op, &alone).origin, COST_MEASURED, "still measured");
    scale.time_ratio[OPERATOR_MLP] = 1;
    scale.time_ratio[OPERATOR_GATE] = 0.5;
    gsl_test_rel(operator_s(table, &scale, &op, 0), 115e-6, 1e-14, "another kind's factor");
    cost_table_free(table);
}

/* An operator's own type decides, whatever the residual stream's. */
static void by_type(void)
{
    static const char text[] = "kind,dtype,hidden,ffn_hidden,tokens,time_s\n"
                               "mlp,bf16,1024,4096,200,100e-6\nmlp,fp8,1024,4096,200,60e-6\n";
    struct plan_operator op = mlp();
    struct cost_table *table = table_of(text);

    gsl_test_rel(operator_s(table, &eager, &op, 0), 100e-6, 1e-14, "bf16");
    op.dtype = DTYPE_FP8;
    gsl_test_rel(operator_s(table, &eager, &op, 0), 60e-6, 1e-14, "fp8 in a plan of bf16");
    cost_table_free(table);
}

/* ---- Who packs rows ---- */

/* A residual of 200 tokens took 10 us, as one kernel; encode took 30, decode 40. */
#define ROWS_MOVED                                                                                 \
    "kind,dtype,hidden,top_k,capacity_factor,tokens,time_s\n"                                      \
    "residual,bf16,1024,,,200,10e-6\nresidual,fp8,1024,,,200,7e-6\n"                               \
    "encode,bf16,1024,2,1,200,30e-6\ndecode,bf16,1024,2,1,200,40e-6\n"

static struct plan_operator moves(enum operator_kind kind)
{
    static char name[] = "moves";

    return (struct plan_operator){
        .name = name,
        .kind = kind,
        .dtype = DTYPE_BF16,
        .shape = {.tokens = 200, .hidden = 1024, .top_k = 2, .capacity_factor = 1}};
}

static double packed_s(const struct cost_table *table, const struct cost_scale *scale,
                       const struct plan_operator *op)
{
    struct gpu gpu = round_gpu;
    struct pricing pricing = {
        .costs = table, .gpu = &gpu, .scale = scale, .dtype = DTYPE_BF16, .packs = true};

    gpu.sm_count = 100;
    return price_operator(&pricing, op, &alone).time_s;
}

/* Where kernels of All-to-Alls pack, encode has nothing left to do, and decode to add what they
 * summed to the residual, and the shared expert's rows. */
static void packed(void)
{
    struct plan_operator encode = moves(OPERATOR_ENCODE), decode = moves(OPERATOR_DECODE);
    struct cost_table *table = table_of(ROWS_MOVED "launch_in_graph,,,,,,3e-6\n");

    gsl_test_rel(operator_s(table, &eager, &encode, 0), 30e-6, 1e-14, "encode, if nobody packs");
    gsl_test_rel(operator_s(table, &eager, &decode, 0), 40e-6, 1e-14, "decode, if nobody packs");
    gsl_test_abs(packed_s(table, &graph, &encode), 0, 0, "encode, packed");
    gsl_test_rel(packed_s(table, &eager, &decode), 10e-6, 1e-14, "decode, summed");
    gsl_test_rel(packed_s(table, &graph, &decode), 13e-6, 1e-14, "and its kernel in a graph");
    decode.dtype = DTYPE_FP8;
    gsl_test_rel(packed_s(table, &eager, &decode), 10e-6, 1e-14, "in the residual stream's type");
    decode.dtype = DTYPE_BF16;
    decode.shape.shared = true;
    gsl_test_rel(packed_s(table, &graph, &decode), 26e-6, 1e-14, "and a shared expert's rows");
    struct cost_scale scale = eager;
    scale.time_ratio[OPERATOR_DECODE] = 0.5;
    scale.time_ratio[OPERATOR_RESIDUAL] = 7;
    gsl_test_rel(packed_s(table, &scale, &decode), 10e-6, 1e-14, "decode's factor on it");
    cost_table_free(table);
}

/* Gradients are not packed; nor rows of a latent width, which are projected too; and what was
 * measured under the operator's name is what it takes. */
static void not_packed(void)
{
    static const char named[] = "operator,kind,time_s\nmoves,encode,25e-6\n";
    struct plan_operator op = moves(OPERATOR_ENCODE);
    struct cost_table *table = table_of(ROWS_MOVED);
    struct plan_operator gradient = op, latent = op, mlps = mlp();

    gradient.pass = PASS_INPUT_GRADIENT;
    gsl_test_rel(packed_s(table, &eager, &gradient), operator_s(table, &eager, &gradient, 0), 1e-14,
                 "a gradient");
    gsl_test(packed_s(table, &eager, &gradient) <= 0, "takes its time");
    latent.shape.latent_hidden = 256;
    gsl_test_rel(packed_s(table, &eager, &latent), operator_s(table, &eager, &latent, 0), 1e-14,
                 "a latent width");
    gsl_test(packed_s(table, &eager, &latent) <= 0, "takes its time");
    gsl_test_rel(packed_s(table, &eager, &mlps), operator_s(table, &eager, &mlps, 0), 1e-14,
                 "what moves no rows");
    cost_table_free(table);
    table = table_of(named);
    gsl_test_rel(packed_s(table, &eager, &op), 25e-6, 1e-14, "measured by its name");
    cost_table_free(table);
}

/* ---- Whether surroundings matter ---- */

static void dependence(void)
{
    static const struct {
        const char *text;
        const struct cost_scale *scale;
        bool want;
    } cases[] = {
        {"kind,tokens,time_s\nmlp,512,1\n", &eager, false},
        {"kind,tokens,time_s\nmlp,512,1\nlaunch_in_graph,,1e-6\n", &graph, false},
        {"kind,tokens,time_s\nmlp,512,1\nlaunch_beside_copies,,1e-6\n", &eager, true},
        {"kind,tokens,time_s\nmlp,512,1\nlaunch_in_graph_beside_copies,,1e-6\n", &eager, false},
        {"kind,tokens,time_s\nmlp,512,1\nlaunch_in_graph_beside_copies,,1e-6\n", &graph, true},
        {"kind,protocol,duty_ratio,tokens,time_s\nmlp,mixed,0.5,512,1\n", &eager, true},
    };
    struct pricing none = {.gpu = &round_gpu, .scale = &graph};

    gsl_test_int(price_depends(&none), false, "no costs");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cost_table *table = table_of(cases[i].text);
        struct pricing pricing = {.costs = table, .gpu = &round_gpu, .scale = cases[i].scale};
        gsl_test_int(price_depends(&pricing), cases[i].want, "%s", cases[i].text);
        cost_table_free(table);
    }
}

int main(void)
{
    gsl_set_error_handler_off();
    set_no_factors();
    by_name();
    exchanges_by_bytes();
    by_host_link();
    by_copies();
    by_one_size();
    sms_of_all_to_alls();
    by_launches();
    beside_copies();
    by_factors();
    by_type();
    packed();
    not_packed();
    dependence();
    return gsl_test_summary();
}
