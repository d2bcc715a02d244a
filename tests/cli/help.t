Help goes to standard output with status 0, also for one command, wherever --help stands.

$ scmoesim --help
| Usage: scmoesim COMMAND [OPTIONS] [FILE...]
|
| Predicts what shortcut-connected Mixture-of-Experts schedules give on a cluster.
|
| Commands:
|   run        predict block-pair and end-to-end time, overlap and speedup
|   alltoall   predict one All-to-All alone, size by size
|   list       name, summary and source of what ships
|   topology   draw a cluster, or export it as SimGrid XML
|   check      report all problems of input files
|   plan       write the plan that 'run' plays, for the probe
|   fit        fit the constants of synthetic costs to measured times
|   replay     predict what a plan takes, as run or the probe plays it
|   compare    hold predictions against plans replayed on a GPU
|   validate   hold predictions against published figures
|   sweep      predict many points: inputs that vary over lists and ranges
|   merge      join the shards of a sweep into one CSV
|   solve      find the input that gives a wanted result
|   plot       draw a figure of results, with gnuplot
|
| Options:
|   --help     this text; 'scmoesim COMMAND --help' for one command
|   --version  version of the program and of SimGrid
|
| Environment:
|   SCMOESIM_DATA  folder with models/ and topologies/ instead of those that ship
|
| Example: what ScMoE gives a vision MoE on eight PCIe GPUs
|   scmoesim run --model swinv2-moe-s --topology 8xa30-pcie
|
| Exit status: 0 fine, 1 a comparison missed its tolerance, 2 usage,
| 3 bad input, 4 some points of a sweep failed, 70 a bug of ours,
| 130 interrupted.
$ scmoesim run --help
| Usage: scmoesim run [OPTIONS]
|
| Predict block-pair and end-to-end time, overlap and speedup.
|
| Options:
|   --model NAME|FILE       architecture (default swinv2-moe-s); 'scmoesim list
|                           models'
|   --topology NAME|FILE|SHORTHAND
|                           cluster (default 8xa30-pcie); 'scmoesim list
|                           topologies', or for example
|                           nodes=4,gpu=h100-sxm,gpus=8,nic=8x400G
|   --schedule LIST         schedules, names or files separated by commas, or
|                           'all' (default all); 'scmoesim list schedules'
|   --mode MODE             inference (default) or training
|   --tokens N              tokens per GPU instead of the model's, e.g. 16Ki
|   --ep N                  GPUs in an expert-parallel group (default: all, or one
|                           per expert)
|   --a2a NAME              All-to-All algorithm instead of the topology's, or
|                           'auto' for each schedule's fastest; 'scmoesim list
|                           algorithms'
|   --degrade LINK=RATIO    leave RATIO of the bandwidth of links of that name
|                           ('*' stands for anything); may be given many times
|   --slow GPU=RATIO        leave RATIO of the speed of such GPUs, e.g.
|                           node0/gpu3=0.8
|   --routing LOAD          what experts tokens choose: balanced (default),
|                           zipf:EXPONENT, dirichlet:ALPHA or FILE.csv of recorded
|                           loads; more by --set /routing/...
|   --overflow WHAT         pad (buffers of the model's capacity, sent whole;
|                           default when balanced), drop (what is beyond it) or
|                           dropless (default otherwise)
|   --draws N               draws of the routing, of which mean and percentiles
|                           are told (default 1)
|   --seed N                of the draws (default 1)
|   --costs FILE.csv        measured operator times; may be given many times;
|                           where files have equal rows, the first counts; what is
|                           lacking is synthesised
|   --launch HOW            how kernels are launched: eager (default), or graph,
|                           by a CUDA graph, which begins each later
|   --set /POINTER=VALUE    change an input: /model/..., /topology/..., /gpu/...,
|                           /schedule/..., /routing/..., /costs/... by JSON
|                           Pointer; may be given many times
|   --baseline NAME         schedule that speedups refer to (default top2)
|   --network WHO           who shares links among flows: auto (default: one GPU
|                           for all that are alike, else by the number of flows),
|                           or simgrid or max-min with every GPU
|   --fold WHEN             let one GPU stand for all that are alike: auto
|                           (default; where that is exact) or never
|   -o, --output FILE       write FILE.csv or FILE.json instead of a table; '-' is
|                           CSV on standard output
|   --trace FILE.json       also write the timelines for Perfetto
|                           (ui.perfetto.dev)
|   --timeline FILE.svg     also draw the queues of one GPU, schedules above one
|                           another
|   --help                  this text
|
| Examples:
|   scmoesim run
|   scmoesim run --model gpt2-moe-medium --topology 8xa800-nvlink --mode training
|   scmoesim run --schedule top2,scmoe-pos2 --timeline fig.svg --trace trace.json
|   scmoesim run --topology nodes=4,gpu=h100-sxm,gpus=8,nic=8x400G \
|       --model gpt3-moe-xl --set /model/experts=32 -o out.csv
$ scmoesim list --help
| Usage: scmoesim list models|topologies|gpus|links|all-to-all|schedules|sweeps|algorithms
|
| Name, summary and source of what ships.
|
| Options:
|   --brief                 leave the sources out
|   --help                  this text
|
| Example:
|   scmoesim list schedules
$ scmoesim alltoall --help
| Usage: scmoesim alltoall [OPTIONS]
|
| Predict one All-to-All alone, size by size.
|
| Options:
|   --topology NAME|FILE|SHORTHAND
|                           cluster (default 8xh100-nvlink)
|   --bytes LIST            what a rank sends in all, sizes with commas between
|                           (default 1MiB to 1GiB)
|   --ep N                  GPUs in a group that exchanges (default: all)
|   --a2a NAME              algorithm instead of the topology's, or 'auto' for the
|                           fastest
|   --experts N             experts that tokens choose from, for algorithms that
|                           send a token once to a node; with --top-k
|   --top-k N               how many each chooses; default: every copy is sent
|                           apart
|   --set /POINTER=VALUE    change the topology: /topology/...; may be given many
|                           times
|   --network WHO           who shares links among flows: auto (default: one GPU
|                           for all that are alike, else by the number of flows),
|                           or simgrid or max-min with every GPU
|   --fold WHEN             let one GPU stand for all that are alike: auto
|                           (default; where that is exact) or never
|   -o, --output FILE       write CSV instead of a table; '-' is standard output
|   --help                  this text
|
| Examples:
|   scmoesim alltoall --topology 4x8xh100-ib --bytes 64MiB
|   scmoesim alltoall --topology nodes=512,gpu=h100-sxm,nic=8x400G -o -
$ scmoesim topology --help
| Usage: scmoesim topology show|export NAME|FILE|SHORTHAND
|
| Draw a cluster, or export it as SimGrid XML.
|
| Options:
|   --json                  show: print the JSON, as a shorthand expands to it
|   --route A,B             show: the route between these ranks (default: first
|                           and last)
|   -o, --output FILE       write to FILE instead of standard output
|   --help                  this text
|
| Examples:
|   scmoesim topology show 8xa30-pcie --route 0,7
|   scmoesim topology show nodes=2,gpu=h100-sxm,nic=8x400G --json
|   scmoesim topology export 4x8xh100-ib -o cluster.xml
$ scmoesim check --help
| Usage: scmoesim check FILE...
|
| Report all problems of input files.
|
| Options:
|   --help                  this text
|
| Example:
|   scmoesim check my-model.json my-costs.csv
$ scmoesim plan --help
| Usage: scmoesim plan [OPTIONS]
|
| Write the plan that 'run' plays, for the probe.
|
| Options:
|   --model NAME|FILE       architecture (default swinv2-moe-s); 'scmoesim list
|                           models'
|   --topology NAME|FILE|SHORTHAND
|                           cluster (default 8xa30-pcie); 'scmoesim list
|                           topologies', or for example
|                           nodes=4,gpu=h100-sxm,gpus=8,nic=8x400G
|   --schedule NAME|FILE    schedule (default scmoe-pos2); 'scmoesim list
|                           schedules'
|   --mode MODE             inference (default) or training
|   --tokens N              tokens per GPU instead of the model's, e.g. 16Ki
|   --ep N                  GPUs in an expert-parallel group (default: all, or one
|                           per expert)
|   --a2a NAME              All-to-All algorithm instead of the topology's, or
|                           'auto' for each schedule's fastest; 'scmoesim list
|                           algorithms'
|   --degrade LINK=RATIO    leave RATIO of the bandwidth of links of that name
|                           ('*' stands for anything); may be given many times
|   --slow GPU=RATIO        leave RATIO of the speed of such GPUs, e.g.
|                           node0/gpu3=0.8
|   --routing LOAD          what experts tokens choose: balanced (default),
|                           zipf:EXPONENT, dirichlet:ALPHA or FILE.csv of recorded
|                           loads; more by --set /routing/...
|   --overflow WHAT         pad (buffers of the model's capacity, sent whole;
|                           default when balanced), drop (what is beyond it) or
|                           dropless (default otherwise)
|   --draws N               draws of the routing, of which mean and percentiles
|                           are told (default 1)
|   --seed N                of the draws (default 1)
|   --costs FILE.csv        measured operator times; may be given many times;
|                           where files have equal rows, the first counts; what is
|                           lacking is synthesised
|   --launch HOW            how kernels are launched: eager (default), or graph,
|                           by a CUDA graph, which begins each later
|   --set /POINTER=VALUE    change an input: /model/..., /topology/..., /gpu/...,
|                           /schedule/..., /routing/..., /costs/... by JSON
|                           Pointer; may be given many times
|   --baseline NAME         schedule that speedups refer to (default top2)
|   --network WHO           who shares links among flows: auto (default: one GPU
|                           for all that are alike, else by the number of flows),
|                           or simgrid or max-min with every GPU
|   --fold WHEN             let one GPU stand for all that are alike: auto
|                           (default; where that is exact) or never
|   --backward              the backward pass (with --mode training)
|   -o, --output FILE       write to FILE instead of standard output
|   --help                  this text
|
| Example:
|   scmoesim plan --schedule scmoe-pos2 --set /schedule/fixed_slot=2 -o plan.json
$ scmoesim fit --help
| Usage: scmoesim fit FILE.csv...
|
| Fit the constants of synthetic costs to measured times.
|
| Options:
|   --gpu NAME|FILE         whose peak rates efficiencies refer to (default: the
|                           card that the files name)
|   --protocol NAME         which rows: hot (default), paced or mixed
|   --hold-out WIDTHS       keep rows of these hidden sizes out, and report their
|                           error apart
|   --from-bytes SIZE       keep smaller copies and All-to-Alls out likewise
|   --residuals FILE.csv    write every row with its prediction and error
|   --plot FILE.svg         draw the errors of every kind over measured time; .png
|                           or .pdf as well
|   -o, --output FILE.json  write the "fits" member for a GPU file
|   --help                  this text
|
| Example:
|   scmoesim fit traces/h100-sxm/sweep.csv --hold-out 1536,3072,5120 \
|       --plot fit.svg

Other ways to ask for the same.

$ scmoesim -h >a; scmoesim help >b; scmoesim --help | cmp - a && cmp a b
$ scmoesim run -h >a; scmoesim help run >b; scmoesim run --help | cmp - a && cmp a b
$ scmoesim run --schedule top2 --help | cmp - a

$ scmoesim --version
| scmoesim VERSION, SimGrid VERSION

No option is told twice, as only the first would be read.

$ for command in $(scmoesim --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
>     scmoesim $command --help | sed -n "s/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/$command \2/p" | sort | uniq -d
> done
