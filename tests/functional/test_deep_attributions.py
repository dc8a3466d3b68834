"""Attributions of trees whose paths have more than 16 features, where LightGBM's own recursion (it
divides by shares to take a feature out of a product again) loses digits. The oracle is the definition
in docs/internals/shap.md, leaf by leaf, in numpy's long double; LightGBM's error against it is printed."""

import math

import lightgbm
import numpy as np
import pandas as pd
import pytest

from test_lightgbm_parity import BASE, attributed

# Each node chooses among two features, which makes paths of many.
DEEP = {
    **BASE,
    "num_leaves": 120,
    "min_data_in_leaf": 1,
    "min_sum_hessian_in_leaf": 0,
    "feature_fraction_bynode": 0.05,
}


def paths(node, path=()):
    """Of each leaf: its value and its tests (feature, threshold, went left, share of the cover)."""
    if "leaf_value" in node:
        yield node["leaf_value"], path
        return
    children = [node["left_child"], node["right_child"]]
    covers = [child.get("internal_count", child.get("leaf_count")) for child in children]
    for child, cover, left in zip(children, covers, (True, False), strict=True):
        share = np.longdouble(cover) / np.longdouble(sum(covers))
        yield from paths(child, (*path, (node["split_feature"], node["threshold"], left, share)))


def leaf_attributions(value, path, rows):
    """What one leaf adds to each row's attributions. Coalitions of one size are summed as a coefficient
    of the product of (share + passes x). No term is negative, so none cancels another: the error is some
    roundings of a long double for each feature of the path."""
    passes, shares = {}, {}
    for feature, threshold, left, share in path:
        taken = (rows[:, feature] <= threshold) == left
        passes[feature] = passes.get(feature, True) & taken
        shares[feature] = shares.get(feature, np.longdouble(1)) * share
    k = len(shares)
    weights = np.array([1 / np.longdouble(k * math.comb(k - 1, size)) for size in range(k)])
    attributions = np.zeros(rows.shape, np.longdouble)
    for feature in shares:
        sums = np.zeros((k, len(rows)), np.longdouble)
        sums[0] = 1
        for other in shares:
            if other != feature:
                shifted = np.where(passes[other], sums[:-1], 0)
                sums *= shares[other]
                sums[1:] += shifted
        attributions[:, feature] = value * (passes[feature] - shares[feature]) * (weights @ sums)
    return attributions


@pytest.mark.parametrize("features, on_a_path", [(16, 12), (40, 21)])
def test_against_the_definition(features, on_a_path, fairline, tmp_path, capsys):
    random = np.random.default_rng(5)
    rows = random.exponential(size=(4000, features))
    targets = (rows.max(axis=1) + random.logistic(size=len(rows)) > 5).astype(int)
    booster = lightgbm.train(DEEP, lightgbm.Dataset(rows, targets), 4)
    rows = np.vstack([rows[:10], random.exponential(size=(10, features))])
    expected = np.zeros(rows.shape, np.longdouble)
    most_features = 0
    for tree in booster.dump_model()["tree_info"]:
        for value, path in paths(tree["tree_structure"]):
            most_features = max(most_features, len({test[0] for test in path}))
            expected += leaf_attributions(np.longdouble(value), path, rows)
    assert most_features >= on_a_path

    booster.save_model(tmp_path / "model.txt")
    table = pd.DataFrame(rows, columns=booster.feature_name())
    ours = attributed(fairline, tmp_path / "model.txt", table, tmp_path)
    raw_score = booster.predict(rows, raw_score=True)
    np.testing.assert_array_equal(ours["raw_score"].to_numpy(), raw_score)
    scale = np.maximum(1, np.abs(raw_score))[:, None]

    def worst(attributions):
        return float((np.abs(attributions - expected) / scale).max())

    attributions = ours[table.columns].to_numpy()
    lightgbms = worst(booster.predict(rows, pred_contrib=True)[:, :-1])
    with capsys.disabled():
        print(f"\n{most_features} features on a path, largest error of an attribution: "
              f"{worst(attributions):.1e}, LightGBM's {lightgbms:.1e}")  # fmt: skip
    assert worst(attributions) <= 1e-10
    assert most_features > 16 or lightgbms <= 1e-10
    sums = ours["base"].to_numpy() + attributions.sum(axis=1)
    assert (np.abs(sums - raw_score) <= 1e-9 * scale[:, 0]).all()
