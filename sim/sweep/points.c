/* Points as requests, and as rows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/engine/simgrid.h"
#include "sim/report/columns.h"
#include "sim/sweep/sweep.h"

#define LOADS_LARGEST (256u << 20)

const struct value *sweep_value(const struct sweep *sweep, size_t point, size_t axis)
{
    if (sweep->together)
        return &sweep->axes[axis].values[point];
    for (size_t a = sweep->axis_count - 1; a > axis; a--)
        point /= sweep->axes[a].count;
    return &sweep->axes[axis].values[point % sweep->axes[axis].count];
}

/* A word of the command line, by pointer. Values were checked when the axes were made. */
static void set_word(const char *pointer, const struct value *value, struct study_request *request,
                     struct request_words *words)
{
    size_t ignored;
    if (strcmp(pointer, "/model") == 0)
        request->model = value->text;
    else if (strcmp(pointer, "/topology") == 0)
        request->topology = value->text;
    else if (strcmp(pointer, "/schedule") == 0)
        request->schedules = words->schedules = words_split(value->text, &request->schedule_count);
    else if (strcmp(pointer, "/baseline") == 0)
        request->baseline = value->text;
    else if (strcmp(pointer, "/costs") == 0)
        request->costs = words->costs = words_split(value->text, &ignored);
    else if (strcmp(pointer, "/tokens") == 0)
        request->tokens = value->text;
    else if (strcmp(pointer, "/ep") == 0)
        request->ep = (size_t)value->number;
    else if (strcmp(pointer, "/mode") == 0)
        request->mode = (enum run_mode)word_position(run_mode_names, value->text);
}

void sweep_request(const struct sweep *sweep, size_t point, struct study_request *ret,
                   struct request_words *ret_words)
{
    const struct study_request *base = &sweep->base;
    size_t count = base->set_count;
    const char **sets = mem_zeroed(count + sweep->axis_count + 1, sizeof *sets);
    if (count)
        memcpy(sets, base->sets, count * sizeof *sets);
    *ret = *base;
    *ret_words = (struct request_words){.sets = sets};
    for (size_t a = 0; a < sweep->axis_count; a++) {
        const struct value *value = sweep_value(sweep, point, a);
        const char *pointer = sweep->axes[a].pointer;
        if (!value->text)
            continue;
        if (strchr(pointer + 1, '/'))
            sets[count++] = value->set;
        else
            set_word(pointer, value, ret, ret_words);
    }
    ret->sets = sets;
    ret->set_count = count;
}

/* Reads what a word names, so that its contents are in the fingerprint. What cannot be read has no
 * contents; its points will say so. */
static void read_word(struct library *library, const char *pointer, const char *word);

/* Those that "all" stands for; to know which these are, the others are read apart, so that a change
 * in one that is not played changes nothing. */
static void read_all_schedules(struct library *library)
{
    static const struct edits none = {NULL, 0};
    struct library *apart = library_new();
    for (const char *const *names = library_schedule_names(apart); *names; names++) {
        struct diag diag = {0};
        const struct schedule *schedule;
        if (library_schedule(apart, *names, &none, &diag, &schedule) < 0 || schedule->in_all)
            read_word(library, "/schedule", *names);
        diag_done(&diag);
    }
    library_free(apart);
}

static void read_word(struct library *library, const char *pointer, const char *word)
{
    static const struct edits none = {NULL, 0};
    struct diag diag = {0};
    const struct model *model;
    const struct topology *topology;
    const struct gpu *gpu;
    const struct schedule *schedule;
    if (strcmp(pointer, "/model") == 0)
        library_model(library, word, &none, &diag, &model);
    else if (strcmp(pointer, "/topology/gpu") == 0)
        library_gpu(library, word, &none, &diag, &gpu);
    else if (strcmp(pointer, "/topology") == 0 &&
             library_topology(library, word, &none, &diag, &topology) == 0)
        library_gpu(library, topology->gpu, &none, &diag, &gpu);
    else if (strcmp(pointer, "/schedule") == 0 && strcmp(word, "all") == 0)
        read_all_schedules(library);
    else if ((strcmp(pointer, "/schedule") == 0 || strcmp(pointer, "/baseline") == 0) &&
             library_schedule(library, word, &none, &diag, &schedule) == 0)
        library_stand_in(library, schedule, &diag, &schedule);
    diag_done(&diag);
}

/* Files as one table, as points read them. */
static void read_costs(struct library *library, const char *const *paths)
{
    struct diag diag = {0};
    const struct cost_table *costs;
    library_costs(library, paths, &diag, &costs);
    diag_done(&diag);
}

/* Comma-separated words of /schedule one by one, those of /costs together. */
static void read_words(struct library *library, const char *pointer, const char *list)
{
    size_t count;
    const char **words = words_split(list, &count);
    if (strcmp(pointer, "/costs") == 0)
        read_costs(library, words);
    else if (strcmp(pointer, "/schedule") != 0)
        read_word(library, pointer, list);
    else
        for (size_t i = 0; i < count; i++)
            read_word(library, pointer, words[i]);
    free(words);
}

/* A setting, and what is in the file that it names where it names one. */
static uint64_t print_set(uint64_t print, const char *set)
{
    static const char file[] = "/routing/file=";
    print = fingerprint_text(print, set);
    if (strncmp(set, file, sizeof file - 1) != 0)
        return print;
    struct diag diag = {0};
    char *contents;
    size_t length;
    if (file_read(set + sizeof file - 1, LOADS_LARGEST, &diag, &contents, &length) == 0) {
        print = fingerprint_bytes(print, contents, length);
        free(contents);
    }
    diag_done(&diag); /* its points will say what is wrong */
    return print;
}

static uint64_t read_base(const struct study_request *base, struct library *library, uint64_t print)
{
    const struct {
        const char *pointer, *word;
    } words[] = {{"/model", base->model},
                 {"/topology", base->topology},
                 {"/baseline", base->baseline},
                 {"/tokens", base->tokens},
                 {"/mode", run_mode_names[base->mode]}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        print = fingerprint_text(print, words[i].word ? words[i].word : "");
        if (words[i].word)
            read_word(library, words[i].pointer, words[i].word);
    }
    for (size_t i = 0; i < base->schedule_count; i++) {
        print = fingerprint_text(print, base->schedules[i]);
        read_word(library, "/schedule", base->schedules[i]);
    }
    for (size_t i = 0; base->costs && base->costs[i]; i++)
        print = fingerprint_text(print, base->costs[i]);
    if (base->costs)
        read_costs(library, base->costs);
    for (size_t i = 0; i < base->set_count; i++)
        print = print_set(print, base->sets[i]);
    print = fingerprint_number(print, base->ep);
    print = fingerprint_number(print, base->fold);
    return fingerprint_number(print, base->network);
}

void sweep_id(const struct sweep *sweep, struct library *library, char ret[SWEEP_ID_MAX])
{
    uint64_t print = fingerprint_text(FINGERPRINT_EMPTY, SCMOESIM_VERSION);
    print = fingerprint_text(print, engine_simgrid_version());
    print = read_base(&sweep->base, library, print);
    print = fingerprint_number(print, sweep->together);
    for (size_t a = 0; a < sweep->axis_count; a++) {
        const struct axis *axis = &sweep->axes[a];
        print = fingerprint_text(print, axis->pointer);
        for (size_t v = 0; v < axis->count; v++) {
            print = print_set(print, axis->values[v].set ? axis->values[v].set : "");
            if (axis->values[v].text)
                read_words(library, axis->pointer, axis->values[v].text);
        }
    }
    print = fingerprint_number(print, library_fingerprint(library));
    snprintf(ret, SWEEP_ID_MAX, "%016llx/%zu", (unsigned long long)print, sweep->point_count);
}

void sweep_write_header(const struct sweep *sweep, struct text *to)
{
    struct csv_out out = {.to = to};
    for (size_t a = 0; a < sweep->axis_count; a++)
        csv_put_text(&out, sweep->axes[a].pointer);
    csv_put_text(&out, "point");
    csv_put_text(&out, "rows");
    for (size_t i = 0; result_columns[i]; i++)
        csv_put_text(&out, result_columns[i]);
    csv_put_text(&out, "error");
    csv_put_text(&out, "sweep");
    csv_end_row(&out);
}

static void put_place(const struct sweep *sweep, size_t point, size_t rows, struct csv_out *out)
{
    for (size_t a = 0; a < sweep->axis_count; a++) {
        const struct value *value = sweep_value(sweep, point, a);
        if (isnan(value->number))
            csv_put_text(out, value->text);
        else
            csv_put_number(out, value->number);
    }
    csv_put_count(out, point);
    csv_put_count(out, rows);
}

/* A row is a line, so that half a row can be told from a whole one: breaks inside cells, which only
 * messages can have, become blanks. */
static void end_row(struct csv_out *out, size_t start)
{
    for (size_t i = start; i < out->to->length; i++)
        if (out->to->text[i] == '\n' || out->to->text[i] == '\r')
            out->to->text[i] = ' ';
    csv_end_row(out);
}

void sweep_write_rows(const struct sweep *sweep, const char *id, size_t point,
                      const struct result *results, size_t count, struct text *to)
{
    struct csv_out out = {.to = to};
    for (size_t i = 0; i < count; i++) {
        size_t start = to->length;
        put_place(sweep, point, count, &out);
        print_csv_cells(&results[i], &out);
        csv_put_empty(&out);
        csv_put_text(&out, id);
        end_row(&out, start);
    }
}

void sweep_write_failure(const struct sweep *sweep, const char *id, size_t point, const char *error,
                         struct text *to)
{
    struct csv_out out = {.to = to};
    size_t start = to->length;
    put_place(sweep, point, 1, &out);
    for (size_t i = 0; result_columns[i]; i++)
        csv_put_empty(&out);
    csv_put_text(&out, error);
    csv_put_text(&out, id);
    end_row(&out, start);
}

#define TRIES 16

int sweep_try(const struct sweep *sweep, struct library *library, struct diag *diag)
{
    struct diag first = {0}, other = {0};
    size_t tries = sweep->point_count < TRIES ? sweep->point_count : TRIES;
    int r = -1;
    for (size_t i = 0; i < tries; i++) {
        struct study_request request;
        struct request_words words;
        struct study *study;
        size_t point = tries > 1 ? i * (sweep->point_count - 1) / (tries - 1) : 0;
        sweep_request(sweep, point, &request, &words);
        request.library = library;
        if (study_load(&request, i ? &other : &first, &study) == 0) {
            study_free(study);
            r = 0;
        }
        request_words_done(&words);
        diag_done(&other);
    }
    for (size_t i = 0; i < first.count && r < 0; i++)
        diag_say(diag, "%s", first.messages[i]);
    diag_done(&first);
    return r;
}
