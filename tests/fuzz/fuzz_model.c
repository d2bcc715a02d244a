/* The model reader; what it takes must have a stage to predict, and shapes that are numbers. */
#include <assert.h>
#include <math.h>
#include "sim/model/model.h"
#include "tests/fuzz/fuzz.h"

static void use(const struct model *model)
{
    const struct model_stage *stage = model_pair_stage(model);
    assert(stage && stage->moe_every > 0);
    assert(isfinite(model_weight_bytes(model, 1, true)));
    for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++) {
        enum operator_kind k = (enum operator_kind)kind;
        struct operator_shape shape = model_shape(model, stage, k, model->top_k, model->experts);
        assert(isfinite(shape.tokens) && shape.tokens >= 0);
    }
    assert(isfinite(model_a2a_bytes(model, stage, OPERATOR_DISPATCH, PASS_FORWARD, model->top_k)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct diag diag = {0};
    struct json *doc;
    struct model *model;
    if (json_parse("fuzz.json", (const char *)bytes, count, &diag, &doc) == 0) {
        if (model_read(doc, &diag, &model) == 0) {
            assert(diag.count == 0);
            use(model);
            model_free(model);
        } else {
            assert(diag.count > 0);
        }
        json_free(doc);
    }
    diag_done(&diag);
    return 0;
}
