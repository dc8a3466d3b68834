"""Every algorithm from `train` to a decision that replays: the same commands, whatever the model is."""

import csv
import dataclasses
import importlib.util
import json
import pathlib
import shutil

import numpy as np
import pytest
import requests
import yaml

from conftest import read_csv, small_config

ALGORITHMS = {
    "easy_ensemble": {"easy_ensemble": {"n_estimators": 10, "boosting_rounds": 30}},
    "balanced_random_forest": {"balanced_random_forest": {"n_estimators": 30}},
    "scorecard": {},
}
SPACES = {
    "easy_ensemble": ("path_dependent_tree_shap", "mean_bag_margin"),
    "balanced_random_forest": ("path_dependent_tree_shap", "probability"),
    "scorecard": ("scorecard", "log_odds"),
}
ONLY_LIGHTGBM = ["lightgbm", "class_weight", "early_stopping_rounds", "categorical"]


@dataclasses.dataclass
class Trained:
    algorithm: str
    config: pathlib.Path
    bundle: pathlib.Path
    store: pathlib.Path
    report: dict

    @property
    def options(self):
        return ["--storage", self.store]


@pytest.fixture(scope="module", params=ALGORITHMS)
def trained(request, fairline, demo, tmp_path_factory):
    """Trained on the demo's applicants, registered as `credit` and in Production."""
    folder = tmp_path_factory.mktemp(request.param)
    config = small_config(algorithm=request.param, **ALGORITHMS[request.param])
    for key in ONLY_LIGHTGBM:
        config.pop(key, None)
    path = folder / "train.yaml"
    path.write_text(yaml.safe_dump(config))
    words = ("--config", path, "--data", demo.data, "--out", folder / "model", "--json")
    report = json.loads(fairline("train", *words).stdout)
    made = Trained(request.param, path, folder / "model", folder / "store", report)
    fairline("models", "register", made.bundle, "--name", "credit", *made.options)
    fairline(
        "models", "transition", "credit", 1, "--stage", "Production", *made.options
    )
    return made


def test_it_learns_and_its_pd_holds(trained):
    assert trained.report["model"]["kind"] == trained.algorithm
    assert 0.65 < trained.report["discrimination"]["pooled"]["roc_auc"] < 0.85
    calibration = trained.report["calibration"]
    assert calibration["slope"] == pytest.approx(1, abs=0.35)
    attributions = trained.report["attributions"]
    assert (attributions["method"], attributions["space"]) == SPACES[trained.algorithm]
    if trained.algorithm == "easy_ensemble":
        assert attributions["rank_correlation"] > 0.99
    else:
        assert "rank_correlation" not in attributions


def test_it_is_trained_again_bit_for_bit(fairline, demo, trained, tmp_path):
    fairline("train", "--config", trained.config, "--data", demo.data, "--out", tmp_path / "m")
    for file in trained.bundle.rglob("*"):
        if file.is_file():
            assert (tmp_path / "m" / file.relative_to(trained.bundle)).read_bytes() == file.read_bytes()


def test_it_decides_explains_and_replays(fairline, server, demo, trained, tmp_path):
    store = shutil.copytree(trained.store, tmp_path / "store")
    applications = demo.applications(40)
    with server("--storage", store) as running:
        answers = []
        for application in applications:
            reply = requests.post(f"{running.url}/predict", json=application, timeout=30)
            assert reply.status_code == 200, reply.text
            answers.append(reply.json())
        model = requests.get(f"{running.url}/model/info", timeout=30).json()
        assert running.stop() == 0
    assert model["kind"] == {"balanced_random_forest": "random_forest"}.get(
        trained.algorithm, trained.algorithm
    )
    rejected = [answer for answer in answers if answer["decision"] == 1]
    assert rejected and all(answer["reasons"] for answer in rejected)
    for answer in answers:
        shown = json.loads(
            fairline(
                "decisions", "show", answer["decision_id"], "--json", "--storage", store
            ).stdout
        )
        attributions = shown["attributions"]
        assert (attributions["method"], attributions["space"]) == SPACES[trained.algorithm]
        total = attributions["base"] + sum(attributions["values"].values())
        assert total == pytest.approx(shown["scores"]["raw_score"], abs=1e-9)
        if answers.index(answer) >= 5:
            continue
        fairline("decisions", "replay", answer["decision_id"], "--storage", store)
    # A file scores the same numbers as requests do.
    batch, out = tmp_path / "batch.csv", tmp_path / "predictions.csv"
    rows = read_csv(demo.data)[:40]
    with batch.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    fairline("predict", batch, "-o", out, "--storage", store)
    for answer, row in zip(answers, read_csv(out), strict=True):
        assert float(row["probability"]) == answer["probability"]


@pytest.mark.parametrize("engine", ["reference", "portable"])
def test_every_engine_gives_the_same_bits(fairline, demo, trained, tmp_path, engine):
    words = ("models", "explain", "--bundle", trained.bundle, "--data", demo.data)
    fairline(*words, "--out", tmp_path / "fast.csv")
    fairline(*words, "--out", tmp_path / "slow.csv", env={"FAIRLINE_SCORING_ENGINE": engine})
    assert (tmp_path / "fast.csv").read_bytes() == (tmp_path / "slow.csv").read_bytes()


def totals(path, score):
    for row in read_csv(path):
        numbers = {name: float(text) for name, text in row.items()}
        attributions = set(numbers) - {"row", score, "base"}
        yield numbers[score], numbers["base"] + sum(numbers[name] for name in attributions)


def test_attributions_in_probability_sum_to_the_score(fairline, demo, trained, tmp_path):
    out = tmp_path / "out.csv"
    words = ("--bundle", trained.bundle, "--data", demo.data, "--out", out)
    words += ("--space", "probability")
    if trained.algorithm == "scorecard":
        refused = fairline("models", "explain", *words, ok=1)
        assert "attributions of this model are in log_odds" in refused.stderr
        return
    said = fairline("models", "explain", *words).stderr
    score = "model_score" if trained.algorithm == "easy_ensemble" else "raw_score"
    for value, total in totals(out, score):
        assert 0 < value < 1 or trained.algorithm != "easy_ensemble"
        assert total == pytest.approx(value, abs=1e-12)
    assert ("rank correlation 0.99" in said) == (trained.algorithm == "easy_ensemble")


def test_interventional_attributions_check_models_of_trees(fairline, demo, trained, tmp_path):
    few = tmp_path / "few.csv"
    lines = demo.data.read_text().splitlines(keepends=True)
    few.write_text("".join(lines[:21]))
    out = tmp_path / "out.csv"
    words = ("--bundle", trained.bundle, "--data", few, "--background", few, "--out", out)
    if trained.algorithm == "scorecard":
        assert "no sum of trees" in fairline("models", "explain", *words, ok=1).stderr
        return
    fairline("models", "explain", *words)
    for value, total in totals(out, "raw_score"):
        assert total == pytest.approx(value, abs=1e-9)


def test_it_is_shown_and_drawn(fairline, trained, tmp_path):
    shown = fairline("models", "show", "credit", *trained.options).stdout
    page = tmp_path / "report.html"
    fairline("models", "report", "credit", "--html", page, *trained.options)
    words = {
        "easy_ensemble": "EasyEnsemble, 10 bags with 300 stumps",
        "balanced_random_forest": "Balanced random forest, 30 trees",
        "scorecard": "Scorecard, ",
    }[trained.algorithm]
    assert words in page.read_text()
    assert words.replace("Balanced random", "Random") in shown
    if trained.algorithm == "scorecard":
        assert "double the odds" in shown and "Add up the points" in page.read_text()
        assert "Higher education" in shown  # a category by its name
    engines = fairline("models", "engines", "--bundle", trained.bundle).stdout
    assert "scores: " in engines


def test_one_column_is_checked_for_all_inputs(fairline, trained):
    words = ("--bundle", trained.bundle, "--feature", "EXT_SOURCE_2")
    process = fairline(
        "models", "monotonicity", *words, "--direction", "increasing", ok=1
    )
    assert "EXT_SOURCE_2 (increasing): refuted" in process.stdout
    refused = fairline(
        "models", "monotonicity", "--bundle", trained.bundle, "--feature", "CODE_GENDER",
        "--direction", "increasing", ok=None,
    )
    assert refused.returncode != 0
    assert "category" in refused.stderr or "is not a model input" in refused.stderr


def test_its_bundle_scores_in_python(fairline, demo, trained, tmp_path):
    """The loader that the bundle's MLmodel names gives the scores that we serve."""
    about = yaml.safe_load((trained.bundle / "MLmodel").read_text())
    flavor = about["flavors"]["python_function"]
    matrix, out = tmp_path / "matrix.csv", tmp_path / "out.csv"
    fairline("features", "apply", "--bundle", trained.bundle, "--data", demo.data, "--out", matrix)
    fairline("models", "explain", "--bundle", trained.bundle, "--data", demo.data, "--out", out)
    rows = read_csv(matrix)
    names = [feature for feature in rows[0] if feature not in ("SK_ID_CURR", "TARGET")]
    inputs = np.array([[float(row[name] or "nan") for name in names] for row in rows])
    raw = np.array([float(row["raw_score"]) for row in read_csv(out)])
    if trained.algorithm == "balanced_random_forest":
        lightgbm = pytest.importorskip("lightgbm")
        booster = lightgbm.Booster(model_file=str(trained.bundle / flavor["data"]))
        np.testing.assert_allclose(booster.predict(inputs), raw, rtol=0, atol=1e-15)
        return
    path = trained.bundle / flavor["code"] / f"{flavor['loader_module']}.py"
    spec = importlib.util.spec_from_file_location("fairline_scorer", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module._load_pyfunc(str(trained.bundle / flavor["data"]))
    scores = model.predict(inputs)
    if trained.algorithm == "scorecard":
        np.testing.assert_allclose(scores, 1 / (1 + np.exp(-raw)), rtol=0, atol=1e-12)
    else:
        fairline(
            "models", "explain", "--bundle", trained.bundle, "--data", demo.data, "--out", out,
            "--space", "probability",
        )
        expected = [float(row["model_score"]) for row in read_csv(out)]
        np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-12)
    assert model.predict_proba(inputs).shape == (len(rows), 2)


LENDING = """\
fields: {high_risk: target, id: id}
folds: 2
algorithm: easy_ensemble
easy_ensemble: {n_estimators: 2, boosting_rounds: 10, grower: histogram}
"""


def test_columns_of_the_future_are_refused_or_for_study_only(fairline, tmp_path):
    random = np.random.default_rng(1)
    outcome = random.integers(0, 2, 400)
    data, config = tmp_path / "loans.csv", tmp_path / "train.yaml"
    with data.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "loan_amnt", "recoveries", "high_risk"])
        for i, bad in enumerate(outcome):
            writer.writerow([i, random.normal(), bad * random.uniform(1, 2), bad])
    config.write_text(LENDING)
    words = ("train", "--config", config, "--data", data, "--out", tmp_path / "m")
    assert "recoveries" in fairline(*words, ok=1).stderr
    assert not (tmp_path / "m").exists()
    report = json.loads(fairline(*words, "--allow-post-decision", "--json").stdout)
    assert report["discrimination"]["pooled"]["roc_auc"] > 0.99
    assert any("recoveries" in warning for warning in report["warnings"])
    refused = fairline(
        "models", "register", tmp_path / "m", "--name", "study", "--storage", tmp_path / "s", ok=1
    )
    assert "cannot be registered" in refused.stderr
    # It still scores files, as a study does.
    out = tmp_path / "out.csv"
    fairline("models", "explain", "--bundle", tmp_path / "m", "--data", data, "--out", out)
    assert len(read_csv(out)) == 400
