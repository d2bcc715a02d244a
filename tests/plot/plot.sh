#!/bin/sh
# Figures of what the program computes: each is drawn in every format, and says what it shows.
#   plot.sh SCMOESIM SOURCE
set -u
scmoesim=$(realpath "$1") source=$(realpath "$2")
command -v gnuplot >/dev/null || {
    echo "skipped: no gnuplot"
    exit 77
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
fail() {
    echo "FAIL: $*"
    failed=1
}

# draw NAME TEXT... -- ARGUMENTS: an SVG that holds each text.
draw() {
    name=$1
    shift
    texts=
    while [ "$1" != -- ]; do
        texts="$texts$1
"
        shift
    done
    shift
    "$scmoesim" plot "$@" -o "$name.svg" || fail "$name: not drawn"
    xmllint --noout "$name.svg" 2>/dev/null || ! command -v xmllint >/dev/null || fail "$name: no XML"
    # gnuplot writes each label as one <text>, in pieces where fonts change.
    sed -e 's/<[^>]*>//g' -e 's/^[[:space:]]*//' "$name.svg" >"$name.text"
    printf '%s' "$texts" | while IFS= read -r text; do
        grep -qF -- "$text" "$name.text" || echo "$text"
    done >missing
    [ ! -s missing ] || fail "$name does not say: $(cat missing)"
}
refuse() {
    want=$1
    shift
    "$scmoesim" plot -o refused.svg "$@" 2>error && fail "drawn: $*"
    grep -qF -- "$want" error || fail "expected \"$want\", got \"$(cat error)\""
    [ ! -e refused.svg ] || fail "a refused figure is there"
}

# Words of a table are drawn: gnuplot runs none of them.
cat >words.csv <<'END'
schedule,speedup_ratio
`touch ran`,1.5
it's,2
END
draw words '`touch ran`' "it's" -- words.csv --kind bar --x schedule --y speedup_ratio
[ ! -e ran ] || fail "a figure ran a command of its table"

for sweep in internode-bandwidth tokens experts-top-k sm-share pcie-generation; do
    "$scmoesim" sweep $sweep --quiet -o $sweep.csv || fail "$sweep"
done
"$scmoesim" run -o run.csv
"$scmoesim" sweep --quiet --model gpt2-moe-medium --topology 2x8xa800-nvlink --baseline shared \
    --schedule shared,top1-pipelined --vary /tokens=128..8192:4log \
    --vary /topology/link_types/network/bandwidth_bytes_per_s=10Gb/s,100Gb/s,1000Gb/s -o grid.csv

# By itself from the columns, and the standard figures by name.
draw tokens 'Tokens per GPU' 'Speedup of a block pair (×)' scmoe-pos2 break-even 32Ki -- tokens.csv
draw sm 'SMs held by communication (%)' -- sm-share.csv
draw bandwidth 'Network bandwidth of a node (Gb/s)' 2000 dgmoe -- internode-bandwidth.csv \
    --figure speedup-bandwidth --bits
draw bandwidth-bytes 'Network bandwidth (GB/s)' -- internode-bandwidth.csv
draw experts Experts 'Routed experts per token: 1' 'Routed experts per token: 4' -- experts-top-k.csv
draw boxes 'PCIe bandwidth: 15.75 GB/s' 'gpu=a30,gpus=16,fabric=pcie' -- pcie-generation.csv
draw overlap GPUs 'Communication overlapped (%)' -- pcie-generation.csv --figure overlap-ranks \
    --where /topology/link_types/pcie/bandwidth_bytes_per_s=31.508GB/s
draw heatmap 'Tokens per GPU' 'line: break-even' top1-pipelined -- grid.csv --figure speedup-heatmap
! grep -q '^shared$' heatmap.text || fail "the baseline, 1 everywhere, has a panel"
draw breakdown 'Time of a block pair (ms)' 'exposed dispatch' 'hidden communication' attention MLP \
    'shared expert' gate 'encode, decode' expert scmoe-pos2-pipelined -- run.csv --title 'Eight A30s'
{
    echo 'operator,measured_s,predicted_s'
    echo 'gemm,1e-3,1.05e-3'
    echo 'gemm,5e-3,5e-3'
    echo 'attention,1e-2,0.9e-2'
} >accuracy.csv
# errors are 5, 0 and 10 per cent
draw accuracy 'Measured (ms)' 'Predicted (ms)' '3 points: median error 5.0 %, largest 10.0 %' \
    attention -- accuracy.csv --figure predicted-measured --series operator

# A panel for each kind, whatever the number of them; fit draws what it writes.
"$scmoesim" fit "$source/traces/h100-sxm/gradients.csv" --hold-out 2048 --residuals residuals.csv \
    --plot fit.svg >/dev/null || fail "fit draws nothing"
draw residuals 'attention: 32 rows' 'output projection: 32 rows' 'input gradient' 'weight gradient' \
    'open: held out' 'Error of the fit (%)' 'Measured (µs)' -- residuals.csv
cmp residuals.svg fit.svg || fail "fit draws something else than plot"

# CSV from elsewhere, with its own columns.
printf 'nodes,time_s,library\n1,0.001,a\n2,0.003,a\n1,0.002,"b, c"\n2,0.005,"b, c"\n' >foreign.csv
draw foreign Nodes 'Time (ms)' 'b, c' -- foreign.csv --x nodes --y time_s --series library

# Every format, the same bytes each time.
for format in svg png pdf; do
    "$scmoesim" plot tokens.csv -o one.$format
    [ $format != pdf ] || sleep 1.1 # a date inside would show
    "$scmoesim" plot tokens.csv -o two.$format
    [ -s one.$format ] || fail "$format is empty"
    cmp one.$format two.$format || fail "$format differs from run to run"
done
head -c 4 one.png | grep -q PNG || fail "no PNG"
head -c 4 one.pdf | grep -q %PDF || fail "no PDF"

# Scripts alone on the CSV draw the same.
gnuplot -d -e "csv='tokens.csv'; out='alone.svg'; xcol='/tokens'; ycol='speedup_ratio'" \
    "$source/analysis/plot/line.gp" || fail "line.gp alone"
cmp alone.svg tokens.svg || fail "line.gp alone draws something else"
gnuplot -d -e "csv='run.csv'; out='alone.svg'" "$source/analysis/plot/breakdown.gp" ||
    fail "breakdown.gp alone"

refuse 'missing column "speed"' tokens.csv --y speed
refuse 'missing column "compute_time_s"' foreign.csv --kind breakdown
refuse 'missing column "error_ratio"' foreign.csv --kind residuals
refuse 'lines 2 and 4 fall on one place' grid.csv --x /tokens --series schedule --facet model
refuse 'no row has schedule = "top9"' tokens.csv --where schedule=top9
refuse 'column schedule: expected a number, got "top2"' tokens.csv --y schedule
refuse 'no column suits --x' foreign.csv
refuse 'expected a name ending in .svg, .png or .pdf' tokens.csv -o fig.jpg
refuse '--kind: expected "line"' tokens.csv --kind pie
refuse '--figure: expected "speedup-bandwidth"' tokens.csv --figure pie
refuse 'no column that ends in "bandwidth_bytes_per_s"' tokens.csv --figure speedup-bandwidth
PATH=/nonexistent "$scmoesim" plot tokens.csv -o refused.svg 2>error && fail "drawn without gnuplot"
grep -q 'gnuplot is needed' error || fail "without gnuplot: $(cat error)"
[ -z "$(ls -A | grep '^\.scmoesim')" ] || fail "temporary files are left"
exit $failed
