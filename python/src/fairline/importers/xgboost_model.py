"""XGBoost's JSON model: boosted trees whose leaves, with the logit of base_score, add up to
log-odds."""

import json
import math

import numpy as np

from .refusal import UnsupportedModel
from .tree import leaf
from .xgboost_tree import as_tree, field, whole

_OBJECTIVES = ("binary:logistic", "reg:logistic")


def is_xgboost_model(value):
    return isinstance(value, dict) and "learner" in value


class XGBoostModel:
    """`value`: the model's JSON as dict. `rounds`: how many of its rounds score, None is all.
    UnsupportedModel names what is missing or cannot be said."""

    def __init__(self, value, rounds=None):
        self.learner = field(value, "learner", dict)
        self.rounds = rounds
        objective = field(self.learner, "objective", dict).get("name")
        if objective not in _OBJECTIVES:
            raise UnsupportedModel(
                f'XGBoost objective "{objective}"; only {" and ".join(_OBJECTIVES)} can be imported'
            )
        self.booster, self.weights = _trees_and_weights(
            field(self.learner, "gradient_booster", dict)
        )
        self.parameters = field(self.learner, "learner_model_param", dict)
        for name, most in (("num_class", 1), ("num_target", 1)):
            if whole(self.parameters, name, 0) > most:
                raise UnsupportedModel(f"XGBoost {name} is {self.parameters[name]}, not 1")

    def feature_names(self):
        """The model's own; else f0, f1, …, as XGBoost itself calls them."""
        names = list(self.learner.get("feature_names") or [])
        return names or [f"f{i}" for i in range(whole(self.parameters, "num_feature", 0))]

    def trees(self):
        names = self.feature_names()
        trees = field(self.booster, "trees", list)
        weights = self.weights or [1.0] * len(trees)
        if len(weights) != len(trees):
            raise UnsupportedModel(f"XGBoost weight_drop: {len(weights)} of {len(trees)} trees")
        made = [leaf(self._base_margin())]
        for index in range(self._count(len(trees))):
            made.append(as_tree(trees[index], f"XGBoost tree {index}", weights[index], names))
        return made

    def _count(self, trees):
        if self.rounds is None:
            return trees
        ends = self.booster.get("iteration_indptr")
        if ends is not None and self.rounds < len(ends):
            return min(trees, int(ends[self.rounds]))
        parallel = whole(self.booster.get("gbtree_model_param", {}), "num_parallel_tree", 1)
        return min(trees, self.rounds * max(1, parallel))

    def _base_margin(self):
        """base_score is a probability, and since XGBoost 3.1 a list of one."""
        text = str(field(self.parameters, "base_score", (str, float)))
        try:
            base = float(np.float32(text.strip("[] ")))
        except ValueError:
            base = math.nan
        if not 0 < base < 1:
            raise UnsupportedModel(f"XGBoost base_score is {text}, not one probability")
        return math.log(base / (1 - base))


def rounds_of_early_stopping(value):
    """How many rounds score by XGBClassifier, which goes no further than the best; None is all. A
    file saved by a Booster is scored by all its trees."""
    attributes = value.get("learner", {}).get("attributes", {})
    if "scikit_learn" in attributes and "best_iteration" in attributes:
        return whole(attributes, "best_iteration", 0) + 1
    return None


def model_of_booster(model):
    """An XGBClassifier or Booster in memory -> (its JSON as dict, how many rounds score)."""
    missing = getattr(model, "missing", None)
    if missing is not None and not math.isnan(missing):
        raise UnsupportedModel(f"XGBoost missing={missing}: in Fairline only null is missing")
    if not hasattr(model, "get_booster"):
        return json.loads(bytes(model.save_raw("json"))), None
    try:
        rounds = model.best_iteration + 1
    except AttributeError:  # fitted without early stopping
        rounds = None
    return json.loads(bytes(model.get_booster().save_raw("json"))), rounds


def _trees_and_weights(booster):
    """The model of the trees; the weight of each where training dropped trees (dart), else None."""
    name = field(booster, "name", str)
    if name not in ("gbtree", "dart"):
        raise UnsupportedModel(
            f'XGBoost booster "{name}"; only trees (gbtree, dart) can be imported'
        )
    model = field(field(booster, "gbtree", dict) if "gbtree" in booster else booster, "model", dict)
    weights = booster.get("weight_drop", model.get("weight_drop"))
    return model, None if weights is None else list(weights)
