#!/bin/sh
# The commands of doc/sweeps.md run, and draw the pictures that it shows.
#   gallery.sh check|bless SCMOESIM SOURCE
set -eu
action=$1 scmoesim=$(realpath "$2") source=$(realpath "$3")
command -v gnuplot >/dev/null || {
    echo "skipped: no gnuplot"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$scmoesim" "$work/bin/scmoesim"
PATH=$work/bin:$PATH
SCMOESIM_DATA=$source
export PATH SCMOESIM_DATA
cd "$work"
awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on' "$source/doc/sweeps.md" >commands
sh -eu commands

# Another gnuplot may draw the same in other words; the pictures are of 5.4.
failed=0
for shown in $(sed -n 's/^!\[.*](\(figures\/.*\.svg\))$/\1/p' "$source/doc/sweeps.md"); do
    drawn=${shown#figures/}
    [ -s "$drawn" ] || {
        echo "no command draws $drawn"
        failed=1
        continue
    }
    if [ "$action" = bless ]; then
        cp "$drawn" "$source/doc/$shown"
    elif gnuplot --version | grep -q '^gnuplot 5\.4 '; then
        diff -I '^<desc>Produced by' "$drawn" "$source/doc/$shown" >difference || {
            echo "doc/$shown is not what is drawn now:"
            head -n 20 difference
            failed=1
        }
    fi
done
exit $failed
