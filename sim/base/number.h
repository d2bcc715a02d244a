/* Decimal numbers as text, the same in every locale. number_print is declared in json.h. */
#ifndef SCMOESIM_BASE_NUMBER_H
#define SCMOESIM_BASE_NUMBER_H

#include <locale.h>
#include <stddef.h>

/* The C locale, for uselocale() around foreign code that reads or prints numbers. */
locale_t number_locale(void);

/* snprintf in the C locale. */
int number_format(char *out, size_t room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Length of the decimal number that text starts with ("1", "-2.5", ".5", "1e3"; never hexadecimal,
 * "inf", "nan" or leading blanks), 0 when there is none. */
size_t number_span(const char *text);

/* The value of a text of which number_span takes something; infinite when it is too large. */
double number_read(const char *text);

/* What a reader wanted: "a number", "a number >= 0", "a number <= 1", "a number from 0 to 1". */
#define NUMBER_RANGE_MAX 96
char *number_range(char out[NUMBER_RANGE_MAX], double min, double max);

#endif
