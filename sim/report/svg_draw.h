/* Pieces of the timeline picture: how operators look, boxes, text, and the bars of one plan. */
#ifndef SCMOESIM_REPORT_SVG_DRAW_H
#define SCMOESIM_REPORT_SVG_DRAW_H

#include "sim/base/text.h"
#include "sim/engine/timeline.h"
#include "sim/report/format.h"
#include "sim/schedule/plan.h"

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

/* Pixels. */
#define FONT 9.0
#define NAME_FONT 10.0
#define BAR_FONT 8.0
#define LANE_HEIGHT 16.0
#define LANE_GAP 2.0

struct picture {
    struct text *to;
    double left, y; /* where lanes begin; how far down the picture has come */
    double end_s;   /* of the axis */
    double pixels_per_s;
    double tick_s;
    struct time_unit unit;
};

/* One plan inside a panel. */
struct strip {
    const struct plan *plan;
    const struct timeline *timeline;
    const size_t *lanes;
    double shift_s, top;
};

double svg_x(const struct picture *picture, double at_s);
/* attributes: "" or more of the element's, each with a blank before it. */
void svg_text(struct picture *picture, double x, double y, const char *attributes,
              const char *text);
void svg_box(struct picture *picture, double x, double y, double width, double height,
             const char *fill);
void svg_faint_box(struct picture *picture, double x, double y, double width, double height,
                   const char *fill);
/* Upright, in the style "divider", which the file must define. */
void svg_divider(struct picture *picture, double x, double from_y, double to_y);
/* The bars of rank 0. Hatching is the pattern "exposed", which the file must define. */
void svg_strip(struct picture *picture, const struct strip *strip);

#endif
