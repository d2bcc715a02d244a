Several cost files as one table. The hand-made case (top2 4609.5 us) in two parts, the second of which says once more,
and wrongly, what attention takes (1200 us instead of 600): the first file's row counts. The pair has two attentions.

$ grep -v '^expert' data/tests/data/hand-costs.csv >one.csv
$ { echo kind,pass,tokens,time_s; grep '^expert' data/tests/data/hand-costs.csv
>   echo attention,forward,8192,1200e-6; } >two.csv
$ echo 'scmoesim run --model data/tests/data/hand-model.json --topology data/tests/data/star-8.json --schedule top2 "$@"' >hand
$ sh hand --costs one.csv --costs two.csv | grep -A3 -e '# costs' -e '^  top2  '
| # costs       one.csv, two.csv: 100 % of compute time measured
| # All-to-All  pairwise: setup 0 s, SM share 0, folded: 1 of 8 GPUs stands for
| #             all, 1 kinds of flows for 56 pairs; bound by node0/gpu0-switch>
| #             (53.7 GB/s)
| --
|   top2       4.609     1.00   4.609     1.00   2.189  1.095  1.095      0.0
| #
| # schedule  slot chunks A2A/bound  limited by, share of path
|   top2         -      -      1.00  compute 53 % (most in attention)
$ sh hand --costs two.csv --costs one.csv | grep '^  top2  '
|   top2       5.809     1.00   5.809     1.00   2.190  1.095  1.095      0.0
|   top2         -      -      1.00  compute 62 % (most in attention)
$ sh hand --costs one.csv | grep -A2 '# costs'
| # costs       one.csv: 27 % of compute time measured; synthesised from the
| #             roofline of a800: expert
| # All-to-All  pairwise: setup 0 s, SM share 0, folded: 1 of 8 GPUs stands for
$ cat >sweep.json <<END
> { "schema": "scmoesim/sweep/1", "name": "parts", "summary": "s", "source": "s",
>   "base": { "model": "data/tests/data/hand-model.json", "topology": "data/tests/data/star-8.json",
>             "schedules": ["top2"], "costs": ["one.csv", "two.csv"] },
>   "vary": [ { "pointer": "/tokens", "values": [8192] } ] }
> END
$ scmoesim sweep sweep.json -o file.csv
$ awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "pair_time_s") p = i }
>     { print $p }' file.csv
| pair_time_s
| 0.004609499999999999
$ scmoesim sweep --quiet --model data/tests/data/hand-model.json --topology data/tests/data/star-8.json --schedule top2 \
>     --vary '/costs=one.csv,two.csv;two.csv,one.csv;data/tests/data/hand-costs.csv' -o axis.csv
$ sed 's/,\(...\).csv"/ and \1"/' axis.csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "pair_time_s") p = i }
>     { print $1, $p }'
| /costs pair_time_s
| "one.csv and two" 0.004609499999999999
| "two.csv and one" 0.0058094999999999996
| data/tests/data/hand-costs.csv 0.004609499999999999

A list that is none, and a file that is missing.

$ sed 's/\["one.csv", "two.csv"\]/["one.csv", 7]/' sweep.json >bad.json && scmoesim sweep bad.json -o bad.csv
! scmoesim: bad.json: /base/costs/1: expected a string, got 7
[3]
$ sh hand --costs one.csv --costs three.csv
! scmoesim: three.csv: cannot be read: No such file or directory
[3]
$ sh hand --costs one.csv --costs "$(printf 'kind,time_s\nmlpp,1\n' >bad.csv; echo bad.csv)"
! scmoesim: bad.csv: line 2: kind: unknown kind "mlpp"; did you mean "mlp"?
[3]

The card is what the files say it is.

$ printf '# gpu: NVIDIA H200\nkind,dtype,tokens,hidden,time_s\nresidual,bf16,1000,64,1e-6\nresidual,bf16,2000,64,2e-6\n' >h200.csv
$ scmoesim fit h200.csv | head -2
| # h200.csv
| # protocol hot; peaks of gpu h200
$ sed 's/NVIDIA H200/a30/' h200.csv >a30.csv && scmoesim fit a30.csv | head -2
| # a30.csv
| # protocol hot; peaks of gpu a30
$ sed 's/H200/T4/' h200.csv >t4.csv && scmoesim fit t4.csv
! scmoesim: t4.csv: measured on "NVIDIA T4", which no file in models/gpu has among its device_names: choose the card with --gpu
[3]
$ scmoesim fit --gpu a30 t4.csv | head -2
| # t4.csv
| # protocol hot; peaks of gpu a30
$ sed 1d h200.csv >none.csv && scmoesim fit none.csv
! scmoesim: none.csv: no line "# gpu: NAME" tells the card: choose it with --gpu
[3]
$ scmoesim fit h200.csv a30.csv
! scmoesim: a30.csv: measured on "a30", but h200.csv on "NVIDIA H200"
[3]
$ scmoesim fit h200.csv none.csv | head -3
| # h200.csv
| # none.csv
| # protocol hot; peaks of gpu h200

Times of another card than the topology's are taken, and that is said; of a card that no file knows, nothing is.

$ scmoesim run --model gpt2-moe-medium --topology 8xa800-nvlink --schedule top2 --costs data/traces/h200-sxm/models.csv | grep -A1 '^# note'
| # note: costs were measured on "NVIDIA H200" and are taken for a800 as they are:
| #       the accuracy told is that on the card measured
$ scmoesim run --model gpt2-moe-medium --topology 8xh100-nvlink --schedule top2 --costs data/traces/h100-sxm/models.csv | grep -A1 '^# note'
[1]
$ sed 's/^# gpu: .*/# gpu: my own card/' data/traces/h200-sxm/models.csv >own.csv
$ scmoesim run --model gpt2-moe-medium --topology 8xa800-nvlink --schedule top2 --costs own.csv | grep -A1 '^# note'
[1]
