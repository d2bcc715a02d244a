--set: what it could not find or read.

$ scmoesim run --set experts=16
! scmoesim: --set experts=16: expected /POINTER=VALUE
[3]
$ scmoesim run --set /model/experts
! scmoesim: --set /model/experts: expected /POINTER=VALUE
[3]
$ scmoesim run --set =5
! scmoesim: --set =5: expected /POINTER=VALUE
[3]
$ scmoesim replay --topology 8xa30-pcie --set /costs/launch plan.json
! scmoesim: --set /costs/launch: expected /POINTER=VALUE
[3]
$ scmoesim run --set ''
! scmoesim: --set : expected /POINTER=VALUE
[3]
$ scmoesim run --set /modle/experts=16
! scmoesim: --set /modle/experts=16: expected "model", "topology", "gpu", "schedule", "costs" or "routing", got "modle"; did you mean "model"?
[3]
$ scmoesim run --set /plan/experts=16
! scmoesim: --set /plan/experts=16: expected "model", "topology", "gpu", "schedule", "costs" or "routing", got "plan"
[3]
$ scmoesim run --set /model/=5
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member "" (set: /model/=5)
[3]
$ scmoesim run --set /model/exprts=16
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member "exprts"; did you mean "experts"? (set: /model/exprts=16)
[3]
$ scmoesim run --set /model/stage/0/layers=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /: no member "stage"; did you mean "stages"?
[3]
$ scmoesim run --set /model/stages/9/layers=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /stages: no element "9": the array has 4, counted from 0
[3]
$ scmoesim run --set /model/stages/-1/layers=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /stages: no element "-1": the array has 4, counted from 0
[3]
$ scmoesim run --set /model/stages/two/layers=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /stages: no element "two": the array has 4, counted from 0
[3]
$ scmoesim run --set /model/stages/0/layers/0=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /stages/0/layers: expected an object or an array to find "0" in, got 2
[3]
$ scmoesim run --set /model/experts=eight
! scmoesim: data/models/moe/swinv2-moe-s.json: /experts: expected a whole number from 1 to 65536, got a string (set: /model/experts=eight)
[3]
$ scmoesim run --set /model/experts=
! scmoesim: data/models/moe/swinv2-moe-s.json: /experts: expected a whole number from 1 to 65536, got a string (set: /model/experts=)
[3]
$ scmoesim run --set /model/experts=-8
! scmoesim: data/models/moe/swinv2-moe-s.json: /experts: expected a whole number from 1 to 65536, got -8 (set: /model/experts=-8)
[3]
$ scmoesim run --set /model/experts=nan
! scmoesim: data/models/moe/swinv2-moe-s.json: /experts: expected a whole number from 1 to 65536, got a string (set: /model/experts=nan)
[3]
$ scmoesim run --set /model/capacity_factor=1e999
! scmoesim: data/models/moe/swinv2-moe-s.json: /capacity_factor: expected a number from 1 to 1e+06, got a string (set: /model/capacity_factor=1e999)
[3]
$ scmoesim run --topology nodes=1,gpu=h100-sxm --set /gpu/links/nvlink/bandwidth_bytes_per_s=1GB/s
! scmoesim: --set /gpu/links/nvlink/bandwidth_bytes_per_s=1GB/s: links are the topology's: change a member of /topology/link_types or /topology/all_to_all
[3]
$ scmoesim run --set /gpu/peer_access=false
! scmoesim: --set /gpu/peer_access=false: links are the topology's: change a member of /topology/link_types or /topology/all_to_all
[3]
$ scmoesim sweep --vary /gpu/links/nvlink=nvlink4,nvlink5
! scmoesim: --set /gpu/links/nvlink=nvlink4: links are the topology's: change a member of /topology/link_types or /topology/all_to_all
[3]
$ scmoesim run --set /topology/link_types/pice/latency_s=1us
! scmoesim: data/topologies/8xa30-pcie.json: /link_types: no member "pice"; did you mean "pcie"?
[3]
$ scmoesim run --set /topology/link_types/pcie/latency_s=1GB/s
! scmoesim: data/topologies/8xa30-pcie.json: /link_types/pcie/latency_s: expected a number from 0 to 10, got a string (set: /topology/link_types/pcie/latency_s=1GB/s)
[3]
$ scmoesim run --set /gpu/memory_bytes=24furlongs
! scmoesim: data/models/gpu/a30.json: /memory_bytes: expected a number > 0, got a string (set: /gpu/memory_bytes=24furlongs)
[3]
$ scmoesim run --set /schedule/nonsense=1
! scmoesim: data/models/schedule/top2.json: /: unknown member "nonsense" (set: /schedule/nonsense=1)
[3]

Every bad one is told; of those that a file refuses, too.

$ scmoesim run --set a=1 --set /modle/b=2
! scmoesim: --set a=1: expected /POINTER=VALUE
! scmoesim: --set /modle/b=2: expected "model", "topology", "gpu", "schedule", "costs" or "routing", got "modle"; did you mean "model"?
[3]
$ scmoesim run --set /model/expert=1 --set /model/dtypes=fp16 --set /topology/nodes=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member "expert"; did you mean "experts"? (set: /model/expert=1)
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member "dtypes"; did you mean "dtype"? (set: /model/dtypes=fp16)
! scmoesim: data/topologies/8xa30-pcie.json: /: unknown member "nodes"; did you mean "node"? (set: /topology/nodes=2)
[3]

A whole input is no value.
$ scmoesim run --set /model=5
! scmoesim: --set /model=5: expected a member of it, like /model/experts
[3]

A plan file was made already: what only made it is refused, and so is what the probe's replay lacks.

$ scmoesim plan --schedule scmoe-pos2 -o plan.json
$ scmoesim replay plan.json --topology 8xa30-pcie --set /model/top_k=1 --set /schedule/routed_top_k=2
! scmoesim: --set /model/top_k=1: expected "costs", "topology" or "gpu", got "model"
! scmoesim: --set /schedule/routed_top_k=2: expected "costs", "topology" or "gpu", got "schedule"
[3]
$ scmoesim replay plan.json --costs data/traces/h100-sxm/models.csv --set /gpu/sm_count=10 --set /topology/gpu=a30
! scmoesim: --set /gpu/sm_count=10: expected "costs", got "gpu"
! scmoesim: --set /topology/gpu=a30: expected "costs", got "topology"
[3]
$ scmoesim replay plan.json --topology 8xa30-pcie --set /costs/launch=graph
! scmoesim: --set /costs/launch: say --launch, which is about one replay
[3]
$ scmoesim replay plan.json --topology 8xa30-pcie --set /gpu/kernel_launch_s=1e-5 --set /costs/time_ratio/all=2 | grep -c operator
| 1
