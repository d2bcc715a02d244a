#!/bin/sh
# traces/validation/uncertainty.csv is what make-uncertainty writes.
#   uncertainty.sh SCMOESIM SOURCE
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SCMOESIM_DATA=$2 "$2/traces/validation/make-uncertainty" "$1" >"$work/uncertainty.csv"
diff -u "$2/traces/validation/uncertainty.csv" "$work/uncertainty.csv"
