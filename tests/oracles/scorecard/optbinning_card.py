"""OptBinning's and scikit-learn's answers, as JSON on stdout, for the task that a JSON file holds.
It runs in an environment of its own (setup/scorecard.lock) for tests/functional/test_scorecard.py.
"""

import json
import sys

import numpy as np
import pandas as pd
from optbinning import BinningProcess, OptimalBinning, Scorecard
from sklearn.linear_model import LogisticRegression


def rows_of(task):
    names = task["features"]
    matrix = np.fromfile(task["matrix"]).reshape(-1, len(names))
    return pd.DataFrame(matrix, columns=names), np.fromfile(task["outcomes"]).astype(int)


def fixed_bins(feature):
    """Our bins, none of which may be joined or moved."""
    if "categories" in feature:
        groups = np.empty(len(feature["categories"]), dtype=object)
        groups[:] = [np.array(group, dtype=float) for group in feature["categories"]]
        return {"user_splits": groups, "user_splits_fixed": [True] * len(groups)}
    cuts = feature["below"]
    return {"user_splits": cuts, "user_splits_fixed": [True] * len(cuts)}


def card(task):
    """The scorecard on the bins of `card`: a list of {feature, below | categories}."""
    rows, outcomes = rows_of(task)
    names = [feature["feature"] for feature in task["card"]]
    process = BinningProcess(
        names,
        categorical_variables=[f["feature"] for f in task["card"] if "categories" in f],
        binning_fit_params={
            f["feature"]: fixed_bins(f) | {"monotonic_trend": None, "min_prebin_size": 1e-6}
            for f in task["card"]
        },
    )
    scale = task["scale"]
    scorecard = Scorecard(
        process,
        LogisticRegression(C=1 / task["l2"], tol=1e-13, solver="newton-cholesky", max_iter=1000),
        scaling_method="pdo_odds",
        scaling_method_params={
            "pdo": scale["pdo"],
            "odds": scale["odds"],
            "scorecard_points": scale["score"],
        },
    )
    scorecard.fit(rows[names], outcomes, metric_missing="empirical")
    table = scorecard.table(style="detailed")
    return {
        "intercept": float(scorecard.estimator_.intercept_[0]),
        "characteristics": [
            {
                "feature": name,
                "coefficient": float(part["Coefficient"].iloc[0]),
                "bins": [
                    {"good": good, "bad": bad, "woe": woe, "points": points}
                    for good, bad, woe, points in zip(
                        part["Non-event"].astype(float),
                        part["Event"].astype(float),
                        part["WoE"].astype(float),
                        part["Points"].astype(float),
                        strict=True,
                    )
                ],
            }
            for name, part in ((name, table[table["Variable"] == name]) for name in names)
        ],
        "points": scorecard.score(rows[names]).tolist(),
        "log_odds": scorecard.decision_function(rows[names]).tolist(),
    }


def optimum(task):
    """For each feature the cuts of the highest information value by OptBinning, from our pre-bins
    and under our rules, rising and falling."""
    rows, outcomes = rows_of(task)
    rules = task["rules"]
    found = []
    for feature in task["optimum"]:
        cuts = {}
        for trend in ("ascending", "descending"):
            binning = OptimalBinning(
                name=feature["feature"],
                solver="cp",
                monotonic_trend=trend,
                user_splits=feature["below"],
                min_bin_size=rules["min_bin_share"],
                min_bin_n_event=rules["min_bin_outcomes"],
                min_bin_n_nonevent=rules["min_bin_outcomes"],
                max_pvalue=rules["max_p_value"] if rules["max_p_value"] < 1 else None,
                max_pvalue_policy="consecutive",
            )
            binning.fit(rows[feature["feature"]].to_numpy(), outcomes)
            if binning.status == "OPTIMAL":
                cuts[trend] = np.asarray(binning.splits, dtype=float).tolist()
        found.append({"feature": feature["feature"], "cuts": cuts})
    return found


def main():
    with open(sys.argv[1]) as file:
        task = json.load(file)
    answer = {}
    if "card" in task:
        answer["card"] = card(task)
    if "optimum" in task:
        answer["optimum"] = optimum(task)
    json.dump(answer, sys.stdout)


main()
