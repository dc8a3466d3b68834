"""The models and rows of `make bench-engine`, and what its peers make of the models. All of it is
made once and kept in bench/out/engine."""

import json
import os
import pathlib
import subprocess
import time

import lightgbm
import numpy as np
from contenders import OUT
from measure import BenchError

FOLDER = OUT / "engine"
FEATURES, TRAINING_ROWS, ROWS = 194, 20_000, 10_000
CATEGORIES = 10  # columns, at the end
SHARED = os.environ.get("FAIRLINE_SHARED_DIR")

# One thread: OpenMP's wait for each other by spinning, which takes minutes on a busy machine.
LEARNING = {"objective": "binary", "learning_rate": 0.05, "min_data_in_leaf": 20, "verbose": -1}
LEARNING |= {"seed": 20261121, "deterministic": True, "force_row_wise": True, "num_threads": 1}

# What a synthetic model is: trees, leaves, whether it has categories.
SYNTHETIC = {
    "numeric_100": (100, 31, False),
    "numeric_500": (500, 31, False),
    "numeric_1000": (1000, 31, False),
    "categories_500": (500, 31, True),
    "leaves_64": (500, 64, False),
}
REAL = "home_credit_500"


def write(path, text):
    """Appears whole or not at all: the next run takes what it finds."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.rename(path)
    return path


# --- synthetic ------------------------------------------------------------------------------------


def applicants(rows, seed, categories):
    """Columns with values of different kinds, a quarter missing in every third, the last ones with
    up to 60 categories; the target depends on a few of each."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, FEATURES))
    values[:, 1::4] = np.exp(values[:, 1::4])
    values[:, 2::4] = np.round(values[:, 2::4] * 4)
    weights = np.random.default_rng(7).normal(size=FEATURES) / np.sqrt(np.arange(1, FEATURES + 1))
    if categories:
        sizes = np.linspace(5, 60, CATEGORIES).astype(int)
        values[:, -CATEGORIES:] = random.integers(0, sizes, size=(rows, CATEGORIES))
    margin = np.tanh(values) @ weights + values[:, 0] * (values[:, 3] > 0)
    if categories:
        margin += np.sin(values[:, -CATEGORIES:] * 12.9).sum(axis=1) * 0.3
    target = random.random(rows) < 1 / (1 + np.exp(2 - margin))
    missing = random.random(values.shape) < 0.25
    missing[:, np.arange(FEATURES) % 3 != 0] = False
    values[missing] = np.nan
    return values, target.astype(np.int8)


def synthetic_model(name):
    path = FOLDER / f"{name}.lgb.txt"
    if path.exists():
        return path
    trees, leaves, categories = SYNTHETIC[name]
    values, target = applicants(TRAINING_ROWS, 1, categories)
    columns = list(range(FEATURES - CATEGORIES, FEATURES)) if categories else []
    data = lightgbm.Dataset(values, target, categorical_feature=columns, params={"verbose": -1})
    booster = lightgbm.train(LEARNING | {"num_leaves": leaves}, data, trees)
    return write(path, booster.model_to_string())


# --- real -----------------------------------------------------------------------------------------


def real_model():
    path = pathlib.Path(SHARED or "", "models", f"{REAL}.lgb.txt")
    return path if SHARED and path.is_file() else None


def real_applicants():
    """The columns that the real model was trained on: text as the number of its place in sorted
    order, ratios at the end."""
    import pandas

    path = pathlib.Path(SHARED, "data", "home_credit_application_dev.parquet")
    table = pandas.read_parquet(path)
    target = table.pop("TARGET").to_numpy(np.int8)
    for name in table.columns:
        if not pandas.api.types.is_numeric_dtype(table[name]):
            codes = pandas.Categorical(table[name]).codes.astype(float)
            table[name] = np.where(codes < 0, np.nan, codes)
    table = table.astype(float)
    table.loc[table.DAYS_EMPLOYED == 365243, "DAYS_EMPLOYED"] = np.nan
    ratios = {
        "CREDIT_INCOME": table.AMT_CREDIT / table.AMT_INCOME_TOTAL,
        "ANNUITY_INCOME": table.AMT_ANNUITY / table.AMT_INCOME_TOTAL,
        "ANNUITY_CREDIT": table.AMT_ANNUITY / table.AMT_CREDIT,
        "EMPLOYED_BIRTH": table.DAYS_EMPLOYED / table.DAYS_BIRTH,
        "AGE": -table.DAYS_BIRTH / 365.25,
    }
    names = lightgbm.Booster(model_file=real_model()).feature_name()
    raw = table[[name for name in names if name in table.columns]]
    values = np.column_stack([raw.to_numpy(), *ratios.values()])
    if values.shape[1] != len(names):
        raise BenchError(f"{path.name} does not have the columns of {REAL}")
    return values, target


# --- both -----------------------------------------------------------------------------------------


def model(name):
    """The model's file; None when it is not there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return real_model() if name == REAL else synthetic_model(name)


def data(name, seed):
    if name == REAL:
        return real_applicants()
    return applicants(TRAINING_ROWS if seed == 1 else ROWS, seed, SYNTHETIC[name][2])


def rows(name):
    """A file of doubles, row by row: applicants that a synthetic model was not trained on; for the
    real one those that it was."""
    path = FOLDER / f"{name}.f64"
    if not path.exists():
        fresh = path.with_suffix(".new")
        data(name, seed=2)[0][:ROWS].tofile(fresh)
        fresh.rename(path)
    return path


def made(name, suffix, make):
    """(the file that make(path) makes once, the microseconds that took by wall clock and CPU)."""
    path = FOLDER / f"{name}.{suffix}"
    took = FOLDER / f"{name}.{suffix}.took"
    if not took.exists():
        wall, cpu = time.perf_counter(), sum(os.times()[:4])
        make(path)
        wall, cpu = time.perf_counter() - wall, sum(os.times()[:4]) - cpu
        write(took, json.dumps({"wall": wall * 1e6, "cpu": cpu * 1e6}))
    return path, json.loads(took.read_text())


def tl2cgen(name):
    """Eight files of C, compiled by gcc on two cores as TL2cgen does it."""
    import tl2cgen as compiler
    import treelite

    def make(path):
        folder = path.with_suffix(".c")
        loaded = treelite.frontend.load_lightgbm_model(model(name))
        compiler.generate_c_code(loaded, folder, params={"parallel_comp": 8})
        library = compiler.create_shared("gcc", folder, nthread=2)
        pathlib.Path(library).rename(path)

    return made(name, "tl2cgen.so", make)


def lleaves(name):
    """lleaves keeps its machine code as an object file, which becomes a library here."""
    import lleaves as compiler

    def make(path):
        code = path.with_suffix(".o")
        code.unlink(missing_ok=True)
        compiler.Model(model_file=model(name)).compile(cache=code, raw_score=True)
        link = ["gcc", "-shared", "-Wl,-z,notext", "-o", path, code, "-lm"]
        subprocess.run(link, check=True, capture_output=True)

    return made(name, "lleaves.so", make)


def xgboost(name):
    """A model of the same shape from the same data: its attributions cannot be had of ours."""
    import xgboost as peer

    def make(path):
        trees, leaves = (500, 31) if name == REAL else SYNTHETIC[name][:2]
        values, target = data(name, seed=1)
        parameters = {
            "objective": "binary:logistic",
            "tree_method": "hist",
            "grow_policy": "lossguide",
            "max_leaves": leaves,
            "max_depth": 0,
            "learning_rate": 0.05,
            "min_child_weight": 1,
            "nthread": 1,
            "seed": 1,
        }
        booster = peer.train(parameters, peer.DMatrix(values, target), trees)
        check = peer.DMatrix(values[:64])
        sums = booster.predict(check, pred_contribs=True).sum(axis=1)
        gap = np.abs(sums - booster.predict(check, output_margin=True)).max()
        if not gap < 1e-3:
            raise BenchError(f"attributions of XGBoost miss its score by {gap}")
        booster.save_model(path)

    path, _ = made(name, "xgb.ubj", make)
    return pathlib.Path(peer.__file__).parent / "lib" / "libxgboost.so", path
