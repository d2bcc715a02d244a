#!/bin/sh
# README.md keeps its word: every ```sh block runs (one marked ```sh skip does not), a ```text block
# behind one is what the program prints, and a picture is what it draws.
#   readme.sh check|bless SCMOESIM [SOURCE]
set -eu
action=$1
binary=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
source=$(cd "${3-$(dirname "$0")/../..}" && pwd)
readme=$source/README.md
[ -f "$readme" ] || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A reader stands in the source folder, with the program in build/.
mkdir -p "$work/stand/build"
for entry in "$source"/*; do
    case ${entry##*/} in
    build*) ;;
    *) ln -s "$entry" "$work/stand/" ;;
    esac
done
ln -s "$binary" "$work/stand/build/scmoesim"
PATH=$work/stand/build:$PATH
SCMOESIM_DATA=$source
export PATH SCMOESIM_DATA

# Blocks to N.sh, results shown behind them to N.text.
awk -v work="$work" '
    /^```sh$/ { to = work "/" ++blocks ".sh"; behind = 0; next }
    /^```text$/ && behind { to = work "/" blocks ".text"; behind = 0; next }
    /^```/ { if (to ~ /sh$/) behind = 1; else if (!to) behind = 0; to = ""; next }
    to { print > to }
    !to && /^#/ { behind = 0 }
    END { print blocks + 0 > (work "/blocks") }' "$readme"
blocks=$(cat "$work/blocks")
[ "$blocks" -gt 0 ] || {
    echo "README.md has no \`\`\`sh block to run"
    exit 1
}

mask_version() {
    sed 's/^\(# scmoesim  *\)[0-9].*/\1VERSION/' "$1"
}

failed=0
at=0
while [ $at -lt "$blocks" ]; do
    at=$((at + 1))
    echo "# block $at"
    cat "$work/$at.sh"
    (cd "$work/stand" && sh -eu "$work/$at.sh" >"$work/$at.out" </dev/null) || {
        echo "# block $at of README.md failed"
        failed=1
    }
    if [ -f "$work/$at.text" ] && [ "$action" = check ]; then
        mask_version "$work/$at.text" >"$work/shown"
        mask_version "$work/$at.out" >"$work/printed"
        diff -u "$work/shown" "$work/printed" || failed=1
    fi
done

for picture in "$work/stand"/*.svg; do
    shown=$source/doc/${picture##*/}
    [ -f "$picture" ] || continue
    if [ "$action" = bless ]; then
        cp "$picture" "$shown"
    elif [ -f "$shown" ]; then
        cmp "$shown" "$picture" || failed=1
    fi
done

# What a block that failed printed is nothing to show.
if [ "$action" = bless ] && [ $failed -eq 0 ]; then
    awk -v work="$work" '
        /^```sh$/ { blocks++; inside = behind = 1; print; next }
        /^```text$/ && behind && !inside {
            print
            while ((getline line < (work "/" blocks ".out")) > 0) print line
            while ((getline line) > 0 && line !~ /^```/) { }
            print line
            behind = 0
            next
        }
        /^```/ { if (!inside) behind = 0; inside = 0 }
        !inside && /^#/ { behind = 0 }
        { print }' "$readme" >"$work/README.md"
    cat "$work/README.md" >"$readme"
fi
exit $failed
