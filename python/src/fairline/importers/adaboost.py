"""scikit-learn's AdaBoostClassifier: the log-odds are a sum of trees, and what the algorithm
divides by is part of their leaves (Zhu, Zou, Rosset and Hastie, Multi-class AdaBoost, 2009).

    SAMME    a tree votes for the class it finds likelier, with its weight
    SAMME.R  (scikit-learn before 1.6) a tree adds the log-odds of its share of class 1

For two classes the decision function is twice the votes' mean, or the mean of the log-odds, and
predict_proba is 1 / (1 + e^-decision). Covers are numbers of rows and not AdaBoost's weights, which
are others in each round: so all trees have the mean over the same applicants for their base."""

import sys

import numpy as np

from .classes import check_classes
from .refusal import UnsupportedModel
from .sklearn_tree import as_tree, fitted_tree, shares, weights_by_class


def adaboost_trees(model, columns=None):
    """A list of Tree whose leaves add up to the log-odds. `columns`: of the whole model, where this
    is one bag of it. UnsupportedModel on other classes and other members than trees."""
    check_classes(model.classes_)
    real = _is_samme_r(model)
    columns = range(model.n_features_in_) if columns is None else columns
    total = model.estimator_weights_.sum()
    trees = []
    for member, weight in zip(model.estimators_, model.estimator_weights_):
        estimator = fitted_tree(member, type(model).__name__)
        votes = _log_odds(estimator) if real else 2 * weight * _guess(estimator)
        trees.append(as_tree(estimator, columns, votes / total, estimator.tree_.n_node_samples))
    return trees


def _is_samme_r(model):
    """Which of the two the scikit-learn at hand scores it by, which is not always the one it was
    fitted by."""
    real = getattr(model, "algorithm", None) == "SAMME.R"
    release = _sklearn_release()
    if release < (1, 3):
        raise UnsupportedModel("AdaBoost: scikit-learn before 1.3 weighs its votes differently")
    if real and release >= (1, 6):
        raise UnsupportedModel(
            "AdaBoost: it was fitted by SAMME.R, which scikit-learn no longer has since 1.6; "
            "import it with the release it was fitted with"
        )
    return real


def _sklearn_release():
    """(major, minor) of the one that holds the model in memory."""
    return tuple(int(part) for part in sys.modules["sklearn"].__version__.split(".")[:2])


def _guess(estimator):
    weights = weights_by_class(estimator)
    return np.where(weights[:, 1] > weights[:, 0], 1.0, -1.0)


def _log_odds(estimator):
    share = np.maximum(shares(estimator), np.finfo(float).eps)
    return np.log(share[:, 1]) - np.log(share[:, 0])
