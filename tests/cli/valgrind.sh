#!/bin/sh
# One run under valgrind: no error, nothing of ours leaked, and the bytes of a run without it.
#   valgrind.sh SCMOESIM VALGRIND
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if nm -D "$1" 2>/dev/null | grep -q __asan_init; then
    echo "built with the address sanitizer, which valgrind cannot run"
    exit 77
fi

program=$1 valgrind=$2
watched() {
    "$valgrind" --quiet --error-exitcode=1 --leak-check=full --errors-for-leak-kinds=definite \
        "$program" "$@"
}

for mode in inference training; do
    "$program" run --mode $mode -o "$work/plain.csv"
    watched run --mode $mode -o "$work/valgrind.csv" --trace "$work/t.json" \
        --timeline "$work/t.svg"
    cmp "$work/plain.csv" "$work/valgrind.csv"
done
watched run --schedule top2,scmoe-pos2 >/dev/null
watched run --schedule top2,scmoe-pos2 --network simgrid >/dev/null

# What each command does before it has any input.
for command in run list topology check plan fit compare sweep merge solve plot; do
    watched $command --help >/dev/null
done
