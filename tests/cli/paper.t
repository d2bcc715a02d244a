What the ScMoE paper's figures say of one another, from the published figures alone (column 8 of what validate writes);
doc/accuracy.md reads "All-to-All's share of MoE time" and the capacity factor by it.

$ scmoesim validate scmoe-table2 scmoe-table4 scmoe-fig8 -o published.csv >shown
[1]
$ sed 's/"\([^",]*\), \([^"]*\)"/\1 \2/' published.csv | awk -F, '$12 == "prediction" { print $1 "," $2 "," $3 "," $8 }' >said.csv

Table 2: over the shared expert's MoE and over ScMoE top-2 gains s and r. In parts of top-2's iteration, ScMoE hides
1 / s - 1 / r, and top-2's All-to-All a is at least twice that: a share of the whole. With a shared expert M and v for each
routed copy, 1 - 1 / s = a / 2 + v - M: v - M is the second column at most, at the edges of rounding the third.

$ cat >table2.awk <<END
> function least(s, r) { return (1 - 1 / s) - (1 / s - 1 / r) }
> \$1 == "scmoe-table2" && \$3 == "shared expert" { s = \$4 }
> \$1 == "scmoe-table2" && \$3 ~ /^ScMoE/ {
>     share = 200 * (1 / s - 1 / \$4); shares += share; n++
>     printf "%s: All-to-All %.1f %%, v - M %+.1f %%, at most %+.1f %%\n", \$2, share, 100 * least(s, \$4),
>            100 * least(s + 0.005, \$4 - 0.005)
> }
> END { printf "mean All-to-All %.1f %%\n", shares / n }
> END
$ awk -F, -f table2.awk said.csv
| GPT2-MoE inference: All-to-All 17.7 %, v - M -3.2 %, at most -2.0 %
| GPT2-MoE training: All-to-All 13.7 %, v - M -3.0 %, at most -1.7 %
| LLaMA2-MoE inference: All-to-All 14.9 %, v - M +2.5 %, at most +3.6 %
| LLaMA2-MoE training: All-to-All 13.2 %, v - M -1.0 %, at most +0.3 %
| mean All-to-All 14.9 %

Figure 8 on the A30 box, in units of ScMoE's pair: h of the All-to-All a of top-1 hidden saves s - 1, so a = (s - 1) / h,
and a pair computes 1 - (1 - h) a = B + M + c + v: backbone, the shared expert M, MoE compute c that does not depend on
k and v for each of k copies. Unpipelined, top-1 takes B + c + v + a = s - M, top-2 B + c + 2 v + 2 a. Pipelining hides
s - M - p1 of top-1's All-to-All, and at most twice that of top-2's, whose is 1 - (1 - h) a - M + v + 2 a - p2: hence
v <= 2 s - 2 p1 + p2 - 1 - (1 + h) a - M. Of top-2's MoE time 2 a is the share; 60 % would leave c = 2 a (1 / 0.6 - 1) - 2 v.
Of its pair, which takes p2 at least and s + v + a at most, 2 a is between the last two figures. The first line is at
the edges of rounding, half a per cent each.

$ cat >bound.awk <<END
> function bound(h, s, p1, p2) {
>     a = (s - 1) / h
>     v = 2 * s - 2 * p1 + p2 - 1 - (1 + h) * a
>     c = 2 * a * (1 / 0.6 - 1) - 2 * v
>     printf "top-1 sends %.2f, top-2 %.2f beside at most %.2f: %.0f %% or more; ", a, 2 * a, 2 * v,
>            100 * a / (a + v)
>     printf "60 %% needs %.2f more, %.0f %% of the compute\n", c, 100 * c / (1 - (1 - h) * a)
>     pair = sprintf("%.0f to %.0f", 200 * a / (s + v + a), 200 * a / p2)
> }
> BEGIN {
>     bound(0.705, 1 / 0.735, 1 / 0.855, 1 / 0.575)
>     bound(0.7, 1 / 0.73, 1 / 0.85, 1 / 0.58)
>     print "of the pair " pair " %"
> }
> END
$ awk -f bound.awk
| top-1 sends 0.51, top-2 1.02 beside at most 0.50: 67 % or more; 60 % needs 0.18 more, 22 % of the compute
| top-1 sends 0.53, top-2 1.06 beside at most 0.43: 71 % or more; 60 % needs 0.28 more, 33 % of the compute
| of the pair 50 to 61 %

On two nodes all is hidden: h = 1, and 2 a of a pair that takes p2 at least.

$ awk 'BEGIN { printf "of the pair %.0f %% at most\n", 200 * (1 / 0.76 - 1) * 0.57 }'
| of the pair 36 % at most

Table 4, in parts of top-2's iteration: with all of ScMoE's All-to-Alls hidden and costs that grow alike from copy to
copy, top-3 less top-2 is v + a, ScMoE-2 less ScMoE v, top-2 less ScMoE-2 2 a - M. The last column is M at the edges of
rounding, half a hundredth each.

$ cat >table4.awk <<END
> function shared(pos2, top3, two) { return 2 * (1 / top3 - 1 - (1 / two - 1 / pos2)) - (1 - 1 / two) }
> \$1 == "scmoe-table4" { of[\$3] = \$4 }
> \$1 == "scmoe-table4" && \$3 == "ScMoE-2" {
>     printf "%s: the shared expert takes %.1f %%, at most %.1f %%\n", \$2,
>            100 * shared(of["ScMoE Pos-2"], of["top-3"], \$4),
>            100 * shared(of["ScMoE Pos-2"] - 0.005, of["top-3"] - 0.005, \$4 + 0.005)
> }
> END
$ awk -F, -f table4.awk said.csv
| inference: the shared expert takes -5.7 %, at most -3.4 %
| training: the shared expert takes -3.9 %, at most -1.5 %

Figure 1's caption has six times the A30 box's bandwidth between A800s. The efficiency that was fitted to the shares
there makes the same All-to-Alls (column 13) about as many times faster.

$ scmoesim run --topology 8xa30-pcie --schedule top2 --set /model/routing_dtype=fp32 \
>     --set /model/dispatch_dtype=fp16 -o pcie.csv
$ scmoesim run --topology 8xa800-nvlink --set /topology/link_types/nvlink/efficiency_ratio=0.245 \
>     --schedule top2 --set /model/routing_dtype=fp32 --set /model/dispatch_dtype=fp16 -o nvlink.csv
$ awk -F, 'FNR == 2 { a2a_s[FILENAME] = $13 } END { printf "%.1f times\n", a2a_s["pcie.csv"] / a2a_s["nvlink.csv"] }' \
>     pcie.csv nvlink.csv
| 5.5 times
