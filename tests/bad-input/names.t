Names that nothing has: what was wanted, a near name, the names there are; status 3.

$ scmoesim run --model gpt2-moe-smal
! scmoesim: unknown model "gpt2-moe-smal"; did you mean "gpt2-moe-small"?; known: deepseek-v3, gpt2-moe-medium, gpt2-moe-small, gpt3-moe-xl, llama2-moe, longcat-flash, nemotron-3-nano, nemotron-3-super, qwen3-235b-a22b, qwen3-30b-a3b, swinv2-moe-b, swinv2-moe-s
[3]
$ scmoesim run --model bert
! scmoesim: unknown model "bert"; known: deepseek-v3, gpt2-moe-medium, gpt2-moe-small, gpt3-moe-xl, llama2-moe, longcat-flash, nemotron-3-nano, nemotron-3-super, qwen3-235b-a22b, qwen3-30b-a3b, swinv2-moe-b, swinv2-moe-s
[3]
$ scmoesim run --model ''
! scmoesim: unknown model ""; known: deepseek-v3, gpt2-moe-medium, gpt2-moe-small, gpt3-moe-xl, llama2-moe, longcat-flash, nemotron-3-nano, nemotron-3-super, qwen3-235b-a22b, qwen3-30b-a3b, swinv2-moe-b, swinv2-moe-s
[3]
$ scmoesim run --topology 8xa30-pci
! scmoesim: unknown topology "8xa30-pci"; did you mean "8xa30-pcie"?; known: 16x8xh100-fat-tree, 1xa30, 2x72xgb200-nvl72, 2x8xa100-pcie-2nic, 2x8xa800-nvlink, 2x8xrtx3090, 2xh200-nvlink, 32x4xa100-dragonfly, 4x8xh100-ib, 72xgb200-nvl72, 8xa100-pcie, 8xa30-pcie, 8xa40-pairs, 8xa800-nvlink, 8xb200-nvlink, 8xh100-nvlink, 8xh200-nvlink
[3]
$ scmoesim run --schedule scmoe-pos4
! scmoesim: unknown schedule "scmoe-pos4"; did you mean "scmoe-pos1"?; known: combined-1f1b, dgmoe, forward-backward, megatron-shortcut, megatron-shortcut-serial, scmoe-offload, scmoe-offload-wait, scmoe-pos1, scmoe-pos2, scmoe-pos2-pipelined, scmoe-pos3, scmoe2, shared, shared-overlap, single-batch, top1, top1-pipelined, top2, top2-pipelined, top3, two-batch
[3]
$ scmoesim run --schedule top2,scmoe_pos2,nope
! scmoesim: unknown schedule "scmoe_pos2"; did you mean "scmoe-pos2"?; known: combined-1f1b, dgmoe, forward-backward, megatron-shortcut, megatron-shortcut-serial, scmoe-offload, scmoe-offload-wait, scmoe-pos1, scmoe-pos2, scmoe-pos2-pipelined, scmoe-pos3, scmoe2, shared, shared-overlap, single-batch, top1, top1-pipelined, top2, top2-pipelined, top3, two-batch
! scmoesim: unknown schedule "nope"; known: combined-1f1b, dgmoe, forward-backward, megatron-shortcut, megatron-shortcut-serial, scmoe-offload, scmoe-offload-wait, scmoe-pos1, scmoe-pos2, scmoe-pos2-pipelined, scmoe-pos3, scmoe2, shared, shared-overlap, single-batch, top1, top1-pipelined, top2, top2-pipelined, top3, two-batch
[3]
$ scmoesim run --baseline topp2
! scmoesim: unknown schedule "topp2"; did you mean "top2"?; known: combined-1f1b, dgmoe, forward-backward, megatron-shortcut, megatron-shortcut-serial, scmoe-offload, scmoe-offload-wait, scmoe-pos1, scmoe-pos2, scmoe-pos2-pipelined, scmoe-pos3, scmoe2, shared, shared-overlap, single-batch, top1, top1-pipelined, top2, top2-pipelined, top3, two-batch
[3]
$ scmoesim run --set /topology/gpu=h10-sxm
! scmoesim: unknown GPU "h10-sxm"; did you mean "h100-sxm"?; known: a100, a30, a40, a800, b200, gb200, gb300, h100-sxm, h200, h800, rtx-3090
[3]
$ scmoesim topology show 8xa100
! scmoesim: unknown topology "8xa100"; did you mean "8xa100-pcie"?; known: 16x8xh100-fat-tree, 1xa30, 2x72xgb200-nvl72, 2x8xa100-pcie-2nic, 2x8xa800-nvlink, 2x8xrtx3090, 2xh200-nvlink, 32x4xa100-dragonfly, 4x8xh100-ib, 72xgb200-nvl72, 8xa100-pcie, 8xa30-pcie, 8xa40-pairs, 8xa800-nvlink, 8xb200-nvlink, 8xh100-nvlink, 8xh200-nvlink
[3]
$ scmoesim run --topology nodes=2,gpu=h100sxm,nic=8x400G
! scmoesim: nodes=2,gpu=h100sxm,nic=8x400G: gpu: no link figures are known for "h100sxm": give fabric and bandwidth
[3]
