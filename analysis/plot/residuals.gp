# Errors of a fit over measured time, a panel for each kind of operator or copy, so that what the formula does
# not tell shows as a shape. Columns as of `scmoesim fit --residuals`: filled marks were fitted, open ones were
# held out. The band is ten per cent; a panel's figure is the mean of absolute errors.
#   panel, series   columns of panels and colours (defaults "kind" and none)
folder = ARG0[1 : strlen(ARG0) - strlen("residuals.gp")]
load folder . "common.gp"
if (!exists("panel")) panel = "kind"
if (!exists("series")) series = ""
if (!exists("height")) height = 17.0

stats csv using ((@where) ? note_word(strcol(panel)) : 0):(1) nooutput
panels = words_found; panel_count = count_found
words_found = ""; count_found = 0; longest_found = 0
if (strlen(series)) { stats csv using ((@where) && strlen(strcol(series)) ? note_word(strcol(series)) : 0):(1) nooutput }
lines = words_found; line_count = strlen(series) && count_found ? count_found : 1; longest_line = longest_found
line_name(i) = strlen(series) && count_found ? word(lines, i) : ""
in_panel(p) = (@where) && strcol(panel) eq word(panels, p)
mine(i, p) = in_panel(p) && (!strlen(line_name(i)) || strcol(series) eq line_name(i) || (i == 1 && !strlen(strcol(series))))
stats csv using ((@where) ? column("measured_s") : NaN):((@where) ? 100 * abs(column("error_ratio")) : NaN) name "S" nooutput
f = scale("measured_s", sqrt(S_min_x * S_max_x))
low = S_min_x * f / 1.5; high = S_max_x * f * 1.5
# Errors beyond the frame would press all others together: they lie on its edge.
edge = S_max_y < 15 ? 15.0 : S_max_y < 30 ? 30.0 : 50.0
step = edge == 15 ? 10.0 : edge == 30 ? 20.0 : 25.0
shown(e) = e > edge ? edge : e < -edge ? -edge : e

across = panel_count > 1 ? 2 : 1
down = (panel_count + across - 1) / across
entries = line_count > 1 ? line_count : 0
stats csv using ((@where) ? column("held_out") : NaN) name "H" nooutput
any_out = H_max > 0
columns = legend_columns(longest_line > 16 ? longest_line : 16)
head = legend_height(entries + any_out, columns) + (strlen(title) ? 4.0 : 0.0) + 1.0
foot = 9.6; panel_head = 4.2; gutter = 3.0
total = head + foot + down * (height + panel_head) - panel_head + 4.0
panel_mm = (width - left_mm - right_mm - (across - 1) * gutter) / across
eval set_terminal
set output out
ticks = ""; labelled = log10(high / low) > 7.0 / across ? 2 : 1
do for [d = ceil(log10(low)) : floor(log10(high))] {
    ticks = ticks . sprintf("%s\"%s\" %.9g", strlen(ticks) ? ", " : "", int(d) % labelled == 0 ? sprintf("%g", 10.0 ** d) : "", 10.0 ** d)
}
set logscale x
set xrange [low : high]
set yrange [-edge * 1.06 : edge * 1.06]
set grid xtics ytics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4
set multiplot
do for [p = 1 : panel_count] {
    place = (p - 1) % across; level = (p - 1) / across
    left_edge = left_mm + place * (panel_mm + gutter)
    top_mm = total - head - 4.0 - level * (height + panel_head)
    bottom_mm = top_mm - height
    set lmargin at screen left_edge / width
    set rmargin at screen (left_edge + panel_mm) / width
    set tmargin at screen top_mm / total
    set bmargin at screen bottom_mm / total
    unset label
    unset object
    lowest = p + across > panel_count
    eval "set xtics (" . ticks . ") nomirror " . (lowest ? "offset 0, tick_up" : "format ''")
    if (!lowest) { do for [d = ceil(log10(low)) : floor(log10(high))] { set xtics add ("" 10.0 ** d) } }
    if (place == 0) { set ytics step format "%g" } else { set ytics step format "" }
    stats csv using (in_panel(p) ? 100 * abs(column("error_ratio")) : NaN) name "E" nooutput
    entry = sprintf("%s: %d rows, %.1f %%", blanks(word(panels, p)), E_records, E_mean)
    set label 1 entry at graph 0, 1 offset 0, 0.55 left font small_font noenhanced
    set object 1 rectangle from graph 0, first -10 to graph 1, first 10 behind fillcolor rgb "#EEEEEE" fillstyle solid noborder
    if (lowest && place == 0) {
        middle_x = (left_mm + width - right_mm) / 2 / width; edge_y = 2.3 / total
        entry = "Measured (" . unit_at("measured_s", sqrt(S_min_x * S_max_x)) . ")"
        set label 10 entry at screen middle_x, screen edge_y center noenhanced
    }
    if (p == 1) {
        middle_y = (total - head + foot) / 2 / total; edge_x = 2.2 / width
        set label 11 "Error of the fit (%)" at screen edge_x, screen middle_y center rotate by 90 noenhanced
        do for [i = 1 : entries + any_out] {
            x1 = (legend_x(i, columns) + 2.5) / width; x2 = x1 + 2.0 / width; y1 = legend_y(i, columns) / total
            shade = i > entries ? "#000000" : colour_of(i); kind = i > entries ? 6 : 7
            set label 500 + i "" at screen x1, screen y1 point pointtype kind pointsize 0.4 linecolor rgb shade
            entry = i > entries ? "open: held out" : blanks(line_name(i))
            set label 600 + i entry at screen x2, screen y1 left noenhanced
        }
        if (strlen(title)) { set label 3 title at screen 0.5, screen 1 center offset 0, -0.8 noenhanced }
    }
    plot 0 with lines linecolor rgb grey linewidth 0.8 notitle, \
         for [i = 1 : line_count] csv using (mine(i, p) && column("held_out") != 1 ? column("measured_s") * f : NaN):(shown(100 * column("error_ratio"))) \
            with points linecolor rgb colour_of(i) pointtype 7 pointsize 0.3 notitle, \
         for [i = 1 : line_count] csv using (mine(i, p) && column("held_out") == 1 ? column("measured_s") * f : NaN):(shown(100 * column("error_ratio"))) \
            with points linecolor rgb colour_of(i) pointtype 6 pointsize 0.3 notitle
}
unset multiplot
set output
