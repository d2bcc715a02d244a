#include "sim/report/svg_style.h"

#include <stddef.h>
#include <string.h>

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
