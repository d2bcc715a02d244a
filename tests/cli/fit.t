Constants from measured times. Here the times are made up, 5 us and 25 GB/s for copies, so the answer is
known.

$ awk 'BEGIN { print "# gpu: none"; print "kind,protocol,bytes,time_s"
>     for (bytes = 4096; bytes < 1e9; bytes *= 4)
>         printf "copy_h2d,hot,%d,%.12g\n", bytes, 5e-6 + bytes / 25e9 }' >copies.csv
$ scmoesim check copies.csv
| copies.csv: fine
$ scmoesim fit copies.csv | grep -A1 '^  copy_h2d'
|   copy_h2d                                9     0.0      0.0         -
|     latency us         5 (5 .. 5.01)  GB/s          25 (25 .. 25)
