/* Reading, writing and finding files. Works in a folder of its own below the current one. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"
#include "sim/base/file.h"
#include "sim/base/mem.h"

static void write_text(const char *path, const char *content)
{
    struct diag diag = {0};
    struct text text = {0};
    text_add(&text, "%s", content);
    gsl_test_int(file_write(path, &text, &diag), 0, "write %s", path);
    expect_said(&diag, "", path);
    text_done(&text);
}

static void expect_content(const char *path, const char *want)
{
    struct diag diag = {0};
    char *text = NULL;
    size_t length = 99;
    gsl_test_int(file_read(path, 1000, &diag, &text, &length), 0, "read %s", path);
    expect_said(&diag, "", path);
    gsl_test_str(text ? text : "(nothing)", want, "content of %s", path);
    gsl_test_int((int)length, (int)strlen(want), "length of %s", path);
    free(text);
}

static size_t count_entries(const char *folder)
{
    DIR *directory = opendir(folder);
    size_t count = 0;
    while (directory && readdir(directory))
        count++;
    if (directory)
        closedir(directory);
    return count - 2; /* "." and ".." */
}

static void check_reading(void)
{
    struct diag diag = {0};
    char *text = NULL;
    size_t length = 99;
    write_text("ten", "0123456789");
    gsl_test_int(file_read("ten", 10, &diag, &text, &length), 0, "exactly the limit");
    free(text);
    text = NULL;
    gsl_test_int(file_read("ten", 9, &diag, &text, &length), -EINVAL, "one beyond the limit");
    file_read("absent", 9, &diag, &text, &length);
    file_read(".", 9, &diag, &text, &length);
    gsl_test(text != NULL || length != 10, "untouched by failures");
    expect_said(&diag,
                "ten: larger than 9 bytes\n"
                "absent: cannot be read: No such file or directory\n"
                ".: cannot be read: Is a directory",
                "reading");
    write_text("empty", "");
    expect_content("empty", "");
    unlink("empty");
    unlink("ten");
}

static void check_writing(void)
{
    struct stat there;
    mode_t before = umask(027);
    write_text("a", "one\n");
    expect_content("a", "one\n");
    write_text("a", "two, longer\n");
    expect_content("a", "two, longer\n");
    stat("a", &there);
    gsl_test_int(there.st_mode & 0777, 0640, "the umask decides who may read");
    umask(before);
    gsl_test_int((int)count_entries("."), 1, "no temporary file is left");
    gsl_test_int(symlink("a", "link"), 0, "a link");
    write_text("link", "three\n");
    lstat("link", &there);
    gsl_test(!S_ISLNK(there.st_mode), "the link stays one");
    expect_content("a", "three\n");
    unlink("link");
    unlink("a");
}

static void check_failures(void)
{
    struct diag diag = {0};
    struct text text = {0};
    text_add(&text, "x");
    mkdir("folder", 0777);
    gsl_test_int(file_write("no/such/a", &text, &diag), -EINVAL, "no folder");
    file_write("folder", &text, &diag);
    file_write("/dev/full", &text, &diag);
    expect_said(&diag,
                "no/such/a: cannot be written: No such file or directory\n"
                "folder: cannot be written: Is a directory\n"
                "/dev/full: cannot be written: No space left on device",
                "failures");
    gsl_test_int((int)count_entries("."), 1, "nothing but the folder is left");
    rmdir("folder");
    text_done(&text);
}

/* A write that fails half-way: no file may grow beyond 10 bytes in the child. */
static void check_half_written(void)
{
    int status;
    write_text("a", "kept\n");
    pid_t child = fork();
    if (child == 0) {
        struct diag diag = {0};
        struct text text = {0};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){10, 10});
        text_add(&text, "%0100000d", 1);
        file_write("a", &text, &diag);
        _exit(diag.count != 1 || strcmp(diag.messages[0], "a: cannot be written: File too large"));
    }
    waitpid(child, &status, 0);
    gsl_test_int(status, 0, "a write that fails half-way");
    expect_content("a", "kept\n");
    gsl_test_int((int)count_entries("."), 1, "and leaves nothing behind");
    unlink("a");
}

/* What a child writes through a path that is not a regular file, or "-". */
static void expect_streamed(const char *path)
{
    char got[20] = "";
    int ends[2];
    if (pipe(ends) != 0)
        return;
    pid_t child = fork();
    if (child == 0) {
        struct diag diag = {0};
        struct text text = {0};
        text_add(&text, "streamed\n");
        dup2(ends[1], STDOUT_FILENO);
        _exit(file_write(path, &text, &diag) ? 1 : 0);
    }
    close(ends[1]);
    gsl_test_int((int)read(ends[0], got, sizeof(got) - 1), 9, "bytes through %s", path);
    gsl_test_str(got, "streamed\n", "through %s", path);
    close(ends[0]);
    waitpid(child, NULL, 0);
}

static void check_full_output(void)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct diag diag = {0};
        struct text text = {0};
        text_add(&text, "x");
        dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
        file_write("-", &text, &diag);
        _exit(diag.count != 1 || strcmp(diag.messages[0], "standard output: cannot be written: "
                                                          "No space left on device") != 0);
    }
    waitpid(child, &status, 0);
    gsl_test_int(status, 0, "standard output that is full");
}

static void check_names(const char *data)
{
    struct diag diag = {0};
    char *path = NULL;
    gsl_test_str(data_directory(), data, "$SCMOESIM_DATA");
    mkdir("models", 0777);
    mkdir("models/moe", 0777);
    gsl_test_int(data_find("models/moe", "model", "x", &diag, &path), -EINVAL, "none there");
    char *want = mem_format("unknown model \"x\"; there are none in %s/models/moe: SCMOESIM_DATA "
                            "may name a data folder",
                            data);
    expect_said(&diag, want, "none there");
    free(want);
    write_text("models/moe/swin.json", "{}");
    write_text("models/moe/gpt2-moe.json", "{}");
    write_text("models/moe/notes.txt", "");
    write_text("models/moe/.hidden.json", "{}");
    write_text("models/moe/.json", "{}");

    char **names = data_names("models/moe");
    gsl_test_str(names[0], "gpt2-moe", "sorted");
    gsl_test_str(names[1], "swin", "sorted");
    gsl_test(names[2] != NULL, "only names of .json files");
    names_free(names);
    names = data_names("no/such");
    gsl_test(names[0] != NULL, "no folder, no names");
    names_free(names);
    names_free(NULL);

    gsl_test_int(data_find("models/moe", "model", "swin", &diag, &path), 0, "by name");
    want = mem_format("%s/models/moe/swin.json", data);
    gsl_test_str(path, want, "by name");
    free(want);
    free(path);
    path = NULL;
    gsl_test_int(data_find("models/moe", "model", "swim", &diag, &path), -EINVAL, "misspelt");
    gsl_test_int(data_find("models/moe", "model", "gpt2", &diag, &path), -EINVAL, "shortened");
    gsl_test_int(data_find("models/moe", "model", "", &diag, &path), -EINVAL, "empty");
    gsl_test_int(data_find("models/moe", "model", ".hidden", &diag, &path), -EINVAL, "hidden");
    gsl_test(path != NULL, "untouched by failures");
    expect_said(&diag,
                "unknown model \"swim\"; did you mean \"swin\"?; known: gpt2-moe, swin\n"
                "unknown model \"gpt2\"; did you mean \"gpt2-moe\"?; known: gpt2-moe, swin\n"
                "unknown model \"\"; known: gpt2-moe, swin\n"
                "unknown model \".hidden\"; known: gpt2-moe, swin",
                "misses");
    static const char *const paths[] = {"./swin", "mine.json", ".json", "/a/b"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        gsl_test_int(data_find("models/moe", "model", paths[i], &diag, &path), 0, "%s", paths[i]);
        gsl_test_str(path, paths[i], "a path comes back as it is");
        free(path);
    }
    unlink("models/moe/swin.json");
    unlink("models/moe/gpt2-moe.json");
    unlink("models/moe/notes.txt");
    unlink("models/moe/.hidden.json");
    unlink("models/moe/.json");
    rmdir("models/moe");
    rmdir("models");
}

/* A copy of this program, told to print its data directory, run as `binary`. */
static void expect_found(const char *binary, const char *data, const char *want, const char *why)
{
    char *command = mem_format("SCMOESIM_DATA=%s %s --where", data, binary), *found = NULL;
    size_t room = 0;
    FILE *from = popen(command, "r");
    ssize_t length = from ? getdelim(&found, &room, '\0', from) : -1;
    gsl_test_str(length < 0 ? "" : found, want, "%s", why);
    if (from)
        pclose(from);
    free(found);
    free(command);
}

static void copy_this_program(const char *to)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    char *command = mem_format("cp '%.*s' '%s'", (int)length, path, to);
    gsl_test(length <= 0 || system(command) != 0, "a copy of this program as %s", to);
    free(command);
}

static void write_sources(const char *build, const char *told)
{
    char *path = mem_format("%s/scmoesim-sources", build);
    write_text(path, told);
    free(path);
}

/* $SCMOESIM_DATA; else what the build tree tells; else what is installed with the binary; else
 * never nothing. */
static void check_search(const char *here)
{
    static const char *const folders[] = {
        "src",
        "src/models",
        "src/topologies",
        "build",
        "build/tests",
        "build/usr",
        "build/usr/bin",
        "build/usr/share",
        "build/usr/share/scmoesim",
        "build/usr/share/scmoesim/models",
        "build/usr/share/scmoesim/topologies",
        "usr",
        "usr/bin",
    };
    static const char *const binaries[] = {"build/prog", "build/tests/prog", "build/usr/bin/prog",
                                           "usr/bin/prog"};
    enum { COUNT = sizeof(folders) / sizeof(folders[0]) };
    enum { BINARIES = sizeof(binaries) / sizeof(binaries[0]) };
    char *source = mem_format("%s/src", here);
    char *share = mem_format("%s/build/usr/share/scmoesim", here);
    for (size_t i = 0; i < COUNT; i++)
        mkdir(folders[i], 0777);
    for (size_t i = 0; i < BINARIES; i++)
        copy_this_program(binaries[i]);
    write_sources("build", "../src\n");
    expect_found("build/prog", "/some/where", "/some/where", "the environment first");
    expect_found("build/prog", "", source, "the sources of the build tree");
    expect_found("build/tests/prog", "", source, "deeper in a build tree");
    expect_found("build/usr/bin/prog", "", share, "installed, though inside a build tree");
    expect_found("usr/bin/prog", "", SCMOESIM_DATADIR, "nothing there: the compile-time one");
    gsl_test_int(rename("build/usr", "moved"), 0, "an installed tree is moved");
    free(share);
    share = mem_format("%s/moved/share/scmoesim", here);
    expect_found("moved/bin/prog", "", share, "and finds its own data");
    gsl_test_int(rename("moved", "build/usr"), 0, "and back");
    write_sources("build", "../gone\n");
    expect_found("build/prog", "", SCMOESIM_DATADIR, "the sources are gone");
    unlink("build/scmoesim-sources");
    for (size_t i = 0; i < BINARIES; i++)
        unlink(binaries[i]);
    for (size_t i = COUNT; i-- > 0;)
        rmdir(folders[i]);
    free(source);
    free(share);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--where") == 0)
        return fputs(data_directory(), stdout) < 0;
    char folder[] = "/tmp/scmoesim-file-test-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 1;
    char *here = getcwd(NULL, 0);
    check_search(here);
    setenv("SCMOESIM_DATA", here, 1);
    check_reading();
    check_writing();
    check_failures();
    check_half_written();
    expect_streamed("-");
    expect_streamed("/dev/stdout");
    check_full_output();
    check_names(here);
    free(here);
    if (chdir("..") != 0 || rmdir(folder) != 0)
        return 1;
    return gsl_test_summary();
}
