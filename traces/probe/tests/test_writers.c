/* The files that the probe writes, to the byte: cost rows, timelines, products' algorithms. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include "choices.h"
#include "rows.h"
#include "sim/base/file.h"
#include "test.h"
#include "timeline.h"
#include "version.h"

static void expect_file(const char *path, const char *want)
{
    struct diag why = {0};
    char *text = NULL;
    size_t length;
    expect(file_read(path, 1 << 20, &why, &text, &length) == 0);
    expect_text(text ? text : "", want);
    free(text);
    diag_done(&why);
}

static void test_rows(const char *folder)
{
    char path[300];
    struct diag why = {0};
    struct rows rows = {0};
    struct operator_shape shape = {.tokens = 4096,
                                   .hidden = 1024,
                                   .heads = 16,
                                   .kv_heads = 4,
                                   .head_dim = 64,
                                   .span_tokens = 2048,
                                   .causal = true,
                                   .experts = 8,
                                   .ffn_hidden = 4096};
    struct row row = row_of_operator(OPERATOR_ATTENTION, PASS_FORWARD, DTYPE_BF16, &shape);
    row.timing = (struct timing){0.25, 0.125, 0.5, 30};
    expect(rows_add(&rows, &row));
    expect(!rows_add(&rows, &row)); /* the same key */
    row.protocol = PROTOCOL_PACED;
    row.duty_ratio = 0.5;
    expect(rows_add(&rows, &row));
    row = (struct row){.kind = "copy_h2d", .bytes = 4096, .timing = {1, 1, 1, 30}};
    expect(rows_add(&rows, &row));
    row.kind = "all_to_all", row.sm_count = 8, row.ranks = 2;
    expect(rows_add(&rows, &row));
    struct text facts = {0};
    text_add(&facts, "# gpu: g\n");
    snprintf(path, sizeof path, "%s/rows.csv", folder);
    expect(rows_write(&rows, path, &facts, &why) == 0);
    expect_file(
        path,
        "# gpu: g\n"
        "kind,pass,dtype,protocol,duty_ratio,tokens,hidden,ffn_hidden,heads,kv_heads,head_dim,"
        "span_tokens,causal,gated,experts,top_k,capacity_factor,vocabulary,bytes,sm_count,time_s,"
        "time_p10_s,time_p90_s,samples,ranks\n"
        "attention,forward,bf16,hot,,4096,1024,,16,4,64,2048,1,,,,,,,,0.25,0.125,0.5,30,\n"
        "attention,forward,bf16,paced,0.5,4096,1024,,16,4,64,2048,1,,,,,,,,0.25,0.125,0.5,30,\n"
        "copy_h2d,,,hot,,,,,,,,,,,,,,,4096,,1,1,1,30,\n"
        "all_to_all,,,hot,,,,,,,,,,,,,,,4096,8,1,1,1,30,2\n");
    text_done(&facts);
    rows_done(&rows);
}

/* Two ranks of one operator, every member in its place, what is not known null. */
static void test_timeline(const char *folder)
{
    char path[300], name[] = "a \"norm\"", queue[] = "compute", schedule[] = "top2";
    char *queues[] = {queue};
    struct plan_operator op = {.name = name, .kind = OPERATOR_NORM, .pass = PASS_FORWARD};
    struct plan plan = {.schedule = schedule,
                        .queues = queues,
                        .queue_count = 1,
                        .operators = &op,
                        .operator_count = 1};
    struct options options = {.line = "scmoesim-probe replay"};
    double start_s[] = {0.25, 0.5}, end_s[] = {0.75, 1};
    double round_s[] = {2, 2.25};
    struct tally tally = {.rounds = 2,
                          .round_s = round_s,
                          .average = {.sm_clock_hz = 1.5e+09, .power_w = NAN},
                          .instrumented_pair = {3, 3, 3, 20},
                          .start_s = start_s,
                          .end_s = end_s};
    struct timeline timeline = {.plan = &plan,
                                .plan_path = "plans/p.json",
                                .ranks = 2,
                                .factor = 0.5,
                                .turns = 4,
                                .options = &options,
                                .gpu = "G",
                                .facts = {.driver = "1.2", .power_limit_w = 700},
                                .pair = {2, 1.5, 2.5, 20},
                                .tally = &tally};
    struct diag why = {0};
    snprintf(path, sizeof path, "%s/timeline.json", folder);
    expect(timeline_write(&timeline, path, &why) == 0);
    expect_file(path,
                "{\n"
                "  \"schema\": \"scmoesim/timeline/1\",\n"
                "  \"origin\": \"measured\",\n"
                "  \"schedule\": \"top2\",\n"
                "  \"plan\": \"plans/p.json\",\n"
                "  \"launch\": \"eager\",\n"
                "  \"factor_ratio\": 0.5,\n"
                "  \"gpus\": 2,\n"
                "  \"turns\": 4,\n"
                "  \"pairs\": 20,\n"
                "  \"pair_time_s\": 2,\n"
                "  \"pair_time_p10_s\": 1.5,\n"
                "  \"pair_time_p90_s\": 2.5,\n"
                "  \"instrumented_pair_time_s\": 3,\n"
                "  \"round_times_s\": [2, 2.25],\n"
                "  \"probe\": \"scmoesim-probe " PROBE_VERSION "\",\n"
                "  \"gpu\": \"G\",\n"
                "  \"driver\": \"1.2\",\n"
                "  \"command\": \"scmoesim-probe replay\",\n"
                "  \"power_limit_w\": 700,\n"
                "  \"sm_clock_mean_hz\": 1.5e+09,\n"
                "  \"power_mean_w\": null,\n"
                "  \"operators\": [\n"
                "    {\"name\": \"a \\\"norm\\\"\", \"kind\": \"norm\", \"pass\": \"forward\", "
                "\"rank\": 0, \"queue\": \"compute\", \"start_s\": 0.25, \"end_s\": 0.75},\n"
                "    {\"name\": \"a \\\"norm\\\"\", \"kind\": \"norm\", \"pass\": \"forward\", "
                "\"rank\": 1, \"queue\": \"compute\", \"start_s\": 0.5, \"end_s\": 1}\n"
                "  ]\n"
                "}\n");
}

static void test_choices(const char *folder)
{
    char path[300], want[400];
    struct diag why = {0};
    struct choices choices = {0}, again;
    struct choice choice = {.gpu = "NVIDIA H100 80GB HBM3",
                            .library = 130100,
                            .size = {PASS_WEIGHT_GRADIENT, 8192, 4096, 1024, 2, DTYPE_BF16, true},
                            .workspace_bytes = 4096,
                            .time_s = 0.000125};
    for (int i = 0; i < CHOICE_BYTES; i++)
        choice.algorithm[i] = (unsigned char)(i * 7);
    choices_put(&choices, &choice);
    choice.time_s = 0.5;
    choices_put(&choices, &choice); /* the same product: the later choice counts */
    choice.size.rows = 4096;
    choices_put(&choices, &choice);
    snprintf(path, sizeof path, "%s/tuning.csv", folder);
    expect(choices_load(path, &again, &why) == 0 && again.count == 0); /* not there yet */
    expect(choices_save(path, &choices, &why) == 0);
    expect(choices_load(path, &again, &why) == 0);
    expect(again.count == 2);
    expect(again.count == 2 && memcmp(again.choice, choices.choice, 2 * sizeof choice) == 0);
    expect(choices_find(&again, choice.gpu, 130100, &choice.size) == &again.choice[1]);
    expect(!choices_find(&again, choice.gpu, 130200, &choice.size));
    expect(!choices_find(&again, "NVIDIA H200", 130100, &choice.size));
    choice.size.dtype = DTYPE_FP16;
    expect(!choices_find(&again, choice.gpu, 130100, &choice.size));
    choices_done(&choices);
    choices_done(&again);

    FILE *file = fopen(path, "a");
    expect(file && fputs("G,1,forward,bf16,0,1,1,1,1,0,1,00ff\n", file) >= 0 && fclose(file) == 0);
    expect(choices_load(path, &again, &why) < 0);
    snprintf(want, sizeof want, "%s: line 4: not a product and its algorithm", path);
    expect_message(&why, want);
    file = fopen(path, "a");
    expect(file && fputs("G,1,forward,bf16,no,1,1,1,1,0,1,00ff\n", file) >= 0 && fclose(file) == 0);
    expect(choices_load(path, &again, &why) < 0);
    snprintf(want, sizeof want, "%s: line 4: not a product and its algorithm", path);
    expect_message(&why, want);
    file = fopen(path, "w");
    expect(file && fputs("gpu,pass\n", file) >= 0 && fclose(file) == 0);
    expect(choices_load(path, &again, &why) < 0 && why.count == 10); /* columns that it lacks */
    diag_done(&why);
}

int main(void)
{
    char folder[] = "/tmp/probe-test-XXXXXX", command[64];
    if (!mkdtemp(folder))
        return 1;
    test_rows(folder);
    test_timeline(folder);
    test_choices(folder);
    snprintf(command, sizeof command, "rm -r %s", folder);
    if (system(command) != 0)
        failures++;
    return failures != 0;
}
