"""Forests whose probability of default is the mean of their trees' shares of class 1:
scikit-learn's DecisionTree, RandomForest, ExtraTrees and Bagging classifiers, imbalanced-learn's
BalancedRandomForest and BalancedBagging.

Covers are the weights of training rows (times drawn, times class weights), by which the share at a
node is the mean of the leaves below it."""

from .classes import check_classes
from .sklearn_tree import as_tree, fitted_tree, shares


def forest_trees(model):
    """A list of Tree with leaves in [0, 1]. UnsupportedModel on other classes and other members."""
    check_classes(model.classes_)
    all_columns = range(model.n_features_in_)
    members = getattr(model, "estimators_", [model])
    columns = getattr(model, "estimators_features_", [all_columns] * len(members))
    return [_tree(m, c, type(model).__name__) for m, c in zip(members, columns)]


def _tree(member, columns, of):
    estimator = fitted_tree(member, of)
    cover = estimator.tree_.weighted_n_node_samples
    return as_tree(estimator, columns, shares(estimator)[:, 1], cover)
