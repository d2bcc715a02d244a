/* Growing text, quoting, UTF-8 and suggestions. */
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "sim/base/mem.h"

static void check_growing(void)
{
    struct text text = {0};
    gsl_test_str(text_get(&text), "", "empty");
    text_add(&text, "%s", "");
    text_add_bytes(&text, "", 0);
    gsl_test(text.text != NULL, "adding nothing leaves NULL");
    /* 63 characters and the NUL fill the first 64 bytes; each length on the way is an edge once */
    for (size_t i = 0; i < 300; i++) {
        text_add(&text, "%c", 'a' + (int)(i % 26));
        if (text.length != i + 1 || strlen(text.text) != i + 1)
            gsl_test(1, "length %zu after %zu characters", text.length, i + 1);
    }
    text_add(&text, "%0500d", 7);
    gsl_test_int((int)text.length, 800, "a long addition");
    gsl_test_str(text.text + 300 + 498, "07", "its end");
    text_add_bytes(&text, "\0x", 2);
    gsl_test_int((int)text.length, 802, "bytes may be NUL");
    text_done(&text);
    text_done(&text);
    text_done(NULL);
}

static void check_quoting(void)
{
    static const struct {
        const char *why, *text, *want;
        size_t limit;
    } rows[] = {
        {"plain", "abc", "\"abc\"", TEXT_WHOLE},
        {"empty", "", "\"\"", TEXT_WHOLE},
        {"quotes and backslash", "a\"b\\c", "\"a\\\"b\\\\c\"", TEXT_WHOLE},
        {"short escapes", "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"", TEXT_WHOLE},
        {"control characters", "\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"", TEXT_WHOLE},
        {"UTF-8 stays", "\xc2\xb5s", "\"\xc2\xb5s\"", TEXT_WHOLE},
        {"a stray byte",
         "a\xff"
         "b",
         "\"a\xef\xbf\xbd"
         "b\"",
         TEXT_WHOLE},
        {"exactly the limit", "abcd", "\"abcd\"", 4},
        {"clipped", "abcde", "\"abcd...\"", 4},
        {"clipped by characters", "\xc2\xb5\xc2\xb5\xc2\xb5", "\"\xc2\xb5\xc2\xb5...\"", 2},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct text to = {0};
        text_add_quoted(&to, rows[i].text, rows[i].limit);
        gsl_test_str(text_get(&to), rows[i].want, "quoted: %s", rows[i].why);
        text_done(&to);
    }
}

static void check_utf8(void)
{
    static const struct {
        const char *why, *text;
        int want;
    } rows[] = {
        {"ASCII", "a", 1},
        {"U+0080", "\xc2\x80", 2},
        {"U+07FF", "\xdf\xbf", 2},
        {"U+0800", "\xe0\xa0\x80", 3},
        {"U+D7FF", "\xed\x9f\xbf", 3},
        {"U+10000", "\xf0\x90\x80\x80", 4},
        {"U+10FFFF", "\xf4\x8f\xbf\xbf", 4},
        {"a tail alone", "\x80", 0},
        {"overlong slash", "\xc0\xaf", 0},
        {"overlong in three", "\xe0\x9f\xbf", 0},
        {"overlong in four", "\xf0\x8f\xbf\xbf", 0},
        {"a surrogate", "\xed\xa0\x80", 0},
        {"above U+10FFFF", "\xf4\x90\x80\x80", 0},
        {"0xf5", "\xf5\x80\x80\x80", 0},
        {"cut short", "\xe2\x82", 0},
        {"tail replaced", "\xe2\x82x", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        gsl_test_int((int)utf8_length(rows[i].text, strlen(rows[i].text)), rows[i].want,
                     "UTF-8: %s", rows[i].why);
    gsl_test_int((int)utf8_length("", 0), 0, "UTF-8: nothing left");
}

static void check_suggestions(void)
{
    static const char *const words[] = {
        "gpu",       "layers", "latency_s", "bandwidth_bytes_per_s",
        "moe_every", "top_k",  "experts",   "expert_hidden",
        "h100-sxm",  "a",      NULL,
    };
    static const struct {
        const char *why, *text, *want; /* "": none */
    } rows[] = {
        {"itself", "layers", "layers"},
        {"one letter missing of 21", "bandwith_bytes_per_s", "bandwidth_bytes_per_s"},
        {"three letters wrong of 21", "bandwdth_byte_per_sec", ""},
        {"three of 21", "bandwdth_byte_per_", "bandwidth_bytes_per_s"},
        {"a third of 6 is 2", "layXXs", "layers"},
        {"3 of 6 is too much", "laXXXs", ""},
        {"neighbours swapped cost 1: 3 letters allow it", "gup", "gpu"},
        {"case costs nothing", "GPU", "gpu"},
        {"nor the joint", "moe-every", "moe_every"},
        {"the unit left out", "latency", "latency_s"},
        {"misspelt, and the unit left out", "bandwith", "bandwidth_bytes_per_s"},
        {"the variant left out", "h100", "h100-sxm"},
        {"a whole word before a beginning", "expert", "experts"},
        {"nothing in common", "b", ""},
        {"empty", "", ""},
        {"far", "something_else", ""},
    };
    const char *const none[] = {NULL};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *near = suggest(rows[i].text, words);
        gsl_test_str(near ? near : "", rows[i].want, "suggest: %s", rows[i].why);
    }
    const char *const equals[] = {"cat", "bat", NULL};
    gsl_test_str(suggest("rat", equals), "cat", "the first among equals");
    gsl_test(suggest("gpu", none) != NULL, "no words, no suggestion");
    char *endless = mem_zeroed(100001, 1);
    memset(endless, 'x', 100000);
    gsl_test(suggest(endless, words) != NULL, "a text of any length");
    free(endless);
}

static void check_lists(void)
{
    static const char *const words[] = {"a", "b\"", "c", NULL};
    static const char *const one[] = {"a", NULL};
    struct text to = {0};
    text_add_list(&to, words, " or ");
    text_add(&to, " ");
    text_add_list(&to, one, " or ");
    gsl_test_str(text_get(&to), "\"a\", \"b\\\"\" or \"c\" \"a\"", "lists");
    text_done(&to);
}

int main(void)
{
    check_growing();
    check_quoting();
    check_utf8();
    check_suggestions();
    check_lists();
    return gsl_test_summary();
}
