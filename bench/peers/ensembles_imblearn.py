"""imbalanced-learn in turns of `make bench-ensembles`; bench/ensembles/main.cc says what the lines
are. WHO: the name of a class, with the defaults but for the number of members and n_jobs."""

import contextlib
import importlib.metadata
import json
import sys
import time

import numpy as np
from imblearn.ensemble import BalancedRandomForestClassifier, EasyEnsembleClassifier
from sklearn.metrics import balanced_accuracy_score

KINDS = {kind.__name__: kind for kind in (EasyEnsembleClassifier, BalancedRandomForestClassifier)}


def table_of(path, columns):
    numbers = np.fromfile(path).reshape(-1, columns + 1)
    return np.ascontiguousarray(numbers[:, :-1]), numbers[:, -1]


def score_each(model, inputs):
    for row in range(len(inputs)):
        model.predict_proba(inputs[row : row + 1])


@contextlib.contextmanager
def timed(took):
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    took += [time.perf_counter() - wall, time.process_time() - cpu]


def turn(words, inputs, outcomes, fitted):
    what, who = words[0], words[-1]
    if what == "accuracy":
        return balanced_accuracy_score(outcomes, fitted[who].predict(inputs))
    threads, count, took = int(words[1]), int(words[2]), []
    if what == "ensemble_fit":
        model = KINDS[who](count, random_state=1, n_jobs=threads)
        with timed(took):
            model.fit(inputs, outcomes)
        fitted[who] = model
    elif what in ("ensemble_row", "ensemble_batch"):
        model = fitted[who].set_params(n_jobs=threads)
        with timed(took):
            if what == "ensemble_row":
                score_each(model, inputs[:count])
            else:
                model.predict_proba(inputs[:count])
    else:
        return "nobody of that name does that"
    return f"{took[0]} {took[1]}"


def main():
    inputs, outcomes = table_of(sys.argv[1], int(sys.argv[2]))
    version = importlib.metadata.version("imbalanced-learn")
    print(json.dumps({"engines": dict.fromkeys(KINDS, version)}), flush=True)
    fitted = {}
    for line in sys.stdin:
        print(turn(line.split(), inputs, outcomes, fitted), flush=True)


if __name__ == "__main__":
    main()
