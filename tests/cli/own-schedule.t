A schedule of one's own: a file, no recompiling. Here the shared expert stands before the MLP.

$ cat >mine.json <<END
> {
>   "schema": "scmoesim/schedule/1",
>   "name": "mine",
>   "summary": "routed experts fed from between attention and MLP, two queues for All-to-All",
>   "source": "made up",
>   "routed_top_k": 1,
>   "shared_expert": true,
>   "without_shortcut": "shared",
>   "pair": {
>     "operators": [
>       { "name": "attention_1", "kind": "attention", "after": [] },
>       { "name": "gate", "kind": "gate", "after": ["attention_1"] },
>       { "name": "encode", "kind": "encode", "after": ["gate"] },
>       { "name": "dispatch", "kind": "dispatch", "queue": "out", "after": ["encode"] },
>       { "name": "shared", "kind": "shared_expert", "after": ["attention_1"] },
>       { "name": "mlp_1", "kind": "mlp", "after": ["attention_1"] },
>       { "name": "attention_2", "kind": "attention", "after": ["mlp_1"] },
>       { "name": "expert", "kind": "expert", "after": ["dispatch"] },
>       { "name": "combine", "kind": "combine", "queue": "home", "after": ["expert"] },
>       { "name": "decode", "kind": "decode", "after": ["combine", "shared", "attention_2"] }
>     ],
>     "slot": { "operator": "expert", "among": ["shared", "mlp_1", "attention_2"] }
>   }
> }
> END
$ scmoesim check mine.json
| mine.json: fine
$ scmoesim run --schedule top2,mine.json,scmoe-pos2 -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,measured_ratio
| swinv2-moe-s,8xa30-pcie,inference,top2,8,8,18432,0.011053414257491909,1,0.11396538304927473,1,0.0036516885770185351,0.0074017256804733709,0.0074017256804733709,0.0037008628402366859,0.0037008628402366859,0,1.0602420883916743,"link node0/socket0-socket1> 63 % (dispatch, combine)",0.75372130224340228,,1,,,,0
| swinv2-moe-s,8xa30-pcie,inference,mine,8,8,18432,0.0056819874580686068,1.9453429524550783,0.06347184226025461,1.7955266302493733,0.0032240672953421402,0.0039116428402366857,0.0024579201627264666,0.0019558214201183428,0.00050209874260812373,0.3716399315798109,1.1204669207939753,"link node0/socket0-socket1> 61 % (dispatch, combine)",0.73091207251948609,1,1,,,1,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,18432,0.0056819874580686103,1.9453429524550772,0.063471842260254638,1.7955266302493724,0.0032240672953421368,0.0039116428402366926,0.0024579201627264735,0.0019558214201183463,0.0005020987426081272,0.37163993157981023,1.1204669207939773,"link node0/socket0-socket1> 61 % (dispatch, combine)",0.73091207251948709,1,1,,,1,0
$ scmoesim run --schedule mine.json --mode training --baseline mine.json -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,measured_ratio
| swinv2-moe-s,8xa30-pcie,training,mine,8,8,18432,0.012425344339161898,1.0000000000000036,0.14376035814775759,1.0000000000000027,0.0087186141081201651,0.0078232856804733575,0.0037067302310417327,0.0022786311754166289,0.0014280990556251039,0.52619265326158304,1.1204669207939733,"link node0/socket0-socket1> 56 % (dispatch, combine)",0.68005162825057952,1,1,3,1,1,0
