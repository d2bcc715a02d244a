/* How tokens choose experts: the loads of experts, what becomes of copies beyond an expert's
 * capacity, and draws of who sends how many copies to whom.
 *
 * Read from a document of members that all have defaults, so that every one can be set and swept as
 * /routing/... (doc/formats.md, "Routing"). */
#ifndef SCMOESIM_TOKENS_ROUTING_H
#define SCMOESIM_TOKENS_ROUTING_H

#include <stdbool.h>

#include "sim/base/json.h"
#include "sim/tokens/traffic.h"

enum routing_load {
    LOAD_BALANCED,  /* every expert gets the same, exactly */
    LOAD_ZIPF,      /* proportional to 1 / rank^exponent, ranks dealt out anew in each draw */
    LOAD_DIRICHLET, /* shares from a symmetric Dirichlet distribution */
    LOAD_RECORDED,  /* from a file */
};
extern const char *const routing_load_names[]; /* NULL-terminated */

enum routing_overflow {
    OVERFLOW_PAD,  /* buffers of the capacity are sent and computed whole, what is beyond is dropped
                    */
    OVERFLOW_DROP, /* only copies are sent and computed, what is beyond the capacity is dropped */
    OVERFLOW_DROPLESS, /* only copies are sent and computed, all of them */
};
extern const char *const routing_overflow_names[];

/* Expert loads as somebody counted them: `samples` rows of `experts` shares that add up to 1. */
struct recorded_loads {
    size_t experts, samples;
    double *share_ratio; /* [sample * experts + expert] */
};

/* Reads a CSV of them (doc/formats.md, "Routing") into zeroed memory, which is to be ended with
 * recorded_loads_done even where reading fails. */
int recorded_loads_read(const char *path, struct diag *diag, struct recorded_loads *ret);
void recorded_loads_done(struct recorded_loads *loads);

struct routing {
    enum routing_load load;
    double exponent; /* of zipf, >= 0 */
    double alpha;    /* of dirichlet, > 0: small is uneven */
    char *file;      /* of recorded; NULL otherwise */
    struct recorded_loads recorded;
    enum routing_overflow overflow;
    double affinity_ratio; /* of the copies, kept by experts on the sender's own GPU; [0, 1] */
    size_t node_limit;     /* nodes that one token's experts may lie on; 0: any */
    unsigned long seed;
    size_t draws; /* independent draws of everything that is random */
};

/* Reads the file of recorded loads too. */
int routing_read(const struct json *doc, struct diag *diag, struct routing **ret);
void routing_free(struct routing *routing);

/* Whether every rank sends and computes the same, whatever the tokens choose: nothing to draw. */
bool routing_is_even(const struct routing *routing);

/* "zipf:1.2, dropless": what differs from the default. Fresh memory; NULL where nothing does. */
char *routing_describe(const struct routing *routing);

/* The pieces of a spec such as "zipf:1.2", "balanced" or "loads.csv" as edits of the document,
 * fresh memory; *ret_second is NULL where one is enough. False where the spec is none of these. */
bool routing_spec_edits(const char *spec, char **ret_first, char **ret_second);

/* What is routed. */
struct routed {
    size_t ranks, ep, node_gpus;
    size_t experts, top_k;  /* experts of a group; ep divides them */
    double tokens;          /* of one rank */
    double capacity_factor; /* rows of an expert's buffer for one sender, over the mean */
    unsigned long layer;    /* draws of different layers are independent */
};

/* What a draw says beside the traffic. */
struct routing_outcome {
    double
        imbalance_ratio;  /* copies on the busiest rank over the mean, before anything is dropped */
    double dropped_ratio; /* of all copies */
};

/* Draw `draw` < routing->draws: the same for the same seed, layer and tokens, and of the same
 * expert popularity whatever top_k. The traffic is to be ended with traffic_done. Under
 * OVERFLOW_PAD it is what tokens choose, not what is sent. */
void routing_draw(const struct routing *routing, const struct routed *routed, size_t draw,
                  struct traffic *ret, struct routing_outcome *ret_outcome);

#endif
