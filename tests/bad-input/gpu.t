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
! scmoesim: g.json: /memory_bandwidth_bytes_per_s: expected a number from 1 to 1e+30, got null
! scmoesim: g.json: /peak_flop_per_s: unknown member "fp61"; did you mean "fp16"?
! scmoesim: g.json: /peak_flop_per_s/fp16: expected a number from 1 to 1e+30, got 0
! scmoesim: g.json: /kernel_launch_s: expected a number from 0 to 10, got -1e-06
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

Links: what a GPU's file names must be there; a figure comes with its source. A shorthand says so, too.

$ cat >links.sed <<END
> s/"nvlink": "nvlink4",/"nvlink": { "link": "nvlink4", "bandwidth_bytes_per_s": 1e9, "efficiency_ratio": 2 },/
> s/"pcie": "pcie5"/"pcie": "pci5", "usb": "usb4"/
> s/"memory": "memory-ddr5-4800"/"memory": "uplink"/
> s/"all_to_all": .*/"all_to_all": { "nvlink": 4 }, "peer_access": false/
> END
$ sed -f links.sed data/models/gpu/h100-sxm.json >g.json
$ scmoesim check g.json 2>&1 | sed 's/; known: .*//'
| scmoesim: g.json: /links: unknown member "usb"
| scmoesim: g.json: /links/nvlink: missing member "bandwidth_source"
| scmoesim: g.json: /links/nvlink/efficiency_ratio: expected a number > 0 and <= 1, got 2
| scmoesim: g.json: /links/nvlink: missing member "source"
| scmoesim: g.json: /links/pcie: unknown link "pci5"; did you mean "pcie5"?
| scmoesim: g.json: /links/memory: the link's file tells no bandwidth_bytes_per_s: give it here
| scmoesim: g.json: /all_to_all/nvlink: expected a string, got 4
| scmoesim: g.json: /: missing member "peer_access_source"
$ scmoesim topology show gpu=./g.json 2>&1 | sed 's/; known: .*//'
| scmoesim: ./g.json: /links: unknown member "usb"
| scmoesim: ./g.json: /links/nvlink: missing member "bandwidth_source"
| scmoesim: ./g.json: /links/nvlink/efficiency_ratio: expected a number > 0 and <= 1, got 2
| scmoesim: ./g.json: /links/nvlink: missing member "source"
| scmoesim: ./g.json: /links/pcie: unknown link "pci5"; did you mean "pcie5"?
| scmoesim: ./g.json: /links/memory: the link's file tells no bandwidth_bytes_per_s: give it here
| scmoesim: ./g.json: /all_to_all/nvlink: expected a string, got 4
| scmoesim: ./g.json: /: missing member "peer_access_source"
$ mkdir -p mine/topologies && cp -rL data/models mine && sed 's/"efficiency_ratio"/"efficiency"/' data/models/link/pcie5.json >mine/models/link/pcie5.json
$ SCMOESIM_DATA=mine scmoesim topology show gpu=h100-sxm
! scmoesim: mine/models/link/pcie5.json: /: unknown member "efficiency"; did you mean "efficiency_ratio"?
! scmoesim: mine/models/link/pcie5.json: /: missing member "efficiency_ratio"
[3]
$ rm mine/models/shorthand.json && SCMOESIM_DATA=mine scmoesim topology show gpu=a30
! scmoesim: mine/models/shorthand.json: cannot be read: No such file or directory
[3]

A type that the GPU has no rate for.

$ scmoesim run --set /model/dtype=fp8
! scmoesim: model swinv2-moe-s computes in fp8, for which GPU a30 has no peak rate
[3]
$ scmoesim run --set /gpu/memory_bandwidth_bytes_per_s=0
! scmoesim: data/models/gpu/a30.json: /memory_bandwidth_bytes_per_s: expected a number from 1 to 1e+30, got 0 (set: /gpu/memory_bandwidth_bytes_per_s=0)
[3]
