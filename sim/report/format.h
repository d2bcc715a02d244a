/* How text and times are formatted: lines of limited width, one unit for many times. */
#ifndef SCMOESIM_REPORT_FORMAT_H
#define SCMOESIM_REPORT_FORMAT_H

#include "sim/base/text.h"

/* How many columns of a terminal UTF-8 text takes, at one a character. */
int text_columns(const char *text);

/* Appends text, broken at blanks into lines of at most `columns`. The first begins with `start`,
 * the others with `rest`. A word longer than a line is broken where the line ends. */
void wrap(const char *start, const char *rest, const char *text, int columns, struct text *to);

/* One unit for many times, so that a column or an axis can be read at a glance. (quantity_print
 * chooses per value; here the largest value chooses for all.) */
struct time_unit {
    const char *name;  /* "s", "ms", "us", "ns" */
    double per_second; /* a time in seconds times this is a time in the unit */
    int decimals;      /* that give the largest value four significant digits */
};

/* largest_s: not finite or not above 0 counts as a second. */
struct time_unit time_unit_for(double largest_s);

#endif
