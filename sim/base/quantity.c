/* Quantities with SI prefixes, for people; everything else uses base units. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/number.h"
#include "sim/base/text.h"

static const struct {
    const char *blank, *symbol;
    bool divisible; /* has milli, micro, … */
} units[] = {
    [UNIT_S] = {" ", "s", true},
    [UNIT_BYTES] = {" ", "B", false},
    [UNIT_BYTES_PER_S] = {" ", "B/s", true},
    [UNIT_FLOP_PER_S] = {" ", "FLOP/s", true},
    [UNIT_COUNT] = {"", "", false},
};

static const struct {
    const char *prefix;
    double times, over; /* powers of ten that doubles hold exactly, so scaling rounds once */
} scales[] = {
    {"p", 1e12, 1}, {"n", 1e9, 1}, {"u", 1e6, 1},  {"m", 1e3, 1},  {"", 1, 1},     {"k", 1, 1e3},
    {"M", 1, 1e6},  {"G", 1, 1e9}, {"T", 1, 1e12}, {"P", 1, 1e15}, {"E", 1, 1e18},
};
enum { SCALE_ONE = 4, SCALE_COUNT = sizeof(scales) / sizeof(scales[0]) };

/* Prints with as many decimals as the digits allow, judged after rounding (9.996 is 10.0). Returns
 * how many digits stand before the point. */
static int print_digits(char out[QUANTITY_MAX], double value, int digits)
{
    int whole = 0;
    for (int decimals = digits - 1; decimals >= 0; decimals--) {
        number_format(out, QUANTITY_MAX, "%.*f", decimals, value);
        whole = (int)strspn(out, "0123456789");
        if (whole + decimals <= digits)
            break;
    }
    return whole;
}

/* Values that no prefix brings to 1..999. */
static void print_beyond(char out[QUANTITY_MAX], double value, int digits)
{
    if (isnan(value))
        snprintf(out, QUANTITY_MAX, "nan"); /* without the sign that a NaN may have */
    else
        number_format(out, QUANTITY_MAX, "%.*g", digits, value);
}

/* The prefix, with the digits left in out; NULL where none fits. */
static const char *print_scaled(char out[QUANTITY_MAX], enum unit unit, double value, int digits)
{
    for (size_t i = units[unit].divisible ? 0 : SCALE_ONE; i < SCALE_COUNT; i++) {
        double scaled = value * scales[i].times / scales[i].over;
        if (!(scaled < 1000)) /* NaN fits nowhere */
            continue;
        bool indivisible = !units[unit].divisible && i == SCALE_ONE && scaled == floor(scaled);
        if (print_digits(out, scaled, indivisible ? 1 : digits) <= 3)
            return out[0] == '0' ? NULL : scales[i].prefix; /* too small for the first prefix */
    }
    return NULL;
}

char *quantity_print(char out[QUANTITY_MAX], enum unit unit, double value, int digits)
{
    char number[QUANTITY_MAX];
    const char *prefix = "";
    digits = digits < 1 ? 1 : digits > 15 ? 15 : digits;
    if (value == 0) {
        snprintf(number, sizeof(number), "0");
    } else {
        prefix = print_scaled(number, unit, fabs(value), digits);
        if (!prefix)
            print_beyond(number, fabs(value), digits);
    }
    snprintf(out, QUANTITY_MAX, "%s%.22s%s%s%s", value < 0 ? "-" : "", number, units[unit].blank,
             prefix ? prefix : "", units[unit].symbol);
    return out;
}

struct prefix {
    const char *text;
    int ten, two; /* powers */
};
static const struct prefix no_prefix[] = {{"", 0, 0}, {NULL, 0, 0}};
static const struct prefix second_prefixes[] = {
    {"", 0, 0},
    {"m", -3, 0},
    {"u", -6, 0},
    {"\xc2\xb5", -6, 0} /* U+00B5 */,
    {"\xce\xbc", -6, 0} /* U+03BC */,
    {"n", -9, 0},
    {"p", -12, 0},
    {NULL, 0, 0},
};
static const struct prefix decimal_prefixes[] = {
    {"k", 3, 0}, {"M", 6, 0}, {"G", 9, 0}, {"T", 12, 0}, {NULL, 0, 0},
};
static const struct prefix large_prefixes[] = {
    {"", 0, 0},   {"k", 3, 0},   {"M", 6, 0},   {"G", 9, 0},   {"T", 12, 0},  {"P", 15, 0},
    {"E", 18, 0}, {"Ki", 0, 10}, {"Mi", 0, 20}, {"Gi", 0, 30}, {"Ti", 0, 40}, {NULL, 0, 0},
};

/* How a unit may be written: any of the prefixes, then the ending. */
static const struct spelling {
    enum unit unit;
    const char *ending;
    const struct prefix *prefixes;
    int two; /* power of two on top: -3 makes bytes of bits */
} spellings[] = {
    {UNIT_S, "", no_prefix, 0},
    {UNIT_S, "s", second_prefixes, 0},
    {UNIT_BYTES, "", large_prefixes, 0},
    {UNIT_BYTES, "B", large_prefixes, 0},
    {UNIT_BYTES_PER_S, "", no_prefix, 0},
    {UNIT_BYTES_PER_S, "", decimal_prefixes, -3},
    {UNIT_BYTES_PER_S, "B/s", large_prefixes, 0},
    {UNIT_BYTES_PER_S, "b/s", large_prefixes, -3},
    {UNIT_BYTES_PER_S, "bit/s", large_prefixes, -3},
    {UNIT_BYTES_PER_S, "bps", large_prefixes, -3},
    {UNIT_FLOP_PER_S, "", large_prefixes, 0},
    {UNIT_FLOP_PER_S, "FLOP/s", large_prefixes, 0},
    {UNIT_FLOP_PER_S, "FLOPS", large_prefixes, 0},
    {UNIT_COUNT, "", large_prefixes, 0},
};

static bool spelled(const char *suffix, const char *prefix, const char *ending)
{
    size_t length = strlen(prefix);
    return strncmp(suffix, prefix, length) == 0 && strcmp(suffix + length, ending) == 0;
}

static const struct prefix *find_suffix(const char *suffix, enum unit unit, int *ret_two)
{
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        const struct spelling *as = &spellings[i];
        for (const struct prefix *p = as->prefixes; as->unit == unit && p->text; p++)
            if (spelled(suffix, p->text, as->ending)) {
                *ret_two = p->two + as->two;
                return p;
            }
    }
    return NULL;
}

/* number * 10^ten, rounded once: the prefix moves into the exponent of the text, so that "3us" is
 * the same double as 3e-6. */
static int read_shifted(const char *text, size_t length, int ten, double *ret)
{
    char shifted[96];
    size_t mantissa = strcspn(text, "eE");
    int exponent = 0;
    if (mantissa < length) {
        if (length - mantissa > 6) /* "e-99999": nothing beyond can be a double */
            return -EINVAL;
        sscanf(text + mantissa + 1, "%d", &exponent);
    } else {
        mantissa = length;
    }
    if (mantissa > 64)
        return -EINVAL;
    snprintf(shifted, sizeof(shifted), "%.*se%d", (int)mantissa, text, exponent + ten);
    *ret = number_read(shifted);
    return 0;
}

int quantity_parse(const char *text, enum unit unit, double *ret)
{
    size_t length = number_span(text);
    const char *suffix = text + length + strspn(text + length, " ");
    int two = 0;
    double value;
    const struct prefix *prefix = find_suffix(suffix, unit, &two);
    bool blank_end = *suffix == '\0' && text[length] == ' ';
    if (length == 0 || !prefix || blank_end)
        return -EINVAL;
    int r = read_shifted(text, length, prefix->ten, &value);
    if (r < 0)
        return r;
    value = ldexp(value, two);
    if (!isfinite(value))
        return -EINVAL;
    *ret = value;
    return 0;
}
