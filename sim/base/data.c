/* Finding shipped data: models/ and topologies/. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"

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

/* A build tree inside the sources puts the binary some folders below them. */
static char *above(const char *folder)
{
    char *path = mem_copy_string(folder);
    for (char *slash = strrchr(path, '/'); slash && slash > path; slash = strrchr(path, '/')) {
        *slash = '\0';
        if (holds_data(path))
            return path;
    }
    free(path);
    return NULL;
}

static char *share(const char *folder)
{
    char *path = mem_format("%s/../share/scmoesim", folder);
    if (holds_data(path))
        return path;
    free(path);
    return NULL;
}

static char *find_directory(void)
{
    const char *chosen = getenv("SCMOESIM_DATA");
    if (chosen && *chosen)
        return mem_copy_string(chosen);
    char *binary = binary_folder();
    char *found = binary ? above(binary) : NULL;
    if (binary && !found)
        found = share(binary);
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
        text_add(&message, "; there are none in %s/%s", data_directory(), folder);
    for (size_t i = 0; names[i]; i++)
        text_add(&message, "%s%s", i ? ", " : "", names[i]);
    int r = diag_say(diag, "%s", text_get(&message));
    text_done(&message);
    names_free(names);
    return r;
}

int data_find(const char *folder, const char *what, const char *word, struct diag *diag, char **ret)
{
    size_t length = strlen(word);
    if (strchr(word, '/') || (length >= 5 && strcmp(word + length - 5, ".json") == 0)) {
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
