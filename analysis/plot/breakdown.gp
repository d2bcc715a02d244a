# Where the time of a block pair goes, a bar per row: each kind of operator, and communication that the GPU
# waits for; below, thin, communication hidden behind the compute. Columns as of `scmoesim run -o out.csv`.
#   row   column that names the rows (default "schedule")
folder = ARG0[1 : strlen(ARG0) - strlen("breakdown.gp")]
load folder . "common.gp"
if (!exists("row")) row = "schedule"

stats csv using ((@where) && column("pair_time_s") == column("pair_time_s") ? note_word(strcol(row)) : 0):(1) nooutput
rows = words_found; row_count = count_found
longest_row = longest_found
rank_of(w, k) = k > row_count ? NaN : word(rows, k) eq w ? k : rank_of(w, k + 1)
stats csv using ((@where) ? column("pair_time_s") : NaN) name "T" nooutput
f = scale("pair_time_s", T_max)

# The parts of a bar from the left, in the colours that operators have in `run --timeline`. `other` is compute
# of kinds without a part of their own, `waiting` what neither computes nor communicates.
spent(c) = column(c . "_time_s")
attention(d) = spent("attention") + spent("qkv_projection") + spent("attention_core") + spent("output_projection")
permute(d) = spent("encode") + spent("decode")
told(d) = attention(0) + spent("mlp") + spent("shared_expert") + spent("gate") + permute(0) + spent("expert")
other(d) = column("compute_time_s") - told(0)
exposed(d) = column("exposed_dispatch_s") + column("exposed_combine_s")
waiting(d) = column("pair_time_s") - column("compute_time_s") - exposed(0)
hidden(d) = column("a2a_time_s") - column("exposed_a2a_s")
array part_name[11] = ["attention", "MLP", "shared expert", "gate", "encode, decode", "expert", "other compute", \
    "exposed dispatch", "exposed combine", "waiting", "hidden communication"]
array part_fill[11] = ["#0072B2", "#56B4E9", "#009E73", "#F0E442", "#B8A900", "#E69F00", "#999999", \
    "#D55E00", "#CC79A7", "#DDDDDD", "#000000"]
part_s(i) = i == 1 ? attention(0) : i == 2 ? spent("mlp") : i == 3 ? spent("shared_expert") : i == 4 ? spent("gate") : \
    i == 5 ? permute(0) : i == 6 ? spent("expert") : i == 7 ? other(0) : i == 8 ? column("exposed_dispatch_s") : \
    i == 9 ? column("exposed_combine_s") : i == 10 ? waiting(0) : hidden(0)
left_of(i) = i == 1 ? 0.0 : left_of(i - 1) + part_s(i - 1)
stacked = 10
y_of(d) = (@where) ? rank_of(strcol(row), 1) : NaN

# Parts that no bar has are not in the legend either.
parts_shown = ""
do for [i = 1 : |part_name|] {
    stats csv using ((@where) ? part_s(i) : NaN) name "P" nooutput
    if (P_max > 0.0005 * T_max) { parts_shown = parts_shown . " " . i }
}
part_count = words(parts_shown)
part(k) = int(word(parts_shown, k))

columns = legend_columns(20)
head = legend_height(part_count, columns) + (strlen(title) ? 4.0 : 0.0) + 2.5
foot = 9.6
left_mm = longest_row * letter + 3.5
total = head + foot + row_count * 6.0
eval set_terminal
set output out
set lmargin at screen left_mm / width
top_mm = total - head; bottom_mm = foot
set tmargin at screen top_mm / total
set bmargin at screen bottom_mm / total
x_name = label_of("pair_time_s", T_max); y_name = ""
eval axis_names
do for [k = 1 : part_count] {
    x1 = (legend_x(k, columns) - 10.5) / width; x2 = x1 + 4.0 / width; x3 = x2 + 1.2 / width
    y1 = legend_y(k, columns) / total; up = y1 + 1.1 / total; down = y1 - 1.1 / total
    if (part(k) > stacked) { up = y1 + 0.5 / total; down = y1 - 0.5 / total }
    tag = 400 + k; entry = part_name[part(k)]; fill = part_fill[part(k)]
    set object tag rectangle from screen x1, screen down to screen x2, screen up fillcolor rgb fill fillstyle solid noborder
    set label tag entry at screen x3, screen y1 left noenhanced
}
if (strlen(title)) { set label 3 title at screen 0.5, screen 1 center offset 0, -0.8 noenhanced }
set yrange [row_count + 0.5 : 0.5]
set xrange [0 : T_max * f * 1.13]
unset grid
set grid xtics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4 back
set xtics nomirror
set ytics ("" 0) scale 0
do for [i = 1 : row_count] {
    tag = 700 + i; entry = word(rows, i); x1 = (left_mm - 1.2) / width
    set label tag entry at screen x1, first i - 0.08 right noenhanced
}
three_digits(v) = sprintf(v < 9.995 ? "%.2f" : v < 99.95 ? "%.1f" : "%.0f", v)
low(i) = i > stacked ? 0.19 : -0.32
high(i) = i > stacked ? 0.33 : 0.16
from(i) = (i > stacked ? 0.0 : left_of(i)) * f
plot for [k = 1 : part_count] csv using (0):(y_of(0)):(from(part(k))):(from(part(k)) + part_s(part(k)) * f):(y_of(0) + low(part(k))):(y_of(0) + high(part(k))) \
        with boxxyerror fillcolor rgb part_fill[part(k)] fillstyle solid border linecolor rgb "white" linewidth 0.3 notitle, \
     csv using (column("pair_time_s") * f):(y_of(0) - 0.08):(three_digits(column("pair_time_s") * f)) with labels left offset 0.4, 0 font small_font notitle
set output
