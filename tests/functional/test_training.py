"""`fairline train` against LightGBM and scikit-learn in Python, on the matrix that it exports."""

import csv
import json
import math

import lightgbm
import numpy
import pytest
import sklearn.isotonic
import sklearn.metrics

from conftest import read_csv

CONFIG = {
    "name": "test",
    "fields": {"SK_ID_CURR": "id", "TARGET": "target", "AMT_CREDIT": "amount"},
    "seed": 11,
    "early_stopping_rounds": 20,
    "lightgbm": {"num_threads": 1, "learning_rate": 0.1, "n_estimators": 200},
}


class Training:
    """A finished training: its report and the exported arrays."""

    def __init__(self, folder, report):
        export = folder / "export"
        self.folder, self.export, self.report = folder, export, report
        self.about = json.loads((export / "matrix.json").read_text())
        shape = self.about["rows"], self.about["columns"]
        self.matrix = numpy.fromfile(export / "matrix.f64", "<f8").reshape(shape)
        self.target = numpy.fromfile(export / "target.u8", "u1").astype(float)
        self.folds = numpy.fromfile(export / "folds.u8", "u1")
        self.raw_scores = numpy.fromfile(export / "raw_scores.f64", "<f8")
        self.probabilities = numpy.fromfile(export / "probabilities.f64", "<f8")


def train(fairline, folder, data, config):
    (folder / "train.yaml").write_text(json.dumps(config))
    process = fairline(
        "train", "--config", folder / "train.yaml", "--data", data, "--out", folder / "model",
        "--export-matrix", folder / "export", "--json",
    )  # fmt: skip
    return Training(folder, json.loads(process.stdout))


@pytest.fixture(scope="module")
def sample(fairline, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    fairline(
        "data", "sample", "--rows", 3000, "--seed", 5,
        "--out", folder / "applicants.csv", "--truth", folder / "truth.csv",
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def training(fairline, sample, tmp_path_factory):
    return train(fairline, tmp_path_factory.mktemp("train"), sample / "applicants.csv", CONFIG)


def tree_section(text):
    return text[text.index("\nTree=0\n") : text.index("\nend of trees")]


def python_models(training):
    """What LightGBM's Python package trains on the exported matrix, fold by fold."""
    about = training.about
    assert lightgbm.__version__ == about["lightgbm_version"]
    parameters = dict(pair.split("=") for pair in about["parameters"].split())
    parameters["num_threads"] = 1
    parameters.pop("categorical_feature", None)
    y = training.target
    for fold in about["folds"]:
        rows = training.folds != fold["fold"]
        weights = numpy.where(y == 1, fold["weight_of_default"], fold["weight_of_other"])
        data = lightgbm.Dataset(
            training.matrix[rows], y[rows], weight=weights[rows],
            feature_name=about["names"], categorical_feature=about["categorical"],
        )  # fmt: skip
        held_out = data.create_valid(training.matrix[~rows], y[~rows], weight=weights[~rows])
        stop = lightgbm.early_stopping(about["early_stopping_rounds"], verbose=False)
        model = lightgbm.train(
            parameters, data, about["max_rounds"], [held_out], callbacks=[stop]
        )  # fmt: skip
        yield fold, ~rows, model


def check_same_trees(training):
    aucs = []
    for fold, held_out, model in python_models(training):
        ours = (training.export / fold["model"]).read_text()
        best = model.best_iteration
        assert best == fold["best_round"]
        assert tree_section(model.model_to_string(num_iteration=best)) == tree_section(ours)
        scores = model.predict(training.matrix[held_out], raw_score=True, num_iteration=best)
        assert numpy.array_equal(scores, training.raw_scores[held_out])
        aucs.append(sklearn.metrics.roc_auc_score(training.target[held_out], scores))
    return aucs


def test_python_grows_the_same_trees(training):
    check_same_trees(training)


def test_python_grows_the_same_trees_from_categories(fairline, sample, tmp_path):
    config = CONFIG | {"categorical": "native", "folds": 3, "class_weight": "none"}
    native = train(fairline, tmp_path, sample / "applicants.csv", config)
    assert "cat_threshold=" in (native.export / "fold_0.lgb.txt").read_text()
    check_same_trees(native)


def test_fold_weights_balance_the_classes(training):
    for fold in training.about["folds"]:
        y = training.target[training.folds != fold["fold"]]
        assert fold["weight_of_default"] == len(y) / (2 * y.sum())
        assert fold["weight_of_other"] == len(y) / (2 * (1 - y).sum())


def test_folds_are_stratified(training):
    for values in (training.folds, training.folds[training.target == 1]):
        sizes = numpy.bincount(values)
        assert len(sizes) == 5 and sizes.max() - sizes.min() <= 1


def test_figures_are_those_of_scikit_learn(training):
    y, pd, raw = training.target, training.probabilities, training.raw_scores
    pooled = training.report["discrimination"]["pooled"]
    calibration = training.report["calibration"]
    close = {"rel": 1e-12, "abs": 1e-12}
    false_rate, true_rate, _ = sklearn.metrics.roc_curve(y, raw)
    expected = {
        "roc_auc": sklearn.metrics.roc_auc_score(y, raw),
        "ks": numpy.abs(true_rate - false_rate).max(),
        "average_precision": sklearn.metrics.average_precision_score(y, raw),
    }
    for name, value in expected.items():
        assert pooled[name] == pytest.approx(value, **close), name
    assert pooled["gini"] == pytest.approx(2 * pooled["roc_auc"] - 1, **close)
    assert calibration["brier"] == pytest.approx(sklearn.metrics.brier_score_loss(y, pd), **close)
    assert calibration["log_loss"] == pytest.approx(sklearn.metrics.log_loss(y, pd), **close)
    by_fold = training.report["discrimination"]["roc_auc"]
    aucs = [
        sklearn.metrics.roc_auc_score(y[training.folds == f], raw[training.folds == f])
        for f in range(5)
    ]
    assert by_fold["folds"] == pytest.approx(aucs, **close)
    assert by_fold["sd"] == pytest.approx(numpy.std(aucs, ddof=1), **close)


def test_cut_off_figures_are_those_of_scikit_learn(training):
    y, pd = training.target, training.probabilities
    chosen = training.report["cut_off"]["chosen"]
    assert chosen["threshold"] == pytest.approx(1 / 11, rel=1e-15)
    refused = pd >= chosen["threshold"]
    scores = sklearn.metrics.precision_recall_fscore_support(y, refused, average="binary")
    assert [chosen["precision"], chosen["recall"], chosen["f1"]] == pytest.approx(scores[:3])
    cost = 10 * (~refused & (y == 1)).mean() + (refused & (y == 0)).mean()
    assert chosen["cost_per_row"] == pytest.approx(cost)

    others = {each["rule"]: each for each in training.report["cut_off"]["alternatives"]}
    precision, recall, thresholds = sklearn.metrics.precision_recall_curve(y, pd)
    square = 3.2**2
    with numpy.errstate(invalid="ignore"):
        f_beta = (1 + square) * precision * recall / (square * precision + recall)
    assert others["f_beta"]["f_beta"] == pytest.approx(numpy.nanmax(f_beta))
    costs = [
        10 * ((pd < t) & (y == 1)).mean() + ((pd >= t) & (y == 0)).mean()
        for t in [*thresholds, math.inf]
    ]
    assert others["cheapest_on_these_rows"]["cost_per_row"] == pytest.approx(min(costs))


def test_isotonic_is_that_of_scikit_learn(fairline, sample, tmp_path):
    isotonic = train(
        fairline, tmp_path, sample / "applicants.csv", CONFIG | {"calibration": "isotonic"}
    )
    y, raw, folds = isotonic.target, isotonic.raw_scores, isotonic.folds
    for fold in range(5):
        fitted, judged = folds != fold, folds == fold
        clip = 0.5 / fitted.sum()
        model = sklearn.isotonic.IsotonicRegression(
            y_min=clip, y_max=1 - clip, out_of_bounds="clip"
        )
        model.fit(raw[fitted], y[fitted])
        assert isotonic.probabilities[judged] == pytest.approx(
            model.predict(raw[judged]), abs=1e-9
        )


def test_pds_come_near_the_true_ones(training, sample):
    truth = numpy.array([float(row["true_pd"]) for row in read_csv(sample / "truth.csv")])
    pd = training.probabilities
    assert pd.mean() == pytest.approx(truth.mean(), rel=0.15)
    assert numpy.corrcoef(pd, truth)[0, 1] > 0.5


def test_the_same_training_gives_the_same_bundle(fairline, training, sample, tmp_path):
    again = train(fairline, tmp_path, sample / "applicants.csv", CONFIG)
    first = {p.name: p.read_bytes() for p in (training.folder / "model").iterdir() if p.is_file()}
    second = {p.name: p.read_bytes() for p in (again.folder / "model").iterdir() if p.is_file()}
    assert first == second


def test_nothing_but_data_is_needed(fairline, sample, tmp_path):
    process = fairline("train", "--data", sample / "applicants.csv", "--out", tmp_path / "model")
    assert "ROC-AUC" in process.stdout
    assert "REJECT from PD 0.0909 up" in process.stdout


def write_rows(path, header, rows):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@pytest.mark.parametrize(
    ("outcomes", "message"),
    [
        ([0, 1, 2], "in row 3 it is 2"),
        ([0, 1, ""], "in row 3 it is missing"),
        ([0, 0, 0], "same outcome"),
        ([0, 1, 1], "folds need at least 5 rows"),
        (["good", "bad", "good"], 'in row 1 it is "good"'),
    ],
)
def test_bad_outcomes_are_named(fairline, tmp_path, outcomes, message):
    rows = [[number, outcome] for number, outcome in enumerate(outcomes)]
    write_rows(tmp_path / "data.csv", ["X", "TARGET"], rows)
    process = fairline(
        "train", "--data", tmp_path / "data.csv", "--out", tmp_path / "model", ok=None
    )
    assert process.returncode not in (0, -6, -11)
    assert message in process.stderr
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("folds: 5\nlearning_rate: 0.1\n", "train.yaml:2"),
        ("lightgbm:\n  num_leafs: 31\n", "num_leafs"),
        ("lightgbm: {objective: regression}\n", "always binary"),
        ("threshold: 1.5\n", "at most 1"),
        ("costs: {false_negative: -1, false_positive: 1}\n", "above 0"),
    ],
)
def test_bad_configurations_are_named(fairline, sample, tmp_path, config, message):
    (tmp_path / "train.yaml").write_text(config)
    process = fairline(
        "train", "--config", tmp_path / "train.yaml", "--data", sample / "applicants.csv",
        "--out", tmp_path / "model", ok=None,
    )  # fmt: skip
    assert process.returncode not in (0, -6, -11)
    assert message in process.stderr


def test_real_applicants(fairline, shared_dir, tmp_path, capsys):
    """The Home Credit sample: our cross-validation beside Python's on the same matrix."""
    import pandas

    parquet = shared_dir / "data" / "home_credit_application_dev.parquet"
    pandas.read_parquet(parquet).to_csv(tmp_path / "home_credit.csv", index=False)
    config = {"fields": {"SK_ID_CURR": "id"}, "lightgbm": {"num_threads": 1}}
    real = train(fairline, tmp_path, tmp_path / "home_credit.csv", config)
    ours = real.report["discrimination"]["roc_auc"]
    python = check_same_trees(real)
    with capsys.disabled():
        print(
            f"\nHome Credit, 5 folds: fairline ROC-AUC {ours['mean']:.4f} ± {ours['sd']:.4f}, "
            f"Python LightGBM {numpy.mean(python):.4f} ± {numpy.std(python, ddof=1):.4f}"
        )
    assert ours["mean"] == pytest.approx(numpy.mean(python), abs=1e-12)
    assert ours["mean"] > 0.75
