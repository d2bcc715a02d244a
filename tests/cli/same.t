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
