Published figures, held against timelines that were worked out by hand.

On star-8, 64 MiB a rank take 7/8 * 67108864 / 53687091200 s = 1093.75 us and 1 us of latency; top-2 computes
600 + 600 + 600 + 10 + 600 + 10 = 2420 us beside two of them: 4609.5 us. In scmoe-pos2 half the bytes hide
behind the same compute: 2420 us. A speedup published as 1.9 is met to 4609.5 / 2420 / 1.9 - 1 = 0.25 %; a share of
2189.5 / (10 + 0 + 2189.5 + 600 + 10) = 0.7793 published as 0.7 is missed by 11.3 %. Of the pair it is 2189.5 / 4609.5 =
0.4750: a part of a whole is a ratio, however long both take.

$ cp data/tests/data/star-8.json data/tests/data/hand-model.json data/tests/data/hand-costs.csv .
$ cat >hand.json <<END
> {
>   "schema": "scmoesim/case/1",
>   "name": "hand", "summary": "round numbers", "source": "worked out by hand",
>   "tolerance_ratio": 0.01,
>   "runs": [
>     { "name": "star", "study": { "model": "./hand-model.json", "topology": "./star-8.json",
>         "costs": "hand-costs.csv", "schedules": ["top2", "scmoe-pos2"],
>         "set": { "/topology/all_to_all/setup_s": 0 } },
>       "figures": [
>         { "name": "time", "schedule": "top2", "metric": "pair_time_s", "published": 4609.5e-6 },
>         { "name": "gain", "schedule": "scmoe-pos2", "metric": "pair_time_s", "form": "speedup",
>           "over": "top2", "published": 1.9 },
>         { "name": "gain as a part of the time", "schedule": "scmoe-pos2", "metric": "pair_time_s",
>           "form": "ratio", "over": "top2", "published": 0.5, "role": "reading" },
>         { "name": "share", "schedule": "top2", "metric": "a2a_share_of_moe_ratio",
>           "published": 0.7, "tolerance_ratio": 0.12, "role": "fit", "fit": "by hand" },
>         { "name": "share of the pair", "schedule": "top2", "metric": "a2a_time_s", "form": "ratio",
>           "over": "top2", "over_metric": "pair_time_s", "published": 0.475 }
>       ] }
>   ]
> }
> END
$ scmoesim check hand.json
| hand.json: fine
$ scmoesim validate ./hand.json
| # figure                                   published  predicted  error limit
| #                                                                  (%)   (%)
| # hand: round numbers
|   star
|     time                                    4.609 ms   4.609 ms   -0.0     1
|     gain                                       1.900      1.905   +0.3     1
| r   gain as a part of the time                 0.500      0.525   +5.0     1
| f   share                                      0.700      0.779  +11.3    12
|     share of the pair                          0.475      0.475   -0.0     1
| # predictions of        figures     mean    worst  outside
| #                                    |%|      (%)         
|   speedup                     1      0.3     +0.3        0
|   ratio                       1      0.0     -0.0        0
|   time                        1      0.0     -0.0        0
|   all                         3      0.1     +0.3        0
| # 3 of 4 figures are predictions (75 %)
| # f: a fit used it; r: the same experiment said otherwise, not counted;
| # !: outside its limit
$ scmoesim validate ./hand.json -o -
| case,run,figure,quantity,metric,schedule,over,published,predicted,error_ratio,tolerance_ratio,role,fit,within,source,at_least,at_most,over_metric
| hand,star,time,time,pair_time_s,top2,,0.0046094999999999999,0.004609499999999999,-2.2204460492503131e-16,0.01,prediction,,1,worked out by hand,,,
| hand,star,gain,speedup,pair_time_s,scmoe-pos2,top2,1.8999999999999999,1.9047520661157022,0.0025010874293169838,0.01,prediction,,1,worked out by hand,,,
| hand,star,gain as a part of the time,speedup,pair_time_s,scmoe-pos2,top2,0.5,0.52500271179086677,0.050005423581733544,0.01,reading,,0,worked out by hand,,,
| hand,star,share,ratio,a2a_share_of_moe_ratio,top2,,0.69999999999999996,0.77932016373020119,0.11331451961457328,0.12,fit,by hand,1,worked out by hand,,,
| hand,star,share of the pair,ratio,a2a_time_s,top2,top2,0.47499999999999998,0.47499728820913334,-5.7090334034670676e-06,0.01,prediction,,1,worked out by hand,,,pair_time_s

Of some things only a range is published: inside it the error is 0, and means leave it out. The speedup of
4609.5 / 2420 = 1.905 is 4.8 % below 2.

$ cat >ranges.json <<END
> {
>   "schema": "scmoesim/case/1",
>   "name": "ranges", "summary": "what is not told exactly", "source": "worked out by hand",
>   "tolerance_ratio": 0.01,
>   "runs": [
>     { "name": "star", "study": { "model": "./hand-model.json", "topology": "./star-8.json",
>         "costs": "hand-costs.csv", "schedules": ["top2", "scmoe-pos2"],
>         "set": { "/topology/all_to_all/setup_s": 0 } },
>       "figures": [
>         { "name": "time", "schedule": "top2", "metric": "pair_time_s", "at_least": 4.5e-3,
>           "at_most": 4.7e-3 },
>         { "name": "share", "schedule": "top2", "metric": "a2a_share_of_moe_ratio", "at_most": 0.8 },
>         { "name": "gain", "schedule": "scmoe-pos2", "metric": "pair_time_s", "form": "speedup",
>           "over": "top2", "at_least": 2 }
>       ] }
>   ]
> }
> END
$ scmoesim validate ./ranges.json
| # figure                                   published  predicted  error limit
| #                                                                  (%)   (%)
| # ranges: what is not told exactly
|   star
|     time                          4.500 ms..4.700 ms   4.609 ms   +0.0     1
|     share                                   <= 0.800      0.779   +0.0     1
|     gain                                    >= 2.000      1.905   -4.8     1 !
| # predictions of        figures     mean    worst  outside
| #                                    |%|      (%)         
|   range                       3        -     -4.8        1
|   all                         3        -     -4.8        1
| # 3 of 3 figures are predictions (100 %)
| # f: a fit used it; r: the same experiment said otherwise, not counted;
| # !: outside its limit
[1]
$ scmoesim validate ./ranges.json -o -
| case,run,figure,quantity,metric,schedule,over,published,predicted,error_ratio,tolerance_ratio,role,fit,within,source,at_least,at_most,over_metric
| ranges,star,time,time,pair_time_s,top2,,,0.004609499999999999,0,0.01,prediction,,1,worked out by hand,0.0044999999999999997,0.0047000000000000002,
| ranges,star,share,ratio,a2a_share_of_moe_ratio,top2,,,0.77932016373020119,0,0.01,prediction,,1,worked out by hand,,0.80000000000000004,
| ranges,star,gain,speedup,pair_time_s,scmoe-pos2,top2,,1.9047520661157022,-0.047623966942148876,0.01,prediction,,0,worked out by hand,2,,
[1]

A figure outside its limit is an exit status of 1, also one that a fit used; another reading is not.

$ sed 's/0.12/0.11/' hand.json >tight.json
$ scmoesim validate ./tight.json | tail -n 15
|   star
|     time                                    4.609 ms   4.609 ms   -0.0     1
|     gain                                       1.900      1.905   +0.3     1
| r   gain as a part of the time                 0.500      0.525   +5.0     1
| f   share                                      0.700      0.779  +11.3    11 !
|     share of the pair                          0.475      0.475   -0.0     1
| # predictions of        figures     mean    worst  outside
| #                                    |%|      (%)         
|   speedup                     1      0.3     +0.3        0
|   ratio                       1      0.0     -0.0        0
|   time                        1      0.0     -0.0        0
|   all                         3      0.1     +0.3        0
| # 3 of 4 figures are predictions (75 %)
| # f: a fit used it; r: the same experiment said otherwise, not counted;
| # !: outside its limit
$ scmoesim validate ./tight.json >out.txt
[1]
$ scmoesim validate ./hand.json --output out.txt
! scmoesim validate: --output: expected a name ending in .csv, got "out.txt"
! Try 'scmoesim validate --help'.
[2]
$ scmoesim validate ./hand.json --jobs 0
! scmoesim validate: --jobs: expected a whole number >= 1, got "0"
! Try 'scmoesim validate --help'.
[2]
$ scmoesim validate nothing 2>&1 | sed 's/; known: .*//'
| scmoesim: unknown published case "nothing"

A fit finds the bandwidth that figures were made with. At 40 GB/s an All-to-All takes 1 + 58720256 / 40000 = 1469.0064
us, so top-2 takes 2420 + 2 * 1469.0064 = 5358.0128 us and its share is 2938.0128 / (2938.0128 + 620) = 0.825746;
scmoe-pos2 has the tokens' half, 735.0032 us, hidden. The case holds 40 GB/s; with another value the status is 1.

$ cat >made.json <<END
> {
>   "schema": "scmoesim/case/1",
>   "name": "made", "summary": "figures made by hand", "source": "at 40 GB/s",
>   "tolerance_ratio": 0.001,
>   "runs": [
>     { "name": "star", "study": { "model": "./hand-model.json", "topology": "./star-8.json",
>         "costs": "hand-costs.csv", "schedules": ["top2"],
>         "set": { "/topology/all_to_all/setup_s": 0,
>           "/topology/link_types/star/bandwidth_bytes_per_s": 40e9 } },
>       "figures": [
>         { "name": "time", "schedule": "top2", "metric": "pair_time_s", "published": 5358.0128e-6,
>           "role": "fit", "fit": "star" },
>         { "name": "share", "schedule": "top2", "metric": "a2a_share_of_moe_ratio",
>           "published": 0.825746, "role": "fit", "fit": "star" }
>       ] }
>   ]
> }
> END
$ cat >star.json <<END
> {
>   "schema": "scmoesim/platform-fit/1",
>   "name": "star", "summary": "a star of unknown links", "source": "worked out by hand",
>   "parameters": [
>     { "pointer": "/topology/link_types/star/bandwidth_bytes_per_s",
>       "start": 30e9, "low": 10e9, "high": 100e9, "source": "chosen" }
>   ]
> }
> END
$ scmoesim validate --fit ./star.json ./made.json
| # star: a star of unknown links
| # parameter                               value           95 % interval  in cases
|   /topology/link_types/star/bandwidth_bytes_per_s
|                                       3.991e+10  3.875e+10 .. 4.109e+10     4e+10
| # fitted figure                                   published  predicted  error
| #                                                                         (%)
|   made, star: time                                 0.005358   0.005365   +0.1
|   made, star: share                                  0.8257     0.8261   +0.0
| # mean |error| 0.1 %; with the figure itself left out of the fit 0.7 %
$ sed 's/40e9/50e9/' made.json >other.json
$ scmoesim validate --fit ./star.json ./other.json
| # star: a star of unknown links
| # parameter                               value           95 % interval  in cases
|   /topology/link_types/star/bandwidth_bytes_per_s
|                                       3.991e+10  3.875e+10 .. 4.109e+10     5e+10
| # fitted figure                                   published  predicted  error
| #                                                                         (%)
|   made, star: time                                 0.005358   0.005365   +0.1
|   made, star: share                                  0.8257     0.8261   +0.0
| # mean |error| 0.1 %; with the figure itself left out of the fit 0.7 %
| # the cases hold other values: change their "set"
[1]
$ sed 's/"name": "star", "summary"/"name": "nobody", "summary"/' star.json >nobody.json
$ scmoesim validate --fit ./nobody.json ./made.json
! scmoesim: no figure of the cases belongs to the fit nobody
[3]
$ sed 's/"low": 10e9/"low": 100e9/; s/"source": "chosen"/"sorce": "chosen"/' star.json >wrong.json
$ scmoesim validate --fit ./wrong.json ./made.json
! scmoesim: ./wrong.json: /parameters/0: unknown member "sorce"; did you mean "source"?
! scmoesim: ./wrong.json: /parameters/0: missing member "source"
[3]
$ sed 's/"low": 10e9/"low": 100e9/' star.json >wrong.json
$ scmoesim validate --fit ./wrong.json ./made.json
! scmoesim: ./wrong.json: /parameters/0: expected "low" below "high"
[3]
$ scmoesim validate --fit ./star.json --output out.csv
! scmoesim validate: --fit writes no file
! Try 'scmoesim validate --help'.
[2]

One All-to-All with nothing beside it: 64 MiB a rank on the star take 1094.75 us, which is 67108864 / 1094.75e-6 =
61.300 GB/s, and 7/8 of it, 53.638 GB/s, on the bus. Among four ranks 3/4 of the bytes go out: 938.5 us. The name of the
algorithm is an input like any other.

$ cat >lone.json <<END
> {
>   "schema": "scmoesim/case/1",
>   "name": "lone", "summary": "a lone All-to-All", "source": "worked out by hand",
>   "tolerance_ratio": 0.0001,
>   "runs": [
>     { "name": "eight", "all_to_all": { "topology": "./star-8.json" },
>       "figures": [
>         { "name": "time", "bytes": 67108864, "metric": "time_s", "published": 1094.75e-6 },
>         { "name": "algbw", "bytes": 67108864, "metric": "algbw_bytes_per_s", "published": 61.3006e9 },
>         { "name": "busbw", "bytes": 67108864, "metric": "busbw_bytes_per_s", "published": 53.638e9 }
>       ] },
>     { "name": "four", "all_to_all": { "topology": "./star-8.json", "ep": 4,
>         "set": { "/topology/all_to_all/algorithm": "auto" } },
>       "figures": [
>         { "name": "time", "bytes": 67108864, "metric": "time_s", "published": 938.5e-6 }
>       ] }
>   ]
> }
> END
$ scmoesim check lone.json
| lone.json: fine
$ scmoesim validate ./lone.json
| # figure                                   published  predicted  error limit
| #                                                                  (%)   (%)
| # lone: a lone All-to-All
|   eight
|     time                                    1.095 ms   1.095 ms   -0.0     0
|     algbw                                 61.30 GB/s 61.30 GB/s   +0.0     0
|     busbw                                 53.64 GB/s 53.64 GB/s   +0.0     0
|   four
|     time                                    938.5 us   938.5 us   +0.0     0
| # predictions of        figures     mean    worst  outside
| #                                    |%|      (%)         
|   time                        2      0.0     -0.0        0
|   bandwidth                   2      0.0     +0.0        0
|   all                         4      0.0     +0.0        0
| # 4 of 4 figures are predictions (100 %)
| # f: a fit used it; r: the same experiment said otherwise, not counted;
| # !: outside its limit
