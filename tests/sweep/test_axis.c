/* Which points a sweep has. */
#include <gsl/gsl_test.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/sweep/sweep.h"

struct made {
    struct sweep sweep;
    struct diag diag;
    int r;
};

static struct made make(const struct sampling_request *request, const char *const *varies)
{
    struct made made = {0};
    struct axis_draft drafts[8] = {0};
    size_t count = 0;
    for (; varies[count] && made.r == 0; count++)
        made.r = axis_draft_parse(varies[count], &made.diag, &drafts[count]);
    if (made.r == 0)
        made.r = sweep_set_axes(&made.sweep, drafts, count, request, &made.diag);
    for (size_t i = 0; i < count; i++)
        axis_draft_done(&drafts[i]);
    return made;
}

static void made_done(struct made *made)
{
    sweep_done(&made->sweep);
    diag_done(&made->diag);
}

/* All points as "a b; c d". */
static char *points_of(const struct sweep *sweep)
{
    struct text text = {0};
    for (size_t p = 0; p < sweep->point_count; p++) {
        text_add(&text, "%s", p ? "; " : "");
        for (size_t a = 0; a < sweep->axis_count; a++)
            text_add(&text, "%s%s", a ? " " : "", sweep_value(sweep, p, a)->text);
    }
    return text.text;
}

#define VARIES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_points(void)
{
    const struct {
        const char *why;
        enum sampling sampling;
        const char *const *varies;
        const char *want;
    } rows[] = {
        {"a list", SAMPLING_GRID, VARIES("/model/experts=8,16"), "8; 16"},
        {"a grid, the last axis fastest", SAMPLING_GRID, VARIES("/model/experts=8,16", "/ep=1,2"),
         "8 1; 8 2; 16 1; 16 2"},
        {"zip", SAMPLING_ZIP, VARIES("/model/experts=8,16", "/ep=1,2"), "8 1; 16 2"},
        {"equal differences, ends included", SAMPLING_GRID, VARIES("/tokens=0.5..2.5:5"),
         "0.5; 1; 1.5; 2; 2.5"},
        {"equal ratios, exactly whole", SAMPLING_GRID, VARIES("/model/experts=2..64:6log"),
         "2; 4; 8; 16; 32; 64"},
        {"whole numbers, each once", SAMPLING_GRID, VARIES("/model/experts=1..4:7 whole"),
         "1; 2; 3; 4"},
        {"one value of a range is its start", SAMPLING_GRID, VARIES("/tokens=5..9:1"), "5"},
        {"units by the member's name: 10 Gb/s is 1.25e9 B/s", SAMPLING_GRID,
         VARIES("/topology/link_types/x/bandwidth_bytes_per_s=10Gb/s,2GB/s"), "1.25e+09; 2e+09"},
        {"a range with units", SAMPLING_GRID, VARIES("/topology/link_types/x/latency_s=1us..3us:3"),
         "1e-06; 2e-06; 3e-06"},
        {"counts with binary prefixes", SAMPLING_GRID, VARIES("/tokens=1Ki,2Ki"), "1024; 2048"},
        {"semicolons for values with commas", SAMPLING_GRID,
         VARIES("/topology=8xa30-pcie;gpu=a30,gpus=4"), "8xa30-pcie; gpu=a30,gpus=4"},
        {"brackets keep their commas", SAMPLING_GRID, VARIES("/schedule/pipeline/chunks=[2,4],[8]"),
         "[2,4]; [8]"},
        {"two dots of a path are no range", SAMPLING_GRID, VARIES("/model=../a.json,b"),
         "../a.json; b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sampling_request request = {.sampling = rows[i].sampling};
        struct made made = make(&request, rows[i].varies);
        char *got = made.r == 0 ? points_of(&made.sweep) : mem_copy_string(made.diag.messages[0]);
        gsl_test_str(got, rows[i].want, "%s", rows[i].why);
        free(got);
        made_done(&made);
    }
}

static void test_refusals(void)
{
    const struct {
        enum sampling sampling;
        const char *const *varies;
        const char *want;
    } rows[] = {
        {SAMPLING_GRID, VARIES("model/experts=8"),
         "--vary model/experts=8: expected /POINTER=VALUES"},
        {SAMPLING_GRID, VARIES("/model/experts=8,,9"),
         "--vary /model/experts: an empty value in \"8,,9\""},
        {SAMPLING_GRID, VARIES("/model/experts=1..8"),
         "/model/experts: a range needs a count of values, FROM..TO:COUNT"},
        {SAMPLING_GRID, VARIES("/model/experts=1..8:3lag"),
         "--vary /model/experts: expected FROM..TO:COUNT with \"log\" or \"whole\" behind it, got "
         "\"1..8:3lag\""},
        {SAMPLING_GRID, VARIES("/tokens=0..8:3log"), "/tokens: a logarithmic range lies above 0"},
        {SAMPLING_GRID, VARIES("/ep=1", "/ep=2"), "/ep varies twice"},
        {SAMPLING_GRID, VARIES("/ep=1.5"), "/ep: expected a whole number >= 1, got \"1.5\""},
        {SAMPLING_GRID, VARIES("/tokens=many"), "/tokens: expected a number > 0, got \"many\""},
        {SAMPLING_GRID, VARIES("/mode=inferense"),
         "/mode: expected inference or training, got \"inferense\""},
        {SAMPLING_ZIP, VARIES("/tokens=1,2", "/ep=1,2,3"),
         "/ep has 3 values, but /tokens has 2: values that go together are equally many"},
        {SAMPLING_GRID, VARIES("/tokens=1..2:4000", "/model/experts=1..2:4000"),
         "more than 10000000 points"},
        {SAMPLING_LATIN_HYPERCUBE, VARIES("/tokens=1..2"),
         "a Latin hypercube has 1 to 10000000 samples"},
        {SAMPLING_GRID, VARIES("/modl/experts=8"),
         "cannot vary \"/modl/experts\": expected a member such as /model/experts (or of "
         "/topology, /gpu, /schedule, /routing, /costs), or one of /model, /topology, "
         "/schedule, /baseline, /costs, /mode, /tokens, /ep; did you mean \"model\"?"},
        {SAMPLING_GRID, VARIES("/gpu=a30"),
         "cannot vary \"/gpu\": expected a member such as /model/experts (or of /topology, /gpu, "
         "/schedule, /routing, /costs), or one of /model, /topology, /schedule, /baseline, "
         "/costs, /mode, /tokens, "
         "/ep"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sampling_request request = {.sampling = rows[i].sampling};
        struct made made = make(&request, rows[i].varies);
        gsl_test_str(made.diag.count ? made.diag.messages[0] : "", rows[i].want, "refused");
        made_done(&made);
    }
}

/* Each of n equal parts of each range has exactly one sample; the seed decides which goes with
 * which. */
static void test_latin_hypercube(void)
{
    const size_t n = 50;
    struct sampling_request request = {SAMPLING_LATIN_HYPERCUBE, n, 7};
    const char *const varies[] = {"/tokens=0..50", "/model/capacity_factor=1..1e5:log",
                                  "/schedule=top1,top2", NULL};
    struct made made = make(&request, varies), again = make(&request, varies);
    request.seed = 8;
    struct made other = make(&request, varies);
    unsigned char linear[50] = {0}, log_parts[50] = {0};
    size_t first = 0;
    for (size_t p = 0; p < n; p++) {
        linear[(size_t)sweep_value(&made.sweep, p, 0)->number]++;
        /* ln(1e5) in 50 parts: a tenth of a decade each */
        log_parts[(size_t)(log10(sweep_value(&made.sweep, p, 1)->number) * 10)]++;
        first += strcmp(sweep_value(&made.sweep, p, 2)->text, "top1") == 0;
    }
    for (size_t i = 0; i < n; i++) {
        gsl_test_int(linear[i], 1, "one sample in part %zu", i);
        gsl_test_int(log_parts[i], 1, "one sample in logarithmic part %zu", i);
    }
    gsl_test_int((int)first, (int)n / 2, "words equally often");
    char *a = points_of(&made.sweep), *b = points_of(&again.sweep), *c = points_of(&other.sweep);
    gsl_test_str(a, b, "the same seed");
    gsl_test(strcmp(a, c) == 0, "another seed");
    free(a);
    free(b);
    free(c);
    made_done(&made);
    made_done(&again);
    made_done(&other);
}

int main(void)
{
    test_points();
    test_refusals();
    test_latin_hypercube();
    return gsl_test_summary();
}
