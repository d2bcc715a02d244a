The plan that `run` plays, for the probe to replay.

$ scmoesim plan
| {
|   "schema": "scmoesim/plan/2",
|   "schedule": "scmoe-pos2",
|   "ranks": 8,
|   "ep": 8,
|   "dtype": "fp16",
|   "experts": 8,
|   "top_k": 1,
|   "slot": 1,
|   "chunks": 1,
|   "backward": false,
|   "queues": ["compute", "communication"],
|   "operators": [
|     {
|       "name": "attention_1",
|       "kind": "attention",
|       "pass": "forward",
|       "queue": 0,
|       "after": [],
|       "chunk": 0,
|       "shape": {"tokens": 18432, "hidden": 384, "heads": 12, "kv_heads": 12, "head_dim": 32, "span_tokens": 144}
|     },
|     {
|       "name": "gate",
|       "kind": "gate",
|       "pass": "forward",
|       "queue": 0,
|       "after": [0],
|       "chunk": 0,
|       "shape": {"tokens": 18432, "hidden": 384, "experts": 8, "top_k": 1}
|     },
|     {
|       "name": "encode",
|       "kind": "encode",
|       "pass": "forward",
|       "queue": 0,
|       "after": [1],
|       "chunk": 0,
|       "shape": {"tokens": 18432, "hidden": 384, "top_k": 1, "capacity_factor": 1.25}
|     },
|     {
|       "name": "dispatch",
|       "kind": "dispatch",
|       "pass": "forward",
|       "queue": 1,
|       "after": [2],
|       "group": "ep",
|       "comm_bytes": 17694720,
|       "chunk": 0,
|       "shape": {"tokens": 18432, "hidden": 384, "top_k": 1, "capacity_factor": 1.25}
|     },
|     {
|       "name": "expert",
|       "kind": "expert",
|       "pass": "forward",
|       "queue": 0,
|       "after": [3],
|       "chunk": 0,
|       "shape": {"tokens": 23040, "hidden": 384, "ffn_hidden": 1536, "experts": 1}
|     },
|     {
|       "name": "mlp_1",
|       "kind": "mlp",
|       "pass": "forward",
|       "queue": 0,
|       "after": [0],
|       "chunk": 0,
|       "shape": {"tokens": 18432, "hidden": 384, "ffn_hidden": 1536}
|     },
|     {
|       "name": "attention_2",
|       "kind": "attention",
|       "pass": "forward",
|       "queue": 0,
|       "after": [5],
|       "chunk": 0,
|       "shape": {"tokens": 18432, "hidden": 384, "heads": 12, "kv_heads": 12, "head_dim": 32, "span_tokens": 144}
|     },
|     {
|       "name": "shared",
|       "kind": "shared_expert",
|       "pass": "forward",
|       "queue": 0,
|       "after": [6],
|       "chunk": 0,
|       "shape": {"tokens": 18432, "hidden": 384, "ffn_hidden": 1536}
|     },
|     {
|       "name": "combine",
|       "kind": "combine",
|       "pass": "forward",
|       "queue": 1,
|       "after": [4],
|       "group": "ep",
|       "comm_bytes": 17694720,
|       "chunk": 0,
|       "shape": {"tokens": 18432, "hidden": 384, "top_k": 1, "capacity_factor": 1.25}
|     },
|     {
|       "name": "decode",
|       "kind": "decode",
|       "pass": "forward",
|       "queue": 0,
|       "after": [8, 7],
|       "chunk": 0,
|       "shape": {"tokens": 18432, "hidden": 384, "top_k": 1, "capacity_factor": 1.25, "shared": true}
|     }
|   ]
| }
$ scmoesim plan --schedule top2-pipelined --set '/schedule/pipeline/chunks=[2]' -o made/chunks.json
$ scmoesim plan --schedule scmoe-pos2 --mode training --backward -o made/backward.json
$ scmoesim plan --model llama2-moe --topology 8xh100-nvlink --schedule scmoe-pos2 -o made/llama2-moe.json
! scmoesim: schedule scmoe-pos2 is not defined for MoE in every layer, which model llama2-moe has
[3]

A plan holds no cluster: a replay is told of it, and then takes what run takes.

$ echo "--topology 4x8xh100-ib --a2a two-hop --slow node0/gpu3=0.8 --degrade *nic0*=0.5" >cluster
$ echo "--model gpt3-moe-xl --set /model/experts=32 --schedule top2" >model
$ scmoesim run $(cat cluster model) -o run.csv >run.txt
$ scmoesim plan $(cat cluster model) -o two-hop.json
! scmoesim: note: the plan has no cluster and no costs: give replay the same
$ scmoesim replay two-hop.json $(cat cluster) | sed -n 's/.*"pair_time_s": \([0-9.]*\),/\1/p' | cut -c1-16 >replayed
$ sed -n 2p run.csv | tr ',' '\n' | cut -c1-16 | grep -c -x -f replayed
| 1
$ scmoesim replay two-hop.json --topology 4x8xh100-ib | grep -c -f replayed
| 0
[1]
