"""Files of models: XGBoost's, LightGBM's, skops, pickles and MLflow folders become the models that
the libraries score with; what is damaged or runs code is refused."""

import json
import pickle
import zipfile

import imblearn.pipeline
import imblearn.under_sampling
import joblib
import lightgbm
import numpy as np
import pytest
import skops.io
import xgboost
import yaml
from fitted_models import (
    applicants,
    as_doubles,
    boosted,
    fitted,
    judged,
    lgbm,
    outcomes,
    score,
    XGBOOST,
)
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fairline.importers import UnsupportedModel, convert
from fairline.importers.ubjson import parse_ubjson


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
