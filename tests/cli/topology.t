The drawing of a cluster, with the route between two GPUs.

$ scmoesim topology show 8xa30-pcie
| 8xa30-pcie
| 8 A30 on PCIe 4.0 x16: two sockets, two switches of two GPUs each
| 8 x a30
| All-to-All: pairwise, setup 0 s and 30.0 us a peer, SM share 0.02
|
|                          link       carries of datasheet  latency
| 1 node:
|   socket0
|   |- pcie0               pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  `- gpu0, gpu1       pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |- pcie1: likewise
|   |- socket1             socket   20.3 GB/s of 20.3 GB/s  80.0 ns
|   |  |- pcie2            pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  |  `- gpu4, gpu5    pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  |- pcie3: likewise
|   |  `- memory1          memory    205 GB/s of  205 GB/s  0 s half-duplex
|   `- memory0             memory    205 GB/s of  205 GB/s  0 s half-duplex
|
| route node0/gpu0 -> node0/gpu7
|   > pcie0                pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > socket0              pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > socket1              socket   20.3 GB/s of 20.3 GB/s  80.0 ns <- bottleneck
|   > pcie3                pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > gpu7                 pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   idle: 20.3 GB/s by node0/socket0-socket1>, 500 ns
$ scmoesim topology show 8xa30-pcie --route 2,3
| 8xa30-pcie
| 8 A30 on PCIe 4.0 x16: two sockets, two switches of two GPUs each
| 8 x a30
| All-to-All: pairwise, setup 0 s and 30.0 us a peer, SM share 0.02
|
|                          link       carries of datasheet  latency
| 1 node:
|   socket0
|   |- pcie0               pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  `- gpu0, gpu1       pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |- pcie1: likewise
|   |- socket1             socket   20.3 GB/s of 20.3 GB/s  80.0 ns
|   |  |- pcie2            pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  |  `- gpu4, gpu5    pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  |- pcie3: likewise
|   |  `- memory1          memory    205 GB/s of  205 GB/s  0 s half-duplex
|   `- memory0             memory    205 GB/s of  205 GB/s  0 s half-duplex
|
| route node0/gpu2 -> node0/gpu3
|   > pcie1                pcie     22.5 GB/s of 31.5 GB/s  105 ns <- bottleneck
|   > gpu3                 pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   idle: 22.5 GB/s by node0/gpu2-pcie1>, 210 ns
$ scmoesim topology show 8xa800-nvlink
| 8xa800-nvlink
| 8 A800 SXM on NVSwitch
| 8 x a800
| All-to-All: pairwise, setup 38.5 us, at least 75.8 us, SM share 0.15
|
|                          link       carries of datasheet  latency
| 1 node:
|   nvswitch
|   `- gpu0 .. gpu7 (8)    nvlink    140 GB/s of  200 GB/s  936 ns
|
| route node0/gpu0 -> node0/gpu7
|   > nvswitch             nvlink    140 GB/s of  200 GB/s  936 ns <- bottleneck
|   > gpu7                 nvlink    140 GB/s of  200 GB/s  936 ns
|   idle: 140 GB/s by node0/gpu0-nvswitch>, 1.87 us
$ scmoesim topology show 2x8xa800-nvlink
| 2x8xa800-nvlink
| 2 nodes of 8 A800 SXM on NVSwitch, one 100 Gb/s Ethernet NIC a node
| 16 x a800
| All-to-All: pairwise, setup 38.5 us, at least 75.8 us, SM share 0.15
|
|                          link       carries of datasheet  latency
| 2 nodes, each:
|   nvswitch
|   `- gpu0 .. gpu7 (8)    nvlink    140 GB/s of  200 GB/s  936 ns
|   pcie0
|   |- gpu0 .. gpu7 (8)    pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   `- nic0                pcie     22.5 GB/s of 31.5 GB/s  105 ns
| fabric:
|   network
|   `- node0/nic0, node1/nic0
|                          network  12.0 GB/s of 12.5 GB/s  1.35 us
|
| route node0/gpu0 -> node1/gpu7
|   > node0/pcie0          pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > node0/nic0           pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > network              network  12.0 GB/s of 12.5 GB/s  1.35 us <- bottleneck
|   > node1/nic0           network  12.0 GB/s of 12.5 GB/s  1.35 us
|   > node1/pcie0          pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > node1/gpu7           pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   idle: 12.0 GB/s by node0/nic0-network>, 3.12 us
$ scmoesim topology show 8xh100-nvlink
| 8xh100-nvlink
| 8 H100 SXM on NVSwitch
| 8 x h100-sxm
| All-to-All: pairwise, setup 38.5 us, at least 75.8 us, SM share 0.1515
|
|                          link       carries of datasheet  latency
| 1 node:
|   nvswitch
|   `- gpu0 .. gpu7 (8)    nvlink    346 GB/s of  450 GB/s  936 ns
|
| route node0/gpu0 -> node0/gpu7
|   > nvswitch             nvlink    346 GB/s of  450 GB/s  936 ns <- bottleneck
|   > gpu7                 nvlink    346 GB/s of  450 GB/s  936 ns
|   idle: 346 GB/s by node0/gpu0-nvswitch>, 1.87 us
$ scmoesim topology show 4x8xh100-ib --route 0,31
| 4x8xh100-ib
| 4 nodes of 8 H100 SXM, a 400 Gb/s NIC for every GPU, rail-optimised InfiniBand
| 32 x h100-sxm
| All-to-All: pairwise, setup 38.5 us, at least 75.8 us, SM share 0.1515
|
|                          link       carries of datasheet  latency
| 4 nodes, each:
|   nvswitch
|   `- gpu0 .. gpu7 (8)    nvlink    346 GB/s of  450 GB/s  936 ns
|   pcie0
|   |- gpu0                pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   `- nic0                pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   pcie1 .. pcie7 (7): likewise
| fabric:
|   spine
|   |- leaf0               uplink    192 GB/s of  200 GB/s  150 ns
|   |  `- node0/nic0 .. node3/nic0 (4)
|                          network  48.0 GB/s of 50.0 GB/s  1.35 us
|   `- leaf1 .. leaf7 (7): likewise
|
| route node0/gpu0 -> node3/gpu7
|   > node0/pcie0          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node0/nic0           pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > leaf0                network  48.0 GB/s of 50.0 GB/s  1.35 us <- bottleneck
|   > spine                uplink    192 GB/s of  200 GB/s  150 ns
|   > leaf7                uplink    192 GB/s of  200 GB/s  150 ns
|   > node3/nic7           network  48.0 GB/s of 50.0 GB/s  1.35 us
|   > node3/pcie7          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node3/gpu7           pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   idle: 48.0 GB/s by node0/nic0-leaf0>, 3.46 us

A shorthand is drawn like a file.

$ scmoesim topology show gpu=a30,gpus=4
| gpu=a30,gpus=4
| 1 node of 4 a30 on PCIe, two sockets
| 4 x a30
| All-to-All: pairwise, setup 0 s and 30.0 us a peer, SM share 0.02
|
|                          link       carries of datasheet  latency
| 1 node:
|   socket0
|   |- pcie0               pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  `- gpu0, gpu1       pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |- socket1             socket   20.3 GB/s of 20.3 GB/s  80.0 ns
|   |  |- pcie1            pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  |  `- gpu2, gpu3    pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  `- memory1          memory    205 GB/s of  205 GB/s  0 s half-duplex
|   `- memory0             memory    205 GB/s of  205 GB/s  0 s half-duplex
|
| route node0/gpu0 -> node0/gpu3
|   > pcie0                pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > socket0              pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > socket1              socket   20.3 GB/s of 20.3 GB/s  80.0 ns <- bottleneck
|   > pcie1                pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > gpu3                 pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   idle: 20.3 GB/s by node0/socket0-socket1>, 500 ns
$ scmoesim topology show gpu=h200,gpus=4,nodes=2,nic=2x200G,network=flat
| gpu=h200,gpus=4,nodes=2,nic=2x200G,network=flat
| 2 nodes of 4 h200 on NVSwitch; 2 NICs of 200 Gb/s a node, one switch between
| 8 x h200
| All-to-All: pairwise, setup 38.5 us, at least 75.8 us, SM share 0.1515
|
|                          link       carries of datasheet  latency
| 2 nodes, each:
|   nvswitch
|   `- gpu0 .. gpu3 (4)    nvlink    346 GB/s of  450 GB/s  936 ns
|   pcie0
|   |- gpu0, gpu1          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   `- nic0                pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   pcie1: likewise
| fabric:
|   network
|   `- node0/nic0 .. node1/nic1 (4)
|                          network  24.0 GB/s of 25.0 GB/s  1.35 us
|
| route node0/gpu0 -> node1/gpu3
|   > node0/pcie0          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node0/nic0           pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > network              network  24.0 GB/s of 25.0 GB/s  1.35 us <- bottleneck
|   > node1/nic1           network  24.0 GB/s of 25.0 GB/s  1.35 us
|   > node1/pcie1          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node1/gpu3           pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   idle: 24.0 GB/s by node0/nic0-network>, 3.16 us

A shorthand expands to the file that one could have written: its JSON draws and runs the same.

$ scmoesim topology show gpu=a800,gpus=2,fabric=star,bandwidth=50GB/s,latency=500ns --json
| {
|   "schema": "scmoesim/topology/1",
|   "name": "gpu=a800,gpus=2,fabric=star,bandwidth=50GB/s,latency=500ns",
|   "summary": "1 node of 2 a800 on an ideal switch",
|   "source": "expanded from a shorthand; each link type names its own",
|   "gpu": "a800",
|   "node_count": 1,
|   "link_types": {
|     "star": {
|       "bandwidth_bytes_per_s": 5e+10,
|       "efficiency_ratio": 1,
|       "latency_s": 5e-07,
|       "duplex": "full",
|       "source": "as given in the shorthand; for the rest: an ideal non-blocking switch with the figures given in the shorthand"
|     }
|   },
|   "node": {
|     "gpus": 2,
|     "for": {},
|     "switches": ["switch"],
|     "nics": [],
|     "links": [
|       {
|         "for": {
|           "g": 2
|         },
|         "from": "gpu{g}",
|         "to": "switch",
|         "type": "star"
|       }
|     ]
|   },
|   "all_to_all": {
|     "algorithm": "pairwise",
|     "setup_s": 0,
|     "per_peer_s": 0,
|     "sm_share_ratio": 0,
|     "source": "ideal: nothing but the links takes time"
|   }
| }
$ for word in gpu=a30 gpu=a100,gpus=4 nodes=2,gpu=h100-sxm,nic=8x400G \
>     nodes=2,gpu=a800,nic=1x100G,network=flat gpu=h200,bandwidth=300GB/s
> do
>     scmoesim topology show $word --json -o t.json
>     scmoesim topology show $word >a
>     scmoesim topology show ./t.json | sed 1d >b
>     sed 1d a | cmp - b
>     scmoesim run --topology $word --schedule scmoe-pos2 -o a.csv
>     scmoesim run --topology ./t.json --schedule scmoe-pos2 -o b.csv
>     cmp a.csv b.csv
> done

A file printed as JSON keeps its figures.

$ scmoesim topology show data/tests/data/star-8.json --json
| {
|   "schema": "scmoesim/topology/1",
|   "name": "star-8",
|   "summary": "8 GPUs on an ideal switch: 50 GiB/s each way, 1 us end to end",
|   "source": "the fabric of hand calculations: 50 * 2^30 = 53687091200 bytes/s as ASTRA-sim reads \"50 GB/s\", 500 ns a link",
|   "gpu": "a800",
|   "node_count": 1,
|   "link_types": {
|     "star": {
|       "bandwidth_bytes_per_s": 53687091200,
|       "efficiency_ratio": 1,
|       "latency_s": 5e-07,
|       "duplex": "full",
|       "source": "chosen"
|     }
|   },
|   "node": {
|     "gpus": 8,
|     "switches": ["switch"],
|     "links": [
|       {
|         "for": {
|           "g": 8
|         },
|         "from": "gpu{g}",
|         "to": "switch",
|         "type": "star"
|       }
|     ]
|   },
|   "all_to_all": {
|     "algorithm": "pairwise",
|     "setup_s": 0,
|     "per_peer_s": 0,
|     "sm_share_ratio": 0,
|     "source": "ideal: nothing but the links takes time"
|   }
| }

What SimGrid gets, and other SimGrid programs may load.

$ scmoesim topology export gpu=a30,gpus=2 -o -
| <?xml version='1.0'?>
| <!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
| <platform version="4.1">
|   <zone id="cluster" routing="DijkstraCache">
|     <host id="node0.gpu0" speed="1f"/>
|     <host id="node0.gpu1" speed="1f"/>
|     <router id="node0.pcie0"/>
|     <link id="node0.gpu0-pcie0.fwd" bandwidth="22450050000Bps" latency="1.05e-07s" sharing_policy="SHARED"/>
|     <link id="node0.gpu0-pcie0.rev" bandwidth="22450050000Bps" latency="1.05e-07s" sharing_policy="SHARED"/>
|     <link id="node0.gpu1-pcie0.fwd" bandwidth="22450050000Bps" latency="1.05e-07s" sharing_policy="SHARED"/>
|     <link id="node0.gpu1-pcie0.rev" bandwidth="22450050000Bps" latency="1.05e-07s" sharing_policy="SHARED"/>
|     <link id="node0.pcie0-memory0.fwd" bandwidth="22450050000Bps" latency="1.05e-07s" sharing_policy="SHARED"/>
|     <link id="node0.pcie0-memory0.rev" bandwidth="22450050000Bps" latency="1.05e-07s" sharing_policy="SHARED"/>
|     <route src="node0.gpu0" dst="node0.pcie0" symmetrical="NO"><link_ctn id="node0.gpu0-pcie0.fwd"/></route>
|     <route src="node0.gpu1" dst="node0.pcie0" symmetrical="NO"><link_ctn id="node0.gpu1-pcie0.fwd"/></route>
|     <route src="node0.pcie0" dst="node0.gpu0" symmetrical="NO"><link_ctn id="node0.gpu0-pcie0.rev"/></route>
|     <route src="node0.pcie0" dst="node0.gpu1" symmetrical="NO"><link_ctn id="node0.gpu1-pcie0.rev"/></route>
|   </zone>
| </platform>
$ mkdir -p made && scmoesim topology export 8xa30-pcie -o made/8xa30-pcie.xml
$ for name in 8xa800-nvlink 2x8xa800-nvlink 8xh100-nvlink 4x8xh100-ib
> do
>     scmoesim topology export $name | grep -c '<host '
> done
| 8
| 16
| 8
| 32

Damage is listed, in whichever node it is; the trees show the first node for all.

$ scmoesim topology show nodes=2,gpu=h100-sxm,gpus=2,nic=2x400G --json -o t.json
$ sed -i '2i "degraded": [{"links": "leaf0-spine", "bandwidth_ratio": 0.5}, {"gpus": "node1/gpu0", "compute_ratio": 0.8}],' t.json
$ scmoesim topology show t.json
| nodes=2,gpu=h100-sxm,gpus=2,nic=2x400G
| 2 nodes of 2 h100-sxm on NVSwitch; 2 NICs of 400 Gb/s a node, rail network
| 4 x h100-sxm
| All-to-All: pairwise, setup 38.5 us, at least 75.8 us, SM share 0.1515
|
|                          link       carries of datasheet  latency
| 2 nodes, each:
|   nvswitch
|   `- gpu0, gpu1          nvlink    346 GB/s of  450 GB/s  936 ns
|   pcie0
|   |- gpu0                pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   `- nic0                pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   pcie1: likewise
| fabric:
|   spine
|   |- leaf0               uplink   48.0 GB/s of  100 GB/s  150 ns at 0.5
|   |  `- node0/nic0, node1/nic0
|                          network  48.0 GB/s of 50.0 GB/s  1.35 us
|   `- leaf1               uplink   96.0 GB/s of  100 GB/s  150 ns
|      `- node0/nic1, node1/nic1
|                          network  48.0 GB/s of 50.0 GB/s  1.35 us
|
| degraded:
|   leaf0-spine>           uplink   48.0 GB/s of  100 GB/s  150 ns at 0.5
|   leaf0-spine<           uplink   48.0 GB/s of  100 GB/s  150 ns at 0.5
|   node1/gpu0 computes at 0.8 of its speed
|
| route node0/gpu0 -> node1/gpu1
|   > node0/pcie0          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node0/nic0           pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > leaf0                network  48.0 GB/s of 50.0 GB/s  1.35 us <- bottleneck
|   > spine                uplink   48.0 GB/s of  100 GB/s  150 ns at 0.5
|   > leaf1                uplink   96.0 GB/s of  100 GB/s  150 ns
|   > node1/nic1           network  48.0 GB/s of 50.0 GB/s  1.35 us
|   > node1/pcie1          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node1/gpu1           pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   idle: 48.0 GB/s by node0/nic0-leaf0>, 3.46 us

Damage varies in a sweep like any other number.

$ scmoesim sweep --quiet --topology 8xa30-pcie --schedule top2 --degrade 'node0/socket0-*=1' --vary /topology/degraded/0/bandwidth_ratio=0.25,0.5,1 -o sweep.csv -j 1 && awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "a2a_time_s") a2a = i } { print $1 "," $a2a }' sweep.csv
| /topology/degraded/0/bandwidth_ratio,a2a_time_s
| 0.25,0.02834222272189349
| 0.5,0.014381891360946746
| 1,0.0074017256804733735

However GPUs and flows stand for one another, damage costs the same.

$ scmoesim topology show nodes=3,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:2,leaf=1 --json | sed 's/"name": .*/"name": "uneven",/' >uneven.json
$ for way in '--fold=auto' '--fold=never' '--network=simgrid' '--network=max-min'
> do
>     scmoesim run --topology uneven.json --model gpt2-moe-small --set /model/experts=12 --schedule top2,scmoe-pos2 --degrade 'node1/nic1-*=0.5' --slow node2/gpu0=0.8 $way -o out.csv
>     awk -F, 'NR > 1 { printf "%s %.6g\n", $4, $8 }' out.csv
> done | sort | uniq -c | awk '{ print $1, $2 }'
| 4 scmoe-pos2
| 4 top2

Networks between nodes. Switches that form rings are listed by kind.

$ scmoesim topology show 16x8xh100-fat-tree
| 16x8xh100-fat-tree
| 16 nodes of 8 H100 SXM in a 2:1 fat tree, four nodes a leaf switch
| 128 x h100-sxm
| All-to-All: pairwise, setup 38.5 us, at least 75.8 us, SM share 0.1515
|
|                          link       carries of datasheet  latency
| 16 nodes, each:
|   nvswitch
|   `- gpu0 .. gpu7 (8)    nvlink    346 GB/s of  450 GB/s  936 ns
|   pcie0
|   |- gpu0                pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   `- nic0                pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   pcie1 .. pcie7 (7): likewise
| fabric:
|   spine
|   |- leaf0               uplink    768 GB/s of  800 GB/s  150 ns
|   |  `- node0/nic0 .. node3/nic7 (32)
|                          network  48.0 GB/s of 50.0 GB/s  1.35 us
|   `- leaf1 .. leaf3 (3): likewise
|
| route node0/gpu0 -> node15/gpu7
|   > node0/pcie0          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node0/nic0           pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > leaf0                network  48.0 GB/s of 50.0 GB/s  1.35 us <- bottleneck
|   > spine                uplink    768 GB/s of  800 GB/s  150 ns
|   > leaf3                uplink    768 GB/s of  800 GB/s  150 ns
|   > node15/nic7          network  48.0 GB/s of 50.0 GB/s  1.35 us
|   > node15/pcie7         pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node15/gpu7          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   idle: 48.0 GB/s by node0/nic0-leaf0>, 3.46 us
$ scmoesim topology show nodes=32,gpu=h100-sxm,nic=8x400G,network=fat-tree:1:3,leaf=2,pod=4,spines=2 | sed -n '/^fabric/,$p'
| fabric:
|   leaf0 .. leaf15 (16), each with
|   |- 16 nic#             network  48.0 GB/s of 50.0 GB/s  1.35 us
|   `- 2 spine#_#          uplink    384 GB/s of  400 GB/s  150 ns
|   spine0_0 .. spine3_1 (8), each with
|   |- 4 leaf#             uplink    384 GB/s of  400 GB/s  150 ns
|   `- 1 core#             core      512 GB/s of  533 GB/s  150 ns
|   core0 .. core1 (2), each with
|   `- 4 spine#_#          core      512 GB/s of  533 GB/s  150 ns
|
| route node0/gpu0 -> node31/gpu7
|   > node0/pcie0          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node0/nic0           pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > leaf0                network  48.0 GB/s of 50.0 GB/s  1.35 us <- bottleneck
|   > spine0_1             uplink    384 GB/s of  400 GB/s  150 ns
|   > core1                core      512 GB/s of  533 GB/s  150 ns
|   > spine3_1             core      512 GB/s of  533 GB/s  150 ns
|   > leaf15               uplink    384 GB/s of  400 GB/s  150 ns
|   > node31/nic7          network  48.0 GB/s of 50.0 GB/s  1.35 us
|   > node31/pcie7         pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node31/gpu7          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   idle: 48.0 GB/s by node0/nic0-leaf0>, 3.76 us
$ scmoesim topology show 32x4xa100-dragonfly
| 32x4xa100-dragonfly
| 32 nodes of 4 A100 with an NVLink to each other, a 200 Gb/s NIC each, in a
| dragonfly of 4 groups
| 128 x a100
| All-to-All: pairwise, setup 38.5 us, at least 75.8 us, SM share 0.15
|
|                          link       carries of datasheet  latency
| 32 nodes, each:
|   pcie0
|   |- gpu0                pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   `- nic0                pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   pcie1 .. pcie3 (3): likewise
|   gpu0 - gpu1            nvlink   70.0 GB/s of  100 GB/s  936 ns
|   gpu1 - gpu2            nvlink   70.0 GB/s of  100 GB/s  936 ns
|   gpu2 - gpu3            nvlink   70.0 GB/s of  100 GB/s  936 ns
|   gpu3 - gpu0            nvlink   70.0 GB/s of  100 GB/s  936 ns
|   gpu0 - gpu2            nvlink   70.0 GB/s of  100 GB/s  936 ns
|   gpu1 - gpu3            nvlink   70.0 GB/s of  100 GB/s  936 ns
| fabric:
|   router0_0 .. router3_3 (16), each with
|   |- 8 nic#              network  24.0 GB/s of 25.0 GB/s  1.35 us
|   |- 3 router#_#         local    96.0 GB/s of  100 GB/s  150 ns
|   `- 0 to 1 router#_#    global    256 GB/s of  267 GB/s  150 ns
|
| route node0/gpu0 -> node31/gpu3
|   > node0/pcie0          pcie     22.5 GB/s of 31.5 GB/s  105 ns <- bottleneck
|   > node0/nic0           pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > router0_0            network  24.0 GB/s of 25.0 GB/s  1.35 us
|   > router0_2            local    96.0 GB/s of  100 GB/s  150 ns
|   > router3_0            global    256 GB/s of  267 GB/s  150 ns
|   > router3_3            local    96.0 GB/s of  100 GB/s  150 ns
|   > node31/nic3          network  24.0 GB/s of 25.0 GB/s  1.35 us
|   > node31/pcie3         pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > node31/gpu3          pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   idle: 22.5 GB/s by node0/gpu0-pcie0>, 3.57 us
$ scmoesim topology show nodes=8,gpu=h200,nic=32x100G,network=rail:2,leaf=4 | sed -n '/^fabric/,/^route/p'
| fabric:
|   spine
|   |- leaf0_0             uplink   96.0 GB/s of  100 GB/s  150 ns
|   |  `- node0/nic0 .. node3/nic0 (4)
|                          network  48.0 GB/s of 50.0 GB/s  1.35 us
|   `- leaf0_1 .. leaf1_7 (15): likewise
|
| route node0/gpu0 -> node7/gpu7

Boxes: bridged pairs, NICs on one socket, GPUs right under the sockets, a rack.

$ scmoesim topology show 8xa40-pairs
| 8xa40-pairs
| 8 A40 on PCIe, pairs bridged by NVLink
| 8 x a40
| All-to-All: pairwise, setup 0 s and 30.0 us a peer, SM share 0.02
|
|                          link       carries of datasheet  latency
| 1 node:
|   socket0
|   |- pcie0               pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  `- gpu0, gpu1       pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |- pcie1: likewise
|   |- socket1             socket   20.3 GB/s of 20.3 GB/s  80.0 ns
|   |  |- pcie2            pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  |  `- gpu4, gpu5    pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  |- pcie3: likewise
|   |  `- memory1          memory    205 GB/s of  205 GB/s  0 s half-duplex
|   `- memory0             memory    205 GB/s of  205 GB/s  0 s half-duplex
|   gpu0 - gpu1            nvlink   39.4 GB/s of 56.2 GB/s  936 ns
|   gpu2 - gpu3            nvlink   39.4 GB/s of 56.2 GB/s  936 ns
|   gpu4 - gpu5            nvlink   39.4 GB/s of 56.2 GB/s  936 ns
|   gpu6 - gpu7            nvlink   39.4 GB/s of 56.2 GB/s  936 ns
|
| route node0/gpu0 -> node0/gpu7
|   > pcie0                pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > socket0              pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > socket1              socket   20.3 GB/s of 20.3 GB/s  80.0 ns <- bottleneck
|   > pcie3                pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > gpu7                 pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   idle: 20.3 GB/s by node0/socket0-socket1>, 500 ns
$ scmoesim topology show 2x8xa100-pcie-2nic
| 2x8xa100-pcie-2nic
| 2 nodes of 8 A100 PCIe, a switch of four under each socket, two 200 Gb/s NICs on
| the first
| 16 x a100
| All-to-All: pairwise, setup 0 s and 30.0 us a peer, SM share 0.02
|
|                          link       carries of datasheet  latency
| 2 nodes, each:
|   socket0
|   |- pcie0               pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  `- gpu0 .. gpu3 (4) pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |- socket1             socket   20.3 GB/s of 20.3 GB/s  80.0 ns
|   |  |- pcie1            pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  |  `- gpu4 .. gpu7 (4)
|                          pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  `- memory1          memory    205 GB/s of  205 GB/s  0 s half-duplex
|   |- memory0             memory    205 GB/s of  205 GB/s  0 s half-duplex
|   `- nic0, nic1          pcie     22.5 GB/s of 31.5 GB/s  105 ns
| fabric:
|   network
|   `- node0/nic0 .. node1/nic1 (4)
|                          network  24.0 GB/s of 25.0 GB/s  1.35 us
|
| route node0/gpu0 -> node1/gpu7
|   > node0/pcie0          pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > node0/socket0        pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > node0/nic1           pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > network              network  24.0 GB/s of 25.0 GB/s  1.35 us
|   > node1/nic1           network  24.0 GB/s of 25.0 GB/s  1.35 us
|   > node1/socket0        pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > node1/socket1        socket   20.3 GB/s of 20.3 GB/s  80.0 ns <- bottleneck
|   > node1/pcie1          pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > node1/gpu7           pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   idle: 20.3 GB/s by node1/socket0-socket1>, 3.41 us
$ scmoesim topology show 2x8xrtx3090
| 2x8xrtx3090
| 2 nodes of 8 RTX 3090 right under two sockets, one 100 Gb/s NIC a node
| 16 x rtx-3090, no peer access over PCIe
| All-to-All: host-staged, setup 0 s and 30.0 us a peer, SM share 0.02
|
|                          link       carries of datasheet  latency
| 2 nodes, each:
|   socket0
|   |- gpu0 .. gpu3 (4)    pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |- socket1             socket   20.3 GB/s of 20.3 GB/s  80.0 ns
|   |  |- gpu4 .. gpu7 (4) pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  `- memory1          memory    205 GB/s of  205 GB/s  0 s half-duplex
|   |- memory0             memory    205 GB/s of  205 GB/s  0 s half-duplex
|   `- nic0                pcie     22.5 GB/s of 31.5 GB/s  105 ns
| fabric:
|   network
|   `- node0/nic0, node1/nic0
|                          network  12.0 GB/s of 12.5 GB/s  1.35 us
|
| route node0/gpu0 -> node1/gpu7
|   > node0/socket0        pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > node0/memory0        memory    205 GB/s of  205 GB/s  0 s half-duplex
|   > node0/socket0        memory    205 GB/s of  205 GB/s  0 s half-duplex
|   > node0/nic0           pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > network              network  12.0 GB/s of 12.5 GB/s  1.35 us <- bottleneck
|   > node1/nic0           network  12.0 GB/s of 12.5 GB/s  1.35 us
|   > node1/socket0        pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > node1/socket1        socket   20.3 GB/s of 20.3 GB/s  80.0 ns
|   > node1/memory1        memory    205 GB/s of  205 GB/s  0 s half-duplex
|   > node1/socket1        memory    205 GB/s of  205 GB/s  0 s half-duplex
|   > node1/gpu7           pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   idle: 12.0 GB/s by node0/nic0-network>, 3.20 us
$ scmoesim topology show 2x72xgb200-nvl72
| 2x72xgb200-nvl72
| 2 NVL72 racks of GB200, a 400 Gb/s NIC for every GPU, rail-optimised InfiniBand
| 144 x gb200
| All-to-All: pairwise, setup 38.5 us, at least 75.8 us, SM share 0.15
|
|                          link       carries of datasheet  latency
| 2 nodes, each:
|   nvswitch
|   `- gpu0 .. gpu71 (72)  nvlink    692 GB/s of  900 GB/s  936 ns
|   pcie0
|   |- gpu0                pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   `- nic0                pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   pcie1 .. pcie71 (71): likewise
| fabric:
|   spine
|   |- leaf0               uplink   96.0 GB/s of  100 GB/s  150 ns
|   |  `- node0/nic0, node1/nic0
|                          network  48.0 GB/s of 50.0 GB/s  1.35 us
|   `- leaf1 .. leaf71 (71): likewise
|
| route node0/gpu0 -> node1/gpu71
|   > node0/pcie0          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node0/nic0           pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > leaf0                network  48.0 GB/s of 50.0 GB/s  1.35 us <- bottleneck
|   > spine                uplink   96.0 GB/s of  100 GB/s  150 ns
|   > leaf71               uplink   96.0 GB/s of  100 GB/s  150 ns
|   > node1/nic71          network  48.0 GB/s of 50.0 GB/s  1.35 us
|   > node1/pcie71         pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   > node1/gpu71          pcie     54.2 GB/s of 63.0 GB/s  115 ns
|   idle: 48.0 GB/s by node0/nic0-leaf0>, 3.46 us

Every shipped cluster of several GPUs plays an All-to-All among all of them; the busiest link's bound holds.

$ for name in $(ls data/topologies | sed -e 's/.json//' -e '/^1x/d')
> do
>     scmoesim run --topology $name --set /model/experts=1152 --schedule top1 --baseline top1 -o out.csv
>     tail -n 1 out.csv | awk -F, '{ printf "%s: %s ranks, %.2f of the bound\n", $2, $6, $18 }'
> done
| 16x8xh100-fat-tree: 128 ranks, 1.07 of the bound
| 2x72xgb200-nvl72: 144 ranks, 1.21 of the bound
| 2x8xa100-pcie-2nic: 16 ranks, 1.17 of the bound
| 2x8xa800-nvlink: 16 ranks, 1.01 of the bound
| 2x8xrtx3090: 16 ranks, 1.08 of the bound
| 2xh200-nvlink: 2 ranks, 1.36 of the bound
| 32x4xa100-dragonfly: 128 ranks, 1.05 of the bound
| 4x8xh100-ib: 32 ranks, 1.14 of the bound
| 72xgb200-nvl72: 72 ranks, 2.80 of the bound
| 8xa100-pcie: 8 ranks, 1.12 of the bound
| 8xa30-pcie: 8 ranks, 1.12 of the bound
| 8xa40-pairs: 8 ranks, 1.12 of the bound
| 8xa800-nvlink: 8 ranks, 1.34 of the bound
| 8xb200-nvlink: 8 ranks, 3.12 of the bound
| 8xh100-nvlink: 8 ranks, 1.83 of the bound
| 8xh200-nvlink: 8 ranks, 1.21 of the bound
