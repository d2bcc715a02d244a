Experts in host memory, decoding one token on one GPU: the block pair, and the memory it needs.

$ scmoesim run --model gpt2-moe-medium --set /model/experts=8 --set /model/own_cache=true --tokens 1 \
>     --topology 1xa30 --baseline scmoe-pos2 --schedule scmoe-pos2,scmoe-offload,scmoe-offload-wait
| # scmoesim    VERSION
| # model       gpt2-moe-medium: fp16, 1 tokens per GPU at width 1024, 8 experts,
| #             capacity factor 2
| # topology    1xa30: 1 x 1 a30, EP 1
| # costs       synthetic: roofline of a30 (sources in its file)
| # All-to-All  pairwise: setup 0 s, SM share 0, 0 flows for 0 pairs
| # set         /model/experts=8, /model/own_cache=true
| # run         inference on 1 ranks, All-to-All among 1
| # speedup     over scmoe-pos2; of the block pair, then of the whole model
| # accuracy    pair +-13 %, speedup +-13 %, errors of links not counted: 95 of
| #             100 plans replayed on GPUs came as near with costs known like
| #             these (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule              pair  speedup  model  speedup   A2A  disp  comb  overlap
| #                       (us)      (x)   (ms)      (x)  (us)  (us)  (us)      (%)
|   scmoe-pos2           123.5     1.00  1.606     1.00     -     -     -        -
|   scmoe-offload        668.7     0.18  8.148     0.20     -     -     -        -
|   scmoe-offload-wait   741.6     0.17  9.024     0.18     -     -     -        -
| #
| # schedule            slot chunks A2A/bound  limited by, share of path
|   scmoe-pos2             1      -         -  compute 100 % (most in attention)
|   scmoe-offload          4      -         -  expert fetch 92 %
|   scmoe-offload-wait     1      -         -  expert fetch 83 %
$ scmoesim run --model gpt3-moe-xl --set /model/own_cache=true --tokens 1 \
>     --topology 1xa30 --baseline scmoe-pos2 --schedule scmoe-pos2,scmoe-offload,scmoe-offload-wait -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| gpt3-moe-xl,1xa30,inference,scmoe-pos2,1,1,1,0.00038071137486282838,1,0.0048139440540351294,1,0.00038071137486282838,0,0,0,0,1,,compute 100 % (most in attention),0,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0,9467369634,1,,0.00012768814058396053,8.3652764919967513e-05,8.2738291933147259e-05,2.7531123752988642e-06,9.7009269827796722e-07,8.1915481196188599e-05,9.9349115598764814e-07,0,0,0,0,0,0
| gpt3-moe-xl,1xa30,inference,scmoe-offload,1,1,1,0.0026101372971222502,0.14585875435846743,0.031567055121148192,0.15249899097524786,0.00038071137486282833,0,0,0,0,1,,expert fetch 94 %,0,pairwise,,,,,,,,,4,1,,,1,,,0,0.1295,0.1293,3092027554,1,,0.00012768814058396053,8.36527649199675e-05,8.2738291933147232e-05,2.7531123752988642e-06,9.7009269827796722e-07,8.1915481196188477e-05,9.9349115598775656e-07,0,0,0,0,0,0
| gpt3-moe-xl,1xa30,inference,scmoe-offload-wait,1,1,1,0.0028413425169656233,0.13398996164299276,0.034341517759268671,0.1401785467893556,0.00038071137486282844,0,0,0,0,1,,expert fetch 87 %,0,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,3092027554,1,,0.00012768814058396037,8.3652764919967676e-05,8.2738291933147096e-05,2.7531123752988642e-06,9.7009269827818406e-07,8.1915481196188477e-05,9.9349115598775656e-07,0,0,0,0,0,0

The plan for the probe: 16.8 MB for the one expert that a token is routed to.

$ scmoesim plan --model gpt2-moe-medium --set /model/experts=8 --tokens 1 --topology 1xa30 \
>     --schedule scmoe-offload | grep -B 6 -A 3 fetch_bytes
|     {
|       "name": "fetch",
|       "kind": "expert_fetch",
|       "pass": "forward",
|       "queue": 1,
|       "after": [1],
|       "fetch_bytes": 16777216,
|       "chunk": 0,
|       "shape": {"tokens": 2, "hidden": 1024, "ffn_hidden": 4096, "experts": 1}
|     },

What the software holds of the memory comes on top of weights, caches and buffers: 9467369634 bytes above, and
3092027554 with the experts on the host.

$ scmoesim run --model gpt3-moe-xl --set /model/own_cache=true --tokens 1 --topology 1xa30 \
>     --set /gpu/context_bytes=666632192 --baseline scmoe-pos2 --schedule scmoe-pos2,scmoe-offload \
>     -o memory.csv >shown
$ awk -F, 'NR == 1 { for (i = 1; $i != "peak_memory_bytes"; i++); } { print $i }' memory.csv
| peak_memory_bytes
| 10134001826
| 3758659746
$ scmoesim run --model gpt3-moe-xl --set /model/own_cache=true --tokens 1 --topology 1xa30 \
>     --set /gpu/context_bytes=15GB --baseline scmoe-pos2 --schedule scmoe-pos2
! scmoesim: model gpt3-moe-xl with 8 experts over 1 GPUs needs 9.06 GB on each for weights, but a30 has 9.00 GB beside its context
[3]

One measured size of a fetch is used: at its size as it is, elsewhere in proportion, which is said.

$ printf 'kind,bytes,time_s\nexpert_fetch,16777216,16777216e-9\n' >c.csv
$ scmoesim run --model gpt2-moe-medium --set /model/own_cache=true --tokens 1 --topology 1xa30 --baseline scmoe-offload --schedule scmoe-offload --costs c.csv | grep -A 1 -e note -e '^#  *(us)' -e '^  scmoe-offload'
|   scmoe-offload   16.83     1.00   202.1     1.00      -     -     -        -
| #
| --
|   scmoe-offload     4      -         -  expert fetch 100 %
| # note: costs have one size of expert_fetch (16777216 bytes): other sizes are
| #       taken in proportion
$ printf 'kind,bytes,time_s\nexpert_fetch,1e6,1e-3\n' >c.csv
$ scmoesim run --model gpt2-moe-medium --set /model/own_cache=true --tokens 1 --topology 1xa30 --baseline scmoe-offload --schedule scmoe-offload --costs c.csv | grep -A 1 -e note -e '^#  *(us)' -e '^  scmoe-offload'
|   scmoe-offload   16.83     1.00   202.1     1.00      -     -     -        -
| #
| --
|   scmoe-offload     4      -         -  expert fetch 100 %
| # note: costs have one size of expert_fetch (1000000 bytes): other sizes are
| #       taken in proportion
$ printf 'copy_bidirectional,1000,1e-6\ncopy_bidirectional,100000,1e-5\n' >>c.csv
$ scmoesim plan --model gpt2-moe-medium --set /model/own_cache=true --tokens 1 --topology 1xa30 --schedule scmoe-offload -o p.json && scmoesim replay p.json --gpu a30 --costs c.csv >timeline.json
! scmoesim: note: costs have one size of expert_fetch (1000000 bytes): other sizes are taken in proportion
$ rm c.csv p.json timeline.json

Training does not fetch; a GPU without a host link cannot.

$ scmoesim run --schedule scmoe-offload --mode training
! scmoesim: schedule scmoe-offload fetches experts from host memory, which training does not do
[3]
$ sed '/host_link/,$d' data/models/gpu/a30.json | sed '$s/,$//' >gpu.json
$ echo '}' >>gpu.json
$ scmoesim run --schedule scmoe-offload --set /topology/gpu=./gpu.json
! scmoesim: schedule scmoe-offload fetches experts from host memory, but GPU a30 has no "host_link" and the costs have no rows of expert_fetch or copy_h2d
[3]
