#!/bin/sh
# Points per second and core of sweeps on 8 GPUs with four schedules a point, what a second core brings,
# and what one process per point would give, all on this machine in this run.
#   sweep.sh SCMOESIM [POINTS]
# Prints and never fails on time: a loaded machine is not a bug. Goals: 3000 points/s and core, 1.8 on two.
set -eu
scmoesim=$(realpath "$1") points=${2-16384}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
now() { date +%s.%N; }

# wall COMMAND...: the shortest of three runs, in seconds.
wall() {
    best=
    for run in 1 2 3; do
        rm -f out.csv
        begin=$(now)
        "$@" >/dev/null
        end=$(now)
        best=$(echo "$begin $end ${best:-1e9}" | awk '{ t = $2 - $1; print t < $3 ? t : $3 }')
    done
    echo "$best"
}

echo "model gpt2-moe-medium, schedules top2, shared, scmoe-pos2 and dgmoe; $points points; $(nproc) cores"
printf '%-48s %10s %10s %7s %12s %7s\n' 'sweep' '1 core' '2 cores' 'gain' 'a process' 'ratio'
printf '%-48s %10s %10s %7s %12s %7s\n' '' '(points/s)' '(points/s)' '' 'a point (/s)' ''
measure() {
    name=$1 topology=$2 vary=$3 set=$4
    common="--model gpt2-moe-medium --topology $topology --schedule top2,shared,scmoe-pos2,dgmoe"
    one=$(wall "$scmoesim" sweep $common --vary "$vary:${points}log" --quiet -j 1 -o out.csv)
    two=$(wall "$scmoesim" sweep $common --vary "$vary:${points}log" --quiet -j 2 -o out.csv)
    alone=$(wall sh -c "for i in 1 2 3 4 5 6 7 8 9 10; do
        '$scmoesim' run $common --set '$set' -o out.csv; done")
    echo "$one $two $alone $points" | awk -v name="$name" '{
        printf "%-48s %10.0f %10.0f %7.2f %12.1f %7.0f\n", name, $4 / $1, $4 / $2, $1 / $2,
            10 / $3, $4 / $1 * $3 / 10 }'
}
measure '8 A800 on NVSwitch, tokens' 8xa800-nvlink /tokens=512..32768 /model/tokens_per_gpu=4096
measure '8 A800 on NVSwitch, link bandwidth' 8xa800-nvlink \
    /topology/link_types/nvlink/bandwidth_bytes_per_s=20GB/s..800GB/s \
    /topology/link_types/nvlink/bandwidth_bytes_per_s=1e11
measure '8 A30 on PCIe, tokens' 8xa30-pcie /tokens=512..32768 /model/tokens_per_gpu=4096
measure '8 A30 on PCIe, link bandwidth' 8xa30-pcie \
    /topology/link_types/pcie/bandwidth_bytes_per_s=10GB/s..400GB/s \
    /topology/link_types/pcie/bandwidth_bytes_per_s=3e10
