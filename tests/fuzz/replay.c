/* Stands in for libFuzzer: plays files, and each of them cut short at many places, since what a
 * full disk or an aborted copy leaves behind is the commonest broken input. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "tests/fuzz/fuzz.h"

#define FILE_MAX ((size_t)1 << 20)
#define CUTS_MAX 400 /* of one file; small files are cut behind every byte */

static size_t played;

/* A copy of exact size, so that a sanitizer sees a read beyond it. */
static void play(const char *bytes, size_t count)
{
    uint8_t *copy = malloc(count ? count : 1);
    if (!copy)
        exit(1);
    memcpy(copy, bytes, count);
    LLVMFuzzerTestOneInput(copy, count);
    free(copy);
    played++;
}

static void play_file(const char *path)
{
    struct diag diag = {0};
    char *bytes;
    size_t count;
    if (file_read(path, FILE_MAX, &diag, &bytes, &count) < 0) {
        diag_print(&diag, "replay", stderr);
        exit(1);
    }
    play(bytes, count);
    size_t step = count / CUTS_MAX + 1;
    for (size_t cut = 0; cut < count; cut += step)
        play(bytes, cut);
    free(bytes);
}

static void play_folder(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char *inside = mem_format("%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            play_file(inside);
        free(inside);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

int main(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++) {
        struct stat there;
        if (stat(argv[i], &there) == 0 && S_ISDIR(there.st_mode))
            play_folder(argv[i]);
        else
            play_file(argv[i]);
    }
    printf("%zu inputs\n", played);
    return played == 0;
}
