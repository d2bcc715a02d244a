#!/bin/sh
# clang-format, as .clang-format configures it, leaves every source file as it is.
#   format.sh SOURCE
# Skipped (77) without clang-format 14, that of Debian 12: others break some lines elsewhere.
set -eu
cd "$1"
program=
for candidate in clang-format-14 clang-format; do
    if "$candidate" --version 2>/dev/null | grep -q ' version 14\.'; then
        program=$candidate
        break
    fi
done
[ -n "$program" ] || {
    echo "skipped: no clang-format 14 (Debian 12: apt-get install clang-format)"
    exit 77
}

# What git tracks; without git, what lies outside of build folders.
list() {
    git ls-files 2>/dev/null || find . -name 'build*' -prune -o -type f -print
}
list | grep -E '\.(c|h|cu|cuh)$' | while IFS= read -r file; do
    [ ! -e "$file" ] || printf '%s\0' "$file" # deleted, and git does not know yet
done | xargs -0 "$program" --dry-run --Werror
