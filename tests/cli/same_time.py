"""The same plan at the same costs takes the same time, to the last digit, whoever is asked: `run`,
`sweep`, `replay` of the file that `plan` writes, and `compare` with a replay of that plan.
    same_time.py SCMOESIM SOURCE"""
import csv
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass

program, source = sys.argv[1:]
os.environ["SCMOESIM_DATA"] = source
LEAST_PLANS = 300

SCHEDULES = ("top2", "top1-pipelined", "top2-pipelined", "shared-overlap", "dgmoe",
             "scmoe-pos1", "scmoe-pos2", "scmoe-pos2-pipelined")
FEW = ("top2", "top2-pipelined", "scmoe-pos2")
WHOLE_STEPS = ("forward-backward", "combined-1f1b")  # both passes stand in one plan
PASSES = ("inference", "training")


def measured(card, *names):
    return tuple(f"--costs={source}/traces/{card}/{name}.csv" for name in names)


H100 = measured("h100-sxm", "models", "copies", "beside")
H200 = measured("h200-sxm", "models", "copies", "beside", "graph")
TWO_H200 = measured("h200-sxm", "gpus-2", "all-to-all-2", "beside-gpus", "graph")


@dataclass
class Case:
    """Plans that differ in schedule, pass, launch, and one input that `sweep` varies."""
    topology: str
    model: str
    schedules: tuple = FEW
    modes: tuple = PASSES
    launches: tuple = ("eager",)
    costs: tuple = ()
    sets: tuple = ()  # of the model or the schedule: the plan holds what they change
    cluster: tuple = ()  # of the cluster: `replay` is told again
    network: tuple = ()
    vary: str = "/tokens"
    values: tuple = ("2048", "6000")
    gpus: int = 0  # that can be replayed without a topology

    def name(self):
        return " ".join([self.topology, self.model, *self.sets, *self.cluster, *self.network])


BOTH = ("eager", "graph")
FP32, FP8 = ("/model/routing_dtype=fp32",), ("/model/dtype=fp8", "/model/dispatch_dtype=fp8")
ONE, TWO, EIGHT = "nodes=1,gpu=h200,gpus=1", "2xh200-nvlink", "8xh100-nvlink"
RAILS = "nodes=2,gpu=h200,nic=8x400G"
SIXTY_FOUR = "nodes=8,gpu=h100-sxm,gpus=8,nic=8x400G"
SLOTS = {"vary": "/schedule/fixed_slot", "values": ("1", "2"),
         "schedules": ("scmoe-pos2", "shared-overlap")}
DAMAGED = ('/topology/degraded/-={"gpus": "node0/gpu3", "compute_ratio": 0.8}',
           '/topology/degraded/-={"links": "node0/gpu1*", "bandwidth_ratio": 0.5}')
CASES = [
    # One GPU: nothing is exchanged.
    Case(ONE, "gpt2-moe-medium", SCHEDULES, launches=BOTH, costs=H200, gpus=1),
    Case(ONE, "gpt2-moe-medium", modes=("inference",), costs=H200, gpus=1, **SLOTS),
    Case(ONE, "gpt3-moe-xl", costs=H200, sets=FP32, launches=BOTH, gpus=1),
    Case(ONE, "gpt2-moe-medium", costs=H200, sets=FP8, gpus=1),
    Case("1xa30", "swinv2-moe-s"),
    # Two, whose All-to-Alls were measured; and two as the topology has them.
    Case(TWO, "gpt2-moe-medium", SCHEDULES, launches=BOTH, costs=TWO_H200, gpus=2),
    Case(TWO, "gpt3-moe-xl", costs=TWO_H200, sets=FP32, launches=BOTH, gpus=2),
    Case(TWO, "gpt3-moe-xl", costs=TWO_H200, sets=FP8, gpus=2),
    Case(TWO, "gpt2-moe-medium", modes=("inference",), costs=TWO_H200, gpus=2, **SLOTS),
    Case(TWO, "gpt3-moe-xl", modes=("inference",), network=("--fold", "never"), costs=TWO_H200),
    Case(TWO, "gpt3-moe-xl", launches=BOTH),
    # Eight.
    Case(EIGHT, "gpt2-moe-medium", SCHEDULES, costs=H100),
    Case("8xh200-nvlink", "gpt3-moe-xl", sets=FP8, launches=BOTH),
    Case(EIGHT, "gpt3-moe-xl", network=("--fold", "never")),
    Case(EIGHT, "llama2-moe", ("top2", "scmoe-pos1"), network=("--network", "max-min")),
    Case("8xh200-nvlink", "gpt2-moe-medium", modes=("inference",), launches=BOTH, **SLOTS),
    Case(EIGHT, "gpt2-moe-medium", vary="/model/experts", values=("8", "32")),
    Case("8xa30-pcie", "swinv2-moe-s", SCHEDULES),
    Case("8xa30-pcie", "swinv2-moe-s", sets=FP32, cluster=("/topology/all_to_all/setup_s=2e-5",)),
    Case("8xa30-pcie", "swinv2-moe-s", cluster=("/topology/all_to_all/algorithm=host-staged",)),
    Case("8xa30-pcie", "swinv2-moe-s", vary="/topology/link_types/pcie/bandwidth_bytes_per_s",
         values=("16e9", "64e9")),
    Case(EIGHT, "gpt2-moe-medium", cluster=DAMAGED),
    # Nodes: one group of experts, and several; folded where GPUs are alike, or each GPU played.
    Case("4x8xh100-ib", "gpt3-moe-xl", sets=("/model/experts=32",)),
    Case("4x8xh100-ib", "gpt3-moe-xl"),
    Case("4x8xh100-ib", "gpt3-moe-xl", sets=("/model/experts=32",),
         network=("--network", "max-min")),
    Case("4x8xh100-ib", "gpt3-moe-xl", sets=("/model/experts=32",), cluster=DAMAGED[:1]),
    *[Case(RAILS, "gpt3-moe-xl", sets=("/model/experts=16",),
           cluster=(f"/topology/all_to_all/algorithm={algorithm}",))
      for algorithm in ("pairwise-rounds", "hierarchical", "two-hop", "low-latency", "auto")],
    Case(SIXTY_FOUR, "gpt3-moe-xl", sets=("/model/experts=64",)),
    # MoE in every layer, many experts a token.
    Case("8xh200-nvlink", "qwen3-30b-a3b", ("top2", "two-batch", "scmoe-pos1"), launches=BOTH),
    Case("8xh200-nvlink", "qwen3-30b-a3b", WHOLE_STEPS, ("training",)),
    *[Case("4x8xh100-ib", "deepseek-v3", ("top2", "two-batch"), ("inference",),
           sets=("/model/experts=64",), cluster=(f"/topology/all_to_all/algorithm={algorithm}",))
      for algorithm in ("pairwise", "two-hop")],
]

failures, plans, asked = [], 0, {"sweep": 0, "replay": 0, "replay alone": 0, "compare": 0}


def each(option, values):
    return [word for value in values for word in (option, value)]


def ask(*arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        failures.append(f"{' '.join(arguments)}: {done.stderr}")
        return ""
    return done.stdout


def check(who, want, got, what):
    asked[who] += 1
    if want is None or want != got:
        failures.append(f"{what}: run says {want}, {who} {got}")


def pair_times(text, key=lambda row: row["schedule"]):
    return {key(row): row["pair_time_s"] for row in csv.DictReader(text.splitlines())}


def pair_time(times, layers):
    """As `run` adds a forward and a backward pass, and counts a plan of several layers."""
    return "%.17g" % sum(time / layer for time, layer in zip(times, layers))


class Played:
    """A plan file, and what `replay` says of it."""

    def __init__(self, case, launch, options, path, backward):
        self.path, self.case, self.launch, self.backward = path, case, launch, backward
        ask("plan", *options, *(["--backward"] if backward else []), "-o", path)
        self.layers = 1
        if os.path.exists(path):
            with open(path) as file:
                self.layers = json.load(file).get("layers", 1)

    def time_s(self, *how):
        timeline = ask("replay", self.path, *self.case.costs, "--launch", self.launch, *how)
        return json.loads(timeline)["pair_time_s"] if timeline else float("nan")


def sweep(case, mode, launch):
    """Every point of the case in one call."""
    text = ask("sweep", *study(case, mode, launch, ",".join(case.schedules)),
               "--baseline", case.schedules[0], "--vary", f"{case.vary}={','.join(case.values)}",
               "-j", "1", "--quiet", "-o", "-")
    return pair_times(text, lambda row: (float(row[case.vary]), row["schedule"]))


def study(case, mode, launch, schedules, value=None):
    point = [] if value is None else ["--set", f"{case.vary}={value}"]
    if point and case.vary == "/tokens":
        point = ["--tokens", value]
    return ["--topology", case.topology, "--model", case.model, "--mode", mode,
            "--launch", launch, *case.costs, *each("--set", case.sets + case.cluster),
            *case.network, "--schedule", schedules, *point]


def replayed_alone(case, one, time):
    """Without a topology; returns what `compare` asks for, a made up replay of the plan."""
    factor = "0" if case.gpus == 1 else "1"
    name = os.path.basename(one.path).removesuffix(".json")
    alone = one.time_s("--gpus", str(case.gpus), "--factor", factor)
    check("replay alone", "%.17g" % time, "%.17g" % alone, f"{case.name()}, {name}")
    return name, f"{name},s,{one.launch},{factor},1,{case.gpus}", "%.17g" % alone


def compare(case, folder, rows):
    table = f"{folder}/replays.csv"
    with open(table, "w") as file:
        file.write("plan,schedule,launch,factor_ratio,pair_time_s,gpus\n")
        file.writelines(row + "\n" for _, row, _ in rows)
    out = f"{folder}/compared.csv"
    ask("compare", table, *case.costs, "--plans", folder, "-o", out)
    said = {}
    if os.path.exists(out):
        with open(out) as file:
            said = {row["plan"]: row["predicted_s"] for row in csv.DictReader(file)}
    for name, _, want in rows:
        check("compare", want, said.get(name), f"{case.name()}, {name}")


def play(case, mode, launch, folder):
    global plans
    swept, rows = sweep(case, mode, launch), []
    cluster = ["--topology", case.topology, *case.network, *each("--set", case.cluster)]
    for value in case.values:
        if case.vary.startswith(("/topology", "/gpu")):
            here = [*cluster, "--set", f"{case.vary}={value}"]
        else:
            here = cluster
        ran = pair_times(ask("run", *study(case, mode, launch, ",".join(case.schedules), value),
                             "--baseline", case.schedules[0], "-o", "-"))
        for schedule in case.schedules:
            what = f"{case.name()}, {mode}, {launch}, {schedule}, {case.vary}={value}"
            both = mode == "training" and schedule not in WHOLE_STEPS
            options = study(case, mode, launch, schedule, value)
            path = f"{folder}/{mode}-{launch}-{schedule}-{value}"
            played = [Played(case, launch, options, f"{path}-{name}.json", name == "backward")
                      for name in (("forward", "backward") if both else ("forward",))]
            plans += len(played)
            check("sweep", ran.get(schedule), swept.get((float(value), schedule)), what)
            times = [one.time_s(*here) for one in played]
            layers = [one.layers for one in played]
            check("replay", ran.get(schedule), pair_time(times, layers), what)
            for one, time in zip(played, times):
                # Gradients need a topology to travel on.
                if case.gpus == 1 or case.gpus and not one.backward:
                    rows.append(replayed_alone(case, one, time))
    if rows:
        compare(case, folder, rows)


for case in CASES:
    for mode in case.modes:
        for launch in case.launches:
            with tempfile.TemporaryDirectory() as folder:
                play(case, mode, launch, folder)
if plans < LEAST_PLANS:
    failures.append(f"only {plans} plans")
for failure in failures:
    print("FAIL:", failure)
answers = ", ".join(f"{count} by {who}" for who, count in asked.items())
print(f"{plans} plans; held against run: {answers}; {len(failures)} failures")
sys.exit(bool(failures))
