"""The handler of the tutorials: one application becomes a pandas table of one row, the domain
ratios become columns of it, the columns are put into the model's order, and the model predicts."""

import pandas as pd
from bundle import (
    CATEGORIES,
    DOCUMENTS,
    EPSILON,
    FIELDS,
    MODEL,
    NOT_EMPLOYED,
    probability_of_default,
    reply,
)

EXT_SOURCES = ["EXT_SOURCE_1", "EXT_SOURCE_2", "EXT_SOURCE_3"]


def encode(applications):
    """The model's inputs of a table of applications. One row or a million."""
    table = applications[FIELDS].copy()
    for name, positions in CATEGORIES.items():
        table[name] = table[name].map(positions)
    table = table.astype(float)
    table["DAYS_EMPLOYED"] = table["DAYS_EMPLOYED"].replace(NOT_EMPLOYED, float("nan"))

    table["AGE_YEARS"] = -table["DAYS_BIRTH"] / 365
    table["EMPLOYMENT_YEARS"] = (-table["DAYS_EMPLOYED"] / 365).clip(lower=0)
    table["IS_EMPLOYED"] = (table["EMPLOYMENT_YEARS"] > 0).astype(float)
    table["INCOME_PER_PERSON"] = table["AMT_INCOME_TOTAL"] / (table["CNT_FAM_MEMBERS"] + EPSILON)
    table["DEBT_TO_INCOME_RATIO"] = table["AMT_CREDIT"] / (table["AMT_INCOME_TOTAL"] + EPSILON)
    table["CREDIT_TO_GOODS_RATIO"] = table["AMT_CREDIT"] / (table["AMT_GOODS_PRICE"] + EPSILON)
    table["CREDIT_UTILIZATION"] = table["CREDIT_TO_GOODS_RATIO"]
    table["ANNUITY_TO_INCOME_RATIO"] = table["AMT_ANNUITY"] / (table["AMT_INCOME_TOTAL"] + EPSILON)
    table["HAS_CHILDREN"] = (table["CNT_CHILDREN"] > 0).astype(float)
    table["CHILDREN_RATIO"] = table["CNT_CHILDREN"] / (table["CNT_FAM_MEMBERS"] + EPSILON)
    table["TOTAL_DOCUMENTS_PROVIDED"] = table[DOCUMENTS].sum(axis=1)
    table["EXT_SOURCE_MEAN"] = table[EXT_SOURCES].mean(axis=1)
    table["EXT_SOURCE_MAX"] = table[EXT_SOURCES].max(axis=1)
    table["EXT_SOURCE_MIN"] = table[EXT_SOURCES].min(axis=1)
    table["REGION_RATING_COMBINED"] = (
        table["REGION_RATING_CLIENT"] + table["REGION_RATING_CLIENT_W_CITY"]
    ) / 2
    return table[MODEL.feature_name()]


def decide(application):
    inputs = encode(pd.DataFrame([application]))
    raw_score = MODEL.predict(inputs, raw_score=True, num_threads=1)
    return reply(probability_of_default(raw_score[0]))
