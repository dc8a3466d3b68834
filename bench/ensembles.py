"""`make bench-ensembles`: Fairline's EasyEnsemble and BalancedRandomForest and imbalanced-learn's,
on the real tables, with the same number of threads, in turn. bench/README.md says how.

    ensembles.py [--quick] [--sets NAME,…] [--members 100]

The whole run takes about half an hour, nearly all of it imbalanced-learn's; --quick two minutes.
Prints one table; bench/out/ensembles.json has it for programs."""

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
import tempfile

import numpy as np
from engine_turns import Worker, interleave
from ensembles_table import draw, rows
from measure import BenchError, command, say

BENCH = pathlib.Path(__file__).resolve().parent
ROOT, OUT = BENCH.parent, BENCH / "out"
sys.path.insert(0, str(ROOT / "tests/oracles/ensembles"))
import tables  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("BUILD", ROOT / "build/release")) / "bench/bench_ensembles"
JSON, TABLE = OUT / "ensembles.json", OUT / "ensembles.txt"
SETS = ("uci_card", "give_me_some_credit", "lendingclub", "home_credit")
CORES = len(os.sched_getaffinity(0))
# Ours, and which of imbalanced-learn's it is compared with.
EASY, FOREST = "EasyEnsembleClassifier", "BalancedRandomForestClassifier"
MODELS = {"easy_exact": EASY, "easy_histogram": EASY, "forest": FOREST}
GAP = 0.03  # in balanced accuracy on the rows learned from: more, and somebody does something else


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    threads: int
    count: int  # rows in a pass of ours
    easy: int  # and of theirs, which take longer
    forest: int
    rounds: int
    first: int = 0  # 1: no round that does not count


CASES = [
    Case("ensemble_row", 1, 2_000, 2, 50, 5),
    Case("ensemble_batch", 1, 10_000, 10_000, 10_000, 3, first=1),
    Case("ensemble_batch", CORES, 10_000, 10_000, 10_000, 3, first=1),
    Case("ensemble_shap_row", 1, 500, 0, 0, 5),
]


def fits(members, quick):
    """One fit of imbalanced-learn's takes a minute or two: with one thread, whose CPU time is what
    other programs disturb least, it is asked once."""
    for threads, rounds in ((1, 1), (CORES, 1 if quick else 3)):
        yield Case("ensemble_fit", threads, members, members, members, rounds, first=1)


class Contest:
    """Ours and theirs with one table."""

    def __init__(self, name, folder, stack):
        table = tables.load(name)
        inputs = tables.filled(table.inputs, table.inputs)
        path = pathlib.Path(folder, f"{name}.f64")
        np.column_stack([inputs, table.outcomes]).astype("<f8").tofile(path)
        self.rows, self.columns = inputs.shape
        self.ours = Worker([PROGRAM, path, self.columns])
        stack.callback(self.ours.stop)
        peer = BENCH / "peers/ensembles_imblearn.py"
        self.theirs = Worker([sys.executable, "-B", peer, path, self.columns])
        stack.callback(self.theirs.stop)

    def _turn(self, who, case):
        if who in MODELS:
            return lambda: self.ours.turn(case.name, case.threads, case.count, who)
        count = case.easy if who == EASY else case.forest
        return lambda: count and self.theirs.turn(case.name, case.threads, count, who)

    def measure(self, case, models):
        """who -> {"wall": us, "cpu": …} per row or member, medians over the rounds."""
        everybody = dict.fromkeys([*models, *(MODELS[model] for model in models)])
        turns = {who: self._turn(who, case) for who in everybody}
        figures = {}
        for who, passes in interleave(turns, case.rounds, first=case.first).items():
            walls, cpus = zip(*passes, strict=True)
            figures[who] = {"wall": statistics.median(walls), "cpu": statistics.median(cpus)}
        return figures

    def check(self):
        """who -> balanced accuracy on the rows that were learned from."""
        said = {model: float(self.ours.ask(f"accuracy {model}")) for model in MODELS}
        said |= {peer: float(self.theirs.ask(f"accuracy {peer}")) for peer in (EASY, FOREST)}
        for model, peer in MODELS.items():
            if abs(said[model] - said[peer]) > GAP:
                raise BenchError(f"{model} has {said[model]:.3f}, the peer {said[peer]:.3f}")
        return said


def measure(name, members, quick):
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        contest = Contest(name, folder, stack)
        figures = {}
        cases = [*fits(members, quick), *CASES]
        for case in cases:
            if quick and case.name != "ensemble_fit":
                case = dataclasses.replace(case, rounds=1, easy=min(case.easy, 1_000))
            say(f"{name}: {case.name}, threads: {case.threads}")
            figures[case.name, case.threads] = contest.measure(case, MODELS)
        return {
            "rows": contest.rows,
            "columns": contest.columns,
            "members": members,
            "engine": contest.ours.engines["forest"],
            "version": contest.theirs.engines[EASY],
            "accuracy": contest.check(),
            "figures": figures,
        }


def heading():
    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    now = datetime.datetime.now(datetime.UTC)
    return [
        f"Fairline's ensembles and imbalanced-learn's, {now:%Y-%m-%d %H:%M} UTC",
        f"{CORES} cores of {processor[1] if processor else 'unknown make'}; "
        f"load {os.getloadavg()[0]:.1f} at the start",
        "fits in seconds, rows in microseconds; medians of interleaved passes; x above 1: Fairline",
        "is faster. One thread: CPU time, which other programs disturb least; else wall clock.",
    ]


def arguments():
    parser = argparse.ArgumentParser(description="Fairline's ensembles beside imbalanced-learn's")
    parser.add_argument("--quick", action="store_true", help="a check of the set-up, two minutes")
    parser.add_argument("--sets", type=lambda text: text.split(","), help=f"some of {SETS}")
    parser.add_argument("--members", type=int, help="bags and trees; 100, or 10 when quick")
    options = parser.parse_args()
    options.sets = options.sets or (SETS[:2] if options.quick else SETS)
    options.members = options.members or (10 if options.quick else 100)
    if unknown := set(options.sets) - set(tables.SOURCES):
        parser.error(f"no such set: {', '.join(unknown)}")
    return options


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = arguments()
    if tables.folder() is None:
        raise BenchError("FAIRLINE_SHARED_DIR has no data: there is nothing to learn from")
    if not PROGRAM.is_file():
        raise BenchError(f"no program at {PROGRAM}: run `make bench-ensembles`")
    OUT.mkdir(exist_ok=True)
    for earlier in (JSON, TABLE):
        earlier.unlink(missing_ok=True)
    head = heading()
    results = {name: measure(name, options.members, options.quick) for name in options.sets}
    table = draw(head, results, MODELS)
    JSON.write_text(json.dumps(list(rows(results, MODELS)), indent=1) + "\n")
    TABLE.write_text(table)
    print(table, end="")
    say(f"the same for programs: {JSON.relative_to(ROOT)}")


if __name__ == "__main__":
    command(main)
