/* JSON in and out. The only room that knows the cJSON library.
 *
 * Reading walks a document with cursors (struct jcur). A cursor chain lives on the stack and knows
 * its place. So every complaint names file, JSON Pointer, what was expected and what was found:
 *
 *     topologies/one.json: /links/3/bandwidth_bytes_per_s: expected a number > 0, got a string
 *     topologies/one.json: /links/3: unknown member "latncy_s"; did you mean "latency_s"?
 *
 * Readers return 0, or add to the cursor's diag and return a negative errno. On failure they leave
 * *ret untouched, so a loader can go on and report everything that is wrong in one pass. */
#ifndef SCMOESIM_BASE_JSON_H
#define SCMOESIM_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/base/diag.h"
#include "sim/base/text.h"

struct cJSON;
struct json; /* a whole document */

/* Reads and parses a file. Refused, with a message in diag: missing, unreadable, larger than 64
 * MiB, syntax errors (file:line:column, the source line and a caret), text after the document,
 * duplicate members, numbers that are not finite, nesting deeper than 64. */
int json_load(const char *path, struct diag *diag, struct json **ret);

/* The same of a NAME or FILE as data_find takes it (sim/base/file.h). */
int json_load_data(const char *folder, const char *what, const char *word, struct diag *diag,
                   struct json **ret);

/* The same from memory; name stands for the file in messages (and is copied). */
int json_parse(const char *name, const char *text, size_t length, struct diag *diag,
               struct json **ret);

/* Replaces the value at a JSON Pointer ("" is the whole document). `text` is JSON; where it does
 * not parse it is taken as a string. A quantity with a unit suffix is converted (quantity_parse).
 * The member name's ending chooses the unit: _s, _bytes, _bytes_per_s, _flop_per_s.
 *
 * The pointer's last member may be absent from the document: loaders refuse what they do not know.
 * "-" appends to an array, which may be absent, too. Everything before must exist. Otherwise the
 * message names the deepest part that does, and suggests a near member. */
int json_set(struct json *doc, const char *pointer, const char *text, struct diag *diag);

/* The number that json_set would write for text at pointer; false where it would write none. */
bool json_set_number(const char *pointer, const char *text, double *ret);

/* A copy to edit, so that one parsed document serves many edits. */
struct json *json_copy(const struct json *doc);

/* Serialised document, for hashing and echoing, as jout writes it; caller frees. */
char *json_print(const struct json *doc);

void json_free(struct json *doc);

struct jcur {
    const struct jcur *up; /* NULL at the root */
    const char *key;       /* member name; NULL for an array element */
    size_t index;          /* position when key is NULL */
    const struct cJSON *node;
    const char *file;           /* as the user typed it; borrowed from the document */
    struct diag *diag;          /* where complaints go; borrowed */
    struct json_recent *recent; /* of the document: makes loops over elements linear */
};

struct jcur json_root(const struct json *doc, struct diag *diag);

/* Containers. The returned cursor points at `at`, which must outlive it. */
int jcur_member(const struct jcur *at, const char *key, struct jcur *ret); /* absent: complaint */
bool jcur_has(const struct jcur *at, const char *key, struct jcur *ret);   /* absent: false */
int jcur_array(const struct jcur *at, size_t min, size_t max, size_t *ret_length);
int jcur_object(const struct jcur *at);                        /* checks the type */
struct jcur jcur_element(const struct jcur *at, size_t index); /* index < length */
/* Members of an object by position, for maps with free keys; false past the end. */
bool jcur_member_at(const struct jcur *at, size_t index, const char **ret_key, struct jcur *ret);
/* Complains about every member not in the NULL-terminated list, with a suggestion. */
int jcur_only(const struct jcur *at, const char *const *known);
int jcur_members(const struct jcur *at, const char *known); /* the same of "this,that" */

/* Values. Strings are borrowed from the document. */
bool jcur_is_string(const struct jcur *at);
bool jcur_is_number(const struct jcur *at);
int jcur_string(const struct jcur *at, const char **ret);
int jcur_bool(const struct jcur *at, bool *ret);
int jcur_positive(const struct jcur *at, double *ret);                        /* > 0 */
int jcur_non_negative(const struct jcur *at, double *ret);                    /* >= 0 */
int jcur_between(const struct jcur *at, double min, double max, double *ret); /* inclusive */
int jcur_count(const struct jcur *at, size_t min, size_t max, size_t *ret);   /* a whole number */
/* The position of the string in a NULL-terminated list; a miss lists the words and suggests. */
int jcur_word(const struct jcur *at, const char *const *words, size_t *ret);

/* Member shorthands: as jcur_member then the value. The _or forms take a value for an absent
 * member. */
int jget_string(const struct jcur *at, const char *key, const char **ret);
int jget_string_or(const struct jcur *at, const char *key, const char *absent, const char **ret);
int jget_bool_or(const struct jcur *at, const char *key, bool absent, bool *ret);
int jget_positive(const struct jcur *at, const char *key, double *ret);
int jget_non_negative(const struct jcur *at, const char *key, double *ret);
int jget_non_negative_or(const struct jcur *at, const char *key, double absent, double *ret);
int jget_between(const struct jcur *at, const char *key, double min, double max, double *ret);
int jget_between_or(const struct jcur *at, const char *key, double min, double max, double absent,
                    double *ret);
int jget_count(const struct jcur *at, const char *key, size_t min, size_t max, size_t *ret);
int jget_count_or(const struct jcur *at, const char *key, size_t min, size_t max, size_t absent,
                  size_t *ret);
/* A member that is an array, and its length. */
int jget_array(const struct jcur *at, const char *key, size_t min, size_t max, struct jcur *ret,
               size_t *ret_length);
/* Checks the "schema" member: it must be exactly `want`, e.g. "scmoesim/model/1". */
int jget_schema(const struct jcur *at, const char *want);

/* A complaint at this place: "FILE: POINTER: text". Returns -EINVAL. */
int jcur_error(const struct jcur *at, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writing: a stream of values into a text buffer, indented by two blanks, members in call order. A
 * number is the shortest text that reads back to the same double (at most %.17g). The end of the
 * root container ends its line, too. Misuse is an assertion. */
struct jout {
    struct text *to;
    unsigned depth;
    bool first;            /* nothing written yet inside the innermost container */
    bool inline_container; /* set by jout_inline: the next container goes on one line */
    unsigned inline_depth; /* 0 when none is open */
};

void jout_init(struct jout *out, struct text *to);
void jout_inline(struct jout *out); /* the next object or array is written on one line */
void jout_object(struct jout *out, const char *key); /* key NULL inside arrays and at the root */
void jout_array(struct jout *out, const char *key);
void jout_end(struct jout *out, char closing);                          /* '}' or ']' */
void jout_string(struct jout *out, const char *key, const char *value); /* NULL writes null */
void jout_number(struct jout *out, const char *key, double value);      /* not finite: null */
void jout_count(struct jout *out, const char *key, size_t value);
void jout_bool(struct jout *out, const char *key, bool value);

/* The shortest decimal text that strtod reads back as value. */
#define NUMBER_MAX 32
char *number_print(char out[NUMBER_MAX], double value);

#endif
