#!/bin/sh
# Sweeps that are killed, interrupted, or run out of disk go on to the same bytes.
#   kill.sh SCMOESIM
set -u
scmoesim=$(realpath "$1")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
failed=0
fail() {
    echo "FAIL: $*"
    failed=1
}

arguments="sweep --quiet --schedule top2,scmoe-pos2,dgmoe --vary /tokens=256..16384:400log"
sweep() {
    "$scmoesim" $arguments "$@"
}
# Begins one in the background: pid is the program's own, which a function's would not be.
begin() {
    "$scmoesim" $arguments "$@" &
    pid=$!
}
# Waits until a file has that many lines, or the program ends.
grown() {
    while kill -0 $pid 2>/dev/null && [ "$(cat "$1" 2>/dev/null | wc -l)" -lt "$2" ]; do
        sleep 0.005
    done
}
sweep -j 1 -o whole.csv || fail "the sweep itself"
same() {
    cmp whole.csv "$1" || fail "$2"
}

for jobs in 2 3 7; do
    sweep -j $jobs -o jobs.csv || fail "-j $jobs"
    same jobs.csv "-j $jobs gives other bytes"
    rm jobs.csv
done
sweep -j 2 >stdout.csv || fail "to standard output"
same stdout.csv "standard output gives other bytes"

# Finished rows stay through kill -9 at any moment; half rows are nobody's. A busy machine may let a sweep
# end before it is killed: then another one is.
kills=0
for lines in 1 2 50 120 121 400 800 1100 1 2 50 120 121 400 800 1100; do
    begin -j 2 -o killed.csv --resume
    grown killed.csv $lines
    before=$(cat killed.csv 2>/dev/null | wc -l)
    kill -9 $pid 2>/dev/null && kills=$((kills + 1))
    wait $pid 2>/dev/null
    after=$(wc -l <killed.csv)
    [ "$after" -ge "$before" ] || fail "kill -9 took rows: $before before, $after after"
    if [ "$after" -gt 1200 ]; then # it may have been killed before it sorted them
        sweep -j 2 -o killed.csv --resume
        same killed.csv "kill -9 and --resume give other bytes"
        rm killed.csv
    fi
done 2>/dev/null
[ $kills -gt 3 ] || fail "only $kills of 16 sweeps were killed in time"
sweep -j 2 -o killed.csv --resume || fail "the last --resume"
same killed.csv "kill -9 and --resume give other bytes"
sweep -j 2 -o killed.csv --resume || fail "--resume of what is complete"
same killed.csv "--resume of what is complete changes it"

# Processes that play are killed: others take their place. The oldest each time and two in all, so that
# none dies twice at one point, which would be held responsible.
kills=0
for round in 1 2 3 4 5 6 7 8 9 10; do
    begin -j 2 -o worker.csv
    for lines in $((round * 50)) $((round * 50 + 100)); do
        grown worker.csv $lines
        pkill -9 -o -P $pid && kills=$((kills + 1))
    done
    wait $pid || fail "a sweep whose processes are killed"
    same worker.csv "killed processes give other bytes"
    rm worker.csv
    [ $kills -lt 6 ] || break
done
[ $kills -gt 3 ] || fail "only $kills processes were killed in time"

# SIGINT ends cleanly, with what is done in order and nothing half.
for try in 1 2 3 4 5; do
    begin -j 2 -o interrupted.csv 2>interrupted.err
    grown interrupted.csv 200
    kill -INT $pid 2>/dev/null
    wait $pid
    status=$?
    [ $status -eq 0 ] || break # it had ended
    rm interrupted.csv
done
[ $status -eq 130 ] || fail "SIGINT: status $status"
grep -q '^scmoesim sweep: interrupted: interrupted.csv has [0-9]* of 400 points; --resume goes on$' \
    interrupted.err || fail "SIGINT says: $(cat interrupted.err)"
grep -vxFf whole.csv interrupted.csv >/dev/null && fail "SIGINT left rows that the whole has not"
tail -n +2 interrupted.csv | cut -d, -f2 | sort -nc || fail "SIGINT left rows out of order"
sweep -j 2 -o interrupted.csv --resume || fail "--resume after SIGINT"
same interrupted.csv "SIGINT and --resume give other bytes"

# A full disk: a limit on the size of files does the same to write().
(ulimit -f 40; sweep -j 2 -o full.csv) 2>full.err
status=$?
[ $status -eq 3 ] || fail "full disk: status $status"
grep -q '^scmoesim: full.csv: File too large$' full.err || fail "full disk says: $(cat full.err)"
grep -q '^scmoesim: full.csv keeps [1-9][0-9]* of 400 points; --resume goes on$' full.err ||
    fail "full disk says: $(cat full.err)"
grep -vxFf whole.csv full.csv >/dev/null && fail "a full disk left half rows"
sweep -j 2 -o full.csv --resume || fail "--resume after a full disk"
same full.csv "a full disk and --resume give other bytes"

# Shards, from 0 or from 1 on, as arrays count.
for first in 0 1; do
    for i in 0 1 2; do
        sweep -j 2 -o part-$i.csv --shard $((first + i))/3 || fail "shard $i"
    done
    "$scmoesim" merge part-*.csv -o merged.csv || fail "merge"
    same merged.csv "shards from $first on give other bytes"
    rm part-*.csv
done
exit $failed
