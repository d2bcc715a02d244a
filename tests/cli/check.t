Everything that ships is fine, and so is what a shorthand expands to.

$ SCMOESIM_DATA=$SOURCE scmoesim check "$SOURCE"/models/*.json "$SOURCE"/models/*/*.json "$SOURCE"/topologies/*.json >out || cat out
$ scmoesim check data/tests/data/*.json data/tests/data/*.csv
| data/tests/data/hand-every-model.json: fine
| data/tests/data/hand-model.json: fine
| data/tests/data/star-8.json: fine
| data/tests/data/exchanges.csv: fine
| data/tests/data/hand-costs.csv: fine
$ scmoesim topology show nodes=2,gpu=a100,nic=8x400G --json >t.json && scmoesim check t.json
| t.json: fine

Sweeps and plans too: their members, and whether any of their points can be loaded.

$ SCMOESIM_DATA=$SOURCE scmoesim check "$SOURCE"/analysis/sweeps/*.json >out || cat out
$ scmoesim plan -o plan.json && scmoesim check plan.json
| plan.json: fine
$ echo '{ "schema": "scmoesim/sweep/1", "base": { "modle": "x" }, "vary": [ { "pointer": "/tokens", "values": [1] } ] }' >sweep.json
$ scmoesim check sweep.json
! scmoesim: sweep.json: /base: unknown member "modle"; did you mean "model"?
[3]
$ echo '{ "schema": "scmoesim/sweep/1", "vary": [ { "pointer": "/model/expert", "values": [8, 16] } ] }' >sweep.json
$ scmoesim check sweep.json
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member "expert"; did you mean "experts"? (set: /model/expert=8)
[3]
$ echo '{ "schema": "scmoesim/sweep/1", "vary": [ { "pointer": "/tokens", "values": [8, 0] } ] }' >sweep.json
$ scmoesim check sweep.json
! scmoesim: sweep.json: /tokens: expected a number > 0, got "0"
[3]

Timelines, platform fits, and tables that are no cost files: told apart by a column.

$ scmoesim replay plan.json --costs data/traces/h100-sxm/models.csv --costs data/traces/h100-sxm/copies.csv -o timeline.json
$ scmoesim check timeline.json data/analysis/fits/8xa30-pcie.json data/traces/validation/h200-sxm-graph.csv
| timeline.json: fine
| data/analysis/fits/8xa30-pcie.json: fine
| data/traces/validation/h200-sxm-graph.csv: fine
$ printf 'expert,tokens\n0,5\n1,7\n' >loads.csv && scmoesim check loads.csv
| loads.csv: fine
$ printf 'expert,tokens\n0,5\n0,seven\n' >loads.csv && scmoesim check loads.csv
! scmoesim: loads.csv: line 3: tokens: expected a number from 0 to 1e+15, got "seven"
[3]
$ printf 'plan,schedule\na,top2\n' >replays.csv && scmoesim check replays.csv 2>&1 | sed 's/;.*//'
| scmoesim: replays.csv: missing column "launch"
$ sed 's/"end_s"/"stop_s"/' timeline.json >bad.json && scmoesim check bad.json 2>&1 | head -1
| scmoesim: bad.json: /operators/0: missing member "end_s"
$ sed 's/"start"/"begin"/' data/analysis/fits/8xa30-pcie.json >bad.json && scmoesim check bad.json 2>&1 | head -1
| scmoesim: bad.json: /parameters/0: unknown member "begin"; known members: "pointer", "start", "low", "high", "source"

One bad file among good ones: all are checked, the status tells.

$ echo '{' >bad.json
$ scmoesim check data/models/*/*.json data/topologies/*.json >out || cat out
$ scmoesim check -- bad.json
! scmoesim: bad.json:2:1: expected a member's name in double quotes or '}', got the end of the text
!     
!     ^
[3]

A published case's paths begin at its folder, wherever one stands; what its runs name must be there.

$ mkdir folder && cat >folder/case.json <<END
> {"schema": "scmoesim/case/1", "name": "mine", "summary": "", "source": "hand", "tolerance_ratio": 0.1,
>  "runs": [{"name": "a", "study": {"model": "./m.json", "topology": "8xa30-pcie", "schedules": ["top2"]},
>            "figures": [{"name": "x", "schedule": "top2", "metric": "pair_time_s", "published": 1}]},
>           {"name": "b", "all_to_all": {"topology": "8xa30"},
>            "figures": [{"name": "y", "bytes": 1024, "metric": "time_s", "published": 1}]}]}
> END
$ scmoesim check folder/case.json 2>&1 | sed 's/; did you mean.*//'
| scmoesim: folder/case.json: run a: folder/./m.json: cannot be read: No such file or directory
| scmoesim: folder/case.json: run b: unknown topology "8xa30"
$ cp "$SCMOESIM_DATA/models/moe/swinv2-moe-s.json" folder/m.json
$ sed 's/"8xa30"/"8xa30-pcie"/' folder/case.json >folder/good.json
$ scmoesim check folder/good.json
| folder/good.json: fine
