doc/accuracy.md's proof that two of Figure 1's shares contradict the ScMoE paper's other figures, from the published
figures alone (column 8 of what validate writes).

$ scmoesim validate scmoe-table2 scmoe-fig8 -o published.csv >shown
[1]
$ sed 's/"GPT2-MoE, inference"/GPT2-MoE/' published.csv |
>     awk -F, '$2 ~ /^GPT2|a30/ && $12 == "prediction" { printf "%s, %s: %.4f\n", $2, $3, $8 }'
| GPT2-MoE, shared expert: 1.0600
| GPT2-MoE, ScMoE Pos-2: 1.1700
| 8xa30-pcie, hidden All-to-All: 0.7000
| 8xa30-pcie, gain over shared expert: 1.3699
| 8xa30-pcie, gain over pipelined top-2: 1.7241
| 8xa30-pcie, gain over pipelined top-1: 1.1765

Table 2: s over the shared expert's MoE and r over ScMoE are 1.06 and 1.17 of top-2's inference; what ScMoE hides is
1 / s - 1 / r of it, top-2's All-to-All twice that, at the edges of rounding 2 (1 / 1.065 - 1 / 1.165).

$ awk 'BEGIN { printf "%.1f %.1f %.1f\n", 100 * (1 / 1.06 - 1 / 1.17), 200 * (1 / 1.06 - 1 / 1.17),
>     200 * (1 / 1.065 - 1 / 1.165) }'
| 8.9 17.7 16.1

Figure 8 on the A30 box, in units of ScMoE's pair: h of the All-to-All a of top-1 hidden saves s - 1, so a = (s - 1) / h,
and a pair computes 1 - (1 - h) a = B + M + c + v: backbone, the shared expert M, MoE compute c that does not depend on
k and v for each of k copies. Unpipelined, top-1 takes B + c + v + a = s - M, top-2 B + c + 2 v + 2 a. Pipelining hides
s - M - p1 of top-1's All-to-All, and at most twice that of top-2's, whose is 1 - (1 - h) a - M + v + 2 a - p2: hence
v <= 2 s - 2 p1 + p2 - 1 - (1 + h) a - M. Of top-2's MoE time 2 a is the share; 60 % would leave c = 2 a (1 / 0.6 - 1) - 2 v.
The second line is at the edges of rounding, half a per cent each.

$ cat >bound.awk <<END
> function bound(h, s, p1, p2) {
>     a = (s - 1) / h
>     v = 2 * s - 2 * p1 + p2 - 1 - (1 + h) * a
>     c = 2 * a * (1 / 0.6 - 1) - 2 * v
>     printf "top-1 sends %.2f, top-2 %.2f beside at most %.2f: %.0f %% or more; ", a, 2 * a, 2 * v,
>            100 * a / (a + v)
>     printf "60 %% needs %.2f more, %.0f %% of the compute\n", c, 100 * c / (1 - (1 - h) * a)
> }
> BEGIN { bound(0.7, 1 / 0.73, 1 / 0.85, 1 / 0.58); bound(0.705, 1 / 0.735, 1 / 0.855, 1 / 0.575) }
> END
$ awk -f bound.awk
| top-1 sends 0.53, top-2 1.06 beside at most 0.43: 71 % or more; 60 % needs 0.28 more, 33 % of the compute
| top-1 sends 0.51, top-2 1.02 beside at most 0.50: 67 % or more; 60 % needs 0.18 more, 22 % of the compute
