"""Models fitted in Python, imported: scores by Fairline, by LightGBM where the text is its format,
and by the library that fitted them are the same, at thresholds and for missing values too;
attributions add up to the raw score."""

import json
import os
import pickle
import subprocess
import sys
import zipfile

import imblearn.ensemble
import imblearn.pipeline
import imblearn.under_sampling
import joblib
import lightgbm
import numpy as np
import pandas as pd
import pytest
import requests
import skops.io
import xgboost
import yaml
from conftest import BINARY, ROOT, environment
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

SOURCE = ROOT / "python" / "src"
sys.path.insert(0, str(SOURCE))

from fairline.importers import ImportFailed, UnsupportedModel, convert, import_model  # noqa: E402
from fairline.importers.float32_threshold import (  # noqa: E402
    strict_threshold_for_doubles,
    threshold_for_doubles,
)
from fairline.importers.ubjson import parse_ubjson  # noqa: E402

OLD_PYTHON = os.environ.get("ENSEMBLES_2023_PYTHON", "")
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


@pytest.mark.parametrize("name", XGBOOST)
def test_text_scores_as_xgboost_does(name):
    booster, _ = boosted(name)
    text = convert(booster)
    rows = judged(text, 9, missing=0.1).to_numpy()
    ours = lightgbm.Booster(model_str=text).predict(rows, raw_score=True)
    expected = as_doubles(booster, rows, output_margin=True)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=2e-5)  # sums of floats
    leaves = lightgbm.Booster(model_str=text).predict(rows, pred_leaf=True)[:, 1:]
    theirs = as_doubles(booster, rows, pred_leaf=True).reshape(leaves.shape)
    assert same_partition(leaves, theirs)


def same_partition(one, other):
    """Both number the leaves of a tree in their own way, but the same rows lie in one leaf."""
    for ours, theirs in zip(one.T, other.T, strict=True):
        pairs = len(np.unique(np.column_stack([ours, theirs]), axis=0))
        if not pairs == len(np.unique(ours)) == len(np.unique(theirs)):
            return False
    return True


@pytest.mark.parametrize("name", ["trees", "dart", "base"])
def test_attributions_are_xgboosts(name):
    booster, _ = boosted(name)
    rows = applicants(100, 41, 0.1).to_numpy()
    ours = lightgbm.Booster(model_str=convert(booster)).predict(rows, pred_contrib=True)
    np.testing.assert_allclose(ours, as_doubles(booster, rows, pred_contribs=True), atol=1e-4)


@pytest.mark.parametrize("name", ["trees", "dart"])
def test_xgboosts_categories(name):
    """Sets go the other way round than LightGBM's: categories seen, not seen, none."""
    booster, _ = boosted(name, missing=0.0, categories=True)
    text = convert(booster)
    assert "cat_threshold=" in text
    rows = applicants(400, 51).to_numpy().copy()
    rows[:, 2] = np.resize([*range(33), 40, 64, 1000, np.nan, -1], len(rows))
    ours = lightgbm.Booster(model_str=text).predict(rows, raw_score=True)
    np.testing.assert_allclose(
        ours, as_doubles(booster, rows, output_margin=True), rtol=0, atol=2e-5
    )


def test_xgboosts_missing_among_categories_are_refused_by_name():
    """Where they go with the set, which LightGBM's format cannot say."""
    booster, _ = boosted("trees", missing=0.15, categories=True)
    with pytest.raises(UnsupportedModel, match='"steps" sends missing values'):
        convert(booster)


def test_the_older_layout_of_dart(tmp_path):
    """Until XGBoost 3 the trees lay one level deeper, and base_score was no list."""
    booster, _ = boosted("dart")
    model = json.loads(bytes(booster.save_raw("json")))
    learner = model["learner"]
    learner["learner_model_param"]["base_score"] = learner["learner_model_param"][
        "base_score"
    ].strip("[]")
    trees = learner["gradient_booster"]["model"]
    weights = trees.pop("weight_drop")
    assert min(weights) < 1
    learner["gradient_booster"] = {
        "name": "dart",
        "gbtree": {"name": "gbtree", "model": trees},
        "weight_drop": weights,
    }
    (tmp_path / "old.json").write_text(json.dumps(model))
    assert convert(tmp_path / "old.json") == convert(booster)


@pytest.mark.parametrize("suffix", ["json", "ubj"])
def test_files_of_xgboost(suffix, tmp_path):
    booster, _ = boosted("trees")
    booster.save_model(tmp_path / f"model.{suffix}")
    assert convert(tmp_path / f"model.{suffix}") == convert(booster)


def test_early_stopping_of_xgboost_and_lightgbm(tmp_path):
    table = applicants(900, 61)
    target = outcomes(table, 62)
    watched = applicants(300, 63)
    fit = {"eval_set": [(watched, outcomes(watched, 64))]}
    model = xgboost.XGBClassifier(n_estimators=80, learning_rate=0.8, early_stopping_rounds=5)
    model.fit(table, target, verbose=False, **fit)
    model.save_model(tmp_path / "model.ubj")
    assert model.best_iteration < 60
    for text in (convert(model), convert(tmp_path / "model.ubj")):
        expected = model.predict_proba(watched)[:, 1]
        np.testing.assert_allclose(score(text, watched), expected, rtol=0, atol=2e-6)
    stop = [lightgbm.early_stopping(5, verbose=False)]
    model = lightgbm.LGBMClassifier(n_estimators=80, learning_rate=0.8, verbose=-1)
    model.fit(table, target, callbacks=stop, **fit)
    skops.io.dump(model, tmp_path / "model.skops")
    assert model.best_iteration_ < 60
    for text in (convert(model), convert(tmp_path / "model.skops")):
        assert (score(text, watched) == model.predict_proba(watched)[:, 1]).all()


def test_damaged_ubjson_is_refused(tmp_path):
    data = bytes(boosted("trees")[0].save_raw("ubj"))
    random = np.random.default_rng(5)
    for cut in random.integers(0, len(data), 50):
        with pytest.raises(UnsupportedModel):
            parse_ubjson(data[:cut])
    for place in random.integers(0, 2_000, 300):
        damaged = bytearray(data)
        damaged[place] ^= 1 << random.integers(0, 8)
        (tmp_path / "model.ubj").write_bytes(damaged)
        try:
            convert(tmp_path / "model.ubj")
        except UnsupportedModel:
            continue


def lgbm(table, target, **options):
    return lightgbm.LGBMClassifier(n_estimators=20, verbose=-1, **options).fit(table, target)


def test_lightgbm_is_taken_as_it_is(tmp_path):
    table = applicants(600, 71)
    model = lgbm(table, outcomes(table, 72))
    model.booster_.save_model(tmp_path / "model.txt")
    text = convert(model)
    assert text == convert(model.booster_) == convert(text)
    assert (score(text, table) == model.predict_proba(table)[:, 1]).all()
    assert (score(convert(tmp_path / "model.txt"), table) == score(text, table)).all()
    renamed = convert(model, feature_names=list("ABCDEF"))
    assert "\nfeature_names=A B C D E F\n" in renamed


def test_skops_files(tmp_path):
    table = applicants(600, 73)
    target = outcomes(table, 74)
    model = lgbm(table, target)
    file = tmp_path / "model.skops"
    sampler = imblearn.under_sampling.RandomUnderSampler()
    for kept in (
        model,
        make_pipeline("passthrough", model),
        imblearn.pipeline.make_pipeline(sampler, model),
    ):
        skops.io.dump(kept, file)
        assert (score(convert(file), table) == model.predict_proba(table)[:, 1]).all()
    skops.io.dump(make_pipeline(StandardScaler(), model), file)
    with pytest.raises(UnsupportedModel, match='step "standardscaler".*changes the inputs'):
        convert(file)
    skops.io.dump(RandomForestClassifier(3).fit(table, target), file)
    with pytest.raises(UnsupportedModel, match="RandomForestClassifier"):
        convert(file)
    skops.io.dump(lgbm(table, target + 1), file)
    with pytest.raises(UnsupportedModel, match="classes are 1, 2"):
        convert(file)


def test_a_skops_file_runs_nothing(tmp_path):
    """A file that would have skops import and call what it names."""
    table = applicants(600, 73)
    skops.io.dump(lgbm(table, outcomes(table, 74)), tmp_path / "good.skops")
    with (
        zipfile.ZipFile(tmp_path / "good.skops") as good,
        zipfile.ZipFile(tmp_path / "bad.skops", "w") as bad,
    ):
        for name in good.namelist():
            data = good.read(name)
            if name == "schema.json":
                data = data.replace(b'"lightgbm.sklearn"', b'"a_module_that_is_not"')
            bad.writestr(name, data)
    assert convert(tmp_path / "bad.skops") == convert(tmp_path / "good.skops")


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("it was unpickled",))


@pytest.mark.parametrize("dump", [joblib.dump, lambda m, f: f.write_bytes(pickle.dumps(m))])
def test_pickles_need_trust(dump, tmp_path):
    model = fitted("random_forest")
    dump(Bomb(), tmp_path / "bomb.bin")
    with pytest.raises(UnsupportedModel, match="--trust-pickle"):
        convert(tmp_path / "bomb.bin")
    dump(model, tmp_path / "model.joblib")
    assert convert(tmp_path / "model.joblib", trust_pickle=True) == convert(model)


def mlflow_folder(folder, flavors):
    folder.mkdir()
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": flavors}))
    return folder


def test_mlflow_folders(tmp_path):
    table = applicants(600, 75)
    model = lgbm(table, outcomes(table, 76))
    native = mlflow_folder(tmp_path / "native", {"lightgbm": {"data": "model.lgb"}})
    model.booster_.save_model(native / "model.lgb")
    safe = mlflow_folder(tmp_path / "safe", {"lightgbm": {"data": "model.skops"}})
    skops.io.dump(model, safe / "model.skops")
    piped = mlflow_folder(tmp_path / "piped", {"sklearn": {"pickled_model": "model.skops"}})
    skops.io.dump(make_pipeline("passthrough", model), piped / "model.skops")
    for folder in (native, safe, piped):
        assert (score(convert(folder), table) == model.predict_proba(table)[:, 1]).all()
    booster, _ = boosted("trees")
    other = mlflow_folder(
        tmp_path / "xgboost", {"python_function": {}, "xgboost": {"data": "model.ubj"}}
    )
    (other / "model.ubj").write_bytes(booster.save_raw("ubj"))
    assert convert(other) == convert(booster)
    pickled = mlflow_folder(tmp_path / "pickled", {"sklearn": {"pickled_model": "model.pkl"}})
    joblib.dump(model, pickled / "model.pkl")
    with pytest.raises(UnsupportedModel, match="trust"):
        convert(pickled)
    with pytest.raises(UnsupportedModel, match="outside"):
        convert(mlflow_folder(tmp_path / "out", {"lightgbm": {"data": "../native/model.lgb"}}))
    with pytest.raises(UnsupportedModel, match="onnx"):
        convert(mlflow_folder(tmp_path / "onnx", {"onnx": {"data": "model.onnx"}}))


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
