/* Many what-ifs: which inputs vary over which values, and what point number i is.
 *
 * A sweep is a base (what `scmoesim run` takes) and axes. An axis is a pointer into the inputs and
 * its values. Pointers begin with the input's name: /model/experts,
 * /topology/link_types/network/latency_s, /gpu/sm_count, /schedule/fixed_slot,
 * /costs/time_ratio/expert; the names alone stand for the words of the command line: /model,
 * /topology, /schedule, /baseline, /costs, /mode, /tokens, /ep.
 *
 * File format: doc/formats.md, "Sweep". Knows nothing of processes or of files of rows. */
#ifndef SCMOESIM_SWEEP_SWEEP_H
#define SCMOESIM_SWEEP_SWEEP_H

#include "sim/base/csv.h"
#include "sim/base/diag.h"
#include "sim/study/request.h"

#define SWEEP_POINTS_MAX 10000000u
#define SWEEP_AXES_MAX 64

struct value {
    char *text;    /* as --set takes it; NULL: the input stays as it is */
    double number; /* NaN where the value is no number */
    char *set;     /* "POINTER=TEXT" */
};

struct axis {
    char *pointer;
    struct value *values;
    size_t count;
};

struct sweep {
    struct json *doc;           /* the file behind the base's words where it is the sweep's own */
    struct study_request base;  /* words are borrowed from doc or from the caller */
    struct request_words words; /* behind the base's words and lists */
    struct axis *axes;
    size_t axis_count;
    bool together; /* point i has value i of every axis; else a grid, last axis fastest */
    size_t point_count;
};

/* What a user may say about sampling, and with which words. */
enum sampling { SAMPLING_GRID, SAMPLING_ZIP, SAMPLING_LIST, SAMPLING_LATIN_HYPERCUBE };
extern const char *const sampling_names[]; /* NULL-terminated */

/* A range as a user gives it. Grids take `steps` values from one end to the other, Latin hypercubes
 * as many as there are samples, one in each equal part, in random order. */
struct range {
    double from, to;
    size_t steps;
    bool log;   /* equal ratios instead of equal differences */
    bool whole; /* rounded to whole numbers */
};

/* An axis that is not yet expanded: values, or a range. */
struct axis_draft {
    char *pointer;
    char **texts;
    size_t count; /* 0: the range */
    struct range range;
};

struct sampling_request {
    enum sampling sampling;
    size_t samples; /* of a Latin hypercube */
    unsigned long seed;
};

/* "POINTER=a,b,c", "POINTER=a..b:n", "POINTER=a..b:n log whole". Values with commas of their own
 * are separated by ';' instead. */
int axis_draft_parse(const char *text, struct diag *diag, struct axis_draft *ret);
void axis_draft_done(struct axis_draft *draft);
/* The number that a value at a pointer means, units applied; false: a word. */
bool axis_number(const char *pointer, const char *text, double *ret);

/* To the digits that generated values have, so that what is meant to be whole is. */
double range_round(double value);

/* Expands drafts into the sweep's axes and counts points. */
int sweep_set_axes(struct sweep *sweep, const struct axis_draft *drafts, size_t count,
                   const struct sampling_request *request, struct diag *diag);

/* Reads a document, which must outlive the sweep; what the base leaves open is as in `base`. */
int sweep_read(const struct json *doc, const struct study_request *base, struct diag *diag,
               struct sweep *ret);
/* Reads NAME (in analysis/sweeps) or FILE; what the base leaves open has the defaults of `base`. */
int sweep_load(const char *word, const struct study_request *base, struct diag *diag,
               struct sweep *ret);
void sweep_done(struct sweep *sweep);

/* The value of an axis at a point. */
const struct value *sweep_value(const struct sweep *sweep, size_t point, size_t axis);

/* A point as a request. Words are borrowed from the sweep; request_words_done frees the lists. */
void sweep_request(const struct sweep *sweep, size_t point, struct study_request *ret,
                   struct request_words *ret_words);

/* Columns: a column per axis, named by its pointer; point, from 0; rows, how many that point has;
 * those of doc/results.md; error, empty where the point could be played; sweep, SWEEP_ID of the
 * whole. */
#define SWEEP_ID_MAX 48
/* "9f86d081884c7d65/1000": a fingerprint of everything that rows depend on (words, values, contents
 * of files, versions), and the number of points. Reads all files that points name into the library.
 */
void sweep_id(const struct sweep *sweep, struct library *library, char ret[SWEEP_ID_MAX]);
void sweep_write_header(const struct sweep *sweep, struct text *to);
void sweep_write_rows(const struct sweep *sweep, const char *id, size_t point,
                      const struct result *results, size_t count, struct text *to);
void sweep_write_failure(const struct sweep *sweep, const char *id, size_t point, const char *error,
                         struct text *to);

/* Fails, with the messages of the first, when none of a few points spread over the sweep can be
 * loaded: then the sweep itself is wrong. Warms the library. */
int sweep_try(const struct sweep *sweep, struct library *library, struct diag *diag);

#endif
