Schedules.

A cycle: the operators in it are named.

$ cat >s.json <<END
> {
>   "schema": "scmoesim/schedule/1", "name": "mine", "summary": "", "source": "hand",
>   "routed_top_k": 1,
>   "pair": { "operators": [
>     { "name": "attention", "kind": "attention", "after": ["combine"] },
>     { "name": "gate", "kind": "gate", "after": ["attention"] },
>     { "name": "dispatch", "kind": "dispatch", "after": ["gate"] },
>     { "name": "expert", "kind": "expert", "after": ["dispatch"] },
>     { "name": "combine", "kind": "combine", "after": ["expert"] }
>   ] }
> }
> END
$ scmoesim check s.json
! scmoesim: s.json: /pair/operators: a cycle: attention waits for combine waits for expert waits for dispatch waits for gate waits for attention
[3]
$ scmoesim run --schedule ./s.json
! scmoesim: ./s.json: /pair/operators: a cycle: attention waits for combine waits for expert waits for dispatch waits for gate waits for attention
[3]

Waiting for oneself, for what stands later, for what is not there.

$ cat >s.json <<END
> {
>   "schema": "scmoesim/schedule/1", "name": "mine", "summary": "", "source": "hand",
>   "routed_top_k": 1,
>   "pair": { "operators": [
>     { "name": "attention", "kind": "attention", "after": ["attention"] }
>   ] }
> }
> END
$ scmoesim check s.json
! scmoesim: s.json: /pair/operators: a cycle: attention waits for attention
[3]
$ cat >s.json <<END
> {
>   "schema": "scmoesim/schedule/1", "name": "mine", "summary": "", "source": "hand",
>   "routed_top_k": 1,
>   "pair": { "operators": [
>     { "name": "gate", "kind": "gate", "after": ["attention"] },
>     { "name": "attention", "kind": "attention", "after": [] }
>   ] }
> }
> END
$ scmoesim check s.json
! scmoesim: s.json: /pair/operators: "gate" waits for "attention", which stands after it; operators stand in issue order
[3]
$ cat >s.json <<END
> {
>   "schema": "scmoesim/schedule/1", "name": "mine", "summary": "", "source": "hand",
>   "routed_top_k": 1,
>   "pair": { "operators": [
>     { "name": "attention", "kind": "attention", "after": [] },
>     { "name": "gate", "kind": "gate", "after": ["atention"] },
>     { "name": "expert", "kind": "expert", "after": ["nowhere"] }
>   ] }
> }
> END
$ scmoesim check s.json
! scmoesim: s.json: /pair/operators/1/after/0: no operator "atention"; did you mean "attention"?
! scmoesim: s.json: /pair/operators/2/after/0: no operator "nowhere" in this graph
[3]

Words and figures.

$ cat >s.json <<END
> {
>   "schema": "scmoesim/schedule/1", "name": "mine", "summary": "", "source": "hand",
>   "routed_top_k": 0, "without_shortcut": 5, "shared": true,
>   "pair": { "operators": [
>     { "name": "attention", "kind": "atention", "after": [] },
>     { "name": "gate", "kind": "gate", "after": [], "queue": "" },
>     { "name": "gate", "kind": "gate", "after": "attention" },
>     { "name": "expert", "kind": "expert", "after": [], "tok_k": 1 }
>   ] }
> }
> END
$ scmoesim check s.json
! scmoesim: s.json: /: unknown member "shared"; did you mean "shared_expert"?
! scmoesim: s.json: /without_shortcut: expected a string, got 5
! scmoesim: s.json: /routed_top_k: expected a whole number from 1 to 64, got 0
! scmoesim: s.json: /pair/operators/0/kind: expected "attention", "mlp", "shared_expert", "gate", "encode", "dispatch", "expert", "combine", "decode", "norm", "residual", "qkv_projection", "attention_core", "output_projection", "lm_head", "expert_fetch", "all_reduce", "reduce_scatter", "all_gather" or "send_receive", got "atention"; did you mean "attention"?
! scmoesim: s.json: /pair/operators/1: "name" and "queue" must not be empty
! scmoesim: s.json: /pair/operators/3: unknown member "tok_k"; did you mean "top_k"?
[3]

A slot for an operator that there is not, among operators out of order or on another queue.

$ cat >s.json <<END
> {
>   "schema": "scmoesim/schedule/1", "name": "mine", "summary": "", "source": "hand",
>   "routed_top_k": 1,
>   "pair": { "operators": [
>     { "name": "attention", "kind": "attention", "after": [] },
>     { "name": "gate", "kind": "gate", "after": [] },
>     { "name": "dispatch", "kind": "dispatch", "after": ["gate"] },
>     { "name": "mlp", "kind": "mlp", "after": ["attention"] },
>     { "name": "expert", "kind": "expert", "after": ["dispatch"] }
>   ], "slot": { "operator": "expret", "among": ["mlp"] } }
> }
> END
$ scmoesim check s.json
! scmoesim: s.json: /pair: no operator of kind "combine"
! scmoesim: s.json: /pair/slot/operator: no operator "expret"; did you mean "expert"?
[3]
$ sed 's/"kind": "expert"/"kind": "mlp"/; s/expret/expert/' s.json >e.json; scmoesim check e.json
! scmoesim: e.json: /pair: no operator of kind "expert"
! scmoesim: e.json: /pair: no operator of kind "combine"
[3]
$ sed 's/"kind": "dispatch"/"kind": "encode"/; s/"kind": "expert"/"kind": "combine"/; s/expret/expert/' s.json >e.json; scmoesim check e.json
! scmoesim: e.json: /pair: no operator of kind "dispatch"
! scmoesim: e.json: /pair: no operator of kind "expert"
! scmoesim: e.json: /pair/slot/among/0: "mlp" is on another queue than "expert"
[3]
$ sed -i 's/expret/expert/; s/"among": .*/"among": ["mlp", "attention"] } }/' s.json
$ scmoesim check s.json
! scmoesim: s.json: /pair: no operator of kind "combine"
! scmoesim: s.json: /pair/slot/among/1: backbone operators must differ from the slot's operator and stand in issue order
[3]
$ sed -i 's/"among": .*/"among": ["dispatch"] } }/' s.json
$ scmoesim check s.json
! scmoesim: s.json: /pair: no operator of kind "combine"
! scmoesim: s.json: /pair/slot/among/0: "dispatch" is on another queue than "expert"
[3]
$ sed -i 's/"among": .*/"among": [] } }/' s.json
$ scmoesim check s.json
! scmoesim: s.json: /pair: no operator of kind "combine"
! scmoesim: s.json: /pair/slot/among: expected an array of 1 to 256 elements, got 0
[3]

A pipeline of operators that there are not, in chunks that there cannot be.

$ cat >s.json <<END
> {
>   "schema": "scmoesim/schedule/1", "name": "mine", "summary": "", "source": "hand",
>   "routed_top_k": 1, "graph_of": "top2",
>   "pipeline": { "operators": ["dispatch", "exprt"], "chunks": [2, 0, 1e3] }
> }
> END
$ scmoesim check s.json
! scmoesim: s.json: /pipeline/operators/1: no operator "exprt"; did you mean "expert"?
[3]

No graph; two; one from a schedule that there is not, or that has none of its own.

$ cat >s.json <<END
> {
>   "schema": "scmoesim/schedule/1", "name": "mine", "summary": "", "source": "hand",
>   "routed_top_k": 1
> }
> END
$ scmoesim check s.json
! scmoesim: s.json: /: expected a "pair", a "block" or "graph_of"
[3]
$ sed -i 's/"routed_top_k": 1/&, "graph_of": "top1", "pair": { "operators": [] }/' s.json
$ scmoesim check s.json
! scmoesim: s.json: /: "graph_of" excludes "pair" and "block"
[3]
$ sed 's/"graph_of": "top2"/"graph_of": "top22"/' data/models/schedule/top2-pipelined.json >s.json
$ scmoesim check s.json
! scmoesim: s.json: /graph_of: unknown schedule "top22"; did you mean "top2"?; known: combined-1f1b, dgmoe, forward-backward, megatron-shortcut, megatron-shortcut-serial, scmoe-offload, scmoe-offload-wait, scmoe-pos1, scmoe-pos2, scmoe-pos2-pipelined, scmoe-pos3, scmoe2, shared, shared-overlap, single-batch, top1, top1-pipelined, top2, top2-pipelined, top3, two-batch
[3]
$ sed 's/"graph_of": "top2"/"graph_of": "scmoe-pos2-pipelined"/' \
>     data/models/schedule/top2-pipelined.json >s.json
$ scmoesim check s.json
! scmoesim: s.json: /graph_of: schedule "scmoe-pos2-pipelined" takes its own graph from elsewhere
[3]

Slots and chunks that there are not.

$ scmoesim run --schedule scmoe-pos2 --set /schedule/fixed_slot=9
! scmoesim: data/models/schedule/scmoe-pos2.json: /fixed_slot: expected a whole number from 1 to 4, got 9 (set: /schedule/fixed_slot=9)
[3]
$ scmoesim run --schedule scmoe-pos2 --set /schedule/fixed_slot=0
! scmoesim: data/models/schedule/scmoe-pos2.json: /fixed_slot: expected a whole number from 1 to 4, got 0 (set: /schedule/fixed_slot=0)
[3]
$ scmoesim run --schedule top2 --set /schedule/fixed_slot=1
! scmoesim: data/models/schedule/top2.json: /fixed_slot: schedule top2 has no slot to fix (set: /schedule/fixed_slot=1)
[3]
$ scmoesim run --schedule top2-pipelined --set '/schedule/pipeline/chunks=[]'
! scmoesim: data/models/schedule/top2-pipelined.json: /pipeline/chunks: expected an array of 1 to 64 elements, got 0 (set: /schedule/pipeline/chunks=[])
[3]
$ scmoesim run --schedule top2-pipelined --set '/schedule/pipeline/chunks=[1.5]'
! scmoesim: data/models/schedule/top2-pipelined.json: /pipeline/chunks/0: expected a whole number from 1 to 256, got 1.5
[3]
$ scmoesim run --schedule top2-pipelined --set '/schedule/pipeline/chunks=4'
! scmoesim: data/models/schedule/top2-pipelined.json: /pipeline/chunks: expected an array, got 4 (set: /schedule/pipeline/chunks=4)
[3]

Schedules that the model cannot run: asked for by name it is an error.

$ scmoesim run --model llama2-moe --topology 8xh100-nvlink --schedule scmoe-pos3
! scmoesim: schedule scmoe-pos3 is not defined for MoE in every layer, which model llama2-moe has
[3]
$ scmoesim run --model llama2-moe --topology 8xh100-nvlink --schedule top2 --baseline dgmoe
! scmoesim: baseline schedule dgmoe is not defined for MoE in every layer, which model llama2-moe has
[3]
$ scmoesim run --schedule top2,top3 --set /model/experts=2 --set /model/top_k=2 --ep 2
! scmoesim: schedule top3 routes to 3 experts, model swinv2-moe-s has 2
[3]

Layers in a row: names without "@", no slot and no pipeline, parts of the tokens, and words that are none.

$ cat >s.json <<END
> {
>   "schema": "scmoesim/schedule/1", "name": "mine", "summary": "", "source": "hand",
>   "routed_top_k": 1,
>   "pair": { "layers": 2, "operators": [
>     { "name": "a@1", "kind": "attention", "after": [] },
>     { "name": "gate", "kind": "gate", "token_ratio": 0, "after": [] },
>     { "name": "encode", "kind": "encode", "pass": "backward", "after": [] },
>     { "name": "dispatch", "kind": "dispatch", "token_ratio": 1.5, "after": [] }
>   ] }
> }
> END
$ scmoesim check s.json
! scmoesim: s.json: /pair/operators/0: "@" in a name is for the layers that operators are repeated for
! scmoesim: s.json: /pair/operators/1: expected a "token_ratio" > 0 and <= 1, got 0
! scmoesim: s.json: /pair/operators/2/pass: expected "forward", "input_gradient" or "weight_gradient", got "backward"
! scmoesim: s.json: /pair/operators/3/token_ratio: expected a number from 0 to 1, got 1.5
[3]
$ sed 's/"pair": {/"pair": { "layers": 2,/' data/models/schedule/scmoe-pos2.json >s.json
$ scmoesim check s.json
! scmoesim: s.json: /pair: a graph of 2 layers has no slot to search
[3]
$ sed 's/"layers": 4/"layers": 500/; s/"after_previous": \["decode_f"\]/"after_previous": ["decode"]/' \
>     data/models/schedule/forward-backward.json >s.json
$ scmoesim check s.json
! scmoesim: s.json: /block/operators/1/after_previous/0: no operator "decode"; did you mean "decode_b"?
[3]
$ sed 's/"in_all": false,/"pipeline": { "operators": ["dispatch_f"], "chunks": [2] },/' \
>     data/models/schedule/forward-backward.json >s.json
$ scmoesim check s.json
! scmoesim: s.json: /pipeline: a graph of several layers cannot be pipelined
[3]

A schedule with a backward pass in it has no inference.

$ scmoesim run --model deepseek-v3 --topology nodes=16,gpu=h800,gpus=8,nic=8x400G \
>     --schedule forward-backward --baseline forward-backward
! scmoesim: schedule forward-backward overlaps a backward pass, which inference does not have
[3]
