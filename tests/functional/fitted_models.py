"""Applicants, models that Python's libraries fit to them, and how the texts made of these models are
judged: on new rows and on the edges of their tests."""

import json
import sys

import imblearn.ensemble
import imblearn.pipeline
import imblearn.under_sampling
import lightgbm
import numpy as np
import pandas as pd
import xgboost
from conftest import ROOT
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    RandomForestClassifier,
)
from sklearn.tree import DecisionTreeClassifier

SOURCE = ROOT / "python" / "src"
sys.path.insert(0, str(SOURCE))

COLUMNS = ["income", "debt", "steps", "flag", "rate", "score.of bureau"]
NAMES = ["income", "debt", "steps", "flag", "rate", "score.of_bureau"]  # as LightGBM writes them


def applicants(rows, seed, missing=0.0):
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "income": np.exp(random.normal(size=rows)) * 1e5,
            "debt": random.normal(size=rows),
            "steps": random.integers(0, 30, rows) * 0.1,
            "flag": random.integers(0, 2, rows).astype(float),
            "rate": random.uniform(size=rows),
            "score.of bureau": random.normal(size=rows) * 1e-6,
        }
    )
    return table.mask(random.uniform(size=table.shape) < missing)


def outcomes(table, seed):
    known = table.fillna(0)
    signal = known["debt"] - known["income"] / 2e5 + known["steps"] + known["flag"] - 2
    noise = np.random.default_rng(seed).logistic(size=len(table))
    return (signal + noise > 0.5).astype(int).to_numpy()


def near(thresholds):
    """What a threshold may be got wrong by: itself, the floats beside it, what lies half-way
    between them, and the next doubles of all these. LightGBM's format takes numbers within 1e-35 of
    zero for zero, so none of these."""
    floats = np.asarray(thresholds, np.float32)
    beside = [np.nextafter(floats, np.float32(to)).astype(float) for to in (-np.inf, np.inf)]
    points = [np.asarray(thresholds, float), floats.astype(float), *beside]
    points += [(points[1] + side) / 2 for side in beside]
    points = np.concatenate(points)
    points = np.concatenate([np.nextafter(points, -np.inf), points, np.nextafter(points, np.inf)])
    return np.where(np.abs(points) <= 1.0001e-35, 0.0, points)


def judged(text, seed, missing=0.0, most=60):
    """New applicants, and rows on the edges of the model's tests."""
    features, thresholds = splits_of(text)
    rows = [applicants(200, seed, missing)]
    for column, name in enumerate(COLUMNS):
        of_column = thresholds[(features == column) & (np.abs(thresholds) < 1e30)][:most]
        edge = applicants(18 * len(of_column), seed + 1 + column, missing)
        edge[name] = near(of_column)
        rows.append(edge)
    return pd.concat(rows, ignore_index=True)


def splits_of(text):
    """The features and thresholds of a model text."""
    if text.startswith("{"):
        bags = json.loads(text)["bags"]
        return tuple(np.concatenate([bag[key] for bag in bags]) for key in ("feature", "threshold"))
    found = {"split_feature": [], "threshold": []}
    for line in text.splitlines():
        key, _, values = line.partition("=")
        if key in found:
            found[key] += map(float, values.split())
    return np.array(found["split_feature"]), np.array(found["threshold"])


def easy_score(text, rows):
    """Such an ensemble's score as its format says it."""
    probabilities = []
    for bag in json.loads(text)["bags"]:
        margin = np.zeros(len(rows))
        for i, feature in enumerate(bag["feature"]):
            values = rows[:, feature] if feature >= 0 else np.full(len(rows), -np.inf)
            left = np.where(np.isnan(values), bag["missing_left"][i], values <= bag["threshold"][i])
            margin += np.where(left, bag["left_vote"][i], bag["right_vote"][i])
        probabilities.append(1 / (1 + np.exp(-margin)))
    return np.mean(probabilities, axis=0)


def score(text, rows):
    values = rows.to_numpy()
    if text.startswith("{"):
        return easy_score(text, values)
    return lightgbm.Booster(model_str=text).predict(values)


def tree(**options):
    return DecisionTreeClassifier(random_state=1, **options)


SKLEARN = {
    "tree": tree(max_depth=6),
    "random_forest": RandomForestClassifier(12, random_state=1),
    "weighted_forest": RandomForestClassifier(
        12, class_weight="balanced", max_depth=8, random_state=1
    ),
    "leaves_in_order_of_gain": RandomForestClassifier(8, max_leaf_nodes=20, random_state=1),
    "extra_trees": ExtraTreesClassifier(12, random_state=1),
    "bagging": BaggingClassifier(tree(max_depth=5), 8, max_features=0.5, random_state=1),
    "bags_of_one_class": BaggingClassifier(tree(), 30, max_samples=4, random_state=1),
    "balanced_forest": imblearn.ensemble.BalancedRandomForestClassifier(12, random_state=1),
    "balanced_bagging": imblearn.ensemble.BalancedBaggingClassifier(
        tree(), n_estimators=8, max_features=4, random_state=1
    ),
    "adaboost": AdaBoostClassifier(n_estimators=30, random_state=1),
    "adaboost_of_trees": AdaBoostClassifier(tree(max_depth=3), n_estimators=15, random_state=1),
    "adaboost_without_a_split": AdaBoostClassifier(
        tree(max_depth=1, min_samples_leaf=590), n_estimators=3
    ),
    "rus_boost": imblearn.ensemble.RUSBoostClassifier(n_estimators=10, random_state=1),
    "easy_ensemble": imblearn.ensemble.EasyEnsembleClassifier(n_estimators=5, random_state=1),
    "easy_ensemble_of_few": imblearn.ensemble.EasyEnsembleClassifier(
        n_estimators=3,
        estimator=AdaBoostClassifier(tree(max_depth=1), n_estimators=7, learning_rate=0.3),
        random_state=1,
    ),
    "easy_ensemble_without_a_split": imblearn.ensemble.EasyEnsembleClassifier(
        n_estimators=2,
        estimator=AdaBoostClassifier(tree(max_depth=1, min_samples_leaf=590), n_estimators=3),
        sampling_strategy=0.8,
        random_state=1,
    ),
    "after_a_sampler": imblearn.pipeline.make_pipeline(
        imblearn.under_sampling.RandomUnderSampler(random_state=1),
        RandomForestClassifier(5, random_state=1),
    ),
}
WITHOUT_MISSING = {name for name in SKLEARN if "boost" in name or "easy" in name or "after" in name}


def fitted(name, missing=0.0, as_bool=False):
    table = applicants(900, 1, missing)
    target = outcomes(table, 2)
    return SKLEARN[name].fit(table, target == 1 if as_bool else target)


XGBOOST = {
    "trees": ({"max_depth": 4}, 25),
    "by_leaves": ({"grow_policy": "lossguide", "max_leaves": 12}, 15),
    "exact": ({"tree_method": "exact", "max_depth": 4}, 10),
    "dart": ({"booster": "dart", "rate_drop": 0.5, "skip_drop": 0.0}, 20),
    "forest": ({"num_parallel_tree": 4, "subsample": 0.5}, 5),
    "pruned": ({"gamma": 3.0, "max_depth": 6, "tree_method": "exact"}, 10),
    "base": ({"base_score": 0.07}, 8),
    "one_leaf": ({"min_child_weight": 1e6}, 2),
    "probability": ({"objective": "reg:logistic"}, 8),
}


def boosted(name, missing=0.15, categories=False):
    parameters, rounds = XGBOOST[name]
    table = applicants(900, 31, missing)
    target = outcomes(table, 32)
    names = [*COLUMNS[:5], "bureau"]
    if categories:
        table["steps"] = np.rint(table["steps"] * 10)
    data = xgboost.DMatrix(
        table.to_numpy(),
        target,
        feature_names=names,
        feature_types=["q", "q", "c" if categories else "q", "q", "q", "q"],
        enable_categorical=True,
    )
    options = {"objective": "binary:logistic", "seed": 1, "nthread": 1} | parameters
    return xgboost.train(options, data, rounds), data


def as_doubles(booster, rows, **options):
    data = xgboost.DMatrix(
        rows, feature_names=booster.feature_names, feature_types=booster.feature_types
    )
    return booster.predict(data, **options)


def lgbm(table, target, **options):
    return lightgbm.LGBMClassifier(n_estimators=20, verbose=-1, **options).fit(table, target)
