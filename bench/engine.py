"""`make bench-engine`: Fairline's engines and others that score and explain tree ensembles, on the
same models, rows and machine, pass by pass in turn. bench/README.md says who is compared and how.

    engine.py [--quick] [--models NAME,…]

The whole run takes about fifteen minutes, --quick two. Prints one table; bench/out/engine.json has
it for programs."""

import argparse
import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import re
import signal
import statistics
import sys

import engine_models
from contenders import BENCH, OUT, ROOT
from engine_table import OWN_SHAP, draw, rows
from engine_turns import Worker, interleave
from measure import BenchError, command, say

PROGRAM = pathlib.Path(os.environ.get("BUILD", ROOT / "build/release")) / "bench/bench_engine"
JSON, TABLE = OUT / "engine.json", OUT / "engine.txt"
FASTTREESHAP_PYTHON = os.environ.get("FASTTREESHAP_PYTHON")
REAL = engine_models.REAL
# Which peers each model is given to.
MODELS = {REAL: "all", "numeric_500": "all", "categories_500": "compiled"}
MODELS |= {"numeric_100": "lightgbm", "numeric_1000": "lightgbm", "leaves_64": "lightgbm"}
QUICK = {"numeric_100": "all", REAL: "lightgbm"}


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    threads: int
    count: int  # rows in a pass, the same for everybody
    rounds: int


CASES = [
    Case("score_row", 1, 2_000, 15),
    Case("score_batch", 1, 10_000, 11),
    Case("score_batch", 2, 10_000, 11),
    Case("shap_row", 1, 64, 11),
    Case("shap_batch", 1, 1_000, 3),
    Case("shap_batch", 2, 1_000, 3),
    Case("reasons_row", 1, 500, 15),
    Case("model_load", 1, 1, 9),
]


class Model:
    """A model under measurement: the processes that know it, and who is left out and why."""

    def __init__(self, name, peers, stack):
        self.name, self.left_out, self.compiled = name, {}, {}
        self.path, rows_file = engine_models.model(name), engine_models.rows(name)
        libraries = []
        if peers in ("all", "compiled"):
            for peer in ("TL2cgen", "lleaves"):
                libraries += self._compiled(peer)
        if peers == "compiled":
            reason = "it does not read LightGBM's categories"
            self.left_out |= dict.fromkeys(("XGBoost", "woodelf", "fasttreeshap"), reason)
        if peers == "all":
            with self._leaves_out("XGBoost"):
                library, model = engine_models.xgboost(name)
                libraries.append(f"xgboost={library},{model}")
        command = [PROGRAM, self.path, rows_file, *libraries]
        self.program = Worker(command)
        stack.callback(self.program.stop)
        if said := self.program.check():
            raise BenchError(f"{name}: {said}")
        self.worker_of = dict.fromkeys(self.program.engines, self.program)
        if peers == "all":
            scripts = {"woodelf": sys.executable, "fasttreeshap": FASTTREESHAP_PYTHON}
            for peer, python in scripts.items():
                with self._leaves_out(peer):
                    self._start(peer, python, rows_file, stack)

    @contextlib.contextmanager
    def _leaves_out(self, peer):
        """A peer that does not come up is named with the reason."""
        try:
            yield
        except (BenchError, ImportError, OSError, ValueError, RuntimeError) as error:
            self.left_out[peer] = str(error).strip().splitlines()[0]
            say(f"{self.name}: without {peer}: {self.left_out[peer]}")

    def _compiled(self, peer):
        with self._leaves_out(peer):
            say(f"{self.name}: {peer} compiles it, or has")
            path, self.compiled[peer] = getattr(engine_models, peer.lower())(self.name)
            return [f"{peer.lower()}={path}"]
        return []

    def _start(self, peer, python, rows_file, stack):
        if not python:
            raise BenchError("its Python is not there: run `make bench-engine`")
        script = BENCH / "peers" / f"engine_{peer}.py"
        worker = Worker([python, "-B", script, self.path, rows_file])
        stack.callback(worker.stop)
        if said := worker.check():
            raise BenchError(said)
        self.worker_of |= dict.fromkeys(worker.engines, worker)

    def _turn(self, contender, case, what=None):
        worker = self.worker_of[contender]
        return lambda: worker.turn(what or case.name, case.threads, case.count, contender)

    def measure(self, case, rounds):
        """contender -> {"wall": us per row, "cpu": …}, medians over the rounds."""
        turns = {name: self._turn(name, case) for name in self.worker_of}
        if case.name == "reasons_row":
            turns = {"fairline": turns["fairline"]}
            turns[OWN_SHAP] = self._turn("fairline", case, "shap_row")
        figures = {}
        for name, passes in interleave(turns, rounds).items():
            walls, cpus = zip(*passes, strict=True)
            figures[name] = {"wall": statistics.median(walls), "cpu": statistics.median(cpus)}
        if case.name == "model_load":
            figures |= self.compiled
        return figures


def cases(options, peers):
    for case in CASES:
        if case.name == "shap_batch" and (options.quick or peers == "lightgbm"):
            case = dataclasses.replace(case, count=100)
        yield case, 3 if options.quick else case.rounds


def measure(options, name, peers):
    with contextlib.ExitStack() as stack:
        say(f"{name}: preparing")
        model = Model(name, peers, stack)
        figures = {}
        for case, rounds in cases(options, peers):
            say(f"{name}: {case.name}, threads: {case.threads}")
            figures[case.name, case.threads] = model.measure(case, rounds)
        return {
            "about": model.program.introduction,
            "engines": model.program.engines,
            "left_out": model.left_out,
            "figures": figures,
        }


def heading():
    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    now = datetime.datetime.now(datetime.UTC)
    return [
        f"Fairline's engines and others, {now:%Y-%m-%d %H:%M} UTC",
        f"{len(os.sched_getaffinity(0))} cores of {processor[1] if processor else 'unknown make'}; "
        f"load {os.getloadavg()[0]:.1f} at the start",
        "microseconds per row, model_load milliseconds; medians of interleaved passes; x above 1:",
        "fairline is faster. One thread: CPU time, which other programs disturb least; wall clock",
        "stands below it where it differs. Two threads, and what compilers take: wall clock.",
    ]


def arguments():
    parser = argparse.ArgumentParser(description="Fairline's engines beside others")
    parser.add_argument("--quick", action="store_true", help="a check of the set-up, two minutes")
    parser.add_argument("--models", help=f"some of {','.join(MODELS)}")
    options = parser.parse_args()
    known = QUICK if options.quick else MODELS
    wanted = options.models.split(",") if options.models else known
    if unknown := set(wanted) - set(MODELS):
        parser.error(f"no such model: {', '.join(unknown)}")
    options.models = {name: known.get(name, MODELS[name]) for name in wanted}
    return options


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = arguments()
    if not PROGRAM.is_file():
        raise BenchError(f"no program at {PROGRAM}: run `make bench-engine`")
    OUT.mkdir(exist_ok=True)
    for earlier in (JSON, TABLE):
        earlier.unlink(missing_ok=True)
    head = heading()
    results, skipped = {}, []
    for name, peers in options.models.items():
        if name == REAL and engine_models.real_model() is None:
            skipped.append(f"{name}: left out, FAIRLINE_SHARED_DIR has no models/{name}.lgb.txt")
            continue
        results[name] = measure(options, name, peers)
    table = draw(head, results, skipped)
    JSON.write_text(json.dumps(list(rows(results)), indent=1) + "\n")
    TABLE.write_text(table)
    print(table, end="")
    say(f"the same for programs: {JSON.relative_to(ROOT)}")


if __name__ == "__main__":
    command(main)
