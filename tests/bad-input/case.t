Published cases.

$ cat >case.json <<END
> {
>   "schema": "scmoesim/case/1", "name": "mine", "summary": "", "source": "hand",
>   "tolerance_ratio": 2,
>   "runs": [
>     { "name": "a", "study": { "model": "swinv2-moe-s", "topology": "8xa30-pcie" }, "figures": [
>         { "name": "x", "schedule": "top2", "metric": "pair_tim_s", "published": 0 } ] },
>     { "name": "b", "studdy": {},
>       "study": { "model": "swinv2-moe-s", "topology": "8xa30-pcie", "schedules": ["top2"] },
>       "figures": [
>         { "name": "no over", "schedule": "top2", "metric": "pair_time_s", "form": "speedup",
>           "published": 1 },
>         { "name": "over for nothing", "schedule": "top2", "over": "top1", "metric": "pair_time_s",
>           "published": 1 },
>         { "name": "which fit", "schedule": "top2", "metric": "pair_time_s", "role": "fit",
>           "published": 1 },
>         { "name": "no fit", "schedule": "top2", "metric": "pair_time_s", "fit": "f",
>           "published": 1 },
>         { "name": "why", "schedule": "top2", "metric": "pair_time_s", "times": 2,
>           "published": 1 },
>         { "name": "text", "schedule": "top2", "metric": "limited_by", "published": 1 },
>         { "name": "what of it", "schedule": "top2", "metric": "pair_time_s", "over_metric": "end_to_end_time_s",
>           "published": 1 },
>         { "name": "whose", "schedule": "top2", "metric": "pair_time_s", "form": "ratio", "over": "top2",
>           "over_metric": "limited_by", "published": 1 }
>       ] },
>     { "name": "c", "study": {}, "figures": [] }
>   ]
> }
> END
$ scmoesim check case.json 2>&1 | sed 's/expected "ranks".*, got/expected a column, got/'
| scmoesim: case.json: /tolerance_ratio: expected a number from 0 to 1, got 2
| scmoesim: case.json: /runs/0/figures/0/metric: expected a column, got "pair_tim_s"; did you mean "pair_time_s"?
| scmoesim: case.json: /runs/0/figures/0/published: expected a number > 0, got 0
| scmoesim: case.json: /runs/0/study: missing member "schedules"
| scmoesim: case.json: /runs/1: unknown member "studdy"; did you mean "study"?
| scmoesim: case.json: /runs/1/figures/0: a speedup needs "over", the schedule that it refers to
| scmoesim: case.json: /runs/1/figures/1: "over" belongs to a "ratio" or a "speedup"
| scmoesim: case.json: /runs/1/figures/2: a figure that was fitted needs "fit", the fit's name
| scmoesim: case.json: /runs/1/figures/3: "fit" belongs to the role "fit"
| scmoesim: case.json: /runs/1/figures/4: "times" needs a "note" that says where the factor comes from
| scmoesim: case.json: /runs/1/figures/5/metric: expected a column, got "limited_by"
| scmoesim: case.json: /runs/1/figures/6: "over_metric" belongs to a "ratio"
| scmoesim: case.json: /runs/1/figures/7/over_metric: expected a column, got "limited_by"
| scmoesim: case.json: /runs/2/figures: expected an array of 1 to 1000 elements, got 0
| scmoesim: case.json: /runs/2/study: missing member "model"
$ scmoesim validate ./case.json 2>&1 | head -n 1
| scmoesim: ./case.json: /tolerance_ratio: expected a number from 0 to 1, got 2

Ranges.

$ cat >case.json <<END
> {
>   "schema": "scmoesim/case/1", "name": "mine", "summary": "", "source": "hand",
>   "tolerance_ratio": 0.1,
>   "runs": [
>     { "name": "a", "study": { "model": "swinv2-moe-s", "topology": "8xa30-pcie",
>         "schedules": ["top2"] },
>       "figures": [
>         { "name": "both", "schedule": "top2", "metric": "pair_time_s", "published": 1, "at_most": 2 },
>         { "name": "empty", "schedule": "top2", "metric": "pair_time_s", "at_least": 2, "at_most": 2 },
>         { "name": "none", "schedule": "top2", "metric": "pair_time_s" },
>         { "name": "low", "schedule": "top2", "metric": "pair_time_s", "at_least": -1 },
>         { "name": "fit", "schedule": "top2", "metric": "pair_time_s", "at_least": 1, "role": "fit",
>           "fit": "f" }
>       ] }
>   ]
> }
> END
$ scmoesim check case.json
! scmoesim: case.json: /runs/0/figures/0: expected "published" or a range, got both
! scmoesim: case.json: /runs/0/figures/1: "at_least" must be below "at_most"
! scmoesim: case.json: /runs/0/figures/2: missing member "published"
! scmoesim: case.json: /runs/0/figures/3/at_least: expected a number > 0, got -1
! scmoesim: case.json: /runs/0/figures/4: a fit needs a figure that is "published", not a range
[3]

What can be read and not be played: each run says why, in the case's order.

$ cat >case.json <<END
> {
>   "schema": "scmoesim/case/1", "name": "mine", "summary": "", "source": "hand",
>   "tolerance_ratio": 0.1,
>   "runs": [
>     { "name": "no model", "study": { "model": "swin", "topology": "8xa30-pcie",
>         "schedules": ["top2"] },
>       "figures": [ { "name": "x", "schedule": "top2", "metric": "pair_time_s", "published": 1 } ] },
>     { "name": "not played", "study": { "model": "swinv2-moe-s", "topology": "8xa30-pcie",
>         "schedules": ["top1"] },
>       "figures": [ { "name": "x", "schedule": "top2", "metric": "pair_time_s", "published": 1 } ] },
>     { "name": "nothing hidden", "study": { "model": "swinv2-moe-s", "topology": "8xa30-pcie",
>         "schedules": ["top2"] },
>       "figures": [ { "name": "x", "schedule": "top2", "metric": "overlap_ratio", "published": 1 } ] }
>   ]
> }
> END
$ scmoesim validate ./case.json
! scmoesim: case mine, run no model: unknown model "swin"; did you mean "swinv2-moe-b"?; known: deepseek-v3, gpt2-moe-medium, gpt2-moe-small, gpt3-moe-xl, llama2-moe, longcat-flash, nemotron-3-nano, nemotron-3-super, qwen3-235b-a22b, qwen3-30b-a3b, swinv2-moe-b, swinv2-moe-s
! scmoesim: case mine, run not played: figure "x": schedule top2 is not among the run's
! scmoesim: case mine, run nothing hidden: figure "x": overlap_ratio of top2 is not above 0
[3]
$ scmoesim validate ./case.json -j 1
! scmoesim: case mine, run no model: unknown model "swin"; did you mean "swinv2-moe-b"?; known: deepseek-v3, gpt2-moe-medium, gpt2-moe-small, gpt3-moe-xl, llama2-moe, longcat-flash, nemotron-3-nano, nemotron-3-super, qwen3-235b-a22b, qwen3-30b-a3b, swinv2-moe-b, swinv2-moe-s
! scmoesim: case mine, run not played: figure "x": schedule top2 is not among the run's
! scmoesim: case mine, run nothing hidden: figure "x": overlap_ratio of top2 is not above 0
[3]

A lone All-to-All has its own metrics, and no schedules.

$ cat >case.json <<END
> {
>   "schema": "scmoesim/case/1", "name": "mine", "summary": "", "source": "hand",
>   "tolerance_ratio": 0.1,
>   "runs": [
>     { "name": "both", "study": {}, "all_to_all": { "topology": "8xa30-pcie", "model": "x" },
>       "figures": [
>         { "name": "x", "bytes": 0, "metric": "pair_time_s", "schedule": "top2", "published": 1 } ] }
>   ]
> }
> END
$ scmoesim check case.json
! scmoesim: case.json: /runs/0: expected "study" or "all_to_all", got both
! scmoesim: case.json: /runs/0/figures/0: unknown member "schedule"
! scmoesim: case.json: /runs/0/figures/0/bytes: expected a number > 0, got 0
! scmoesim: case.json: /runs/0/figures/0/metric: expected "time_s", "algbw_bytes_per_s" or "busbw_bytes_per_s", got "pair_time_s"
! scmoesim: case.json: /runs/0/all_to_all: unknown member "model"; known members: "topology", "ep", "experts", "top_k", "set"
[3]
$ cat >case.json <<END
> {
>   "schema": "scmoesim/case/1", "name": "mine", "summary": "", "source": "hand",
>   "tolerance_ratio": 0.1,
>   "runs": [
>     { "name": "of three", "all_to_all": { "topology": "8xa30-pcie", "ep": 3 },
>       "figures": [ { "name": "x", "bytes": 1e6, "metric": "time_s", "published": 1 } ] }
>   ]
> }
> END
$ scmoesim validate ./case.json
! scmoesim: case mine, run of three: groups of 3 ranks do not divide the 8 GPUs of topology "8xa30-pcie"
[3]
