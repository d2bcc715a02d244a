"""doc/schema against what ships: every JSON file is valid by the schema that it names, and what is
broken in one of models/ both the schema and `scmoesim check` refuse.
    shipped.py SCMOESIM SOURCE"""
import copy
import glob
import json
import os
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    sys.exit(77)

program, source = (os.path.abspath(path) for path in sys.argv[1:])
os.environ["SCMOESIM_DATA"] = source
os.chdir(source)
FOLDERS = ("models", "models/*", "topologies", "analysis/sweeps", "analysis/fits", "traces/published")
validators = {}
failed = 0


def check(fine, what):
    global failed
    if not fine:
        failed += 1
        print(f"FAIL: {what}")


def validator(document):
    name = document["schema"].split("/")[1]
    if name not in validators:
        with open(f"doc/schema/{name}.json") as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        validators[name] = jsonschema.Draft202012Validator(schema)
    return validators[name]


def program_takes(document):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        return subprocess.run([program, "check", file.name], capture_output=True).returncode == 0


def changed(path, place, value):
    """The document with one value more or another; None takes it away."""
    with open(path) as file:
        document = json.load(file)
    at = document
    for step in place[:-1]:
        at = at[step]
    if value is None:
        del at[place[-1]]
    else:
        at[place[-1]] = value
    return document


BROKEN = (
    ("models/link/nvlink4.json", ("bandwidth_source",), None),
    ("models/link/nvlink4.json", ("bandwidth_bytes_per_s",), None),
    ("models/link/nvlink4.json", ("efficiency_ratio",), 1.1),
    ("models/link/nvlink4.json", ("source",), None),
    ("models/link/network.json", ("hops",), 9),
    ("models/link/network.json", ("duplex",), "both"),
    ("models/link/network.json", ("more",), 1),
    ("models/all-to-all/pcie.json", ("setup_s",), None),
    ("models/all-to-all/pcie.json", ("sm_share_ratio",), 0.6),
    ("models/all-to-all/pcie.json", ("per_peer_s",), -1),
    ("models/shorthand.json", ("links", "core"), None),
    ("models/shorthand.json", ("all_to_all", "star"), None),
    ("models/gpu/h800.json", ("links", "nvlink", "source"), None),
    ("models/gpu/h800.json", ("links", "nvlink", "link"), None),
    ("models/gpu/h800.json", ("links", "pcie"), 5),
    ("models/gpu/h800.json", ("links", "usb"), "pcie5"),
    ("models/gpu/h800.json", ("all_to_all", "nvlink"), {}),
    ("models/gpu/h800.json", ("peer_access",), False),
)
CHANGED_WELL = (
    ("models/link/nvlink4.json", ("hops",), 8),
    ("models/all-to-all/nvlink4.json", ("floor_s",), None),
    ("models/gpu/rtx-3090.json", ("peer_access",), True),
    ("models/gpu/h800.json", ("links", "bridge"), {"link": "pcie5", "latency_s": 0, "source": "none"}),
)

count = 0
for path in sorted(path for folder in FOLDERS for path in glob.glob(f"{folder}/*.json")):
    with open(path) as file:
        document = json.load(file)
    count += 1
    for error in validator(document).iter_errors(document):
        check(False, f"{path}: {error.json_path}: {error.message}")
check(count >= 80, f"only {count} files")
for cases, good in ((BROKEN, False), (CHANGED_WELL, True)):
    for path, place, value in cases:
        document = changed(path, place, value)
        check(validator(document).is_valid(document) == good, f"the schema: {path} {place} {value}")
        check(program_takes(document) == good, f"the program: {path} {place} {value}")
print(f"{count} files, {failed} failures")
sys.exit(failed > 0)
