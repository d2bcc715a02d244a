Mistakes on the command line: two lines, what was wrong and where help is; status 2.

$ scmoesim
! scmoesim: no command given
! Try 'scmoesim --help'.
[2]
$ scmoesim rum
! scmoesim: unknown command "rum"; did you mean "run"?
! Try 'scmoesim --help'.
[2]
$ scmoesim simulate
! scmoesim: unknown command "simulate"
! Try 'scmoesim --help'.
[2]
$ scmoesim help rum
! scmoesim: unknown command "rum"; did you mean "run"?
! Try 'scmoesim --help'.
[2]
$ scmoesim run surplus
! scmoesim run: unexpected argument "surplus"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --shedule top2
! scmoesim run: unknown option "--shedule"; did you mean "--schedule"?
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --frobnicate
! scmoesim run: unknown option "--frobnicate"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run -x
! scmoesim run: unknown option "-x"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --schedule
! scmoesim run: --schedule needs a value: LIST
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --fold sometimes
! scmoesim run: --fold: expected auto or never, got "sometimes"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --network packets
! scmoesim run: --network: expected auto, simgrid or max-min, got "packets"
! Try 'scmoesim run --help'.
[2]
$ scmoesim replay plan.json --topology 8xa30-pcie --gpus 2
! scmoesim replay: --gpus and --topology contradict each other
! Try 'scmoesim replay --help'.
[2]

Values.

$ scmoesim run --mode trainig
! scmoesim run: --mode: expected inference or training, got "trainig"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --mode ''
! scmoesim run: --mode: expected inference or training, got ""
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --tokens 0
! scmoesim run: --tokens: expected a number > 0, got "0"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --tokens -5
! scmoesim run: --tokens: expected a number > 0, got "-5"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --tokens many
! scmoesim run: --tokens: expected a number > 0, got "many"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --tokens nan
! scmoesim run: --tokens: expected a number > 0, got "nan"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --tokens 1e999
! scmoesim run: --tokens: expected a number > 0, got "1e999"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --tokens 16K
! scmoesim run: --tokens: expected a number > 0, got "16K"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --ep 0
! scmoesim run: --ep: expected a whole number >= 1, got "0"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --ep 2.5
! scmoesim run: --ep: expected a whole number >= 1, got "2.5"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --ep eight
! scmoesim run: --ep: expected a whole number >= 1, got "eight"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --schedule top2,,top1
! scmoesim run: --schedule: an empty name in "top2,,top1"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --schedule ''
! scmoesim run: --schedule: an empty name in ""
! Try 'scmoesim run --help'.
[2]
$ scmoesim run -o out.txt
! scmoesim run: --output: expected a name ending in .csv or .json, got "out.txt"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --trace trace.svg
! scmoesim run: --trace: expected a name ending in .json, got "trace.svg"
! Try 'scmoesim run --help'.
[2]
$ scmoesim run --timeline queues.png
! scmoesim run: --timeline: expected a name ending in .svg, got "queues.png"
! Try 'scmoesim run --help'.
[2]

The other commands.

$ scmoesim list
! scmoesim list: expected one of models, topologies, gpus, links, all-to-all, schedules, sweeps, algorithms
! Try 'scmoesim list --help'.
[2]
$ scmoesim list model
! scmoesim list: expected models, topologies, gpus, links, all-to-all, schedules, sweeps or algorithms, got "model"
! Try 'scmoesim list --help'.
[2]
$ scmoesim list models gpus
! scmoesim list: expected one of models, topologies, gpus, links, all-to-all, schedules, sweeps, algorithms
! Try 'scmoesim list --help'.
[2]
$ scmoesim list --breif models
! scmoesim list: unknown option "--breif"; did you mean "--brief"?
! Try 'scmoesim list --help'.
[2]
$ scmoesim topology
! scmoesim topology: expected 'show' or 'export' and a NAME, FILE or SHORTHAND
! Try 'scmoesim topology --help'.
[2]
$ scmoesim topology shwo 8xa30-pcie
! scmoesim topology: expected 'show' or 'export' and a NAME, FILE or SHORTHAND
! Try 'scmoesim topology --help'.
[2]
$ scmoesim topology show
! scmoesim topology: expected 'show' or 'export' and a NAME, FILE or SHORTHAND
! Try 'scmoesim topology --help'.
[2]
$ scmoesim topology show 8xa30-pcie --route 0
! scmoesim topology: --route: expected two ranks A,B below 8, got "0"
! Try 'scmoesim topology --help'.
[2]
$ scmoesim topology show 8xa30-pcie --route 0,8
! scmoesim topology: --route: expected two ranks A,B below 8, got "0,8"
! Try 'scmoesim topology --help'.
[2]
$ scmoesim topology show 8xa30-pcie --route 0,-1
! scmoesim topology: --route: expected two ranks A,B below 8, got "0,-1"
! Try 'scmoesim topology --help'.
[2]
$ scmoesim check
! scmoesim check: expected at least one FILE
! Try 'scmoesim check --help'.
[2]
$ scmoesim plan --schedule top1,top2
! scmoesim plan: expected one schedule, got 2
! Try 'scmoesim plan --help'.
[2]
$ scmoesim plan --backward
! scmoesim plan: --backward needs --mode training
! Try 'scmoesim plan --help'.
[2]
$ scmoesim fit
! scmoesim fit: expected a FILE.csv of measured times
! Try 'scmoesim fit --help'.
[2]
$ scmoesim fit a.csv b.csv
! scmoesim: a.csv: cannot be read: No such file or directory
! scmoesim: b.csv: cannot be read: No such file or directory
[3]
$ scmoesim fit data/tests/data/hand-costs.csv --hold-out 1536,wide
! scmoesim fit: --hold-out: expected widths separated by commas, got "1536,wide"
! Try 'scmoesim fit --help'.
[2]
