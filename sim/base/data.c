/* Finding shipped data: models/ and topologies/. file.h tells the order. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"

#define SOURCES_FILE "scmoesim-sources" /* meson.build writes it */
#define SOURCES_MAX 4096

static bool is_folder(const char *parent, const char *name)
{
    struct stat there;
    char *path = mem_format("%s/%s", parent, name);
    bool found = stat(path, &there) == 0 && S_ISDIR(there.st_mode);
    free(path);
    return found;
}

static bool holds_data(const char *folder)
{
    return is_folder(folder, "models") && is_folder(folder, "topologies");
}

/* The running binary's folder; NULL where /proc does not tell. */
static char *binary_folder(void)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    return mem_copy_string(path);
}

/* `path` from the folder, without its ".."; NULL where no data is there. */
static char *data_at(const char *folder, const char *path)
{
    char *joined = mem_format("%s/%s", folder, path), *real = realpath(joined, NULL);
    free(joined);
    if (real && holds_data(real))
        return real;
    free(real);
    return NULL;
}

/* The root of a build tree tells in a file where its sources lie from there. */
static char *sources_of(const char *folder)
{
    struct diag ignored = {0};
    char *file = mem_format("%s/" SOURCES_FILE, folder), *told, *found = NULL;
    size_t length;
    if (file_read(file, SOURCES_MAX, &ignored, &told, &length) == 0) {
        told[strcspn(told, "\n")] = '\0';
        found = data_at(folder, told);
        free(told);
    }
    diag_done(&ignored);
    free(file);
    return found;
}

/* Above the binary's own folder, as tests lie deep in a build tree. */
static char *sources_above(const char *folder)
{
    char *path = mem_copy_string(folder), *found = NULL;
    for (char *slash; !found && (slash = strrchr(path, '/')) && slash > path;) {
        *slash = '\0';
        found = sources_of(path);
    }
    free(path);
    return found;
}

static char *find_directory(void)
{
    const char *chosen = getenv("SCMOESIM_DATA");
    if (chosen && *chosen)
        return mem_copy_string(chosen);
    char *binary = binary_folder();
    char *found = binary ? sources_of(binary) : NULL;
    if (binary && !found)
        found = data_at(binary, SCMOESIM_TO_DATA);
    if (binary && !found)
        found = sources_above(binary);
    free(binary);
    return found ? found : mem_copy_string(SCMOESIM_DATADIR);
}

const char *data_directory(void)
{
    static char *directory;
    if (!directory)
        directory = find_directory();
    return directory;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "NAME" of "NAME.json", fresh; NULL for other files and hidden ones. */
static char *name_of(const char *file)
{
    size_t length = strlen(file);
    if (file[0] == '.' || length <= 5 || strcmp(file + length - 5, ".json") != 0)
        return NULL;
    return mem_format("%.*s", (int)(length - 5), file);
}

char **data_names(const char *folder)
{
    char *path = mem_format("%s/%s", data_directory(), folder);
    DIR *directory = opendir(path);
    char **names = mem_zeroed(1, sizeof(*names));
    size_t count = 0;
    struct dirent *entry;
    free(path);
    while (directory && (entry = readdir(directory))) {
        char *name = name_of(entry->d_name);
        if (!name)
            continue;
        names[count++] = name;
        names = mem_resized(names, count + 1, sizeof(*names));
        names[count] = NULL;
    }
    if (directory)
        closedir(directory);
    qsort(names, count, sizeof(*names), compare_names);
    return names;
}

void names_free(char **names)
{
    if (!names)
        return;
    for (size_t i = 0; names[i]; i++)
        free(names[i]);
    free(names);
}

static int unknown_name(const char *folder, const char *what, const char *word, struct diag *diag)
{
    char **names = data_names(folder);
    const char *const *words = (const char *const *)names;
    struct text message = {0};
    text_add(&message, "unknown %s ", what);
    text_add_quoted(&message, word, TEXT_CLIP);
    text_add_suggestion(&message, word, words);
    if (names[0])
        text_add(&message, "; known: ");
    else
        text_add(&message, "; there are none in %s/%s: SCMOESIM_DATA may name a data folder",
                 data_directory(), folder);
    for (size_t i = 0; names[i]; i++)
        text_add(&message, "%s%s", i ? ", " : "", names[i]);
    int r = diag_say(diag, "%s", text_get(&message));
    text_done(&message);
    names_free(names);
    return r;
}

int data_find(const char *folder, const char *what, const char *word, struct diag *diag, char **ret)
{
    if (strchr(word, '/') || text_ends_with(word, ".json")) {
        *ret = mem_copy_string(word);
        return 0;
    }
    char *path = mem_format("%s/%s/%s.json", data_directory(), folder, word);
    if (*word && *word != '.' && access(path, F_OK) == 0) { /* hidden files are no data */
        *ret = path;
        return 0;
    }
    free(path);
    return unknown_name(folder, what, word, diag);
}
