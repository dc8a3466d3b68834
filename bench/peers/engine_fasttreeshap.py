"""fasttreeshap, its algorithm v1: v2 fails the check of additivity that comes with it."""

import importlib.metadata

import fasttreeshap
from engine_answer import answer, model_and_rows

booster, table = model_and_rows()
explainers = {
    threads: fasttreeshap.TreeExplainer(booster, algorithm="v1", n_jobs=threads)
    for threads in (1, 2)
}


def explain(rows, threads):
    values = explainers[threads].shap_values(rows, check_additivity=False)
    return values[1] if isinstance(values, list) else values


version = importlib.metadata.version("fasttreeshap")
answer("fasttreeshap", f"{version}, v1", booster, table, explain, most_threads=2)
