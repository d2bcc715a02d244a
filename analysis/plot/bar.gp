# Bars: ycol over the values of xcol, which may be words; bars side by side per series, a panel per facet.
#   xcol, ycol, series (default "schedule"), facet
folder = ARG0[1 : strlen(ARG0) - strlen("bar.gp")]
if (!exists("xcol") || !exists("ycol")) {
    print "set xcol='COLUMN' and ycol='COLUMN' with -e"
    exit status 2
}
load folder . "common.gp"
if (!exists("series")) series = "schedule"
if (!exists("height")) height = 54.0

if (strlen(series)) { stats csv using ((@where) && column(ycol) == column(ycol) ? note_word(strcol(series)) : 0):(1) nooutput }
lines = words_found; line_count = strlen(series) ? count_found : 1; longest_line = longest_found
words_found = ""; count_found = 0; longest_found = 0
if (strlen(facet)) { stats csv using ((@where) && column(ycol) == column(ycol) ? note_word(strcol(facet)) : 0):(1) nooutput }
panels = words_found; panel_count = strlen(facet) ? count_found : 1
words_found = ""; count_found = 0; longest_found = 0
stats csv using ((@where) && column(ycol) == column(ycol) ? note_word(strcol(xcol)) : 0):(1) nooutput
groups = words_found; group_count = count_found
line_name(i) = strlen(series) ? word(lines, i) : ""
panel_name(p) = strlen(facet) ? word(panels, p) : ""
mine(i, p) = (!strlen(series) || strcol(series) eq line_name(i)) && (!strlen(facet) || strcol(facet) eq panel_name(p))
rank_of(w, k) = k > group_count ? NaN : word(groups, k) eq w ? k : rank_of(w, k + 1)
stats csv using ((@where) ? column(ycol) : NaN) name "S" nooutput
fy = scale(ycol, S_max)
speedup = ends(ycol, "speedup_ratio")

# Words under the bars: level where they fit, else slanted.
longest = 1
largest = 0
do for [k = 1 : group_count] { w = word(groups, k); if (is_number(w) && num(w) > largest) { largest = num(w) } }
group_text(k) = is_number(word(groups, k)) ? (strlen(unit(xcol)) ? short_text(num(word(groups, k)) * scale(xcol, largest)) : count_text(num(word(groups, k)))) : word(groups, k)
do for [k = 1 : group_count] { if (strlen(group_text(k)) > longest) { longest = strlen(group_text(k)) } }
slanted = longest * letter > 0.92 * (width - 15.5) / group_count
# Slanted words reach to the left of the first bars.
need_mm = (0.78 * longest * letter - (width - right_mm) / (2.0 * group_count)) / (1 - 1 / (2.0 * group_count))
left_mm = slanted && need_mm > left_mm ? need_mm : left_mm
set lmargin at screen left_mm / width
ticks = ""
ticks_bare = ""
do for [k = 1 : group_count] { ticks_bare = ticks_bare . sprintf("%s\"\" %d", k > 1 ? ", " : "", k); ticks = ticks . sprintf("%s%s %d", k > 1 ? ", " : "", literal(group_text(k)), k) }

entries = (line_count > 1 ? line_count : 0)
columns = legend_columns(longest_line)
head = legend_height(entries, columns) + (strlen(title) ? 4.0 : 0.0) + 2.5
panel_head = strlen(facet) ? 4.0 : 0.0
foot = slanted ? 8.0 + longest * letter * 0.75 : 9.6
total = head + foot + panel_count * (height - 12)
eval set_terminal
set output out
set xrange [0.5 : group_count + 0.5]
set yrange [0 : S_max * fy * 1.06]
set ytics tick_step(S_max * fy * 1.06, (height - 16.0) / 5.5)
gap = 0.22
bar = (1.0 - gap) / line_count
y_name = label_of(ycol, S_max)
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
    eval "set xtics (" . (p < panel_count ? ticks_bare : ticks) . ") nomirror scale 0"
    if (slanted) { set xtics rotate by 40 right offset 0.3, -0.2 noenhanced } else { set xtics noenhanced }
    x_name = p < panel_count ? "" : label_of(xcol, largest)
    shared = panel_count > 1 && p == 1 ? y_name : ""
    if (panel_count > 1) { y_name = "" }
    eval axis_names
    if (strlen(shared)) { y_name = shared; eval shared_name }
    if (slanted) { x1 = 0.5; y1 = 2.0 / total; set label 10 x_name at screen x1, screen y1 center noenhanced }
    if (strlen(facet)) { set label 1 panel_text(panel_name(p)) at graph 0, 1 offset 0, 0.6 left noenhanced }
    if (strlen(title) && p == 1) { set label 3 title at screen 0.5, screen 1 center offset 0, -0.8 noenhanced }
    if (p == 1) { do for [i = 1 : entries] {
        x1 = legend_x(i, columns) / width; x2 = x1 + 4.0 / width; x3 = x2 + 1.2 / width
        y1 = legend_y(i, columns) / total; up = y1 + 1.1 / total; down = y1 - 1.1 / total
        tag = 400 + i; entry = line_name(i)
        set object tag rectangle from screen x1, screen down to screen x2, screen up fillcolor rgb colour_of(i) fillstyle solid noborder
        set label tag entry at screen x3, screen y1 left noenhanced
    } }
    if (speedup) { set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead dashtype 2 linecolor rgb "black" linewidth 0.9 front }
    place(i) = rank_of(strcol(xcol), 1) - 0.5 + gap / 2 + (i - 1) * bar
    plot for [i = 1 : line_count] csv using ((@where) && mine(i, p) ? place(i) : NaN):(0):(place(i)):(place(i) + bar * 0.92):(0):(column(ycol) * fy) \
        with boxxyerror fillcolor rgb colour_of(i) fillstyle solid noborder notitle
}
unset multiplot
set output
