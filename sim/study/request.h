/* What a user asks for, read from JSON: the members that name a what-if in sweeps and in published
 * cases. The command line's twin is sim/cmd/study_options.h. */
#ifndef SCMOESIM_STUDY_REQUEST_H
#define SCMOESIM_STUDY_REQUEST_H

#include "sim/base/json.h"
#include "sim/study/study.h"

/* What a request's words and lists point into, beside the document. Zero-initialise to begin. */
struct request_words {
    const char **schedules, **costs, **sets;
    char **owned;
    size_t owned_count;
};

/* Reads an object with the members "model", "topology", "schedules", "baseline", "mode", "tokens",
 * "ep", "costs" (a file, or an array of them) and "set" (pointer -> value), all optional; what is
 * absent stays as *request has it. Words are borrowed from the document and from words. */
int request_read(const struct jcur *at, struct request_words *words, struct study_request *request);
/* The member "set" alone. */
int request_sets(const struct jcur *at, struct request_words *words, struct study_request *request);
void request_words_done(struct request_words *words);
/* Complains about those that are no "/ROOM/MEMBER=VALUE" of these rooms, NULL-terminated; a library
 * takes none of them. */
int edits_check(const struct edits *edits, const char *const *rooms, struct diag *diag);
/* Keeps fresh memory until request_words_done; returns it. */
const char *request_own(struct request_words *words, char *text);

/* A number, a word, or true and false, as --set would take it. Fresh memory. */
int request_value(const struct jcur *at, char **ret);

#endif
