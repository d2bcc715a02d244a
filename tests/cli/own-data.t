A data folder of one's own: the shipped one with a GPU, a generation of links, a model and a schedule more. Each is a
file, and nothing else changes.

$ mkdir mine && cp -rL data/models data/topologies mine
$ sed 's/"name": "nvlink5"/"name": "nvlink9"/; s/900e9/1800e9/; s/"summary": ".*"/"summary": "twice NVLink 5"/' \
>     data/models/link/nvlink5.json >mine/models/link/nvlink9.json
$ sed 's/"name": "b200"/"name": "x100"/; s/"summary": ".*"/"summary": "a B200 with it"/; s/"nvlink": "nvlink5",/"nvlink": "nvlink9",/' \
>     data/models/gpu/b200.json >mine/models/gpu/x100.json
$ sed 's/"name": "gpt2-moe-small"/"name": "my-moe"/; s/"summary": ".*"/"summary": "mine"/; s/"layers": 12/"layers": 2/' \
>     data/models/moe/gpt2-moe-small.json >mine/models/moe/my-moe.json
$ sed 's/"name": "scmoe-pos2"/"name": "my-order"/; s/"summary": ".*"/"summary": "mine, too"/' \
>     data/models/schedule/scmoe-pos2.json >mine/models/schedule/my-order.json
$ cat >with-mine <<'END'
> SCMOESIM_DATA=mine exec scmoesim "$@"
> END
$ for shelf in links gpus models schedules; do sh with-mine list --brief $shelf; done | grep -E '^(nvlink9|x100|my-)'
| nvlink9           twice NVLink 5
| x100      a B200 with it
| my-moe            mine
| my-order                  mine, too
$ sh with-mine check mine/models/*/*.json mine/models/*.json >out || cat out

0.7686 of 1800 GB/s, and 0.7686 of 900.

$ sh with-mine topology show gpu=x100 --json | grep -A 1 '"nvlink": {'
|     "nvlink": {
|       "bandwidth_bytes_per_s": 1.8e+12,
$ sh with-mine alltoall --topology gpu=x100 --bytes 64GiB | tail -1
|    6.554e+04    43502.9    1579.65    1382.19       1.001  pairwise
$ sh with-mine alltoall --topology gpu=b200 --bytes 64GiB | tail -1
|    6.554e+04    86965.5     790.19     691.42       1.000  pairwise
$ sh with-mine run --topology gpu=x100 --model my-moe --schedule top2,my-order | grep -A 5 '^# schedule    pair'
| # schedule    pair  speedup   model  speedup     A2A  disp  comb  overlap
| #             (us)      (x)    (ms)      (x)    (us)  (us)  (us)      (%)
|   top2       959.6     1.00   1.704     1.00   151.5  75.8  75.8      0.0
|   my-order   656.0     1.46   1.400     1.22   151.5   0.0   0.0    100.0
| #
| # schedule  slot chunks A2A/bound  limited by, share of path
