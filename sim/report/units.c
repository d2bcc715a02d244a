#include "sim/report/units.h"

#include <math.h>
#include <stddef.h>

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
