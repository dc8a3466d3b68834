"""How a Python peer takes turns in `make bench-engine`; bench/engine/main.cc says what the lines
are. Peers compute attributions of batches: a Python call per row would measure Python."""

import contextlib
import json
import os
import sys
import time

import lightgbm
import numpy as np

TOLERANCE = 1e-4  # some compute in single precision; a peer is left out only when it is wrong
CHECKED_ROWS = 64


def model_and_rows():
    """The command line's model, as LightGBM loads it, and rows."""
    booster = lightgbm.Booster(model_file=sys.argv[1])
    rows = np.fromfile(sys.argv[2]).reshape(-1, booster.num_feature())
    return booster, rows


def check(booster, rows, explain):
    expected = booster.predict(rows[:CHECKED_ROWS], pred_contrib=True, num_threads=1)[:, :-1]
    gap = np.abs(np.asarray(explain(rows[:CHECKED_ROWS], 1)) - expected).max()
    return "ok" if gap <= TOLERANCE else f"its attributions are up to {gap:.2g} from LightGBM's"


def answer(name, version, booster, rows, explain, most_threads=1):
    """`explain(rows, threads)` gives one attribution per row and column."""
    # Whatever the peer prints must not come between the answers.
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    print(json.dumps({"engines": {name: version}}), file=replies)
    for line in sys.stdin:
        if line.strip() == "check":
            print(check(booster, rows, explain), file=replies)
            continue
        case, threads, count, _ = line.split(maxsplit=3)
        if case != "shap_batch" or int(threads) > most_threads:
            print("nobody of that name does that", file=replies)
            continue
        cpu = time.process_time()
        wall = time.perf_counter()
        with contextlib.redirect_stdout(sys.stderr):
            explain(rows[: int(count)], int(threads))
        print(time.perf_counter() - wall, time.process_time() - cpu, file=replies)
