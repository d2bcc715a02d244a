What no machine has, and what would never end; status 3.

$ scmoesim alltoall --topology 8xa800-nvlink --set /topology/all_to_all/per_peer_s=1e9
! scmoesim: data/topologies/8xa800-nvlink.json: /all_to_all/per_peer_s: expected a number from 0 to 10, got 1e+09 (set: /topology/all_to_all/per_peer_s=1e9)
[3]
$ scmoesim alltoall --topology 8xa800-nvlink --set /topology/all_to_all/setup_s=1e308
! scmoesim: data/topologies/8xa800-nvlink.json: /all_to_all/setup_s: expected a number from 0 to 10, got 1e+308 (set: /topology/all_to_all/setup_s=1e308)
[3]
$ scmoesim alltoall --topology 8xa800-nvlink --set /topology/link_types/nvlink/latency_s=1e308
! scmoesim: data/topologies/8xa800-nvlink.json: /link_types/nvlink/latency_s: expected a number from 0 to 10, got 1e+308 (set: /topology/link_types/nvlink/latency_s=1e308)
[3]
$ scmoesim alltoall --topology 8xa800-nvlink --set /topology/link_types/nvlink/bandwidth_bytes_per_s=1e-300
! scmoesim: data/topologies/8xa800-nvlink.json: /link_types/nvlink/bandwidth_bytes_per_s: expected a number from 1 to 1e+30, got 1e-300 (set: /topology/link_types/nvlink/bandwidth_bytes_per_s=1e-300)
[3]
$ scmoesim run --set /gpu/memory_bandwidth_bytes_per_s=1e-9
! scmoesim: data/models/gpu/a30.json: /memory_bandwidth_bytes_per_s: expected a number from 1 to 1e+30, got 1e-09 (set: /gpu/memory_bandwidth_bytes_per_s=1e-9)
[3]
$ scmoesim run --set /gpu/kernel_launch_s=11
! scmoesim: data/models/gpu/a30.json: /kernel_launch_s: expected a number from 0 to 10, got 11 (set: /gpu/kernel_launch_s=11)
[3]

Ratios of entries that name the same part multiply.

$ scmoesim run --degrade '*=1e-5' --degrade '*=1e-5' --degrade '*=1e-5'
! scmoesim: data/topologies/8xa30-pcie.json: /degraded/2: with the entries before it leaves less than a byte a second, or a millionth of a GPU's speed
[3]
$ scmoesim run --slow 'node0/gpu0=1e-4' --slow 'node0/gpu0=1e-4'
! scmoesim: data/topologies/8xa30-pcie.json: /degraded/1: with the entries before it leaves less than a byte a second, or a millionth of a GPU's speed
[3]

A schedule's stand-in must need none itself.

$ cat >a.json <<END
> {
>   "schema": "scmoesim/schedule/1", "name": "a", "summary": "", "source": "hand",
>   "routed_top_k": 1, "without_shortcut": "./b.json",
>   "pair": { "operators": [
>     { "name": "attention", "kind": "attention", "after": [] }
>   ] }
> }
> END
$ sed -e 's/"a"/"b"/' -e 's/b.json/a.json/' a.json >b.json
$ sed -e 's/"a"/"self"/' -e 's/b.json/self.json/' a.json >self.json
$ scmoesim check a.json b.json self.json
! scmoesim: schedule a: "without_shortcut" is "./b.json", which has one itself: "./a.json"
! scmoesim: schedule b: "without_shortcut" is "./a.json", which has one itself: "./b.json"
! scmoesim: schedule self: "without_shortcut" is "./self.json", which has one itself: "./self.json"
[3]
$ scmoesim run --schedule ./self.json
! scmoesim: schedule self: "without_shortcut" is "./self.json", which has one itself: "./self.json"
[3]
$ scmoesim sweep --schedule ./a.json --vary /tokens=1024,2048
! scmoesim: schedule a: "without_shortcut" is "./b.json", which has one itself: "./a.json"
[3]

A table that claims more points than a sweep may have.

$ printf 'x,point,rows,a,error,sweep\n1,0,1,2,,abc/9999999999999999\n' >huge.csv
$ scmoesim merge huge.csv -o out.csv
! scmoesim: huge.csv: no count of points, at most 10000000, in "abc/9999999999999999"
[3]

What a terminal would obey is shown, and texts are cut.

$ printf '{"schema": "scmoesim/model/1", "\\u001b[2J\\u0007": 1}' >escape.json
$ scmoesim check escape.json
! scmoesim: escape.json: /: unknown member "\u001b[2J\u0007"
! scmoesim: escape.json: /: missing member "name"
! scmoesim: escape.json: /: missing member "summary"
! scmoesim: escape.json: /: missing member "source"
! scmoesim: escape.json: /: missing member "dtype"
! scmoesim: escape.json: /: missing member "tokens_per_gpu"
! scmoesim: escape.json: /: missing member "experts"
! scmoesim: escape.json: /: missing member "top_k"
! scmoesim: escape.json: /: missing member "capacity_factor"
! scmoesim: escape.json: /: missing member "stages"
[3]
$ sed 's/"name": "top1"/"name": "top\\u001b[31m1"/' data/models/schedule/top1.json >top1.json
$ scmoesim check top1.json
! scmoesim: top1.json: /name: expected no control characters, got 0x1b
[3]
$ scmoesim alltoall --topology "$(printf 'gpu=a30,\033[2J\007')"
! scmoesim: gpu=a30,\u001b[2J\u0007: expected KEY=VALUE, got "\u001b[2J\u0007"
[3]
$ scmoesim alltoall --topology "gpu=a30,$(head -c 9000 /dev/zero | tr '\0' x)" 2>&1 | wc -c
| 4014
$ scmoesim run --set "/model/$(printf 'a\357b')=1"
! scmoesim: data/models/moe/swinv2-moe-s.json: expected a JSON Pointer in UTF-8, got 0xef at 2
[3]
