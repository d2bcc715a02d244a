#include "choices.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char header[] = "gpu,cublaslt,pass,dtype,fp32_result,rows,inputs,outputs,batch,"
                             "workspace_bytes,time_s,algorithm";

bool gemm_size_equal(const struct gemm_size *a, const struct gemm_size *b)
{
    return a->pass == b->pass && a->rows == b->rows && a->inputs == b->inputs &&
           a->outputs == b->outputs && a->batch == b->batch && a->dtype == b->dtype &&
           a->fp32_result == b->fp32_result;
}

const struct choice *choices_find(const struct choices *choices, const char *gpu, size_t library,
                                  const struct gemm_size *size)
{
    for (size_t i = 0; i < choices->count; i++) {
        const struct choice *at = &choices->choice[i];
        if (at->library == library && strcmp(at->gpu, gpu) == 0 && gemm_size_equal(&at->size, size))
            return at;
    }
    return NULL;
}

void choices_put(struct choices *choices, const struct choice *choice)
{
    const struct choice *same = choices_find(choices, choice->gpu, choice->library, &choice->size);
    if (same) {
        choices->choice[same - choices->choice] = *choice;
        return;
    }
    if (choices->count == choices->room) {
        choices->room = choices->room ? 2 * choices->room : 64;
        choices->choice = resize_memory(choices->choice, choices->room, sizeof *choices->choice);
    }
    choices->choice[choices->count++] = *choice;
}

void choices_done(struct choices *choices)
{
    free(choices->choice);
    *choices = (struct choices){0};
}

static int read_bytes(const char *text, unsigned char bytes[CHOICE_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    if (strlen(text) != 2 * CHOICE_BYTES || strspn(text, digits) != 2 * CHOICE_BYTES)
        return -1;
    for (size_t i = 0; i < CHOICE_BYTES; i++) {
        size_t high = (size_t)(strchr(digits, text[2 * i]) - digits);
        size_t low = (size_t)(strchr(digits, text[2 * i + 1]) - digits);
        bytes[i] = (unsigned char)(16 * high + low);
    }
    return 0;
}

static int read_line(const char *line, struct choice *ret)
{
    char pass[32], dtype[16], algorithm[2 * CHOICE_BYTES + 2];
    int fp32_result, used = 0;
    struct gemm_size *size = &ret->size;
    if (sscanf(line, "%255[^,],%zu,%31[^,],%15[^,],%d,%zu,%zu,%zu,%zu,%zu,%lg,%129s%n", ret->gpu,
               &ret->library, pass, dtype, &fp32_result, &size->rows, &size->inputs, &size->outputs,
               &size->batch, &ret->workspace_bytes, &ret->time_s, algorithm, &used) != 12 ||
        line[used])
        return -1;
    int pass_place = word_index(pass_names, pass), dtype_place = word_index(dtype_names, dtype);
    if (pass_place < 0 || dtype_place < 0 || fp32_result < 0 || fp32_result > 1)
        return -1;
    size->pass = (enum pass)pass_place;
    size->dtype = (enum dtype)dtype_place;
    size->fp32_result = fp32_result;
    return read_bytes(algorithm, ret->algorithm);
}

static int read_text(const char *path, char *text, struct choices *ret, struct complaint *why)
{
    size_t number = 1;
    char *rest = NULL, *line = strtok_r(text, "\n", &rest);
    if (!line || strcmp(line, header) != 0)
        return complain(why, "%s:1: expected the header of products' algorithms", path);
    while ((line = strtok_r(NULL, "\n", &rest))) {
        struct choice choice = {.library = 0};
        number++;
        if (read_line(line, &choice) < 0)
            return complain(why, "%s:%zu: not a product and its algorithm", path, number);
        choices_put(ret, &choice);
    }
    return 0;
}

int choices_load(const char *path, struct choices *ret, struct complaint *why)
{
    *ret = (struct choices){0};
    if (access(path, F_OK) != 0)
        return 0;
    char *text = read_file(path, why);
    if (!text)
        return -1;
    int r = read_text(path, text, ret, why);
    if (r < 0)
        choices_done(ret);
    free(text);
    return r;
}

static void put_choices(FILE *to, const void *what)
{
    const struct choices *choices = what;
    fprintf(to, "%s\n", header);
    for (size_t i = 0; i < choices->count; i++) {
        const struct choice *at = &choices->choice[i];
        const struct gemm_size *size = &at->size;
        fprintf(to, "%s,%zu,%s,%s,%d,%zu,%zu,%zu,%zu,%zu,%.6g,", at->gpu, at->library,
                pass_names[size->pass], dtype_names[size->dtype], size->fp32_result, size->rows,
                size->inputs, size->outputs, size->batch, at->workspace_bytes, at->time_s);
        for (size_t b = 0; b < CHOICE_BYTES; b++)
            fprintf(to, "%02x", at->algorithm[b]);
        fputc('\n', to);
    }
}

int choices_save(const char *path, const struct choices *choices, struct complaint *why)
{
    return write_whole(path, put_choices, choices, why);
}
