/* One unit for many times, so that a column or an axis can be read at a glance. (quantity_print
 * chooses per value; here the largest value chooses for all.) */
#ifndef SCMOESIM_REPORT_UNITS_H
#define SCMOESIM_REPORT_UNITS_H

struct time_unit {
    const char *name;  /* "s", "ms", "us", "ns" */
    double per_second; /* a time in seconds times this is a time in the unit */
    int decimals;      /* that give the largest value four significant digits */
};

/* largest_s: not finite or not above 0 counts as a second. */
struct time_unit time_unit_for(double largest_s);

#endif
