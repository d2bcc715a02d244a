/* How operators look in a picture, and how wide text is there. */
#ifndef SCMOESIM_REPORT_SVG_STYLE_H
#define SCMOESIM_REPORT_SVG_STYLE_H

#include "sim/base/text.h"
#include "sim/model/operator.h"

struct look {
    const char *legend; /* what the colour stands for */
    const char *fill, *ink;
};

#define LOOK_COUNT 8
/* Okabe and Ito's palette, which people with any common colour vision tell apart
 * (https://jfly.uni-koeln.de/color/). Ink is black or white, whichever contrasts more. */
extern const struct look looks[LOOK_COUNT];

/* Position in looks. */
size_t look_of(enum operator_kind kind);

/* Estimated width of text in a sans-serif font, in the unit of font_size; rather too wide. */
double svg_text_width(const char *text, double font_size);

/* Appends text with the characters that XML reserves written out. XML 1.0 cannot hold control
 * characters, so these become blanks. */
void svg_escape(const char *text, struct text *to);

#endif
