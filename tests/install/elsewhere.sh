#!/bin/sh
# A build folder outside the source tree, set up by meson: the program finds the data of its sources, from
# wherever one stands, and prints the same bytes as that of any other build folder, without a path of the
# machine in them. Nothing is compiled: the place of the sources is not in the program.
#   elsewhere.sh SCMOESIM SOURCE
set -eu
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
source=$2
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
unset SCMOESIM_DATA
meson setup "$there/build" "$source" -Dprobe=disabled >"$there/log" || {
    cat "$there/log"
    exit 1
}
cp "$program" "$there/build/scmoesim"

# write FOLDER PROGRAM: results of every kind.
write() {
    mkdir "$1"
    (
        cd "$1"
        "$2" run --schedule top2,scmoe-pos2 --timeline run.svg -o run.json >run.txt
        "$2" run --schedule top2 --trace trace.json -o run.csv >csv.txt
        "$2" plan -o plan.json
        cp "$source/traces/h100-sxm/models.csv" "$source/traces/h100-sxm/copies.csv" .
        "$2" replay plan.json --costs models.csv --costs copies.csv -o timeline.json >replay.txt
        "$2" topology show nodes=2,gpu=h100-sxm,nic=8x400G --json >topology.json
        "$2" topology export 8xa30-pcie -o platform.xml
        "$2" alltoall -o alltoall.csv >alltoall.txt
        "$2" sweep tokens --quiet -o sweep.csv >sweep.txt
        "$2" list gpus >list.txt
    )
}
write "$there/here" "$program"
write "$there/elsewhere" "$there/build/scmoesim"
diff -r "$there/here" "$there/elsewhere"
for path in "$source" "$there"; do
    if grep -rlF "$path" "$there/here" "$there/elsewhere"; then
        echo "$path stands in results"
        exit 1
    fi
done
