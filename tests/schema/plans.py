"""doc/schema against what the program writes and reads: plans of every shipped schedule and their
predicted timelines are valid; what the program refuses, the schema refuses too.
    plans.py SCMOESIM SOURCE"""
import copy
import json
import os
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    sys.exit(77)

program, source = sys.argv[1:]
os.environ["SCMOESIM_DATA"] = source
COSTS = [f"--costs={source}/traces/h100-sxm/{name}.csv" for name in ("models", "copies", "beside")]


def validator(name):
    with open(f"{source}/doc/schema/{name}.json") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def run(*arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True)


def schedules():
    return sorted(name[:-5] for name in os.listdir(f"{source}/models/schedule"))


def written():
    """Plans in both directions, where the schedule has them."""
    for schedule in schedules():
        for more in ([], ["--mode", "training"], ["--mode", "training", "--backward"]):
            done = run("plan", "--model", "gpt2-moe-medium", "--topology", "8xh100-nvlink",
                       "--schedule", schedule, *more)
            if done.returncode == 0:
                yield f"{schedule} {' '.join(more)}", json.loads(done.stdout)


def broken(plan):
    """What is wrong, and a plan that has it."""
    for member in ("schema", "queues", "operators", "dtype"):
        other = copy.deepcopy(plan)
        del other[member]
        yield f"no {member}", other
    for place, value in ((("ranks",), 0), (("slot",), -1), (("dtype",), "int4"), (("more",), 1),
                         (("operators", 0, "kind"), "atention"), (("operators", 0, "queue"), 64),
                         (("operators", 0, "comm_bytes"), -1),
                         (("operators", 0, "after_earlier"), [{"plans": 0, "operator": 0}]), (("operators", 0, "after"), 0),
                         (("operators", 0, "shape"), {"width": 1}),
                         (("operators", 0, "shape"), {"heads": 1.5})):
        other = copy.deepcopy(plan)
        at = other
        for step in place[:-1]:
            at = at[step]
        at[place[-1]] = value
        yield f"{place} {value}", other


failed = 0


def check(fine, what):
    global failed
    if not fine:
        failed += 1
        print(f"FAIL: {what}")


plans, timelines = validator("plan"), validator("timeline")
count = 0
with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/plan.json"

    def replay(plan):
        with open(path, "w") as file:
            json.dump(plan, file)
        where = ("--topology", "8xh100-nvlink") if plan.get("groups") else ()  # gradients travel
        return run("replay", path, *COSTS, *where)

    for name, plan in written():
        count += 1
        for error in plans.iter_errors(plan):
            check(False, f"{name}: {error.json_path}: {error.message}")
        done = replay(plan)
        check(done.returncode == 0, f"{name}: {done.stderr}")
        if done.returncode == 0:
            for error in timelines.iter_errors(json.loads(done.stdout)):
                check(False, f"{name}, timeline: {error.json_path}: {error.message}")
    for what, plan in broken(plan):
        check(not plans.is_valid(plan), f"the schema takes {what}")
        check(replay(plan).returncode == 3, f"the program takes {what}")
check(count >= 20, f"only {count} plans")
print(f"{count} plans, {failed} failures")
sys.exit(failed > 0)
