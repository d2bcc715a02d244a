/* What gate, encode and decode should have computed. Choices are checked against the GPU's own
 * logits and slots, so that a near tie is no error. */
#include "check.h"

#include "reference.h"

void check_gate(struct check *check)
{
    const struct op *op = check->op;
    size_t rows = op->rows, hidden = op->spec.shape.hidden, experts = op->spec.shape.experts;
    size_t top_k = op->spec.shape.top_k;
    const double *normed = check_normed(check), *w = check_fetch(check, W_GATE);
    const double *logits = check_fetch(check, LOGITS), *expert = check_fetch(check, EXPERT_OF);
    double *want = check_room(check, rows * experts), *share = check_room(check, rows * experts);
    double *weight = check_room(check, rows * top_k);
    ref_multiply(normed, w, want, rows, hidden, experts);
    check_close(check, "logits", LOGITS, want);
    bool greatest = true;
    for (size_t t = 0; t < rows; t++) {
        ref_softmax(logits + t * experts, share + t * experts, experts);
        double last = 2;
        for (size_t k = 0; k < top_k; k++) {
            size_t e = (size_t)expert[t * top_k + k];
            if (e >= experts) {
                greatest = false;
                continue;
            }
            double mine = share[t * experts + e];
            size_t above = 0; /* experts with a greater share: exactly those chosen before */
            for (size_t i = 0; i < experts; i++)
                above += share[t * experts + i] > mine;
            greatest = greatest && above == k && mine <= last;
            weight[t * top_k + k] = last = mine;
        }
    }
    check_true(check, "the greatest shares are chosen", greatest);
    check_within(check, "weights", check_fetch(check, WEIGHT_OF), weight, rows * top_k, 1e-5);
    if (op->spec.pass == PASS_FORWARD || !greatest)
        return;
    const double *dweight = check_fetch(check, D_WEIGHT_OF);
    double *dlogits = check_room(check, rows * experts),
           *dnormed = check_room(check, rows * hidden);
    for (size_t t = 0; t < rows; t++) {
        double mean = 0;
        for (size_t k = 0; k < top_k; k++)
            mean += weight[t * top_k + k] * dweight[t * top_k + k];
        for (size_t e = 0; e < experts; e++)
            dlogits[t * experts + e] = -share[t * experts + e] * mean;
        for (size_t k = 0; k < top_k; k++)
            dlogits[t * experts + (size_t)expert[t * top_k + k]] +=
                weight[t * top_k + k] * dweight[t * top_k + k];
    }
    check_close(check, "dlogits", D_LOGITS, dlogits);
    ref_multiply_input_gradient(dlogits, w, dnormed, rows, hidden, experts);
    check_norm_gradient(check, dnormed, NULL);
    if (op->spec.pass != PASS_WEIGHT_GRADIENT)
        return;
    double *dw = check_room(check, experts * hidden);
    ref_multiply_weight_gradient(dlogits, normed, dw, rows, hidden, experts);
    check_close(check, "dw_gate", D_W_GATE, dw);
}

/* Slots must be different, in the right expert's part, and refused only where that part is full. */
static void check_slots(struct check *check)
{
    const struct op *op = check->op;
    size_t copies = op->rows * op->spec.shape.top_k, experts = op->spec.routed_experts;
    const double *expert = check_fetch(check, EXPERT_OF), *slot = check_fetch(check, SLOT);
    double *owner = check_room(check, op->buffer_rows), *kept = check_room(check, experts);
    double *asked = check_room(check, experts);
    bool good = true;
    for (size_t c = 0; c < copies; c++) {
        size_t e = (size_t)expert[c];
        asked[e]++;
        if (slot[c] < 0)
            continue;
        size_t place = (size_t)slot[c];
        good = good && place < op->buffer_rows && place / op->capacity == e && owner[place] == 0;
        if (place < op->buffer_rows)
            owner[place]++;
        kept[e]++;
    }
    for (size_t e = 0; e < experts; e++) {
        double most = (double)op->capacity;
        good = good && kept[e] == (asked[e] < most ? asked[e] : most);
    }
    check_true(check, "slots are different, in place and full before any is refused", good);
}

/* Rows moved to their slots, times scale; zeros elsewhere. */
static const double *scattered(struct check *check, const double *x, const double *scale)
{
    const struct op *op = check->op;
    size_t width = op->spec.shape.hidden, top_k = op->spec.shape.top_k;
    const double *slot = check_fetch(check, SLOT);
    double *buffer = check_room(check, op->buffer_rows * width);
    for (size_t c = 0; c < op->rows * top_k; c++) {
        for (size_t j = 0; slot[c] >= 0 && j < width; j++)
            buffer[(size_t)slot[c] * width + j] = (scale ? scale[c] : 1) * x[c / top_k * width + j];
    }
    return buffer;
}

static double *gathered(struct check *check, const double *buffer, const double *scale)
{
    const struct op *op = check->op;
    size_t width = op->spec.shape.hidden, top_k = op->spec.shape.top_k;
    const double *slot = check_fetch(check, SLOT);
    double *rows = check_room(check, op->rows * width);
    for (size_t c = 0; c < op->rows * top_k; c++) {
        for (size_t j = 0; slot[c] >= 0 && j < width; j++)
            rows[c / top_k * width + j] +=
                (scale ? scale[c] : 1) * buffer[(size_t)slot[c] * width + j];
    }
    return rows;
}

void check_encode(struct check *check)
{
    check_slots(check);
    check_close(check, "y", Y, scattered(check, check_fetch(check, X), NULL));
    if (check->op->spec.pass != PASS_FORWARD)
        check_close(check, "dx", DX, gathered(check, check_fetch(check, DY), NULL));
}

void check_decode(struct check *check)
{
    const struct op *op = check->op;
    size_t width = op->spec.shape.hidden, top_k = op->spec.shape.top_k;
    const double *x = check_fetch(check, X), *weight = check_fetch(check, WEIGHT_OF);
    const double *residual = check_fetch(check, RESIDUAL), *slot = check_fetch(check, SLOT);
    const double *shared = op->spec.shape.shared ? check_fetch(check, SHARED) : NULL;
    check_slots(check);
    double *y = gathered(check, x, weight);
    for (size_t i = 0; i < op->rows * width; i++)
        y[i] += residual[i] + (shared ? shared[i] : 0);
    check_close(check, "y", Y, y);
    if (op->spec.pass == PASS_FORWARD)
        return;
    const double *dy = check_fetch(check, DY);
    check_close(check, "dx", DX, scattered(check, dy, weight));
    double *dweight = check_room(check, op->rows * top_k);
    for (size_t c = 0; c < op->rows * top_k; c++) {
        for (size_t j = 0; slot[c] >= 0 && j < width; j++)
            dweight[c] += dy[c / top_k * width + j] * x[(size_t)slot[c] * width + j];
    }
    check_within(check, "dweight", check_fetch(check, D_WEIGHT_OF), dweight, op->rows * top_k,
                 1e-5);
}
