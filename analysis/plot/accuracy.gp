# Predicted against measured: a point per row, the diagonal, and a band of ten per cent around it.
#   xcol, ycol   measured and predicted (defaults "measured_s" and "predicted_s")
#   series       column whose values have colours (default none)
folder = ARG0[1 : strlen(ARG0) - strlen("accuracy.gp")]
if (!exists("xcol")) xcol = "measured_s"
if (!exists("ycol")) ycol = "predicted_s"
load folder . "common.gp"
if (!exists("series")) series = ""
if (!exists("height")) height = 76.0

if (strlen(series)) {
    stats csv using ((@where) && column(ycol) == column(ycol) ? note_word(strcol(series)) : 0):(1) nooutput
}
lines = words_found; line_count = strlen(series) ? count_found : 1; longest_line = longest_found
line_name(i) = strlen(series) ? word(lines, i) : ""
mine(i) = !strlen(series) || strcol(series) eq line_name(i)
stats csv using ((@where) ? column(xcol) : NaN):((@where) ? column(ycol) : NaN) name "S" nooutput
stats csv using ((@where) ? 100 * abs(column(ycol) / column(xcol) - 1) : NaN) name "E" nooutput
low = S_min_x < S_min_y ? S_min_x : S_min_y
high = S_max_x > S_max_y ? S_max_x : S_max_y
logarithmic = low > 0 && high >= 5 * low
middle = logarithmic ? sqrt(low * high) : high
f = scale(xcol, middle)
low = logarithmic ? low * f / 1.25 : low * f - 0.05 * (high - low) * f
high = logarithmic ? high * f * 1.25 : high * f + 0.05 * (high * f - low)

entries = line_count > 1 ? line_count : 0
columns = legend_columns(longest_line)
head = legend_height(entries, columns) + (strlen(title) ? 4.0 : 0.0) + 2.5
foot = 9.6
total = head + foot + height - 12
eval set_terminal
set output out
top_mm = total - head; bottom_mm = foot
set tmargin at screen top_mm / total
set bmargin at screen bottom_mm / total
x_name = "Measured (" . unit_at(xcol, middle) . ")"
y_name = "Predicted (" . unit_at(xcol, middle) . ")"
eval axis_names
do for [i = 1 : entries] {
    x1 = (legend_x(i, columns) + 2.5) / width; x2 = x1 + 2.0 / width; y1 = legend_y(i, columns) / total
    tag = 500 + i; entry = line_name(i)
    set label tag "" at screen x1, screen y1 point pointtype mark_of(i) pointsize 0.5 linecolor rgb colour_of(i)
    tag = 600 + i
    set label tag entry at screen x2, screen y1 left noenhanced
}
if (strlen(title)) { set label 3 title at screen 0.5, screen 1 center offset 0, -0.8 noenhanced }
entry = sprintf("%d points: median error %.1f %%, largest %.1f %%", E_records, E_median, E_max)
set label 4 entry at graph 0.03, 0.95 left font small_font
set label 5 "band: ±10 %" at graph 0.97, 0.06 right font small_font textcolor rgb grey
ticks = ""
if (logarithmic) {
    set logscale xy
    v = 10 ** floor(log10(low)); decades = log10(high / low)
    while (v <= high) {
        do for [m in (decades < 2.5 ? "1 2 5" : "1")] {
            w = v * real(m)
            if (w >= low && w <= high) { ticks = ticks . sprintf("%s\"%g\" %.9g", strlen(ticks) ? ", " : "", w, w) }
        }
        v = v * 10
    }
    eval "set xtics (" . ticks . "); set ytics (" . ticks . ")"
}
set xrange [low : high]
set yrange [low : high]
set grid xtics ytics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4
set samples 200
plot "+" using 1:(0.9 * $1):(1.1 * $1) with filledcurves fillcolor rgb "#EEEEEE" notitle, \
     x with lines linecolor rgb grey linewidth 0.8 notitle, \
     for [i = 1 : line_count] csv using ((@where) && mine(i) ? column(xcol) * f : NaN):(column(ycol) * f) \
        with points linecolor rgb colour_of(i) pointtype mark_of(i) pointsize 0.5 notitle
set output
