One All-to-All alone. 8 GPUs on one NVSwitch: 7/8 of the bytes leave each GPU at 346 GB/s.

$ scmoesim alltoall --bytes 64MiB,1GiB --set /topology/all_to_all/setup_s=0 --set /topology/all_to_all/floor_s=0
| # scmoesim    VERSION
| # topology    8xh100-nvlink
| # run         8 GPUs in groups of 8; folded: 1 stands for all
| # bytes       that a rank sends, its own share included; algbw is bytes / time,
| #             busbw leaves the own share out
| #
| #      bytes       time      algbw      busbw  time/bound  algorithm
| #      (MiB)       (us)     (GB/s)     (GB/s)         (x)
|           64      171.6     390.97     342.10       1.000  pairwise
|         1024     2718.3     395.01     345.63       1.000  pairwise

4,096 GPUs on rails, one standing for all.

$ scmoesim alltoall --topology nodes=512,gpu=h100-sxm,nic=8x400G --bytes 64MiB
| # scmoesim    VERSION
| # topology    nodes=512,gpu=h100-sxm,nic=8x400G
| # run         4096 GPUs in groups of 4096; folded: 1 stands for all
| # bytes       that a rank sends, its own share included; algbw is bytes / time,
| #             busbw leaves the own share out
| #
| #      bytes       time      algbw      busbw  time/bound  algorithm
| #      (MiB)       (us)     (GB/s)     (GB/s)         (x)
|           64     1437.1      46.70      46.69       1.028  pairwise

Without setup and floor that is the bound.

$ for nodes in 32 128 512; do
>     scmoesim alltoall --topology nodes=$nodes,gpu=h100-sxm,nic=8x400G --bytes 64MiB \
>         --set /topology/all_to_all/setup_s=0 --set /topology/all_to_all/floor_s=0 | tail -1
> done
|           64     1357.6      49.43      49.24       1.000  pairwise
|           64     1390.3      48.27      48.22       1.000  pairwise
|           64     1398.5      47.99      47.97       1.000  pairwise

The same by SimGrid and folded, but for rounding.

$ scmoesim alltoall --topology 4x8xh100-ib --bytes 64MiB --fold never -o - | cut -d, -f1-5,9,10
| topology,ranks,ep,a2a_algorithm,bytes_per_rank,a2a_bound_ratio,simulated_ranks
| 4x8xh100-ib,32,32,pairwise,67108864,1.0366441768656771,32
$ scmoesim alltoall --topology 4x8xh100-ib --bytes 64MiB -o - | cut -d, -f1-5,9,10
| topology,ranks,ep,a2a_algorithm,bytes_per_rank,a2a_bound_ratio,simulated_ranks
| 4x8xh100-ib,32,32,pairwise,67108864,1.0366441768656771,1
$ for fold in auto never; do
>     scmoesim alltoall --topology 4x8xh100-ib --bytes 64MiB --fold $fold -o - | cut -d, -f6 | tail -1
> done | xargs printf '%.12f\n' | uniq | wc -l
| 1

NICs on one socket only: its GPUs are nearer to them, so two stand for all.

$ scmoesim alltoall --topology nodes=2,gpu=a30,gpus=8,fabric=pcie,nic=2x100G@socket0 --bytes 64MiB
| # scmoesim    VERSION
| # topology    nodes=2,gpu=a30,gpus=8,fabric=pcie,nic=2x100G@socket0
| # run         16 GPUs in groups of 16; folded: 2 stand for all
| # bytes       that a rank sends, its own share included; algbw is bytes / time,
| #             busbw leaves the own share out
| #
| #      bytes       time      algbw      busbw  time/bound  algorithm
| #      (MiB)       (us)     (GB/s)     (GB/s)         (x)
|           64    11638.8       5.77       5.41       1.040  pairwise

The fastest algorithm of each size; tokens that go once to a node.

$ scmoesim alltoall --topology 4x8xh100-ib --a2a auto --experts 256 --top-k 8 --bytes 64KiB,64MiB -o - | cut -d, -f4,5
| a2a_algorithm,bytes_per_rank
| pairwise,65536
| two-hop,67108864

9,728 flows, which are not SimGrid's to share links among; it gives the same.

$ scmoesim alltoall --topology nodes=32,gpu=h100-sxm,nic=8x400G --a2a two-hop --bytes 64MiB | tail -1
|           64     1396.1      48.07      47.88       1.028  two-hop

What does not work.

$ scmoesim alltoall --bytes 64MiB,much
! scmoesim alltoall: --bytes: expected sizes like 64MiB, got "much"
! Try 'scmoesim alltoall --help'.
[2]
$ scmoesim alltoall --top-k 2
! scmoesim alltoall: --experts and --top-k go together
! Try 'scmoesim alltoall --help'.
[2]
What cannot be folded says why.

$ scmoesim alltoall --topology 8xh100-nvlink --a2a pairwise-rounds --set '/topology/degraded/-={"links": "node0/gpu5-*", "bandwidth_ratio": 0.5}' --bytes 64MiB
| # scmoesim    VERSION
| # topology    8xh100-nvlink
| # run         8 GPUs in groups of 8
| #             not folded: too few GPUs are alike
| # bytes       that a rank sends, its own share included; algbw is bytes / time,
| #             busbw leaves the own share out
| #
| #      bytes       time      algbw      busbw  time/bound  algorithm
| #      (MiB)       (us)     (GB/s)     (GB/s)         (x)
|           64      391.2     171.55     150.10       1.146  pairwise-rounds
$ scmoesim alltoall --fold maybe
! scmoesim alltoall: --fold: expected auto or never, got "maybe"
! Try 'scmoesim alltoall --help'.
[2]
$ scmoesim alltoall --set /model/experts=8
! scmoesim alltoall: --set: expected /topology/POINTER=VALUE, got "/model/experts=8"
! Try 'scmoesim alltoall --help'.
[2]
$ scmoesim alltoall --ep 3
! scmoesim: groups of 3 ranks do not divide the 8 GPUs of topology "8xh100-nvlink"
[3]
$ scmoesim alltoall --ep 1
! scmoesim: a group of one GPU exchanges nothing
[3]
$ scmoesim alltoall 8xa30-pcie
! scmoesim alltoall: unexpected argument "8xa30-pcie"
! Try 'scmoesim alltoall --help'.
[2]
