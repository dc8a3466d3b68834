"""Models fitted in Python, imported: scores by Fairline, by LightGBM where the text is its format,
and by the library that fitted them are the same, at thresholds and for missing values too;
attributions add up to the raw score."""

import json
import os
import subprocess
import sys

import imblearn.ensemble
import joblib
import lightgbm
import numpy as np
import pandas as pd
import pytest
import requests
import xgboost
from conftest import BINARY, ROOT, environment
from fitted_models import (
    applicants,
    as_doubles,
    boosted,
    COLUMNS,
    fitted,
    judged,
    NAMES,
    near,
    outcomes,
    score,
    SKLEARN,
    SOURCE,
    tree,
    WITHOUT_MISSING,
)
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fairline.importers import ImportFailed, UnsupportedModel, convert, import_model
from fairline.importers.float32_threshold import (
    strict_threshold_for_doubles,
    threshold_for_doubles,
)

OLD_PYTHON = os.environ.get("ENSEMBLES_2023_PYTHON", "")


SKLEARN_CASES = [(name, 0.0) for name in SKLEARN]
SKLEARN_CASES += [(name, 0.15) for name in SKLEARN if name not in WITHOUT_MISSING]


@pytest.mark.parametrize(("name", "missing"), SKLEARN_CASES)
def test_text_scores_as_scikit_learn_does(name, missing):
    model = fitted(name, missing)
    text = convert(model)
    rows = judged(text, 7, missing)
    expected = model.predict_proba(rows)[:, 1]
    np.testing.assert_allclose(score(text, rows), expected, rtol=0, atol=1e-12)
    assert len(np.unique(expected)) > 1 or "without" in name


def test_missing_values_a_forest_was_not_fitted_on():
    """They go where the library sends them, the larger side."""
    model = fitted("random_forest")
    text = convert(model)
    rows = judged(text, 8, missing=0.3)
    np.testing.assert_allclose(
        score(text, rows), model.predict_proba(rows)[:, 1], rtol=0, atol=1e-12
    )


def test_booleans_are_classes():
    text = convert(fitted("random_forest", as_bool=True))
    assert text == convert(fitted("random_forest"))


def test_the_base_of_a_forest_is_the_mean_of_its_roots():
    """Covers are weights of rows: with them LightGBM's attributions begin where the trees do."""
    model = fitted("weighted_forest")
    text = convert(model)
    row = applicants(3, 5).to_numpy()
    parts = lightgbm.Booster(model_str=text).predict(row, pred_contrib=True)
    roots = [t.tree_.value[0, 0, 1] / t.tree_.value[0, 0].sum() for t in model.estimators_]
    base = parts[:, -1] / (1 if parts[0, -1] < 1 else len(roots))
    np.testing.assert_allclose(base, np.mean(roots), rtol=0, atol=1e-8)


def test_thresholds_are_exact():
    """Against the rounding itself, around floats of every kind: zero, subnormal, the largest."""
    random = np.random.default_rng(3)
    bits = random.integers(0, 1 << 32, 20_000, dtype=np.uint32).view(np.float32)
    special = np.array([0, 1e-45, 1.1754944e-38, 1e-35, 1, 16777217, 3.4028235e38], np.float32)
    floats = np.concatenate([bits[np.isfinite(bits)], special, -special])
    for thresholds in (floats.astype(float), random.normal(size=5_000), near(floats[:2_000])):
        thresholds = thresholds[np.isfinite(thresholds)]
        found = threshold_for_doubles(thresholds)
        with np.errstate(over="ignore"):
            assert (found.astype(np.float32) <= thresholds).all()
            assert (np.nextafter(found, np.inf).astype(np.float32) > thresholds).all()
    found = strict_threshold_for_doubles(floats)
    assert (found.astype(np.float32) < floats).all()
    with np.errstate(over="ignore"):
        assert (np.nextafter(found, np.inf).astype(np.float32) >= floats).all()
    assert threshold_for_doubles([np.inf, -np.inf]).tolist() == [
        np.inf,
        -float.fromhex("0x1.ffffffp127"),
    ]
    assert strict_threshold_for_doubles([-np.inf]).tolist() == [-np.inf]


OLD_MODELS = ["adaboost_real", "adaboost", "adaboost_of_trees", "easy_ensemble", "balanced_forest"]
OLD_MODELS += ["balanced_bagging", "random_forest", "tree_with_missing"]


@pytest.fixture(scope="module")
def old_models(tmp_path_factory):
    """Models of scikit-learn 1.3 and imbalanced-learn 0.11, converted and scored there."""
    if not OLD_PYTHON:
        pytest.skip("ENSEMBLES_2023_PYTHON names no Python")
    folder = tmp_path_factory.mktemp("old")
    for name, missing in (("rows", 0.0), ("with_missing", 0.15)):
        table = applicants(1500, 21, missing)
        table.assign(TARGET=outcomes(table, 22)).to_csv(folder / f"{name}.csv", index=False)
    script = ROOT / "tests" / "oracles" / "importers" / "old_models.py"
    env = os.environ | {"PYTHONPATH": str(SOURCE)}
    subprocess.run(
        [OLD_PYTHON, "-B", script, folder, *OLD_MODELS], check=True, env=env, timeout=300
    )
    return folder


@pytest.mark.parametrize("name", OLD_MODELS)
def test_text_scores_as_the_old_scikit_learn_does(name, old_models):
    text = (old_models / f"{name}.txt").read_text()
    told = np.load(old_models / f"{name}.npz")
    rows = pd.DataFrame(told["rows"], columns=COLUMNS)
    np.testing.assert_allclose(score(text, rows), told["scores"], rtol=0, atol=1e-12)
    assert len(np.unique(told["scores"])) > 5


def refused_models():
    table = applicants(300, 81)
    target = outcomes(table, 82)
    xgb = {"n_estimators": 2}
    deep = imblearn.ensemble.EasyEnsembleClassifier(
        n_estimators=2,
        estimator=AdaBoostClassifier(tree(max_depth=2), n_estimators=3),
        random_state=1,
    )
    other_bags = imblearn.ensemble.EasyEnsembleClassifier(n_estimators=2, estimator=tree())
    return {
        "GradientBoostingClassifier": GradientBoostingClassifier(n_estimators=2).fit(table, target),
        "classes are 1, 2": RandomForestClassifier(2).fit(table, target + 1),
        "classes are 'bad', 'good'": RandomForestClassifier(2).fit(
            table, np.where(target, "bad", "good")
        ),
        "classes are 0, 1, 2": RandomForestClassifier(2).fit(table, np.arange(300) % 3),
        "BaggingClassifier of LogisticRegression": BaggingClassifier(LogisticRegression(), 2).fit(
            table, target
        ),
        "max_depth=1": deep.fit(table, target),
        "bag must be an AdaBoostClassifier": other_bags.fit(table, target),
        'step "standardscaler"': make_pipeline(StandardScaler(), tree()).fit(table, target),
        "gblinear": xgboost.XGBClassifier(booster="gblinear", **xgb).fit(table, target),
        "multi:softprob": xgboost.train(
            {"objective": "multi:softprob", "num_class": 3}, xgboost.DMatrix(table, target), 2
        ),
        "missing=-1": xgboost.XGBClassifier(missing=-1, **xgb).fit(table, target),
        "not fitted": RandomForestClassifier(),
        "binary:logitraw": xgboost.XGBClassifier(objective="binary:logitraw", **xgb).fit(
            table, target
        ),
        "reg:squarederror": xgboost.XGBRegressor(**xgb).fit(table, target),
        "would both be called": RandomForestClassifier(2).fit(
            table.set_axis(["a b", "a:b", "c", "d", "e", "f"], axis=1), target
        ),
    }


def test_what_cannot_be_said_is_refused_by_name():
    for words, model in refused_models().items():
        with pytest.raises(UnsupportedModel, match=words):
            convert(model)
    with pytest.raises(UnsupportedModel, match="5 names for 6 columns"):
        convert(fitted("random_forest"), feature_names=list("ABCDE"))


# From here on the real program.


def as_written(table):
    """The table under the names a model in LightGBM's format asks for."""
    return table.set_axis(NAMES, axis=1)


BUNDLES = ["random_forest", "balanced_forest", "bagging", "adaboost", "easy_ensemble"]


def explained(fairline, model, rows, folder):
    """What `models explain` says of rows by the bundle of the model, which must add up."""
    import_model(model, out=folder / "bundle", binary=BINARY)
    data, out = folder / "rows.csv", folder / "attributions.csv"
    rows.to_csv(data, index=False)
    fairline("models", "explain", "--bundle", folder / "bundle", "--data", data, "--out", out)
    told = pd.read_csv(out, float_precision="round_trip")
    raw = told["raw_score"].to_numpy()
    sums = told[["base", *rows.columns]].to_numpy().sum(axis=1)
    assert (np.abs(sums - raw) <= 1e-9 * np.maximum(1, np.abs(raw))).all()
    return told


def margin_of_bags(model, rows):
    """The mean margin of an EasyEnsemble's bags, by imbalanced-learn."""
    return np.mean([bag.decision_function(rows.to_numpy()) for bag in model.estimators_], axis=0)


@pytest.mark.parametrize("name", BUNDLES)
def test_bundles_score_and_explain(name, fairline, tmp_path):
    missing = 0.0 if name in WITHOUT_MISSING else 0.15
    model = fitted(name, missing)
    rows = judged(convert(model), 7, missing, most=5)
    if name == "easy_ensemble":
        told, expected = explained(fairline, model, rows, tmp_path), margin_of_bags(model, rows)
    else:
        told, expected = (
            explained(fairline, model, as_written(rows), tmp_path),
            model.predict_proba(rows)[:, 1],
        )
    score = told["raw_score"].to_numpy()
    if name == "adaboost":
        score = 1 / (1 + np.exp(-score))
    np.testing.assert_allclose(score, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["trees", "dart", "forest", "one_leaf"])
def test_bundles_of_xgboost_score_and_explain(name, fairline, tmp_path):
    model, _ = boosted(name)
    rows = judged(convert(model), 7, 0.1, most=5).set_axis(model.feature_names, axis=1)
    told = explained(fairline, model, rows, tmp_path)
    values = rows.to_numpy()
    expected = as_doubles(model, values, output_margin=True)
    np.testing.assert_allclose(told["raw_score"], expected, rtol=0, atol=2e-5)
    expected = as_doubles(model, values, pred_contribs=True)
    ours = told[[*model.feature_names, "base"]].to_numpy()
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-4)


def command(*arguments, ok=0):
    """`python -m fairline.importers …` as a user gives it."""
    done = subprocess.run(
        [
            sys.executable,
            "-B",
            "-m",
            "fairline.importers",
            "--binary",
            BINARY,
            *map(str, arguments),
        ],
        capture_output=True,
        text=True,
        env=environment(PYTHONPATH=str(SOURCE)),
        timeout=300,
    )
    assert done.returncode == ok, done.stdout + done.stderr
    return done


@pytest.mark.parametrize("name", ["balanced_forest", "easy_ensemble", "adaboost"])
def test_an_imported_model_decides_and_gives_reasons(name, fairline, server, tmp_path):
    model = fitted(name)
    names = COLUMNS if name == "easy_ensemble" else NAMES
    known = applicants(1200, 91)
    target = outcomes(known, 92)
    known.set_axis(names, axis=1).assign(TARGET=target).to_csv(tmp_path / "known.csv", index=False)
    joblib.dump(model, tmp_path / "model.joblib")
    where = ("--storage", tmp_path / "store")
    data = ("--data", tmp_path / "known.csv", "--target", "TARGET", "--costs", "5:1")
    command(tmp_path / "model.joblib", "--trust-pickle", "--name", "credit", *data, *where)
    fairline("models", "transition", "credit", 1, "--stage", "Production", *where)
    rows = applicants(60, 93)
    expected = model.predict_proba(rows)[:, 1]
    reasons = 0
    with server(*where) as running, requests.Session() as session:
        for row, score in zip(
            rows.set_axis(names, axis=1).to_dict("records"), expected, strict=True
        ):
            reply = session.post(f"{running.url}/predict", json=row).json()
            assert reply["decision"] == int(reply["probability"] >= reply["threshold"])
            record = session.get(f"{running.url}/v1/decisions/{reply['decision_id']}").json()
            assert record["scores"]["model_score"] == pytest.approx(score, abs=1e-12)
            told = record["attributions"]
            total = told["base"] + sum(told["values"].values())
            assert total == pytest.approx(record["scores"]["raw_score"], abs=1e-9)
            reasons += len(reply["reasons"])
    assert reasons > 0


def test_the_command_line(tmp_path):
    booster, _ = boosted("trees")
    booster.save_model(tmp_path / "model.ubj")
    command(tmp_path / "model.ubj", "--model-out", tmp_path / "model.txt")
    assert (tmp_path / "model.txt").read_text() == convert(booster)
    command(tmp_path / "model.ubj", "--out", tmp_path / "bundle")
    lineage = json.loads((tmp_path / "bundle" / "lineage.json").read_text())
    assert lineage["imported_from"] == "model.ubj.txt"
    assert "give --out" in command(tmp_path / "model.ubj", ok=2).stderr
    joblib.dump(booster, tmp_path / "model.joblib")
    refused = command(tmp_path / "model.joblib", "--out", tmp_path / "other", ok=1)
    assert "--trust-pickle" in refused.stderr
    assert not (tmp_path / "other").exists()
    assert "nothing.ubj" in command(tmp_path / "nothing.ubj", "--out", tmp_path / "b", ok=1).stderr


def test_what_the_program_refuses_is_said(tmp_path):
    table = applicants(300, 95)
    model = lightgbm.LGBMRegressor(n_estimators=2, verbose=-1).fit(table, outcomes(table, 96))
    with pytest.raises(ImportFailed, match="regression") as failed:
        import_model(model, out=tmp_path / "bundle", binary=BINARY)
    assert failed.value.code > 0
    with pytest.raises(ValueError, match="out=.*name="):
        import_model(model)
