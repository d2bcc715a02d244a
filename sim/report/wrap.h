/* Lines of limited width. */
#ifndef SCMOESIM_REPORT_WRAP_H
#define SCMOESIM_REPORT_WRAP_H

#include "sim/base/text.h"

/* How many columns of a terminal UTF-8 text takes, at one a character. */
int text_columns(const char *text);

/* Appends text, broken at blanks into lines of at most `columns`. The first begins with `start`,
 * the others with `rest`. A word longer than a line is broken where the line ends. */
void wrap(const char *start, const char *rest, const char *text, int columns, struct text *to);

#endif
