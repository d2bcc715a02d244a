#!/bin/sh
# The last ten commits have subjects of at most 72 characters.
#   subjects.sh SOURCE
# Skipped (77) where git does not know them.
set -eu
cd "$1"
subjects=$(git log --no-merges --max-count=10 --format=%s 2>/dev/null) || {
    echo "skipped: no git, or no history"
    exit 77
}
if printf '%s\n' "$subjects" | LC_ALL=C.UTF-8 grep -E '.{73}'; then
    echo "subjects of more than 72 characters"
    exit 1
fi
