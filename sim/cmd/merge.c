/* scmoesim merge: the shards of a sweep as one table. */
#include <stdlib.h>
#include "sim/cmd/command.h"
#include "sim/sweep/output.h"

static int merge(const struct command *me, int argc, char *argv[])
{
    const char *output = "-";
    const struct option_row rows[] = {
        {"output", "FILE", "write to FILE instead of standard output", .word = &output}, {0}};
    const char *const *files;
    size_t count;
    int code = read_options(me, rows, argc, argv, &files, &count);
    if (code >= 0)
        return code;
    if (count == 0)
        return usage_error(me, "expected at least one FILE");
    struct diag diag = {0};
    struct merged merged;
    if (rows_merge(files, count, output, &diag, &merged) < 0)
        return input_error(&diag);
    if (merged.failures)
        fprintf(stderr, PROGRAM " merge: %zu of %zu points failed; column \"error\" says why\n",
                merged.failures, merged.points);
    return merged.failures ? EXIT_PARTLY : EXIT_FINE;
}

const struct command merge_command = {
    "merge", "FILE...", "join the shards of a sweep into one CSV",
    "Every point must be in one of the files; the result is the same bytes as of a\n"
    "sweep in one piece.\n\n"
    "Example:\n  scmoesim merge part-*.csv -o all.csv\n",
    merge};
