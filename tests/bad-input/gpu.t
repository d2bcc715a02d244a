GPUs.

$ cat >g.json <<END
> {
>   "schema": "scmoesim/gpu/1",
>   "name": "mine", "summary": "", "source": "hand",
>   "sm_count": 0,
>   "memory_bytes": -24e9,
>   "memory_bandwidth_bytes_per_s": null,
>   "peak_flop_per_s": { "fp61": 1e12, "fp16": 0 },
>   "kernel_launch_s": -1e-6,
>   "kernel_launch_source": "hand",
>   "efficiency": {
>     "gemm": { "compute_ratio": 75, "memory_ratio": 0.9 },
>     "attention": { "compute_ratio": 0.7, "memory_ratio": 0 },
>     "elementwise": [1, 0.9]
>   },
>   "efficiency_source": "hand"
> }
> END
$ scmoesim check g.json
! scmoesim: g.json: /sm_count: expected a whole number from 1 to 65536, got 0
! scmoesim: g.json: /memory_bytes: expected a number > 0, got -2.4e+10
! scmoesim: g.json: /memory_bandwidth_bytes_per_s: expected a number > 0, got null
! scmoesim: g.json: /peak_flop_per_s: unknown member "fp61"; did you mean "fp16"?
! scmoesim: g.json: /peak_flop_per_s/fp16: expected a number > 0, got 0
! scmoesim: g.json: /kernel_launch_s: expected a number >= 0, got -1e-06
! scmoesim: g.json: /efficiency/gemm/compute_ratio: expected a number > 0 and <= 1, got 75
! scmoesim: g.json: /efficiency: missing member "grouped_gemm"
! scmoesim: g.json: /efficiency/attention/memory_ratio: expected a number > 0, got 0
! scmoesim: g.json: /efficiency/elementwise: expected an object, got an array
! scmoesim: g.json: /efficiency: missing member "permute"
[3]
$ sed 's/"peak_flop_per_s": {.*/"peak_flop_per_s": {/; /"fp32": 10/d' data/models/gpu/a30.json >g.json
$ scmoesim check g.json
! scmoesim: g.json: /peak_flop_per_s: expected a rate for at least one of fp32, tf32, fp16, bf16, fp8
[3]

A type that the GPU has no rate for.

$ scmoesim run --set /model/dtype=fp8
! scmoesim: model swinv2-moe-s computes in fp8, for which GPU a30 has no peak rate
[3]
$ scmoesim run --set /gpu/memory_bandwidth_bytes_per_s=0
! scmoesim: data/models/gpu/a30.json: /memory_bandwidth_bytes_per_s: expected a number > 0, got 0 (set: /gpu/memory_bandwidth_bytes_per_s=0)
[3]
