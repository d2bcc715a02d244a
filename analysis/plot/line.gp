# Lines: y over x, one line per series, one panel per facet. Where y is a speedup, break-even (1) is drawn
# and where a line crosses it.
#   xcol, ycol  columns
#   series    column whose values are lines (default "schedule" where there is one; "" for one line)
#   facet     column whose values are panels
#   logx      1 or 0; default: 1 where x spans a factor of 20
folder = ARG0[1 : strlen(ARG0) - strlen("line.gp")]
if (!exists("xcol") || !exists("ycol")) {
    print "set xcol='COLUMN' and ycol='COLUMN' with -e"
    exit status 2
}
load folder . "common.gp"
if (!exists("series")) series = "schedule"
if (!exists("height")) height = 58.0

# ---- what is there ----
if (strlen(series)) {
    stats csv using ((@where) && column(ycol) == column(ycol) ? note_word(strcol(series)) : 0):(1) nooutput
}
lines = words_found
line_count = strlen(series) ? count_found : 1
longest_line = longest_found
words_found = ""; count_found = 0
if (strlen(facet)) {
    stats csv using ((@where) && column(ycol) == column(ycol) ? note_word(strcol(facet)) : 0):(1) nooutput
}
panels = words_found
panel_count = strlen(facet) ? count_found : 1
line_name(i) = strlen(series) ? word(lines, i) : ""
panel_name(p) = strlen(facet) ? word(panels, p) : ""
mine(i, p) = (!strlen(series) || strcol(series) eq line_name(i)) && \
    (!strlen(facet) || strcol(facet) eq panel_name(p))

stats csv using ((@where) ? column(xcol) : NaN):((@where) ? column(ycol) : NaN) name "S" nooutput
speedup = ends(ycol, "speedup_ratio")

# ---- the ticks of x: powers of two where they are the data, else 1, 2, 5 ----
set table $values
plot csv using ((@where) && column(ycol) == column(ycol) ? column(xcol) : NaN):(column(ycol)) smooth unique
unset table
value_count = 0; twos = 1
do for [k = 1 : |$values|] {
    if (words($values[k]) == 3 && word($values[k], 1) ne "#") {
        v = num(word($values[k], 1)); value_count = value_count + 1
        if (v <= 0 || abs(log(v) / log(2) - floor(log(v) / log(2) + 0.5)) > 1e-6) { twos = 0 }
    }
}
if (!exists("logx")) logx = S_min_x > 0 && (S_max_x >= 20 * S_min_x || (twos && value_count > 2 && S_max_x >= 4 * S_min_x))
# The prefix of a logarithmic axis suits its middle.
typical_x = logx ? sqrt(S_min_x * S_max_x) : S_max_x
fx = scale(xcol, typical_x)
fy = scale(ycol, S_max_y)
ticks = ""; ticks_bare = ""
if (logx && twos && fx == 1 && value_count > 1) {
    step = 1 + int(log(S_max_x / S_min_x) / log(2) / 9)
    v = S_min_x * fx
    while (v <= S_max_x * fx * 1.001) {
        ticks = ticks . (strlen(ticks) ? ", " : "") . sprintf("\"%s\" %.9g", count_text(v), v)
        ticks_bare = ticks_bare . (strlen(ticks_bare) ? ", " : "") . sprintf("\"\" %.9g", v)
        v = v * 2 ** step
    }
} else { if (logx) {
    decades = log10(S_max_x / S_min_x)
    v = 10 ** floor(log10(S_min_x * fx))
    while (v <= S_max_x * fx * 1.001) {
        do for [m in (decades < 3.2 ? "1 2 5" : "1")] {
            w = v * real(m)
            if (w >= S_min_x * fx * 0.999 && w <= S_max_x * fx * 1.001) {
                ticks = ticks . (strlen(ticks) ? ", " : "") . sprintf("\"%s\" %.9g", short_text(w), w)
                ticks_bare = ticks_bare . (strlen(ticks_bare) ? ", " : "") . sprintf("\"\" %.9g", w)
            }
        }
        v = v * 10
    }
} }

# ---- the figure ----
key_entries = (line_count > 1 ? line_count : 0) + (speedup && line_count > 1 ? 1 : 0)
key_columns = legend_columns(longest_line > 10 || !speedup ? longest_line : 10)
head = legend_height(key_entries, key_columns) + (strlen(title) ? 4.0 : 0.0) + 2.5
panel_head = strlen(facet) ? 4.0 : 0.0
foot = 9.6
total = head + foot + panel_count * (height - 12)
eval set_terminal
set output out

if (logx) { set logscale x }
# A little more than the data on a logarithmic axis: rounding must not drop the ticks at its ends.
set xrange [S_min_x * fx * (logx ? 0.999 : 1.0) : S_max_x * fx * (logx ? 1.001 : 1.0)]
if (!logx) { set offsets graph 0.02, graph 0.02, 0, 0 } 
low = S_min_y * fy; high = S_max_y * fy
if (speedup) { low = low < 1 ? low : 1; high = high > 1 ? high : 1 }
if (is_share(ycol)) { low = 0; high = high > 100 ? high : 100 }
if (!speedup && low > 0 && low < 0.5 * high) { low = 0 }
room = high > low ? 0.05 * (high - low) : 0.1 * high
set yrange [low - (low == 0 ? 0 : room) : high + room]
set ytics tick_step(high - low + 2 * room, (height - 16.0) / 5.5)
y_name = label_of(ycol, S_max_y)

set multiplot
do for [p = 1 : panel_count] {
    top = total - head - (p - 1) * (height - 12)
    top_mm = top - panel_head
    bottom_mm = top - (height - 12) + (p < panel_count ? 3.0 : 0.0)
    set tmargin at screen top_mm / total
    set bmargin at screen bottom_mm / total
    unset label
    unset arrow
    unset object
    if (strlen(facet)) {
        set label 1 panel_text(panel_name(p)) at graph 0, 1 offset 0, 0.6 left noenhanced
    }
    if (p == panel_count) {
        x_name = label_of(xcol, typical_x)
        if (strlen(ticks)) { eval "set xtics (" . ticks . ") nomirror" } else { set xtics format "%g" nomirror }
    } else {
        x_name = ""
        set xtics format ""
        if (strlen(ticks)) { eval "set xtics (" . ticks_bare . ") nomirror" }
    }
    shared = panel_count > 1 && p == 1 ? y_name : ""
    if (panel_count > 1) { y_name = "" }
    eval axis_names
    if (strlen(shared)) { y_name = shared; eval shared_name }
    if (p == 1 && key_entries > 0) {
        do for [i = 1 : key_entries] {
            x1 = legend_x(i, key_columns) / width; x2 = x1 + 5.0 / width
            x3 = (x1 + x2) / 2; x4 = x2 + 1.2 / width; y1 = legend_y(i, key_columns) / total
            even = i > line_count; tag = 500 + i; entry = even ? "break-even" : line_name(i)
            dash = even ? 2 : dash_of(i)
            set arrow tag from screen x1, screen y1 to screen x2, screen y1 nohead linecolor rgb (even ? grey : colour_of(i)) dashtype dash linewidth (even ? 0.9 : 1.4)
            if (!even) { set label 500+i "" at screen x3, screen y1 point pointtype mark_of(i) pointsize 0.45 linecolor rgb colour_of(i) }
            tag = 600 + i
            set label tag entry at screen x4, screen y1 left noenhanced
        }
    }
    crossings = 0
    if (speedup) {
        do for [i = 1 : line_count] {
            set table $one
            plot csv using ((@where) && mine(i, p) ? column(xcol) * fx : NaN):(column(ycol) * fy) smooth unique
            unset table
            have = 0
            do for [k = 1 : |$one|] {
                if (words($one[k]) == 3 && word($one[k], 1) ne "#") {
                    ax = num(word($one[k], 1)); ay = num(word($one[k], 2))
                    if (have && (by - 1) * (ay - 1) < 0) {
                        share = (1 - by) / (ay - by)
                        cx = logx ? bx * (ax / bx) ** share : bx + (ax - bx) * share
                        crossings = crossings + 1
                        tag = 100 + crossings; entry = short_text(cx); up = 0.04 + 0.07 * ((crossings - 1) % 3)
                        set arrow tag from first cx, first 1 to first cx, graph 0 nohead dashtype 3 linecolor rgb colour_of(i) linewidth 0.8 back
                        tag = 200 + crossings
                        set label tag entry at first cx, graph up left offset 0.4, 0 font small_font textcolor rgb colour_of(i)
                        tag = 300 + crossings
                        set object tag circle at first cx, first 1 size graph 0.012 fillcolor rgb "white" fillstyle solid border linecolor rgb colour_of(i) front
                    }
                    bx = ax; by = ay; have = 1
                }
            }
        }
    }
    if (strlen(title) && p == 1) {
        set label 3 title at screen 0.5, screen 1 center offset 0, -0.8 noenhanced
    }
    every_mark = value_count <= 30 ? 1 : value_count / 12
    plot for [i = 1 : line_count] csv \
        using ((@where) && mine(i, p) ? column(xcol) * fx : NaN):(column(ycol) * fy) smooth unique \
        with linespoints linecolor rgb colour_of(i) pointtype mark_of(i) pointsize 0.45 \
        pointinterval every_mark linewidth 1.4 dashtype dash_of(i) notitle, \
        speedup ? 1 : NaN with lines dashtype 2 linecolor rgb grey linewidth 0.9 notitle
}
unset multiplot
set output
