/* The queues of rank 0 as a figure: a legend, a panel per result, one time axis below. The width is
 * that of a full text column in most papers (about 170 mm), where 9 px comes to 6.4 pt. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sim/report/svg_draw.h"
#include "sim/report/stretches.h"

#define WIDTH 680.0
#define MARGIN 8.0
#define RIGHT_MARGIN 16.0 /* half of the last tick's label */
#define HEAD_HEIGHT 15.0  /* of a panel */
#define PANEL_GAP 9.0
#define LEGEND_HEIGHT 15.0
#define SWATCH 9.0
#define AXIS_HEIGHT 34.0
#define TICKS 8 /* about so many on the axis */

/* What the legend must explain. */
struct contents {
    bool looks[LOOK_COUNT];
    bool exposed, waiting, training;
};

static double total_s(const struct result *result)
{
    double forward_s = result->forward.plan ? result->forward.timeline->end_s : 0;
    return forward_s + (result->backward.plan ? result->backward.timeline->end_s : 0);
}

/* The legend */

static void note_plan(const struct plan *plan, const struct timeline *timeline,
                      struct contents *contents)
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        contents->looks[look_of(plan->operators[i].kind)] = true;
        if (last_partner(plan, timeline, 0, i) != 0)
            contents->waiting = true;
    }
    struct stretch *stretches;
    size_t count = stretches_find(plan, timeline, 0, &stretches);
    for (size_t i = 0; i < count; i++)
        contents->exposed |= stretch_exposed(&stretches[i]);
    free(stretches);
}

static void note_results(const struct result *results, size_t count, struct contents *contents)
{
    for (size_t i = 0; i < count; i++) {
        if (!results[i].forward.plan)
            continue;
        note_plan(results[i].forward.plan, results[i].forward.timeline, contents);
        if (!results[i].backward.plan)
            continue;
        note_plan(results[i].backward.plan, results[i].backward.timeline, contents);
        contents->training = true;
    }
}

/* Moves to the next row of the legend where the entry would not fit; returns its x. */
static double place_entry(struct picture *picture, double *x, const char *text)
{
    double width = SWATCH + 4 + svg_text_width(text, FONT) + 12;
    if (*x + width - 12 > WIDTH - MARGIN) {
        *x = MARGIN;
        picture->y += LEGEND_HEIGHT;
    }
    double here = *x;
    *x += width;
    svg_text(picture, here + SWATCH + 4, picture->y + SWATCH - 1, "", text);
    return here;
}

static void add_legend(struct picture *picture, const struct contents *contents)
{
    double x = MARGIN, here;
    for (size_t i = 0; i < LOOK_COUNT; i++) {
        if (!contents->looks[i])
            continue;
        here = place_entry(picture, &x, looks[i].legend);
        svg_box(picture, here, picture->y, SWATCH, SWATCH, looks[i].fill);
    }
    if (contents->exposed) {
        here = place_entry(picture, &x, "exposed: the GPU computes nothing");
        svg_box(picture, here, picture->y, SWATCH, SWATCH, looks[look_of(OPERATOR_DISPATCH)].fill);
        svg_box(picture, here, picture->y, SWATCH, SWATCH, "url(#exposed)");
    }
    if (contents->waiting) {
        here = place_entry(picture, &x, "waiting for the last partner");
        svg_faint_box(picture, here, picture->y, SWATCH, SWATCH,
                      looks[look_of(OPERATOR_DISPATCH)].fill);
    }
    if (contents->training) {
        here = place_entry(picture, &x, "forward, then backward");
        svg_divider(picture, here + SWATCH / 2, picture->y - 1, picture->y + SWATCH + 1);
    }
    picture->y += LEGEND_HEIGHT + 4;
}

/* Panels */

static void add_choice(const char *pass, size_t slot, size_t chunks, struct text *to)
{
    if (slot > 0)
        text_add(to, ", %sslot %zu", pass, slot);
    if (chunks > 1)
        text_add(to, ", %s%zu chunks", pass, chunks);
}

static void add_figures(const struct picture *picture, const struct result *result, struct text *to)
{
    text_add(to, "%.*f %s", picture->unit.decimals, result->pair_time_s * picture->unit.per_second,
             picture->unit.name);
    if (isfinite(result->speedup_ratio))
        text_add(to, ", speedup %.2f", result->speedup_ratio);
    if (result->a2a_time_s > 0)
        text_add(to, ", overlap %.0f %%", 100 * result->overlap_ratio);
    add_choice("", result->slot, result->chunks, to);
    add_choice("backward ", result->backward_slot, result->backward_chunks, to);
}

static void add_head(struct picture *picture, const struct result *result)
{
    struct text figures = {0};
    add_figures(picture, result, &figures);
    text_add(picture->to, "<text x=\"%.2f\" y=\"%.2f\"><tspan class=\"name\">", picture->left,
             picture->y + 10);
    svg_escape(result->schedule, picture->to);
    text_add(picture->to, "</tspan><tspan dx=\"8\">%s</tspan></text>\n", text_get(&figures));
    text_done(&figures);
    picture->y += HEAD_HEIGHT;
}

static void add_lanes(struct picture *picture, const struct lanes *lanes, double end_s)
{
    for (size_t i = 0; i < lanes->count; i++) {
        double y = picture->y + (double)i * (LANE_HEIGHT + LANE_GAP);
        svg_box(picture, picture->left, y, end_s * picture->pixels_per_s, LANE_HEIGHT, "#EEEEEE");
        svg_text(picture, picture->left - 6, y + LANE_HEIGHT / 2 + 3.2, " text-anchor=\"end\"",
                 lanes->names[i]);
    }
}

static void add_panel(struct picture *picture, const struct result *result)
{
    struct lanes lanes;
    lanes_init(&lanes, result);
    add_head(picture, result);
    add_lanes(picture, &lanes, total_s(result));
    struct strip strip = {result->forward.plan, result->forward.timeline, lanes.forward, 0,
                          picture->y};
    svg_strip(picture, &strip);
    double height = (double)lanes.count * (LANE_HEIGHT + LANE_GAP) - LANE_GAP;
    if (result->backward.plan) {
        double shift_s = result->forward.timeline->end_s;
        strip = (struct strip){result->backward.plan, result->backward.timeline, lanes.backward,
                               shift_s, picture->y};
        svg_strip(picture, &strip);
        svg_divider(picture, svg_x(picture, shift_s), picture->y - 2, picture->y + height + 2);
    }
    picture->y += height + PANEL_GAP;
    lanes_done(&lanes);
}

/* The axis */

/* 1, 2 or 5 times a power of ten. */
static double nice_step(double about)
{
    double power = pow(10, floor(log10(about))), digits = about / power;
    return power * (digits < 1.5 ? 1 : digits < 3.5 ? 2 : digits < 7.5 ? 5 : 10);
}

static void add_axis(struct picture *picture)
{
    double y = picture->y, end_x = svg_x(picture, picture->end_s);
    double step = picture->tick_s * picture->unit.per_second;
    int decimals = (int)fmax(0, ceil(-log10(step) - 1e-9));
    char label[48];
    text_add(picture->to, "<path class=\"axis\" d=\"M%.2f %.2fH%.2f", picture->left, y, end_x);
    for (int i = 0; i * picture->tick_s <= picture->end_s * (1 + 1e-9); i++)
        text_add(picture->to, "M%.2f %.2fv4", svg_x(picture, i * picture->tick_s), y);
    text_add(picture->to, "\"/>\n");
    for (int i = 0; i * picture->tick_s <= picture->end_s * (1 + 1e-9); i++) {
        snprintf(label, sizeof label, "%.*f", decimals, i * step);
        svg_text(picture, svg_x(picture, i * picture->tick_s), y + 14, " text-anchor=\"middle\"",
                 label);
    }
    snprintf(label, sizeof label, "time (%s)", picture->unit.name);
    svg_text(picture, (picture->left + end_x) / 2, y + 27, " text-anchor=\"middle\"", label);
    picture->y += AXIS_HEIGHT;
}

/* The whole */

static double widest_lane_name(const struct result *results, size_t count)
{
    double widest = 0;
    for (size_t i = 0; i < count; i++) {
        if (!results[i].forward.plan)
            continue;
        struct lanes lanes;
        lanes_init(&lanes, &results[i]);
        for (size_t k = 0; k < lanes.count; k++)
            widest = fmax(widest, svg_text_width(lanes.names[k], FONT));
        lanes_done(&lanes);
    }
    return widest;
}

static void fit_axis(struct picture *picture, const struct result *results, size_t count)
{
    for (size_t i = 0; i < count; i++)
        picture->end_s = fmax(picture->end_s, total_s(&results[i]));
    picture->unit = time_unit_for(picture->end_s);
    if (picture->end_s <= 0)
        picture->end_s = 1; /* nothing to draw, but an axis needs a length */
    picture->left = MARGIN + widest_lane_name(results, count) + 6;
    picture->pixels_per_s = (WIDTH - RIGHT_MARGIN - picture->left) / picture->end_s;
    picture->tick_s = nice_step(picture->end_s / TICKS);
}

static void add_opening(double height, struct text *to)
{
    text_add(to,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
             "viewBox=\"0 0 %.0f %.0f\">\n"
             "<style>text{font:%.0fpx Helvetica,Arial,\"Liberation Sans\",sans-serif}"
             ".name{font-size:%.0fpx;font-weight:bold}"
             ".bar{font-size:%.0fpx;text-anchor:middle}"
             ".axis{fill:none;stroke:#000;stroke-width:0.75}"
             ".divider{stroke:#000;stroke-width:0.75;stroke-dasharray:2 1.5}</style>\n"
             "<defs><pattern id=\"exposed\" width=\"4\" height=\"4\" "
             "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
             "<rect width=\"1.6\" height=\"4\" fill=\"#FFFFFF\"/></pattern></defs>\n"
             "<rect width=\"%.0f\" height=\"%.0f\" fill=\"#FFFFFF\"/>\n",
             WIDTH, height, WIDTH, height, FONT, NAME_FONT, BAR_FONT, WIDTH, height);
}

void print_timeline_svg(const struct result *results, size_t count, struct text *to)
{
    struct text body = {0};
    struct picture picture = {.to = &body, .y = MARGIN};
    struct contents contents = {0};
    note_results(results, count, &contents);
    fit_axis(&picture, results, count);
    add_legend(&picture, &contents);
    for (size_t i = 0; i < count; i++)
        if (results[i].forward.plan)
            add_panel(&picture, &results[i]);
    add_axis(&picture);
    add_opening(picture.y, to); /* last, as it states the height */
    text_add_bytes(to, text_get(&body), body.length);
    text_add(to, "</svg>\n");
    text_done(&body);
}
