"""imbalanced-learn's EasyEnsembleClassifier: the mean of the probabilities of bags, each an
AdaBoost of stumps. That is no sum of trees, so it has a format of its own, JSON:

    {"format": "fairline_easy_ensemble", "version": 1, "features": ["A", "B"],
     "bags": [{"feature": [0, 3, -1], "threshold": [...], "missing_left": [false, ...],
               "left_vote": [...], "right_vote": [...], "left_cover": [...], "right_cover": [...]}]}

One entry per stump: left iff value <= threshold, for doubles. A bag's margin is the sum of its
stumps' votes, its probability 1 / (1 + e^-margin). A stump that found no split has feature -1 and
always adds its left_vote. Covers are rows of the bag. `src/fairline/models/stump_ensemble.h` is the
reader's side."""

import json
import sys

from .adaboost import adaboost_trees
from .classes import check_classes
from .refusal import UnsupportedModel
from .sklearn_tree import kinds, last_step


def easy_ensemble_text(model, names):
    """The JSON text. UnsupportedModel where a bag is not an AdaBoost of trees of one test."""
    check_classes(model.classes_)
    pairs = zip(model.estimators_, model.estimators_features_)
    return json.dumps(
        {
            "format": "fairline_easy_ensemble",
            "version": 1,
            "features": list(names),
            "bags": [_bag(last_step(member), columns) for member, columns in pairs],
        },
        ensure_ascii=False,
        allow_nan=False,
    )


def _bag(member, columns):
    if "AdaBoostClassifier" not in kinds(member):
        raise UnsupportedModel(
            f"EasyEnsembleClassifier of {type(member).__name__}: a bag must be an "
            "AdaBoostClassifier"
        )
    stumps = [_stump(tree) for tree in adaboost_trees(member, columns)]
    return {key: [stump[key] for stump in stumps] for key in stumps[0]}


def _stump(tree):
    feature = int(tree.feature[0])
    if len(tree.feature) > 3:
        raise UnsupportedModel(
            f"EasyEnsembleClassifier: a tree of {len(tree.feature) // 2} tests; bags must be made "
            "of stumps (max_depth=1)"
        )
    split = feature >= 0
    left, right = (tree.left[0], tree.right[0]) if split else (0, None)
    return {
        "feature": feature,
        "threshold": _finite(float(tree.threshold[0])) if split else 0.0,
        "missing_left": bool(tree.missing_left[0]),
        "left_vote": float(tree.value[left]),
        "right_vote": float(tree.value[right]) if split else 0.0,
        "left_cover": int(tree.cover[left]),
        "right_cover": int(tree.cover[right]) if split else 0,
    }


def _finite(threshold):
    """JSON has no infinity, by which scikit-learn parts the missing from the rest."""
    return max(-sys.float_info.max, min(sys.float_info.max, threshold))
