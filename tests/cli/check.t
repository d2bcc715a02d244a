Everything that ships is fine, and so is what a shorthand expands to.

$ scmoesim check data/models/*/*.json data/topologies/*.json >out || cat out
$ scmoesim check data/tests/data/*.json data/tests/data/*.csv
| data/tests/data/hand-every-model.json: fine
| data/tests/data/hand-model.json: fine
| data/tests/data/star-8.json: fine
| data/tests/data/exchanges.csv: fine
| data/tests/data/hand-costs.csv: fine
$ scmoesim topology show nodes=2,gpu=a100,nic=8x400G --json >t.json && scmoesim check t.json
| t.json: fine

Sweeps and plans too: their members, and whether any of their points can be loaded.

$ scmoesim check data/analysis/sweeps/*.json >out || cat out
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

One bad file among good ones: all are checked, the status tells.

$ echo '{' >bad.json
$ scmoesim check data/models/*/*.json data/topologies/*.json >out || cat out
$ scmoesim check -- bad.json
! scmoesim: bad.json:2:1: expected a member's name in double quotes or '}', got the end of the text
!     
!     ^
[3]
