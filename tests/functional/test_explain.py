"""`models explain --background`: the files it takes, what it says of them, and what it refuses."""

import csv

import pytest

from conftest import read_csv


def write_rows(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def few(demo, tmp_path):
    """A file of 40 applicants."""
    return write_rows(tmp_path / "few.csv", read_csv(demo.data)[:40])


@pytest.fixture
def explain(fairline, demo, tmp_path):
    def run(data, background, **options):
        out = tmp_path / "out.csv"
        words = ("--bundle", demo.bundle, "--data", data, "--background", background, "--out", out)
        process = fairline("models", "explain", *words, **options)
        assert out.exists() == (process.returncode == 0)
        return process, out

    return run


def numbers(path):
    return [{name: float(text) for name, text in row.items()} for row in read_csv(path)]


def test_they_add_up_and_cancel_over_the_background(explain, few):
    process, out = explain(few, few)
    rows = numbers(out)
    assert len(rows) == 40
    features = [name for name in rows[0] if name not in ("row", "raw_score", "base")]
    for row in rows:
        assert row["base"] == pytest.approx(sum(r["raw_score"] for r in rows) / 40, abs=1e-12)
        total = row["base"] + sum(row[name] for name in features)
        assert total == pytest.approx(row["raw_score"], abs=1e-9 * max(1, abs(row["raw_score"])))
    assert any(abs(row[name]) > 0.01 for row in rows for name in features)
    assert "40 rows explained" in process.stderr
    assert "of 40 rows" in process.stderr
    correlation = float(process.stderr.split("mean correlation ")[1].split(",")[0])
    assert 0.5 < correlation < 1


def test_one_applicant_against_herself_is_not_different(explain, few, tmp_path):
    one = write_rows(tmp_path / "one.csv", read_csv(few)[:1])
    process, out = explain(one, one)
    (row,) = numbers(out)
    assert row.pop("raw_score") == row.pop("base")
    assert set(row.values()) == {0, row["row"]}
    assert "mean correlation undefined" in process.stderr


def test_the_format_is_that_of_the_suffix(explain, few, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    arrow_csv = pytest.importorskip("pyarrow.csv")
    parquet.write_table(arrow_csv.read_csv(few), tmp_path / "few.parquet")
    expected = explain(few, few)[1].read_text()
    (tmp_path / "out.csv").unlink()
    assert explain(few, tmp_path / "few.parquet")[1].read_text() == expected


def test_an_empty_background_is_refused(explain, few, tmp_path):
    header = few.read_text().splitlines()[0]
    (tmp_path / "empty.csv").write_text(header + "\n")
    process, _ = explain(few, tmp_path / "empty.csv", ok=1)
    assert "empty.csv: there is no row to compare with" in process.stderr


def test_a_background_without_a_column_is_refused(explain, few, tmp_path):
    rows = [{k: v for k, v in row.items() if k != "AMT_CREDIT"} for row in read_csv(few)]
    process, _ = explain(few, write_rows(tmp_path / "narrow.csv", rows), ok=1)
    assert "narrow.csv: there is no column AMT_CREDIT" in process.stderr


def test_a_bad_value_in_the_background_is_refused(explain, few, tmp_path):
    rows = read_csv(few)
    rows[2]["AMT_CREDIT"] = "much"
    process, _ = explain(few, write_rows(tmp_path / "bad.csv", rows), ok=1)
    assert "bad.csv:4: column AMT_CREDIT" in process.stderr


def test_a_background_that_is_not_there_is_refused(explain, few, tmp_path):
    process, _ = explain(few, tmp_path / "absent.csv", ok=1)
    assert "absent.csv" in process.stderr


def test_a_background_of_too_many_rows_is_refused(explain, few, tmp_path):
    rows = read_csv(few) * 251
    process, _ = explain(few, write_rows(tmp_path / "large.csv", rows), ok=1)
    assert "large.csv: a background has at most 10000 rows" in process.stderr


def test_standard_input_holds_one_file(explain):
    process, _ = explain("-", "-", ok=2)
    assert "--data and --background" in process.stderr
