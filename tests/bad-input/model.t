Models whose meaning is wrong: file, JSON Pointer, what was expected, what was found; status 3.

Everything that is wrong is said at once.

$ cat >m.json <<END
> {
>   "schema": "scmoesim/model/1",
>   "name": "mine",
>   "summary": 5,
>   "source": "hand",
>   "dtype": "float16",
>   "tokens_per_gpu": 0,
>   "experts": 8.5,
>   "topk": 2,
>   "capacity_factor": 0.5,
>   "stages": [
>     {
>       "name": "a", "layers": 3, "hiden": 64, "heads": -1, "mlp_hidden": "256",
>       "span_tokens": 128, "causal": "yes", "moe_every": 3
>     }
>   ]
> }
> END
$ scmoesim check m.json
! scmoesim: m.json: /: unknown member "topk"; did you mean "top_k"?
! scmoesim: m.json: /summary: expected a string, got 5
! scmoesim: m.json: /dtype: expected "fp32", "tf32", "fp16", "bf16" or "fp8", got "float16"
! scmoesim: m.json: /tokens_per_gpu: expected a number > 0, got 0
! scmoesim: m.json: /experts: expected a whole number from 1 to 65536, got 8.5
! scmoesim: m.json: /: missing member "top_k"
! scmoesim: m.json: /capacity_factor: expected a number from 1 to 1e+06, got 0.5
! scmoesim: m.json: /stages/0: unknown member "hiden"; did you mean "hidden"?
! scmoesim: m.json: /stages/0/moe_every: expected a whole number from 0 to 2, got 3
! scmoesim: m.json: /stages/0: missing member "hidden"
! scmoesim: m.json: /stages/0/mlp_hidden: expected a whole number from 0 to 16777216, got a string
! scmoesim: m.json: /stages/0/heads: expected a whole number from 1 to 65536, got -1
! scmoesim: m.json: /stages/0/causal: expected true or false, got a string
[3]

The file is named as the user named it, also by run.

$ scmoesim run --model ./m.json --set /model/experts=8 2>&1 | head -1
| scmoesim: ./m.json: /: unknown member "topk"; did you mean "top_k"?

Not an object; no schema; the wrong schema; a schema of the future.

$ echo '[]' >m.json && scmoesim check m.json
! scmoesim: m.json: /: expected an object, got an array
[3]
$ echo '{}' >m.json && scmoesim check m.json
! scmoesim: m.json: /: missing member "schema"
[3]
$ echo '{ "schema": "scmoesim/mdoel/1" }' >m.json && scmoesim check m.json
! scmoesim: m.json: /schema: expected "scmoesim/model/1", "scmoesim/gpu/1", "scmoesim/link/1", "scmoesim/all-to-all/1", "scmoesim/shorthand/1", "scmoesim/topology/1", "scmoesim/schedule/1", "scmoesim/sweep/1", "scmoesim/plan/2", "scmoesim/plan/1", "scmoesim/timeline/1", "scmoesim/case/1" or "scmoesim/platform-fit/1", got "scmoesim/mdoel/1"; did you mean "scmoesim/model/1"?
[3]
$ echo '{ "schema": "scmoesim/model/2" }' >m.json && scmoesim check m.json
! scmoesim: m.json: /schema: expected "scmoesim/model/1", "scmoesim/gpu/1", "scmoesim/link/1", "scmoesim/all-to-all/1", "scmoesim/shorthand/1", "scmoesim/topology/1", "scmoesim/schedule/1", "scmoesim/sweep/1", "scmoesim/plan/2", "scmoesim/plan/1", "scmoesim/timeline/1", "scmoesim/case/1" or "scmoesim/platform-fit/1", got "scmoesim/model/2"; did you mean "scmoesim/model/1"?
[3]
$ echo '{ "schema": 1 }' >m.json && scmoesim check m.json
! scmoesim: m.json: /schema: expected "scmoesim/model/1", "scmoesim/gpu/1", "scmoesim/link/1", "scmoesim/all-to-all/1", "scmoesim/shorthand/1", "scmoesim/topology/1", "scmoesim/schedule/1", "scmoesim/sweep/1", "scmoesim/plan/2", "scmoesim/plan/1", "scmoesim/timeline/1", "scmoesim/case/1" or "scmoesim/platform-fit/1", got 1
[3]
$ scmoesim run --model data/models/gpu/a30.json
! scmoesim: data/models/gpu/a30.json: /schema: expected "scmoesim/model/1", got "scmoesim/gpu/1"
! scmoesim: data/models/gpu/a30.json: /: unknown member "sm_count"
! scmoesim: data/models/gpu/a30.json: /: unknown member "memory_bytes"
! scmoesim: data/models/gpu/a30.json: /: unknown member "memory_bandwidth_bytes_per_s"
! scmoesim: data/models/gpu/a30.json: /: unknown member "peak_flop_per_s"
! scmoesim: data/models/gpu/a30.json: /: unknown member "kernel_launch_s"
! scmoesim: data/models/gpu/a30.json: /: unknown member "kernel_launch_source"
! scmoesim: data/models/gpu/a30.json: /: unknown member "efficiency"
! scmoesim: data/models/gpu/a30.json: /: unknown member "efficiency_source"
! scmoesim: data/models/gpu/a30.json: /: unknown member "host_link"
! scmoesim: data/models/gpu/a30.json: /: unknown member "links"
! scmoesim: data/models/gpu/a30.json: /: missing member "dtype"
! scmoesim: data/models/gpu/a30.json: /: missing member "tokens_per_gpu"
! scmoesim: data/models/gpu/a30.json: /: missing member "experts"
! scmoesim: data/models/gpu/a30.json: /: missing member "top_k"
! scmoesim: data/models/gpu/a30.json: /: missing member "capacity_factor"
! scmoesim: data/models/gpu/a30.json: /: missing member "stages"
[3]
$ scmoesim run --topology data/models/moe/llama2-moe.json
! scmoesim: data/models/moe/llama2-moe.json: /schema: expected "scmoesim/topology/1", got "scmoesim/model/1"
[3]

No stages; no MoE in them; shapes that do not fit.

$ sed -e '/"stages"/,$d' data/tests/data/hand-model.json >m.json
$ echo '  "stages": [] }' >>m.json
$ scmoesim check m.json
! scmoesim: m.json: /stages: expected an array of 1 to 65536 elements, got 0
[3]
$ scmoesim run --model data/tests/data/hand-model.json --set /model/stages/0/moe_every=0
! scmoesim: data/tests/data/hand-model.json: /stages: expected at least one stage with "moe_every" 1 or 2
[3]
$ scmoesim run --model data/tests/data/hand-model.json --set /model/stages/0/layers=3
! scmoesim: data/tests/data/hand-model.json: /stages/0/layers: expected an even number where moe_every is 2, got 3 (set: /model/stages/0/layers=3)
[3]
$ scmoesim run --model data/tests/data/hand-model.json --set /model/stages/0/heads=15
! scmoesim: data/tests/data/hand-model.json: /stages/0: expected "head_dim", as hidden 2048 is no multiple of heads 15
[3]
$ scmoesim run --model data/tests/data/hand-model.json --set /model/stages/0/kv_heads=3
! scmoesim: data/tests/data/hand-model.json: /stages/0/kv_heads: expected a divisor of heads, 16, got 3 (set: /model/stages/0/kv_heads=3)
[3]
$ scmoesim run --model data/tests/data/hand-model.json --set /model/top_k=9
! scmoesim: data/tests/data/hand-model.json: /top_k: expected at most the number of experts, 8, got 9 (set: /model/top_k=9)
[3]

Figures no hardware will ever see.

$ scmoesim run --model data/tests/data/hand-model.json --tokens 1e300
! scmoesim: data/tests/data/hand-model.json: /tokens_per_gpu: expected a number > 0 and <= 1e+12, got 1e+300 (set: /model/tokens_per_gpu=1.0000000000000001e+300)
[3]
$ scmoesim run --model data/tests/data/hand-model.json --set /model/experts=1e9
! scmoesim: data/tests/data/hand-model.json: /experts: expected a whole number from 1 to 65536, got 1e+09 (set: /model/experts=1e9)
[3]
$ scmoesim run --model data/tests/data/hand-model.json --set /model/stages/0/hidden=1e18
! scmoesim: data/tests/data/hand-model.json: /stages/0/hidden: expected a whole number from 1 to 16777216, got 1e+18 (set: /model/stages/0/hidden=1e18)
[3]
$ scmoesim run --model data/tests/data/hand-model.json --set /model/capacity_factor=inf
! scmoesim: data/tests/data/hand-model.json: /capacity_factor: expected a number from 1 to 1e+06, got a string (set: /model/capacity_factor=inf)
[3]

Latent attention and Mamba-2 exclude each other, and bring members along.

$ for edit in 's/"kv_rank": 512,//' 's/"kv_rank": 512/"kv_rank": 512, "state_dim": 64/' \
>     's/"rope_dim": 64/"rope_dim": 64, "groups": 2/' 's/"expert_hidden": 2048,//; s/"mlp_hidden": 18432/"mlp_hidden": 0/' \
>     's/"top_k": 8/"top_k": 30/; s/"experts": 256/"experts": 16, "zero_experts": 4/'; do
>     sed "$edit" data/models/moe/deepseek-v3.json >m.json
>     scmoesim check m.json
> done
! scmoesim: m.json: /stages/0: "q_rank" and "rope_dim" belong to latent attention: expected "kv_rank" too
! scmoesim: m.json: /stages/1: "q_rank" and "rope_dim" belong to latent attention: expected "kv_rank" too
! scmoesim: m.json: /stages/0: "kv_rank" is latent attention's, "state_dim" a Mamba mixer's: expected one of them
! scmoesim: m.json: /stages/1: "kv_rank" is latent attention's, "state_dim" a Mamba mixer's: expected one of them
! scmoesim: m.json: /stages/0: "groups" belongs to a Mamba mixer: expected "state_dim" too
! scmoesim: m.json: /stages/1: "groups" belongs to a Mamba mixer: expected "state_dim" too
! scmoesim: m.json: /stages/1: expected "expert_hidden" where "mlp_hidden" is 0
! scmoesim: m.json: /top_k: expected at most the number of experts, 20, got 30
[3]
$ sed 's/"mlp_hidden": 12288/"mlp_hidden": 0/' data/models/moe/longcat-flash.json >m.json
$ scmoesim check m.json
! scmoesim: m.json: /stages/0: expected "mlp_hidden" > 0 where every second layer is dense, got 0
[3]
