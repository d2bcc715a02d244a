/* What a fuzz target is, with or without libFuzzer. */
#ifndef SCMOESIM_TESTS_FUZZ_H
#define SCMOESIM_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Feeds bytes to a reader. Any answer is fine but a crash, a leak or a hang; always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif
