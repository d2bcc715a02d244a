/* Taking a CSV text apart. Inside sim/base only. */
#ifndef SCMOESIM_BASE_CSV_SCAN_H
#define SCMOESIM_BASE_CSV_SCAN_H

#include "sim/base/csv.h"

/* Takes over text (text[length] is NUL), also on failure: the cells stay in it. */
int csv_scan(const char *name, char *text, size_t length, struct diag *diag, struct csv **ret);

#endif
