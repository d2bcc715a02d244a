Constants from measured times. Here the times are made up, 5 us and 25 GB/s for copies, so the answer is
known.

$ awk 'BEGIN { print "kind,protocol,bytes,time_s"
>     for (bytes = 4096; bytes < 1e9; bytes *= 4)
>         printf "copy_h2d,hot,%d,%.12g\n", bytes, 5e-6 + bytes / 25e9 }' >copies.csv
$ scmoesim check copies.csv
| copies.csv: fine
$ scmoesim fit copies.csv | grep -A1 '^  copy_h2d'
|   copy_h2d                                9     0.0      0.0         -
|     latency us         5 (5 .. 5.01)  GB/s          25 (25 .. 25)

Without the row of 2000 tokens (2 us) its neighbours, a doubling away on either side, say that it is off the roofline by
the geometric mean of what they are off: sqrt(1 us * 5 us), 12 % more, less 2 % for the bend of the roofline, which has
3 us of overhead at any size.

$ printf '# gpu: h100-sxm\nkind,dtype,tokens,hidden,time_s\nresidual,bf16,1000,64,1e-6\nresidual,bf16,2000,64,2e-6\nresidual,bf16,4000,64,5e-6\n' >three.csv
$ scmoesim fit three.csv | grep -A9 '^  residual'
|   residual forward                        3  3 rows cannot fix 5 parameters
| # interpolation over tokens, each left out in turn: 1 row, mean error 9.8 %,
| #   worst +10 % (line 4: residual forward, 2000 tokens)
$ scmoesim fit three.csv --hold-out 64 | grep -A9 '^  residual' | head -1
|   residual forward                        0  all rows are held out
$ scmoesim fit three.csv --protocol paced
! scmoesim: three.csv: no rows of protocol "paced" that tell tokens, widths and dtype (or bytes); the file has rows of hot
[3]
$ sed 's/bf16/fp8/' three.csv >fp8.csv && scmoesim fit --gpu a100 fp8.csv
! scmoesim: fp8.csv: line 3 is in fp8, for which GPU a100 has no peak rate: choose the card with --gpu
[3]
$ scmoesim fit three.csv --plot fit.jpg
! scmoesim fit: --plot: expected a name ending in .svg, .png or .pdf, got "fit.jpg"
! Try 'scmoesim fit --help'.
[2]

Figures keep three digits without exponents; what names a file of several breaks at 80 columns.

$ awk 'BEGIN { print "kind,protocol,bytes,time_s"
>     for (bytes = 4096; bytes < 1e9; bytes *= 4)
>         printf "copy_d2d,hot,%d,%.12g\n", bytes, 5e-6 + bytes / 2.5e12 }' >fast.csv
$ scmoesim fit fast.csv | grep -A1 '^  copy_d2d'
|   copy_d2d                                9     0.0      0.0         -
|     latency us         5 (5 .. 5)  GB/s        2500 (2499 .. 2501)
$ scmoesim fit data/traces/h100-sxm/sweep.csv data/traces/h100-sxm/gradients.csv --hold-out 1536 >two.txt
$ awk 'length > 80' two.txt
$ grep -c '^# operators.*,$' two.txt
| 1
