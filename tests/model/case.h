/* Runs a study in a child process, since SimGrid takes one platform per process. */
#ifndef SCMOESIM_TESTS_CASE_H
#define SCMOESIM_TESTS_CASE_H

#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/study/study.h"

#ifndef TEST_DATA
#error "TEST_DATA names the folder of test inputs"
#endif

/* body(argument) runs in the child, whose failed checks make one failed check here. */
static inline void in_child(void (*body)(const void *argument), const void *argument,
                            const char *what)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        gsl_set_error_handler_off();
        body(argument);
        int failed = gsl_test_summary();
        fflush(NULL);
        _exit(failed ? 1 : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    gsl_test(!WIFEXITED(status) || WEXITSTATUS(status) != 0, "%s", what);
}

/* The hand-made case: round kernel times, eight GPUs on an ideal switch, speedups over top-2. */
static inline struct study_request hand_request(const char *const *schedules, size_t count)
{
    static const char *const costs[] = {TEST_DATA "/hand-costs.csv", NULL};
    return (struct study_request){.model = TEST_DATA "/hand-model.json",
                                  .topology = TEST_DATA "/star-8.json",
                                  .costs = costs,
                                  .schedules = schedules,
                                  .schedule_count = count,
                                  .baseline = "top2"};
}

/* Loads and plays; prints what is wrong and ends the child otherwise. */
static inline struct study *must_play(const struct study_request *request)
{
    struct diag diag = {0};
    struct study *study = NULL;
    if (study_load(request, &diag, &study) < 0 || study_run(study, &diag) < 0) {
        diag_print(&diag, "test", stderr);
        gsl_test(1, "the study plays");
        _exit(1);
    }
    return study;
}

#endif
