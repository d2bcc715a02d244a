The same bytes every time: output is a function of the input.

$ for pass in 1 2
> do
>     mkdir pass$pass
>     scmoesim run --mode training --trace pass$pass/trace.json --timeline pass$pass/queues.svg \
>         >pass$pass/table.txt
>     scmoesim run --topology 4x8xh100-ib --set /model/experts=32 -o pass$pass/out.csv
>     scmoesim run --model llama2-moe --topology 8xh100-nvlink -o pass$pass/out.json
>     scmoesim plan -o pass$pass/plan.json
>     scmoesim topology export 4x8xh100-ib -o pass$pass/cluster.xml
> done
$ diff -r pass1 pass2 && ls pass1
| cluster.xml
| out.csv
| out.json
| plan.json
| queues.svg
| table.txt
| trace.json

Wherever one stands.

$ mkdir elsewhere && cd elsewhere && SCMOESIM_DATA=../data scmoesim plan -o - | cmp - ../pass1/plan.json

Whatever was played before, also where more than 500 flows share the links and 127 rounds make much of little: half a
picosecond in when a flow had begun was 0.03 % of this pair's time.

$ for first in shared top1
> do
>     for topology in "32x4xa100-dragonfly --set /model/experts=128 --fold never --a2a pairwise-rounds" \
>         "16x8xh100-fat-tree --set /model/experts=128 --routing zipf:0.5"
>     do
>         scmoesim run --model gpt2-moe-medium --baseline $first --schedule shared --topology $topology -o out.csv
>         grep ,shared, out.csv | cut -d, -f8,13-16
>     done >behind-$first.csv
> done
$ cmp behind-shared.csv behind-top1.csv && wc -l <behind-top1.csv
| 2
