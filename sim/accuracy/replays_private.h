/* How the readers of this room build a replay. */
#ifndef SCMOESIM_ACCURACY_REPLAYS_PRIVATE_H
#define SCMOESIM_ACCURACY_REPLAYS_PRIVATE_H

#include "sim/accuracy/replays.h"

#define ROUNDS_MAX 1000 /* of one replay */
#define GPUS_MAX 65536
#define TURNS_MAX 1000

/* What a file tells of one operator. */
struct told {
    const char *name, *queue;
    size_t rank;
    enum operator_kind kind;
    enum operator_pass pass;
    double start_s, end_s;
};

/* Without operators and runs yet; copies the words. */
struct replay replay_of(const char *plan, const char *schedule, enum launch launch,
                        double factor_ratio);
/* The first rank's operators come first, each once; then those of the next, which are the same by
 * name. False where that is not so. */
bool replay_add_operator(struct replay *replay, const struct told *told);
/* Whether that many ranks told all their operators. */
bool replay_is_whole(const struct replay *replay);
void replay_add_run(struct replay *replay, double time_s);
/* After the first run; a count below 2 tells nothing. */
void replay_set_rounds(struct replay *replay, size_t count, double fastest_s, double slowest_s);

#endif
