"""Model files as LightGBM can write them, and as it cannot: each is refused with a message that names
what is wrong, or scores as LightGBM does, bit for bit, under every engine."""

import json

import lightgbm
import numpy as np
import pandas as pd
import pytest

from conftest import peak_bytes
from test_lightgbm_parity import (
    BASE,
    CATEGORICAL,
    NUMERIC,
    applicants,
    attributed,
    outcomes,
    training_rows,  # noqa: F401 (a fixture)
    unheard_of,
)


@pytest.fixture(scope="module")
def engines(fairline):
    return [item["engine"] for item in json.loads(fairline("models", "engines", "--json").stdout)]


@pytest.fixture(scope="module")
def labelled(training_rows):  # noqa: F811
    return training_rows, outcomes(training_rows, 2)


def trained(labelled, rounds=20, categorical=(), **parameters):
    rows, targets = labelled
    data = lightgbm.Dataset(rows, targets, categorical_feature=list(categorical))
    return lightgbm.train({**BASE, **parameters}, data, rounds)


def expect_lightgbms_scores(fairline, text, rows, folder, engines=("auto",)):
    """As LightGBM reads the text; the attributions must be the same under every engine, and add up."""
    raw_score = lightgbm.Booster(model_str=text).predict(rows, raw_score=True)
    model_file = folder / "model.txt"
    model_file.write_text(text)
    outputs = set()
    for engine in engines:
        table = attributed(
            fairline, model_file, rows, folder, "--set", f"scoring.engine={engine}"
        )
        np.testing.assert_array_equal(table["raw_score"].to_numpy(), raw_score)
        outputs.add(table.to_csv(float_format="%r"))
    assert len(outputs) == 1
    parts = table[["base", *rows.columns]].to_numpy()
    largest = np.maximum(1, np.abs(parts).max(axis=1))
    assert (np.abs(parts.sum(axis=1) - raw_score) <= 1e-9 * largest).all()


def expect_refused(fairline, text, folder, said):
    """With one message and nothing left behind."""
    model_file, bundle = folder / "model.txt", folder / "bundle"
    model_file.write_bytes(text if isinstance(text, bytes) else text.encode())
    arguments = ("models", "import", model_file, "--name", "x", "--out", bundle)
    process = fairline(*arguments, ok=1)
    assert process.stderr.startswith("fairline: ") and process.stderr.count("\n") <= 3
    assert said in process.stderr and len(process.stderr) < 600
    assert not bundle.exists()


LEARNED_WITH = {
    "thousands of bins": {"max_bin": 4095, "min_data_in_bin": 1, "num_leaves": 255,
                          "min_data_in_leaf": 1},
    "scale_pos_weight": {"scale_pos_weight": 7},
    "no boost_from_average": {"boost_from_average": False},
    "extra_trees": {"extra_trees": True},
    "goss": {"data_sample_strategy": "goss"},
    "quantized gradients": {"use_quantized_grad": True},
    "monotone": {"monotone_constraints": [1, -1, 0, 0, 0, 0]},
    "path_smooth": {"path_smooth": 10},
    "interaction constraints": {"interaction_constraints": [[0, 1], [2, 3, 4, 5]]},
    "dart with categories": {"boosting": "dart", "categorical": CATEGORICAL, "cat_smooth": 1},
    "rf with categories": {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5,
                           "categorical": CATEGORICAL, "cat_smooth": 1},
    "rf, zero as missing": {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5,
                            "zero_as_missing": True},
}  # fmt: skip


@pytest.mark.parametrize("name", LEARNED_WITH)
def test_however_it_was_learned(name, fairline, labelled, engines, tmp_path):
    text = trained(labelled, **LEARNED_WITH[name]).model_to_string()
    rows = pd.concat([labelled[0][:100], applicants(100, 3), unheard_of(150, 4)])
    expect_lightgbms_scores(fairline, text, rows, tmp_path, engines)


def early_stopped(labelled):
    rows, targets = labelled
    data = lightgbm.Dataset(rows[:300], targets[:300])
    valid = lightgbm.Dataset(rows[300:], targets[300:], reference=data)
    stop = lightgbm.early_stopping(3, verbose=False)
    booster = lightgbm.train({**BASE, "learning_rate": 0.5}, data, 200, [valid], callbacks=[stop])
    assert 0 < booster.best_iteration < 200
    return booster.model_to_string()


def other_leaves(labelled):
    booster = trained(labelled)
    for leaf, value in enumerate([0.0, -0.0, 5e-324, 100.0, -1e-300]):
        booster.set_leaf_output(3, leaf, value)
    return booster.model_to_string()


def behind_the_trees(text):
    return text.index("end of trees") + len("end of trees")


SAVED = {
    "the first iterations": lambda it: trained(it).model_to_string(num_iteration=7),
    "later iterations": lambda it: trained(it).model_to_string(num_iteration=9, start_iteration=5),
    "until the best iteration": early_stopped,
    "importances by gain": lambda it: trained(it).model_to_string(importance_type="gain"),
    "refitted": lambda it: trained(it).refit(it[0][:200], it[1][:200]).model_to_string(),
    "leaves set by hand": other_leaves,
    "read and written again": lambda it: lightgbm.Booster(
        model_str=trained(it).model_to_string()
    ).model_to_string(),
    "the trees in another order": lambda it: trained(it).shuffle_models().model_to_string(),
    "cut behind the trees": lambda it: (
        text := trained(it).model_to_string()
    )[: behind_the_trees(text)],
    "cut in the parameters": lambda it: (
        text := trained(it).model_to_string()
    )[: text.index("[objective")],
    "of version 3": lambda it: trained(it).model_to_string().replace("version=v4", "version=v3"),
}


@pytest.mark.parametrize("name", SAVED)
def test_however_it_was_saved(name, fairline, labelled, tmp_path):
    rows = pd.concat([labelled[0][:100], applicants(100, 3)])
    expect_lightgbms_scores(fairline, SAVED[name](labelled), rows, tmp_path)


NOT_SUPPORTED = {
    "multiclassova": {"num_class": 2},
    "rank_xendcg": {},
    "regression_l1": {},
    "huber": {},
    "poisson": {},
    "quantile": {},
    "tweedie": {},
    "cross_entropy_lambda": {},
}


@pytest.mark.parametrize("objective", NOT_SUPPORTED)
def test_other_objectives_are_refused_by_name(objective, fairline, labelled, tmp_path):
    rows, targets = labelled
    group = [len(rows)] if objective.startswith("rank") else None
    data = lightgbm.Dataset(rows, targets, group=group)
    parameters = {**BASE, "objective": objective, **NOT_SUPPORTED[objective]}
    booster = lightgbm.train(parameters, data, 2)
    expect_refused(fairline, booster.model_to_string(), tmp_path, f'"{objective}" is not supported')


def test_an_objective_of_ones_own_is_refused(fairline, labelled, tmp_path):
    def logistic(scores, data):
        probability = 1 / (1 + np.exp(-scores))
        return probability - data.get_label(), probability * (1 - probability)

    text = trained(labelled, objective=logistic).model_to_string()
    expect_refused(fairline, text, tmp_path, "objective: is missing")


@pytest.mark.parametrize("boosting", ["gbdt", "dart"])
def test_linear_trees_are_refused_by_name(boosting, fairline, labelled, tmp_path):
    rows, targets = labelled
    data = lightgbm.Dataset(rows[NUMERIC].fillna(0), targets, params={"linear_tree": True})
    parameters = {**BASE, "linear_tree": True, "boosting": boosting}
    text = lightgbm.train(parameters, data, 3).model_to_string()
    expect_refused(fairline, text, tmp_path, "linear trees are not supported")


def without_sizes(text):
    """A file that LightGBM reads although its trees were changed."""
    return "".join(line for line in text.splitlines(True) if not line.startswith("tree_sizes="))


def with_number(text, key, place, number):
    """In the first tree."""
    begin = text.index(f"\n{key}=") + len(key) + 2
    end = text.index("\n", begin)
    numbers = text[begin:end].split(" ")
    numbers[place] = number
    return text[:begin] + " ".join(numbers) + text[end:]


# Numbers that a tree may have, however unlikely; src/fairline/models/lightgbm_damage_test.cc has
# those it may not have.
LEGAL = {
    "split_feature": ["0", "5"],
    "threshold": ["inf", "-inf", "-1", "0", "-0", "1e-35", "5e-324", "1e308", "4294967296"],
    "decision_type": ["0", "2", "4", "6", "8", "10"],
    "leaf_value": ["-1", "0", "1e99", "4294967296", "5e-324"],
    "leaf_count": ["0", "4294967296"],
    "internal_count": ["0", "4294967296"],
    "leaf_weight": ["nan"],
    "shrinkage": ["-3"],
}


@pytest.mark.parametrize("key", LEGAL)
def test_unlikely_numbers_mean_what_they_mean_to_lightgbm(key, fairline, labelled, tmp_path):
    text = without_sizes(trained(labelled, rounds=2, num_leaves=6).model_to_string())
    rows = unheard_of(150, 4)
    for number in LEGAL[key]:
        for place in (0, -1):
            changed = with_number(text, key, place, number)
            expect_lightgbms_scores(fairline, changed, rows, tmp_path)


def test_a_cut_file_is_refused(fairline, labelled, tmp_path):
    text = trained(labelled).model_to_string()
    end = text.index("end of trees")
    for cut in [0, 3, *range(100, end, end // 12), end - 1, end, end + 5]:
        expect_refused(fairline, text[:cut], tmp_path, "model file")


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("tree_sizes=", "tree_sizes=" + "1 " * 400, "tree_sizes"),
        ("num_tree_per_iteration=1", "num_tree_per_iteration=1000000000", "num_tree_per_iteration"),
        ("Tree=1\n", "Tree=1000000000\n", "Tree=1 is missing"),
        ("num_leaves=2", "num_leaves=1000000000", "num_leaves"),
        ("num_leaves=2", "num_leaves=1048576", "leaf_value"),
        ("max_feature_idx=5", "max_feature_idx=1000000000", "max_feature_idx"),
        ("num_cat=0", "num_cat=1\ncat_boundaries=0 67108864\ncat_threshold=1", "cat_threshold"),
        ("leaf_value=", "leaf_value=\0", "zero byte"),
    ],
)
def test_claims_take_no_memory(old, new, said, fairline, labelled, tmp_path):
    text = trained(labelled, rounds=2, num_leaves=2).model_to_string()
    text = text[: behind_the_trees(text)]
    assert old in text and len(text) < 3000
    changed = text.replace(old, new, 1)
    expect_refused(fairline, changed, tmp_path, said)
    arguments = ("models", "import", tmp_path / "model.txt", "--name", "x", "--out", tmp_path / "b")
    peak = peak_bytes(*arguments, ok=1)
    (tmp_path / "model.txt").write_text("")
    assert peak < peak_bytes(*arguments, ok=1) + 16 * 2**20


@pytest.fixture(scope="module")
def bundle(fairline, labelled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("width")
    trained(labelled, rounds=3).save_model(folder / "model.txt")
    fairline("models", "import", folder / "model.txt", "--name", "x", "--out", folder / "bundle")
    return folder / "bundle"


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda lines: [line.rsplit(",", 1)[0] for line in lines], "job"),  # a column less
        (lambda lines: [*lines[:2], lines[2] + ",1", *lines[3:]], "rows.csv:3:"),
        (lambda lines: [*lines[:2], lines[2].rsplit(",", 1)[0], *lines[3:]], "rows.csv:3:"),
        (lambda lines: [lines[0] + ",income", *(line + ",1" for line in lines[1:])], "income"),
    ],
)
def test_rows_of_the_wrong_width_are_refused(change, said, fairline, bundle, labelled, tmp_path):
    lines = labelled[0][:5].to_csv(index=False).splitlines()
    data, out = tmp_path / "rows.csv", tmp_path / "out.csv"
    data.write_text("\n".join(change(lines)) + "\n")
    arguments = ("models", "explain", "--bundle", bundle, "--data", data, "--out", out)
    process = fairline(*arguments, ok=1)
    assert said in process.stderr
    assert not out.exists()


def test_a_column_more_changes_nothing(fairline, bundle, labelled, tmp_path):
    outputs = []
    rows = labelled[0][:5]
    for table in (rows, rows.assign(comment="x")[["comment", *rows.columns[::-1]]]):
        data, out = tmp_path / "rows.csv", tmp_path / "out.csv"
        table.to_csv(data, index=False)
        fairline("models", "explain", "--bundle", bundle, "--data", data, "--out", out)
        outputs.append(out.read_text())
    assert outputs[0] == outputs[1]
