/* The element types that operators compute in and keep their rows in.
 *
 * Apart from operator.h, so that the probe's CUDA C++ can include it. */
#ifndef SCMOESIM_MODEL_DTYPE_H
#define SCMOESIM_MODEL_DTYPE_H

#ifdef __cplusplus
extern "C" {
#endif

enum dtype { DTYPE_FP32, DTYPE_TF32, DTYPE_FP16, DTYPE_BF16, DTYPE_FP8, DTYPE_COUNT };
extern const char *const dtype_names[]; /* "fp32", "tf32", "fp16", "bf16", "fp8"; NULL-terminated */
double dtype_bytes(enum dtype dtype);   /* of one stored element: 4, 4, 2, 2, 1 */

#ifdef __cplusplus
}
#endif

#endif
