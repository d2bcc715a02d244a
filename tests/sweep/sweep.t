Many points in one command.

$ scmoesim sweep --vary /tokens=1Ki,2Ki --vary /model/experts=8,16 --dry-run
| point,/tokens,/model/experts
| 0,1024,8
| 1,1024,16
| 2,2048,8
| 3,2048,16
! scmoesim sweep: 4 points
$ scmoesim sweep --vary /model/exprts=8,16 --dry-run 2>&1 | sed 's/^scmoesim: .*models/models/'
| models/moe/swinv2-moe-s.json: /: unknown member "exprts"; did you mean "experts"? (set: /model/exprts=8)
$ scmoesim sweep --vary /routing/exponent=0..1:3 --dry-run
! scmoesim: routing: /exponent is for zipf loads, the load is balanced
[3]
$ scmoesim sweep --schedule top2,scmoe-pos2 --vary /tokens=1Ki,2Ki --quiet | cut -d, -f1-11
| /tokens,point,rows,model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s
| 1024,0,2,swinv2-moe-s,8xa30-pcie,inference,top2,8,8,1024,0.001001692120464591
| 1024,0,2,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,1024,0.00070982116242766433
| 2048,1,2,swinv2-moe-s,8xa30-pcie,inference,top2,8,8,2048,0.0015611170044357722
| 2048,1,2,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,2048,0.00098637508836191853

A point that fails has its error in its row; the sweep goes on and says so.

$ scmoesim sweep --schedule top2 --vary /model/experts=8,3 --quiet | cut -d, -f1-8,46-48
| /model/experts,point,rows,model,topology,mode,schedule,ranks,attention_time_s,mlp_time_s,shared_expert_time_s
| 8,0,1,swinv2-moe-s,8xa30-pcie,inference,top2,8,,0.00066051826983205353,0.00057265386574739219
| 3,1,1,,,,,,,,
! scmoesim sweep: 1 of 2 points failed; column "error" says why

Costs vary as well: factors on the time of a kind, measured or not. All compute twice as fast takes half.

$ scmoesim sweep --schedule top2 --vary /costs/time_ratio/all=1,0.5 --set /topology/all_to_all/sm_share_ratio=0 --quiet -o half.csv
$ awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "compute_time_s") c = i } NR > 1 { print $1, $c / (first ? first : first = $c) }' half.csv
| 1 1
| 0.5 0.5
$ rm half.csv

A sweep that cannot work at all is refused, as are sweeps that are none.

$ scmoesim sweep --vary /model/expert=8,16 -o out.csv
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member "expert"; did you mean "experts"? (set: /model/expert=8)
[3]
$ scmoesim sweep --vary /modl/experts=8,16
! scmoesim: cannot vary "/modl/experts": expected a member such as /model/experts (or of /topology, /gpu, /schedule, /routing, /costs), or one of /model, /topology, /schedule, /baseline, /costs, /mode, /tokens, /ep; did you mean "model"?
[3]
$ scmoesim sweep
! scmoesim sweep: expected a file, or --vary /POINTER=VALUES
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep own.json --vary /tokens=1
! scmoesim sweep: expected a file or --vary, got both
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep tokns
! scmoesim: unknown sweep "tokns"; did you mean "tokens"?; known: experts-top-k, internode-bandwidth, pcie-generation, sm-share, tokens
[3]
$ scmoesim sweep --vary /tokens=1,2 --zip --samples 3
! scmoesim sweep: --zip and --samples exclude each other
! Try 'scmoesim sweep --help'.
[2]
$ for seed in 1 2; do scmoesim sweep --vary /tokens=1000..2000 --samples 3 --seed $seed --dry-run --quiet; done
| point,/tokens
| 0,1240.1081631
| 1,1977.5191204
| 2,1333.37146036
| point,/tokens
| 0,1675.30874264
| 1,1310.5136212
| 2,1516.55415865
! scmoesim sweep: 3 points
! scmoesim sweep: 3 points
$ scmoesim sweep --vary /tokens=1,2 --shard 3/2
! scmoesim sweep: --shard: expected I/N with N >= 1 and I <= N, got "3/2"
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep --vary /tokens=1,2 --shard 3
! scmoesim sweep: --shard: expected I/N with N >= 1 and I <= N, got "3"
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep --vary /tokens=1,2 --resume
! scmoesim sweep: --resume needs -o FILE
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep --vary /tokens=1,2 -j 0
! scmoesim sweep: --jobs: expected a whole number >= 1, got "0"
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep --vary /tokens=1,2 -o out.csv --quiet --schedule top2 && cut -d, -f1-8 out.csv
| /tokens,point,rows,model,topology,mode,schedule,ranks
| 1,0,1,swinv2-moe-s,8xa30-pcie,inference,top2,8
| 2,1,1,swinv2-moe-s,8xa30-pcie,inference,top2,8
$ scmoesim sweep --vary /tokens=1,2 -o out.csv --quiet --schedule top2
! scmoesim: out.csv: is there already; --resume goes on with it, or remove it first
[3]
$ scmoesim sweep --vary /tokens=1,2 -o out.csv --quiet --schedule top2 --resume
$ scmoesim sweep --vary /tokens=1,4 -o out.csv --quiet --schedule top2 --resume
! scmoesim: out.csv: line 2: this row is of another sweep, or inputs have changed since
[3]
$ rm out.csv

Recorded loads are contents too: a table does not go on with others.

$ printf 'expert,tokens\n' >loads.csv; for e in 0 1 2 3 4 5 6 7; do echo $e,$((e + 1)); done >>loads.csv
$ scmoesim sweep --schedule top2 --routing loads.csv --vary /tokens=256 --quiet -o routed.csv
$ scmoesim sweep --schedule top2 --routing loads.csv --vary /tokens=256 --quiet -o routed.csv --resume
$ sed -i 's/^0,1$/0,9/' loads.csv
$ scmoesim sweep --schedule top2 --routing loads.csv --vary /tokens=256 --quiet -o routed.csv --resume
! scmoesim: routed.csv: line 2: this row is of another sweep, or inputs have changed since
[3]
$ rm loads.csv routed.csv

Files: what is wrong, and where.

$ echo '{ "schema": "scmoesim/sweep/1", "base": { "modle": "x", "schedules": [] },
>   "vary": [ { "pointer": "/tokens", "values": [1], "from": 3 } ], "seeds": 1 }' >bad.json
$ scmoesim sweep bad.json
! scmoesim: bad.json: /: unknown member "seeds"; did you mean "seed"?
! scmoesim: bad.json: /base: unknown member "modle"; did you mean "model"?
! scmoesim: bad.json: /base/schedules: expected an array of 1 to 1000 elements, got 0
! scmoesim: bad.json: /vary/0: expected "values", or "from" and "to", got both
[3]
$ echo '{ "schema": "scmoesim/sweep/1", "sampling": "list",
>   "points": [ { "/tokens": 512, "/topology": "gpu=a30,gpus=4,fabric=pcie" }, { "/tokens": "1Ki" } ] }' >list.json
$ scmoesim sweep list.json --dry-run
| point,/tokens,/topology
| 0,512,"gpu=a30,gpus=4,fabric=pcie"
| 1,1024,
! scmoesim sweep: 2 points
$ scmoesim sweep list.json --schedule top2 --quiet | cut -d, -f1-10
| /tokens,/topology,point,rows,model,topology,mode,schedule,ranks,ep
| 512,"gpu=a30,gpus=4,fabric=pcie",0,1,swinv2-moe-s,"gpu=a30,gpus=4,fabric=pcie"
| 1024,,1,1,swinv2-moe-s,8xa30-pcie,inference,top2,8,8
$ echo '{ "schema": "scmoesim/sweep/1", "sampling": "latin-hypercube", "samples": 3,
>   "vary": [ { "pointer": "/tokens", "from": 1, "to": 1000, "scale": "log", "whole": true },
>             { "pointer": "/topology/link_types/pcie/latency_s", "from": "0us", "to": "3us" } ] }' >lhs.json
$ scmoesim sweep lhs.json --dry-run
| point,/tokens,/topology/link_types/pcie/latency_s
| 0,5,1.99904051539e-06
| 1,856,2.14675589255e-06
| 2,10,2.36088976264e-07
! scmoesim sweep: 3 points
$ rm bad.json list.json lhs.json

Shards are joined again.

$ for i in 0 1 2; do scmoesim sweep tokens --quiet --shard $i/3 -o part-$i.csv; done
$ scmoesim sweep tokens --quiet -o whole.csv
$ scmoesim merge part-?.csv | cmp - whole.csv && echo same
| same
$ scmoesim merge part-0.csv part-2.csv
! scmoesim: 3 of 10 points are in no file: 1, 4, 7
[3]
$ scmoesim merge part-0.csv nothing.csv
! scmoesim: nothing.csv: No such file or directory
[3]
$ scmoesim merge
! scmoesim merge: expected at least one FILE
! Try 'scmoesim merge --help'.
[2]

The last newline may be missing, as where an editor took it, but nothing before it.

$ head -c -1 part-1.csv >cut-1.csv && scmoesim merge part-0.csv cut-1.csv part-2.csv | cmp - whole.csv && echo same
| same
$ head -c -2 part-1.csv >cut-1.csv; scmoesim merge part-0.csv cut-1.csv part-2.csv
! scmoesim: cut-1.csv: ends in half a row; finish it with --resume first
[3]
$ scmoesim sweep --schedule top2 --vary /tokens=256 --quiet | head -c -1 >cut-1.csv; scmoesim merge cut-1.csv
! scmoesim: no file has any rows that end
[3]
$ head -c -1 whole.csv >plotted.csv; scmoesim plot plotted.csv -o plotted.svg && scmoesim plot whole.csv -o whole.svg && cmp plotted.svg whole.svg && echo same
| same
$ rm cut-1.csv plotted.csv plotted.svg whole.svg

$ sed 1d part-1.csv >part-1.csv.cut && scmoesim merge part-0.csv part-1.csv.cut
! scmoesim: part-1.csv.cut: line 1: not the result of a sweep: no column "point"
[3]
$ rm part-* whole.csv

The question turned round.

$ scmoesim solve --find /topology/link_types/pcie/bandwidth_bytes_per_s --between 5GB/s..500GB/s --target speedup_ratio=1.96
| /topology/link_types/pcie/bandwidth_bytes_per_s = 12756106119.7 (12.76 GB/s)
| speedup_ratio = 1.96, scmoe-pos2 over top2
$ scmoesim solve --find /topology/link_types/pcie/bandwidth_bytes_per_s --between 5GB/s..500GB/s --target speedup_ratio=3
| no /topology/link_types/pcie/bandwidth_bytes_per_s in the range gives speedup_ratio 3
| range gives    speedup_ratio 1.94261 at 24348376258.3 (24.35 GB/s)
|           to   speedup_ratio 1.98154 at 5e+09 (5.000 GB/s)
| misses by      1.018 (33.9 % of the target)
[1]
$ scmoesim solve --find /topology/all_to_all/setup_s --between 0..1ms --minimize end_to_end_time_s
| /topology/all_to_all/setup_s = 0 (0 s)
| end_to_end_time_s = 0.0607643, scmoe-pos2 over top2
| at an end of the range: beyond it there may be better
$ scmoesim solve --find /model/experts --between 1..64 --target speedup_ratio=1.9 --whole
| /model/experts = 4
| speedup_ratio = 1.97859, scmoe-pos2 over top2
| not reached by speedup_ratio 1.61409 at 2
| 55 of 65 values could not be played: /model/experts=1: data/models/moe/swinv2-moe-s.json: /top_k: expected at most the number of experts, 1, got 2
$ scmoesim solve --find /model/experts --between 64..1 --target speedup_ratio=1.9
! scmoesim solve: --between: expected FROM..TO with FROM < TO, got "64..1"
! Try 'scmoesim solve --help'.
[2]
$ scmoesim solve --find /tokens --between 1..64 --target speedup=1.9
! scmoesim: no column of numbers named "speedup"; did you mean "speedup_ratio"?
[3]
$ scmoesim solve --find /tokens --between 1..64
! scmoesim solve: expected one of --target, --minimize and --maximize
! Try 'scmoesim solve --help'.
[2]
$ scmoesim solve --find /tokens --between 1..64 --target speedup_ratio=1.9 --schedule top2,top1
! scmoesim solve: expected one schedule, got 2
! Try 'scmoesim solve --help'.
[2]
$ scmoesim solve --find /modl/x --between 1..64 --minimize pair_time_s
! scmoesim: /modl/x=1: cannot vary "/modl/x": expected a member such as /model/experts (or of /topology, /gpu, /schedule, /routing, /costs), or one of /model, /topology, /schedule, /baseline, /costs, /mode, /tokens, /ep; did you mean "model"?
[3]

The column sweep changes with everything that rows depend on, and with nothing else: of "all" schedules these are the
ones that the word stands for.

$ mkdir apart && cp -r "$SCMOESIM_DATA/models" "$SCMOESIM_DATA/topologies" apart
$ for change in none scmoe-offload top1; do
>     [ $change = none ] || sed -i 's/"summary": "/&Changed. /' apart/models/schedule/$change.json
>     SCMOESIM_DATA=$PWD/apart scmoesim sweep --vary /tokens=1 --quiet | sed -n 's/.*,//; 2p'
> done | uniq -c | awk '{ print $1 }'
| 2
| 1
