The table, once: eight GPUs, every schedule.

$ scmoesim run
| # scmoesim    VERSION
| # model       swinv2-moe-s: fp16, 18432 tokens per GPU at width 384, 8 experts,
| #             capacity factor 1.25
| # topology    8xa30-pcie: 1 x 8 a30, EP 8
| # costs       synthetic: roofline of a30 (sources in its file)
| # All-to-All  pairwise: setup 210 us, SM share 0.02, 56 flows for 56 pairs;
| #             bound by node0/socket0-socket1> (20.3 GB/s)
| # run         inference on 8 ranks, All-to-All among 8
| # speedup     over top2; of the block pair, then of the whole model
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule               pair  speedup  model  speedup    A2A  disp comb overlap
| #                        (ms)      (x)   (ms)      (x)   (ms)  (ms) (ms)     (%)
|   top2                  11.05     1.00  114.0     1.00   7.40  3.70 3.70     0.0
|   top1                   6.50     1.70   70.4     1.62   3.91  1.96 1.96     0.0
|   top3                  15.60     0.71  157.5     0.72  10.89  5.45 5.45     0.0
|   top2-pipelined         9.72     1.14  100.8     1.13   7.82  3.01 3.01    22.9
|   top1-pipelined         6.05     1.83   65.9     1.73   4.33  1.72 1.72    20.8
|   shared                 7.11     1.56   76.3     1.49   3.91  1.96 1.96     0.0
|   shared-overlap         6.58     1.68   71.2     1.60   3.91  1.96 1.42    13.6
|   scmoe-pos1             6.25     1.77   68.6     1.66   3.91  1.96 1.09    22.2
|   scmoe-pos2             5.68     1.95   63.5     1.80   3.91  1.96 0.50    37.2
|   scmoe-pos3             5.35     2.07   60.5     1.88   3.91  1.96 0.17    45.8
|   scmoe2                10.23     1.08  104.4     1.09   7.40  3.70 2.25    19.6
|   dgmoe                 10.47     1.06  108.7     1.05   7.82  3.91 2.75    14.9
|   scmoe-pos2-pipelined   5.22     2.12   59.4     1.92   4.33  1.72 0.26    54.3
| #
| # schedule              slot chunks A2A/bound  limited by, share of path
|   top2                     -      -      1.06  link node0/socket0-socket1> 63 %
|   top1                     -      -      1.12  link node0/socket0-socket1> 54 %
|   top3                     -      -      1.04  link node0/socket0-socket1> 67 %
|   top2-pipelined           -      2      1.12  link node0/socket0-socket1> 72 %
|   top1-pipelined           -      2      1.24  link node0/socket0-socket1> 58 %
|   shared                   -      -      1.12  link node0/socket0-socket1> 49 %
|   shared-overlap           1      -      1.12  link node0/socket0-socket1> 53 %
|   scmoe-pos1               1      -      1.12  link node0/socket0-socket1> 56 %
|   scmoe-pos2               1      -      1.12  link node0/socket0-socket1> 61 %
|   scmoe-pos3               1      -      1.12  link node0/socket0-socket1> 65 %
|   scmoe2                   1      -      1.06  link node0/socket0-socket1> 68 %
|   dgmoe                    1      -      1.12  link node0/socket0-socket1> 67 %
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
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,measured_ratio
| swinv2-moe-s,8xa30-pcie,inference,top2,8,8,4096,0.00280029990782641,1,0.028794448158310258,1,0.00082759197883232717,0.0019727079289940832,0.0019727079289940832,0.00098635396449704162,0.00098635396449704162,0,1.2709535554852411,"link node0/socket0-socket1> 55 % (dispatch, combine)",0.7841394373352456,,1,,,,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,4096,0.0015996495079545637,1.7505709181301168,0.017513461316305774,1.6441323413037381,0.000735565027348682,0.0011971339644970408,0.00086408448060588169,0.0005985669822485204,0.00026551749835736129,0.27820569273638918,1.5415582020862375,"link node0/socket0-socket1> 49 % (dispatch, combine)",0.78616136075574561,1,1,,,1,0
$ scmoesim run --schedule top2,scmoe-pos2 --ep 4 -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,measured_ratio
| swinv2-moe-s,8xa30-pcie,inference,top2,8,4,18432,0.0069854956310785501,1,0.075199916098347794,1,0.0036516885770185351,0.0033338070540600145,0.0033338070540600145,0.0016669035270300071,0.0016669035270300073,0,1.057154326167872,compute 52 % (most in expert),0.57955833962894243,,1,,,,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,4,18432,0.0035277881448619285,1.9801346748252511,0.042886708784791172,1.7534550500414197,0.0032240672953421402,0.0017574435270300073,0.00030372084951978823,0.0002943810841809294,9.3397653388588298e-06,0.82718030773195794,1.1142782126155946,compute 50 % (most in expert),0.54962551444052121,2,1,,,2,0
$ scmoesim run --schedule top1,scmoe-pos1 --baseline top3 -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,measured_ratio
| swinv2-moe-s,8xa30-pcie,inference,top1,8,8,18432,0.0065041536703158015,2.3988785683027145,0.070392593957059296,2.2379935627545016,0.0025925108300791158,0.0039116428402366857,0.0039116428402366857,0.0019558214201183428,0.0019558214201183428,0,1.1204669207939753,"link node0/socket0-socket1> 54 % (dispatch, combine)",0.74210900084899278,,1,,,,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos1,8,8,18432,0.0062546413238160001,2.4945754739376031,0.068625727051981139,2.2956138886829063,0.0032123804817554558,0.0039116428402366926,0.0030422608420605443,0.0019558214201183463,0.001086439421942198,0.22225495365613246,1.1204669207939773,"link node0/socket0-socket1> 56 % (dispatch, combine)",0.73091207251948709,1,1,,,1,0
$ scmoesim run --schedule scmoe-pos2 --set /schedule/fixed_slot=3 -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,measured_ratio
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,18432,0.0056819874580686068,1.9453429524550783,0.063471842260254624,1.7955266302493729,0.0032240672953421402,0.0039116428402366857,0.0024579201627264666,0.0010344816235230182,0.0014234385392034483,0.3716399315798109,1.1204669207939753,"link node0/socket0-socket1> 61 % (dispatch, combine)",0.73091207251948609,3,1,,,1,0
$ scmoesim run --schedule top2-pipelined --set '/schedule/pipeline/chunks=[4]' -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,measured_ratio
| swinv2-moe-s,8xa30-pcie,inference,top2-pipelined,8,8,18432,0.010561921493817853,1.0465344079637156,0.10921718422070345,1.0434748328520924,0.0036957941436241322,0.008666405680473388,0.0068661273501937157,0.0029829940925269437,0.0038831332576667772,0.20773067828291825,1.2408648472792239,"link node0/socket0-socket1> 66 % (dispatch, combine)",0.77872083015972693,,4,,,,0
$ scmoesim run --schedule top2,scmoe-pos2 --set /model/experts=16 --set /gpu/memory_bytes=80GB \
>     --set /topology/link_types/socket/bandwidth_bytes_per_s=40GB/s \
>     --set /topology/all_to_all/sm_share_ratio=0.1 -o -
| model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,measured_ratio
| swinv2-moe-s,8xa30-pcie,inference,top2,8,8,18432,0.0088647087379917361,1,0.093172454257257342,1,0.0036523905168793173,0.0052123182211124171,0.0052123182211124171,0.0026061591105562094,0.0026061591105562085,0,1.1019489229128614,"link node0/pcie0-socket0> 54 % (dispatch, combine)",0.68299721178888539,,1,,,,0
| swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,18432,0.0045879221325849165,1.9321837820724308,0.053077995311393816,1.7553875897279183,0.0033539890287593854,0.0028168755748922136,0.0012339331038255311,0.00077215571439344724,0.00046177738943208382,0.56194973082091249,1.1907933389190022,"link node0/pcie0-socket0> 52 % (dispatch, combine)",0.6616013471320954,2,1,,,2,0

The last of two options counts, but every --set does.

$ scmoesim run --schedule top1 --schedule top2 --set /model/top_k=1 --set /model/top_k=2 -o - |
>     cut -d, -f4,10
| schedule,end_to_end_time_s
| top2,0.11396538304927473

Flows that stand for many give what flows apart give, to rounding: SimGrid adds in another order.

$ scmoesim run --keep-flows-apart -o - | cmp - made/default.csv
$ scmoesim run --topology 2x8xa800-nvlink --set /model/experts=16 -o a.csv
$ scmoesim run --topology 2x8xa800-nvlink --set /model/experts=16 --keep-flows-apart -o b.csv
$ awk -F, 'NR == FNR { for (i = 8; i <= 18; i++) apart[FNR, i] = $i; next }
>     FNR > 1 { for (i = 8; i <= 18; i++) if (($i - apart[FNR, i]) ^ 2 > 1e-24) print $4, i, $i
>               compared++ }
>     END { print compared, "rows" }' b.csv a.csv

Measured costs: a hand-made case whose right answers are known (top2 4609.5 us, scmoe-pos2 2420 us).

$ scmoesim run --model data/tests/data/hand-model.json --topology data/tests/data/star-8.json \
>     --costs data/tests/data/hand-costs.csv --schedule top2,scmoe-pos2 -o made/measured.json
