/* Numbers as text: the shortest that reads back, the grammar, and no word from the locale. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "sim/base/csv.h"
#include "sim/base/json.h"
#include "sim/base/number.h"

static void check_printing(void)
{
    static const struct {
        double value;
        const char *want;
    } rows[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-3, "-3"},
        {2.5, "2.5"},
        {0.1, "0.1"},
        {100, "100"},
        {1024, "1024"},
        {65536, "65536"},
        {10000, "10000"},  /* as long as 1e+04: plain */
        {100000, "1e+05"}, /* one shorter */
        {123456, "123456"},
        {200e9, "2e+11"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {5e-6, "5e-06"},
        {0.0001, "0.0001"},
        {9007199254740993.0, "9007199254740992"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {-DBL_MAX, "-1.7976931348623157e+308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {5e-324, "5e-324"},
        {INFINITY, "inf"},
    };
    char out[NUMBER_MAX];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        gsl_test_str(number_print(out, rows[i].value), rows[i].want, "print %.17g", rows[i].value);
}

/* Law: whatever the bits, the text reads back to the same bits, and none of %.1g to %.17g that does
 * is shorter. */
static void check_round_trips(void)
{
    uint64_t state = 88172645463325252u;
    size_t wrong = 0, long_ones = 0;
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = next_random(&state);
        double value, back;
        char out[NUMBER_MAX], other[NUMBER_MAX];
        if (i % 4 == 1)
            value = (double)(bits % 100000) * 1e-3;
        else if (i % 4 == 2)
            bits &= 0x800fffffffffffffu; /* subnormal */
        if (i % 4 != 1)
            memcpy(&value, &bits, sizeof(value));
        if (!isfinite(value))
            continue;
        back = number_read(number_print(out, value));
        wrong += memcmp(&back, &value, sizeof(value)) != 0;
        for (int digits = 1; digits <= 17; digits++) {
            number_format(other, sizeof(other), "%.*g", digits, value);
            long_ones += number_read(other) == value && strlen(other) < strlen(out);
        }
    }
    gsl_test_int((int)wrong, 0, "numbers that do not read back");
    gsl_test_int((int)long_ones, 0, "numbers that could be shorter");
}

static void check_grammar(void)
{
    static const struct {
        const char *text;
        int want;
    } rows[] = {
        {"1", 1},     {"12x", 2}, {"-2.5", 4}, {"+1", 2},   {".5", 2},   {"5.", 2}, {"1e3", 3},
        {"1E-3s", 4}, {"1e", 1},  {"1e+", 1},  {"", 0},     {"-", 0},    {".", 0},  {"e5", 0},
        {"inf", 0},   {"nan", 0}, {" 1", 0},   {"0x10", 1}, {"-.e1", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        gsl_test_int((int)number_span(rows[i].text), rows[i].want, "span of \"%s\"", rows[i].text);
}

static void check_ranges(void)
{
    char out[NUMBER_RANGE_MAX];
    gsl_test_str(number_range(out, 0, INFINITY), "a number >= 0", "open above");
    gsl_test_str(number_range(out, -INFINITY, 2), "a number <= 2", "open below");
    gsl_test_str(number_range(out, 0, 0.5), "a number from 0 to 0.5", "closed");
    gsl_test_str(number_range(out, -INFINITY, INFINITY), "a number", "any");
}

/* Where the machine has a locale with a decimal comma; elsewhere there is nothing to find. */
static void check_locale(void)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    char out[NUMBER_MAX], shown[QUANTITY_MAX];
    double value = 0;
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "de_DE"))
        return;
    gsl_test_str(number_print(out, 2.5), "2.5", "printed with a point");
    gsl_test_str(quantity_print(shown, UNIT_S, 2.5e-6, 3), "2.50 us", "quantity with a point");
    gsl_test_int(quantity_parse("2.5us", UNIT_S, &value), 0, "quantity read");
    gsl_test_int(json_parse("x", "[2.5]", 5, &diag, &doc), 0, "JSON read");
    char *text = json_print(doc);
    gsl_test_str(text, "[2.5]\n", "JSON printed");
    free(text);
    json_free(doc);
    setlocale(LC_ALL, "C");
}

int main(void)
{
    check_printing();
    check_round_trips();
    check_grammar();
    check_ranges();
    check_locale();
    return gsl_test_summary();
}
