#include "shape_words.h"

#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

/* What the words are put into; model_read then checks it as it checks every model. */
static const char template[] =
    "{\"schema\": \"scmoesim/model/1\", \"name\": \"shape\", \"summary\": \"\", \"source\": \"\", "
    "\"dtype\": \"bf16\", \"tokens_per_gpu\": 8192, \"experts\": 8, \"top_k\": 2, "
    "\"capacity_factor\": 1, \"stages\": [{\"name\": \"shape\", \"layers\": 1, \"moe_every\": 1, "
    "\"span_tokens\": 2048, \"causal\": true}]}";

struct word {
    const char *word, *place;
    bool flag; /* 0 or 1 */
};
static const struct word words[] = {
    {"hidden", "/stages/0/hidden", false},
    {"ffn", "/stages/0/mlp_hidden", false},
    {"heads", "/stages/0/heads", false},
    {"kv_heads", "/stages/0/kv_heads", false},
    {"head_dim", "/stages/0/head_dim", false},
    {"span", "/stages/0/span_tokens", false},
    {"causal", "/stages/0/causal", true},
    {"gated", "/stages/0/gated", true},
    {"expert_ffn", "/stages/0/expert_hidden", false},
    {"shared_ffn", "/stages/0/shared_expert_hidden", false},
    {"experts", "/experts", false},
    {"top_k", "/top_k", false},
    {"capacity", "/capacity_factor", false},
    {"vocabulary", "/vocabulary", false},
};
#define WORD_COUNT (sizeof words / sizeof *words)

static int unknown_word(const char *key, struct diag *diag)
{
    const char *known[WORD_COUNT + 1] = {NULL};
    struct text message = {0};
    for (size_t i = 0; i < WORD_COUNT; i++)
        known[i] = words[i].word;
    text_add(&message, "--shape: unknown \"%s\"; known are ", key);
    text_add_list(&message, known, ", ");
    text_add_suggestion(&message, key, known);
    int r = diag_say(diag, "%s", text_get(&message));
    text_done(&message);
    return r;
}

static int set_word(struct json *doc, const char *key, const char *value, struct diag *diag)
{
    size_t i = 0;
    while (i < WORD_COUNT && strcmp(words[i].word, key) != 0)
        i++;
    if (i == WORD_COUNT)
        return unknown_word(key, diag);
    if (words[i].flag && (strcmp(value, "0") == 0 || strcmp(value, "1") == 0))
        value = *value == '0' ? "false" : "true";
    return json_set(doc, words[i].place, value, diag);
}

static int set_words(struct json *doc, char *text, struct diag *diag)
{
    char *rest = NULL;
    int r = 0;
    for (char *key = strtok_r(text, ",", &rest); key && r == 0; key = strtok_r(NULL, ",", &rest)) {
        char *value = strchr(key, '=');
        if (!value)
            return diag_say(diag, "--shape: expected key=number, got \"%s\"", key);
        *value++ = '\0';
        r = set_word(doc, key, value, diag);
    }
    return r;
}

/* Widths that nobody gave follow from hidden. */
static int complete(struct json *doc, struct diag *diag)
{
    struct jcur root = json_root(doc, diag), list, stage, member;
    size_t hidden = 0;
    char number[32];
    int r = 0;
    jcur_member(&root, "stages", &list);
    stage = jcur_element(&list, 0);
    if (!jcur_has(&stage, "hidden", &member))
        return diag_say(diag, "--shape: hidden is missing");
    if (jcur_count(&member, 1, (size_t)1 << 24, &hidden) < 0)
        return -1;
    bool has_ffn = jcur_has(&stage, "mlp_hidden", &member);
    bool has_heads = jcur_has(&stage, "heads", &member);
    snprintf(number, sizeof number, "%zu", 4 * hidden);
    r |= has_ffn ? 0 : json_set(doc, words[1].place, number, diag);
    snprintf(number, sizeof number, "%zu", hidden < 64 ? 1 : hidden / 64);
    r |= has_heads ? 0 : json_set(doc, words[2].place, number, diag);
    return r;
}

int model_of_shape(const char *text, struct diag *diag, struct model **ret)
{
    struct json *doc = NULL;
    char *copy = mem_copy_string(text);
    int r = json_parse("--shape", template, strlen(template), diag, &doc);
    if (r == 0)
        r = set_words(doc, copy, diag);
    if (r == 0)
        r = complete(doc, diag);
    if (r == 0)
        r = model_read(doc, diag, ret);
    json_free(doc);
    free(copy);
    return r;
}
