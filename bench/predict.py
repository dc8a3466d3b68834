"""`make bench`: Fairline and the Python stack on the same model, the same applications and the same
machine, in one interleaved run. bench/README.md says what is compared and how.

    predict.py [--quick] [--rows N] [--rounds N] [--seconds N]

Prints one table of ratios; bench/out/predict.json has them for programs, bench/out/logs what the
servers said."""

import argparse
import contextlib
import csv
import datetime
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import statistics
import sys

import yaml
from contenders import BINARY, MODEL, OUT, ROOT, SERVERS, STORE, environment, installed_mb, scorers
from measure import BenchError, Server, command, disk_sync_ms, load, run, say
from table import draw, rows

LOGS = OUT / "logs"
JSON, TABLE = OUT / "predict.json", OUT / "predict.txt"
CONNECTIONS = (1, 8, 64)
TOLERANCE = 1e-12


def fairline(*words):
    return run([BINARY, *words], environment())


# --- the same model, the same rows ----------------------------------------------------------------


def train():
    """The example's model at a size met in practice: 500 trees of 31 leaves. The slow learning rate
    lets no fold stop before the last tree; the calibration is pinned so that the peers can repeat
    it."""
    config = yaml.safe_load((ROOT / "examples/home_credit.yaml").read_text())
    config |= {"early_stopping_rounds": 500, "calibration": "platt"}
    config["lightgbm"] |= {"num_iterations": 500, "num_leaves": 31, "learning_rate": 0.004}
    text, path = json.dumps(config), OUT / "train.yaml"  # JSON is YAML
    same = path.exists() and path.read_text() == text
    if same and MODEL.is_dir() and MODEL.stat().st_mtime > BINARY.stat().st_mtime:
        return
    data = sample(20_000, seed=1)
    say("training the model (once for each build)")
    path.write_text(text)
    shutil.rmtree(MODEL, ignore_errors=True)
    fairline("train", "--config", path, "--data", data, "--out", MODEL)


def sample(count, seed, suffix=".csv"):
    """A file of sample applicants; made once, the same bytes for the same seed."""
    path = OUT / f"applicants_{count}_{seed}{suffix}"
    if not path.exists():
        say(f"making {count:,} applicants")
        fairline("data", "sample", "--rows", count, "--seed", seed, "--out", path)
    return path


def register():
    shutil.rmtree(STORE, ignore_errors=True)
    store = ["--storage", STORE, "--user", "bench"]
    fairline("models", "register", MODEL, "--name", "credit", *store)
    fairline("models", "transition", "credit", 1, "--stage", "Production", *store)


def cell_value(text):
    """A CSV cell as a request gives it."""
    if text == "":
        return None
    try:
        return float(text) if "." in text or "e" in text else int(text)
    except ValueError:
        return text


def applications():
    """2,000 applicants that the model was not trained on: their JSON bodies, and a file of them."""
    with open(sample(2_000, seed=2), newline="") as file:
        bodies = [
            json.dumps({name: cell_value(text) for name, text in row.items() if name != "TARGET"})
            for row in csv.DictReader(file)
        ]
    path = OUT / "applications.jsonl"
    path.write_text("\n".join(bodies) + "\n")
    return bodies, path


def check_answers(servers, bodies):
    """Everybody answers the same, or there is nothing to compare."""
    expected = servers["fairline"].ask(bodies)
    if len({answer["decision"] for answer in expected}) < 2:
        raise BenchError("the check needs approved and rejected applicants")
    for name, server in servers.items():
        for mine, theirs in zip(expected, server.ask(bodies), strict=True):
            check_answer(name, mine, theirs)


def check_answer(name, mine, theirs):
    gap = abs(float(mine["probability"]) - float(theirs["probability"]))
    if not gap <= TOLERANCE or str(mine["decision"]) != str(theirs["decision"]):
        said = [f"{of['decision']} at {of['probability']}" for of in (theirs, mine)]
        raise BenchError(f"{name} decides {said[0]}, fairline {said[1]}")


def check_files(source, outputs):
    """Every scorer wrote the same decisions, and PDs within the tolerance."""
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(open(path, newline="")) for path in outputs.values()]
        for line in zip(*map(csv.DictReader, files), strict=True):
            mine = line[0]
            for name, theirs in zip(outputs, line, strict=True):
                check_answer(f"{source.name}: {name}", mine, theirs)


# --- the cases ------------------------------------------------------------------------------------


class Results(dict):
    """results[case][metric][contender]: the median over the rounds."""

    def __init__(self):
        self.titles = {}

    def add(self, case, title, contender, rounds):
        self.titles[case] = title
        for metric in rounds[0]:
            median = statistics.median(figures[metric] for figures in rounds)
            self.setdefault(case, {}).setdefault(metric, {})[contender] = median


def start(name, body):
    contender = SERVERS[name]
    log = LOGS / f"{re.sub('[^A-Za-z]+', '_', name)}.log"
    return Server(contender.command, contender.path, environment(), log, body)


@contextlib.contextmanager
def all_servers(body):
    with contextlib.ExitStack() as stack:
        servers = {}
        for name in SERVERS:
            servers[name] = start(name, body)
            stack.callback(servers[name].stop)
        yield servers


def requests(options, results):
    """POST /predict: every server is up, one at a time is under load."""
    bodies, path = applications()
    turns = [(name, connections) for name in SERVERS for connections in CONNECTIONS]
    measured = {turn: [] for turn in turns}
    say("starting the servers")
    with all_servers(bodies[0]) as servers:
        check_answers(servers, bodies[:200])
        say("all servers give the same 200 answers; warming up")
        for server in servers.values():
            load(server, path, 8, 1)
        for number in range(1, options.rounds + 1):
            say(f"POST /predict, round {number} of {options.rounds}")
            for name, connections in random.Random(number).sample(turns, len(turns)):
                figures = load(servers[name], path, connections, options.seconds)
                measured[name, connections].append(figures)
        memory = {name: server.memory_mb() for name, server in servers.items()}
    for connections in CONNECTIONS:
        for name in SERVERS:
            title = f"POST /predict, {connections} at a time"
            results.add(f"predict_c{connections}", title, name, measured[name, connections])
    server_costs(options, results, bodies[0], memory)


def server_costs(options, results, body, memory):
    """What a server takes by itself: memory, start, disk."""

    def add(name, metric, values):
        results.add("server", "The server", name, [{metric: value} for value in values])

    names = [name for name in SERVERS if name != "lean, explained"]  # it is the lean one
    starts = {name: [] for name in names}
    for number in range(1, options.starts + 1):
        say(f"starting each server anew, round {number} of {options.starts}")
        for name in names:
            server = start(name, body)
            server.stop()
            starts[name].append(server.start_seconds)
    for name in names:
        add(name, "memory_mb", [memory[name]])
        add(name, "start_seconds", starts[name])
        add(name, "disk_mb", [installed_mb(name)])
    with sqlite3.connect(STORE / "fairline.db") as database:
        decisions = database.execute("SELECT count(*) FROM decisions").fetchone()[0]
    stored = sum(file.stat().st_size for file in STORE.glob("fairline.db*"))
    add("fairline", "bytes_per_decision", [stored / decisions])


def files(options, results, count, repeats, suffix=".csv"):
    """A file of applicants from the start of the process to the end, the runs interleaved."""
    source = sample(count, seed=3, suffix=suffix)
    commands = scorers(source)
    outputs = {name: OUT / f"scored_{number}.csv" for number, name in enumerate(commands)}
    measured = {name: [] for name in commands}
    for number in range(1, repeats + 1):
        say(f"a file of {count:,} applicants ({suffix[1:]}), round {number} of {repeats}")
        for name in random.Random(number).sample(list(commands), len(commands)):
            done = run(commands[name](outputs[name]), environment())
            names = ("seconds", "cpu_seconds", "peak_rss_mb")
            measured[name].append({metric: getattr(done, metric) for metric in names})
    check_files(source, outputs)
    for path in outputs.values():
        path.unlink()
    for name, figures in measured.items():
        kind = {".csv": "CSV", ".parquet": "Parquet"}[suffix]
        results.add(f"file_{count}_{suffix[1:]}", f"{count:,} rows of {kind}", name, figures)


def reads_parquet():
    probe = OUT / "probe.parquet"
    try:
        fairline("data", "sample", "--rows", 10, "--out", probe)
        if probe.read_bytes()[:4] != b"PAR1":
            return False
        fairline("predict", probe, "-o", OUT / "probe.csv", "--bundle", MODEL)
        return True
    except BenchError:
        return False
    finally:
        for path in OUT.glob("probe.*"):
            path.unlink()


# --- the run --------------------------------------------------------------------------------------


def arguments():
    parser = argparse.ArgumentParser(description="Fairline beside the Python stack")
    parser.add_argument("--quick", action="store_true", help="a check of the set-up in two minutes")
    parser.add_argument("--rows", type=int, help="rows of the large file (1,000,000)")
    parser.add_argument("--rounds", type=int, help="rounds of load (3)")
    parser.add_argument("--seconds", type=int, help="seconds of load per server and round (5)")
    options = parser.parse_args()
    options.rows = options.rows or (20_000 if options.quick else 1_000_000)
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.seconds = options.seconds or (2 if options.quick else 5)
    options.starts = 1 if options.quick else 5
    options.small_repeats, options.large_repeats = (2, 1) if options.quick else (7, 2)
    return options


def check_programs():
    if not BINARY.is_file():
        raise BenchError(f"no program at {BINARY}: run `make build`")
    if not shutil.which("wrk"):
        raise BenchError("wrk is not installed: run `setup/install bench`")


def check_disk(needed_bytes, folder=OUT):
    needed_gb, free_gb = needed_bytes / 1e9, shutil.disk_usage(folder).free / 1e9
    if free_gb < needed_gb:
        raise BenchError(
            f"{needed_gb:.1f} GB of disk are needed in {folder}, {free_gb:.1f} are free"
        )


def disk_needed(options):
    # Half a kilobyte a row, two formats, three outputs; 15 kB a decision, 10,000 a second at most.
    loaded = len(CONNECTIONS) * options.rounds * options.seconds
    return options.rows * 1_200 + loaded * 10_000 * 15_000


def machine(title):
    """The first lines of a table: when, and on what."""
    with open("/proc/cpuinfo") as file:
        processor = re.search(r"model name\s*: (.*)", file.read())
    cores = len(os.sched_getaffinity(0))
    now = datetime.datetime.now(datetime.UTC)
    name = processor[1] if processor else "unknown processor"
    return [
        f"{title}, {now:%Y-%m-%d %H:%M} UTC",
        f"{cores} cores of {name}, shared by server and load generator; load "
        f"{os.getloadavg()[0]:.1f} at the start",
        f"syncing 8 KiB to this disk takes {disk_sync_ms(OUT):.2f} ms",
    ]


def heading(options):
    return [
        *machine("Fairline beside the Python stack"),
        f"500 trees, 122 columns; {options.rounds} rounds of {options.seconds} s, medians; "
        "x above 1: fairline is better",
        "fairline answers when the decision is on disk, with exact reasons;",
        'no peer records anything, only "lean, explained" gives reasons',
    ]


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = arguments()
    OUT.mkdir(exist_ok=True)
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir()
    for earlier in (JSON, TABLE):
        earlier.unlink(missing_ok=True)
    check_programs()
    check_disk(disk_needed(options))
    head = heading(options)
    train()
    register()
    results = Results()
    requests(options, results)
    files(options, results, 1_000, options.small_repeats)
    files(options, results, options.rows, options.large_repeats)
    if reads_parquet():
        files(options, results, options.rows, options.large_repeats, ".parquet")
    shutil.rmtree(STORE)
    table = draw(head, results.titles, results)
    JSON.write_text(json.dumps(list(rows(results)), indent=1) + "\n")
    TABLE.write_text(table)
    print(table, end="")
    say(f"the same for programs: {JSON.relative_to(ROOT)}")


if __name__ == "__main__":
    command(main)
