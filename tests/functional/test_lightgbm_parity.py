"""Imported LightGBM models against LightGBM itself: raw scores bit for bit, attributions within
1e-10 x max(1, |raw score|) of `pred_contrib`, or against a background of Shapley values by definition."""

import math

import lightgbm
import numpy as np
import pandas as pd
import pytest

ROWS = 1500
NUMERIC = ["income", "debt", "zeros", "steps"]
CATEGORICAL = ["region", "job"]
BASE = {
    "objective": "binary",
    "verbose": -1,
    "num_threads": 1,
    "deterministic": True,
    "seed": 7,
    "num_leaves": 15,
    "min_data_in_leaf": 5,
}
WITH_CATEGORIES = {"cat_smooth": 1, "cat_l2": 1, "min_data_per_group": 5}

# name -> (parameters, categorical columns, rounds)
MODELS = {
    "numeric": ({}, [], 60),
    "no_missing_type": ({"use_missing": False}, [], 30),
    "zero_as_missing": ({"zero_as_missing": True}, [], 30),
    "categories": (WITH_CATEGORIES, CATEGORICAL, 60),
    "categories_one_hot": ({**WITH_CATEGORIES, "max_cat_to_onehot": 64}, CATEGORICAL, 40),
    "categories_in_sets": ({**WITH_CATEGORIES, "max_cat_to_onehot": 1}, CATEGORICAL, 40),
    "categories_without_missing": ({**WITH_CATEGORIES, "use_missing": False}, CATEGORICAL, 30),
    "categories_zero_as_missing": ({**WITH_CATEGORIES, "zero_as_missing": True}, CATEGORICAL, 30),
    "random_forest": (
        {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6, "feature_fraction": 0.7},
        CATEGORICAL,
        20,
    ),
    "dart": ({"boosting": "dart", "drop_rate": 0.5}, [], 30),
    "one_leaf": ({"min_data_in_leaf": 100_000}, [], 3),
    "tiny_leaves": ({"min_data_in_leaf": 1, "num_leaves": 63, "min_sum_hessian_in_leaf": 0}, [], 40),
    "sigmoid": ({"sigmoid": 2.5}, [], 20),
    "balanced": ({"is_unbalance": True, "max_depth": 3}, [], 40),
}


def applicants(rows, seed):
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "income": random.normal(size=rows),
            "debt": random.exponential(size=rows),
            "zeros": np.where(random.random(rows) < 0.6, 0.0, random.normal(size=rows)),
            "steps": random.integers(0, 12, rows).astype(float),
            "region": random.integers(0, 70, rows).astype(float),
            "job": random.integers(0, 5, rows).astype(float),
        }
    )
    for name in table.columns:
        table.loc[random.random(rows) < 0.15, name] = np.nan
    return table


def outcomes(table, seed):
    random = np.random.default_rng(seed)
    margin = (
        table["income"].fillna(0.5)
        - table["debt"].fillna(2)
        + (table["region"] % 3 == 0)
        + 2 * (table["job"] == 2)
        + 0.3 * table["steps"].fillna(0)
        - 2
    )
    return (margin + random.logistic(size=len(table)) > 0).astype(int)


def unheard_of(rows, seed):
    """Rows as training never saw them: other categories, fractions, numbers no category can be."""
    table = applicants(rows, seed)
    strange = [-1.0, -0.5, 0.5, 3.7, 69.999, 70.0, 1e6, 2147483647.0, 2147483648.0, 1e18, -1e18]
    strange += [0.0, -0.0, 1e-36, -1e-36, 1e-35, -1e-35, 1e300, -1e300]
    for i, value in enumerate(strange * table.shape[1]):
        table.iloc[i % rows, i // len(strange)] = value
    return table


@pytest.fixture(scope="module")
def training_rows():
    return applicants(ROWS, 1)


def attributed(fairline, model_file, rows, folder, *options):
    """What `models explain` says of these rows, from a bundle `models import` made."""
    bundle, data, out = folder / "bundle", folder / "rows.csv", folder / "attributions.csv"
    fairline("models", "import", model_file, "--name", "parity", "--out", bundle)
    rows.to_csv(data, index=False)
    fairline("models", "explain", "--bundle", bundle, "--data", data, "--out", out, *options)
    header = out.read_text().splitlines()[0].split(",")
    assert header == ["row", "raw_score", "base", *rows.columns]
    table = pd.DataFrame(np.loadtxt(out, delimiter=",", skiprows=1, ndmin=2), columns=header)
    assert len(table) == len(rows)
    return table


def check(fairline, booster, rows, folder):
    model_file = folder / "model.txt"
    booster.save_model(model_file)
    table = attributed(fairline, model_file, rows, folder)
    raw_score = booster.predict(rows, raw_score=True)
    np.testing.assert_array_equal(table["raw_score"].to_numpy(), raw_score)
    contributions = booster.predict(rows, pred_contrib=True)
    ours = table[[*rows.columns, "base"]].to_numpy()
    tolerance = 1e-10 * np.maximum(1, np.abs(raw_score))[:, None]
    difference = np.abs(ours - contributions)
    assert (difference <= tolerance).all(), f"attributions differ by up to {difference.max()}"
    sums = ours.sum(axis=1)
    assert (np.abs(sums - raw_score) <= 1e-9 * np.maximum(1, np.abs(raw_score))).all()


@pytest.mark.parametrize("name", MODELS)
def test_scores_and_attributions_are_lightgbms(name, fairline, training_rows, tmp_path):
    parameters, categorical, rounds = MODELS[name]
    data = lightgbm.Dataset(
        training_rows, outcomes(training_rows, 2), categorical_feature=categorical or "auto"
    )
    booster = lightgbm.train({**BASE, **parameters}, data, rounds)
    rows = pd.concat([training_rows[:200], applicants(200, 3), unheard_of(150, 4)])
    check(fairline, booster, rows, tmp_path)


def interventional(booster, rows, background):
    """Shapley values by definition: a coalition of features is worth the mean raw score of the
    background with the row's values for them. Adds the mean of the background as it is."""
    features = rows.shape[1]
    coalitions = np.array([[s >> f & 1 for f in range(features)] for s in range(1 << features)], bool)
    mixed = np.where(coalitions[None, :, None, :], rows[:, None, None, :], background)
    scores = booster.predict(mixed.reshape(-1, features), raw_score=True)
    worth = scores.reshape(mixed.shape[:3]).mean(axis=2)
    values = np.zeros((len(rows), features + 1))
    for s, f in ((s, f) for s in range(1 << features) for f in range(features) if not s >> f & 1):
        size = int(coalitions[s].sum())
        weight = 1 / (features * math.comb(features - 1, size))
        values[:, f] += weight * (worth[:, s | 1 << f] - worth[:, s])
    values[:, -1] = worth[:, 0]
    return values


@pytest.mark.parametrize("name", MODELS)
def test_attributions_against_a_background_are_shapley_values(
    name, fairline, training_rows, tmp_path
):
    parameters, categorical, rounds = MODELS[name]
    data = lightgbm.Dataset(
        training_rows, outcomes(training_rows, 2), categorical_feature=categorical or "auto"
    )
    booster = lightgbm.train({**BASE, **parameters}, data, rounds)
    booster.save_model(tmp_path / "model.txt")
    rows = pd.concat([applicants(10, 6), unheard_of(5, 7)])
    background = pd.concat([applicants(30, 8), unheard_of(10, 9)])
    background.to_csv(tmp_path / "background.csv", index=False)
    options = ("--background", tmp_path / "background.csv")
    table = attributed(fairline, tmp_path / "model.txt", rows, tmp_path, *options)
    raw_score = booster.predict(rows, raw_score=True)
    np.testing.assert_array_equal(table["raw_score"].to_numpy(), raw_score)
    ours = table[[*rows.columns, "base"]].to_numpy()
    difference = np.abs(ours - interventional(booster, rows.to_numpy(), background.to_numpy()))
    tolerance = 1e-12 * np.maximum(1, np.abs(raw_score))[:, None]
    assert (difference <= tolerance).all(), f"attributions differ by up to {difference.max()}"


def test_leaves_without_cover(fairline, training_rows, tmp_path):
    """Where no training row came through a node, LightGBM itself divides by zero, so only the raw score
    and the sum can be held against it."""
    data = lightgbm.Dataset(training_rows, outcomes(training_rows, 2))
    booster = lightgbm.train({**BASE, "min_data_in_leaf": 1}, data, 10)
    text = booster.model_to_string()
    lines = [
        "leaf_count=" + " ".join("0" for _ in line.split("=")[1].split())
        if line.startswith("leaf_count=")
        else line
        for line in text.split("\n")
        if not line.startswith("tree_sizes=")  # of the trees as they were
    ]
    model_file = tmp_path / "model.txt"
    model_file.write_text("\n".join(lines))
    rows = applicants(50, 5)
    table = attributed(fairline, model_file, rows, tmp_path)
    raw_score = booster.predict(rows, raw_score=True)
    np.testing.assert_array_equal(table["raw_score"].to_numpy(), raw_score)
    sums = table[["base", *rows.columns]].to_numpy().sum(axis=1)
    assert (np.abs(sums - raw_score) <= 1e-9 * np.maximum(1, np.abs(raw_score))).all()


def test_the_real_model(fairline, shared_dir, tmp_path):
    model_file = shared_dir / "models" / "home_credit_500.lgb.txt"
    booster = lightgbm.Booster(model_file=model_file)
    raw = pd.read_parquet(shared_dir / "data" / "home_credit_application_dev.parquet")[:300]
    for name in raw.columns:
        if not pd.api.types.is_numeric_dtype(raw[name]):
            raw[name] = raw[name].astype("category").cat.codes.astype(float).replace(-1, np.nan)
    raw["CREDIT_INCOME_RATIO"] = raw["AMT_CREDIT"] / raw["AMT_INCOME_TOTAL"]
    raw["ANNUITY_INCOME_RATIO"] = raw["AMT_ANNUITY"] / raw["AMT_INCOME_TOTAL"]
    raw["CREDIT_TERM"] = raw["AMT_ANNUITY"] / raw["AMT_CREDIT"]
    raw["EMPLOYED_BIRTH_RATIO"] = raw["DAYS_EMPLOYED"] / raw["DAYS_BIRTH"]
    raw["AGE_YEARS"] = -raw["DAYS_BIRTH"] / 365
    check(fairline, booster, raw[booster.feature_name()].astype(float), tmp_path)


@pytest.mark.parametrize("objective", ["regression", "cross_entropy", "multiclass", "lambdarank"])
def test_other_objectives_are_refused_by_name(objective, fairline, training_rows, tmp_path):
    target = outcomes(training_rows, 2)
    options = {"num_class": 2} if objective == "multiclass" else {}
    group = [len(training_rows)] if objective == "lambdarank" else None
    data = lightgbm.Dataset(training_rows, target, group=group)
    booster = lightgbm.train({**BASE, "objective": objective, **options}, data, 2)
    booster.save_model(tmp_path / "model.txt")
    arguments = ("models", "import", tmp_path / "model.txt", "--name", "x", "--out", tmp_path / "b")
    process = fairline(*arguments, ok=None)
    assert process.returncode > 0
    assert objective in process.stderr
    assert not (tmp_path / "b").exists()


def test_linear_trees_are_refused_by_name(fairline, training_rows, tmp_path):
    numbers = training_rows[NUMERIC].fillna(0)
    data = lightgbm.Dataset(numbers, outcomes(training_rows, 2), params={"linear_tree": True})
    booster = lightgbm.train({**BASE, "linear_tree": True}, data, 3)
    booster.save_model(tmp_path / "model.txt")
    arguments = ("models", "import", tmp_path / "model.txt", "--name", "x", "--out", tmp_path / "b")
    process = fairline(*arguments, ok=None)
    assert process.returncode > 0
    assert "linear" in process.stderr
    assert not (tmp_path / "b").exists()
