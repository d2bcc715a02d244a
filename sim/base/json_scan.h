/* The grammar of RFC 8259, checked before cJSON sees a text. cJSON takes leading zeros, overflowing
 * numbers, control characters and text after the document. Nor does it say where an error is.
 * Inside sim/base only. */
#ifndef SCMOESIM_BASE_JSON_SCAN_H
#define SCMOESIM_BASE_JSON_SCAN_H

#include <stddef.h>
#include "sim/base/diag.h"

#define JSON_DEPTH_MAX 64

/* 0 when text[0..length) is one JSON value; else a complaint "FILE:LINE:COLUMN: message", the
 * source line and a caret line. text[length] must be NUL. diag may be NULL: silent. */
int json_scan(const char *file, const char *text, size_t length, struct diag *diag);

#endif
