/* Members that the loaders of this room read alike. Internal to sim/model. */
#ifndef SCMOESIM_MODEL_READ_MEMBERS_H
#define SCMOESIM_MODEL_READ_MEMBERS_H

#include "sim/base/json.h"

/* A copy of a string member; the caller frees *ret. */
int read_text(const struct jcur *at, const char *key, char **ret);

/* A number member > 0 and <= max. */
int read_positive(const struct jcur *at, const char *key, double max, double *ret);

#endif
