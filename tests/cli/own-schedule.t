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
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| swinv2-moe-s,8xa30-pcie,inference,top2,8,8,18432,0.011053414257503391,1,0.11396538304920066,1,0.0036516885768378415,0.0074017256806655496,0.0074017256806655496,0.0037008628403327748,0.0037008628403327748,0,1.0602420884192021,"link node0/socket0-socket1> 63 % (dispatch, combine)",0.75372130225378609,pairwise,,,,,,,,,,1,,,,,,0,0.21640000000000001,0,547276800,8,,0.00066051826979673933,0.0005726538656745106,0,5.3681096005675499e-05,0.0002835137595411652,0.0017561727636348223,0.00032514882218492858,0,0,0,0,0,0
| swinv2-moe-s,8xa30-pcie,inference,mine,8,8,18432,0.0056819874580469332,1.9453429524645196,0.06347184226028002,1.7955266302474875,0.0032240672953776084,0.0039116428401939629,0.0024579201626693248,0.0019558214200969815,0.00050209874257234333,0.37163993158755615,1.1204669207817375,"link node0/socket0-socket1> 61 % (dispatch, combine)",0.73091207251205159,pairwise,,,,,,,,,1,1,,,1,,,0,0.21640000000000001,0.17519999999999999,577947648,8,,0.00066725825217872625,0.0005843406793246686,0.00053238288091961294,5.3550839083982282e-05,0.00018258027398587728,0.00087943638186516182,0.00032451798801957921,0,0,0,0,0,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,18432,0.0056819874580469332,1.9453429524645196,0.06347184226028002,1.7955266302474875,0.0032240672953776084,0.0039116428401939629,0.0024579201626693248,0.0019558214200969815,0.00050209874257234333,0.37163993158755615,1.1204669207817375,"link node0/socket0-socket1> 61 % (dispatch, combine)",0.73091207251205159,pairwise,,,,,,,,,1,1,,,1,,,0,0.21640000000000001,0.17519999999999999,577947648,8,,0.00066725825217872625,0.0005843406793246686,0.00053238288091961294,5.3550839083982282e-05,0.00018258027398587728,0.00087943638186516182,0.00032451798801957921,0,0,0,0,0,0
$ scmoesim run --schedule mine.json --mode training --baseline mine.json -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| swinv2-moe-s,8xa30-pcie,training,mine,8,8,18432,0.012539821575046517,1,0.14742967719709202,1,0.0087643647812001291,0.0079260333197908039,0.0037754567938463879,0.0023536751878054929,0.001421781606040895,0.52366377461228797,1.1829490181451416,"link node0/socket0-socket1> 56 % (dispatch, combine)",0.68219453366420901,pairwise,pairwise,,,,,,,,1,1,3,1,1,0.00038222781063268485,0.0020605625525599801,0,0.21640000000000001,0.17519999999999999,,8,,0.0018741420267360809,0.0016356163928321621,0.0015622039879872318,0.00019296802202006802,0.00034497385081522225,0.0025603831509215524,0.00059407734988781158,0,0,0,0,0,0
