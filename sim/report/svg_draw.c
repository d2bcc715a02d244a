#include "sim/report/svg_draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sim/report/stretches.h"

/* ---- How operators look, and how wide text is ---- */

const struct look looks[LOOK_COUNT] = {
    {"attention", "#0072B2", "#FFFFFF"},     {"MLP", "#56B4E9", "#000000"},
    {"shared expert", "#009E73", "#000000"}, {"gate, encode, decode", "#F0E442", "#000000"},
    {"expert", "#E69F00", "#000000"},        {"dispatch", "#D55E00", "#000000"},
    {"combine", "#CC79A7", "#000000"},       {"other", "#999999", "#000000"},
};

size_t look_of(enum operator_kind kind)
{
    static const unsigned char of_kind[OPERATOR_KIND_COUNT] = {
        [OPERATOR_ATTENTION] = 0,
        [OPERATOR_QKV_PROJECTION] = 0,
        [OPERATOR_ATTENTION_CORE] = 0,
        [OPERATOR_OUTPUT_PROJECTION] = 0,
        [OPERATOR_MLP] = 1,
        [OPERATOR_SHARED_EXPERT] = 2,
        [OPERATOR_GATE] = 3,
        [OPERATOR_ENCODE] = 3,
        [OPERATOR_DECODE] = 3,
        [OPERATOR_EXPERT] = 4,
        [OPERATOR_DISPATCH] = 5,
        [OPERATOR_COMBINE] = 6,
        [OPERATOR_NORM] = 7,
        [OPERATOR_RESIDUAL] = 7,
        [OPERATOR_LM_HEAD] = 7,
        [OPERATOR_ALL_REDUCE] = 7,
        [OPERATOR_REDUCE_SCATTER] = 7,
        [OPERATOR_ALL_GATHER] = 7,
        [OPERATOR_SEND_RECEIVE] = 7,
    };
    return of_kind[kind];
}

/* Advance widths of Helvetica by group, in em (Adobe's Core 14 font metrics: i 0.222, t 0.278,
 * e 0.556, c 0.5, A 0.667, m 0.833, M 0.833, W 0.944), each with a little more than most of its
 * letters need: other sans-serif fonts are wider. */
static double character_width(unsigned char c)
{
    if (strchr("ijl'|", c))
        return 0.26;
    if (strchr("ftrI.,:;/()[] -!", c))
        return 0.334;
    if (strchr("mMW@%", c))
        return 0.92;
    if (c >= 'A' && c <= 'Z')
        return 0.722;
    if (strchr("cksvxyz", c))
        return 0.5;
    return 0.584;
}

double svg_text_width(const char *text, double font_size)
{
    double width = 0;
    for (; *text; text++)
        if (((unsigned char)*text & 0xc0) != 0x80) /* 10xxxxxx continues a character */
            width += character_width((unsigned char)*text);
    return width * font_size;
}

void svg_escape(const char *text, struct text *to)
{
    for (; *text; text++) {
        if (*text == '&')
            text_add(to, "&amp;");
        else if (*text == '<')
            text_add(to, "&lt;");
        else if (*text == '>')
            text_add(to, "&gt;");
        else if (*text == '"')
            text_add(to, "&quot;");
        else
            text_add_bytes(to, (unsigned char)*text < ' ' ? " " : text, 1);
    }
}

/* ---- Pieces ---- */

double svg_x(const struct picture *picture, double at_s)
{
    return picture->left + at_s * picture->pixels_per_s;
}

void svg_text(struct picture *picture, double x, double y, const char *attributes, const char *text)
{
    text_add(picture->to, "<text x=\"%.2f\" y=\"%.2f\"%s>", x, y, attributes);
    svg_escape(text, picture->to);
    text_add(picture->to, "</text>\n");
}

void svg_box(struct picture *picture, double x, double y, double width, double height,
             const char *fill)
{
    text_add(picture->to,
             "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"/>\n", x, y,
             width, height, fill);
}

void svg_faint_box(struct picture *picture, double x, double y, double width, double height,
                   const char *fill)
{
    text_add(picture->to, "<g fill-opacity=\"0.4\">");
    svg_box(picture, x, y, width, height, fill);
    text_add(picture->to, "</g>\n");
}

void svg_divider(struct picture *picture, double x, double from_y, double to_y)
{
    text_add(picture->to,
             "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" class=\"divider\"/>\n", x,
             from_y, x, to_y);
}

static void add_exposed(struct picture *picture, const struct strip *strip, double from_s,
                        double to_s, double y)
{
    double x = svg_x(picture, strip->shift_s + from_s);
    svg_box(picture, x, y, (to_s - from_s) * picture->pixels_per_s, LANE_HEIGHT, "url(#exposed)");
}

/* Hatches the exposed parts of an All-to-All; neighbouring stretches in one piece, seamless. */
static void hatch(struct picture *picture, const struct strip *strip, const struct span *span,
                  double y)
{
    struct stretch *stretches;
    size_t count = stretches_find(strip->plan, strip->timeline, 0, &stretches);
    double from_s = 0, to_s = 0;
    for (size_t i = 0; i < count; i++) {
        const struct stretch *stretch = &stretches[i];
        if (!stretch_exposed(stretch) || stretch->from_s < span->start_s ||
            stretch->to_s > span->end_s)
            continue;
        if (stretch->from_s > to_s || to_s <= from_s) {
            if (to_s > from_s)
                add_exposed(picture, strip, from_s, to_s, y);
            from_s = stretch->from_s;
        }
        to_s = stretch->to_s;
    }
    if (to_s > from_s)
        add_exposed(picture, strip, from_s, to_s, y);
    free(stretches);
}

/* The name where it fits, else the number of the chunk where that fits. A patch under it keeps it
 * legible on hatching. */
static void add_label(struct picture *picture, const struct plan_operator *op, double x, double y,
                      double width)
{
    const struct look *look = &looks[look_of(op->kind)];
    char chunk[24] = "", attributes[64];
    if (op->chunk > 0)
        snprintf(chunk, sizeof chunk, "#%zu", op->chunk);
    const char *label = op->name;
    if (svg_text_width(label, BAR_FONT) + 3 > width)
        label = chunk;
    double label_width = svg_text_width(label, BAR_FONT);
    if (label[0] == '\0' || label_width + 3 > width)
        return;
    if (operator_is_all_to_all(op->kind))
        svg_box(picture, x + (width - label_width) / 2 - 1, y + 2.5, label_width + 2,
                LANE_HEIGHT - 5, look->fill);
    snprintf(attributes, sizeof attributes, " class=\"bar\" fill=\"%s\"", look->ink);
    svg_text(picture, x + width / 2, y + LANE_HEIGHT / 2 + 2.8, attributes, label);
}

static void add_bar(struct picture *picture, const struct strip *strip, size_t i)
{
    const struct plan_operator *op = &strip->plan->operators[i];
    const struct span *span = timeline_span(strip->timeline, 0, i);
    const char *fill = looks[look_of(op->kind)].fill;
    double x = svg_x(picture, strip->shift_s + span->start_s);
    double end_x = svg_x(picture, strip->shift_s + span->end_s), transfer_x = x;
    double y = strip->top + (double)strip->lanes[op->queue] * (LANE_HEIGHT + LANE_GAP);
    if (end_x <= x)
        return;
    text_add(picture->to, "<g><title>");
    svg_escape(op->name, picture->to);
    text_add(picture->to, ": %.4g to %.4g %s</title>\n",
             (strip->shift_s + span->start_s) * picture->unit.per_second,
             (strip->shift_s + span->end_s) * picture->unit.per_second, picture->unit.name);
    if (last_partner(strip->plan, strip->timeline, 0, i) != 0)
        transfer_x = svg_x(picture, strip->shift_s + fmin(span->transfer_s, span->end_s));
    if (transfer_x > x)
        svg_faint_box(picture, x, y, transfer_x - x, LANE_HEIGHT, fill);
    svg_box(picture, transfer_x, y, end_x - transfer_x, LANE_HEIGHT, fill);
    if (operator_is_all_to_all(op->kind))
        hatch(picture, strip, span, y);
    /* A seam tells bars of one colour apart; thin bars would vanish under it. */
    if (end_x - x > 3)
        svg_box(picture, end_x - 0.5, y, 0.5, LANE_HEIGHT, "#FFFFFF");
    add_label(picture, op, x, y, end_x - x);
    text_add(picture->to, "</g>\n");
}

void svg_strip(struct picture *picture, const struct strip *strip)
{
    for (size_t i = 0; i < strip->plan->operator_count; i++)
        add_bar(picture, strip, i);
}
