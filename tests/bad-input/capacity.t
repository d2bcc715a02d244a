More than the cluster can hold, and groups that do not come out even.

$ scmoesim run --model gpt3-moe-xl --set /model/experts=4096
! scmoesim: model gpt3-moe-xl with 4096 experts over 8 GPUs needs 414 GB on each for weights, but a30 has 24.0 GB
[3]
$ scmoesim run --model gpt3-moe-xl --set /model/experts=512 --mode training
! scmoesim: model gpt3-moe-xl with 512 experts over 8 GPUs needs 427 GB on each for weights, gradients and Adam states, but a30 has 24.0 GB
[3]
$ scmoesim run --set /model/experts=12
! scmoesim: the 12 experts of model swinv2-moe-s cannot be spread evenly over groups of 8 GPUs
[3]
$ scmoesim run --set /model/experts=12 --ep 5
! scmoesim: the 8 GPUs of topology 8xa30-pcie cannot form expert-parallel groups of 5
[3]
$ scmoesim run --ep 3
! scmoesim: the 8 GPUs of topology 8xa30-pcie cannot form expert-parallel groups of 3
[3]
$ scmoesim run --ep 16
! scmoesim: the 8 GPUs of topology 8xa30-pcie cannot form expert-parallel groups of 16
[3]
$ scmoesim run --set /model/experts=6 --topology gpu=a30,gpus=4
! scmoesim: the 6 experts of model swinv2-moe-s cannot be spread evenly over groups of 4 GPUs
[3]
$ scmoesim run --model gpt2-moe-medium --set /model/experts=2048 --topology nodes=256,gpu=h100-sxm,nic=8x400G --schedule top2 --mode training --fold never
! scmoesim: 4192256 flows would be played one by one (at most 1050000 are): fewer GPUs, or an All-to-All with fewer flows (--a2a two-hop, hierarchical)
[3]
$ scmoesim alltoall --topology nodes=512,gpu=h100-sxm,nic=8x400G --a2a pairwise-rounds
! scmoesim: there are too many flows to look at each, so that 16773120 flows would be played one by one (at most 1050000 are): fewer GPUs, or an All-to-All with fewer flows (--a2a two-hop, hierarchical)
[3]
$ scmoesim run --model gpt2-moe-medium --set /model/experts=2048 --topology nodes=256,gpu=h100-sxm,nic=8x400G --schedule top2 --routing zipf:1
! scmoesim: 4192256 flows would be played one by one (at most 1050000 are): fewer GPUs, or an All-to-All with fewer flows (--a2a two-hop, hierarchical)
[3]
