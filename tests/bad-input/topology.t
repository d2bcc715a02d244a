Clusters.

$ cat >t.json <<END
> {
>   "schema": "scmoesim/topology/1",
>   "name": "mine", "summary": "", "source": "hand",
>   "gpu": "a30", "node_count": 1,
>   "link_types": {
>     "pcie": { "bandwidth_bytes_per_s": "32e9", "efficiency_ratio": 1.2, "latency_s": -1e-6,
>               "duplex": "both" }
>   },
>   "node": {
>     "gpus": 2, "switches": ["s", "s", "gpu1"],
>     "links": [
>       { "for": { "g": 2 }, "from": "gpu{g}", "to": "s", "type": "pcie" }
>     ]
>   },
>   "all_to_all": { "algorithm": "pairwise", "setup_s": 0, "per_peer_s": 0, "sm_share_ratio": 0.6 }
> }
> END
$ scmoesim check t.json
! scmoesim: t.json: /link_types/pcie/bandwidth_bytes_per_s: expected a number from 1 to 1e+30, got a string
! scmoesim: t.json: /link_types/pcie/efficiency_ratio: expected a number in (0, 1], got 1.2
! scmoesim: t.json: /link_types/pcie/latency_s: expected a number from 0 to 10, got -1e-06
! scmoesim: t.json: /link_types/pcie: missing member "source"
! scmoesim: t.json: /link_types/pcie/duplex: expected "full" or "half", got "both"
! scmoesim: t.json: /all_to_all/sm_share_ratio: expected a number from 0 to 0.5, got 0.6
! scmoesim: t.json: /all_to_all: missing member "source"
! scmoesim: t.json: /node/switches/1: "s" is named twice
! scmoesim: t.json: /node/switches/2: "gpu1" is a name for a GPU
[3]

Links.

$ cat >t.json <<END
> {
>   "schema": "scmoesim/topology/1",
>   "name": "mine", "summary": "", "source": "hand",
>   "gpu": "a30", "node_count": 1,
>   "link_types": {
>     "pcie": { "bandwidth_bytes_per_s": 32e9, "efficiency_ratio": 1, "latency_s": 1e-6,
>               "duplex": "full", "source": "hand" }
>   },
>   "node": {
>     "gpus": 2, "switches": ["switch0"],
>     "links": [
>       { "from": "gpu0", "to": "switch1", "type": "pcie" },
>       { "from": "gpu5", "to": "switch0", "type": "pci" },
>       { "for": { "g": 2 }, "from": "gpu{h}", "to": "switch0", "type": "pcie" },
>       { "for": { "g": 2 }, "from": "gpu{g", "to": "switch0", "type": "pcie" },
>       { "for": { "g": 2 }, "from": "gpu{g}", "to": "switch0", "type": "pcie" },
>       { "from": "switch0", "to": "gpu0", "type": "pcie" },
>       { "from": "switch0", "to": "switch0", "type": "pcie" },
>       { "from": "gpu0", "to": "gpu1", "type": "pcie", "lenght": 3 }
>     ]
>   },
>   "all_to_all": { "algorithm": "pairwise", "setup_s": 0, "per_peer_s": 0, "sm_share_ratio": 0,
>                   "source": "hand" }
> }
> END
$ scmoesim check t.json
! scmoesim: t.json: /node/links/0/to: unknown vertex "switch1"; did you mean "switch0"?
! scmoesim: t.json: /node/links/1/type: expected "pcie", got "pci"; did you mean "pcie"?
! scmoesim: t.json: /node/links/2/from: {h} is not a variable of this entry's "for"
! scmoesim: t.json: /node/links/3/from: "gpu{g" has a '{' without its '}'
! scmoesim: t.json: /node/links/6: a link from a vertex to itself
! scmoesim: t.json: /node/links/7: unknown member "lenght"; known members: "for", "from", "to", "type"
[3]

GPUs that cannot reach one another.

$ cat >t.json <<END
> {
>   "schema": "scmoesim/topology/1",
>   "name": "islands", "summary": "", "source": "hand",
>   "gpu": "a30", "node_count": 1,
>   "link_types": {
>     "pcie": { "bandwidth_bytes_per_s": 32e9, "efficiency_ratio": 1, "latency_s": 1e-6,
>               "duplex": "full", "source": "hand" }
>   },
>   "node": {
>     "gpus": 4, "switches": ["s0", "s1"],
>     "links": [
>       { "from": ["gpu0", "gpu1"], "to": "s0", "type": "pcie" },
>       { "from": ["gpu2", "gpu3"], "to": "s1", "type": "pcie" }
>     ]
>   },
>   "all_to_all": { "algorithm": "pairwise", "setup_s": 0, "per_peer_s": 0, "sm_share_ratio": 0,
>                   "source": "hand" }
> }
> END
$ scmoesim check t.json
! scmoesim: t.json: gpu node0/gpu2 cannot reach node0/gpu0
! scmoesim: t.json: gpu node0/gpu3 cannot reach node0/gpu0
[3]
$ scmoesim run --topology t.json
! scmoesim: t.json: gpu node0/gpu2 cannot reach node0/gpu0
! scmoesim: t.json: gpu node0/gpu3 cannot reach node0/gpu0
[3]

An algorithm that there is not; a node too many.

$ scmoesim run --topology data/tests/data/star-8.json --set /topology/all_to_all/algorithm=pairwis
! scmoesim: data/tests/data/star-8.json: /all_to_all/algorithm: expected "auto", "pairwise", "pairwise-rounds", "hierarchical", "two-hop", "low-latency" or "host-staged", got "pairwis"; did you mean "pairwise"? (set: /topology/all_to_all/algorithm=pairwis)
[3]
$ scmoesim run --topology data/tests/data/star-8.json --set /topology/node_count=2
! scmoesim: data/tests/data/star-8.json: gpu node1/gpu0 cannot reach node0/gpu0
! scmoesim: data/tests/data/star-8.json: gpu node1/gpu1 cannot reach node0/gpu0
! scmoesim: data/tests/data/star-8.json: gpu node1/gpu2 cannot reach node0/gpu0
! scmoesim: data/tests/data/star-8.json: gpu node1/gpu3 cannot reach node0/gpu0
! scmoesim: data/tests/data/star-8.json: gpu node1/gpu4 cannot reach node0/gpu0
! scmoesim: data/tests/data/star-8.json: gpu node1/gpu5 cannot reach node0/gpu0
! scmoesim: data/tests/data/star-8.json: gpu node1/gpu6 cannot reach node0/gpu0
! scmoesim: data/tests/data/star-8.json: gpu node1/gpu7 cannot reach node0/gpu0
[3]
$ scmoesim run --topology data/tests/data/star-8.json --set /topology/node/gpus=100000
! scmoesim: data/tests/data/star-8.json: /node/gpus: expected a whole number from 1 to 65536, got 1e+05 (set: /topology/node/gpus=100000)
[3]
$ scmoesim run --topology data/tests/data/star-8.json --set /topology/gpu=a31
! scmoesim: unknown GPU "a31"; did you mean "a30"?; known: a100, a30, a40, a800, b200, gb200, gb300, h100-sxm, h200, h800, rtx-3090
[3]

Shorthands.

$ scmoesim topology show gpu=
! scmoesim: gpu=: gpu=NAME is needed
[3]
$ scmoesim topology show gpus=8
! scmoesim: gpus=8: gpu=NAME is needed
[3]
$ scmoesim topology show gpu=a100,gups=8
! scmoesim: gpu=a100,gups=8: unknown key "gups"; did you mean "gpus"?
[3]
$ scmoesim topology show gpu=a100,bogus=8
! scmoesim: gpu=a100,bogus=8: unknown key "bogus"; known: gpu, gpus, nodes, fabric, switch, sockets, bandwidth, latency, nic, network, leaf, pod, spines
[3]
$ scmoesim topology show gpu=a100,8
! scmoesim: gpu=a100,8: expected KEY=VALUE, got "8"
[3]
$ scmoesim topology show gpu=a100,gpu=a30
! scmoesim: gpu=a100,gpu=a30: gpu: given twice
[3]
$ scmoesim topology show gpu=a100,gpus=0
! scmoesim: gpu=a100,gpus=0: gpus: expected a whole number of 1 to 65536, got "0"
[3]
$ scmoesim topology show gpu=a100,gpus=8.5
! scmoesim: gpu=a100,gpus=8.5: gpus: expected a whole number of 1 to 65536, got "8.5"
[3]
$ scmoesim topology show gpu=a100,gpus=1e9
! scmoesim: gpu=a100,gpus=1e9: gpus: expected a whole number of 1 to 65536, got "1e9"
[3]
$ scmoesim topology show gpu=a100,nodes=2
! scmoesim: gpu=a100,nodes=2: 2 nodes need nic=COUNTxRATE, for example nic=8x400G
[3]
$ scmoesim topology show gpu=a100,nodes=2,nic=400G
! scmoesim: gpu=a100,nodes=2,nic=400G: nic: expected COUNTxRATE like 8x400G (bits) or 8x50GB/s, got "400G"
[3]
$ scmoesim topology show gpu=a100,nodes=2,nic=3x400G
! scmoesim: gpu=a100,nodes=2,nic=3x400G: nic: 3 NICs do not divide 8 GPUs
[3]
$ scmoesim topology show gpu=a100,nodes=2,nic=4x400G,network=rail
! scmoesim: gpu=a100,nodes=2,nic=4x400G,network=rail: network: rail needs a NIC for every GPU: nic=8xRATE
[3]
$ scmoesim topology show gpu=a100,nodes=2,nic=8x400G,network=ring
! scmoesim: gpu=a100,nodes=2,nic=8x400G,network=ring: network: expected "rail", "flat", "fat-tree" or "dragonfly", got "ring"
[3]
$ scmoesim topology show gpu=a100,fabric=nvlink
! scmoesim: gpu=a100,fabric=nvlink: fabric: expected "nvswitch", "mesh", "pcie", "pairs" or "star", got "nvlink"
[3]
$ scmoesim topology show gpu=a30,fabric=nvswitch
! scmoesim: gpu=a30,fabric=nvswitch: fabric: a30 has no NVLink to all others: use fabric=pcie or pairs, or give bandwidth
[3]
$ scmoesim topology show gpu=a30,fabric=star
! scmoesim: gpu=a30,fabric=star: fabric=star needs bandwidth=RATE
[3]
$ scmoesim topology show gpu=a30,fabric=star,bandwidth=0
! scmoesim: gpu=a30,fabric=star,bandwidth=0: bandwidth: expected a rate above 0 with its unit, like 50GB/s or 400G (bits), got "0"
[3]
$ scmoesim topology show gpu=a30,fabric=star,bandwidth=-1GB/s
! scmoesim: gpu=a30,fabric=star,bandwidth=-1GB/s: bandwidth: expected a rate above 0 with its unit, like 50GB/s or 400G (bits), got "-1GB/s"
[3]
$ scmoesim topology show gpu=a30,fabric=star,bandwidth=50GB,latency=1m
! scmoesim: gpu=a30,fabric=star,bandwidth=50GB,latency=1m: bandwidth: expected a rate above 0 with its unit, like 50GB/s or 400G (bits), got "50GB"
! scmoesim: gpu=a30,fabric=star,bandwidth=50GB,latency=1m: latency: expected a time like 500ns or 2us, got "1m"
[3]
$ scmoesim topology show gpu=a30,gpus=6
! scmoesim: gpu=a30,gpus=6: gpus: 6 GPUs on switches of 2 do not spread evenly over 2 sockets; give another switch=N or sockets=1
[3]
$ scmoesim topology show gpu=a100,nodes=100000,nic=8x400G
! scmoesim: gpu=a100,nodes=100000,nic=8x400G: nodes: expected a whole number of 1 to 65536, got "100000"
[3]
$ scmoesim topology show gpu=h100sxm
! scmoesim: gpu=h100sxm: gpu: no link figures are known for "h100sxm": give fabric and bandwidth
[3]
$ scmoesim run --topology gpu=mine,fabric=star,bandwidth=50GB/s
! scmoesim: unknown GPU "mine"; known: a100, a30, a40, a800, b200, gb200, gb300, h100-sxm, h200, h800, rtx-3090
[3]

Damage.

$ scmoesim run --topology gpu=a30,gpus=2 --set '/topology/degraded=[
> { "links": "node0/gpu1-pcie1", "bandwidth_ratio": 0.5 },
> { "links": ["spine*"], "bandwidth_ratio": 0.5 },
> { "links": "*", "bandwidth_ratio": 0 },
> { "links": "*", "bandwidth_ratio": 2 },
> { "gpus": "gpu1", "compute_ratio": 0.5 },
> { "gpus": [], "compute_ratio": 0.5 },
> { "gpus": "node0/gpu1", "bandwidth_ratio": 0.5 },
> { "links": "*", "gpus": "*", "compute_ratio": 0.5 },
> { "compute_ratio": 0.5 } ]'
! scmoesim: gpu=a30,gpus=2: /degraded/0/links: no link is called "node0/gpu1-pcie1"; did you mean "node0/gpu1-pcie0"?
! scmoesim: gpu=a30,gpus=2: /degraded/1/links/0: no link is called "spine*"; links have names like "node0/gpu0-pcie0"
! scmoesim: gpu=a30,gpus=2: /degraded/2/bandwidth_ratio: expected a number > 0, got 0
! scmoesim: gpu=a30,gpus=2: /degraded/3/bandwidth_ratio: expected a number in (0, 1], got 2
! scmoesim: gpu=a30,gpus=2: /degraded/4/gpus: no GPU is called "gpu1"; GPUs have names like "node0/gpu0"
! scmoesim: gpu=a30,gpus=2: /degraded/5/gpus: expected an array of 1 to 65536 elements, got 0
! scmoesim: gpu=a30,gpus=2: /degraded/6: unknown member "bandwidth_ratio"; known members: "gpus", "compute_ratio"
! scmoesim: gpu=a30,gpus=2: /degraded/6: missing member "compute_ratio"
! scmoesim: gpu=a30,gpus=2: /degraded/7: "links" and "gpus" need an entry each
! scmoesim: gpu=a30,gpus=2: /degraded/8: expected "links" with "bandwidth_ratio", or "gpus" with "compute_ratio"
[3]
$ scmoesim run --degrade node0/pcie0-socket0 --schedule top1
! scmoesim run: --degrade: expected LINK=RATIO with a ratio above 0 and at most 1, got "node0/pcie0-socket0"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --degrade '*=1.5' --schedule top1
! scmoesim run: --degrade: expected LINK=RATIO with a ratio above 0 and at most 1, got "*=1.5"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --slow node0/gpu3=half --schedule top1
! scmoesim run: --slow: expected GPU=RATIO with a ratio above 0 and at most 1, got "node0/gpu3=half"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --slow node0/gpu8=0.5 --schedule top1
! scmoesim: data/topologies/8xa30-pcie.json: /degraded/0/gpus: no GPU is called "node0/gpu8"; did you mean "node0/gpu0"?
[3]
