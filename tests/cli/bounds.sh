#!/bin/sh
# Law: no All-to-All alone takes less than its bound, on any cluster, by any algorithm, at any size. Setup, cost of a
# message and floor are left out, which would hide it.
#   bounds.sh SCMOESIM
set -u
scmoesim=$(realpath "$1")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

sizes=1,63,1000,4097,65536,1000003,16MiB,64MiB,1e9
play() {
    "$scmoesim" alltoall --bytes $sizes --set /topology/all_to_all/setup_s=0 --set /topology/all_to_all/per_peer_s=0 \
        --set /topology/all_to_all/floor_s=0 -o - "$@"
}
while read -r topology options; do
    for algorithm in pairwise pairwise-rounds hierarchical two-hop low-latency host-staged; do
        # Algorithms that do not fit the cluster are refused.
        play --topology $topology --a2a $algorithm $options 2>error >table || {
            grep -q "^scmoesim: All-to-All algorithm $algorithm " error || { cat error; exit 1; }
            continue
        }
        sed 1d table >>all
    done
done <<END
8xa30-pcie
8xa30-pcie
8xh100-nvlink
2x8xrtx3090
2x8xa100-pcie-2nic
4x8xh100-ib
32x4xa100-dragonfly
2x72xgb200-nvl72
gpu=a40,fabric=pairs
nodes=8,gpu=h100-sxm,nic=8x400G
nodes=8,gpu=h100-sxm,nic=8x400G --ep 16
nodes=4,gpu=a30,gpus=4,nic=2x100G --fold never
nodes=3,gpu=h200,gpus=5,nic=1x200G,fabric=star,bandwidth=100GB/s,latency=2us
nodes=16,gpu=h200,gpus=4,nic=4x400G,network=dragonfly:4:2
nodes=8,gpu=h200,gpus=4,nic=4x400G,network=fat-tree:2:1.5,leaf=2,pod=2
8xa30-pcie --set /topology/degraded=[{"links":"node0/pcie1-socket0","bandwidth_ratio":0.5}]
END

# SimGrid takes ends within a nanosecond for one, in each step, and a link for full within 1e-9 of its rate. What is
# folded has neither: then rounding is all.
awk -F, '
    { ratio = $(NF - 1); ranks = $(NF - 8); ep = $(NF - 7); bytes = $(NF - 5); time_s = $(NF - 4) }
    { slack = $NF < ranks ? 1e-12 : 3e-9 + 1e-9 * ep / time_s; rows++; folded += $NF < ranks }
    ratio < 1 - slack { print "below its bound: " $0; failed = 1 }
    END {
        print rows " All-to-Alls, " folded " of them folded"
        exit failed || rows < 400 || folded < 150
    }' all
