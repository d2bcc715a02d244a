/* A cluster, its prices, and how tokens travel on it: what any plan needs to be settled. Shared by
 * what-ifs (study.h), replays of plan files (replayer.h) and All-to-Alls alone (alltoall_alone.h).
 * Internal to the room. */
#ifndef SCMOESIM_STUDY_SETTLE_INPUTS_H
#define SCMOESIM_STUDY_SETTLE_INPUTS_H

#include "sim/engine/settle.h"
#include "sim/study/input_library.h"

/* An All-to-All algorithm in use. */
struct program {
    const char *algorithm; /* alltoall.h's own name */
    struct a2a_costs costs;
};
#define PROGRAMS_MAX 8

/* Whom tokens go to; counts only for algorithms that send a token once however many of its experts
 * are in one place. */
struct token_targets {
    size_t experts, top_k, node_limit;
};

/* Flows of a program. */
struct program_flows {
    size_t program;
    struct token_targets targets;
    const struct exchange_flows *flows;        /* the library's */
    const struct exchange_flows *beside_rings; /* the same for plays beside gradients */
};

struct setting {
    struct library *library;
    /* The library's. */
    const struct topology *topology;
    struct router *router;
    const struct gpu *gpu;
    const struct cost_table *costs; /* NULL: synthetic */
    const struct cost_scale *scale;
    size_t ranks, ep;
    bool fold;                             /* where that is exact */
    enum network_kind network;             /* NETWORK_AUTO, or what is to play every rank */
    bool measured_a2a;                     /* the costs' times of All-to-Alls count */
    struct program programs[PROGRAMS_MAX]; /* one, or all that "auto" chooses from */
    size_t program_count;
    struct program_flows *flows;
    size_t flows_count;
    const struct gradient_rings *rings; /* NULL: gradients do not travel */
    const struct flow_set
        *covers[PROGRAMS_MAX]; /* every pair that unequal flows may use; NULL: none */
};

/* 1,024 GPUs: ten seconds for two schedules and 650 MB; both grow with the flows at least. */
#define SETTING_FLOWS_MAX 1050000

/* Settles which algorithms are played, and the router. most_tokens: of a rank, at once. */
int setting_choose_programs(struct setting *setting, double most_tokens, struct diag *diag);

/* Finds a program's flows, once; beside rings too where asked. *ret is the setting's. */
int setting_need_flows(struct setting *setting, size_t program, const struct token_targets *targets,
                       bool beside_rings, struct diag *diag, const struct program_flows **ret);
/* Rings of gradients. */
void setting_need_rings(struct setting *setting);
/* Every pair of a program, for unequal flows. */
int setting_need_cover(struct setting *setting, size_t program, const struct token_targets *targets,
                       struct diag *diag);
/* Those found; NULL: none. */
const struct program_flows *setting_flows(const struct setting *setting, size_t program,
                                          const struct token_targets *targets);

/* One plan on it. */
struct setting_play {
    const struct plan *plan;
    size_t program;
    const struct exchange_flows *flows;        /* of a balanced exchange */
    const struct flow_set *dispatch, *combine; /* unequal ones instead; NULL: the former */
    const struct traffic *traffic;             /* that they come from; NULL */
};
int setting_settle(const struct setting *setting, const struct setting_play *play,
                   struct diag *diag, struct settled *ret);

/* What operators are priced by under a program. */
struct pricing setting_pricing(const struct setting *setting, size_t program, enum dtype dtype);
/* What the costs say of an All-to-All; 0 where they leave it to the topology. */
double setting_measured_a2a_s(const struct setting *setting, const struct plan_operator *op);

void setting_done(struct setting *setting);

#endif
