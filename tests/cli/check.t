Everything that ships is fine, and so is what a shorthand expands to.

$ scmoesim check data/models/*/*.json data/topologies/*.json >out || cat out
$ scmoesim check data/tests/data/*.json data/tests/data/*.csv
| data/tests/data/hand-every-model.json: fine
| data/tests/data/hand-model.json: fine
| data/tests/data/star-8.json: fine
| data/tests/data/hand-costs.csv: fine
$ scmoesim topology show nodes=2,gpu=a100,nic=8x400G --json >t.json && scmoesim check t.json
| t.json: fine

One bad file among good ones: all are checked, the status tells.

$ echo '{' >bad.json
$ scmoesim check data/models/*/*.json data/topologies/*.json >out || cat out
$ scmoesim check -- bad.json
! scmoesim: bad.json:2:1: expected a member's name in double quotes or '}', got the end of the text
!     
!     ^
[3]
