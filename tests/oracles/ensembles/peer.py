"""imbalanced-learn with the defaults of its version, run by the Python of setup/ensembles.lock or
of setup/ensembles_2023.lock. For each line of standard input, a JSON object

    {"kind": "easy" | "forest", "members": 10, "seed": 0, "threads": 1, "bags": [[row…]…] | null,
     "learned": FILE, "judged": FILE, "columns": 23, "probabilities": FILE}

it learns from one file (doubles row by row, the outcome last), writes the probabilities of default
of the rows of the other (without outcomes), and answers with the seconds that learning took. With
`bags` nothing is drawn: an AdaBoost learns from each of these lists of rows."""

import json
import sys
import time
import warnings

import numpy as np
from imblearn.ensemble import BalancedRandomForestClassifier, EasyEnsembleClassifier
from sklearn.ensemble import AdaBoostClassifier

KINDS = {"easy": EasyEnsembleClassifier, "forest": BalancedRandomForestClassifier}


def fit(task, inputs, outcomes):
    if task["bags"] is None:
        given = {"random_state": task["seed"], "n_jobs": task["threads"]}
        return [KINDS[task["kind"]](task["members"], **given).fit(inputs, outcomes)]
    return [AdaBoostClassifier().fit(inputs[rows], outcomes[rows]) for rows in task["bags"]]


def main():
    warnings.simplefilter("ignore")  # of 2023: that defaults will change
    for line in sys.stdin:
        task = json.loads(line)
        learned = np.fromfile(task["learned"]).reshape(-1, task["columns"] + 1)
        judged = np.fromfile(task["judged"]).reshape(-1, task["columns"])
        inputs, outcomes = np.ascontiguousarray(learned[:, :-1]), learned[:, -1]
        start = time.perf_counter()
        models = fit(task, inputs, outcomes)
        seconds = time.perf_counter() - start
        probabilities = np.mean([model.predict_proba(judged)[:, 1] for model in models], axis=0)
        probabilities.tofile(task["probabilities"])
        print(json.dumps({"seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
