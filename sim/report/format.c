#include "sim/report/format.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Bytes 10xxxxxx continue a character. */
static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

static int columns_of(const char *text, size_t length)
{
    int columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += starts_character(text[i]);
    return columns;
}

int text_columns(const char *text)
{
    return columns_of(text, strlen(text));
}

/* The length in bytes of the first `columns` characters. */
static size_t cut(const char *text, size_t length, int columns)
{
    for (size_t i = 0; i < length; i++)
        if (starts_character(text[i]) && columns-- == 0)
            return i;
    return length;
}

void wrap(const char *start, const char *rest, const char *text, int columns, struct text *to)
{
    int used = text_columns(start);
    const int rest_columns = text_columns(rest);
    bool line_empty = true;
    text_add(to, "%s", start);
    for (;;) {
        text += strspn(text, " \n");
        size_t length = strcspn(text, " \n");
        if (length == 0)
            break;
        int left = columns - used - (line_empty ? 0 : 1);
        if (columns_of(text, length) > left && (!line_empty || used > rest_columns)) {
            text_add(to, "\n%s", rest);
            used = rest_columns;
            line_empty = true;
            left = columns - used;
        }
        if (left < 1)
            left = 1; /* a start as wide as the line: still go forward */
        length = cut(text, length, left);
        text_add(to, "%s", line_empty ? "" : " ");
        text_add_bytes(to, text, length);
        used += columns_of(text, length) + (line_empty ? 0 : 1);
        line_empty = false;
        text += length;
        /* A word that was cut goes on in the next line, as no column is left in this one. */
    }
    text_add(to, "\n");
}

struct time_unit time_unit_for(double largest_s)
{
    static const struct time_unit units[] = {
        {"s", 1, 0}, {"ms", 1e3, 0}, {"us", 1e6, 0}, {"ns", 1e9, 0}};
    size_t last = sizeof units / sizeof units[0] - 1, i = 0;
    if (!isfinite(largest_s) || largest_s <= 0)
        largest_s = 1;
    /* 0.99995 of a unit would print as 1.0000 with four digits, so it counts as one. */
    while (i < last && largest_s * units[i].per_second < 0.99995)
        i++;
    struct time_unit unit = units[i];
    double value = largest_s * unit.per_second;
    unit.decimals = value < 9.9995 ? 3 : value < 99.995 ? 2 : value < 999.95 ? 1 : 0;
    return unit;
}
