#include "sim/base/number.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/json.h"

locale_t number_locale(void)
{
    static locale_t plain;
    if (!plain)
        plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return plain;
}

int number_format(char *out, size_t room, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    locale_t before = uselocale(number_locale());
    int length = vsnprintf(out, room, format, args);
    uselocale(before);
    va_end(args);
    return length;
}

static size_t digits_span(const char *text)
{
    return strspn(text, "0123456789");
}

size_t number_span(const char *text)
{
    size_t at = text[0] == '-' || text[0] == '+';
    size_t whole = digits_span(text + at);
    size_t fraction = 0;
    at += whole;
    if (text[at] == '.') {
        fraction = digits_span(text + at + 1);
        at += 1 + fraction;
    }
    if (whole + fraction == 0)
        return 0;
    if (text[at] == 'e' || text[at] == 'E') {
        size_t sign = text[at + 1] == '-' || text[at + 1] == '+';
        size_t exponent = digits_span(text + at + 1 + sign);
        at += exponent ? 1 + sign + exponent : 0; /* else an 'e' that belongs to what follows */
    }
    return at;
}

double number_read(const char *text)
{
    return strtod_l(text, NULL, number_locale());
}

static char *print_digits(char out[NUMBER_MAX], double value, int digits)
{
    number_format(out, NUMBER_MAX, "%.*g", digits, value);
    return out;
}

/* A double that some text of up to 15 digits reads back as, has that text under %.15g; but not
 * below DBL_MIN, where doubles have fewer digits. */
static int digits_needed(double value)
{
    char text[NUMBER_MAX];
    int digits = fabs(value) < DBL_MIN ? 1 : 15;
    while (digits < 17 && number_read(print_digits(text, value, digits)) != value)
        digits++;
    return digits;
}

static int significant_digits(const char *text)
{
    int count = 0, zeros = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text == '0')
            zeros++;
        if (*text < '1' || *text > '9')
            continue;
        count += (count ? zeros : 0) + 1;
        zeros = 0;
    }
    return count ? count : 1;
}

static void keep_shorter(char out[NUMBER_MAX], double value, int digits)
{
    char other[NUMBER_MAX];
    if (strlen(print_digits(other, value, digits)) < strlen(out))
        strcpy(out, other);
}

char *number_print(char out[NUMBER_MAX], double value)
{
    print_digits(out, value, digits_needed(value));
    if (!isfinite(value))
        return out;
    keep_shorter(out, value, significant_digits(out)); /* 2e+11 for 200000000000 */
    if (fabs(value) >= 1e15)
        keep_shorter(out, value, 17); /* 30892612233637952 for 3.089261223363795e+16 */
    return out;
}

char *number_range(char out[NUMBER_RANGE_MAX], double min, double max)
{
    char low[NUMBER_MAX], high[NUMBER_MAX];
    number_print(low, min);
    number_print(high, max);
    if (isfinite(min) && isfinite(max))
        snprintf(out, NUMBER_RANGE_MAX, "a number from %s to %s", low, high);
    else if (isfinite(min))
        snprintf(out, NUMBER_RANGE_MAX, "a number >= %s", low);
    else if (isfinite(max))
        snprintf(out, NUMBER_RANGE_MAX, "a number <= %s", high);
    else
        snprintf(out, NUMBER_RANGE_MAX, "a number");
    return out;
}
