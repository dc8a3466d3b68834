"""`fairline features apply` against pandas: the 15 domain features, to the last bit.

The formulas are written here a second time, on purpose, from the guide's table of them and in pandas'
own operations, so that neither side can inherit a mistake of the other."""

import numpy as np
import pandas as pd
import pytest

from conftest import EXAMPLE

EPSILON = 1e-5


def row_statistic(raw, columns, statistic):
    return getattr(raw[columns].astype(float), statistic)(axis=1, skipna=True)


def domain_features(raw):
    days_employed = raw["DAYS_EMPLOYED"].replace(365243, np.nan)
    employment_years = (-days_employed / 365).clip(lower=0)
    documents = [name for name in raw.columns if name.startswith("FLAG_DOCUMENT_")]
    scores = ["EXT_SOURCE_1", "EXT_SOURCE_2", "EXT_SOURCE_3"]
    credit_to_goods = raw["AMT_CREDIT"] / (raw["AMT_GOODS_PRICE"] + EPSILON)
    return pd.DataFrame(
        {
            "AGE_YEARS": -raw["DAYS_BIRTH"] / 365,
            "EMPLOYMENT_YEARS": employment_years,
            "IS_EMPLOYED": (employment_years > 0).astype(float),
            "INCOME_PER_PERSON": raw["AMT_INCOME_TOTAL"] / (raw["CNT_FAM_MEMBERS"] + EPSILON),
            "DEBT_TO_INCOME_RATIO": raw["AMT_CREDIT"] / (raw["AMT_INCOME_TOTAL"] + EPSILON),
            "CREDIT_TO_GOODS_RATIO": credit_to_goods,
            "CREDIT_UTILIZATION": credit_to_goods,
            "ANNUITY_TO_INCOME_RATIO": raw["AMT_ANNUITY"] / (raw["AMT_INCOME_TOTAL"] + EPSILON),
            "HAS_CHILDREN": (raw["CNT_CHILDREN"] > 0).astype(float),
            "CHILDREN_RATIO": raw["CNT_CHILDREN"] / (raw["CNT_FAM_MEMBERS"] + EPSILON),
            "TOTAL_DOCUMENTS_PROVIDED": row_statistic(raw, documents, "sum"),
            "EXT_SOURCE_MEAN": row_statistic(raw, scores, "mean"),
            "EXT_SOURCE_MAX": row_statistic(raw, scores, "max"),
            "EXT_SOURCE_MIN": row_statistic(raw, scores, "min"),
            "REGION_RATING_COMBINED": (
                raw["REGION_RATING_CLIENT"] + raw["REGION_RATING_CLIENT_W_CITY"]
            )
            / 2,
        }
    )


def bits(column):
    """The 64 bits of each value; every NaN has the same, and -0 those of 0."""
    values = np.asarray(column, dtype=np.float64) + 0.0
    return np.where(np.isnan(values), np.uint64(0x7FF8 << 48), values.view(np.uint64))


def assert_same_bits(matrix, expected):
    for name in expected.columns:
        differs = bits(matrix[name]) != bits(expected[name])
        rows = np.flatnonzero(differs)[:3]
        assert not differs.any(), (
            f"{name} differs in {differs.sum()} rows, first {rows}: "
            f"{matrix[name].to_numpy()[rows]}, pandas says {expected[name].to_numpy()[rows]}"
        )


@pytest.fixture
def apply(fairline, tmp_path):
    def run(data):
        out = tmp_path / "matrix.csv"
        fairline("features", "apply", "--config", EXAMPLE, "--data", data, "--out", out)
        return pd.read_csv(out)

    return run


@pytest.fixture
def sample(fairline, tmp_path):
    path = tmp_path / "in.csv"
    fairline("data", "sample", "--rows", 2000, "--seed", 3, "--out", path)
    return path


def test_the_domain_features_of_sample_applicants_have_the_bits_of_pandas(apply, sample):
    raw = pd.read_csv(sample)
    matrix = apply(sample)
    assert len(matrix) == len(raw) == 2000
    assert_same_bits(matrix, domain_features(raw))


def test_the_domain_features_of_real_applicants_have_the_bits_of_pandas(
    apply, shared_dir, tmp_path
):
    raw = pd.read_parquet(shared_dir / "data" / "home_credit_application_dev.parquet")
    path = tmp_path / "real.csv"
    raw.to_csv(path, index=False)
    assert_same_bits(apply(path), domain_features(pd.read_csv(path)))


def test_the_sentinel_of_days_employed_is_missing_in_the_matrix(apply, sample):
    raw = pd.read_csv(sample)
    not_employed = raw["DAYS_EMPLOYED"] == 365243
    matrix = apply(sample)
    assert not_employed.any()
    assert matrix.loc[not_employed, "DAYS_EMPLOYED"].isna().all()
    assert (matrix.loc[not_employed, "IS_EMPLOYED"] == 0).all()


def test_the_id_is_followed_by_the_inputs_in_the_order_of_the_file_then_the_definitions(
    apply, sample
):
    names = list(apply(sample).columns)
    header = list(pd.read_csv(sample, nrows=0).columns)
    left_behind = {"SK_ID_CURR", "TARGET", "CODE_GENDER", "NAME_FAMILY_STATUS"}
    inputs = [name for name in header if name not in left_behind]
    derived = list(domain_features(pd.read_csv(sample)).columns)
    assert names == ["SK_ID_CURR"] + inputs + derived


def test_categories_become_positions_in_their_sorted_vocabulary(apply, sample):
    raw = pd.read_csv(sample, dtype=str)
    matrix = apply(sample)
    seen = raw["NAME_EDUCATION_TYPE"].dropna()
    position = {word: code for code, word in enumerate(sorted(set(seen)))}
    assert_same_bits(matrix, raw[["NAME_EDUCATION_TYPE"]].replace(position).astype(float))


def test_a_column_known_after_the_decision_is_refused_by_name(fairline, sample, tmp_path):
    path = tmp_path / "leak.csv"
    header, *rows = sample.read_text().splitlines()
    path.write_text("\n".join([header + ",total_pymnt"] + [row + ",1" for row in rows]) + "\n")
    out = tmp_path / "matrix.csv"
    process = fairline(
        "features", "apply", "--config", EXAMPLE, "--data", path, "--out", out, ok=None
    )
    assert process.returncode == 1
    assert "total_pymnt" in process.stderr
    assert "role: ignored" in process.stderr
    assert not out.exists()
