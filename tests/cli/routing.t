Tokens that are not balanced: means and percentiles over draws, who is busiest, what is dropped.

$ scmoesim run --schedule top2,scmoe-pos2 --routing zipf:1.2 --seed 7 --draws 20
| # scmoesim    VERSION
| # model       swinv2-moe-s: fp16, 18432 tokens per GPU at width 384, 8 experts
| # topology    8xa30-pcie: 1 x 8 a30, EP 8
| # costs       synthetic: roofline of a30 (sources in its file)
| # routing     zipf:1.2, dropless; seed 7, 20 draws; slots, chunks and All-to-All
| #             are those best when balanced
| # All-to-All  pairwise: setup 210 us, SM share 0.02, 56 flows for 56 pairs;
| #             bound when balanced by node0/socket0-socket1> (20.3 GB/s)
| # set         /routing/draws=20, /routing/seed=7, /routing/load=zipf,
| #             /routing/exponent=1.2
| # run         inference on 8 ranks, All-to-All among 8
| # speedup     over top2; of the block pair, then of the whole model
| # accuracy    pair +-13 %, speedup +-13 %, errors of links not counted: 95 of
| #             100 plans replayed on GPUs came as near with costs known like
| #             these (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule      pair  speedup   model  speedup     A2A  disp  comb  overlap
| #               (ms)      (x)    (ms)      (x)    (ms)  (ms)  (ms)      (%)
|   top2         13.55     1.00   138.1     1.00   10.71  3.88  6.83      0.0
|   scmoe-pos2    6.93     1.96    75.5     1.83    5.56  2.04  2.06     26.1
| #
| # schedule    slot chunks A2A/bound  limited by, share of path
|   top2           -      -      1.05  link node0/pcie3-socket1< 60 %
|   scmoe-pos2     1      -      1.10  link node0/pcie3-socket1< 59 %
| #
| # draws           pair     p10     p50     p90  busiest  dropped
| #            mean (ms)    (ms)    (ms)    (ms) (x mean)      (%)
|   top2           13.55   13.25   13.43   14.08     3.43     0.00
|   scmoe-pos2      6.93    6.78    6.87    7.19     3.43     0.00
$ scmoesim run --schedule top2,scmoe-pos2 --routing dirichlet:0.5 --overflow drop --draws 5 | tail -n 5
| #
| # draws           pair     p10     p50     p90  busiest  dropped
| #            mean (ms)    (ms)    (ms)    (ms) (x mean)      (%)
|   top2           7.714   7.001   7.568   8.533     3.13    39.81
|   scmoe-pos2     4.260   4.114   4.241   4.431     3.21    40.06
$ scmoesim run --schedule top2,scmoe-pos2 --routing zipf:1.2 --overflow pad | grep -A 1 -e routing -e draws -e 'p10' -e '^  '
| # routing     zipf:1.2, padded to the capacity, beyond it dropped; seed 1, 1
| #             draw
| --
| # set         /routing/overflow=pad, /routing/load=zipf, /routing/exponent=1.2
| # run         inference on 8 ranks, All-to-All among 8
| --
|   top2         10.51     1.00   108.6     1.00   7.40  3.70  3.70      0.0
|   scmoe-pos2    5.41     1.94    60.8     1.79   3.91  1.96  0.50     37.2
| #
| --
|   top2           -      -      1.06  link node0/socket0-socket1> 66 %
|   scmoe-pos2     1      -      1.12  link node0/socket0-socket1> 65 %
| #
| # draws           pair     p10     p50     p90  busiest  dropped
| #            mean (ms)    (ms)    (ms)    (ms) (x mean)      (%)
|   top2           10.51       -       -       -     3.44    30.48
|   scmoe-pos2      5.41       -       -       -     3.44    30.44
$ scmoesim run --schedule top2 --routing zipf:0.8 --draws 3 -o made.csv --topology 4x8xh100-ib --set /model/experts=32 --a2a two-hop && cut -d, -f5,8 made.csv
| ranks,pair_time_s
| 32,0.0029078148128548901

The same tokens every time; balanced by name is what it is without.

$ scmoesim run --schedule top2 --routing zipf:1.2 -o first.csv && scmoesim run --schedule top2 --routing zipf:1.2 -o again.csv && cmp first.csv again.csv
$ scmoesim run --schedule top2 -o plain.csv && scmoesim run --schedule top2 --routing balanced -o named.csv && cmp plain.csv named.csv

Recorded loads.

$ printf 'expert,tokens\n0,30\n1,10\n2,10\n3,10\n4,10\n5,10\n6,10\n7,10\n' > loads.csv
$ scmoesim run --schedule top1,scmoe-pos2 --routing loads.csv | grep -e routing -A 1 -e '^  '
| # routing     loads.csv, dropless; seed 1, 1 draw; slots, chunks and All-to-All
| #             are those best when balanced
| --
| # set         /routing/load=recorded, /routing/file=loads.csv
| # run         inference on 8 ranks, All-to-All among 8
| --
|   top1         6.275     1.70   68.28     1.61   4.072  1.671  2.401      0.0
|   scmoe-pos2   5.452     1.95   61.36     1.80   4.072  1.671  0.947     35.7
| #
| --
|   top1           -      -      1.13  link node0/socket0-socket1< 48 %
|   scmoe-pos2     1      -      1.13  link node0/socket0-socket1< 55 %
| #
| --
|   top1           6.275   6.275   6.275   6.275     2.40     0.00
|   scmoe-pos2     5.452   5.452   5.452   5.452     2.40     0.00
$ scmoesim run --schedule top1 --routing loads.csv --set /model/experts=16
! scmoesim: loads.csv has loads of 8 experts, model swinv2-moe-s has 16
[3]

In sweeps.

$ scmoesim sweep --schedule scmoe-pos2 --vary /routing/exponent=0,0.5,1 --routing zipf:1 --draws 4 -o sweep.csv -j 1 --quiet && cut -d, -f1,6,11 sweep.csv
| /routing/exponent,mode,pair_time_s
| 0,inference,0.0045745021531482339
| 0.5,inference,0.005086308831644305
| 1,inference,0.0063506850530510124

What is wrong.

$ scmoesim run --routing zipf
! scmoesim run: --routing: expected balanced, zipf:EXPONENT, dirichlet:ALPHA or a FILE.csv, got "zipf"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --routing zipf:-1
! scmoesim: routing: /exponent: expected a number from 0 to 100, got -1 (set: /routing/exponent=-1)
[3]
$ scmoesim run --routing nothere.csv
! scmoesim: nothere.csv: cannot be read: No such file or directory
[3]
$ scmoesim run --overflow lose
! scmoesim: routing: /overflow: expected "pad", "drop" or "dropless", got "lose" (set: /routing/overflow=lose)
[3]
$ scmoesim run --draws none
! scmoesim: routing: /draws: expected a whole number from 1 to 100000, got a string (set: /routing/draws=none)
[3]
$ scmoesim run --set /routing/file=loads.csv
! scmoesim: routing: /file is for recorded loads, the load is balanced
[3]

No line is wider than a terminal, whatever a schedule is called.

$ sed 's/"name": "scmoe-pos2"/"name": "scmoe-with-a-name-of-more-columns-than-others"/' data/models/schedule/scmoe-pos2.json >long.json
$ scmoesim run --schedule all --routing zipf:1 --draws 2 >all.txt && awk 'length > 80' all.txt
$ scmoesim run --schedule top2,long.json --routing zipf:1 --draws 2 >long.txt && awk 'length > 80' long.txt
$ grep -A6 '^# draws' long.txt
| # draws         pair     p10     p50     p90  busiest  dropped
| #          mean (ms)    (ms)    (ms)    (ms) (x mean)      (%)
|   top2         12.44   12.28   12.44   12.60     2.95     0.00
|   scmoe-with-a-name-of-more-columns-than-others
|                 6.36    6.28    6.36    6.44     2.94     0.00
