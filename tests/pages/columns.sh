#!/bin/sh
# doc/results.md explains every column that is written.
#   columns.sh SCMOESIM PAGE
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missing=0

# explained WHAT: the header row on standard input has only columns that the page names.
explained() {
    grep -v '^#' | head -n 1 | tr ',' '\n' >"$work/columns"
    [ "$(wc -l <"$work/columns")" -gt 5 ]
    while IFS= read -r column; do
        grep -q "\`$column\`" "$page" || {
            echo "$page: nothing about the column $column of $1"
            missing=1
        }
    done <"$work/columns"
}

program=$1 page=$2
"$program" run --schedule top2 -o - >"$work/run"
explained run <"$work/run"
"$program" alltoall --bytes 1MiB -o - >"$work/alltoall"
explained alltoall <"$work/alltoall"
"$program" validate scmoe-fig8 -o - >"$work/validate" || [ $? -eq 1 ]
explained validate <"$work/validate"
exit $missing
