/* How long an operator takes on an otherwise idle GPU.
 *
 * Measured rows come from a cost file (doc/formats.md, "Costs"); what it lacks is synthesised from
 * the GPU's roofline. Every answer says which of the two it was, so that a result can tell the
 * mixture. */
#ifndef SCMOESIM_COST_COST_H
#define SCMOESIM_COST_COST_H

#include "sim/base/csv.h"
#include "sim/base/diag.h"
#include "sim/model/gpu.h"
#include "sim/model/operator.h"

enum cost_origin {
    COST_MEASURED,     /* a row of the file at this very size */
    COST_INTERPOLATED, /* between two measured sizes of the same shape */
    COST_SYNTHETIC     /* roofline */
};
extern const char *const cost_origin_names[]; /* NULL-terminated */

struct cost {
    double time_s;
    enum cost_origin origin;
};

struct cost_table; /* a cost file, indexed */

/* Reads and checks cost files: required columns, known kinds and dtypes, finite times >= 0 (0 means
 * "fused into a neighbour"), no two rows of a file for one key, at least one row in each. Where two
 * files measured the same, the earlier one's row stays. */
struct cost_file {
    const char *name, *text; /* text NULL: what the file of that name holds */
    size_t length;
};
int cost_table_load(const struct cost_file *files, size_t count, struct diag *diag,
                    struct cost_table **ret);
void cost_table_free(struct cost_table *table);
size_t cost_table_rows(const struct cost_table *table);
/* The card that the files were measured on, as a line "# gpu: NVIDIA H200" at their beginning says;
 * NULL where no file has one. Files of two different cards make no table. */
const char *cost_table_device(const struct cost_table *table);

/* One row as it was measured, for analyses. Fields that the file leaves empty are 0 / false. */
struct cost_measurement {
    const char *kind_name; /* an operator kind, or a copy, "launch", "event"; static */
    bool is_operator;      /* kind, pass and shape mean something; not beside a held SM */
    enum operator_kind kind;
    enum operator_pass pass;
    enum dtype dtype; /* DTYPE_COUNT where the file does not tell */
    struct operator_shape shape;
    double bytes;         /* of a copy */
    size_t sm_count;      /* held by a resident copy kernel */
    const char *protocol; /* "hot", "paced", "mixed"; static */
    double time_s;
    size_t file, line; /* position among the files of the table; line in the file */
};

/* Rows in the table's order: by kind, pass, dtype and shape, then tokens. row < cost_table_rows. */
void cost_table_measurement(const struct cost_table *table, size_t row,
                            struct cost_measurement *ret);

/* How well a file's rows of a protocol tell what it lacks. Each operator's row that has rows of its
 * curve at fewer and at more tokens is left out in turn; and each row together with all of its
 * width, where rows of other widths answer for it. The GPU has the dtypes of all rows. */
struct interpolation {
    size_t rows; /* left out */
    double mean_error_ratio;
    double worst_error_ratio; /* signed: interpolated / measured - 1 */
    struct cost_measurement worst;
};
struct left_out {
    struct interpolation tokens, widths;
};
void cost_table_left_out(const struct cost_table *table, const struct gpu *gpu,
                         const char *protocol, struct left_out *ret);

/* The roofline. Where the GPU has a fit for the kind and pass: with c = flop / (peak *
 * compute_ratio) and m = bytes / (bandwidth * memory_ratio) of each kernel and p = blend_power,
 *
 *     overhead_s + sum of (c^p + m^p)^(1/p)
 *
 * Kernels of the classes elementwise and permute give each token's row to one warp or block, which
 * is slower alone than its share of the whole: with few rows, m grows to (m^p + r^p)^(1/p) with
 * r = bytes / tokens / row_bytes_per_s. In attention's kernel c is that of whole tiles
 * (sim/cost/tiles.h), and each tile of queries adds tile_s / SMs.
 *
 * else, with the ratios of the kernel's class, sum over the kernels of
 *
 *     kernel_launch_s + max(c, m)
 *
 * both divided by the share of that speed which the software reaches (framework_ratio). Where the
 * GPU says explicit_attention, attention's core is a kernel a step, with its scores in memory, and
 * no fit is used.
 *
 * The GPU must have the dtype (checked when a scenario is set up). */
double fitted_time_s(const struct gpu *gpu, const struct operator_fit *fit, enum operator_kind kind,
                     enum operator_pass pass, const struct operator_shape *shape, enum dtype dtype);
/* Sets *rows where the operator has such a kernel, so that its times tell a row's rate; *tiles
 * where one works in attention's tiles, so that they tell a tile's time. Leaves both alone
 * otherwise. */
void operator_fitted_by(enum operator_kind kind, enum operator_pass pass,
                        const struct operator_shape *shape, enum dtype dtype, bool *rows,
                        bool *tiles);
double roofline_time_s(const struct gpu *gpu, enum operator_kind kind, enum operator_pass pass,
                       const struct operator_shape *shape, enum dtype dtype);

/* What share of the operator's time each of its kernels has by the roofline, in their order; ret
 * has room for OPERATOR_KERNELS_MAX. Returns their number. */
size_t roofline_shares(const struct gpu *gpu, enum operator_kind kind, enum operator_pass pass,
                       const struct operator_shape *shape, enum dtype dtype, double *ret);

/* Measured where the table (may be NULL) has it. Else the roofline's time, times what the nearest
 * rows, at other tokens and of similar shapes, are off their own (sim/cost/near.c): between two
 * rows of the shape never less than the one or more than the other, and without any where rows of
 * similar shapes leave little open. Up to a factor 1.25 beyond either end of the shape's rows, time
 * scales from the nearest by the roofline's ratio. All these count as interpolated; what is left is
 * synthetic, as gradients are where only "forward" was measured. Rows of attention with fewer
 * tokens than their span measured one sequence, with nothing before it. Never fails. */
struct cost cost_of(const struct cost_table *table, const struct gpu *gpu, enum operator_kind kind,
                    enum operator_pass pass, const struct operator_shape *shape, enum dtype dtype);

/* As cost_of, for a GPU that computes for that share of the time: a card that may rest clocks
 * higher than one that never does. Interpolated between rows of protocol mixed (else paced) at the
 * duties that the file has, less the event in each mixed row where the file has a row "event"; hot
 * rows are readings at duty 1 too. Times never fall with duty: readings that do are pooled. Clamped
 * at both ends. */
struct cost cost_at_duty(const struct cost_table *table, const struct gpu *gpu,
                         enum operator_kind kind, enum operator_pass pass,
                         const struct operator_shape *shape, enum dtype dtype, double duty_ratio);
/* Whether it depends on the duty: the table has rows of protocol mixed or paced. NULL has none. */
bool cost_knows_duties(const struct cost_table *table);

/* Time of a copy ("copy_h2d", …, "expert_fetch") by straight lines between the measured sizes. From
 * a single size others are taken in proportion, those of a fetch along the curve of copy_h2d. False
 * where the file has no row. */
bool cost_copy_s(const struct cost_table *table, const char *kind, double bytes, double *ret);

/* Whether the rows of a kind, among so many ranks (0: any number), have a single size. */
bool cost_one_size(const struct cost_table *table, const char *kind, size_t ranks,
                   double *ret_bytes);
/* Says which kinds have a single size, so that others are taken in proportion. The caller frees it;
 * NULL: none has. */
char *cost_one_size_note(const struct cost_table *table);

/* The same for an All-to-All among so many ranks, by the bytes that one sends, its own share
 * included. */
bool cost_all_to_all_s(const struct cost_table *table, size_t ranks, double bytes, double *ret);

/* SMs that the kernels of an All-to-All hold when nobody limits them: of the counts that it was
 * limited to (sm_count), the one whose times come nearest to those without a limit, over the sizes
 * that both have. 0 where the file does not tell. */
size_t cost_all_to_all_sms(const struct cost_table *table, size_t ranks);

/* The row that names this operator of a plan; false where none does. Names of operators in later
 * layers of a plan ("expert@2") stand for the same row. sm_count: held by something else while it
 * was timed. */
bool cost_named_s(const struct cost_table *table, const char *name, double *ret_time_s,
                  size_t *ret_sm_count);

/* An overhead ("launch", "event", "launch_beside_copies", "exchange_beside_compute",
 * "launch_in_graph", "exchange_in_graph", "launch_in_graph_beside_copies",
 * "all_to_all_beside_compute": seconds a second); 0 where the file has none. */
double cost_overhead_s(const struct cost_table *table, const char *kind);

#endif
