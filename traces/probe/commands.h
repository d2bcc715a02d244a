/* The subcommands; each returns an exit status. */
#ifndef PROBE_COMMANDS_H
#define PROBE_COMMANDS_H

#include "options.h"

int command_info(const struct options *options);
int command_check(const struct options *options);
int command_measure(struct options *options);
int command_replay(const struct options *options);

#endif
