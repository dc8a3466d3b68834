"""What every peer shares with Fairline: the model file of the bundle, the categories it was trained
on, the calibration and the cut-off. BENCH_BUNDLE names the folder."""

import json
import os
import pathlib

import lightgbm
import numpy as np

_folder = pathlib.Path(os.environ["BENCH_BUNDLE"])


def _read(name):
    return json.loads((_folder / name).read_text())


MODEL = lightgbm.Booster(model_file=_folder / "model.lgb")
MODEL_VERSION = "1"
THRESHOLD = _read("decision.json")["cut_off"]["threshold"]

_fields = [field for field in _read("plan.json")["signature"]["fields"] if field["model_input"]]
# The fields of an application that the model sees, in its order; the domain features follow them.
FIELDS = [field["name"] for field in _fields]
# field -> {category: its position}, which is the number that the model was trained on.
CATEGORIES = {
    field["name"]: {category: position for position, category in enumerate(field["vocabulary"])}
    for field in _fields
    if "vocabulary" in field
}
DOCUMENTS = [name for name in FIELDS if name.startswith("FLAG_DOCUMENT_")]
DOMAIN_FEATURES = [
    "AGE_YEARS",
    "EMPLOYMENT_YEARS",
    "IS_EMPLOYED",
    "INCOME_PER_PERSON",
    "DEBT_TO_INCOME_RATIO",
    "CREDIT_TO_GOODS_RATIO",
    "CREDIT_UTILIZATION",
    "ANNUITY_TO_INCOME_RATIO",
    "HAS_CHILDREN",
    "CHILDREN_RATIO",
    "TOTAL_DOCUMENTS_PROVIDED",
    "EXT_SOURCE_MEAN",
    "EXT_SOURCE_MAX",
    "EXT_SOURCE_MIN",
    "REGION_RATING_COMBINED",
]
assert MODEL.feature_name() == FIELDS + DOMAIN_FEATURES, "the peers encode other features"

EPSILON = 1e-5
NOT_EMPLOYED = 365243

_calibration = _read("calibration.json")
assert _calibration["method"] == "platt", "bench/predict.py pins the calibration"


def probability_of_default(raw_score):
    log_odds = _calibration["slope"] * raw_score + _calibration["intercept"]
    return 1 / (1 + np.exp(-log_odds))


def reply(probability):
    """The five members of the guide's answer."""
    rejected = bool(probability >= THRESHOLD)
    return {
        "probability": float(probability),
        "decision": int(rejected),
        "decision_label": "REJECT" if rejected else "APPROVE",
        "model_version": MODEL_VERSION,
        "threshold": THRESHOLD,
    }
