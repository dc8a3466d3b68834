"""Which importer takes which model."""

import os
import re

from .adaboost import adaboost_trees
from .classes import check_classes
from .easy_ensemble import easy_ensemble_text
from .forest import forest_trees
from .lightgbm_text import (
    BOOSTED,
    FOREST,
    feature_names_as_written,
    is_lightgbm_text,
    write_lightgbm_text,
)
from .model_file import read_model
from .refusal import UnsupportedModel
from .sklearn_tree import kinds, last_step
from .xgboost_model import (
    XGBoostModel,
    is_xgboost_model,
    model_of_booster,
    rounds_of_early_stopping,
)

_FORESTS = {
    "RandomForestClassifier",
    "ExtraTreesClassifier",
    "BaggingClassifier",
    "DecisionTreeClassifier",
}


def convert(model, feature_names=None, *, trust_pickle=False):
    """A model fitted in Python as the text of a Fairline model file: LightGBM's format where the
    score is a sum or a mean of trees, Fairline's JSON for an EasyEnsemble.

    `model`: a fitted classifier of scikit-learn, imbalanced-learn, LightGBM or XGBoost (a Booster
    of the last two as well), or the path of a model file or MLflow folder. `feature_names`: of its
    columns, in order; without it the names it was fitted with, else f0, f1, …. `trust_pickle`: a
    pickle may be opened, which runs the code in it.

    UnsupportedModel, naming the part at fault, where the model cannot be said exactly."""
    if isinstance(model, (str, os.PathLike)) and not is_lightgbm_text(str(model)):
        model = read_model(model, trust_pickle)
    if isinstance(model, str):
        return _renamed(model, feature_names)
    if is_xgboost_model(model):
        return _xgboost_text(model, rounds_of_early_stopping(model), feature_names)
    model = last_step(model)
    library = _libraries(model)
    if "lightgbm" in library:
        return _renamed(_lightgbm_text(model), feature_names)
    if "xgboost" in library:
        if hasattr(model, "classes_"):
            check_classes(model.classes_)
        return _xgboost_text(*model_of_booster(model), feature_names)
    return _sklearn_text(model, set(kinds(model)), feature_names)


def _sklearn_text(model, of, feature_names):
    """imbalanced-learn's classes extend those of scikit-learn: an EasyEnsemble is a Bagging too."""
    if not of & {"AdaBoostClassifier", *_FORESTS}:
        raise UnsupportedModel(
            f"{type(model).__name__} cannot be imported; docs/guides/import.md lists what can"
        )
    if not hasattr(model, "classes_"):
        raise UnsupportedModel(f"{type(model).__name__} is not fitted")
    names = _names(model, feature_names)
    if "EasyEnsembleClassifier" in of:
        return easy_ensemble_text(model, names)
    if "AdaBoostClassifier" in of:
        return write_lightgbm_text(adaboost_trees(model), names, BOOSTED)
    return write_lightgbm_text(forest_trees(model), names, FOREST)


def _libraries(model):
    return {kind.__module__.split(".")[0] for kind in type(model).__mro__}


def _lightgbm_text(model):
    """The trees that score: up to the best round, where training stopped early."""
    if hasattr(model, "classes_"):
        check_classes(model.classes_)
    return getattr(model, "booster_", model).model_to_string()


def _xgboost_text(value, rounds, feature_names):
    model = XGBoostModel(value, rounds)
    own = model.feature_names()
    return write_lightgbm_text(model.trees(), _checked(feature_names, len(own)) or own, BOOSTED)


def _names(model, given):
    count = model.n_features_in_
    own = getattr(model, "feature_names_in_", [f"f{i}" for i in range(count)])
    return _checked(given, count) or [str(name) for name in own]


def _checked(given, count):
    """Names as given, which must be as many as the columns and not clash; None stays None."""
    if given is None:
        return None
    names = [str(name) for name in given]
    if len(names) != count:
        raise UnsupportedModel(f"feature_names has {len(names)} names for {count} columns")
    feature_names_as_written(names)
    return names


def _renamed(text, given):
    if given is None:
        return text
    line = re.search(r"^feature_names=(.*)$", text, re.MULTILINE)
    if not line:
        raise UnsupportedModel("LightGBM model: feature_names is missing")
    names = _checked(given, len(line[1].split()))
    return text[: line.start(1)] + " ".join(feature_names_as_written(names)) + text[line.end(1) :]
