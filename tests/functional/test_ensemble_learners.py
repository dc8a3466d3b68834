"""The learners of ensembles against scikit-learn, on the rows that ours drew: every stump of every
bag is fitted again with the weights of its round, wherever one split leads all others by more than
rounding."""

import json
import math
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from conftest import BINARY, ROOT
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

ORACLE = BINARY.parent.parent / "tests" / "ensemble_oracle"
OLD_PYTHON = os.environ.get("ENSEMBLES_2023_PYTHON", "")
LEAD = 1e-9  # of the best split over the next one, in impurity
EPSILON = np.finfo(float).eps
SAME_VALUE = np.float32(1e-7)


def table(seed, rows=2_000, missing=0.0):
    """Inputs of every kind (smooth, few values, ties, next to equal, tiny, constant) and outcomes."""
    random = np.random.default_rng(seed)
    smooth = random.normal(size=(rows, 4)) * [1, 1e-3, 1e6, 1]
    inputs = np.column_stack(
        [
            smooth,
            random.integers(0, 2, rows),
            random.integers(0, 40, rows),
            random.uniform(size=rows),  # neighbours closer than 1e-7
            np.round(random.normal(size=rows), 2) * 0.1,
            random.normal(size=rows) * 1e-9,
            np.full(rows, 3.0),
            np.exp(3 * random.normal(size=rows)),
        ]
    )
    signal = smooth[:, 0] + inputs[:, 4] + 0.05 * inputs[:, 5] - 2 * inputs[:, 6]
    signal += random.normal(size=rows) * 2
    outcomes = (signal > np.quantile(signal, 0.8)).astype(float)
    inputs[random.uniform(size=inputs.shape) < missing] = np.nan
    return inputs, outcomes


@pytest.fixture
def train(tmp_path):
    assert ORACLE.is_file(), f"no program at {ORACLE}: build the target ensemble_oracle"

    def run(kind, inputs, outcomes, **options):
        path = tmp_path / "table.f64"
        np.column_stack([inputs, outcomes]).astype("<f8").tofile(path)
        given = [f"{name}={value}" for name, value in options.items()]
        command = [ORACLE, kind, path, str(inputs.shape[1]), *given]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["members"]

    return run


def threshold_for_doubles(threshold):
    """The largest double that rounds to a float <= threshold, found by halving."""
    if math.isinf(threshold):
        return sys.float_info.max
    low, high = threshold - abs(threshold) - 1, threshold + abs(threshold) + 1
    while True:
        middle = low + (high - low) / 2
        if middle in (low, high):
            return low
        if float(np.float32(middle)) <= threshold:
            low = middle
        else:
            high = middle


def impurity_decreases(values, outcomes, weights, min_leaf=1):
    """Of every split of one column, missing values on either side: [decrease]."""
    values = values.astype(np.float32)
    known = np.flatnonzero(~np.isnan(values))
    if len(known) == 0:
        return np.zeros(0)
    order = known[np.argsort(values[known], kind="stable")]
    by_class = np.where(np.arange(2)[:, None] == outcomes, weights, 0)
    total = by_class.sum(axis=1)
    left = np.cumsum(by_class[:, order], axis=1)
    ordered, count = values[order], np.arange(1, len(order) + 1)
    between = np.append(ordered[1:] > ordered[:-1] + SAME_VALUE, False)
    gone = by_class[:, np.isnan(values)].sum(axis=1)
    missing = len(values) - len(known)
    found = []
    for extra, rows in [((0, 0), count), (gone, count + missing)] if missing else [((0, 0), count)]:
        sums = left + np.reshape(extra, (2, 1))
        split = between.copy()
        if missing and rows is count:
            split[-1] = True
        split &= (rows >= min_leaf) & (len(values) - rows >= min_leaf)
        one, other = sums[:, split], total[:, None] - sums[:, split]
        kept = (one**2).sum(0) / one.sum(0) + (other**2).sum(0) / other.sum(0)
        found.append((kept - (total**2).sum() / total.sum()) / total.sum())
    return np.concatenate(found)


def lead_of_best(inputs, outcomes, weights, min_leaf=1):
    """How far the best split is ahead of the next, and its impurity decrease."""
    columns = [
        impurity_decreases(inputs[:, column], outcomes, weights, min_leaf)
        for column in range(inputs.shape[1])
    ]
    decreases = np.sort(np.concatenate(columns))
    if len(decreases) == 0:
        return math.inf, None
    lead = decreases[-1] - decreases[-2] if len(decreases) > 1 else math.inf
    return lead, decreases[-1]


def goes_left(stump, inputs):
    if stump["feature"] < 0:
        return np.ones(len(inputs), bool)
    values = inputs[:, stump["feature"]]
    return np.where(np.isnan(values), stump["missing_left"], values <= stump["threshold"])


def decrease_of(left, outcomes, weights):
    """The decrease of impurity by a split, and the weights on either side by class."""
    parts = [[side & (outcomes == label) for label in (0, 1)] for side in (left, ~left)]
    sides = np.array([[weights[part].sum() for part in side] for side in parts])
    total = sides.sum(axis=0)
    kept = ((sides**2).sum(1) / sides.sum(1)).sum()
    return (kept - (total**2).sum() / total.sum()) / total.sum(), sides


def margins(stumps, inputs):
    votes = [np.where(goes_left(s, inputs), *s["votes"]) for s in stumps]
    return np.sum(votes, axis=0)


def bag_of(member, inputs, outcomes):
    rows = np.concatenate([np.array(of_class, int) for of_class in member["rows"]])
    return inputs[rows], outcomes[rows]


def replay(stumps, inputs, outcomes, real, learning_rate):
    """Fits every stump again. How many were decided by more than rounding."""
    weights = np.full(len(outcomes), 1 / len(outcomes))
    decided, votes, said = 0, [], []
    for stump in stumps:
        tree = DecisionTreeClassifier(max_depth=1, random_state=0)
        tree.fit(inputs, outcomes, sample_weight=weights)
        fitted, left = tree.tree_, goes_left(stump, inputs)
        lead, best = lead_of_best(inputs, outcomes, weights)
        decrease, sides = decrease_of(left, outcomes, weights)
        assert decrease == pytest.approx(best, abs=LEAD)
        assert stump["covers"] == [left.sum(), (~left).sum()]
        if lead > LEAD:
            decided += 1
            assert stump["feature"] == fitted.feature[0]
            assert stump["threshold"] == threshold_for_doubles(float(fitted.threshold[0]))
            assert stump["missing_left"] == bool(fitted.missing_go_to_left[0])
        shares = sides / sides.sum(axis=1, keepdims=True)
        if real:
            odds = np.diff(np.log(np.maximum(shares, EPSILON)), axis=1)[:, 0]
            signs = np.where(outcomes == 1, 1, -1)
            factors = np.exp(-learning_rate / 2 * signs * np.where(left, *odds))
            votes.append(odds)
            said.append(1.0)
        else:
            guess = shares[:, 1] > shares[:, 0]
            wrong = np.where(left, *guess) != outcomes
            error = weights[wrong].sum() / weights.sum()
            alpha = learning_rate * math.log((1 - error) / error) if error > 0 else 1.0
            factors = np.exp(alpha * wrong)
            votes.append(np.where(guess, 2, -2) * alpha)
            said.append(alpha)
        weights = weights * factors
        weights = np.maximum(weights / weights.sum(), EPSILON)
    for stump, vote in zip(stumps, votes, strict=True):
        assert stump["votes"] == pytest.approx(list(vote / sum(said)), rel=1e-9, abs=1e-12)
    return decided


CASES = [
    {"samme_r": samme_r, "learning_rate": rate}
    for samme_r in (0, 1)
    for rate in (1.0, 0.3)
]


@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("options", CASES, ids=str)
def test_every_stump_is_scikit_learns(train, options, missing):
    inputs, outcomes = table(7, missing=missing)
    for member in train("easy", inputs, outcomes, bags=2, stumps=25, seed=5, **options):
        bag, labels = bag_of(member, inputs, outcomes)
        assert labels.sum() == len(labels) / 2 == outcomes.sum()
        decided = replay(
            member["stumps"], bag, labels, options["samme_r"] == 1, options["learning_rate"]
        )
        assert decided > 0.9 * len(member["stumps"]) > 20


@pytest.mark.parametrize("rate", [1.0, 0.3])
def test_bags_have_the_margins_of_scikit_learns_adaboost(train, rate):
    inputs, outcomes = table(11)
    judged, _ = table(12)
    for member in train("easy", inputs, outcomes, bags=2, stumps=40, learning_rate=rate):
        bag, labels = bag_of(member, inputs, outcomes)
        model = AdaBoostClassifier(n_estimators=40, learning_rate=rate, random_state=0)
        model.fit(bag, labels)
        expected = model.decision_function(judged)
        np.testing.assert_allclose(margins(member["stumps"], judged), expected, rtol=0, atol=1e-9)


@pytest.mark.skipif(not OLD_PYTHON, reason="ENSEMBLES_2023_PYTHON names no Python")
@pytest.mark.parametrize("rate", [1.0, 0.3])
def test_bags_have_the_margins_of_the_old_adaboost(train, tmp_path, rate):
    inputs, outcomes = table(13)
    judged, _ = table(14)
    script = ROOT / "tests" / "oracles" / "ensembles" / "old_adaboost.py"
    for member in train("easy", inputs, outcomes, bags=2, stumps=40, learning_rate=rate, samme_r=1):
        bag, labels = bag_of(member, inputs, outcomes)
        task = tmp_path / "task.npz"
        np.savez(task, rows=bag, outcomes=labels, judged=judged)
        command = [OLD_PYTHON, script, task, "40", str(rate)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
        expected = json.loads(done.stdout)
        np.testing.assert_allclose(margins(member["stumps"], judged), expected, rtol=0, atol=1e-9)


def test_many_columns_of_few_rows(train):
    """Bins that hold a row each, and more columns than a block."""
    random = np.random.default_rng(3)
    inputs = random.normal(size=(60, 19))
    outcomes = (inputs[:, 17] + random.normal(size=60) > 0.8).astype(float)
    for member in train("easy", inputs, outcomes, bags=4, stumps=10):
        assert replay(member["stumps"], *bag_of(member, inputs, outcomes), False, 1.0) >= 5


def test_bins_of_many_rows(train):
    """The best split lies inside of a bin, and only its bound says where to look."""
    inputs, outcomes = table(23, rows=20_000, missing=0.05)
    for member in train("easy", inputs, outcomes, bags=1, stumps=20):
        assert replay(member["stumps"], *bag_of(member, inputs, outcomes), False, 1.0) >= 15


def same_tree(member, fitted, inputs, outcomes, weights, min_leaf):
    """Walks down our tree. While no split was a tie, scikit-learn's has the same node here; below
    one, splits must still be as good as the best. How many nodes both have alike."""
    alike, pending = 0, [(0 if member["nodes"] else -1, 0, np.arange(len(outcomes)))]
    while pending:
        index, theirs, rows = pending.pop()
        here, weight = outcomes[rows], weights[rows]
        if index < 0:
            assert member["leaf_covers"][~index] == weight.sum()
            assert member["leaf_values"][~index] == pytest.approx(weight[here == 1].sum() / weight.sum())
            if len(set(here)) == 2 and len(here) >= 2 * min_leaf:
                assert lead_of_best(inputs[rows], here, weight, min_leaf)[1] is None
            continue
        node = member["nodes"][index]
        lead, best = lead_of_best(inputs[rows], here, weight, min_leaf)
        left = goes_left(node, inputs[rows])
        assert decrease_of(left, here, weight)[0] == pytest.approx(best, abs=LEAD)
        assert node["cover"] == weight.sum()
        if theirs is not None and lead > LEAD:
            alike += 1
            assert node["feature"] == fitted.feature[theirs]
            assert node["threshold"] == threshold_for_doubles(float(fitted.threshold[theirs]))
            assert node["missing_left"] == bool(fitted.missing_go_to_left[theirs])
            both = fitted.children_left[theirs], fitted.children_right[theirs]
        else:
            both = None, None
        for child, other, part in zip(node["children"], both, (left, ~left), strict=True):
            pending.append((child, other, rows[part]))
    return alike


FORESTS = {
    "today": {"bootstrap": 0, "replacement": 1, "resample_rarer_class": 1},
    "2023": {"bootstrap": 1, "replacement": 0, "resample_rarer_class": 0},
}


@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("min_leaf", [1, 2])
@pytest.mark.parametrize("defaults", FORESTS)
def test_every_tree_is_scikit_learns(train, defaults, min_leaf, missing):
    inputs, outcomes = table(17, rows=1_500, missing=missing)
    given = FORESTS[defaults] | {"min_leaf": min_leaf, "columns": inputs.shape[1]}
    for member in train("forest", inputs, outcomes, trees=2, **given):
        bag, labels = bag_of(member, inputs, outcomes)
        weights = np.concatenate([np.array(times, float) for times in member["times"]])
        assert len(labels) == 2 * outcomes.sum() == weights.sum()
        bag, labels, weights = bag[weights > 0], labels[weights > 0], weights[weights > 0]
        tree = DecisionTreeClassifier(min_samples_leaf=min_leaf, random_state=0)
        tree.fit(bag, labels, sample_weight=weights)
        alike = same_tree(member, tree.tree_, bag, labels, weights, min_leaf)
        assert alike > 20


def test_a_forest_draws_as_imbalanced_learn_does(train):
    inputs, outcomes = table(19, rows=1_500)
    for member in train("forest", inputs, outcomes, trees=3, **FORESTS["today"]):
        paid, defaulted = member["rows"]
        assert len(set(paid)) < len(paid) and len(set(defaulted)) < len(defaulted)
        assert set(sum(member["times"], [])) == {1}
    for member in train("forest", inputs, outcomes, trees=3, **FORESTS["2023"]):
        paid, defaulted = member["rows"]
        assert len(set(paid)) == len(paid)
        assert defaulted == list(np.flatnonzero(outcomes == 1))
        assert 0 in sum(member["times"], [])
