/* The small helpers of the printers: wrapping, units, text widths, XML. */
#include <gsl/gsl_test.h>
#include "sim/base/text.h"
#include "sim/report/svg_draw.h"
#include "sim/report/format.h"
#include "tests/unit/report/fixture.h"

static void check_wrap(const char *text, int columns, const char *want)
{
    struct text got = {0};
    wrap("# a ", "#   ", text, columns, &got);
    gsl_test_str(text_get(&got), want, "wrap \"%s\" at %d", text, columns);
    text_done(&got);
}

static void wrapping(void)
{
    check_wrap("one two", 80, "# a one two\n");
    check_wrap("one two", 11, "# a one two\n");
    check_wrap("one two", 10, "# a one\n#   two\n");
    check_wrap("  one   two ", 80, "# a one two\n");
    check_wrap("abcdefghij", 8, "# a abcd\n#   efgh\n#   ij\n");
    check_wrap("x abcdefghij", 8, "# a x\n#   abcd\n#   efgh\n#   ij\n");
    /* No room for anything: a character a line, but it ends. */
    check_wrap("ab", 4, "# a a\n#   b\n");
    /* Three characters in seven bytes are three columns, and are not cut inside. */
    check_wrap("\xc3\xa9\xe2\x80\xa6\xc3\xa9 b", 9, "# a \xc3\xa9\xe2\x80\xa6\xc3\xa9 b\n");
    check_wrap("\xc3\xa9\xe2\x80\xa6\xc3\xa9", 6, "# a \xc3\xa9\xe2\x80\xa6\n#   \xc3\xa9\n");
    gsl_test_int(text_columns("a\xe2\x80\xa6"), 2, "columns of a character of three bytes");
}

/* No line is ever longer, whatever the words. */
static void wrapping_laws(unsigned long long seed)
{
    char words[200];
    size_t length = random_below(&seed, sizeof words - 1);
    for (size_t i = 0; i < length; i++)
        words[i] = random_below(&seed, 5) ? 'a' : ' ';
    words[length] = '\0';
    int columns = 6 + (int)random_below(&seed, 40);
    struct text got = {0};
    wrap("# a ", "#   ", words, columns, &got);
    for (const char *line = text_get(&got); *line; line += strcspn(line, "\n") + 1)
        gsl_test((int)strcspn(line, "\n") > columns, "a line fits %d columns", columns);
    text_done(&got);
}

static void check_unit(double largest_s, const char *name, int decimals)
{
    struct time_unit unit = time_unit_for(largest_s);
    gsl_test_str(unit.name, name, "unit for %g s", largest_s);
    gsl_test_int(unit.decimals, decimals, "decimals for %g s", largest_s);
}

static void units(void)
{
    check_unit(1, "s", 3);           /* 1.000 s */
    check_unit(0.9, "ms", 1);        /* 900.0 ms */
    check_unit(12.34e-3, "ms", 2);   /* 12.34 ms */
    check_unit(1.5e-3, "ms", 3);     /* 1.500 ms */
    check_unit(0.99999e-3, "ms", 3); /* would round to 1000.0 us */
    check_unit(9.9999e-3, "ms", 2);  /* rounds to 10.00 */
    check_unit(42e-6, "us", 2);
    check_unit(3e-9, "ns", 3);
    check_unit(1e-12, "ns", 3);
    check_unit(5000, "s", 0);
    check_unit(0, "s", 3);
    check_unit(NAN, "s", 3);
}

static void svg(void)
{
    struct text got = {0};
    svg_escape("a<b>&\"c\"\n", &got);
    gsl_test_str(text_get(&got), "a&lt;b&gt;&amp;&quot;c&quot; ", "XML");
    text_done(&got);
    /* Helvetica: e 0.556, x 0.5, p 0.556, r 0.333, t 0.278 em, so expert is 2.779 em wide. */
    double width = svg_text_width("expert", 10);
    gsl_test(width < 27.79, "an estimate is not too narrow");
    gsl_test(width > 1.15 * 27.79, "nor much too wide");
    for (size_t kind = 0; kind < OPERATOR_KIND_COUNT; kind++)
        gsl_test(look_of((enum operator_kind)kind) >= LOOK_COUNT, "every kind has a look");
}

int main(void)
{
    wrapping();
    for (unsigned long long seed = 1; seed <= 200; seed++)
        wrapping_laws(seed);
    units();
    svg();
    return gsl_test_summary();
}
