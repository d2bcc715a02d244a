#!/bin/sh
# README.md and doc/accuracy.md keep their word: every ```sh block runs (one marked ```sh skip does not), a
# ```text block behind one is what the program prints, and a picture is what it draws.
#   readme.sh check|bless SCMOESIM [SOURCE]
set -eu
action=$1
binary=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
source=$(cd "${3-$(dirname "$0")/../..}" && pwd)
[ -f "$source/README.md" ] || exit 77
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

mask_version() {
    sed 's/^\(# scmoesim  *\)[0-9].*/\1VERSION/' "$1"
}

# split DOCUMENT FOLDER: blocks to N.sh, results shown behind them to N.text, their number to blocks.
split() {
    awk -v to_folder="$2" '
        /^```sh$/ { to = to_folder "/" ++blocks ".sh"; behind = 0; next }
        /^```text$/ && behind { to = to_folder "/" blocks ".text"; behind = 0; next }
        /^```/ { if (to ~ /sh$/) behind = 1; else if (!to) behind = 0; to = ""; next }
        to { print > to }
        !to && /^#/ { behind = 0 }
        END { print blocks + 0 > (to_folder "/blocks") }' "$1"
}

# join DOCUMENT FOLDER: the document with what the blocks printed.
join() {
    awk -v from="$2" '
        /^```sh$/ { blocks++; inside = behind = 1; print; next }
        /^```text$/ && behind && !inside {
            print
            while ((getline line < (from "/" blocks ".out")) > 0) print line
            while ((getline line) > 0 && line !~ /^```/) { }
            print line
            behind = 0
            next
        }
        /^```/ { if (!inside) behind = 0; inside = 0 }
        !inside && /^#/ { behind = 0 }
        { print }' "$1"
}

failed=0
for document in README.md doc/accuracy.md; do
    folder=$work/$(basename "$document")
    mkdir "$folder"
    split "$source/$document" "$folder"
    at=0
    while [ $at -lt "$(cat "$folder/blocks")" ]; do
        at=$((at + 1))
        echo "# block $at of $document"
        cat "$folder/$at.sh"
        (cd "$work/stand" && sh -eu "$folder/$at.sh" >"$folder/$at.out" </dev/null) || {
            echo "# block $at of $document failed"
            failed=1
        }
        if [ -f "$folder/$at.text" ] && [ "$action" = check ]; then
            mask_version "$folder/$at.text" >"$work/shown"
            mask_version "$folder/$at.out" >"$work/printed"
            diff -u "$work/shown" "$work/printed" || failed=1
        fi
    done
    [ $at -gt 0 ] || {
        echo "$document has no \`\`\`sh block to run"
        failed=1
    }
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
    for document in README.md doc/accuracy.md; do
        join "$source/$document" "$work/$(basename "$document")" >"$work/blessed"
        cat "$work/blessed" >"$source/$document"
    done
fi
exit $failed
