#include <stdlib.h>
#include <string.h>
#include "base.h"
#include "commands.h"

int main(int argc, char **argv)
{
    struct options options;
    int r;
    /* Streams that share a hardware queue wait for each other; a resident kernel must not be waited
     * for. Both settings must stand before the first CUDA call. Multicast over NVLink stays off: it
     * can take GPUs that others share out of service. */
    setenv("CUDA_DEVICE_MAX_CONNECTIONS", "32", 0);
    setenv("NCCL_NVLS_ENABLE", "0", 0);
    options_read(argc, argv, &options);
    if (strcmp(options.command, "info") == 0)
        r = command_info(&options);
    else if (strcmp(options.command, "check") == 0)
        r = command_check(&options);
    else if (strcmp(options.command, "measure") == 0)
        r = command_measure(&options);
    else
        r = command_replay(&options);
    options_done(&options);
    return r;
}
