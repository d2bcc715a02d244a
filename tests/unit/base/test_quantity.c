/* Quantities with prefixes, read and printed. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "expect.h"

static void check_printing(void)
{
    static const struct {
        enum unit unit;
        double value;
        int digits;
        const char *want;
    } rows[] = {
        {UNIT_S, 312.5e-6, 4, "312.5 us"},
        {UNIT_BYTES_PER_S, 25e9, 3, "25.0 GB/s"},
        {UNIT_BYTES, 64e6, 3, "64.0 MB"},
        {UNIT_FLOP_PER_S, 165e12, 3, "165 TFLOP/s"},
        {UNIT_S, 0, 3, "0 s"},
        {UNIT_BYTES, 0, 3, "0 B"},
        {UNIT_COUNT, -0.0, 3, "0"},
        {UNIT_S, 1, 3, "1.00 s"},
        {UNIT_S, 5e-9, 2, "5.0 ns"},
        {UNIT_S, 7e-13, 3, "7e-13 s"},
        {UNIT_S, 2e-12, 3, "2.00 ps"},
        {UNIT_S, 1234, 3, "1.23 ks"},
        /* rounding up to 1000 takes the next prefix */
        {UNIT_S, 999.96e-6, 4, "1.000 ms"},
        {UNIT_S, 999.94e-6, 4, "999.9 us"},
        {UNIT_S, 999.6e-6, 3, "1.00 ms"},
        {UNIT_BYTES, 999999, 3, "1.00 MB"},
        /* rounding up to 10 or 100 takes a decimal */
        {UNIT_S, 9.996e-3, 3, "10.0 ms"},
        {UNIT_S, 99.96e-3, 3, "100 ms"},
        {UNIT_S, -312.5e-6, 4, "-312.5 us"},
        {UNIT_S, 123e-6, 1, "123 us"}, /* digits before the point are never cut */
        {UNIT_BYTES, 12, 3, "12 B"},
        {UNIT_BYTES, 999, 2, "999 B"},
        {UNIT_BYTES, 1.5, 3, "1.50 B"},
        {UNIT_BYTES, 0.25, 3, "0.25 B"},
        {UNIT_BYTES, 1000, 3, "1.00 kB"},
        {UNIT_COUNT, 8, 3, "8"},
        {UNIT_COUNT, 16384, 3, "16.4k"},
        {UNIT_COUNT, 2e6, 2, "2.0M"},
        {UNIT_BYTES, 3e18, 3, "3.00 EB"},
        {UNIT_BYTES, 1e25, 3, "1e+25 B"},
        {UNIT_S, INFINITY, 3, "inf s"},
        {UNIT_S, -INFINITY, 3, "-inf s"},
        {UNIT_S, NAN, 3, "nan s"},
        {UNIT_FLOP_PER_S, -1.7976931348623157e308, 99, "-1.79769313486232e+308 FLOP/s"},
    };
    char out[QUANTITY_MAX];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        gsl_test_str(quantity_print(out, rows[i].unit, rows[i].value, rows[i].digits), rows[i].want,
                     "print %.17g with %d digits", rows[i].value, rows[i].digits);
}

static void check_reading(void)
{
    static const struct {
        enum unit unit;
        const char *text;
        double want;
    } rows[] = {
        {UNIT_S, "10", 10},
        {UNIT_S, "1e3", 1000},
        {UNIT_S, "5us", 5e-6},
        {UNIT_S, "3us", 3e-6},
        {UNIT_S, "0.1us", 1e-7},
        {UNIT_S, "2ms", 2e-3},
        {UNIT_S, "1s", 1},
        {UNIT_S, "5 us", 5e-6},
        {UNIT_S, "5\xc2\xb5s", 5e-6},
        {UNIT_S, "5\xce\xbcs", 5e-6},
        {UNIT_S, "7ns", 7e-9},
        {UNIT_S, "2.5e-3ms", 2.5e-6},
        {UNIT_S, "-1ms", -1e-3},
        {UNIT_BYTES, "64MiB", 67108864},
        {UNIT_BYTES, "32MB", 32e6},
        {UNIT_BYTES, "1KiB", 1024},
        {UNIT_BYTES, "1.5GiB", 1610612736},
        {UNIT_BYTES, "1kB", 1000},
        {UNIT_BYTES, "7B", 7},
        {UNIT_BYTES, "80G", 80e9},
        {UNIT_BYTES, "16Ki", 16384},
        {UNIT_BYTES, "2TiB", 2199023255552.0},
        {UNIT_BYTES_PER_S, "25GB/s", 25e9},
        {UNIT_BYTES_PER_S, "400Gb/s", 50e9},
        {UNIT_BYTES_PER_S, "400Gbps", 50e9},
        {UNIT_BYTES_PER_S, "400Gbit/s", 50e9},
        {UNIT_BYTES_PER_S, "400G", 50e9}, /* bits: as NICs are named */
        {UNIT_BYTES_PER_S, "1.6T", 200e9},
        {UNIT_BYTES_PER_S, "100M", 12.5e6},
        {UNIT_BYTES_PER_S, "8b/s", 1},
        {UNIT_BYTES_PER_S, "1GiB/s", 1073741824},
        {UNIT_BYTES_PER_S, "25e9", 25e9}, /* bare: bytes */
        {UNIT_BYTES_PER_S, "3B/s", 3},
        {UNIT_FLOP_PER_S, "165TFLOP/s", 165e12},
        {UNIT_FLOP_PER_S, "165T", 165e12},
        {UNIT_FLOP_PER_S, "1.5PFLOPS", 1.5e15},
        {UNIT_FLOP_PER_S, "1e12", 1e12},
        {UNIT_COUNT, "16k", 16000},
        {UNIT_COUNT, "2M", 2e6},
        {UNIT_COUNT, "1.5G", 1.5e9},
        {UNIT_COUNT, "4Ki", 4096},
        {UNIT_COUNT, "1Mi", 1048576},
        {UNIT_COUNT, "12", 12},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        double value = -99;
        int r = quantity_parse(rows[i].text, rows[i].unit, &value);
        /* equal, not near: "3us" and 3e-6 must be the same input */
        gsl_test(r != 0 || value != rows[i].want, "read \"%s\": %d, %.17g wanted %.17g",
                 rows[i].text, r, value, rows[i].want);
    }
}

static void check_refusals(void)
{
    static const struct {
        enum unit unit;
        const char *text;
    } rows[] = {
        {UNIT_S, ""},
        {UNIT_S, "s"},
        {UNIT_S, "fast"},
        {UNIT_S, "5us "},
        {UNIT_S, " 5us"},
        {UNIT_S, "5 "},
        {UNIT_S, "5usx"},
        {UNIT_S, "5MiB"},
        {UNIT_S, "5u"},
        {UNIT_S, "inf"},
        {UNIT_S, "nan"},
        {UNIT_S, "0x10"},
        {UNIT_S, "1e999"},
        {UNIT_S, "1e99999999999"},
        {UNIT_S, "5US"},
        {UNIT_S, "1,5s"},
        {UNIT_S, "5us6us"},
        {UNIT_BYTES, "64KB"},
        {UNIT_BYTES, "64GB/s"},
        {UNIT_BYTES, "64Gb"},
        {UNIT_BYTES, "1e308GB"},
        {UNIT_BYTES_PER_S, "400Gb"},
        {UNIT_BYTES_PER_S, "400Gi"},
        {UNIT_BYTES_PER_S, "400GBps"},
        {UNIT_COUNT, "16K"},
        {UNIT_COUNT, "16kB"},
        {UNIT_FLOP_PER_S, "1TB/s"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        double value = -99;
        gsl_test_int(quantity_parse(rows[i].text, rows[i].unit, &value), -EINVAL, "refuse \"%s\"",
                     rows[i].text);
        gsl_test(value != -99, "untouched after \"%s\"", rows[i].text);
    }
}

/* Law: with 15 digits printed, reading gives the value back within their rounding; and 1..999 stand
 * before the point. */
static void check_print_then_read(void)
{
    static const enum unit kinds[] = {UNIT_S, UNIT_BYTES, UNIT_FLOP_PER_S, UNIT_COUNT};
    uint64_t state = 1234567;
    size_t wrong = 0;
    for (int i = 0; i < 20000; i++) {
        double magnitude = (double)(next_random(&state) % 2600) / 100 - 9; /* 1e-9 … 1e17 */
        enum unit unit = kinds[i % 4];
        char out[QUANTITY_MAX];
        double value =
            pow(10, unit == UNIT_S ? magnitude - 8 > 2.9 ? 0 : magnitude - 8 : fabs(magnitude));
        double back = 0;
        if (value < 1e-12)
            continue;
        quantity_print(out, unit, value, 15);
        wrong += quantity_parse(out, unit, &back) != 0 || fabs(back - value) > 1e-14 * value ||
                 strspn(out, "0123456789") > 3 || out[0] == '0';
    }
    gsl_test_int((int)wrong, 0, "quantities that do not read back");
}

int main(void)
{
    check_printing();
    check_reading();
    check_refusals();
    check_print_then_read();
    return gsl_test_summary();
}
