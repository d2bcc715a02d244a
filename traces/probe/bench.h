/* What all measurements share: the GPU, the settings, the rows so far, and the clock. */
#ifndef PROBE_BENCH_H
#define PROBE_BENCH_H

#include <stdbool.h>
#include "choices.h"
#include "exchange.h"
#include "jobs.h"
#include "lab.h"
#include "nvml.h"
#include "operator.h"
#include "options.h"
#include "rows.h"
#include "timing.h"

/* What the management library's readings are averaged over; written as provenance. */
enum label { LABEL_HOT, LABEL_PACED, LABEL_MIXED, LABEL_CONTENTION, LABEL_COPIES, LABEL_COUNT };

/* Adds a line of provenance: "# " before it, one line whatever it holds. */
void facts_add(struct text *facts, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct bench {
    const struct options *options;
    struct lab lab;
    struct choices choices;
    struct nvml *nvml;
    struct exchange exchange; /* made where copies are part of the measurement */
    struct timing_limits limits;
    struct rows rows;
    struct rows beside_copies; /* operators beside both copy engines: a file of their own */
    struct text left_out;      /* lines of provenance from the measurement itself */
    double deadline_s;         /* on host_seconds(); 0: none */
    bool stopped;              /* the deadline cut the measurement short */
};

/* True once the deadline has passed; says so the first time. */
bool bench_time_is_up(struct bench *bench);

/* An operator for a job, or NULL after noting why it is left out. */
struct op *bench_operator(struct bench *bench, const struct job *job);

/* A step that runs an operator `repeats` times, on the next sets each time. */
struct operator_step {
    const struct lab *lab;
    const struct op *op;
    int repeats;
};
struct step step_of_operator(struct operator_step *context, int slot);
/* A step that lets the GPU rest for *seconds. */
struct step step_of_pause(double *seconds);

/* Time of one run of an operator, back to back, with the spread per run. */
struct timing bench_time_hot(struct bench *bench, const struct op *op);

/* The parts of a measurement, each in a file of its own. */
void measure_jobs(struct bench *bench, const struct jobs *jobs);
void measure_mixed(struct bench *bench, const struct model *model, size_t tokens);
/* The same sequences of all models on every GPU at once, --gpus of them, with NCCL's All-to-Alls;
 * what the slowest GPU took. */
void measure_mixed_among_gpus(struct bench *bench);
void measure_contention(struct bench *bench, const struct jobs *jobs);
void measure_copies(struct bench *bench);
void measure_all_to_all(struct bench *bench); /* --gpus */
/* Whether --gpus asks for something that this machine can do; else notes why not, once. */
bool bench_has_gpus(const struct bench *bench);

/* Everything the first lines of a cost file say. */
void bench_facts(struct bench *bench, const struct nvml_average averages[NVML_LABELS],
                 struct text *facts);

#endif
