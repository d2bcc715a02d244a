#include "sim/study/request.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

const char *request_own(struct request_words *words, char *text)
{
    words->owned = mem_resized(words->owned, words->owned_count + 1, sizeof *words->owned);
    return words->owned[words->owned_count++] = text;
}

int request_value(const struct jcur *at, char **ret)
{
    char digits[NUMBER_MAX];
    const char *word;
    bool flag;
    double number;
    int r;
    if (jcur_is_string(at)) {
        if ((r = jcur_string(at, &word)) == 0)
            *ret = mem_copy_string(word);
    } else if (jcur_is_number(at)) {
        if ((r = jcur_between(at, -HUGE_VAL, HUGE_VAL, &number)) == 0)
            *ret = mem_copy_string(number_print(digits, number));
    } else if ((r = jcur_bool(at, &flag)) == 0) {
        *ret = mem_copy_string(flag ? "true" : "false");
    }
    return r;
}

/* An array of strings in place of *words, NULL-terminated. */
static int read_list(const struct jcur *at, const char ***words, size_t *ret_count)
{
    int r = jcur_array(at, 1, 1000, ret_count);
    if (r < 0)
        return r;
    free(*words);
    *words = mem_zeroed(*ret_count + 1, sizeof **words);
    for (size_t i = 0; i < *ret_count; i++) {
        struct jcur word = jcur_element(at, i);
        r |= jcur_string(&word, &(*words)[i]);
    }
    return r ? -EINVAL : 0;
}

/* One file stands for an array of one. */
static int read_costs(const struct jcur *at, struct request_words *words,
                      struct study_request *request)
{
    size_t count;
    int r;
    if (jcur_is_string(at)) {
        free(words->costs);
        words->costs = mem_zeroed(2, sizeof *words->costs);
        r = jcur_string(at, &words->costs[0]);
    } else {
        r = read_list(at, &words->costs, &count);
    }
    request->costs = words->costs;
    return r;
}

int request_sets(const struct jcur *at, struct request_words *words, struct study_request *request)
{
    struct jcur member;
    const char *pointer;
    int r = jcur_object(at);
    for (size_t i = 0; r == 0 && jcur_member_at(at, i, &pointer, &member); i++) {
        char *value;
        if ((r = request_value(&member, &value)) < 0)
            break;
        words->sets = mem_resized(words->sets, request->set_count + 1, sizeof *words->sets);
        words->sets[request->set_count++] = request_own(words, mem_format("%s=%s", pointer, value));
        free(value);
    }
    request->sets = words->sets;
    return r;
}

static int read_tokens(const struct jcur *at, struct request_words *words,
                       struct study_request *request)
{
    char *text;
    double number;
    int r = request_value(at, &text);
    if (r < 0)
        return r;
    bool fine = quantity_parse(text, UNIT_COUNT, &number) == 0 && number > 0;
    if (fine)
        request->tokens = request_own(words, mem_format("%.17g", number));
    else
        r = jcur_error(at, "expected a number > 0, got \"%s\"", text);
    free(text);
    return r;
}

int request_read(const struct jcur *at, struct request_words *words, struct study_request *request)
{
    struct jcur member;
    size_t mode = request->mode;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r |= jcur_members(at, "model,topology,schedules,baseline,mode,tokens,ep,costs,set");
    r |= jget_string_or(at, "model", request->model, &request->model);
    r |= jget_string_or(at, "topology", request->topology, &request->topology);
    r |= jget_string_or(at, "baseline", request->baseline, &request->baseline);
    r |= jget_count_or(at, "ep", 1, 1000000000, request->ep, &request->ep);
    if (jcur_has(at, "schedules", &member)) {
        r |= read_list(&member, &words->schedules, &request->schedule_count);
        request->schedules = words->schedules;
    }
    if (jcur_has(at, "costs", &member))
        r |= read_costs(&member, words, request);
    if (jcur_has(at, "mode", &member))
        r |= jcur_word(&member, run_mode_names, &mode);
    request->mode = (enum run_mode)mode;
    if (jcur_has(at, "tokens", &member))
        r |= read_tokens(&member, words, request);
    if (jcur_has(at, "set", &member))
        r |= request_sets(&member, words, request);
    return r ? -EINVAL : 0;
}

void request_words_done(struct request_words *words)
{
    for (size_t i = 0; i < words->owned_count; i++)
        free(words->owned[i]);
    free(words->owned);
    free(words->schedules);
    free(words->costs);
    free(words->sets);
    *words = (struct request_words){0};
}

int edits_check(const struct edits *edits, const char *const *rooms, struct diag *diag)
{
    int r = 0;
    for (size_t i = 0; i < edits->count; i++) {
        const char *set = edits->sets[i], *equals = strchr(set, '=');
        if (set[0] != '/' || !equals) {
            r = diag_say(diag, "--set %s: expected /POINTER=VALUE", set);
            continue;
        }
        char *room = mem_format("%.*s", (int)strcspn(set + 1, "/="), set + 1);
        if (!rooms[word_position(rooms, room)]) {
            struct text list = {0};
            text_add_list(&list, rooms, " or ");
            text_add(&list, ", got \"%s\"", room);
            text_add_suggestion(&list, room, rooms);
            r = diag_say(diag, "--set %s: expected %s", set, text_get(&list));
            text_done(&list);
        } else if (set[1 + strlen(room)] != '/') {
            r = diag_say(diag, "--set %s: expected a member of it, like /model/experts", set);
        }
        free(room);
    }
    return r;
}
