--set: what it could not find or read.

$ scmoesim run --set experts=16
! scmoesim: --set experts=16: expected /POINTER=VALUE
[3]
$ scmoesim run --set /model/experts
! scmoesim: --set /model/experts: expected /POINTER=VALUE
[3]
$ scmoesim run --set =5
! scmoesim: --set =5: expected /POINTER=VALUE
[3]
$ scmoesim run --set ''
! scmoesim: --set : expected /POINTER=VALUE
[3]
$ scmoesim run --set /modle/experts=16
! scmoesim: --set /modle/experts=16: no input named "modle"; did you mean "model"?
[3]
$ scmoesim run --set /plan/experts=16
! scmoesim: --set /plan/experts=16: no input named "plan"; there are model, topology, gpu and schedule
[3]
$ scmoesim run --set /model=5
| # scmoesim    VERSION
| # model       swinv2-moe-s: fp16, 18432 tokens per GPU at width 384, 8 experts,
| #             inference capacity 1.25
| # topology    8xa30-pcie: 1 x 8 a30, EP 8
| # costs       synthetic: roofline of gpu a30 (its file says where the figures
| #             come from)
| # All-to-All  pairwise: setup 210 us, SM share 0.02, 56 flows for 56 pairs;
| #             bound by node0/socket0-socket1> (20.3 GB/s)
| # run         inference on 8 ranks, All-to-All among 8
| # speedup     over top2; of the block pair, then of the whole model
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule               pair  speedup  model  speedup    A2A  disp comb overlap
| #                        (ms)      (x)   (ms)      (x)   (ms)  (ms) (ms)     (%)
|   top2                  11.05     1.00  114.0     1.00   7.40  3.70 3.70     0.0
|   top1                   6.50     1.70   70.4     1.62   3.91  1.96 1.96     0.0
|   top3                  15.60     0.71  157.5     0.72  10.89  5.45 5.45     0.0
|   top2-pipelined         9.72     1.14  100.8     1.13   7.82  3.01 3.01    22.9
|   top1-pipelined         6.05     1.83   65.9     1.73   4.33  1.72 1.72    20.8
|   shared                 7.11     1.56   76.3     1.49   3.91  1.96 1.96     0.0
|   shared-overlap         6.58     1.68   71.2     1.60   3.91  1.96 1.42    13.6
|   scmoe-pos1             6.25     1.77   68.6     1.66   3.91  1.96 1.09    22.2
|   scmoe-pos2             5.68     1.95   63.5     1.80   3.91  1.96 0.50    37.2
|   scmoe-pos3             5.35     2.07   60.5     1.88   3.91  1.96 0.17    45.8
|   scmoe2                10.23     1.08  104.4     1.09   7.40  3.70 2.25    19.6
|   dgmoe                 10.47     1.06  108.7     1.05   7.82  3.91 2.75    14.9
|   scmoe-pos2-pipelined   5.22     2.12   59.4     1.92   4.33  1.72 0.26    54.3
| #
| # schedule              limited by; what was chosen
| # top2                  link node0/socket0-socket1> (dispatch, combine) 63 %;
| #                       A2A at 1.06x its bound
| # top1                  link node0/socket0-socket1> (dispatch, combine) 54 %;
| #                       A2A at 1.12x its bound
| # top3                  link node0/socket0-socket1> (dispatch, combine) 67 %;
| #                       A2A at 1.04x its bound
| # top2-pipelined        link node0/socket0-socket1> (dispatch, combine) 72 %;
| #                       A2A at 1.12x its bound; 2 chunks
| # top1-pipelined        link node0/socket0-socket1> (dispatch, combine) 58 %;
| #                       A2A at 1.24x its bound; 2 chunks
| # shared                link node0/socket0-socket1> (dispatch, combine) 49 %;
| #                       A2A at 1.12x its bound
| # shared-overlap        link node0/socket0-socket1> (dispatch, combine) 53 %;
| #                       A2A at 1.12x its bound; slot 1
| # scmoe-pos1            link node0/socket0-socket1> (dispatch, combine) 56 %;
| #                       A2A at 1.12x its bound; slot 1
| # scmoe-pos2            link node0/socket0-socket1> (dispatch, combine) 61 %;
| #                       A2A at 1.12x its bound; slot 1
| # scmoe-pos3            link node0/socket0-socket1> (dispatch, combine) 65 %;
| #                       A2A at 1.12x its bound; slot 1
| # scmoe2                link node0/socket0-socket1> (dispatch, combine) 68 %;
| #                       A2A at 1.06x its bound; slot 1
| # dgmoe                 link node0/socket0-socket1> (dispatch, combine) 67 %;
| #                       A2A at 1.12x its bound; slot 1
| # scmoe-pos2-pipelined  link node0/socket0-socket1> (dispatch, combine) 67 %;
| #                       A2A at 1.24x its bound; slot 1, 2 chunks
$ scmoesim run --set /model/=5
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member ""
[3]
$ scmoesim run --set /model/exprts=16
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member "exprts"; did you mean "experts"?
[3]
$ scmoesim run --set /model/stage/0/layers=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /: no member "stage"; did you mean "stages"?
[3]
$ scmoesim run --set /model/stages/9/layers=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /stages: no element "9": the array has 4, counted from 0
[3]
$ scmoesim run --set /model/stages/-1/layers=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /stages: no element "-1": the array has 4, counted from 0
[3]
$ scmoesim run --set /model/stages/two/layers=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /stages: no element "two": the array has 4, counted from 0
[3]
$ scmoesim run --set /model/stages/0/layers/0=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /stages/0/layers: expected an object or an array to find "0" in, got 2
[3]
$ scmoesim run --set /model/experts=eight
! scmoesim: data/models/moe/swinv2-moe-s.json: /experts: expected a whole number from 1 to 65536, got a string
[3]
$ scmoesim run --set /model/experts=
! scmoesim: data/models/moe/swinv2-moe-s.json: /experts: expected a whole number from 1 to 65536, got a string
[3]
$ scmoesim run --set /model/experts=-8
! scmoesim: data/models/moe/swinv2-moe-s.json: /experts: expected a whole number from 1 to 65536, got -8
[3]
$ scmoesim run --set /model/experts=nan
! scmoesim: data/models/moe/swinv2-moe-s.json: /experts: expected a whole number from 1 to 65536, got a string
[3]
$ scmoesim run --set /model/capacity_factor=1e999
! scmoesim: data/models/moe/swinv2-moe-s.json: /capacity_factor: expected a number from 1 to 1e+06, got a string
[3]
$ scmoesim run --set /topology/link_types/pice/latency_s=1us
! scmoesim: data/topologies/8xa30-pcie.json: /link_types: no member "pice"; did you mean "pcie"?
[3]
$ scmoesim run --set /topology/link_types/pcie/latency_s=1GB/s
! scmoesim: data/topologies/8xa30-pcie.json: /link_types/pcie/latency_s: expected a number >= 0, got a string
[3]
$ scmoesim run --set /gpu/memory_bytes=24furlongs
! scmoesim: data/models/gpu/a30.json: /memory_bytes: expected a number > 0, got a string
[3]
$ scmoesim run --set /schedule/nonsense=1
! scmoesim: data/models/schedule/top2.json: /: unknown member "nonsense"
[3]

Every bad one is told; of those that a file refuses, too.

$ scmoesim run --set a=1 --set /modle/b=2
! scmoesim: --set a=1: expected /POINTER=VALUE
! scmoesim: --set /modle/b=2: no input named "modle"; did you mean "model"?
[3]
$ scmoesim run --set /model/expert=1 --set /model/dtypes=fp16 --set /topology/nodes=2
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member "expert"; did you mean "experts"?
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member "dtypes"; did you mean "dtype"?
! scmoesim: data/topologies/8xa30-pcie.json: /: unknown member "nodes"; did you mean "node"?
[3]
