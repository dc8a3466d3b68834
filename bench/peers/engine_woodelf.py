"""woodelf: exact attributions of a whole table at once (AAAI 2026), in Python over numpy."""

import importlib.metadata

import pandas as pd
from engine_answer import answer, model_and_rows
from woodelf.explainer import WoodelfExplainer

booster, table = model_and_rows()
names = booster.feature_name()
explainer = WoodelfExplainer(booster, feature_perturbation="tree_path_dependent")


def explain(rows, _):
    # Splitting the table into columns is part of it, as it is of our case.
    return explainer.shap_values(pd.DataFrame(rows, columns=names), verbose=False)


answer("woodelf", importlib.metadata.version("woodelf_explainer"), booster, table, explain)
