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
| swinv2-moe-s,8xa30-pcie,inference,top2,8,8,18432,0.010511915147974667,1,0.10855039195410231,1,0.0031101894675012944,0.0074017256804733735,0.0074017256804733735,0.0037008628402366863,0.0037008628402366867,0,1.0602420883916743,"link node0/socket0-socket1> 66 % (dispatch, combine)",0.79770780057014268,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0,547276800,1,,0.00066051826983205353,0.00057265386574739219,0,5.3681096074343661e-05,0.00028351375945678153,0.0012146736541568271,0.00032514882223389635,0,0,0,0,0,0
| swinv2-moe-s,8xa30-pcie,inference,mine,8,8,18432,0.005411237903309986,1.9426082045930122,0.0607643467126684,1.7864158478884999,0.0029533177405835186,0.0039116428402366865,0.0024579201627264674,0.0019558214201183428,0.0005020987426081246,0.37163993157981079,1.1204669207939757,"link node0/socket0-socket1> 65 % (dispatch, combine)",0.76986010344481592,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,577947648,1,,0.00066725825217727884,0.00058434067933407384,0.0005323828809148932,5.3550839192961406e-05,0.00018258027393650239,0.00060868682707841378,0.0003245179879493949,0,0,0,0,0,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,18432,0.005411237903309986,1.9426082045930122,0.0607643467126684,1.7864158478884999,0.0029533177405835177,0.0039116428402366865,0.0024579201627264683,0.0019558214201183428,0.00050209874260812547,0.37163993157981057,1.1204669207939757,"link node0/socket0-socket1> 65 % (dispatch, combine)",0.76986010344481592,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,577947648,1,,0.00066725825217727884,0.0005843406793340734,0.00053238288091489276,5.3550839192961406e-05,0.00018258027393650239,0.00060868682707841378,0.0003245179879493949,0,0,0,0,0,0
$ scmoesim run --schedule mine.json --mode training --baseline mine.json -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| swinv2-moe-s,8xa30-pcie,training,mine,8,8,18432,0.011727572910646215,1,0.13961764147768455,1,0.0079521161169426383,0.0079260333194856175,0.0037754567937035759,0.0023536751878236134,0.0014217816058799625,0.523663774611965,1.1829490180391971,"link node0/socket0-socket1> 60 % (dispatch, combine)",0.73347178779094613,pairwise,pairwise,,,,,,,,1,1,3,1,1,0.00038222781065088757,0.0020605625525599801,0,0.1295,0.1293,,4,,0.0018741420264127744,0.0016356163928333718,0.0015622039880162464,0.00019296802233136621,0.00034497385076894904,0.0017481344866590448,0.00059407734992088625,0,0,0,0,0,0

A dense layer, and experts at hand: nothing is sent. What does not apply then stays empty, and routing changes nothing.

$ cat >dense.json <<END
> { "schema": "scmoesim/schedule/1", "name": "dense", "source": "made up", "routed_top_k": "model",
>   "pair": { "operators": [
>     { "name": "attention_1", "kind": "attention", "after": [] },
>     { "name": "mlp_1", "kind": "mlp", "after": ["attention_1"] },
>     { "name": "attention_2", "kind": "attention", "after": ["mlp_1"] },
>     { "name": "mlp_2", "kind": "mlp", "after": ["attention_2"] } ] } }
> END
$ sed 's/"dense"/"local"/; s/{ "name": "mlp_2".*/{ "name": "gate", "kind": "gate", "after": ["attention_2"] },\n{ "name": "expert", "kind": "expert", "after": ["gate"] } ] } }/' dense.json >local.json
$ scmoesim check dense.json local.json
| dense.json: fine
| local.json: fine
$ scmoesim run --schedule dense.json,local.json | tail -n 8
| # schedule    pair  speedup   model  speedup    A2A  disp  comb  overlap
| #             (ms)      (x)    (ms)      (x)   (ms)  (ms)  (ms)      (%)
|   dense      1.806     5.82   25.37     4.28      -     -     -        -
|   local      2.502     4.20   32.24     3.37      -     -     -        -
| #
| # schedule  slot chunks A2A/bound  limited by, share of path
|   dense        -      -         -  compute 100 % (most in mlp)
|   local        -      -         -  compute 100 % (most in expert)
$ scmoesim run --schedule dense.json,local.json --mode training | tail -n 8
| #             (ms)      (x)    (ms)      (x)   (ms)  (ms)  (ms)      (%)
|   dense      5.023     4.65   72.45     3.42      -     -     -        -
|   local      7.111     3.28   92.54     2.67      -     -     -        -
| #
| # schedule  slot chunks A2A/bound  limited by, share of path
|   dense        -      -         -  compute 100 % (most in mlp)
|   local        -      -         -  compute 100 % (most in expert)
| # note: training: a ring All-Reduce of 189 MB of gradients, overlapped
$ scmoesim run --schedule dense.json,local.json -o - | cut -d, -f4,13-24,36,46,50
| schedule,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,optimizer_s,gate_time_s,norm_time_s
| dense,0,0,0,0,1,,compute 100 % (most in mlp),,,,,,,0,0
| local,0,0,0,0,1,,compute 100 % (most in expert),0,,,,,,5.3681096074343661e-05,0
$ scmoesim run --schedule dense.json,top2 --routing zipf:1.2 --draws 3 | tail -n 5
| #
| # draws         pair     p10     p50     p90  busiest  dropped
| #          mean (ms)    (ms)    (ms)    (ms) (x mean)      (%)
|   dense         1.81       -       -       -        -        -
|   top2         13.77   13.59   13.61   14.00     3.43     0.00
$ scmoesim run --schedule dense.json,top2 --routing zipf:1.2 --draws 3 -o r.csv && sed -n 2p r.csv | cut -d, -f19-31
| compute 100 % (most in mlp),,,,"zipf:1.2, dropless",,,,,,,
$ scmoesim run --schedule dense.json --a2a auto --topology 4x8xh100-ib --set /model/experts=32 | grep '^# All'
| # All-to-All  auto: no schedule has any
$ scmoesim sweep --quiet --schedule dense.json,local.json --vary /tokens=256 -o - | cut -d, -f8,15-22
| ranks,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by
| 8,4.3935592381894641e-05,0,0,0,0,1,,compute 100 % (most in mlp)
| 8,5.4278893946764918e-05,0,0,0,0,1,,compute 100 % (most in expert)
$ scmoesim plan --schedule dense.json -o p.json && scmoesim run --schedule dense.json --timeline t.svg --trace t.json >run.txt
$ rm p.json t.svg t.json run.txt r.csv dense.json local.json
