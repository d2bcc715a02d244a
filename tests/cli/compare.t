Predictions held against replays. Everything here is made up, so that the figures can be worked out by hand: at
hidden 1024 an attention of 100 us and an mlp of 200 us, copies of 1 us and 25 GB/s.

$ cat >costs.csv <<END
> kind,tokens,bytes,time_s
> attention,512,,100e-6
> mlp,512,,200e-6
> copy_bidirectional,,25000,2e-6
> copy_bidirectional,,250000000,0.010001
> launch_beside_copies,,,4e-6
> event,,,2e-6
> END
$ mkdir plans
$ cat >plans/s.top2.json <<END
> {"schema": "scmoesim/plan/1", "schedule": "top2", "ranks": 1, "ep": 1, "dtype": "bf16",
>  "queues": ["compute", "communication"], "operators": [
>   {"name": "attention", "kind": "attention", "pass": "forward", "queue": 0, "after": [], "a2a_bytes": 0,
>    "shape": {"tokens": 512}},
>   {"name": "dispatch", "kind": "dispatch", "pass": "forward", "queue": 1, "after": [0],
>    "a2a_bytes": 2475000, "shape": {}},
>   {"name": "mlp", "kind": "mlp", "pass": "forward", "queue": 0, "after": [1], "a2a_bytes": 0,
>    "shape": {"tokens": 512}}]}
> END
$ sed 's/"top2"/"scmoe"/; s/"after": \[1\]/"after": [0]/' plans/s.top2.json >plans/s.scmoe.json

One after the other: 100 + 100 + 200 us. Beside each other the mlp's five kernels start 4 us later while the
copies run, T = 200 + 5 * 4 * 100 / T = 209.5 us, so that the pair takes 309.5 us.

$ cat >replays.csv <<END
> plan,schedule,launch,factor_ratio,pair_time_s,instrumented_pair_time_s,operator,kind,pass,queue,start_s,end_s
> s.top2,top2,eager,1,400e-6,406e-6,attention,attention,forward,compute,0,102e-6
> s.top2,top2,eager,1,400e-6,406e-6,dispatch,dispatch,forward,communication,102e-6,204e-6
> s.top2,top2,eager,1,400e-6,406e-6,mlp,mlp,forward,compute,204e-6,406e-6
> s.scmoe,scmoe,eager,1,320e-6,330e-6,attention,attention,forward,compute,0,102e-6
> s.scmoe,scmoe,eager,1,320e-6,330e-6,dispatch,dispatch,forward,communication,102e-6,206e-6
> s.scmoe,scmoe,eager,1,320e-6,330e-6,mlp,mlp,forward,compute,102e-6,324e-6
> END
$ scmoesim compare --costs costs.csv --plans plans replays.csv -o out.csv --operators operators.csv
| # measured    replays.csv
| # predicted   costs.csv
| # time of a pair  measured predicted   error overlap                 speedup
| #                     (ms)      (ms)     (%) meas(%) pred(%) meas(x) pred(x)
|   s.top2, eager, factor 1
|   top2               0.400     0.400    0.00     0.0     0.0    1.00    1.00
|   s.scmoe, eager, factor 1
|   scmoe              0.320     0.310   -3.27   100.0   100.0    1.25    1.29
| # operators of s.top2
| # operator             queue              start  measured predicted   error
| #                                          (us)      (us)      (us)     (%)
|   attention            compute              0.0     100.0     100.0    0.00
|   dispatch             communication      102.0     100.0     100.0    0.00
|   mlp                  compute            204.0     200.0     200.0    0.00
| # operators of s.scmoe
| # operator             queue              start  measured predicted   error
| #                                          (us)      (us)      (us)     (%)
|   attention            compute              0.0     100.0     100.0    0.00
|   dispatch             communication      102.0     102.0     100.0   -1.96
|   mlp                  compute            102.0     220.0     209.5   -4.75
$ awk -F, '{ printf "%s %.4g %.4g %s %s %.4g\n", $1, $6, $8, $12, $13, $14 }' out.csv
| plan 0 0 overlap_measured_ratio overlap_predicted_ratio 0
| s.top2 0.0004 0.0004 0 0 1
| s.scmoe 0.00032 0.0003095 1 1 1.25
$ awk -F, '{ printf "%s %s %.4g %.4g\n", $1, $5, $10, $12 }' operators.csv
| plan operator 0 0
| s.top2 attention 0.0001 0.0001
| s.top2 dispatch 0.0001 0.0001
| s.top2 mlp 0.0002 0.0002
| s.scmoe attention 0.0001 0.0001
| s.scmoe dispatch 0.000102 0.0001
| s.scmoe mlp 0.00022 0.0002095

The same plan again is one more run of it.

$ grep -v scmoe, replays.csv | sed 's/400e-6/410e-6/' >again.csv
$ scmoesim compare --costs costs.csv --plans plans replays.csv again.csv | grep runs
|   s.top2, eager, factor 1, median of 2 runs

The same from timelines, the predicted one written by `scmoesim replay`.

$ scmoesim replay plans/s.scmoe.json --costs costs.csv -o predicted.json
$ grep -E '"(origin|pair_time_s|event_s)"' predicted.json | cut -c1-26
|   "origin": "predicted",
|   "pair_time_s": 0.0003095
|   "event_s": 2e-06,
$ cat >measured.json <<END
> {"schema": "scmoesim/timeline/1", "origin": "measured", "schedule": "scmoe", "plan": "s.scmoe.json",
>  "launch": "eager", "factor_ratio": 1, "pair_time_s": 320e-6, "instrumented_pair_time_s": 330e-6,
>  "operators": [{"name": "mlp", "kind": "mlp", "pass": "forward", "queue": "compute", "start_s": 102e-6,
>                 "end_s": 324e-6}]}
> END
$ scmoesim compare predicted.json measured.json
| # measured    measured.json
| # predicted   the timelines given
| # time of a pair  measured predicted   error overlap                 speedup
| #                     (ms)      (ms)     (%) meas(%) pred(%) meas(x) pred(x)
|   s.scmoe, eager, factor 1
|   scmoe              0.320     0.310   -3.27   100.0   100.0       -       -
| # operators of s.scmoe
| # operator             queue              start  measured predicted   error
| #                                          (us)      (us)      (us)     (%)
|   mlp                  compute            102.0     220.0     209.5   -4.75
$ scmoesim replay plans/s.scmoe.json --costs costs.csv --factor 2 >double.json
$ scmoesim compare double.json measured.json
! scmoesim: no prediction of plan s.scmoe, eager, at factor 1: give its predicted timeline, or --costs and --plans
[3]
$ scmoesim compare predicted.json
! scmoesim: predicted.json holds no measured replay
[3]
$ scmoesim replay plans/s.scmoe.json
! scmoesim replay: --costs is needed without --topology
! Try 'scmoesim replay --help'.
[2]
$ scmoesim replay --costs costs.csv --factor x plans/s.scmoe.json
! scmoesim replay: --factor: expected a number >= 0, got "x"
! Try 'scmoesim replay --help'.
[2]

By a CUDA graph each kernel begins later, 3 us here. An attention has 5, an mlp 5: 30 us for the pair one after
the other. Without such a row a graph is predicted as if it were launched eagerly, which is said.

$ sed 's/eager,1,400e-6/graph,1,430e-6/' replays.csv | grep -v scmoe, >graph.csv
$ scmoesim compare --costs costs.csv --plans plans graph.csv | sed -n 3,7p
| # launch      graphs as if eager: the costs have no row of launch_in_graph
| # time of a pair  measured predicted   error overlap                 speedup
| #                     (ms)      (ms)     (%) meas(%) pred(%) meas(x) pred(x)
|   s.top2, graph, factor 1
|   top2               0.430     0.400   -6.98     0.0     0.0    1.00    1.00
$ printf 'kind,time_s\nlaunch_in_graph,3e-6\n' >launch.csv
$ scmoesim compare --costs costs.csv --costs launch.csv --plans plans graph.csv | sed -n 5,6p
|   s.top2, graph, factor 1
|   top2               0.430     0.430    0.00     0.0     0.0    1.00    1.00
$ scmoesim replay plans/s.top2.json --costs costs.csv --costs launch.csv --launch graph | grep -E 'launch|pair_'
|   "launch": "graph",
|   "pair_time_s": 0.00043000000000000004,
$ scmoesim replay plans/s.top2.json --costs costs.csv --launch graph
! scmoesim: what a CUDA graph adds to each kernel is not known: GPU h100-sxm has no "graph_launch_s" and the costs have no row of launch_in_graph
[3]
$ scmoesim replay plans/s.top2.json --costs costs.csv --launch graphs
! scmoesim replay: --launch: expected eager or graph, got "graphs"
! Try 'scmoesim replay --help'.
[2]
$ sed 's/,graph,/,graf,/' graph.csv >graf.csv
$ scmoesim compare --costs costs.csv --plans plans graf.csv
! scmoesim: graf.csv: line 2: launch: expected "eager" or "graph", got "graf"
[3]

How much later is found from plans that were replayed both ways: without communication (factor 0) a graph takes
330 us, eager launches 300, so (330 - 300) us / 10 a kernel; with it 450 and 400, of which 30 are the kernels' and 20
the exchange's. One plan with an exchange does not tell which is which.

$ printf 'shape\ns\n' >tuned.csv
$ scmoesim compare --costs costs.csv --plans plans graph.csv replays.csv --tuned tuned.csv --tune tuned-on.csv
! scmoesim: plans of the tuned shapes, replayed both by a graph and eagerly: expected at least 2 (one for each of what kernels, exchanges, and kernels beside exchanges add), got 1
[3]
$ head -1 replays.csv >both.csv
$ for as in eager,0,300 graph,0,330 eager,1,400 graph,1,450; do sed -n "/s.top2/s/eager,1,400/$as/p" replays.csv; done >>both.csv
$ scmoesim compare --costs costs.csv --plans plans both.csv --tuned tuned.csv --tune tuned-on.csv
$ awk -F, '!/^#/ { printf "%s %.3g %s\n", $1, $2, $5 }' tuned-on.csv
| kind 0 samples
| launch_in_graph 3e-06 2
| exchange_in_graph 2e-05 2
$ scmoesim compare --costs costs.csv --costs tuned-on.csv --plans plans both.csv | sed -n 5,12p
|   s.top2, eager, factor 0
|   top2               0.300     0.300    0.00       -       -    1.00    1.00
|   s.top2, graph, factor 0
|   top2               0.330     0.330    0.00       -       -    1.00    1.00
|   s.top2, eager, factor 1
|   top2               0.400     0.400    0.00     0.0     0.0    1.00    1.00
|   s.top2, graph, factor 1
|   top2               0.450     0.450    0.00     0.0     0.0    1.00    1.00

Pairs that were measured without operators: the pairs are compared, their operators are not.

$ cut -d, -f1-5 replays.csv | uniq >pairs.csv && cat pairs.csv
| plan,schedule,launch,factor_ratio,pair_time_s
| s.top2,top2,eager,1,400e-6
| s.scmoe,scmoe,eager,1,320e-6
$ scmoesim compare --costs costs.csv --plans plans pairs.csv -o out.csv --operators operators.csv
| # measured    pairs.csv
| # predicted   costs.csv
| # time of a pair  measured predicted   error overlap                 speedup
| #                     (ms)      (ms)     (%) meas(%) pred(%) meas(x) pred(x)
|   s.top2, eager, factor 1
|   top2               0.400     0.400    0.00       -       -    1.00    1.00
|   s.scmoe, eager, factor 1
|   scmoe              0.320     0.310   -3.27       -       -    1.25    1.29
| # operators of s.top2: none measured
| # operators of s.scmoe: none measured
$ awk -F, '{ printf "%s %.4g <%s> %.4g <%s> %.4g\n", $1, $6, $7, $8, $12, $14 }' out.csv
| plan 0 <repeat_s> 0 <overlap_measured_ratio> 0
| s.top2 0.0004 <> 0.0004 <> 1
| s.scmoe 0.00032 <> 0.0003095 <> 1.25
$ cat operators.csv
| plan,schedule,launch,factor_ratio,operator,kind,pass,queue,measured_start_s,measured_s,predicted_start_s,predicted_s,error_ratio
$ scmoesim compare --costs costs.csv --plans plans pairs.csv replays.csv | sed -n 5,12p
|   s.top2, eager, factor 1, median of 2 runs
|   top2               0.400     0.400    0.00     0.0     0.0    1.00    1.00
|   s.scmoe, eager, factor 1, median of 2 runs
|   scmoe              0.320     0.310   -3.27   100.0   100.0    1.25    1.29
| # operators of s.top2
| # operator             queue              start  measured predicted   error
| #                                          (us)      (us)      (us)     (%)
|   attention            compute              0.0     100.0     100.0    0.00
$ sed '/operators/,$d; s/330e-6,/330e-6}/' measured.json >alone.json && scmoesim compare predicted.json alone.json
| # measured    alone.json
| # predicted   the timelines given
| # time of a pair  measured predicted   error overlap                 speedup
| #                     (ms)      (ms)     (%) meas(%) pred(%) meas(x) pred(x)
|   s.scmoe, eager, factor 1
|   scmoe              0.320     0.310   -3.27       -       -       -       -
| # operators of s.scmoe: none measured
$ (head -1 pairs.csv; for i in 0 1 2 3 4 5 6 7 8 9 10 11 12; do sed "1d; s/eager,1/eager,$i/" pairs.csv; done) >many.csv
$ scmoesim compare --costs costs.csv --plans plans many.csv | tail -n 1
| # operators were measured in 0 of 26 replays
$ sed 's/mlp,mlp/,mlp/' replays.csv >wrong.csv
$ scmoesim compare --costs costs.csv --plans plans wrong.csv
! scmoesim: wrong.csv: line 4: operator: expected a name, got an empty cell
[3]

What is missing is said.

$ scmoesim compare replays.csv
! scmoesim: no prediction of plan s.top2, eager, at factor 1: give its predicted timeline, or --costs and --plans
[3]
$ scmoesim compare --costs costs.csv --plans elsewhere replays.csv
! scmoesim: elsewhere/s.top2.json: cannot be read: No such file or directory
[3]
$ scmoesim compare
! scmoesim compare: expected FILE.csv of replays, or timelines
! Try 'scmoesim compare --help'.
[2]
$ scmoesim compare --tune out.csv replays.csv
! scmoesim compare: --tune needs --tuned
! Try 'scmoesim compare --help'.
[2]
$ sed 's/compute/copper/; s/mlp,mlp/mlp,mpl/' replays.csv >wrong.csv
$ scmoesim compare --costs costs.csv --plans plans wrong.csv
! scmoesim: wrong.csv: line 4: kind: expected "attention", "mlp", "shared_expert", "gate", "encode", "dispatch", "expert", "combine", "decode", "norm", "residual", "qkv_projection", "attention_core", "output_projection", "lm_head", "expert_fetch", "all_reduce", "reduce_scatter", "all_gather" or "send_receive", got "mpl"
[3]
$ sed 's/dispatch,dispatch/combine,dispatch/' replays.csv >other.csv
$ scmoesim compare --costs costs.csv --plans plans other.csv
! scmoesim: plan s.top2 was replayed with an operator "combine", which it lacks
[3]

Among two GPUs: the dispatch of 2475000 bytes takes 100 us on 66 of the H100's 132 SMs, half of them, which its times
without a limit show, and waits until the first of the mlp's kernels has ended; the mlp then does 50 us' work in that
time, so that it takes 250 us. A rank that comes late to the dispatch is not counted as waiting for it.

$ for schedule in top2 scmoe; do sed 's/"ranks": 1, "ep": 1/"ranks": 2, "ep": 2/' plans/s.$schedule.json >plans/g.$schedule.json; done
$ cat >among.csv <<END
> kind,tokens,ranks,bytes,sm_count,time_s
> attention,512,,,,100e-6
> mlp,512,,,,200e-6
> event,,,,,2e-6
> all_to_all,,2,2475000,,100e-6
> all_to_all,,2,4950000,,200e-6
> all_to_all,,2,2475000,33,150e-6
> all_to_all,,2,2475000,66,100e-6
> END
$ cat >two.csv <<END
> plan,schedule,launch,factor_ratio,pair_time_s,instrumented_pair_time_s,operator,kind,pass,queue,start_s,end_s,gpus,rank
> g.top2,top2,eager,1,400e-6,406e-6,attention,attention,forward,compute,0,112e-6,2,0
> g.top2,top2,eager,1,400e-6,406e-6,dispatch,dispatch,forward,communication,112e-6,214e-6,2,0
> g.top2,top2,eager,1,400e-6,406e-6,mlp,mlp,forward,compute,214e-6,416e-6,2,0
> g.top2,top2,eager,1,400e-6,406e-6,attention,attention,forward,compute,0,92e-6,2,1
> g.top2,top2,eager,1,400e-6,406e-6,dispatch,dispatch,forward,communication,92e-6,214e-6,2,1
> g.top2,top2,eager,1,400e-6,406e-6,mlp,mlp,forward,compute,214e-6,416e-6,2,1
> END
$ scmoesim compare --costs among.csv --plans plans two.csv
| # measured    two.csv
| # predicted   among.csv
| # time of a pair  measured predicted   error overlap                 speedup
| #                     (ms)      (ms)     (%) meas(%) pred(%) meas(x) pred(x)
|   g.top2, eager, factor 1
|   top2               0.400     0.400    0.00     0.0     0.0    1.00    1.00
| # operators of g.top2
| # operator             queue              start  measured predicted   error
| #                                          (us)      (us)      (us)     (%)
|   attention            compute              0.0     100.0     100.0    0.00
|   dispatch             communication      112.0     100.0     100.0    0.00
|   mlp                  compute            214.0     200.0     200.0    0.00
$ scmoesim replay plans/g.scmoe.json --costs among.csv --gpus 2 |
>     awk -F': |,' '/"gpus"/ { print $2 " GPUs" } /"pair_time_s"/ { printf "%.1f us\n", 1e6 * $2 }'
| 2 GPUs
| 350.0 us
$ scmoesim replay plans/g.scmoe.json --costs among.csv --gpus 4
! scmoesim: schedule scmoe: its All-to-Alls are among 2 GPUs, not 4
[3]
$ scmoesim replay plans/g.scmoe.json --costs among.csv --gpus two
! scmoesim replay: --gpus: expected a whole number >= 1, got "two"
! Try 'scmoesim replay --help'.
[2]
