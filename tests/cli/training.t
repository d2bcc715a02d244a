Training: forward and backward, each with its own slot and chunks.

$ scmoesim run --mode training -o made/default.csv
$ scmoesim run --mode training --model gpt2-moe-medium --topology 8xa800-nvlink \
>     -o made/gpt2-moe-medium.csv
$ scmoesim run --mode training --schedule scmoe-pos2 --set /schedule/fixed_slot=1 \
>     --set /schedule/fixed_backward_slot=2 -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| swinv2-moe-s,8xa30-pcie,training,scmoe-pos2,8,8,18432,0.011727572910646215,1.9914448249528214,0.13961764147768455,1.7721138607761346,0.0079395496469901669,0.0079260333194856175,0.0037880232636560494,0.0029694322154947845,0.00081859104816126493,0.52207830689489398,1.1829490180391971,"link node0/socket0-socket1> 60 % (dispatch, combine)",0.73347178779094613,pairwise,pairwise,,,,,,,,1,1,2,1,1,0.00038222781065088757,0.0020605625525599801,0,0.1295,0.1293,,4,,0.0018615755564603015,0.0016141617864354266,0.001583658594414191,0.00019296802233136621,0.00034497385076894904,0.0017481344866590448,0.00059407734992088625,0,0,0,0,0,0
$ scmoesim run --mode training --model data/tests/data/hand-model.json \
>     --topology data/tests/data/star-8.json --costs data/tests/data/hand-costs.csv \
>     --schedule top2,scmoe-pos2
| # scmoesim    VERSION
| # model       hand: fp16, 8192 tokens per GPU at width 2048, 8 experts, capacity
| #             factor 1
| # topology    star-8: 1 x 8 a800, EP 8
| # costs       data/tests/data/hand-costs.csv: 100 % of compute time measured
| # All-to-All  pairwise: setup 0 s, SM share 0, folded: 1 of 8 GPUs stands for
| #             all, 1 kinds of flows for 56 pairs; bound by node0/gpu0-switch>
| #             (53.7 GB/s)
| # run         training on 8 ranks, All-to-All among 8
| # speedup     over top2; of the block pair, then of the whole model
| # accuracy    pair +-4 %, speedup +-4 %, errors of links not counted: 95 of 100
| #             plans replayed on GPUs came as near with costs known like these
| #             (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule      pair  speedup   model  speedup    A2A  disp  comb  overlap
| #               (ms)      (x)    (ms)      (x)   (ms)  (ms)  (ms)      (%)
|   top2         11.63     1.00   11.63     1.00   4.38  2.19  2.19      0.0
|   scmoe-pos2    7.25     1.60    7.25     1.60   2.19  0.00  0.00    100.0
| #
| # schedule    slot chunks A2A/bound  limited by, share of path
|   top2           -      -      1.00  compute 62 % (most in attention)
|   scmoe-pos2   2/2      -      1.00  compute 100 % (most in attention)
