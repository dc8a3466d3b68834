"""Monotone constraints as a person uses them: trained, proved, reported; and models of LightGBM whose
constraints are not kept (its issue 6155), refuted by rows that LightGBM itself scores the wrong way."""

import json

import lightgbm
import numpy as np
import pandas as pd
import pytest

ROWS = 1500
INPUTS = ["income", "debt", "age", "late", "region"]
CONSTRAINTS = {"income": -1, "debt": 1, "age": 0, "late": 1, "region": 0}
DIRECTIONS = {-1: "decreasing", 1: "increasing"}
SEEDS = range(2)


def applicants(seed):
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "income": random.lognormal(10, 0.5, ROWS).round(-2),
            "debt": random.exponential(10_000, ROWS).round(-1),
            "age": random.integers(20, 75, ROWS).astype(float),
            "late": random.poisson(0.6, ROWS).astype(float),
            "region": random.integers(0, 9, ROWS).astype(float),
        }
    )
    margin = (
        -2
        - (np.log(table["income"]) - 10)
        + table["debt"] / 10_000
        + 0.5 * table["late"]
        + 0.6 * np.sin(table["age"] / 6) * (table["region"] % 3 - 1)
    )
    default = random.random(ROWS) < 1 / (1 + np.exp(-margin))
    for name in ["income", "debt", "late"]:
        table.loc[random.random(ROWS) < 0.05, name] = np.nan
    return table, default.astype(int)


def booster(method, seed):
    table, default = applicants(seed)
    parameters = {
        "objective": "binary",
        "verbose": -1,
        "num_threads": 1,
        "deterministic": True,
        "seed": seed,
        "num_leaves": 15,
        "min_data_in_leaf": 5,
        "monotone_constraints": [CONSTRAINTS[name] for name in INPUTS],
        "monotone_constraints_method": method,
    }
    data = lightgbm.Dataset(table[INPUTS], default, categorical_feature=["region"])
    return lightgbm.train(parameters, data, 40)


def verdicts(fairline, folder, method, seed):
    """The model, and what the program finds for each constrained input."""
    model = booster(method, seed)
    model.save_model(folder / f"{method}{seed}.txt")
    bundle = folder / f"{method}{seed}"
    fairline("models", "import", folder / f"{method}{seed}.txt", "--name", "m", "--out", bundle)
    process = fairline("models", "monotonicity", "--bundle", bundle, "--json", ok=None)
    items = json.loads(process.stdout)
    assert {i["feature"]: i["direction"] for i in items} == {
        name: DIRECTIONS[sign] for name, sign in CONSTRAINTS.items() if sign
    }
    assert process.returncode == (0 if all(i["verdict"] == "proved" for i in items) else 1)
    return model, items


def rows_of(item):
    return pd.DataFrame(item["rows"], dtype=float)[INPUTS]


def sampled_fall(model, feature, sign):
    """The most that the score goes the wrong way from one sampled value to a higher one."""
    table, _ = applicants(99)
    rows = table.sample(100, random_state=1)
    values = np.unique(np.nanquantile(table[feature], np.linspace(0, 1, 30)))
    scores = np.array(
        [model.predict(rows.assign(**{feature: v})[INPUTS], raw_score=True) for v in values]
    )
    return (np.maximum.accumulate(sign * scores, axis=0) - sign * scores).max()


@pytest.mark.parametrize("method", ["basic", "intermediate"])
def test_what_is_proved_no_sample_refutes(fairline, tmp_path, method):
    for seed in SEEDS:
        model, items = verdicts(fairline, tmp_path, method, seed)
        assert any(item["verdict"] == "proved" for item in items)
        for item in items:
            if item["verdict"] == "proved":
                assert sampled_fall(model, item["feature"], CONSTRAINTS[item["feature"]]) <= 0


def test_constraints_that_were_not_kept_are_refuted_by_two_rows(fairline, tmp_path):
    refuted = 0
    for seed in SEEDS:
        model, items = verdicts(fairline, tmp_path, "advanced", seed)
        for item in items:
            assert item["verdict"] != "undecided"
            if item["verdict"] == "proved":
                continue
            refuted += 1
            rows = rows_of(item)
            low, high = model.predict(rows, raw_score=True)
            assert [low, high] == item["raw_scores"]
            sign = CONSTRAINTS[item["feature"]]
            assert rows[item["feature"]][0] < rows[item["feature"]][1]
            assert sign * high < sign * low
            others = rows.drop(columns=item["feature"])
            assert others.iloc[0].equals(others.iloc[1])
            assert item["feature"] in item["tells"]
    assert refuted > 0


def test_training_keeps_them_and_says_so(fairline, tmp_path):
    table, default = applicants(1)
    table.assign(TARGET=default).to_csv(tmp_path / "data.csv", index=False)
    config = tmp_path / "train.yaml"
    config.write_text(
        "features: none\nfolds: 3\nlightgbm: {n_estimators: 80, num_threads: 1}\n"
        "monotone:\n  income: decreasing\n  debt: increasing\n"
    )
    out = tmp_path / "model"
    data = tmp_path / "data.csv"
    said = fairline("train", "--config", config, "--data", data, "--out", out).stdout
    assert "income (decreasing): proved for all inputs" in said
    assert "debt (increasing): proved for all inputs" in said
    report = json.loads((out / "report.json").read_text())
    assert [item["verdict"] for item in report["monotonicity"]] == ["proved", "proved"]
    fairline("models", "report", "--bundle", out, "--html", tmp_path / "page.html")
    assert "Monotone in the risk of default" in (tmp_path / "page.html").read_text()

    shown = fairline("models", "monotonicity", "--bundle", out)
    assert shown.stdout.splitlines() == [
        "income (decreasing): proved for all inputs",
        "debt (increasing): proved for all inputs",
    ]
    asked = ["models", "monotonicity", "--bundle", out, "--feature"]
    refuted = fairline(*asked, "age", "--direction", "increasing", ok=1)
    assert refuted.stdout.startswith("age (increasing): refuted; from ")
    assert "raw score" in refuted.stdout and "probability" in refuted.stdout
    fairline(*asked, "age", ok=2)
    fairline(*asked, "age", "--direction", "up", ok=2)
    unknown = fairline(*asked, "incomes", "--direction", "decreasing", ok=1)
    assert 'did you mean "income"?' in unknown.stderr

    config.write_text("features: none\nmonotone:\n  incom: decreasing\n")
    wrong = fairline("train", "--config", config, "--data", data, "--out", tmp_path / "no", ok=1)
    assert "train.yaml:3: monotone: incom: is not a model input" in wrong.stderr
    assert not (tmp_path / "no").exists()


def test_a_model_without_constraints_must_be_asked_about_something(fairline, tmp_path):
    table, default = applicants(2)
    data = lightgbm.Dataset(table[INPUTS], default)
    model = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 5)
    model.save_model(tmp_path / "free.txt")
    fairline("models", "import", tmp_path / "free.txt", "--name", "m", "--out", tmp_path / "free")
    process = fairline("models", "monotonicity", "--bundle", tmp_path / "free", ok=2)
    assert "without monotone constraints" in process.stderr
