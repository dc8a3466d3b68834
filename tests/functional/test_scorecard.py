"""The scorecard against OptBinning: on our bins the same weights of evidence, coefficients and
points, and no partition that OptBinning finds from our pre-bins tells more than ours."""

import json
import math
import os
import pathlib
import subprocess

import numpy as np
import pandas as pd
import pytest
from conftest import BINARY, ROOT

PROGRAM = BINARY.parent.parent / "tests" / "scorecard_oracle"
PYTHON = os.environ.get("SCORECARD_PYTHON", "")
NEAR = 1e-9
RULES = {"prebin_share": 0.05, "min_bin_share": 0.05, "min_bin_outcomes": 5}

needs_optbinning = pytest.mark.skipif(
    not PYTHON,
    reason="SCORECARD_PYTHON does not name the Python of setup/scorecard.lock",
)


def applicants(seed=1, rows=8_000):
    """Smooth, tied, skewed and missing numbers and two categories, with a default outcome."""
    random = np.random.default_rng(seed)
    age = np.floor(random.uniform(18, 75, rows))
    income = np.exp(random.normal(10, 0.6, rows))
    utilisation = np.round(random.beta(1, 2, rows), 2)
    late = random.poisson(0.4, rows).astype(float)
    history = random.normal(size=rows)
    housing = random.integers(0, 6, rows).astype(float)
    region = random.integers(0, 30, rows).astype(float)
    noise = random.normal(size=rows)
    log_odds = (
        -2.2
        - 0.03 * (age - 45)
        - 0.5 * (np.log(income) - 10)
        + 1.5 * utilisation
        + 0.7 * late
        - 0.5 * history
        + np.array([0, 0.4, -0.5, 0.1, 0.9, -0.2])[housing.astype(int)]
        + 0.4 * np.sin(region)
    )
    outcomes = (random.uniform(size=rows) < 1 / (1 + np.exp(-log_odds))).astype(float)
    history[random.uniform(size=rows) < 0.15 + 0.1 * outcomes] = math.nan
    names = ["age", "income", "utilisation", "late", "history", "housing", "region", "noise"]
    matrix = np.column_stack([age, income, utilisation, late, history, housing, region, noise])
    return names, matrix, outcomes, [5, 6]


def ask(command, path, task):
    path.write_text(json.dumps(task))
    done = subprocess.run([*command, path], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Rows:
    def __init__(self, folder, names, matrix, outcomes, categorical=()):
        self.folder, self.outcomes = pathlib.Path(folder), outcomes
        self.matrix = np.ascontiguousarray(matrix, dtype="<f8")
        self.files = {
            "features": names,
            "matrix": str(self.folder / "matrix.f64"),
            "outcomes": str(self.folder / "outcomes.f64"),
        }
        self.categorical = list(categorical)
        self.matrix.tofile(self.files["matrix"])
        outcomes.astype("<f8").tofile(self.files["outcomes"])

    def ours(self, score=None, **options):
        assert PROGRAM.is_file(), f"no program at {PROGRAM}: build the target scorecard_oracle"
        task = self.files | {"categorical": self.categorical, "options": options}
        task["score"] = self.files["matrix"]
        if score is not None:
            task["score"] = str(self.folder / "score.f64")
            np.ascontiguousarray(score, dtype="<f8").tofile(task["score"])
        return ask([PROGRAM], self.folder / "task.json", task)

    def theirs(self, **task):
        script = ROOT / "tests" / "oracles" / "scorecard" / "optbinning_card.py"
        return ask([PYTHON, "-W", "ignore", script], self.folder / "their.json", self.files | task)


def information_value(values, outcomes, cuts):
    """Of the bins that begin at `cuts`, missing values apart; shares are of all rows."""
    known = ~np.isnan(values)
    bins = np.digitize(values[known], cuts)
    total = 0.0
    for i in range(len(cuts) + 1):
        here = outcomes[known][bins == i]
        good = np.count_nonzero(here == 0) / np.count_nonzero(outcomes == 0)
        bad = np.count_nonzero(here == 1) / np.count_nonzero(outcomes == 1)
        total += (good - bad) * math.log(good / bad)
    return total


def described(characteristic):
    """What OptBinning needs to know of our bins."""
    bins = [each for each in characteristic["bins"] if each["takes"] != "missing"]
    if characteristic["kind"] == "categorical":
        return {
            "feature": characteristic["feature"],
            "categories": [each["categories"] for each in bins],
        }
    cuts = [each["below"] for each in bins if "below" in each]
    return {"feature": characteristic["feature"], "below": cuts}


def close(ours, theirs):
    return abs(ours - theirs) <= NEAR * max(1, abs(theirs))


def same_bins(ours, theirs):
    """By their counts: the order of OptBinning's categories is its own."""
    unmatched = [each for each in theirs["bins"] if each["good"] + each["bad"] > 0]
    for mine in ours["bins"]:
        if mine["good"] + mine["bad"] == 0:
            continue
        twin = [
            each
            for each in unmatched
            if (each["good"], each["bad"]) == (mine["good"], mine["bad"])
        ]
        assert twin, f"{ours['feature']}: no bin of theirs holds the rows of {mine}"
        assert close(mine["woe"], twin[0]["woe"]), (ours["feature"], mine, twin[0])
        assert close(mine["points"], twin[0]["points"]), (ours["feature"], mine, twin[0])
        unmatched.remove(twin[0])
    assert not unmatched


def assert_same_card(rows, l2):
    answer = rows.ours(l2=l2)
    ours = answer["card"]
    theirs = rows.theirs(
        card=[described(each) for each in ours["characteristics"]],
        l2=l2,
        scale=ours["scale"],
    )["card"]
    assert close(ours["intercept"], theirs["intercept"])
    for mine, twin in zip(ours["characteristics"], theirs["characteristics"], strict=True):
        assert mine["feature"] == twin["feature"]
        assert close(mine["coefficient"], twin["coefficient"]), (mine, twin)
        same_bins(mine, twin)
    np.testing.assert_allclose(answer["log_odds"], theirs["log_odds"], rtol=NEAR, atol=NEAR)
    np.testing.assert_allclose(answer["points"], theirs["points"], rtol=NEAR, atol=NEAR)
    return ours


@needs_optbinning
@pytest.mark.parametrize("l2", [1.0, 25.0])
def test_the_card_is_optbinnings_on_the_same_bins(tmp_path, l2):
    names, matrix, outcomes, categorical = applicants()
    card = assert_same_card(Rows(tmp_path, names, matrix, outcomes, categorical), l2)
    used = {each["feature"]: each for each in card["characteristics"]}
    assert {"age", "late", "history", "housing", "region"} <= set(used)
    assert used["history"]["bins"][-1]["takes"] == "missing"


@needs_optbinning
def test_the_card_of_real_credit_cards_is_optbinnings(tmp_path, shared_dir):
    table = pd.read_parquet(shared_dir / "data" / "uci_card_default_dev.parquet").drop(columns="ID")
    outcomes = table.pop("default_payment_next_month").to_numpy(float)
    categorical = [table.columns.get_loc(name) for name in ("SEX", "EDUCATION", "MARRIAGE")]
    rows = Rows(tmp_path, list(table.columns), table.to_numpy(float), outcomes, categorical)
    assert len(assert_same_card(rows, 1.0)["characteristics"]) > 8


@needs_optbinning
@pytest.mark.parametrize("max_p_value", [1.0, 0.05])
def test_no_bins_of_optbinning_tell_more(tmp_path, max_p_value):
    names, matrix, outcomes, _ = applicants(seed=2)
    rows = Rows(tmp_path, names, matrix, outcomes)
    assert_nothing_better(rows, max_p_value)


def assert_nothing_better(rows, max_p_value):
    rules = RULES | {"max_p_value": max_p_value}
    ours = rows.ours(**rules)["features"]
    names = rows.files["features"]
    asked = [
        {"feature": name, "below": feature["below"][:-1]}
        for name, feature in zip(names, ours, strict=True)
        if len(feature["below"]) > 1
    ]
    compared = 0
    for theirs in rows.theirs(optimum=asked, rules=rules)["optimum"]:
        column = names.index(theirs["feature"])
        feature, values = ours[column], rows.matrix[:, column]
        cuts = [feature["below"][start - 1] for start in feature["starts"][1:]]
        mine = information_value(values, rows.outcomes, cuts)
        for trend, their_cuts in theirs["cuts"].items():
            value = information_value(values, rows.outcomes, their_cuts)
            assert mine >= value - NEAR, (theirs["feature"], trend, cuts, their_cuts)
            compared += 1
        if cuts:
            assert abs(feature["information_value"] - mine) < NEAR
    assert compared > len(asked)


def test_whole_points_decide_where_asked(tmp_path):
    names, matrix, outcomes, categorical = applicants(seed=3, rows=3_000)
    rows = Rows(tmp_path, names, matrix, outcomes, categorical)
    answer = rows.ours(rounded=True)
    points = np.array(answer["points"])
    assert np.array_equal(points, np.rint(points))
    factor = 20 / math.log(2)
    offset = 600 - factor * math.log(50)
    np.testing.assert_allclose(answer["log_odds"], (offset - points) / factor, rtol=1e-12)
