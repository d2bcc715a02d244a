# A heat map: zcol by colour over xcol and ycol, one panel per facet. Columns and rows of cells are the
# values that the table has, evenly spaced. Where zcol is a speedup, white is 1 and a line marks break-even.
#   xcol, ycol, zcol   columns
#   facet              column whose values are panels (default "schedule" where there is one)
folder = ARG0[1 : strlen(ARG0) - strlen("heatmap.gp")]
if (!exists("xcol") || !exists("ycol") || !exists("zcol")) {
    print "set xcol='COLUMN', ycol='COLUMN' and zcol='COLUMN' with -e"
    exit status 2
}
if (!exists("facet")) facet = "schedule"
load folder . "common.gp"
if (!exists("height")) height = 52.0

if (strlen(facet)) {
    stats csv using ((@where) && column(zcol) == column(zcol) ? note_word(strcol(facet)) : 0):(1) nooutput
}
panels = words_found
panel_count = strlen(facet) ? count_found : 1
panel_name(p) = strlen(facet) ? word(panels, p) : ""
mine(p) = !strlen(facet) || strcol(facet) eq panel_name(p)

stats csv using ((@where) ? column(xcol) : NaN):((@where) ? column(ycol) : NaN) name "S" nooutput
stats csv using ((@where) ? column(zcol) : NaN) name "Z" nooutput
typical(low, high) = low > 0 && high >= 20 * low ? sqrt(low * high) : high
typical_x = typical(S_min_x, S_max_x)
typical_y = typical(S_min_y, S_max_y)
fx = scale(xcol, typical_x); fy = scale(ycol, typical_y); fz = scale(zcol, Z_max)
speedup = ends(zcol, "speedup_ratio")

# ---- the values of both axes, sorted, and the place of a value among them ----
set table $xs
plot csv using ((@where) ? column(xcol) * fx : NaN):(column(zcol)) smooth unique
set table $ys
plot csv using ((@where) ? column(ycol) * fy : NaN):(column(zcol)) smooth unique
unset table
array xv[|$xs|]
array yv[|$ys|]
nx = 0; ny = 0
do for [k = 1 : |$xs|] {
    if (words($xs[k]) == 3 && word($xs[k], 1) ne "#") { nx = nx + 1; xv[nx] = num(word($xs[k], 1)) }
}
do for [k = 1 : |$ys|] {
    if (words($ys[k]) == 3 && word($ys[k], 1) ne "#") { ny = ny + 1; yv[ny] = num(word($ys[k], 1)) }
}
near(a, b) = abs(a - b) <= 1e-5 * abs(a) + 1e-300
place_x(v, k) = k > nx ? NaN : near(xv[k], v) ? k : place_x(v, k + 1)
place_y(v, k) = k > ny ? NaN : near(yv[k], v) ? k : place_y(v, k + 1)

# ---- labels of some values, so that they do not touch ----
text_x(k) = strlen(unit(xcol)) ? short_text(xv[k]) : count_text(xv[k])
text_y(k) = strlen(unit(ycol)) ? short_text(yv[k]) : count_text(yv[k])
longest = 1
do for [k = 1 : nx] { if (strlen(text_x(k)) > longest) { longest = strlen(text_x(k)) } }
step_x = ceil(nx * (longest * 1.3 + 1.5) / (width - 32.0))
step_y = ceil(ny * 3.6 / (height - 12.0))
ticks_x = ""; ticks_y = ""; ticks_bare = ""
do for [k = 1 : nx : step_x] { ticks_x = ticks_x . sprintf("%s%s %d", strlen(ticks_x) ? ", " : "", literal(text_x(k)), k)
    ticks_bare = ticks_bare . sprintf("%s\"\" %d", strlen(ticks_bare) ? ", " : "", k) }
do for [k = 1 : ny : step_y] { ticks_y = ticks_y . sprintf("%s%s %d", strlen(ticks_y) ? ", " : "", literal(text_y(k)), k) }

# ---- colours: blue is more, orange less than break-even; blue alone where there is no break-even ----
low = Z_min * fz; high = Z_max * fz
if (high <= low) { high = low + (low == 0 ? 1 : abs(low) * 0.01) }
if (speedup && low < 1 && high > 1) {
    eval sprintf("set palette defined (%.9g \"#A04000\", %.9g \"#F0B27A\", 1 \"white\", %.9g \"#7FB3D5\", %.9g \"#0B3C5D\")", low, (low + 1) / 2, (1 + high) / 2, high)
} else {
    set palette defined (0 "#F4F8FB", 0.5 "#56B4E9", 1 "#0B3C5D")
}
set cbrange [low : high]

head = (strlen(title) ? 4.0 : 0.0) + 2.0
panel_head = strlen(facet) ? 4.0 : 0.0
foot = 9.6
right_mm = 18.5
total = head + foot + panel_count * (height - 12)
eval set_terminal
set output out
set rmargin at screen 1 - right_mm / width
set xrange [0.5 : nx + 0.5]
set yrange [0.5 : ny + 0.5]
unset grid
set border 15
set colorbox user
set cbtics format "%g" offset -0.8, 0 scale 0.3
z_name = label_of(zcol, Z_max)
y_name = label_of(ycol, typical_y)
array cell[nx * ny]
at(i, j) = (j - 1) * nx + i

set multiplot
do for [p = 1 : panel_count] {
    top = total - head - (p - 1) * (height - 12)
    top_mm = top - panel_head
    bottom_mm = top - (height - 12) + (p < panel_count ? 3.0 : 0.0)
    set tmargin at screen top_mm / total
    set bmargin at screen bottom_mm / total
    unset label
    unset arrow
    eval "set ytics (" . ticks_y . ") scale 0.3"
    eval "set xtics (" . (p < panel_count ? ticks_bare : ticks_x) . ") scale 0.3"
    x_name = p < panel_count ? "" : label_of(xcol, typical_x)
    eval axis_names
    box_x = 1 - (right_mm - 1.5) / width; box_y = bottom_mm / total
    box_w = 3.0 / width; box_h = (top_mm - bottom_mm) / total
    set colorbox user origin screen box_x, screen box_y size screen box_w, screen box_h
    name_x = 1 - 2.6 / width; name_y = (bottom_mm + top_mm) / 2 / total
    set label 12 z_name at screen name_x, screen name_y center rotate by 90 noenhanced
    if (strlen(facet)) { set label 1 panel_text(panel_name(p)) at graph 0, 1 offset 0, 0.6 left noenhanced }
    if (strlen(title) && p == 1) { set label 3 title at screen 0.5, screen 1 center offset 0, -0.8 noenhanced }
    do for [k = 1 : nx * ny] { cell[k] = NaN }
    keep(i, j, z) = (i == i && j == j ? (cell[at(int(i), int(j))] = z) : NaN)
    set table $ignored
    plot csv using ((@where) && mine(p) ? place_x(column(xcol) * fx, 1) : NaN):((@where) && mine(p) ? \
        keep(place_x(column(xcol) * fx, 1), place_y(column(ycol) * fy, 1), column(zcol) * fz) : NaN)
    unset table
    edges = 0
    if (speedup) {
        do for [j = 1 : ny] { do for [i = 1 : nx] {
            if (i < nx && (cell[at(i, j)] - 1) * (cell[at(i + 1, j)] - 1) < 0) {
                edges = edges + 1; tag = 1000 + edges
                set arrow tag from first i + 0.5, first j - 0.5 to first i + 0.5, first j + 0.5 nohead linecolor rgb "black" linewidth 1.2 front
            }
            if (j < ny && (cell[at(i, j)] - 1) * (cell[at(i, j + 1)] - 1) < 0) {
                edges = edges + 1; tag = 1000 + edges
                set arrow tag from first i - 0.5, first j + 0.5 to first i + 0.5, first j + 0.5 nohead linecolor rgb "black" linewidth 1.2 front
            }
        } }
        if (edges) { set label 4 "line: break-even" at graph 1, 1 offset 0, 0.6 right }
    }
    plot csv using ((@where) && mine(p) ? place_x(column(xcol) * fx, 1) : NaN):(place_y(column(ycol) * fy, 1)):(0.505):(0.505):(column(zcol) * fz) \
        with boxxyerror fillcolor palette fillstyle solid noborder notitle
}
unset multiplot
set output
