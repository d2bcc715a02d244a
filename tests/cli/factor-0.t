A replay by factor 0 exchanges nothing: its exchanges take no time and wait for no copy engine, whether copies to the
GPU alone were measured or not. Figures are made up: an attention of 100 us, mlps of 200, a fetch of 150 us that begins
at once, an exchange of 100 us.

$ cat >costs.csv <<END
> kind,tokens,bytes,time_s
> attention,512,,100e-6
> mlp,512,,200e-6
> copy_bidirectional,,25000,2e-6
> copy_bidirectional,,250000000,0.010001
> expert_fetch,,1000,150e-6
> expert_fetch,,2000,300e-6
> END
$ printf 'kind,bytes,time_s\ncopy_h2d,25000,1e-6\ncopy_h2d,250000000,0.0050005\n' >inbound.csv
$ cat >plan.json <<END
> {"schema": "scmoesim/plan/1", "schedule": "fetch", "ranks": 1, "ep": 1, "dtype": "bf16",
>  "queues": ["compute", "communication", "fetch"], "operators": [
>   {"name": "attention", "kind": "attention", "pass": "forward", "queue": 0, "after": [], "a2a_bytes": 0,
>    "shape": {"tokens": 512}},
>   {"name": "fetch", "kind": "expert_fetch", "pass": "forward", "queue": 2, "after": [], "a2a_bytes": 0,
>    "fetch_bytes": 1000, "shape": {}},
>   {"name": "dispatch", "kind": "dispatch", "pass": "forward", "queue": 1, "after": [0],
>    "a2a_bytes": 2475000, "shape": {}},
>   {"name": "mlp_1", "kind": "mlp", "pass": "forward", "queue": 0, "after": [2], "a2a_bytes": 0,
>    "shape": {"tokens": 512}},
>   {"name": "mlp_2", "kind": "mlp", "pass": "forward", "queue": 0, "after": [3, 1], "a2a_bytes": 0,
>    "shape": {"tokens": 512}}]}
> END

One after the other: 100 + 200 + 200 us. By factor 1 the exchange waits 50 us for the engine that the fetch holds, and
then takes its 100 us, or the 50 us of its part to the GPU where that is known.

$ for factor in 0 1; do
>     scmoesim replay plan.json --factor $factor --costs costs.csv
>     scmoesim replay plan.json --factor $factor --costs costs.csv --costs inbound.csv
> done | awk -F': |,' '/"pair_time_s"/ { printf "%.1f us\n", 1e6 * $2 }'
| 500.0 us
| 500.0 us
| 650.0 us
| 600.0 us

The shipped schedule, with and without copies to the GPU in the costs.

$ scmoesim plan --schedule scmoe-offload --model gpt2-moe-medium -o offload.json
$ grep -v '^copy_h2d' data/traces/h100-sxm/copies.csv >without.csv
$ for costs in without.csv data/traces/h100-sxm/copies.csv; do
>     scmoesim replay offload.json --factor 0 --costs $costs
> done | awk -F': |,' '/"pair_time_s"/ { printf "%.2f ms\n", 1e3 * $2 }'
| 1.90 ms
| 1.90 ms
