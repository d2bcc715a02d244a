/* What the files of a walk share. Internal to the room. */
#ifndef SCMOESIM_ENGINE_QUEUE_WALKER_PRIVATE_H
#define SCMOESIM_ENGINE_QUEUE_WALKER_PRIVATE_H

#include "sim/engine/events.h"
#include "sim/engine/queue_walker.h"

#define NOTHING ((size_t)-1)
#define NO_LANE ((uint32_t)-1)

enum phase {
    WAITING, /* for operators on other queues; or there is nothing left to do */
    COMPUTING,
    FETCHING,
    AWAITING_SMS, /* until the kernel that another queue computes has ended */
    SETTING_UP,   /* before the first flow */
    FLOWING,
    LINGERING, /* until a floor, or a measured time, is over */
    LEAVING,   /* until its kernels are done too */
};

/* One in-order queue of one row. */
struct item {
    size_t row, queue;
    size_t op; /* that runs or comes next */
    enum phase phase;
    bool works;             /* on the GPU's SMs, at the rate that they have for it */
    double left_s, whole_s; /* of that work, at rate 1 */
    double share_ratio;     /* of the SMs, held */
    size_t behind;          /* AWAITING_SMS: the queue that computes, */
    double behind_left_s;   /* and what is left of its work then */
    double begin_s;         /* of communication, once it has its SMs */
    double copied_s;        /* when the copy engine to the GPU has served it */
    size_t end, open;       /* FLOWING: the first of the next step's ends; those not done */
    uint32_t version;       /* of its alarm */
};

/* A GPU, which stands for all of its row. */
struct row {
    double updated_s, rate; /* work is as of that time, and goes on at that rate */
    bool touched;           /* something began or ended now */
    uint32_t version;       /* of its alarm */
};

enum what { ALARM_ITEM, ALARM_ROW, FLOW_STARTS, FLOW_ENDS };

struct walk {
    const struct walk_job *job;
    const struct plan *plan;
    const struct flow_table *table;
    struct timeline *timeline;
    size_t queues, operators;
    struct item *items; /* [row * queues + queue] */
    struct row *rows;
    size_t *touched, touched_count;
    size_t *next_op;     /* [operator]: on its queue */
    size_t *first_op;    /* [queue] */
    unsigned char *done; /* [row * operators + operator] */
    uint32_t *lane_of;   /* [queue] with flows */
    size_t *queue_of;    /* [lane] */
    uint32_t *came;      /* [lane * flows + flow]: of its ends */
    double *bytes;       /* likewise, while its latency passes */
    struct events events;
    double now_s;
};

/* What ends this close to now ends now. The clock's last bit bounds it from below. */
static inline double instant_s(const struct walk *walk)
{
    return 1e-12 + 4e-16 * walk->now_s;
}

static inline const struct plan_operator *op_of(const struct walk *walk, const struct item *item)
{
    return &walk->plan->operators[item->op];
}

static inline const struct walk_communication *communication_of(const struct walk *walk,
                                                                const struct item *item)
{
    return &walk->job->communication[item->op];
}

static inline struct item *items_of(const struct walk *walk, size_t row)
{
    return &walk->items[row * walk->queues];
}

/* walk_gpu.c: what the SMs of a row do. */

/* Brings a row's work up to now, before anything about it changes. */
void walk_touch(struct walk *walk, size_t row);
void walk_work(struct walk *walk, struct item *item, double time_s);
/* When the row's work next gives somebody reason to go on. */
void walk_set_row_alarm(struct walk *walk, size_t row);
void walk_set_alarm(struct walk *walk, struct item *item, enum phase phase, double at_s);
/* Whether a communication kernel must await SMs; says in the item what it awaits. */
bool walk_must_await_sms(struct walk *walk, struct item *item);

#endif
