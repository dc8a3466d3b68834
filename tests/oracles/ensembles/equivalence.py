"""Are our EasyEnsemble and imbalanced-learn's as good as one another? Both learn the same part of a
table with every seed and judge the rest; the paired difference of their balanced accuracy has a 90 %
interval that must lie within MARGIN. Run by the Python of setup/ensembles.lock (and pandas, pyarrow).

    equivalence.py ORACLE TABLE.npz [--seeds 20] [--bags 10] [--stumps 50] [--histogram]

TABLE.npz holds `inputs` (float64, NaN missing: filled with medians here, since imbalanced-learn takes
none) and `outcomes` (0 or 1). Exit code 1: not shown to be equivalent."""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from imblearn.ensemble import EasyEnsembleClassifier
from scipy.stats import t as student
from sklearn.ensemble import AdaBoostClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split

MARGIN = 0.003


def our_scores(options, seed, inputs, outcomes, judged):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "table.f64")
        np.column_stack([inputs, outcomes]).astype("<f8").tofile(path)
        given = {"bags": options.bags, "stumps": options.stumps, "seed": seed}
        given["histogram"] = int(options.histogram)
        words = [f"{name}={value}" for name, value in given.items()]
        command = [options.oracle, "easy", path, str(inputs.shape[1]), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    scores = np.zeros(len(judged))
    for member in json.loads(done.stdout)["members"]:
        margin = np.zeros(len(judged))
        for stump in member["stumps"]:
            left = judged[:, stump["feature"]] <= stump["threshold"]
            margin += np.where(left, *stump["votes"]) if stump["feature"] >= 0 else stump["votes"][0]
        scores += 1 / (1 + np.exp(-margin))
    return scores / options.bags


def their_scores(options, seed, inputs, outcomes, judged):
    booster = AdaBoostClassifier(n_estimators=options.stumps)
    model = EasyEnsembleClassifier(options.bags, estimator=booster, random_state=seed)
    return model.fit(inputs, outcomes).predict_proba(judged)[:, 1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("oracle")
    parser.add_argument("table")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--bags", type=int, default=10)
    parser.add_argument("--stumps", type=int, default=50)
    parser.add_argument("--histogram", action="store_true")
    options = parser.parse_args()
    table = np.load(options.table)
    inputs, outcomes = table["inputs"], table["outcomes"]
    inputs = np.where(np.isnan(inputs), np.nan_to_num(np.nanmedian(inputs, axis=0)), inputs)
    print("seed  ours    theirs  difference")
    differences = []
    for seed in range(options.seeds):
        learned, judged, labels, truth = train_test_split(
            inputs, outcomes, test_size=0.3, stratify=outcomes, random_state=seed
        )
        ours, theirs = (
            balanced_accuracy_score(truth, scores(options, seed, learned, labels, judged) > 0.5)
            for scores in (our_scores, their_scores)
        )
        differences.append(ours - theirs)
        print(f"{seed:4}  {ours:.4f}  {theirs:.4f}  {ours - theirs:+.4f}", flush=True)
    mean, count = np.mean(differences), len(differences)
    half = student.ppf(0.95, count - 1) * np.std(differences, ddof=1) / np.sqrt(count)
    within = abs(mean) + half <= MARGIN
    print(f"mean {mean:+.5f}, 90 % interval [{mean - half:+.5f}, {mean + half:+.5f}]")
    print(f"{'within' if within else 'NOT within'} +-{MARGIN} over {count} seeds")
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
