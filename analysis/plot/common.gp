# What every figure shares: reading the CSV, units with SI prefixes, labels, colours, terminals.
#
# A figure works alone on a CSV with a header row, for example:
#
#   gnuplot -e "csv='out.csv'; out='fig.svg'; xcol='/tokens'; ycol='speedup_ratio'" analysis/plot/line.gp
#
# Variables that every figure knows (strings unless noted):
#   csv       the table
#   out       fig.svg, fig.png or fig.pdf
#   where     a condition on rows as a gnuplot expression, e.g. "strcol('schedule') eq 'top2'"
#   width     of the figure in millimetres, a number (default 85: a column of a paper)
#   height    of one panel in millimetres, a number
#   bits      1: rates in bits per second, as networks are sold
#   tabs      1: the table is separated by tabs
#   title     above the figure; none by default

if (!exists("csv") || !exists("out")) {
    print "set csv='TABLE.csv' and out='FIGURE.svg' (or .png, .pdf) with -e"
    exit status 2
}
if (!exists("where")) where = "1"
if (!exists("width")) width = 85.0
if (!exists("bits")) bits = 0
if (!exists("title")) title = ""
if (!exists("facet")) facet = ""

# gnuplot ends a word at a comma even inside quotes; tabs = 1 reads tab-separated tables, which have none.
if (exists("tabs")) { set datafile separator tab } else { set datafile separator comma }
set datafile columnheaders
set datafile missing NaN
set encoding utf8

# ---- text ----
# gnuplot 5.4 cannot read "5e+10", only "5.0e+10".
num(s) = strstrt(s, "e") && !strstrt(s, ".") ? real(s[1 : strstrt(s, "e") - 1] . ".0" . s[strstrt(s, "e") : *]) : real(s)
ends(s, t) = strlen(s) >= strlen(t) && s[strlen(s) - strlen(t) + 1 : strlen(s)] eq t
cut(s, t) = ends(s, t) ? s[1 : strlen(s) - strlen(t)] : s
leaf(s) = (strstrt(s, "/") ? leaf(s[strstrt(s, "/") + 1 : strlen(s)]) : s)
parent_of(s) = (leaf(s) eq s ? "" : leaf(cut(s, "/" . leaf(s))))
blanks(s) = (strstrt(s, "_") ? blanks(s[1 : strstrt(s, "_") - 1] . " " . s[strstrt(s, "_") + 1 : *]) : s)
bare(s) = cut(cut(cut(cut(cut(s, "_bytes_per_s"), "_flop_per_s"), "_bytes"), "_s"), "_ratio")

# A word for a command that is evaluated: between single quotes, where backquotes run nothing.
doubled(s) = strstrt(s, "'") ? s[1 : strstrt(s, "'")] . "'" . doubled(s[strstrt(s, "'") + 1 : *]) : s
literal(s) = "'" . doubled(s) . "'"

# ---- units ----
is_rate(c) = ends(c, "_bytes_per_s")
is_share(c) = (ends(c, "_ratio") && !ends(c, "speedup_ratio") && !ends(c, "bound_ratio"))
unit(c) = is_rate(c) ? (bits ? "b/s" : "B/s") : ends(c, "_flop_per_s") ? "FLOP/s" : \
          ends(c, "_bytes") ? "B" : ends(c, "_s") ? "s" : is_share(c) ? "%" : \
          ends(c, "speedup_ratio") ? "×" : ""
prefixed(c) = strlen(unit(c)) > 0 && unit(c) ne "%" && unit(c) ne "×"
power(m) = (m <= 0 ? 0 : 3 * floor(log10(m * 1.0000001) / 3))
clip(p) = p < -9 ? -9 : p > 15 ? 15 : p
prefix(p) = p == -9 ? "n" : p == -6 ? "µ" : p == -3 ? "m" : p == 0 ? "" : p == 3 ? "k" : \
            p == 6 ? "M" : p == 9 ? "G" : p == 12 ? "T" : "P"
factor(c) = is_rate(c) && bits ? 8.0 : is_share(c) ? 100.0 : 1.0
# What to multiply a value with, and the unit that it then has, where the largest is m.
scale(c, m) = factor(c) * (prefixed(c) ? 10.0 ** -clip(power(m * factor(c))) : 1.0)
unit_at(c, m) = prefixed(c) ? prefix(clip(power(m * factor(c)))) . unit(c) : unit(c)

# ---- labels ----
factor_on(c) = strstrt(c, "/costs/time_ratio/") == 1 ? (leaf(c) eq "all" ? "compute" : blanks(leaf(c))) : ""
known(c) = strlen(factor_on(c)) ? "Factor on the time of " . factor_on(c) : c eq "speedup_ratio" ? "Speedup of a block pair" : \
    c eq "end_to_end_speedup_ratio" ? "Speedup of the model" : \
    c eq "pair_time_s" ? "Time of a block pair" : \
    c eq "end_to_end_time_s" ? "Time of the model" : \
    c eq "overlap_ratio" ? "Communication overlapped" : \
    c eq "node_network_bytes_per_s" ? "Network bandwidth of a node" : \
    c eq "ranks" ? "GPUs" : c eq "ep" ? "GPUs in an expert group" : \
    c eq "tokens_per_rank" || c eq "/tokens" || c eq "/model/tokens_per_gpu" ? "Tokens per GPU" : \
    c eq "/model/experts" ? "Experts" : c eq "/model/top_k" ? "Top-k" : \
    c eq "/schedule/routed_top_k" ? "Routed experts per token" : \
    c eq "/topology/all_to_all/sm_share_ratio" ? "SMs held by communication" : \
    c eq "/topology" ? "Topology" : c eq "/model" ? "Model" : ""
brand(s) = s eq "pcie" ? "PCIe" : s eq "nvlink" ? "NVLink" : s eq "gpu" ? "GPU" : s
plain(c) = strlen(parent_of(c)) && parent_of(c) ne "model" ? \
    blanks(brand(parent_of(c))) . " " . blanks(bare(leaf(c))) : blanks(bare(leaf(c)))
small = "abcdefghijklmnopqrstuvwxyz"
large = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
upper(s) = strstrt(small, s[1:1]) ? large[strstrt(small, s[1:1]) : strstrt(small, s[1:1])] . s[2 : *] : s
name_of(c) = strlen(known(c)) ? known(c) : upper(plain(c))
label_of(c, m) = name_of(c) . (strlen(unit_at(c, m)) ? " (" . unit_at(c, m) . ")" : "")
# A figure of three digits, never with an exponent where it can be without.
short_text(v) = abs(v) >= 999.5 && abs(v) < 1e7 ? sprintf("%.0f", v) : sprintf("%.3g", v)
# A count as people say it: 2048 is 2Ki, 1000000 is 1M.
count_text(v) = v >= 1024 && v == floor(v) && int(v) % 1024 == 0 ? sprintf("%gKi", v / 1024.0) : \
    v >= 1e6 ? sprintf("%gM", v / 1e6) : v >= 1e4 ? sprintf("%gk", v / 1e3) : sprintf("%.4g", v)

# ---- a step between ticks of 1, 2 or 5 times a power of ten, so that `count` of them span `range` ----
power_below(v) = 10.0 ** floor(log10(v))
nice_above(v) = v <= power_below(v) * 1.0001 ? power_below(v) : v <= 2.0001 * power_below(v) ? 2 * power_below(v) : \
    v <= 5.0001 * power_below(v) ? 5 * power_below(v) : 10 * power_below(v)
tick_step(range, count) = nice_above(range / count)

# ---- values of a column in the order of appearance ----
words_found = ""
count_found = 0
quote = "\""
longest_found = 0
note_word(w) = (strstrt(words_found, quote . w . quote) ? 0 : \
    (words_found = words_found . (count_found ? " " : "") . quote . w . quote, \
     longest_found = strlen(w) > longest_found ? strlen(w) : longest_found, \
     count_found = count_found + 1, 0))

# ---- looks: Okabe and Ito's colours (https://jfly.uni-koeln.de/color/), told apart by people with
# any common colour vision, and a different mark for each. Yellow, too pale for lines, is left out.
array colour[7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
array mark[7] = [7, 5, 9, 13, 11, 4, 6]
colour_of(i) = colour[(i - 1) % 7 + 1]
mark_of(i) = mark[(i - 1) % 7 + 1]
dash_of(i) = 1 + (i - 1) / 7
grey = "#777777"

# ---- terminal; total is the height in millimetres ----
set_terminal = 'if (ends(out, ".pdf")) { \
    eval sprintf("set terminal pdfcairo enhanced font \"Liberation Sans,7.5\" size %gcm,%gcm linewidth 1 rounded", width / 10, total / 10) \
} else { if (ends(out, ".png")) { \
    eval sprintf("set terminal pngcairo enhanced font \"Liberation Sans,7.5\" fontscale 3.125 size %d,%d linewidth 3.1 pointscale 3.1 rounded background \"white\"", width / 25.4 * 300, total / 25.4 * 300) \
} else { \
    eval sprintf("set terminal svg enhanced font \"Liberation Sans,Arial,Helvetica,sans-serif,10\" size %d,%d linewidth 1 rounded background \"white\"", width / 25.4 * 96, total / 25.4 * 96) \
} }'

# The SVG terminal sets labels of ticks lower than the others do.
tick_up = ends(out, ".svg") ? 0.5 : 0.1
set xtics offset 0, tick_up
set format "%g"
# Sizes are points but for SVG, which counts in pixels of 0.75 points.
small_font = ends(out, ".svg") ? ",8" : ",6"
set border 3 linecolor rgb grey linewidth 0.6
set tics nomirror out scale 0.5,0.25 textcolor rgb "black"
set grid ytics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4
unset key

# ---- the legend, placed by hand above the panels, as many columns as fit. Callers set, for entry i of
# legend_count, legend_name(i) and what to draw; lengths are in millimetres, `total` is the height. ----
letter = 1.28 # width of a letter at 7.5 points, on average
legend_columns(longest) = (width - 14.0) / (longest * letter + 8.5) < 1 ? 1 : \
    int((width - 14.0) / (longest * letter + 8.5))
legend_x(i, columns) = 12.5 + ((i - 1) % columns) * ((width - 14.0) / columns)
legend_y(i, columns) = total - (strlen(title) ? 4.0 : 0.0) - 2.2 - 3.3 * ((i - 1) / columns)
legend_height(count, columns) = count > 0 ? 3.3 * ((count + columns - 1) / columns) : 0.0

# ---- names of the axes, placed by hand too, since terminals differ in how far off they put them.
# The panel lies between bottom_mm and top_mm, from left_mm on. ----
left_mm = 12.5
right_mm = 3.0
set lmargin at screen left_mm / width
set rmargin at screen 1 - right_mm / width
axis_names = 'middle_x = (left_mm + width - right_mm) / 2 / width; middle_y = (bottom_mm + top_mm) / 2 / total; \
edge_x = 2.2 / width; edge_y = (bottom_mm - 7.3) / total; \
set label 10 x_name at screen middle_x, screen edge_y center noenhanced; \
set label 11 y_name at screen edge_x, screen middle_y center rotate by 90 noenhanced'
# One name for all panels: call with top_mm and bottom_mm of the first, y_name is empty afterwards.
shared_name = 'middle_y = (total - head + foot) / 2 / total; edge_x = 2.2 / width; \
set label 11 y_name at screen edge_x, screen middle_y center rotate by 90 noenhanced; y_name = ""'

# A cell as people read it.
digits_only(s) = strlen(s) == 0 ? 1 : strstrt("0123456789.e+-", s[1:1]) ? digits_only(s[2:*]) : 0
is_number(s) = strlen(s) && strstrt("0123456789.-", s[1:1]) && digits_only(s)
panel_text(w) = !is_number(w) ? (facet eq "schedule" || facet eq "/topology" || facet eq "/model" ? w : name_of(facet) . ": " . w) : \
    prefixed(facet) ? \
    sprintf("%s: %.4g %s", name_of(facet), num(w) * scale(facet, num(w)), unit_at(facet, num(w))) : \
    is_share(facet) ? sprintf("%s: %.3g %%", name_of(facet), num(w) * 100) : \
    name_of(facet) . ": " . count_text(num(w))
