Timelines, as a trace for Perfetto and as a picture.

$ scmoesim run --model data/tests/data/hand-model.json --schedule top2,scmoe-pos2 \
>     --topology gpu=a800,gpus=2,fabric=star,bandwidth=50GB/s --set /model/experts=2 \
>     --trace made/trace.json --timeline made/queues.svg -o table.csv
$ scmoesim run --model data/tests/data/hand-model.json --schedule scmoe-pos2 --mode training \
>     --topology gpu=a800,gpus=2,fabric=star,bandwidth=50GB/s --set /model/experts=2 \
>     --timeline made/training.svg -o table.csv
