The table, once: eight GPUs, every schedule.

$ scmoesim run
| # scmoesim    VERSION
| # model       swinv2-moe-s: fp16, 18432 tokens per GPU at width 384, 8 experts,
| #             capacity factor 1.25
| # topology    8xa30-pcie: 1 x 8 a30, EP 8
| # costs       synthetic: roofline of a30 (sources in its file)
| # All-to-All  pairwise: setup 210 us, SM share 0.02, folded: 1 of 8 GPUs stands
| #             for all, 3 kinds of flows for 56 pairs; bound by
| #             node0/socket0-socket1> (20.3 GB/s)
| # run         inference on 8 ranks, All-to-All among 8
| # speedup     over top2; of the block pair, then of the whole model
| # accuracy    pair +-13 %, speedup +-13 %, errors of links not counted: 95 of
| #             100 plans replayed on GPUs came as near with costs known like
| #             these (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule               pair  speedup  model  speedup    A2A  disp comb overlap
| #                        (ms)      (x)   (ms)      (x)   (ms)  (ms) (ms)     (%)
|   top2                  10.51     1.00  108.6     1.00   7.40  3.70 3.70     0.0
|   top1                   6.23     1.69   67.7     1.60   3.91  1.96 1.96     0.0
|   top3                  14.79     0.71  149.4     0.73  10.89  5.45 5.45     0.0
|   top2-pipelined         9.72     1.08  100.8     1.08   7.82  3.29 3.29    15.9
|   top1-pipelined         6.05     1.74   65.9     1.65   4.33  1.85 1.85    14.4
|   shared                 6.84     1.54   73.6     1.48   3.91  1.96 1.96     0.0
|   shared-overlap         6.31     1.66   68.5     1.59   3.91  1.96 1.42    13.6
|   scmoe-pos1             5.98     1.76   65.9     1.65   3.91  1.96 1.09    22.2
|   scmoe-pos2             5.41     1.94   60.8     1.79   3.91  1.96 0.50    37.2
|   scmoe-pos3             5.08     2.07   57.8     1.88   3.91  1.96 0.17    45.8
|   scmoe2                 9.69     1.08   99.3     1.09   7.40  3.70 2.25    19.6
|   dgmoe                  9.93     1.06  103.3     1.05   7.82  3.91 2.75    14.9
|   scmoe-pos2-pipelined   5.22     2.01   59.1     1.84   4.33  1.85 0.40    47.9
| #
| # schedule              slot chunks A2A/bound  limited by, share of path
|   top2                     -      -      1.06  link node0/socket0-socket1> 66 %
|   top1                     -      -      1.12  link node0/socket0-socket1> 56 %
|   top3                     -      -      1.04  link node0/socket0-socket1> 71 %
|   top2-pipelined           -      2      1.12  link node0/socket0-socket1> 72 %
|   top1-pipelined           -      2      1.24  link node0/socket0-socket1> 58 %
|   shared                   -      -      1.12  link node0/socket0-socket1> 51 %
|   shared-overlap           1      -      1.12  link node0/socket0-socket1> 55 %
|   scmoe-pos1               1      -      1.12  link node0/socket0-socket1> 58 %
|   scmoe-pos2               1      -      1.12  link node0/socket0-socket1> 65 %
|   scmoe-pos3               1      -      1.12  link node0/socket0-socket1> 69 %
|   scmoe2                   1      -      1.06  link node0/socket0-socket1> 72 %
|   dgmoe                    1      -      1.12  link node0/socket0-socket1> 70 %
|   scmoe-pos2-pipelined     1      2      1.24  link node0/socket0-socket1> 67 %

Results as CSV and JSON; the ending of the name decides, "-" is CSV on standard output.

$ scmoesim run -o made/default.csv
$ scmoesim run --output=copy.csv --model=swinv2-moe-s --topology=8xa30-pcie --schedule=all \
>     --mode=inference --baseline=top2 && cmp copy.csv made/default.csv
$ scmoesim run -o - | cmp - made/default.csv
$ scmoesim run --schedule top2,scmoe-pos2 -o made/two.json

Models and clusters.

$ scmoesim run --model swinv2-moe-b -o made/swinv2-moe-b.csv
$ scmoesim run --model gpt2-moe-small --topology 8xa800-nvlink -o made/gpt2-moe-small.csv
$ scmoesim run --model gpt2-moe-medium --topology 8xh100-nvlink -o made/gpt2-moe-medium.csv
$ scmoesim run --model gpt3-moe-xl --topology 2x8xa800-nvlink --set /model/experts=16 \
>     -o made/gpt3-moe-xl.csv
$ scmoesim run --topology nodes=4,gpu=h100-sxm,gpus=8,nic=8x400G --set /model/experts=32 \
>     --schedule top2,scmoe-pos2,scmoe-pos2-pipelined -o made/rails.csv

MoE in every layer: schedules that are for block pairs are left out, with a note.

$ scmoesim run --model llama2-moe --topology 8xh100-nvlink --schedule all -o made/llama2-moe.json

Options.

$ scmoesim run --schedule top2,scmoe-pos2 --tokens 4Ki -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| swinv2-moe-s,8xa30-pcie,inference,top2,8,8,4096,0.0026799667723781339,1,0.027591116803827496,1,0.00070725884338405107,0.0019727079289940828,0.0019727079289940828,0.0009863539644970414,0.0009863539644970414,0,1.2709535554852411,"link node0/socket0-socket1> 58 % (dispatch, combine)",0.82353028383068905,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0,194955264,1,,0.00015378183774045638,0.00013075641461053158,0,1.40347608447287e-05,6.3703057657062579e-05,0.000272027478701517,7.295529382975478e-05,0,0,0,0,0,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,4096,0.0015394829402304269,1.7408226504783493,0.016911795639064409,1.6314717486353145,0.00067539845962454482,0.0011971339644970417,0.00086408448060588212,0.00059856698224852083,0.00026551749835736129,0.27820569273638929,1.5415582020862386,"link node0/socket0-socket1> 50 % (dispatch, combine)",0.81850163751318483,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,225626112,1,,0.00015535104016637928,0.0001334249128678894,0.00012116444972711904,1.400581487108818e-05,4.1273394208111666e-05,0.00013736373935075851,7.2815108433198781e-05,0,0,0,0,0,0
$ scmoesim run --schedule top2,scmoe-pos2 --ep 4 -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| swinv2-moe-s,8xa30-pcie,inference,top2,8,4,18432,0.0064439965215613076,1,0.069784925003175374,1,0.0031101894675012944,0.0033338070540600132,0.0033338070540600132,0.0016669035270300068,0.0016669035270300064,0,1.0571543261678717,"link node0/pcie0-socket0> 49 % (dispatch, combine)",0.6397849566814432,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0,577947648,1,,0.00066051826983205353,0.00057265386574739219,0,5.3681096074343661e-05,0.00028351375945678153,0.0012146736541568271,0.00032514882223389635,0,0,0,0,0,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,4,18432,0.0032570385901033055,1.9784833195227569,0.040179213237204935,1.7368415003844899,0.0029533177405835173,0.0017574435270300065,0.00030372084951978801,0.00029438108418092961,9.3397653388583961e-06,0.82718030773195805,1.1142782126155941,"link node0/pcie0-socket0> 48 % (dispatch, combine)",0.60047009142257057,pairwise,,,,,,,,,2,1,,,2,,,0,0.1295,0.1293,608618496,1,,0.00066725825217727841,0.00058434067933407362,0.0005323828809148932,5.3550839192961406e-05,0.00018258027393650239,0.00060868682707841356,0.0003245179879493949,0,0,0,0,0,0
$ scmoesim run --schedule top1,scmoe-pos1 --baseline top3 -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| swinv2-moe-s,8xa30-pcie,inference,top1,8,8,18432,0.0062334041155571807,2.372768700087736,0.067685098409473093,2.2075122738954245,0.0023217612753204941,0.0039116428402366865,0.0039116428402366865,0.0019558214201183437,0.0019558214201183428,0,1.1204669207939757,"link node0/socket0-socket1> 56 % (dispatch, combine)",0.78229227281853109,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0.1293,547276800,1,,0.00066051826983205353,0.00057265386574739219,0,5.3550839192961297e-05,0.0001825802739365025,0.00060868682707841335,0.0002437711995331715,0,0,0,0,0,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos1,8,8,18432,0.0059838917690573767,2.4717068341498503,0.065918231504394922,2.2666822529783679,0.0029416309269968367,0.0039116428402366857,0.00304226084206054,0.0019558214201183428,0.0010864394219421971,0.22225495365613213,1.1204669207939753,"link node0/socket0-socket1> 58 % (dispatch, combine)",0.76986010344481592,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,577947648,1,,0.00066725825217727884,0.00057265386574739219,0.00053238288091489363,5.3550839192961406e-05,0.00018258027393650239,0.00060868682707841335,0.0003245179879493949,0,0,0,0,0,0
$ scmoesim run --schedule scmoe-pos2 --set /schedule/fixed_slot=3 -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,18432,0.005411237903309986,1.9426082045930122,0.0607643467126684,1.7864158478884999,0.0029533177405835181,0.0039116428402366865,0.0024579201627264683,0.0010344816235230176,0.0014234385392034505,0.37163993157981057,1.1204669207939757,"link node0/socket0-socket1> 65 % (dispatch, combine)",0.76986010344481592,pairwise,,,,,,,,,3,1,,,1,,,0,0.1295,0.1293,577947648,1,,0.00066725825217727863,0.00058434067933407362,0.0005323828809148932,5.3550839192961406e-05,0.00018258027393650239,0.00060868682707841378,0.0003245179879493949,0,0,0,0,0,0
$ scmoesim run --schedule top2-pipelined --set '/schedule/pipeline/chunks=[4]' -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| swinv2-moe-s,8xa30-pcie,inference,top2-pipelined,8,8,18432,0.010561921493817841,0.99526541208695374,0.10921718422070335,0.99389480445445644,0.0031432440318718414,0.0086664056804733741,0.0074186774619459991,0.0033974066763411558,0.0040212707856048437,0.1439729761715034,1.2408648472792219,"link node0/socket0-socket1> 66 % (dispatch, combine)",0.8194037776349653,pairwise,,,,,,,,,,4,,,,,,0,0.1295,0.1293,547276800,1,,0.00066051826983205353,0.00057265386574739219,0,5.3681096074343661e-05,0.00028351375945678153,0.0012477282185273742,0.00032514882223389635,0,0,0,0,0,0
$ scmoesim run --schedule top2,scmoe-pos2 --set /model/experts=16 --set /gpu/memory_bytes=80GB \
>     --set /topology/link_types/socket/bandwidth_bytes_per_s=40GB/s \
>     --set /topology/all_to_all/sm_share_ratio=0.1 -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s
| swinv2-moe-s,8xa30-pcie,inference,top2,8,8,18432,0.0082614211892520963,1,0.087170476125536134,1,0.003110891407362077,0.0051505297818900189,0.0051505297818900189,0.0025752648909450099,0.0025752648909450095,0,1.0889229119940005,"link node0/pcie0-socket0> 57 % (dispatch, combine)",0.73283256506093519,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0,578015232,1,,0.00066051826983205353,0.00057265386574739219,0,5.4383035935126047e-05,0.00028351375945678174,0.0012146736541568271,0.00032514882223389635,0,0,0,0,0,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,18432,0.0042862814942790919,1.9274098540374986,0.050077037606173179,1.7407274929296199,0.0030832394740007638,0.0027859844913450107,0.0012030420202783281,0.00075671017261984708,0.00044633184765848107,0.56818064708697413,1.1778142455189999,"link node0/pcie0-socket0> 55 % (dispatch, combine)",0.70423881319861015,pairwise,,,,,,,,,2,1,,,2,,,0,0.1295,0.1293,608686080,1,,0.00069721372926716762,0.00063628207305265784,0.00057970580366288387,5.4252779053743684e-05,0.0001825802739365025,0.00060868682707841335,0.0003245179879493949,0,0,0,0,0,0

The last of two options counts, but every --set does.

$ scmoesim run --schedule top1 --schedule top2 --set /model/top_k=1 --set /model/top_k=2 -o - |
>     cut -d, -f4,10
| schedule,end_to_end_time_s
| top2,0.10855039195410231

One GPU for all gives what every GPU gives: by max-min to rounding, by SimGrid to its own smallest step, 1 ns.

$ for topology in 8xa30-pcie 2x8xa800-nvlink; do
>     for network in auto max-min simgrid; do
>         scmoesim run --topology $topology --set /model/experts=16 --network $network -o $network.csv
>     done
>     for network in max-min simgrid; do
>         awk -F, -v least=$([ $network = simgrid ] && echo 1e-9 || echo 1e-13) '
>             NR == FNR { for (i = 8; i <= 18; i++) folded[FNR, i] = $i; next }
>             FNR > 1 { for (i = 8; i <= 18; i++) if (($i - folded[FNR, i]) ^ 2 > least ^ 2) print $4, i, $i
>                       compared++ }
>             END { print compared, "rows" }' auto.csv $network.csv
>     done
> done
| 13 rows
| 13 rows
| 13 rows
| 13 rows

Measured costs: a hand-made case whose right answers are known (top2 4609.5 us, scmoe-pos2 2420 us).

$ scmoesim run --model data/tests/data/hand-model.json --topology data/tests/data/star-8.json \
>     --costs data/tests/data/hand-costs.csv --schedule top2,scmoe-pos2 -o made/measured.json

Equivalent GPUs folded, and why not.

$ scmoesim run --schedule top2,scmoe-pos2
| # scmoesim    VERSION
| # model       swinv2-moe-s: fp16, 18432 tokens per GPU at width 384, 8 experts,
| #             capacity factor 1.25
| # topology    8xa30-pcie: 1 x 8 a30, EP 8
| # costs       synthetic: roofline of a30 (sources in its file)
| # All-to-All  pairwise: setup 210 us, SM share 0.02, folded: 1 of 8 GPUs stands
| #             for all, 3 kinds of flows for 56 pairs; bound by
| #             node0/socket0-socket1> (20.3 GB/s)
| # run         inference on 8 ranks, All-to-All among 8
| # speedup     over top2; of the block pair, then of the whole model
| # accuracy    pair +-13 %, speedup +-13 %, errors of links not counted: 95 of
| #             100 plans replayed on GPUs came as near with costs known like
| #             these (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule      pair  speedup   model  speedup    A2A  disp  comb  overlap
| #               (ms)      (x)    (ms)      (x)   (ms)  (ms)  (ms)      (%)
|   top2         10.51     1.00   108.6     1.00   7.40  3.70  3.70      0.0
|   scmoe-pos2    5.41     1.94    60.8     1.79   3.91  1.96  0.50     37.2
| #
| # schedule    slot chunks A2A/bound  limited by, share of path
|   top2           -      -      1.06  link node0/socket0-socket1> 66 %
|   scmoe-pos2     1      -      1.12  link node0/socket0-socket1> 65 %
$ scmoesim run --model gpt2-moe-medium --set /model/experts=1024 --schedule top2,scmoe-pos2 --topology nodes=128,gpu=h100-sxm,nic=8x400G
| # scmoesim    VERSION
| # model       gpt2-moe-medium: fp16, 8192 tokens per GPU at width 1024, 1024
| #             experts, capacity factor 2
| # topology    nodes=128,gpu=h100-sxm,nic=8x400G: 128 x 8 h100-sxm, EP 1024
| # costs       synthetic: roofline of h100-sxm (sources in its file)
| # All-to-All  pairwise: setup 38.5 us, at least 75.8 us, SM share 0.151, folded:
| #             1 of 1024 GPUs stands for all, 3 kinds of flows for 1047552 pairs;
| #             bound by node0/nic0-leaf0> (48.0 GB/s)
| # set         /model/experts=1024
| # run         inference on 1024 ranks, All-to-All among 1024
| # speedup     over top2; of the block pair, then of the whole model
| # accuracy    pair +-8 %, speedup +-10 %, errors of links not counted: 95 of 100
| #             plans replayed on GPUs came as near with costs known like these
| #             (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule      pair  speedup   model  speedup     A2A   disp   comb  overlap
| #               (ms)      (x)    (ms)      (x)    (ms)   (ms)   (ms)      (%)
|   top2         4.710     1.00   57.94     1.00   2.858  1.429  1.429      0.0
|   scmoe-pos2   2.307     2.04   29.11     1.99   1.471  0.394  0.142     63.6
| #
| # schedule    slot chunks A2A/bound  limited by, share of path
|   top2           -      -      1.03  link node0/nic0-leaf0> 59 %
|   scmoe-pos2     2      -      1.06  link node0/nic0-leaf0> 60 %
$ scmoesim run --model gpt2-moe-medium --set /model/experts=64 --schedule scmoe-pos2 --topology nodes=8,gpu=h100-sxm,nic=8x400G --slow node0/gpu3=0.8 | grep -A2 '^# All-to-All'
| # All-to-All  pairwise: setup 38.5 us, at least 75.8 us, SM share 0.151, folded:
| #             4 of 64 GPUs stand for all, 21 kinds of flows for 4032 pairs;
| #             bound by node0/nic0-leaf0> (48.0 GB/s)
$ scmoesim run --a2a hierarchical --model gpt2-moe-medium --set /model/experts=32 --schedule top2 --topology 4x8xh100-ib | grep -A2 '^# All-to-All'
| # All-to-All  hierarchical: setup 77.1 us, at least 75.8 us, SM share 0.151,
| #             folded: 1 of 32 GPUs stands for all, 2 kinds of flows for 992
| #             pairs; bound by node0/nic0-leaf0> (48.0 GB/s)
$ scmoesim run --mode training --model gpt2-moe-medium --set /model/experts=32 --schedule top2 --topology 4x8xh100-ib | grep -A2 '^# All-to-All'
| # All-to-All  pairwise: setup 38.5 us, at least 75.8 us, SM share 0.151, folded:
| #             1 of 32 GPUs stands for all, 3 kinds of flows for 992 pairs (8
| #             GPUs beside gradients); bound by node0/nic0-leaf0> (48.0 GB/s)
$ scmoesim run --mode training --model gpt2-moe-medium --set /model/experts=32 --schedule top2 --topology 4x8xh100-ib --slow node0/gpu3=0.8 >slow.txt
$ grep -A3 '^# All-to-All' slow.txt
| # All-to-All  pairwise: setup 38.5 us, at least 75.8 us, SM share 0.151, folded:
| #             4 of 32 GPUs stand for all, 21 kinds of flows for 992 pairs (all
| #             32 GPUs beside gradients); bound by node0/nic0-leaf0> (48.0 GB/s)
| # set         /topology/degraded/-={"gpus": "node0/gpu3", "compute_ratio": 0.8},
$ grep -A4 note slow.txt
| # note: training: a ring All-Reduce of 1.42 GB of gradients, overlapped
$ scmoesim run --model gpt2-moe-medium --set /model/experts=32 --schedule top2 --topology 4x8xh100-ib --routing zipf:1 >zipf.txt
$ grep -A3 '^# All-to-All' zipf.txt
| # All-to-All  pairwise: setup 38.5 us, at least 75.8 us, SM share 0.151, 992
| #             flows for 992 pairs; bound when balanced by node0/nic0-leaf0>
| #             (48.0 GB/s)
| # set         /routing/load=zipf, /routing/exponent=1, /model/experts=32
$ grep -A2 'note: every' zipf.txt
[1]

By a CUDA graph each kernel begins 2.06 us later on an H200: top-2's pair has 5 + 5 + 5 kernels in attentions and MLP,
3 in the gate, 1 each to encode and decode, 3 in the experts, 23 together: 47.38 us. Whose file does not tell, and
whose costs neither, is refused.

$ for launch in eager graph; do
>     scmoesim run --topology nodes=1,gpu=h200 --model gpt2-moe-medium --schedule top2 --launch $launch -o $launch.csv
> done
$ paste -d, eager.csv graph.csv | sed 's/"[^"]*"/-/g' | awk -F, 'NR == 1 { for (i = 1; i <= NF && !at; i++) if ($i == "pair_time_s") at = i; n = NF / 2 }
> NR > 1 { printf "%.4g\n", $(at + n) - $at }'
| 4.738e-05
$ scmoesim run --schedule top2 --launch graph
! scmoesim: what a CUDA graph adds to each kernel is not known: GPU a30 has no "graph_launch_s" and the costs have no row of launch_in_graph
[3]
$ scmoesim run --schedule top2 --launch graphs
! scmoesim: costs: /launch: expected "eager" or "graph", got "graphs"; did you mean "graph"? (set: /costs/launch=graphs)
[3]

The baseline alone has no speedup, hence none that could be off.

$ scmoesim run --schedule top2 | grep -A2 '^# accuracy'
| # accuracy    pair +-13 %, errors of links not counted: 95 of 100 plans replayed
| #             on GPUs came as near with costs known like these
| #             (traces/validation/uncertainty.csv)
