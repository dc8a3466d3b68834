"""`fairline data sample`: files, dials and refusals."""

import csv
import datetime
import hashlib

import pandas
import pyarrow
import pyarrow.parquet
import pytest

PERIOD = ["--from", "2025-01-01", "--days", 365]


def sample(fairline, folder, *arguments, rows=2000, ok=0):
    return fairline("data", "sample", "--rows", rows, "--out", folder / "a.csv", *arguments, ok=ok)


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_the_plain_file_never_changes(fairline, tmp_path):
    sample(fairline, tmp_path, "--seed", 7, rows=1000)
    digest = hashlib.sha256((tmp_path / "a.csv").read_bytes()).hexdigest()
    # The same digest stands in src/fairline/data/synthetic_test.cc.
    assert digest == "61b25dd1b8de73a4b2ae635626e93672964ba658eee1dc7330277a5f46181f59"


def test_outcomes_are_what_is_known_on_the_day(fairline, tmp_path):
    sample(fairline, tmp_path, *PERIOD, "--outcomes", tmp_path / "all.csv")
    every = {row["SK_ID_CURR"]: row for row in read(tmp_path / "all.csv")}
    rows = read(tmp_path / "a.csv")
    assert len(every) == len(rows)
    assert all(every[row["SK_ID_CURR"]]["outcome"] == row["TARGET"] for row in rows)

    sample(fairline, tmp_path, *PERIOD, "--as-of", "2026-03-01", "--outcomes", tmp_path / "o.csv")
    known = {row["SK_ID_CURR"]: row for row in read(tmp_path / "o.csv")}
    assert known == {i: r for i, r in every.items() if r["observed_at"] <= "2026-03-01"}
    for row in read(tmp_path / "a.csv"):
        assert row["TARGET"] == known.get(row["SK_ID_CURR"], {"outcome": ""})["outcome"]
        date = datetime.date.fromisoformat(row["APPLICATION_DATE"])
        assert date.strftime("%A").upper() == row["WEEKDAY_APPR_PROCESS_START"]


def test_rows_per_day_make_the_longer_file_begin_with_the_shorter(fairline, tmp_path):
    pace = [*PERIOD, "--drift", 1, "--rows-per-day", 20]
    sample(fairline, tmp_path, *pace, rows=100)
    shorter = (tmp_path / "a.csv").read_text()
    sample(fairline, tmp_path, *pace, rows=2000)
    assert (tmp_path / "a.csv").read_text().startswith(shorter)


def test_every_format_holds_the_same_values(fairline, tmp_path):
    dials = [*PERIOD, "--as-of", "2025-12-01"]
    sample(fairline, tmp_path, *dials)
    expected = pandas.read_csv(
        tmp_path / "a.csv", keep_default_na=False, na_values=[""], low_memory=False
    )
    common = ["data", "sample", "--rows", 2000, *dials, "--out"]
    fairline(*common, tmp_path / "a.parquet")
    fairline(*common, tmp_path / "b", "--format", "arrow")
    tables = [
        pyarrow.parquet.read_table(tmp_path / "a.parquet"),
        pyarrow.ipc.open_file(tmp_path / "b").read_all(),
    ]
    for table in tables:
        assert table.column_names == list(expected.columns)
        assert table.schema.field("TARGET").type == pyarrow.int64()
        assert table.schema.field("AMT_CREDIT").type == pyarrow.float64()
        values = table.to_pandas()
        for name in expected:
            known = expected[name].notna()
            assert (values[name].notna() == known).all(), name
            same = values[name][known].astype(object) == expected[name][known].astype(object)
            assert same.all(), name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--disparity", "nan"], '--disparity must be a number from -3 to 3, not "nan"'),
        (["--disparity", "1,5"], "--disparity must be a number"),
        (["--disparity", "4"], "--disparity must be a number"),
        ([*PERIOD, "--drift", "inf"], "--drift must be a number"),
        (["--drift", "1"], "--drift needs --from"),
        (["--days", "5"], "--days needs --from"),
        (["--as-of", "2026-01-01"], "--as-of needs --from"),
        (["--outcomes", "o.csv"], "--outcomes needs --from"),
        (["--from", "1.1.2025"], '--from: "1.1.2025" is no date'),
        (["--from", "2025-02-29"], '--from: "2025-02-29" is no date'),
        ([*PERIOD, "--as-of", "soon"], '--as-of: "soon" is no date'),
        (["--from", "2025-01-01", "--days", "-5"], "--days must be a whole number"),
        (["--from", "2025-01-01", "--days", "0"], "--days must be from 1 to 36525"),
        ([*PERIOD, "--rows-per-day", "5"], "--rows-per-day 5 does not fit 2000 rows into 365 days"),
        ([*PERIOD, "--rows-per-day", "0"], "--rows-per-day 0"),
        (["--format", "xml"], '--format: "xml" is no file format'),
    ],
)
def test_a_wrong_dial_is_a_usage_error_that_names_it(fairline, tmp_path, arguments, message):
    process = sample(fairline, tmp_path, *arguments, ok=2)
    assert message in process.stderr
    assert list(tmp_path.iterdir()) == []


def test_two_outputs_in_one_file_are_refused(fairline, tmp_path):
    process = sample(fairline, tmp_path, "--truth", tmp_path / "a.csv", ok=2)
    assert "--out and --truth are the same file" in process.stderr
