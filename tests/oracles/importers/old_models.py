"""Run by the Python of setup/ensembles_2023.lock, with python/src on its path: fits models as the
libraries of 2023 did, converts them there, and scores rows.

    old_models.py FOLDER NAME…

reads FOLDER/rows.csv and FOLDER/with_missing.csv and writes NAME.txt, the converted model, and
NAME.npz with `rows` and `scores`."""

import csv
import pathlib
import sys

import numpy as np
from imblearn.ensemble import (
    BalancedBaggingClassifier,
    BalancedRandomForestClassifier,
    EasyEnsembleClassifier,
)
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from fairline.importers import convert

MODELS = {
    "adaboost_real": AdaBoostClassifier(algorithm="SAMME.R", n_estimators=30, random_state=1),
    "adaboost": AdaBoostClassifier(algorithm="SAMME", n_estimators=30, random_state=1),
    "adaboost_of_trees": AdaBoostClassifier(
        DecisionTreeClassifier(max_depth=3), n_estimators=10, random_state=1
    ),
    "easy_ensemble": EasyEnsembleClassifier(n_estimators=5, random_state=1),
    "balanced_forest": BalancedRandomForestClassifier(
        10, sampling_strategy="all", replacement=True, bootstrap=False, random_state=1
    ),
    "balanced_bagging": BalancedBaggingClassifier(n_estimators=6, max_features=4, random_state=1),
    "random_forest": RandomForestClassifier(10, class_weight="balanced", random_state=1),
    "tree_with_missing": DecisionTreeClassifier(max_depth=6, random_state=1),
}


def read(path):
    """Inputs and outcomes; an empty cell is missing."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))[1:]
    table = np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])
    return table[:, :-1], table[:, -1].astype(int)


def main():
    folder = pathlib.Path(sys.argv[1])
    for name in sys.argv[2:]:
        table = "with_missing" if name.endswith("missing") else "rows"
        inputs, target = read(folder / f"{table}.csv")
        model = MODELS[name].fit(inputs[:900], target[:900])
        (folder / f"{name}.txt").write_text(convert(model))
        np.savez(folder / f"{name}.npz", rows=inputs, scores=model.predict_proba(inputs)[:, 1])


main()
