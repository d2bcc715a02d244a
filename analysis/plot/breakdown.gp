# Where the time of a block pair goes, a bar per row: compute, and communication that the GPU waits for;
# below, thin, communication hidden behind the compute. Columns as of `scmoesim run -o out.csv`.
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

# Bars from the left; `rest` is what neither computes nor communicates.
compute(d) = column("compute_time_s") * f
to_experts(d) = column("exposed_dispatch_s") * f
to_owners(d) = column("exposed_combine_s") * f
busy(d) = compute(d) + to_experts(d) + to_owners(d)
hidden(d) = (column("a2a_time_s") - column("exposed_a2a_s")) * f
y_of(d) = (@where) ? rank_of(strcol(row), 1) : NaN
stats csv using ((@where) ? column("pair_time_s") * f - busy(0) : NaN) name "R" nooutput
rest_shown = R_max > 0.005 * T_max * f

array part_name[5] = ["compute", "exposed dispatch", "exposed combine", "hidden communication", "neither"]
array part_fill[5] = ["#0072B2", "#D55E00", "#E69F00", "#009E73", "#BBBBBB"]
part_count = rest_shown ? 5 : 4
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
do for [i = 1 : part_count] {
    x1 = (legend_x(i, columns) - 10.5) / width; x2 = x1 + 4.0 / width; x3 = x2 + 1.2 / width
    y1 = legend_y(i, columns) / total; up = y1 + 1.1 / total; down = y1 - 1.1 / total
    tag = 400 + i; entry = part_name[i]; part = part_fill[i]
    set object tag rectangle from screen x1, screen down to screen x2, screen up fillcolor rgb part fillstyle solid noborder
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
    set label tag entry at screen x1, first i right noenhanced
}
box_high = -0.32; box_low = 0.16
plot csv using (0):(y_of(0)):(0):(compute(0)):(y_of(0) + box_high):(y_of(0) + box_low) with boxxyerror fillcolor rgb part_fill[1] fillstyle solid noborder notitle, \
     csv using (0):(y_of(0)):(compute(0)):(compute(0) + to_experts(0)):(y_of(0) + box_high):(y_of(0) + box_low) with boxxyerror fillcolor rgb part_fill[2] fillstyle solid noborder notitle, \
     csv using (0):(y_of(0)):(compute(0) + to_experts(0)):(busy(0)):(y_of(0) + box_high):(y_of(0) + box_low) with boxxyerror fillcolor rgb part_fill[3] fillstyle solid noborder notitle, \
     csv using (0):(y_of(0)):(busy(0)):(rest_shown ? column("pair_time_s") * f : busy(0)):(y_of(0) + box_high):(y_of(0) + box_low) with boxxyerror fillcolor rgb part_fill[5] fillstyle solid noborder notitle, \
     csv using (0):(y_of(0)):(0):(hidden(0)):(y_of(0) + box_low + 0.03):(y_of(0) + box_low + 0.20) with boxxyerror fillcolor rgb part_fill[4] fillstyle solid noborder notitle, \
     csv using (column("pair_time_s") * f):(y_of(0) - 0.08):(sprintf("%.3g", column("pair_time_s") * f)) with labels left offset 0.4, 0 font small_font notitle
set output
