#!/bin/sh
# What is installed works, wherever one stands and with nothing set: it finds its data, also when all of it
# was moved.
#   install.sh BUILD PREFIX BINDIR DATADIR MANDIR
set -eu
build=$1 prefix=$2 bindir=$3 datadir=$4 mandir=$5
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
unset SCMOESIM_DATA
meson install -C "$build" --no-rebuild --quiet --destdir "$there"
root=$there$prefix

cd /
"$root/$bindir/scmoesim" run --schedule top2,scmoe-pos2 >"$there/table"
cat "$there/table"
grep -q '^  scmoe-pos2 ' "$there/table"
for shelf in models/moe models/gpu models/schedule topologies; do
    ls "$root/$datadir/scmoesim/$shelf"/*.json >/dev/null
done
ls "$root/$mandir/man1"/scmoesim.1* >/dev/null

# The data that was found is the data that was installed, also under another prefix.
rm "$root/$datadir/scmoesim/models/moe/gpt2-moe-small.json"
mv "$root" "$there/moved"
root=$there/moved
"$root/$bindir/scmoesim" list --brief models >"$there/models"
grep -q gpt2-moe-medium "$there/models"
if grep -q gpt2-moe-small "$there/models"; then
    echo "the installed program looked at other data than its own"
    exit 1
fi

# But SCMOESIM_DATA goes before it.
mkdir -p "$there/mine/models/moe" "$there/mine/topologies"
cp "$root/$datadir/scmoesim/models/moe/gpt2-moe-medium.json" "$there/mine/models/moe/alone.json"
SCMOESIM_DATA=$there/mine "$root/$bindir/scmoesim" list --brief models >"$there/models"
[ "$(sed -n 's/^\([^ ]\{1,\}\) .*/\1/p' "$there/models")" = alone ]
