/* A small JSON reader for models and plans: the tree, and complaints with a place.
 *
 * The simulator checks these files thoroughly (unknown members, ranges); the probe reads what it
 * needs and refuses only what it cannot understand. */
#ifndef PROBE_JSON_H
#define PROBE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include "base.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_type type;
    char *key;          /* member name; NULL elsewhere */
    char *text;         /* of a string */
    double number;      /* of a number; 0 or 1 for bool */
    struct json *first; /* of an array or object */
    struct json *next;  /* sibling */
    size_t count;       /* children */
};

/* name stands for the file in messages: "NAME:LINE:COLUMN: expected …". NULL with a complaint. */
struct json *json_parse(const char *name, const char *text, struct complaint *why);
struct json *json_load(const char *path, struct complaint *why);
void json_free(struct json *json);

const struct json *json_member(const struct json *object, const char *key); /* NULL when absent */

/* Members as values; 0, or negative with a complaint that names object and member. `where` says
 * what the object is ("models/x.json: /stages/0"). The _or forms take a value for an absent member.
 */
int json_text(const struct json *object, const char *where, const char *key, const char **ret,
              struct complaint *why);
int json_count(const struct json *object, const char *where, const char *key, size_t min,
               size_t max, size_t *ret, struct complaint *why);
int json_count_or(const struct json *object, const char *where, const char *key, size_t min,
                  size_t max, size_t absent, size_t *ret, struct complaint *why);
int json_number_or(const struct json *object, const char *where, const char *key, double min,
                   double absent, double *ret, struct complaint *why);
int json_bool_or(const struct json *object, const char *where, const char *key, bool absent,
                 bool *ret, struct complaint *why);
int json_schema(const struct json *object, const char *where, const char *want,
                struct complaint *why);

/* Writes text as a JSON string, quotes included. */
void json_put_string(FILE *to, const char *text);

#endif
