"""Both sides of a comparison: ours through the program ensemble_oracle, theirs through peer.py in a
Python that has the version in question. Both learn from the same file and judge the same rows."""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent
BINARY = os.environ.get("FAIRLINE_BINARY", FOLDER.parents[2] / "build/release/bin/fairline")
ORACLE = pathlib.Path(BINARY).parents[1] / "tests/ensemble_oracle"

# What has to be said to ours so that it does as that version does by default.
FORESTS = {
    "today": {"bootstrap": 0, "replacement": 1, "resample_rarer_class": 1},
    "2023": {"bootstrap": 1, "replacement": 0, "resample_rarer_class": 0},
}


class Split:
    """Files in `folder` with the rows to learn from and those to judge."""

    def __init__(self, folder, learned, outcomes, judged, truth):
        self.learned, self.judged = folder / "learned.f64", folder / "judged.f64"
        self.probabilities = folder / "probabilities.f64"
        self.columns, self.truth = learned.shape[1], truth
        np.column_stack([learned, outcomes]).astype("<f8").tofile(self.learned)
        judged.astype("<f8").tofile(self.judged)

    def right(self):
        """Of the probabilities that were written last: which rows were judged as they came out."""
        probabilities = np.fromfile(self.probabilities, "<f8")
        assert len(probabilities) == len(self.truth)
        return (probabilities > 0.5) == (self.truth == 1)


def balanced_accuracy(right, truth):
    return (right[truth == 0].mean() + right[truth == 1].mean()) / 2


def oracle(kind, split, options, *words):
    given = [f"{name}={value}" for name, value in options.items()]
    command = [ORACLE, kind, split.learned, str(split.columns), *given, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{ORACLE.name}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def ours(kind, split, options):
    """(which rows were judged right, the seconds that learning took)"""
    said = oracle(
        kind, split, options, f"judged={split.judged}", f"probabilities={split.probabilities}"
    )
    return split.right(), said["seconds"]


def our_bags(split, options):
    """The rows of each bag, as indices into the file."""
    members = oracle("easy", split, options)["members"]
    return [member["rows"][0] + member["rows"][1] for member in members]


class Peer:
    """A version of imbalanced-learn in a process of its own."""

    def __init__(self, python):
        command = [python, "-B", FOLDER / "peer.py"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def theirs(self, kind, split, members, seed, threads=1, bags=None):
        """(which rows were judged right, the seconds that learning took)"""
        task = {"kind": kind, "members": members, "seed": seed, "threads": threads, "bags": bags}
        task |= {"learned": str(split.learned), "judged": str(split.judged)}
        task |= {"probabilities": str(split.probabilities), "columns": split.columns}
        self.process.stdin.write(json.dumps(task) + "\n")
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.process.args[0]} ended with {self.process.wait()}")
        return split.right(), json.loads(line)["seconds"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=120)
        self.process.stdout.close()
