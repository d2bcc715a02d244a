/* Every printer against files in golden/, for one inference and one training result set, played by
 * the toy engine of fixture.h. Times are made up.
 *
 * SCMOESIM_BLESS=1 rewrites the files. Look at what changed before committing it. */
#include <gsl/gsl_test.h>
#include <stdio.h>
#include "sim/base/csv.h"
#include "sim/base/file.h"
#include "sim/report/metrics.h"
#include "sim/report/result.h"
#include "tests/unit/report/fixture.h"

#define MS 1e-3
#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static const char *const queues[] = {"compute", "communication", NULL};

static const struct row top2[] = {
    {"attention_l", OPERATOR_ATTENTION, .time_s = 0.92 * MS},
    {"mlp_l", OPERATOR_MLP, .time_s = 0.85 * MS, .after = {1}},
    {"attention_m", OPERATOR_ATTENTION, .time_s = 0.92 * MS, .after = {2}},
    {"gate", OPERATOR_GATE, .time_s = 0.06 * MS, .after = {3}},
    {"encode", OPERATOR_ENCODE, .time_s = 0.16 * MS, .after = {4}},
    {"dispatch", OPERATOR_DISPATCH, .queue = 1, .time_s = 3.1 * MS, .after = {5}},
    {"expert", OPERATOR_EXPERT, .time_s = 1.9 * MS, .after = {6}},
    {"combine", OPERATOR_COMBINE, .queue = 1, .time_s = 3.1 * MS, .after = {7}},
    {"decode", OPERATOR_DECODE, .time_s = 0.2 * MS, .after = {8, 4}},
};

static const struct row scmoe_pos2[] = {
    {"attention_l", OPERATOR_ATTENTION, .time_s = 0.92 * MS},
    {"gate", OPERATOR_GATE, .time_s = 0.06 * MS, .after = {1}},
    {"encode", OPERATOR_ENCODE, .time_s = 0.1 * MS, .after = {2}},
    {"dispatch", OPERATOR_DISPATCH, .queue = 1, .time_s = 1.55 * MS, .after = {3}},
    {"mlp_l", OPERATOR_MLP, .time_s = 0.85 * MS, .after = {1}},
    {"expert", OPERATOR_EXPERT, .time_s = 0.95 * MS, .after = {4}},
    {"combine", OPERATOR_COMBINE, .queue = 1, .time_s = 1.55 * MS, .after = {6}},
    {"attention_m", OPERATOR_ATTENTION, .time_s = 0.92 * MS, .after = {5}},
    {"shared", OPERATOR_SHARED_EXPERT, .time_s = 0.85 * MS, .after = {8}},
    {"decode", OPERATOR_DECODE, .time_s = 0.12 * MS, .after = {7, 9, 2}},
};

static const struct row pipelined[] = {
    {"attention_l", OPERATOR_ATTENTION, .time_s = 0.92 * MS},
    {"gate", OPERATOR_GATE, .time_s = 0.06 * MS, .after = {1}},
    {"encode", OPERATOR_ENCODE, .time_s = 0.1 * MS, .after = {2}},
    {"dispatch#1", OPERATOR_DISPATCH, .queue = 1, .time_s = 0.8 * MS, .after = {3}, .chunk = 1},
    {"dispatch#2", OPERATOR_DISPATCH, .queue = 1, .time_s = 0.8 * MS, .after = {3}, .chunk = 2},
    {"mlp_l", OPERATOR_MLP, .time_s = 0.85 * MS, .after = {1}},
    {"expert#1", OPERATOR_EXPERT, .time_s = 0.5 * MS, .after = {4}, .chunk = 1},
    {"expert#2", OPERATOR_EXPERT, .time_s = 0.5 * MS, .after = {5}, .chunk = 2},
    {"combine#1", OPERATOR_COMBINE, .queue = 1, .time_s = 0.8 * MS, .after = {7}, .chunk = 1},
    {"combine#2", OPERATOR_COMBINE, .queue = 1, .time_s = 0.8 * MS, .after = {8}, .chunk = 2},
    {"attention_m", OPERATOR_ATTENTION, .time_s = 0.92 * MS, .after = {6}},
    {"shared", OPERATOR_SHARED_EXPERT, .time_s = 0.85 * MS, .after = {11}},
    {"decode", OPERATOR_DECODE, .time_s = 0.12 * MS, .after = {9, 10, 12, 2}},
};

static const struct row scmoe_backward[] = {
    {"decode.dgrad", OPERATOR_DECODE, PASS_INPUT_GRADIENT, .time_s = 0.15 * MS},
    {"combine.dgrad", OPERATOR_COMBINE, PASS_INPUT_GRADIENT, 1, {1}, 1.55 * MS, 0},
    {"shared.dgrad", OPERATOR_SHARED_EXPERT, PASS_INPUT_GRADIENT, 0, {1}, 0.85 * MS, 0},
    {"shared.wgrad", OPERATOR_SHARED_EXPERT, PASS_WEIGHT_GRADIENT, 0, {1}, 0.85 * MS, 0},
    {"expert.dgrad", OPERATOR_EXPERT, PASS_INPUT_GRADIENT, 0, {2}, 0.95 * MS, 0},
    {"dispatch.dgrad", OPERATOR_DISPATCH, PASS_INPUT_GRADIENT, 1, {5}, 1.55 * MS, 0},
    {"expert.wgrad", OPERATOR_EXPERT, PASS_WEIGHT_GRADIENT, 0, {2}, 0.95 * MS, 0},
    {"attention_m.dgrad", OPERATOR_ATTENTION, PASS_INPUT_GRADIENT, 0, {3}, 1.1 * MS, 0},
    {"encode.dgrad", OPERATOR_ENCODE, PASS_INPUT_GRADIENT, 0, {6}, 0.12 * MS, 0},
};

/* Rank 1 is slower in all it computes. */
static struct played play_rows(const char *schedule, const struct row *rows, size_t count,
                               size_t ranks)
{
    struct plan *plan = build_plan(schedule, ranks, ranks, queues, rows, count);
    double *times_s = mem_zeroed(ranks * count, sizeof *times_s);
    for (size_t i = 0; i < ranks * count; i++) {
        const struct row *row = &rows[i % count];
        bool slow = i / count == 1 && !operator_is_all_to_all(row->kind);
        times_s[i] = row->time_s * (slow ? 1.05 : 1);
    }
    struct played played = {plan, play(plan, times_s)};
    free(times_s);
    return played;
}

static void add_exposure(const struct played *played, struct result *to, double *moe_s,
                         double *moe_a2a_s)
{
    struct exposure exposure;
    exposure_measure(played->plan, played->timeline, &exposure);
    to->pair_time_s += played->timeline->end_s;
    to->a2a_time_s += exposure.a2a_s;
    to->exposed_a2a_s += exposure.exposed_s;
    to->exposed_dispatch_s += exposure.exposed_dispatch_s;
    to->exposed_combine_s += exposure.exposed_combine_s;
    to->compute_time_s += exposure.compute_s;
    *moe_s += exposure.moe_s;
    *moe_a2a_s += exposure.moe_a2a_s;
}

/* Fills what a study would. */
static void finish(struct result *results, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct result *result = &results[i];
        double moe_s = 0, moe_a2a_s = 0;
        result->model = "demo-moe";
        result->topology = "demo-box";
        result->tokens_per_rank = 18432;
        result->measured_ratio = 0.25;
        result->peak_memory_bytes = 1.5e9;
        result->simulated_ranks = 8;
        result->ranks = result->ep = result->forward.plan->ranks;
        add_exposure(&result->forward, result, &moe_s, &moe_a2a_s);
        if (result->backward.plan)
            add_exposure(&result->backward, result, &moe_s, &moe_a2a_s);
        result->overlap_ratio = 1 - result->exposed_a2a_s / result->a2a_time_s;
        result->a2a_share_of_moe_ratio = moe_a2a_s / moe_s;
        result->end_to_end_time_s = 12 * result->pair_time_s + 4 * MS;
        result->speedup_ratio = results[0].pair_time_s / result->pair_time_s;
        result->end_to_end_speedup_ratio = results[0].end_to_end_time_s / result->end_to_end_time_s;
    }
}

static void drop(struct result *results, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        drop_timeline(results[i].forward.timeline);
        drop_plan(results[i].forward.plan);
        if (results[i].backward.plan) {
            drop_timeline(results[i].backward.timeline);
            drop_plan(results[i].backward.plan);
        }
        free(results[i].limited_by);
    }
}

#define LINK "link node0/pcie0-socket0> (dispatch, combine): "

static void fill_inference(struct result results[4], size_t ranks)
{
    results[0] = (struct result){.schedule = "top2", .chunks = 1, .a2a_bound_ratio = 1.04};
    results[0].forward = play_rows("top2", top2, COUNT(top2), ranks);
    results[0].limited_by = mem_copy_string(LINK "55 % of the path");
    results[1] = (struct result){
        .schedule = "scmoe-pos2", .slot = 2, .chunks = 1, .eq11_slot = 2, .a2a_bound_ratio = 2.17};
    results[1].forward = play_rows("scmoe-pos2", scmoe_pos2, COUNT(scmoe_pos2), ranks);
    results[1].forward.plan->slot = 2;
    results[1].limited_by = mem_copy_string(LINK "62 % of the path");
    results[2] = (struct result){.schedule = "scmoe-pos2-pipeline",
                                 .slot = 2,
                                 .chunks = 2,
                                 .eq11_slot = 3,
                                 .a2a_bound_ratio = 0.93};
    results[2].forward = play_rows("scmoe-pos2-pipeline", pipelined, COUNT(pipelined), ranks);
    results[2].forward.plan->slot = 2;
    results[2].limited_by = mem_copy_string("compute of rank 1: 92 % of the path");
    /* A dense pair: the first operators of top-2 and no All-to-All at all. */
    results[3] = (struct result){.schedule = "dense", .chunks = 1, .a2a_bound_ratio = NAN};
    results[3].forward = play_rows("dense", top2, 2, ranks);
    finish(results, 4);
    results[3].overlap_ratio = 1;
    results[3].a2a_share_of_moe_ratio = NAN;
}

static void fill_training(struct result results[1])
{
    results[0] = (struct result){.schedule = "scmoe-pos2",
                                 .mode = MODE_TRAINING,
                                 .slot = 2,
                                 .chunks = 1,
                                 .backward_slot = 3,
                                 .backward_chunks = 1,
                                 .eq11_slot = 2,
                                 .a2a_bound_ratio = 1};
    results[0].forward = play_rows("scmoe-pos2", scmoe_pos2, COUNT(scmoe_pos2), 2);
    results[0].backward = play_rows("scmoe-pos2", scmoe_backward, COUNT(scmoe_backward), 2);
    finish(results, 1);
}

static char note[] =
    "schedule dgmoe skipped: the model has no MoE in two blocks of one pair, which its template "
    "asks for";
static char *notes[] = {note};

static const struct facts facts = {
    .version = "0.0.0",
    .network_line = "simgrid 3.32, CM02, TCP-gamma 0, crosstraffic 0",
    .model_line = "demo-moe: fp16, 18432 tokens per GPU, 8 experts, capacity factor 1.25",
    .topology_line = "demo-box: 1 node of 8 GPUs, four PCIe switches, two sockets \xe2\x80\xa6",
    .costs_line = "attention and mlp measured on one GPU of the kind (25 % of compute time), the "
                  "rest synthesised by the roofline of demo-gpu",
    .a2a_line = "pairwise, setup 20 us, 0.15 of the SMs held, 56 flows",
    .baseline = "top2",
    .notes = notes,
    .note_count = 1,
};

static char *golden_path(const char *name)
{
    const char *root = getenv("SCMOESIM_DATA");
    return mem_format("%s/tests/unit/report/golden/%s", root ? root : ".", name);
}

static void check_golden(const char *name, const struct text *got)
{
    struct diag diag = {0};
    char *path = golden_path(name), *want = NULL;
    size_t length = 0;
    if (getenv("SCMOESIM_BLESS"))
        file_write(path, got, &diag);
    int r = file_read(path, 1 << 20, &diag, &want, &length);
    gsl_test(r != 0 || strcmp(want, text_get(got)) != 0, "golden/%s (SCMOESIM_BLESS=1 rewrites)",
             name);
    diag_print(&diag, "test_print", stderr);
    diag_done(&diag);
    free(want);
    free(path);
}

static void check_columns(const struct text *text)
{
    for (const char *line = text_get(text); *line; line += strcspn(line, "\n") + 1) {
        int columns = 0;
        for (const char *c = line; *c && *c != '\n'; c++)
            columns += ((unsigned char)*c & 0xc0) != 0x80;
        gsl_test(columns > 80, "at most 80 columns: %.*s", (int)strcspn(line, "\n"), line);
        gsl_test(columns > 0 && line[strcspn(line, "\n") - 1] == ' ', "no trailing blank");
    }
}

static void check_json(const char *name, const struct text *text)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    int r = json_parse(name, text_get(text), text->length, &diag, &doc);
    gsl_test(r != 0, "%s parses", name);
    diag_print(&diag, "test_print", stderr);
    diag_done(&diag);
    json_free(doc);
}

/* With xmllint if there is one (status 127: none), else by counting: as many opened as closed. */
static void check_xml(const char *name)
{
    char *path = golden_path(name);
    char *command = mem_format("xmllint --noout '%s' 2>&1", path);
    int status = system(command);
    gsl_test(status != 0 && status != 127 << 8, "%s is well-formed XML", name);
    free(command);
    free(path);
}

static void check_csv(const struct text *text, size_t rows)
{
    struct diag diag = {0};
    struct csv *csv = NULL;
    int r = csv_parse("result.csv", text_get(text), text->length, &diag, &csv);
    gsl_test(r != 0, "the CSV parses");
    if (r == 0) {
        gsl_test_int((int)csv->row_count, (int)rows, "a row per result");
        gsl_test_int(csv_only(csv, result_columns, &diag), 0, "no other columns");
        for (size_t i = 0; result_columns[i]; i++)
            gsl_test_int((int)csv_column(csv, result_columns[i]), (int)i, "place of column %s",
                         result_columns[i]);
    }
    csv_free(csv);
    diag_done(&diag);
}

static void check_all(const char *set, const struct result *results, size_t count)
{
    static const char *const endings[] = {"txt", "csv", "json", "trace.json", "svg"};
    for (size_t i = 0; i < 5; i++) {
        struct text text = {0};
        char *name = mem_format("%s.%s", set, endings[i]);
        switch (i) {
        case 0:
            print_text(&facts, results, count, &text);
            check_columns(&text);
            break;
        case 1:
            print_csv(results, count, &text);
            check_csv(&text, count);
            break;
        case 2:
            print_json(&facts, results, count, &text);
            check_json(name, &text);
            break;
        case 3:
            print_chrome_trace(results, count, &text);
            check_json(name, &text);
            break;
        default:
            print_timeline_svg(results, count, &text);
        }
        check_golden(name, &text);
        if (i == 4)
            check_xml(name);
        text_done(&text);
        free(name);
    }
}

/* Names that need quoting in one format or another, and no figures at all. */
static void awkward(void)
{
    struct result result = {.model = "a,b",
                            .topology = "say \"hi\"",
                            .schedule = "a-name-<&>-much-longer-than-any-column-is-wide",
                            .a2a_bound_ratio = NAN,
                            .speedup_ratio = NAN,
                            .chunks = 1};
    struct text text = {0};
    struct facts none = {0};
    print_text(&none, &result, 1, &text);
    check_columns(&text);
    text_done(&text);
    print_csv(&result, 1, &text);
    check_csv(&text, 1);
    text_done(&text);
    print_json(&none, &result, 1, &text);
    check_json("awkward", &text);
    text_done(&text);
    print_chrome_trace(&result, 1, &text);
    check_json("awkward trace", &text);
    text_done(&text);
    print_timeline_svg(&result, 1, &text);
    gsl_test(strstr(text_get(&text), "</svg>") == NULL, "a picture of nothing ends");
    text_done(&text);
    print_text(&none, NULL, 0, &text);
    print_timeline_svg(NULL, 0, &text);
    print_chrome_trace(NULL, 0, &text);
    text_done(&text);
}

static size_t occurrences(const char *in, const char *what)
{
    size_t count = 0;
    for (; (in = strstr(in, what)); in += strlen(what))
        count++;
    return count;
}

/* Sixteen ranks: eight processes, and the file says that others are missing. */
static void many_ranks(void)
{
    struct result results[4];
    struct text text = {0};
    fill_inference(results, 16);
    print_chrome_trace(results, 1, &text);
    check_json("many ranks", &text);
    gsl_test_int((int)occurrences(text_get(&text), "\"process_name\""), 8, "eight processes");
    gsl_test(!strstr(text_get(&text), "ranks 0..7 of 16"), "the rest is mentioned");
    /* Nine operators a rank; four waits across queues (dispatch and combine, there and back);
     * dispatch and combine of seven ranks waited for the slow rank 1. Two ends an arrow. */
    gsl_test_int((int)occurrences(text_get(&text), "\"ph\": \"X\""), 8 * 9, "slices");
    gsl_test_int((int)occurrences(text_get(&text), "\"ph\": \"s\""), 8 * 4 + 7 * 2, "arrows leave");
    gsl_test_int((int)occurrences(text_get(&text), "\"ph\": \"f\""), 8 * 4 + 7 * 2, "and arrive");
    text_done(&text);
    drop(results, 4);
}

int main(void)
{
    struct result inference[4], training[1];
    fill_inference(inference, 2);
    check_all("inference", inference, 4);
    drop(inference, 4);
    fill_training(training);
    check_all("training", training, 1);
    drop(training, 1);
    awkward();
    many_ranks();
    return gsl_test_summary();
}
