"""A fitted tree as all importers see it before it is written."""

from dataclasses import dataclass, field

import numpy as np

_SCALED_ROOT_BITS = 30  # LightGBM counts in 32 bits with a sign


@dataclass
class Tree:
    """Arrays over the nodes. Node 0 is the root and children come after their parents."""

    feature: np.ndarray  # column of the model's inputs; -1 is a leaf
    threshold: np.ndarray  # left iff value <= threshold, value being a double
    missing_left: np.ndarray  # where NaN goes
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray  # of leaves
    cover: np.ndarray  # weight of the training rows that reached the node
    categories: dict = field(
        default_factory=dict
    )  # node -> categories that go left; NaN goes right


def leaf(value):
    """A tree that always answers `value`."""
    one = np.zeros(1, int)
    return Tree(one - 1, one * 0.0, one > 0, one - 1, one - 1, one + float(value), one * 0.0)


def counts(tree):
    """The covers as whole numbers, a parent's the sum of its children's. Whole numbers stay as they
    are; weights are scaled by a power of two, the root to about 2^30: attributions use their ratios
    only."""
    root = tree.cover[0]
    if root < 2**31 and (tree.cover == np.rint(tree.cover)).all():
        return tree.cover.astype(np.int64)
    cover = np.minimum(tree.cover, root)
    scaled = np.rint(np.ldexp(cover, _SCALED_ROOT_BITS - np.frexp(root)[1])).astype(np.int64)
    found = np.where(cover > 0, np.maximum(scaled, 1), 0)
    for node in np.flatnonzero(tree.feature >= 0)[::-1]:
        found[node] = found[tree.left[node]] + found[tree.right[node]]
    return found
