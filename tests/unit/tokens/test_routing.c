/* Routing: cases worked out by hand, laws over draws, and what is refused. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/mem.h"
#include "sim/tokens/routing.h"

static struct routing *routing_of(const char *json)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    struct routing *routing = NULL;
    if (json_parse("routing", json, strlen(json), &diag, &doc) < 0 ||
        routing_read(doc, &diag, &routing) < 0) {
        diag_print(&diag, "test", stderr);
        exit(1);
    }
    json_free(doc);
    return routing;
}

/* The complaints about a document, a line each. */
static char *complaints(const char *json)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    struct routing *routing = NULL;
    struct text text = {0};
    if (json_parse("routing", json, strlen(json), &diag, &doc) == 0 &&
        routing_read(doc, &diag, &routing) == 0)
        routing_free(routing);
    for (size_t i = 0; i < diag.count; i++)
        text_add(&text, "%s%s", i ? "\n" : "", diag.messages[i]);
    json_free(doc);
    diag_done(&diag);
    return text.text ? text.text : mem_copy_string("");
}

/* A file of recorded loads beside the test's; removed by whoever asked. */
static char *loads_file(const char *contents)
{
    char *path = mem_copy_string("/tmp/scmoesim-loads-XXXXXX.csv");
    int fd = mkstemps(path, 4);
    FILE *file = fdopen(fd, "w");
    fputs(contents, file);
    fclose(file);
    return path;
}

static struct routing *recorded(const char *contents, const char *more)
{
    char *path = loads_file(contents);
    char *json = mem_format("{\"load\": \"recorded\", \"file\": \"%s\"%s}", path, more);
    struct routing *routing = routing_of(json);
    unlink(path);
    free(json);
    free(path);
    return routing;
}

/* Two nodes of two GPUs, one expert each. */
static struct routed four(size_t top_k, double tokens)
{
    return (struct routed){.ranks = 4,
                           .ep = 4,
                           .node_gpus = 2,
                           .experts = 4,
                           .top_k = top_k,
                           .tokens = tokens,
                           .capacity_factor = 1};
}

/* Half of the copies stay: of the other half a quarter does too, so 5/8 stay and 1/8 goes to each
 * other. With two experts a token, no expert gets more than half of a sender's copies: 1/2 stays,
 * the rest is dealt out to three, 1/6 each. */
static void test_affinity(void)
{
    struct routing *routing = routing_of("{\"overflow\": \"dropless\", \"affinity_ratio\": 0.5}");
    double stay[] = {5.0 / 8, 1.0 / 2}, leave[] = {1.0 / 8, 1.0 / 6};
    gsl_test_int(routing_is_even(routing), 0, "affinity makes flows unequal");
    for (size_t k = 1; k <= 2; k++) {
        struct routed routed = four(k, 1000);
        struct traffic traffic;
        struct routing_outcome outcome;
        routing_draw(routing, &routed, 0, &traffic, &outcome);
        for (size_t from = 0; from < 4; from++) {
            for (size_t to = 0; to < 4; to++)
                gsl_test_rel(traffic_copies(&traffic, from, to),
                             from == to ? stay[k - 1] : leave[k - 1], 1e-12,
                             "top %zu: copies from %zu to %zu", k, from, to);
            gsl_test_rel(traffic.rows_ratio[from], 1, 1e-12, "experts get the mean");
            gsl_test_rel(traffic.sent_ratio[from], 1, 1e-12, "nothing is dropped");
        }
        traffic_done(&traffic);
    }
    routing_free(routing);
}

/* Loads 3, 1, 0, 0 and two experts a token: both take part in every token, half of the copies each,
 * so twice the mean. Node 0 gets every token once, half of the copies; node 1 nothing. With a
 * capacity of 1 there is room for a quarter of the copies in each buffer: half are dropped. */
static void test_recorded(void)
{
    static const char loads[] = "expert,tokens\n0,3\n1,1\n2,0\n3,0\n";
    for (int drops = 0; drops < 2; drops++) {
        struct routing *routing = recorded(loads, drops ? ", \"overflow\": \"drop\"" : "");
        struct routed routed = four(2, 1000);
        struct traffic traffic;
        struct routing_outcome outcome;
        double left = drops ? 0.5 : 1;
        routing_draw(routing, &routed, 0, &traffic, &outcome);
        for (size_t from = 0; from < 4; from++) {
            for (size_t to = 0; to < 4; to++)
                gsl_test_abs(traffic_copies(&traffic, from, to), to < 2 ? 0.5 * left : 0, 1e-12,
                             "copies from %zu to %zu", from, to);
            gsl_test_abs(traffic_to_node(&traffic, from, 0), 0.5 * left, 1e-12, "once to node 0");
            gsl_test_abs(traffic_to_node(&traffic, from, 1), 0, 1e-12, "none to node 1");
            gsl_test_abs(traffic.rows_ratio[from], from < 2 ? 2 * left : 0, 1e-12, "rows");
            gsl_test_abs(traffic.sent_ratio[from], left, 1e-12, "sent");
        }
        gsl_test_rel(outcome.imbalance_ratio, 2, 1e-12, "twice the mean");
        gsl_test_abs(outcome.dropped_ratio, 1 - left, 1e-12, "dropped");
        traffic_done(&traffic);
        routing_free(routing);
    }
}

/* Samples are taken in turn: all on expert 0, all on expert 3, and again. */
static void test_samples(void)
{
    struct routing *routing = recorded("expert,sample,tokens\n0,0,1\n1,0,0\n2,0,0\n3,0,0\n"
                                       "0,1,0\n1,1,0\n2,1,0\n3,1,9\n",
                                       ", \"draws\": 3");
    for (size_t d = 0; d < 3; d++) {
        struct routed routed = four(1, 100);
        struct traffic traffic;
        struct routing_outcome outcome;
        routing_draw(routing, &routed, d, &traffic, &outcome);
        gsl_test_rel(traffic.rows_ratio[d % 2 ? 3 : 0], 4, 1e-12, "draw %zu", d);
        traffic_done(&traffic);
    }
    routing_free(routing);
}

/* Tokens are neither lost nor made; no buffer overflows; a token counted once is a copy at most. */
static void check_laws(const char *json, const struct routed *routed)
{
    struct routing *routing = routing_of(json);
    double tokens = round(routed->tokens), count = tokens * (double)routed->top_k;
    double capacity = routing->overflow == OVERFLOW_DROPLESS
                          ? tokens
                          : ceil(count * routed->capacity_factor / (double)routed->experts);
    double local = (double)(routed->experts / routed->ep);
    for (size_t d = 0; d < 3; d++) {
        struct traffic traffic;
        struct routing_outcome outcome;
        double sent = 0, received = 0;
        size_t wrong = 0, nodes = routed->ep / routed->node_gpus;
        routing_draw(routing, routed, d, &traffic, &outcome);
        for (size_t from = 0; from < routed->ranks; from++) {
            double sum = 0;
            for (size_t m = 0; m < routed->ep; m++) {
                double copies = traffic_copies(&traffic, from, m);
                double apart = traffic_to_rank(&traffic, from, m);
                double node = traffic_to_node(&traffic, from, m / routed->node_gpus);
                sum += copies;
                wrong += copies * count > local * capacity + 1e-6;
                wrong += apart > copies + 1e-12 || apart * count > tokens + 1e-6;
                wrong += node < apart - 1e-12 || node * count > tokens + 1e-6;
            }
            for (size_t n = 0; n < nodes; n++) {
                double inside = 0;
                for (size_t g = 0; g < routed->node_gpus; g++)
                    inside += traffic_copies(&traffic, from, n * routed->node_gpus + g);
                wrong += traffic_to_node(&traffic, from, n) > inside + 1e-12;
            }
            wrong += fabs(sum - traffic.sent_ratio[from]) > 1e-9;
            wrong += routing->overflow == OVERFLOW_DROPLESS && fabs(sum - 1) > 1e-9;
            sent += traffic.sent_ratio[from];
            received += traffic.rows_ratio[from];
        }
        gsl_test_int((int)wrong, 0, "%s, top %zu, draw %zu: laws", json, routed->top_k, d);
        gsl_test_rel(sent, received, 1e-9, "%s: what is sent arrives", json);
        gsl_test_abs(1 - sent / (double)routed->ranks, outcome.dropped_ratio, 1e-9,
                     "%s: the rest is dropped", json);
        gsl_test(outcome.imbalance_ratio < 1 - 1e-9, "%s: the busiest is above the mean", json);
        traffic_done(&traffic);
    }
    routing_free(routing);
}

static void test_laws(void)
{
    static const char *const documents[] = {
        "{\"load\": \"zipf\", \"exponent\": 1.5, \"draws\": 3}",
        "{\"load\": \"zipf\", \"exponent\": 8, \"draws\": 3}",
        "{\"load\": \"zipf\", \"exponent\": 1, \"overflow\": \"drop\", \"draws\": 3}",
        "{\"load\": \"dirichlet\", \"alpha\": 0.05, \"draws\": 3}",
        "{\"load\": \"dirichlet\", \"alpha\": 1, \"overflow\": \"drop\", \"draws\": 3}",
        "{\"load\": \"zipf\", \"exponent\": 1, \"affinity_ratio\": 0.9, \"draws\": 3}",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        for (size_t k = 1; k <= 4; k++) {
            struct routed routed = {.ranks = 16,
                                    .ep = 8,
                                    .node_gpus = 4,
                                    .experts = 32,
                                    .top_k = k,
                                    .tokens = 777,
                                    .capacity_factor = 1.25};
            check_laws(documents[i], &routed);
        }
    }
}

/* Mean over draws of the load of the busiest rank, of 8 with one expert each. */
static double mean_imbalance(const char *json)
{
    struct routing *routing = routing_of(json);
    struct routed routed = {.ranks = 8,
                            .ep = 8,
                            .node_gpus = 8,
                            .experts = 8,
                            .top_k = 1,
                            .tokens = 4096,
                            .capacity_factor = 1};
    double sum = 0;
    for (size_t d = 0; d < routing->draws; d++) {
        struct traffic traffic;
        struct routing_outcome outcome;
        routing_draw(routing, &routed, d, &traffic, &outcome);
        sum += outcome.imbalance_ratio / (double)routing->draws;
        traffic_done(&traffic);
    }
    routing_free(routing);
    return sum;
}

/* The busiest of n experts under zipf has n / (1 + 2^-s + ... + n^-s) of the mean; 1 % is ten times
 * what 8 * 4,096 tokens spread. Flatter loads are less uneven. */
static void test_imbalance(void)
{
    double last = 0, sum = 0;
    for (int i = 1; i <= 8; i++)
        sum += 1.0 / i;
    gsl_test_rel(mean_imbalance("{\"load\": \"zipf\", \"exponent\": 1, \"draws\": 20}"), 8 / sum,
                 0.01, "zipf:1 over eight");
    for (int i = 0; i < 4; i++) {
        static const char *const documents[] = {
            "{\"load\": \"zipf\", \"exponent\": 0, \"draws\": 20}",
            "{\"load\": \"zipf\", \"exponent\": 0.5, \"draws\": 20}",
            "{\"load\": \"zipf\", \"exponent\": 1, \"draws\": 20}",
            "{\"load\": \"zipf\", \"exponent\": 2, \"draws\": 20}",
        };
        double now = mean_imbalance(documents[i]);
        gsl_test(now <= last, "%s is more uneven than before", documents[i]);
        last = now;
    }
    last = INFINITY;
    for (int i = 0; i < 3; i++) {
        static const char *const documents[] = {
            "{\"load\": \"dirichlet\", \"alpha\": 0.3, \"draws\": 50}",
            "{\"load\": \"dirichlet\", \"alpha\": 3, \"draws\": 50}",
            "{\"load\": \"dirichlet\", \"alpha\": 300, \"draws\": 50}",
        };
        double now = mean_imbalance(documents[i]);
        gsl_test(now >= last, "%s is less uneven than before", documents[i]);
        last = now;
    }
}

/* Where the hot experts lie is drawn: over 400 draws each of 8 ranks gets its share, but for a
 * spread that is the standard deviation of one draw, at most 1.2 under zipf:1, over the square root
 * of 400, here five times. */
static void test_relabelling(void)
{
    struct routing *routing = routing_of("{\"load\": \"zipf\", \"exponent\": 1, \"draws\": 400}");
    struct routed routed = {.ranks = 8,
                            .ep = 8,
                            .node_gpus = 8,
                            .experts = 8,
                            .top_k = 1,
                            .tokens = 512,
                            .capacity_factor = 1};
    double rows[8] = {0};
    for (size_t d = 0; d < routing->draws; d++) {
        struct traffic traffic;
        struct routing_outcome outcome;
        routing_draw(routing, &routed, d, &traffic, &outcome);
        for (size_t r = 0; r < 8; r++)
            rows[r] += traffic.rows_ratio[r] / (double)routing->draws;
        traffic_done(&traffic);
    }
    for (size_t r = 0; r < 8; r++)
        gsl_test_abs(rows[r], 1, 5 * 1.2 / 20, "mean rows of rank %zu", r);
    routing_free(routing);
}

static double first_copies(const char *json, size_t draw, size_t top_k, unsigned long layer)
{
    struct routing *routing = routing_of(json);
    struct routed routed = four(top_k, 5000);
    struct traffic traffic;
    struct routing_outcome outcome;
    routed.layer = layer;
    routing_draw(routing, &routed, draw, &traffic, &outcome);
    double copies = traffic_copies(&traffic, 1, 2);
    traffic_done(&traffic);
    routing_free(routing);
    return copies;
}

static void test_seeds(void)
{
#define DOCUMENT(seed) "{\"load\": \"dirichlet\", \"draws\": 9, \"seed\": " seed "}"
    double first = first_copies(DOCUMENT("7"), 0, 1, 0);
    gsl_test_rel(first_copies(DOCUMENT("7"), 0, 1, 0), first, 0, "the same again");
    gsl_test(fabs(first_copies(DOCUMENT("8"), 0, 1, 0) - first) < 1e-6, "another seed differs");
    gsl_test(fabs(first_copies(DOCUMENT("7"), 1, 1, 0) - first) < 1e-6, "another draw differs");
    gsl_test(fabs(first_copies(DOCUMENT("7"), 0, 1, 1) - first) < 1e-6, "another layer differs");
#undef DOCUMENT
}

/* Where experts are equally popular, what goes to a place once is exact: 1 - C(28, 8) / C(32, 8) of
 * the tokens hit one of four among 32. The draw's own spread is below 1 %. */
static void test_once(void)
{
    struct routing *routing = routing_of("{\"load\": \"zipf\", \"exponent\": 0}");
    struct routed routed = {.ranks = 8,
                            .ep = 8,
                            .node_gpus = 4,
                            .experts = 32,
                            .top_k = 8,
                            .tokens = 1e6,
                            .capacity_factor = 1};
    struct traffic traffic;
    struct routing_outcome outcome;
    double miss_ratio = 1;
    for (int i = 0; i < 8; i++)
        miss_ratio *= (28.0 - i) / (32.0 - i);
    gsl_test_rel(traffic_hit_ratio(32, 4, 8), 1 - miss_ratio, 1e-12, "hypergeometric");
    routing_draw(routing, &routed, 0, &traffic, &outcome);
    gsl_test_rel(traffic_to_rank(&traffic, 0, 3), (1 - miss_ratio) / 8, 0.01, "once to a rank");
    gsl_test_rel(traffic_to_node(&traffic, 0, 1), traffic_hit_ratio(32, 16, 8) / 8, 0.01,
                 "once to a node");
    traffic_done(&traffic);
    routing_free(routing);
}

static void test_specs(void)
{
    static const struct {
        const char *spec, *first, *second;
    } rows[] = {
        {"balanced", "/routing/load=balanced", NULL},
        {"zipf:1.2", "/routing/load=zipf", "/routing/exponent=1.2"},
        {"dirichlet:0.5", "/routing/load=dirichlet", "/routing/alpha=0.5"},
        {"my/loads.csv", "/routing/load=recorded", "/routing/file=my/loads.csv"},
        {"zipf", NULL, NULL},
        {"zipf:", NULL, NULL},
        {"zipf:x", NULL, NULL},
        {"balanced:1", NULL, NULL},
        {"recorded", NULL, NULL},
        {"pareto:1", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *first = NULL, *second = NULL;
        bool good = routing_spec_edits(rows[i].spec, &first, &second);
        gsl_test_int(good, rows[i].first != NULL, "\"%s\" is a spec", rows[i].spec);
        gsl_test_str(first ? first : "", rows[i].first ? rows[i].first : "", "%s", rows[i].spec);
        gsl_test_str(second ? second : "", rows[i].second ? rows[i].second : "", "%s",
                     rows[i].spec);
        free(first);
        free(second);
    }
}

static void refused(const char *json, const char *want)
{
    char *got = complaints(json);
    gsl_test_str(got, want, "%s", json);
    free(got);
}

static void refused_loads(const char *contents, const char *want)
{
    char *path = loads_file(contents);
    char *json = mem_format("{\"load\": \"recorded\", \"file\": \"%s\"}", path);
    char *full = mem_format("%s: %s", path, want);
    refused(json, full);
    unlink(path);
    free(full);
    free(json);
    free(path);
}

static void test_refusals(void)
{
    refused("{\"load\": \"zip\"}",
            "routing: /load: expected \"balanced\", \"zipf\", \"dirichlet\" or "
            "\"recorded\", got \"zip\"; did you mean \"zipf\"?");
    refused("{\"load\": \"dirichlet\", \"exponent\": 1}",
            "routing: /exponent is for zipf loads, the load is dirichlet");
    refused("{\"alpha\": 1}", "routing: /alpha is for dirichlet loads, the load is balanced");
    refused("{\"exponent\": -1}", "routing: /exponent: expected a number from 0 to 100, got -1");
    refused("{\"draws\": 0}", "routing: /draws: expected a whole number from 1 to 100000, got 0");
    refused("{\"seed\": 1.5}",
            "routing: /seed: expected a whole number from 0 to 4294967295, got 1.5");
    refused("{\"expnent\": 1}",
            "routing: /: unknown member \"expnent\"; did you mean \"exponent\"?");
    refused("{\"load\": \"recorded\"}", "routing: recorded loads need /routing/file");
    refused("{\"file\": \"x.csv\"}", "routing: /file is for recorded loads, the load is balanced");
    refused_loads("expert,tokens\n", "no rows");
    refused_loads("expert,tokens\n0,1\n2,1\n",
                  "expected a row for each of 3 experts in each of 1 samples, got 2");
    refused_loads("expert,tokens\n0,1\n0,1\n", "line 3: expert 0 of sample 0 is there twice");
    refused_loads("expert,sample,tokens\n0,0,1\n1,0,1\n0,1,1\n0,1,1\n",
                  "line 5: expert 0 of sample 1 is there twice");
    refused_loads("expert,tokens\n0,0\n1,0\n", "no tokens in sample 0");
    refused_loads("expert,tokens\n0.5,1\n", "line 2: expert: expected a whole number, got 0.5");
    refused_loads("expert,tokens\n0,-1\n",
                  "line 2: tokens: expected a number from 0 to 1e+15, got \"-1\"");
}

int main(void)
{
    gsl_set_error_handler_off();
    test_affinity();
    test_recorded();
    test_samples();
    test_laws();
    test_imbalance();
    test_relabelling();
    test_seeds();
    test_once();
    test_specs();
    test_refusals();
    return gsl_test_summary();
}
