"""`make bench-record`: what it takes to record a decision, on SQLite and on PostgreSQL: the store
alone, the server with everything, a lean FastAPI that writes as much. bench/README.md says how.

    record.py [--quick] [--rounds N] [--seconds N]
    record.py --soak RATE MINUTES [--database sqlite|postgres]

The whole run takes about ten minutes, --quick two. Prints one table; bench/out/record.json has
it for programs. --soak feeds the store for long; it fails when latency, memory or the log grow."""

import argparse
import contextlib
import json
import random
import shutil
import signal
import statistics
import sys

from contenders import BENCH, BINARY, MODEL, OUT, ROOT, environment, uvicorn
from databases import DATABASES, POSTGRES_SETTINGS, WORK, new_folder, places, postgres
from feed import LOG_BYTES, PROGRAM, feed, soak
from measure import BenchError, Server, command, disk_sync_ms, load, run, say
from predict import (
    LOGS,
    Results,
    applications,
    check_answers,
    check_disk,
    check_programs,
    machine,
    train,
)
from probe import Probe
from table import BUDGETS, base, draw, rows

JSON, TABLE = OUT / "record.json", OUT / "record.txt"
PEERS = BENCH / "peers"
RATES = {"sqlite": 15_000, "postgres": 4_000}  # of the budgets
CONNECTIONS = (1, 8, 64, 256)
PEER = "lean, recording"
TIMES = ("p50_ms", "p99_ms", "max_ms")
CPU = ("cpu_us_per_decision", "database_cpu_us_per_decision")
FED = ("decisions_per_s", "refused", *TIMES, "decisions_per_commit", *CPU, "max_log_mb")
DECISION_BYTES = 16_000  # database and its indexes, generously


# --- the store alone ------------------------------------------------------------------------------


def store_alone(options, results, place):
    """As fast as it goes, and at the rate of the budget, or half load where that is less: a queue
    that is always full says nothing about waiting. Then what the time is spent on."""
    name = DATABASES[place.name]
    parts = feed(place, "parts")
    say(f"{name}: feeding the store as fast as it takes them")
    peak = account(feed(place, 0, options.feed_seconds), parts, place)
    rate = max(100, int(min(RATES[place.name], peak["decisions_per_s"] / 2)) // 100 * 100)
    say(f"{name}: feeding the store {rate:,} decisions a second")
    steady = account(feed(place, rate, options.feed_seconds), parts, place)
    case, title = f"writer_{place.name}", f"{name}: the store alone"
    figures, probe = {}, {}
    for prefix, run in (("", peak), ("steady_", steady)):
        figures |= {prefix + metric: run[metric] for metric in FED if metric in run}
        figures[f"{prefix}commit_bytes"] = run["probe_bytes"]
        probe |= {f"{prefix}p{n}_ms": run[f"probe_p{n}_ms"] for n in (50, 99)}
    results.add(case, title, "fairline", [figures])
    results.add(case, title, "probe", [probe])
    costs(results, place, steady, parts)


def account(said, parts, place):
    """What bench_writer said, without the CPU time that the bench itself took to make decisions."""
    submitted = said["stored"] + said["refused"]
    said["cpu_us_per_decision"] -= parts["copy_us"] * submitted / said["stored"]
    if place.name == "sqlite":
        said["max_log_mb"] = said["max_log_bytes"] / 2**20
        del said["database_cpu_us_per_decision"]  # it is in the program's
    return said


def costs(results, place, fed, parts):
    """CPU time and bytes of one decision at a rate that the store keeps."""
    figures = {name: parts[name] for name in ("encode_us", "seal_us", "digest_us", "ledger_us")}
    checkpoint = fed["checkpoint_us_per_decision"]
    rest = fed["cpu_us_per_decision"] - sum(figures.values()) - checkpoint
    figures["insert_commit_us"] = max(rest, 0)
    if place.name == "sqlite":
        figures["checkpoint_us"] = checkpoint
    else:
        figures["database_us"] = fed["database_cpu_us_per_decision"]
    figures["cost_of_encryption_us"] = parts["seal_us"]
    figures["cost_of_ledger_us"] = parts["digest_us"] + parts["ledger_us"]
    figures["bytes_per_decision"] = fed["database_bytes_per_decision"]
    figures["log_bytes_per_decision"] = fed["log_bytes_per_decision"]
    title = f"{DATABASES[place.name]}: one decision, us"
    results.add(f"cost_{place.name}", title, "fairline", [figures])


# --- the server and its peer ----------------------------------------------------------------------


class Contender:
    """A server on a database of its own in that place."""

    def __init__(self, place, name, url, folder):
        self.place, self.name, self.url, self.folder = place, name, url, folder

    def prepare(self):
        if self.name == "fairline":
            self.environment = environment() | {
                "FAIRLINE_STORAGE_DIRECTORY": str(self.folder),
                "FAIRLINE_STORAGE_DATABASE": self.url,
                "USER": "bench",
            }
            self.command = lambda port: [BINARY, "serve", "--port", port]
            self.log_position = self.place.log_position(self.url)
            models = [BINARY, "models"]
            run([*models, "register", MODEL, "--name", "credit"], self.environment)
            stage = ["credit", 1, "--stage", "Production"]
            run([*models, "transition", *stage], self.environment)
        else:
            url = self.url.replace("postgresql://", "postgresql+psycopg://")
            self.environment = environment() | {"BENCH_DATABASE": url}
            self.command = uvicorn("recording_fastapi:app")
            run([sys.executable, PEERS / "recording_tables.py", url], self.environment)

    def start(self, body):
        log = LOGS / f"record_{self.name.partition(',')[0]}_{self.place.name}.log"
        self.server = Server(self.command, "/predict", self.environment, log, body)

    def load(self, path, connections, seconds):
        """Figures of one run, by contender: Fairline's comes with the probe's."""
        measured = {}
        cpu_before = self.place.cpu_seconds()
        if self.name == "fairline":
            probe = Probe(self.folder, self.server.port, self.log_position, seconds)
            figures = load(self.server, path, connections, seconds)
            probe.join()
            measured["probe"] = probe.quantiles_ms()
        else:
            figures = load(self.server, path, connections, seconds)
        database_cpu = self.place.cpu_seconds() - cpu_before
        decisions = figures["requests_per_s"] * seconds
        measured[self.name] = {
            "decisions_per_s": figures["requests_per_s"],
            "p50_ms": figures["p50_ms"],
            "p99_ms": figures["p99_ms"],
            "cpu_us_per_decision": 1000 * figures["cpu_ms_per_request"],
        }
        if self.place.name == "postgres":
            measured[self.name]["database_cpu_us_per_decision"] = 1e6 * database_cpu / decisions
        return measured

    def bytes_per_decision(self):
        decisions = self.place.rows_in(self.url, "decisions")
        return self.place.database_bytes(self.url) / decisions


def servers(options, results, where):
    """POST /predict: every server is up, one at a time is under load."""
    bodies, path = applications()
    with contextlib.ExitStack() as stores:
        all_of_them = []
        for place in where:
            folder = stores.enter_context(new_folder(place, "serve"))
            for name, database in (("fairline", "fairline"), (PEER, "peer")):
                url = stores.enter_context(place.database(folder, database))
                all_of_them.append(Contender(place, name, url, folder))
        say("starting the servers")
        with contextlib.ExitStack() as running:
            for contender in all_of_them:
                contender.prepare()
                contender.start(bodies[0])
                running.callback(contender.server.stop)
            for place in where:
                check_answers(
                    {each.name: each.server for each in all_of_them if each.place is place},
                    bodies[:200],
                )
            say("all servers give the same 200 answers; warming up")
            for contender in all_of_them:
                load(contender.server, path, 8, 1)
            measured = rounds_of_load(options, all_of_them, path)
        for contender in all_of_them:
            size = {"bytes_per_decision": contender.bytes_per_decision()}
            measured[contender.place.name][contender.name].append(size)
    for place in where:
        add_servers(results, place, measured[place.name])


def rounds_of_load(options, all_of_them, path):
    """measured[database][contender]: a list of figures; each holds some metrics."""
    measured = {each.place.name: {"fairline": [], PEER: [], "probe": []} for each in all_of_them}
    turns = [(each, connections) for each in all_of_them for connections in CONNECTIONS]
    for number in range(1, options.rounds + 1):
        say(f"POST /predict, round {number} of {options.rounds}")
        for contender, connections in random.Random(number).sample(turns, len(turns)):
            for name, figures in contender.load(path, connections, options.seconds).items():
                named = {f"{metric}_c{connections}": of for metric, of in figures.items()}
                measured[contender.place.name][name].append(named)
    return measured


def add_servers(results, place, measured):
    """Medians over the rounds; the most decisions a second of any number of clients comes first."""
    case, title = f"predict_{place.name}", f"{DATABASES[place.name]}: /predict, N clients"
    for name, parts in measured.items():
        medians = {}
        for metric in sorted_metrics(parts):
            values = [part[metric] for part in parts if metric in part]
            medians[metric] = statistics.median(values)
        if name != "probe":
            most = max(medians[f"decisions_per_s_c{count}"] for count in CONNECTIONS)
            medians = {"decisions_per_s": most} | medians
        results.add(case, title, name, [medians])


def sorted_metrics(parts):
    """By the number of clients, whatever the order in which they were measured."""
    names = dict.fromkeys(name for part in parts for name in part)
    return sorted(names, key=lambda name: int(base(name)[1] or sys.maxsize))


# --- the run --------------------------------------------------------------------------------------


def arguments():
    parser = argparse.ArgumentParser(
        description="What recording a decision takes; about ten minutes, with --quick two"
    )
    parser.add_argument("--quick", action="store_true", help="a check of the set-up in two minutes")
    parser.add_argument("--rounds", type=int, help="rounds of load (3)")
    parser.add_argument("--seconds", type=int, help="seconds of load per server and round (5)")
    parser.add_argument(
        "--soak",
        nargs=2,
        type=float,
        metavar=("RATE", "MINUTES"),
        help="only feed the store, so many decisions a second for so long",
    )
    parser.add_argument("--database", choices=DATABASES, default="sqlite", help="of --soak")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.seconds = options.seconds or (2 if options.quick else 5)
    options.feed_seconds = 5 if options.quick else 30
    return options


def heading(options, where):
    sync = disk_sync_ms(where[1].folder)
    settings = ", ".join(f"{name} {value}" for name, value in POSTGRES_SETTINGS.items())
    return [
        *machine("The record"),
        f"and to PostgreSQL's {sync:.2f} ms; PostgreSQL with {settings}, on the same cores",
        f"500 trees, 122 columns; {options.rounds} rounds of {options.seconds} s, medians; "
        f"the store is fed for {options.feed_seconds} s; x above 1: fairline is better",
        "fairline answers when the decision is on disk, with exact reasons, sealed and chained;",
        f'"{PEER}" writes as much, but does none of these three;',
        "the probe syncs as many bytes as commits do, beside them",
    ]


def measure(options):
    head_of, results = None, Results()
    for earlier in (JSON, TABLE):
        earlier.unlink(missing_ok=True)
    with places() as where:
        head_of = heading(options, where)
        fed = 2 * options.feed_seconds * 40_000
        loaded = 2 * len(CONNECTIONS) * options.rounds * options.seconds * 5_000
        check_disk(max(fed, loaded) * DECISION_BYTES + LOG_BYTES)
        train()
        for place in where:
            store_alone(options, results, place)
        servers(options, results, where)
    table = draw(head_of, results.titles, results, BUDGETS, "the budget")
    JSON.write_text(json.dumps(list(rows(results)), indent=1) + "\n")
    TABLE.write_text(table)
    print(table, end="")
    say(f"the same for programs: {JSON.relative_to(ROOT)}")


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = arguments()
    OUT.mkdir(exist_ok=True)
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir()
    WORK.mkdir(exist_ok=True)
    check_programs()
    if not PROGRAM.is_file():
        raise BenchError(f"no program at {PROGRAM}: run `make bench-record`")
    if postgres.MISSING:
        raise BenchError(f"not installed: {postgres.MISSING}")
    if not options.soak:
        return measure(options)
    train()
    with places() as where:
        if not soak(options, where[list(DATABASES).index(options.database)]):
            sys.exit(1)


if __name__ == "__main__":
    command(main)
