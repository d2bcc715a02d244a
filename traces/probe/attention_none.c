/* Without cuDNN there is no attention; its rows are left out of the measurement. */
#include "attention.h"

#include "base.h"

const char *attention_library_name(void)
{
    return "none";
}

struct attention_library *attention_open(void)
{
    return NULL;
}

void attention_close(struct attention_library *library)
{
    (void)library;
}

const struct attention *attention_find(struct attention_library *library,
                                       const struct attention_size *size, bool backward,
                                       struct diag *why)
{
    (void)library, (void)size, (void)backward;
    diag_say(why, "built without cuDNN");
    return NULL;
}

size_t attention_workspace_bytes(const struct attention *attention)
{
    (void)attention;
    return 0;
}

void attention_run(struct attention_library *library, const struct attention *attention,
                   const struct attention_buffers *at, void *stream)
{
    (void)library, (void)attention, (void)at, (void)stream;
    die(EXIT_BUG, "attention was run without a library");
}
