A card that rests clocks higher: operators cost what they cost at the duty that the play has. Here each takes 1 ms
where the GPU computes for half of the time or less and 2 ms where it never rests; a top-2 pair has seven of them.

$ cat >duty.csv <<END
> kind,protocol,duty_ratio,time_s
> attention,mixed,0.5,1e-3
> attention,mixed,1,2e-3
> mlp,mixed,0.5,1e-3
> mlp,mixed,1,2e-3
> gate,mixed,0.5,1e-3
> gate,mixed,1,2e-3
> encode,mixed,0.5,1e-3
> encode,mixed,1,2e-3
> expert,mixed,0.5,1e-3
> expert,mixed,1,2e-3
> decode,mixed,0.5,1e-3
> decode,mixed,1,2e-3
> END

Over PCIe the All-to-Alls take longer than 7 ms of compute, so the duty is below one half: 1 ms each. Over NVLink
they take A, less than that: compute C and duty d hold d = C / (C + A) and C = 7 ms (1 + 2 (d - 1/2)) = 14 ms d, so
that both together take 14 ms.

$ scmoesim run --schedule top2 --costs duty.csv -o pcie.csv
$ scmoesim run --schedule top2 --costs duty.csv --topology 8xh100-nvlink -o nvlink.csv
$ awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
>     FNR > 1 { compute = 1e3 * $at["compute_time_s"]; a2a = 1e3 * $at["a2a_time_s"]
>       printf "%.2f ms of compute, %.2f ms in all\n", compute, compute + a2a }' pcie.csv nvlink.csv
| 7.00 ms of compute, 14.40 ms in all
| 13.74 ms of compute, 14.00 ms in all

A file of hot times alone says nothing of rests.

$ sed 's/mixed,1,/hot,,/; /mixed/d' duty.csv >hot.csv
$ scmoesim run --schedule top2 --costs hot.csv -o hot-pcie.csv
$ awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { printf "%.2f ms\n", 1e3 * $at["compute_time_s"] }' hot-pcie.csv
| 14.00 ms
$ rm pcie.csv nvlink.csv hot-pcie.csv
