#!/usr/bin/env python3
"""Times agentos-cfg against other ways to write the same stack, as whole processes: `just bench-peers`.

Every tool gets the same environments, each in its own language as its users would write it. Before anything is timed,
what the tools print is held against each other, object by object. Then they run in turn, each once a round, so that
whatever else the machine does falls on all alike. Needs Python's standard library and kubectl; other tools are found in
the folder AGENTOS_BENCH_PEERS or on the path, and one that is not there is left out.
"""

import argparse
import base64
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# What is compared: how many environments in one folder, and how many federation peers each has.
WORKLOADS = {"n1": (1, 0), "n10": (10, 0), "n100": (100, 0), "p1000": (1, 1000), "p10000": (1, 10000)}

# What the cost's growth is taken from.
GROWTH = {
    "environments": [(size, 0) for size in (10, 32, 100, 316, 1000)],
    "federation peers": [(1, size) for size in (100, 316, 1000, 3162, 10000)],
}

# How many environments there are where the growth of agentos-cfg's memory is taken.
FLEETS = (10, 100, 1000, 10000)

# The API server takes no ConfigMap as large as the peers file is from here on, and agentos-cfg says so (F012, K008).
MOST_PEERS = 2000

PROGRAM = ROOT / "target/release/agentos-cfg"
MEASURE = ROOT / "target/release/examples/measure"

OURS = "agentos-cfg"
FIRST = "agentos-cfg, first run"
CACHED = "agentos-cfg, cached"


# Environments ---------------------------------------------------------------------------------------------------------


def environments(count, peers):
    """The first is that of `environments/local-dev.ncl`; the others differ in what has to differ."""
    first = {"name": "local-dev", "namespace": "agentos", "stack": "stk_local"}
    others = [
        {"name": f"local-{n:04}", "namespace": f"agentos-{n:04}", "stack": f"stk_local_{n:04}"} for n in range(1, count)
    ]
    return [{**environment, "peers": [peer(n) for n in range(peers)]} for environment in [first, *others]]


def peer(n):
    return {
        "id": f"stk_peer_{n:05}",
        "environment": "production",
        "region": "eu-west-1",
        "agents": f"https://agents-{n:05}.example.com",
        "models": f"https://models-{n:05}.example.com",
    }


# Tools ----------------------------------------------------------------------------------------------------------------


class Tool:
    """A way to write the stack: `write` makes its files in a folder, `command` compiles all of them to YAML."""

    def __init__(self, name, program, write, command, variables=None):
        self.name = name
        self.program = program
        self.write = write
        self.command = command
        self.variables = variables or {}

    def folder(self, work, size):
        """Its files for so many environments with so many peers, which are written where they are not there."""
        count, peers = size
        folder = work / f"{count}-environments-{peers}-peers" / self.write.__name__.removeprefix("write_")
        if not folder.exists():
            folder.mkdir(parents=True)
            self.write(folder, environments(count, peers))
        return folder

    def run(self, work, size, limit):
        """What it prints, or else why it does not take part."""
        command = self.command(self.folder(work, size), size)
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=limit, env=self.surroundings())
        except subprocess.TimeoutExpired:
            return None, f"more than {limit} s"
        if done.returncode == 0:
            return done.stdout, None
        say(f"{self.name} fails: {' '.join(command)}\n{done.stderr.decode()[-2000:]}")
        return None, "fails"

    def measure(self, work, size):
        """What one run takes: wall-clock and processor time in seconds, peak memory in bytes."""
        command = [str(MEASURE), *self.command(self.folder(work, size), size)]
        done = subprocess.run(command, capture_output=True, check=True, env=self.surroundings())
        taken = json.loads(done.stdout)
        if taken["status"] != 0:
            sys.exit(f"{self.name} fails now and then: {' '.join(command)}")
        return taken

    def surroundings(self):
        return {**os.environ, **self.variables}


class Filling(Tool):
    """agentos-cfg with an empty cache each time. The caches stay until the end: for minutes after files were removed, ext4
    takes several times as long to make others nearby."""

    runs = 0

    def surroundings(self):
        self.runs += 1
        folder = f"{self.variables['AGENTOS_CFG_CACHE_DIR']}-{self.runs}"
        return {**super().surroundings(), "AGENTOS_CFG_CACHE_DIR": folder}


def write_ours(folder, environments):
    reference = (ROOT / "environments/local-dev.ncl").read_text()
    for environment in environments:
        peers = "".join(
            f"      {peer['id']} = 'Remote {{\n"
            f'        environment = "{peer["environment"]}",\n'
            f'        region = "{peer["region"]}",\n'
            "        endpoints = {\n"
            f'          agent-orchestrator = "{peer["agents"]}",\n'
            f'          model-policy = "{peer["models"]}",\n'
            "        },\n"
            "      },\n"
            for peer in environment["peers"]
        )
        text = replaced(reference, 'name = "local-dev"', f'name = "{environment["name"]}"')
        text = replaced(text, 'namespace = "agentos"', f'namespace = "{environment["namespace"]}"')
        identity = 'federation = { stack = "stk_local", '
        text = replaced(
            text,
            identity,
            identity.replace("stk_local", environment["stack"]) + (f"peers = {{\n{peers}    }}, " if peers else ""),
        )
        (folder / f"{environment['name']}.ncl").write_text(text)


def replaced(text, old, new):
    if text.count(old) != 1:
        sys.exit(f"environments/local-dev.ncl should have once: {old}")
    return text.replace(old, new)


def write_jsonnet(folder, environments):
    copy("jsonnet/stack.libsonnet", folder)
    copy("create-tenants.sh", folder)
    for environment in environments:
        peers = "".join(
            f"      {peer['id']}: {{\n"
            f"        environment: '{peer['environment']}',\n"
            f"        region: '{peer['region']}',\n"
            f"        agents: '{peer['agents']}',\n"
            f"        models: '{peer['models']}',\n"
            "      },\n"
            for peer in environment["peers"]
        )
        (folder / f"{environment['name']}.jsonnet").write_text(
            "(import 'stack.libsonnet') {\n"
            f"  name: '{environment['name']}',\n"
            f"  namespace: '{environment['namespace']}',\n"
            f"  federation+: {{\n    stack: '{environment['stack']}',\n    peers: {{\n{peers}    }},\n  }},\n"
            "}\n"
        )
    imports = "".join(f"  import '{environment['name']}.jsonnet',\n" for environment in environments)
    (folder / "all.jsonnet").write_text(f"std.flatMap(function(stack) stack.objects, [\n{imports}])\n")


def write_nickel(folder, environments):
    copy("nickel/stack.ncl", folder)
    copy("create-tenants.sh", folder)
    for environment in environments:
        peers = "".join(
            f"      {peer['id']} = {{\n"
            f'        environment = "{peer["environment"]}",\n'
            f'        region = "{peer["region"]}",\n'
            f'        agents = "{peer["agents"]}",\n'
            f'        models = "{peer["models"]}",\n'
            "      },\n"
            for peer in environment["peers"]
        )
        (folder / f"{environment['name']}.ncl").write_text(
            '(import "stack.ncl")\n& {\n'
            f'  name = "{environment["name"]}",\n'
            f'  namespace = "{environment["namespace"]}",\n'
            f'  federation = {{\n    stack = "{environment["stack"]}",\n    peers = {{\n{peers}    }},\n  }},\n'
            "}\n"
        )
    imports = "".join(f'  (import "{environment["name"]}.ncl").objects,\n' for environment in environments)
    (folder / "all.ncl").write_text(f"std.array.flatten [\n{imports}]\n")


def write_pkl(folder, environments):
    copy("pkl/Stack.pkl", folder)
    copy("create-tenants.sh", folder)
    (folder / "environments").mkdir()
    for environment in environments:
        peers = "".join(
            f'    ["{peer["id"]}"] {{\n'
            f'      environment = "{peer["environment"]}"\n'
            f'      region = "{peer["region"]}"\n'
            f'      agents = "{peer["agents"]}"\n'
            f'      models = "{peer["models"]}"\n'
            "    }\n"
            for peer in environment["peers"]
        )
        (folder / "environments" / f"{environment['name']}.pkl").write_text(
            'amends "../Stack.pkl"\n\n'
            f'environmentName = "{environment["name"]}"\n'
            f'namespace = "{environment["namespace"]}"\n'
            f'federation {{\n  stack = "{environment["stack"]}"\n  peers {{\n{peers}  }}\n}}\n'
        )


def pkl_command(program):
    return lambda folder, _size: [program, "eval", *sorted(str(path) for path in (folder / "environments").iterdir())]


def jsonnet_command(program):
    return lambda folder, _size: [program, "--yaml-stream", str(folder / "all.jsonnet")]


def nickel_command(program):
    return lambda folder, _size: [program, "export", "--format", "yaml-documents", str(folder / "all.ncl")]


def kustomize_command(program):
    return lambda folder, _size: [program, "kustomize", str(folder / "all")]


KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"

STACK_PATCH = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: agentos-federation
spec:
  template:
    spec:
      containers:
      - name: agentos
        env:
        - name: AGENTOS_STACK_ID
          value: {stack}
"""

EGRESS_PATCH = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: agentos-federation
spec:
  egress:
  - ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
    to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          k8s-app: kube-dns
    - ipBlock:
        cidr: 169.254.20.10/32
  - ports:
    - port: 443
      protocol: TCP
    to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except:
        - 10.0.0.0/8
        - 100.64.0.0/10
        - 127.0.0.0/8
        - 169.254.0.0/16
        - 172.16.0.0/12
        - 192.168.0.0/16
    - ipBlock:
        cidr: "::/0"
        except:
        - "::1/128"
        - "fc00::/7"
        - "fe80::/10"
"""


def write_kustomize(folder, environments):
    """An overlay for each environment, with its peers file written out: Kustomize computes nothing."""
    shutil.copytree(HERE / "kustomize/base", folder / "base")
    for environment in environments:
        overlay = folder / environment["name"]
        overlay.mkdir()
        patches = "- path: stack.yaml\n"
        (overlay / "stack.yaml").write_text(STACK_PATCH.format(stack=environment["stack"]))
        if environment["peers"]:
            patches += "- path: egress.yaml\n"
            (overlay / "egress.yaml").write_text(EGRESS_PATCH)
        (overlay / "peers.seed.json").write_text(json.dumps(peers_file(environment), indent=2) + "\n")
        (overlay / "kustomization.yaml").write_text(
            f"{KUSTOMIZATION}namespace: {environment['namespace']}\n"
            "resources:\n- ../base\n"
            f"labels:\n- pairs:\n    app.kubernetes.io/instance: {environment['name']}\n  includeTemplates: true\n"
            "configMapGenerator:\n- name: agentos-peers\n  behavior: merge\n  files:\n  - peers.seed.json\n"
            "generatorOptions:\n  disableNameSuffixHash: true\n"
            f"patches:\n{patches}"
        )
    resources = "".join(f"- ../{environment['name']}\n" for environment in environments)
    (folder / "all").mkdir()
    (folder / "all/kustomization.yaml").write_text(f"{KUSTOMIZATION}resources:\n{resources}")


def peers_file(environment):
    def entry(stack, where):
        return {
            "stack_id": stack,
            "environment": where["environment"],
            "region": where["region"],
            "api_versions": ["v1"],
            "endpoints": {"agent-orchestrator_base_url": where["agents"], "model-policy_base_url": where["models"]},
            "build": {"version": "1.0.2", "git_sha": "unknown", "timestamp": "1970-01-01T00:00:00Z"},
        }

    local = {
        "environment": "k8s",
        "region": "local",
        "agents": f"http://agentos-agent-orchestrator.{environment['namespace']}.svc:50081",
        "models": f"http://agentos-model-policy.{environment['namespace']}.svc:50082",
    }
    return {
        "local": entry(environment["stack"], local),
        "peers": [entry(peer["id"], peer) for peer in environment["peers"]],
    }


def copy(name, folder):
    shutil.copy(HERE / name, folder)


def ours(work):
    """Without its cache, and with it where it has one: when it is filled, and when it is full."""
    program = str(PROGRAM)
    knows = subprocess.run([program, "build", "--help"], capture_output=True, check=True, text=True).stdout

    def command(*options):
        def words(folder, size):
            anyway = ["--allow", "F012", "--allow", "K008", "--eval-timeout", "600"] if size[1] > MOST_PEERS else []
            return [program, "build", *options, *anyway, str(folder)]

        return words

    if "--no-cache" not in knows:
        return [Tool(OURS, program, write_ours, command())]
    # Where it keeps what it has compiled, here and not in the home folder.
    cache = {"AGENTOS_CFG_CACHE_DIR": str(work / "cache"), "AGENTOS_CFG_NO_CACHE": ""}
    return [
        Tool(OURS, program, write_ours, command("--no-cache"), cache),
        Filling(FIRST, program, write_ours, command(), cache),
        Tool(CACHED, program, write_ours, command(), cache),
    ]


def others():
    """The tools that are there, and the names of those that are not."""
    known = {
        "kubectl kustomize": ("kubectl", write_kustomize, kustomize_command),
        "jrsonnet": ("jrsonnet", write_jsonnet, jsonnet_command),
        "pkl": ("pkl", write_pkl, pkl_command),
        "nickel": ("nickel", write_nickel, nickel_command),
    }
    there, missing = [], []
    for name, (program, write, command) in known.items():
        path = found(program)
        if path:
            there.append(Tool(name, path, write, command(path)))
        else:
            missing.append(name)
    return there, missing


def found(program):
    folder = os.environ.get("AGENTOS_BENCH_PEERS", "")
    candidates = [Path(folder) / program, Path(folder) / "bin" / program] if folder else []
    for candidate in candidates:
        if candidate.is_file():
            return str(candidate)
    return shutil.which(program)


def version(tool):
    words = {"kubectl": ["version", "--client"]}.get(Path(tool.program).name, ["--version"])
    said = subprocess.run([tool.program, *words], capture_output=True, check=False, text=True).stdout
    return " ".join(said.split())


# Comparison -----------------------------------------------------------------------------------------------------------


def objects(text, where):
    """The objects of a stream of YAML, as kubectl reads it: removing a label that nothing has changes nothing."""
    where.write_bytes(text)
    command = [found("kubectl"), "label", "--local", "--filename", str(where), "--output", "json", "none-"]
    read = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    decoder, at, values = json.JSONDecoder(), 0, []
    while (at := next_text(read, at)) < len(read):
        value, at = decoder.raw_decode(read, at)
        values.append(value)
    return {key(value): normal(value) for value in values}


def next_text(text, at):
    while text[at : at + 1].isspace():
        at += 1
    return at


def key(value):
    return (value["kind"], value["metadata"].get("namespace", ""), value["metadata"]["name"])


def normal(value):
    """An object without what does not matter or can't be the same: how JSON is laid out, in which order variables stand
    that do not refer to each other, by which function the pods' configuration is hashed, and who encodes a Secret."""
    data = value.get("data", {})
    if value["kind"] == "ConfigMap":
        value["data"] = {name: json.loads(text) if name.endswith(".json") else text for name, text in data.items()}
    if value["kind"] == "Secret":
        plain = value.pop("stringData", {})
        value["data"] = {**data, **{name: encoded(text) for name, text in plain.items()}}
    if value["kind"] == "Deployment":
        template = value["spec"]["template"]
        annotations = template["metadata"]["annotations"]
        assert annotations.pop("agentos.nexixai.io/config-hash"), "no hash of the configuration"
        for container in template["spec"]["containers"]:
            container["env"].sort(key=lambda variable: variable["name"])
    return value


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def hold_against(size, ours, theirs, tool):
    """Ends the run where a tool does not print what agentos-cfg prints."""
    for identity in sorted({*ours, *theirs}):
        left, right = ours.get(identity), theirs.get(identity)
        if left != right:
            shown = "\n".join(json.dumps(side, sort_keys=True)[:2000] for side in (left, right))
            sys.exit(f"{size}: {tool.name} does not print the same {' '.join(identity)}:\n{shown}")


# Measurement ----------------------------------------------------------------------------------------------------------


class Bench:
    def __init__(self, options, tools, work):
        self.options = options
        self.tools = tools
        self.work = work

    def workload(self, name):
        """What a workload takes of each tool, and of agentos-cfg in relation to each."""
        size = count, peers = WORKLOADS[name]
        say(f"{name}: {count} environments, {peers} peers")
        tools, reasons = self.compared(size)
        taken = self.rounds(tools, size, self.options.runs)
        rows = []
        for tool in self.tools:
            if tool.name in reasons:
                rows.append({"tool": tool.name, "left_out": reasons[tool.name]})
                continue
            runs = taken[tool.name]
            pairs = [ours["wall"] / run["wall"] for ours, run in zip(taken[OURS], runs)]
            medians = {what: statistics.median(run[what] for run in runs) for what in ("wall", "processor", "peak")}
            fastest = min(run["wall"] for run in runs)
            rows.append({"tool": tool.name, **medians, "fastest": fastest, "ratio": statistics.median(pairs)})
        return {"workload": name, "environments": count, "peers": peers, "rows": rows}

    def compared(self, size):
        """The tools that print the same, and why others do not take part. This also warms the file cache, and ours."""
        there, reasons, reference = [], {}, None
        for tool in self.tools:
            printed, reason = self.once(tool, size)
            if reason:
                reasons[tool.name] = reason
                continue
            there.append(tool)
            found = objects(printed, self.work / "output.yaml")
            reference = reference or found
            hold_against(size, reference, found, tool)
        return there, reasons

    def once(self, tool, size):
        """What a tool prints, or why it is left out; agentos-cfg never is."""
        if tool.name not in (OURS, FIRST, CACHED):
            return tool.run(self.work, size, self.options.limit)
        printed, reason = tool.run(self.work, size, None)
        if reason:
            sys.exit(f"{tool.name} {reason}")
        return printed, None

    def rounds(self, tools, size, runs):
        """What each run of each tool takes; they run in turn, and another begins each round."""
        taken = {tool.name: [] for tool in tools}
        for number in range(runs):
            first = number % len(tools)
            for tool in tools[first:] + tools[:first]:
                taken[tool.name].append(tool.measure(self.work, size))
        return taken

    def growth(self, what):
        """Time by size, and the exponents of its growth. A tool that is left out once stays out."""
        medians = {tool.name: {"wall": {}, "processor": {}} for tool in self.tools}
        there = list(self.tools)
        for size in GROWTH[what]:
            say(f"growth by {what}: {max(size)}")
            there = [tool for tool in there if not self.once(tool, size)[1]]
            taken = self.rounds(there, size, self.options.growth_runs)
            for name, runs in taken.items():
                for time_of, by_size in medians[name].items():
                    by_size[max(size)] = statistics.median(run[time_of] for run in runs)
        rows = [
            {"tool": name, **times, "exponents": {what: exponent(by_size) for what, by_size in times.items()}}
            for name, times in medians.items()
        ]
        return {"what": what, "rows": rows}


    def memory(self):
        """Peak memory of agentos-cfg by the number of environments."""
        peaks = {tool.name: {} for tool in self.tools if tool.name in (OURS, FIRST, CACHED)}
        for count in FLEETS:
            say(f"memory by environments: {count}")
            tools = [tool for tool in self.tools if tool.name in peaks]
            taken = self.rounds(tools, (count, 0), self.options.growth_runs)
            for name, runs in taken.items():
                peaks[name][count] = statistics.median(run["peak"] for run in runs)
        return [{"tool": name, "peak": by_count} for name, by_count in peaks.items()]


def exponent(times):
    """The slope of time over size by least squares, both as logarithms."""
    points = [(math.log(size), math.log(taken)) for size, taken in times.items()]
    if len(points) < 2:
        return None
    return statistics.linear_regression(*zip(*points)).slope


# Report ---------------------------------------------------------------------------------------------------------------


def markdown(result):
    lines = [
        f"Taken on {result['date']}: {result['machine']}; load {result['load']} at the beginning; "
        f"medians of {result['runs']} runs.",
        "",
        "| environments | peers | tool | wall | processor | peak memory | agentos-cfg takes |",
        "|---:|---:|---|---:|---:|---:|---:|",
    ]
    for workload in result["workloads"]:
        for row in workload["rows"]:
            size = f"| {number(workload['environments'])} | {number(workload['peers'])} | {row['tool']} |"
            if "left_out" in row:
                lines.append(f"{size} {row['left_out']} | | | |")
                continue
            ratio = "" if row["tool"] == OURS else f"{significant(row['ratio'])} ×"
            cells = [duration(row["wall"]), duration(row["processor"]), memory(row["peak"]), ratio]
            lines.append(f"{size} {' | '.join(cells)} |")
    for growth in result["growth"]:
        sizes = [max(size) for size in GROWTH[growth["what"]]]
        lines += [
            "",
            f"| wall by {growth['what']} | " + " | ".join(number(size) for size in sizes) + " | exponent | of processor |",
            "|---|" + "---:|" * (len(sizes) + 2),
        ]
        for row in growth["rows"]:
            cells = [duration(row["wall"][size]) if size in row["wall"] else "–" for size in sizes]
            cells += ["–" if slope is None else f"{slope:.2f}" for slope in row["exponents"].values()]
            lines.append(f"| {row['tool']} | {' | '.join(cells)} |")
    if result["memory"]:
        sizes = " | ".join(number(count) for count in FLEETS)
        lines += ["", f"| peak memory by environments | {sizes} |", "|---|" + "---:|" * len(FLEETS)]
    for row in result["memory"]:
        cells = " | ".join(memory(row["peak"][count]) for count in FLEETS)
        lines.append(f"| {row['tool']} | {cells} |")
    lines += ["", "Versions: " + "; ".join(f"{name}: {said}" for name, said in result["versions"].items()) + "."]
    if result["missing"]:
        lines += ["", "Not there, and left out: " + ", ".join(result["missing"]) + "."]
    return "\n".join(lines) + "\n"


def number(value):
    return f"{value:,}"


def significant(value):
    """Two digits that say something."""
    digits = max(0, 1 - math.floor(math.log10(value)))
    return f"{value:.{digits}f}"


def duration(seconds):
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.{1 if seconds < 0.01 else 0}f} ms"


def memory(count):
    return f"{count / 2**20:.0f} MiB"


def machine():
    models = [line.split(":")[1].strip() for line in lines_of("/proc/cpuinfo") if line.startswith("model name")]
    processor = models[0] if models else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores of {processor}, {platform.system()}"


def lines_of(path):
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description="Times agentos-cfg against other tools, as whole processes.")
    parser.add_argument("--runs", type=int, default=11, help="of each tool for each workload (default 11)")
    parser.add_argument("--growth-runs", type=int, default=3, help="of each tool for each size (default 3)")
    parser.add_argument("--limit", type=int, default=60, help="of seconds, past which a tool is left out (default 60)")
    parser.add_argument("--workloads", nargs="*", default=list(WORKLOADS), choices=list(WORKLOADS))
    parser.add_argument("--no-growth", action="store_true", help="leave out how the cost grows")
    parser.add_argument("--output", type=Path, default=ROOT / "target/bench", help="folder of the reports")
    options = parser.parse_args()
    if not found("kubectl"):
        sys.exit("kubectl is needed: what the tools print is compared as it reads it")

    work = options.output / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    load = f"{os.getloadavg()[0]:.1f}"
    theirs, missing = others()
    for name in missing:
        say(f"{name} is not there, and is left out")
    tools = ours(work) + theirs
    bench = Bench(options, tools, work)
    result = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": machine(),
        "load": load,
        "runs": options.runs,
        "versions": {tool.name: version(tool) for tool in tools if tool.name not in (FIRST, CACHED)},
        "missing": missing,
        "workloads": [bench.workload(name) for name in options.workloads],
        "growth": [] if options.no_growth else [bench.growth(what) for what in GROWTH],
        "memory": [] if options.no_growth else bench.memory(),
    }
    for cache in work.glob("cache*"):
        shutil.rmtree(cache)
    (options.output / "report.json").write_text(json.dumps(result, indent=2) + "\n")
    report = markdown(result)
    (options.output / "report.md").write_text(report)
    print(report, end="")


if __name__ == "__main__":
    main()
