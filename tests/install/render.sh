#!/bin/sh
# A manual page renders without a warning.   render.sh GROFF PAGE
set -eu
warnings=$("$1" -man -Tutf8 -ww -z "$2" 2>&1)
[ -z "$warnings" ] || {
    printf '%s\n' "$warnings"
    exit 1
}
