Tokens that are not balanced: means and percentiles over draws, who is busiest, what is dropped.

$ scmoesim run --schedule top2,scmoe-pos2 --routing zipf:1.2 --seed 7 --draws 20
| # scmoesim    VERSION
| # model       swinv2-moe-s: fp16, 18432 tokens per GPU at width 384, 8 experts
| # topology    8xa30-pcie: 1 x 8 a30, EP 8
| # costs       synthetic: roofline of a30 (sources in its file)
| # routing     zipf:1.2, dropless; seed 7, 20 draws; slots, chunks and All-to-All
| #             are those best when balanced
| # All-to-All  pairwise: setup 210 us, SM share 0.02, 56 flows for 56 pairs;
| #             bound by node0/socket0-socket1> (20.3 GB/s)
| # set         /routing/draws=20, /routing/seed=7, /routing/load=zipf,
| #             /routing/exponent=1.2
| # run         inference on 8 ranks, All-to-All among 8
| # speedup     over top2; of the block pair, then of the whole model
| # accuracy    pair +-22 %, speedup +-18 %, links left aside: 95 of 100 plans
| #             replayed on GPUs came as near with costs known like these
| #             (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule      pair  speedup   model  speedup     A2A  disp  comb  overlap
| #               (ms)      (x)    (ms)      (x)    (ms)  (ms)  (ms)      (%)
|   top2         15.03     1.00   152.9     1.00   11.76  3.87  7.88      0.0
|   scmoe-pos2    7.67     1.96    82.9     1.84    6.08  2.04  2.59     23.9
| #
| # schedule    slot chunks A2A/bound  limited by, share of path
|   top2           -      -      1.05  link node0/pcie3-socket1< 54 %
|   scmoe-pos2     1      -      1.10  link node0/pcie3-socket1< 53 %
| #
| # draws           pair       p10       p50       p90  busiest  dropped
| #             mean (ms)       (ms)       (ms)       (ms) (x mean)      (%)
|   top2           15.03     14.72     14.91     15.57     3.43     0.00
|   scmoe-pos2      7.67      7.52      7.61      7.93     3.43     0.00
$ scmoesim run --schedule top2,scmoe-pos2 --routing dirichlet:0.5 --overflow drop --draws 5 | tail -n 5
| #
| # draws           pair       p10       p50       p90  busiest  dropped
| #             mean (ms)       (ms)       (ms)       (ms) (x mean)      (%)
|   top2           8.253     7.536     8.109     9.075     3.13    39.81
|   scmoe-pos2     4.530     4.385     4.511     4.700     3.21    40.06
$ scmoesim run --schedule top2,scmoe-pos2 --routing zipf:1.2 --overflow pad | grep -A 1 -e routing -e draws -e 'p10' -e '^  '
| # routing     zipf:1.2, padded to the capacity, beyond it dropped; seed 1, 1
| #             draw
| --
| # set         /routing/overflow=pad, /routing/load=zipf, /routing/exponent=1.2
| # run         inference on 8 ranks, All-to-All among 8
| --
|   top2         11.05     1.00   114.0     1.00   7.40  3.70  3.70      0.0
|   scmoe-pos2    5.68     1.95    63.5     1.80   3.91  1.96  0.50     37.2
| #
| --
|   top2           -      -      1.06  link node0/socket0-socket1> 63 %
|   scmoe-pos2     1      -      1.12  link node0/socket0-socket1> 61 %
| #
| # draws           pair       p10       p50       p90  busiest  dropped
| #             mean (ms)       (ms)       (ms)       (ms) (x mean)      (%)
|   top2           11.05         -         -         -     3.44    30.48
|   scmoe-pos2      5.68         -         -         -     3.44    30.44
$ scmoesim run --schedule top2 --routing zipf:0.8 --draws 3 -o made.csv --topology 4x8xh100-ib --set /model/experts=32 --a2a two-hop && cut -d, -f5,8 made.csv
| ranks,pair_time_s
| 32,0.002676800841224273

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
|   top1         6.790     1.71   73.44     1.63   4.388  1.671  2.717      0.0
|   scmoe-pos2   5.968     1.95   66.52     1.80   4.388  1.671  1.263     33.1
| #
| --
|   top1           -      -      1.13  compute 50 % (most in expert)
|   scmoe-pos2     1      -      1.13  link node0/socket0-socket1< 50 %
| #
| --
|   top1           6.790     6.790     6.790     6.790     2.40     0.00
|   scmoe-pos2     5.968     5.968     5.968     5.968     2.40     0.00
$ scmoesim run --schedule top1 --routing loads.csv --set /model/experts=16
! scmoesim: loads.csv has loads of 8 experts, model swinv2-moe-s has 16
[3]

In sweeps.

$ scmoesim sweep --schedule scmoe-pos2 --vary /routing/exponent=0,0.5,1 --routing zipf:1 --draws 4 -o sweep.csv -j 1 && cut -d, -f1,6,11 sweep.csv
| /routing/exponent,mode,pair_time_s
| 0,inference,0.0047897602103716963
| 0.5,inference,0.0054802925779995348
| 1,inference,0.006987595765167498

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
