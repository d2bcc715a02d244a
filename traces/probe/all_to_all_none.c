/* Without NCCL there is no All-to-All among GPUs to measure. */
#include "bench.h"

const char *collective_library_name(void)
{
    return "no NCCL";
}

void measure_all_to_all(struct bench *bench)
{
    (void)bench;
    note("--gpus: built without NCCL, so no All-to-All was measured");
}
