"""scikit-learn's decision trees, and what they say at each node. Nothing of scikit-learn is
imported: a fitted tree shows all there is to know in its attributes."""

import numpy as np

from .float32_threshold import threshold_for_doubles
from .refusal import UnsupportedModel
from .tree import Tree

_TREES = {"DecisionTreeClassifier", "ExtraTreeClassifier"}


def kinds(model):
    """Names of the classes the model is of, its own first. A subclass counts as what it extends."""
    return [kind.__name__ for kind in type(model).__mro__]


def fitted_tree(estimator, of):
    """The estimator, or the one behind the samplers of an imbalanced-learn pipeline, if it is a
    decision tree of one output. `of` names the ensemble in messages."""
    estimator = last_step(estimator)
    if not _TREES.intersection(kinds(estimator)):
        raise UnsupportedModel(
            f"{of} of {type(estimator).__name__}: only decision trees can be imported"
        )
    if estimator.n_outputs_ != 1:
        raise UnsupportedModel(f"{of}: a tree has {estimator.n_outputs_} outputs, not one")
    return estimator


def last_step(model):
    """The classifier of a pipeline whose other steps leave the inputs of a prediction as they are
    (samplers work in training only). A model that is no pipeline is given back."""
    if "Pipeline" not in kinds(model):
        return model
    for name, step in model.steps[:-1]:
        if step in (None, "passthrough") or hasattr(step, "fit_resample"):
            continue
        raise UnsupportedModel(
            f'step "{name}" of the pipeline ({type(step).__name__}) changes the inputs; import the '
            "classifier alone, and give it inputs as that step leaves them"
        )
    return last_step(model.steps[-1][1])


def weights_by_class(estimator):
    """Weight of the training rows of class 0 and class 1 at each node (their shares in newer
    releases), shape (nodes, 2). A bag may have held one class only."""
    weights = np.zeros((estimator.tree_.node_count, 2))
    weights[:, np.asarray(estimator.classes_, int)] = estimator.tree_.value[:, 0, :]
    return weights


def shares(estimator):
    """The tree's predict_proba at each node, shape (nodes, 2)."""
    weights = weights_by_class(estimator)
    total = weights.sum(axis=1, keepdims=True)
    return weights / np.where(total == 0, 1, total)


def as_tree(estimator, columns, value, cover):
    """`columns`: the model's column of each of the tree's inputs; `value` and `cover` per node.
    Releases before 1.3 tell no side for missing values: float comparison sends NaN right."""
    fitted = estimator.tree_
    inner = fitted.children_left >= 0
    missing_left = getattr(fitted, "missing_go_to_left", np.zeros(fitted.node_count))
    columns = np.asarray(columns)
    return Tree(
        feature=np.where(inner, columns[np.where(inner, fitted.feature, 0)], -1),
        threshold=threshold_for_doubles(np.where(inner, fitted.threshold, 0)),
        missing_left=inner & (np.asarray(missing_left) != 0),
        left=fitted.children_left,
        right=fitted.children_right,
        value=np.asarray(value, float),
        cover=np.asarray(cover, float),
    )
