"""Are our ensembles as good as imbalanced-learn's on a real table? The small form of `make
equivalence`: three seeds, one table. The full one shows that differences lie within MARGIN; what
three seeds can show is that none is larger than MARGIN and what the drawing of bags does to it."""

import math
import os
import sys

import numpy as np
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "oracles" / "ensembles"))

import equivalence  # noqa: E402
import tables  # noqa: E402
from learners import Peer, balanced_accuracy, ours  # noqa: E402

pytestmark = pytest.mark.skipif(
    tables.folder() is None, reason="FAIRLINE_SHARED_DIR has no real data to compare on"
)
SEEDS, MEMBERS = range(3), 10
# Standard deviations of the paired difference from seed to seed, as `make equivalence` found them.
NOISE = {"easy": 0.0027, "forest": 0.0075}
OLD_PYTHON = os.environ.get("ENSEMBLES_2023_PYTHON", "")
PYTHONS = {"today": sys.executable, "2023": OLD_PYTHON}
MODELS = {f"{model.name}, {model.peer}": model for model in equivalence.MODELS}


@pytest.fixture(scope="module")
def table():
    return tables.load("uci_card")


def differences(model, peer, table, folder, **wrong):
    """By variant, one per seed: our balanced accuracy less theirs."""
    found = {variant: [] for variant in model.variants}
    for seed in SEEDS:
        split = equivalence.split_of(table, seed, model.takes_missing, folder)
        theirs, _ = peer.theirs(model.kind, split, MEMBERS, seed)
        for variant, options in model.variants.items():
            given = options | {"bags": MEMBERS, "trees": MEMBERS, "seed": seed} | wrong
            mine, _ = ours(model.kind, split, given)
            gap = balanced_accuracy(mine, split.truth) - balanced_accuracy(theirs, split.truth)
            found[variant].append(gap)
    return found


def bound(model):
    """Three standard errors beyond the margin: a learner at the margin fails once in 700 times."""
    return equivalence.MARGIN + 3 * NOISE[model.kind] / math.sqrt(len(SEEDS))


@pytest.mark.parametrize("name", MODELS)
def test_ours_are_as_good_as_theirs(name, table, tmp_path):
    model = MODELS[name]
    if not PYTHONS[model.peer]:
        pytest.skip("ENSEMBLES_2023_PYTHON names no Python")
    peer = Peer(PYTHONS[model.peer])
    try:
        for variant, found in differences(model, peer, table, tmp_path).items():
            assert abs(np.mean(found)) <= bound(model), (variant, found)
    finally:
        peer.stop()


def test_a_worse_learner_is_found_out(table, tmp_path):
    """What the bound is worth: a forest of one tree for ten."""
    model = MODELS["BalancedRandomForest, today"]
    peer = Peer(sys.executable)
    try:
        found = differences(model, peer, table, tmp_path, trees=1)
    finally:
        peer.stop()
    assert np.mean(found["exact"]) < -bound(model)
