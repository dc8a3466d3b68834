"""Parquet and Arrow files, with pandas and pyarrow as the other party: what they write is read, what
the program writes they read, and a bad file is answered with its place."""

import datetime
import decimal
import io
import json
import os
import shutil
import subprocess

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from conftest import BINARY, environment, peak_bytes, small_config


@pytest.fixture(scope="module")
def applicants(demo):
    return pd.read_csv(demo.data)


def write(frame, path):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".arrow":
        frame.to_feather(path)
    else:
        frame.to_csv(path, index=False)
    return path


def predict(fairline, demo, data, tmp_path, out="out.csv", **options):
    target = tmp_path / out
    fairline("predict", data, "-o", target, "--bundle", demo.bundle, **options)
    return target


@pytest.fixture(scope="module")
def from_csv(fairline, demo, tmp_path_factory):
    return predict(fairline, demo, demo.data, tmp_path_factory.mktemp("csv")).read_text()


def failure(fairline, *arguments, **options):
    process = fairline(*arguments, ok=None, **options)
    assert process.returncode not in (0, 101), process.stderr
    assert process.returncode > 0, process.stderr  # no signal
    return process.stderr


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_a_sample_is_the_same_in_every_format(fairline, demo, applicants, tmp_path, suffix):
    out = tmp_path / f"sample.{suffix}"
    fairline("data", "sample", "--rows", 3000, "--seed", 7, "--out", out)
    frame = pd.read_parquet(out) if suffix == "parquet" else pd.read_feather(out)
    pd.testing.assert_frame_equal(frame, applicants, check_dtype=False)
    again = tmp_path / f"again.{suffix}"
    fairline("data", "sample", "--rows", 3000, "--seed", 7, "--out", again)
    assert again.read_bytes() == out.read_bytes()
    assert frame.SK_ID_CURR.dtype == np.int64  # written whole


def test_a_stream_goes_through_pipes(demo, from_csv):
    command = [BINARY, "data", "sample", "--rows", "3000", "--seed", "7", "--out", "-"]
    sample = subprocess.run(
        [*command, "--format", "arrow"], capture_output=True, check=True, env=environment()
    ).stdout
    assert pa.ipc.open_stream(sample).read_all().num_rows == 3000
    command = [BINARY, "predict", "-", "--format", "arrow", "-o", "-", "--bundle", demo.bundle]
    scored = subprocess.run(
        command, input=sample, capture_output=True, check=True, env=environment()
    ).stdout
    assert scored.decode() == from_csv
    command += ["--out-format", "arrow"]
    scored = subprocess.run(
        command, input=sample, capture_output=True, check=True, env=environment()
    ).stdout
    frame = pa.ipc.open_stream(scored).read_pandas()
    expected = pd.read_csv(io.StringIO(from_csv))
    np.testing.assert_array_equal(frame.probability, expected.probability)


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_predictions_have_the_bits_of_csv(fairline, demo, applicants, from_csv, tmp_path, suffix):
    data = write(applicants, tmp_path / f"applicants.{suffix}")
    assert predict(fairline, demo, data, tmp_path).read_text() == from_csv
    out = predict(fairline, demo, data, tmp_path, out=f"out.{suffix}")
    frame = pd.read_parquet(out) if suffix == "parquet" else pd.read_feather(out)
    expected = pd.read_csv(io.StringIO(from_csv))
    assert list(frame.columns) == list(expected.columns)
    np.testing.assert_array_equal(frame.probability, expected.probability)
    assert list(frame.application_id.astype(str)) == list(expected.application_id.astype(str))
    assert list(frame.decision_label) == list(expected.decision_label)


def test_the_types_of_pandas_mean_the_same_applicants(
    fairline, demo, applicants, from_csv, tmp_path
):
    typed = applicants.copy()
    for column in typed:
        values = typed[column]
        if values.dtype == object:
            typed[column] = values.astype("category" if len(column) % 2 else "string")
        elif values.dtype == np.int64 and column != "SK_ID_CURR":
            small = values.between(-128, 127).all()
            flag = set(values.unique()) == {0, 1}
            typed[column] = values.astype("bool" if flag else "int8" if small else "Int64")
    for suffix in ("parquet", "arrow"):
        data = write(typed, tmp_path / f"typed.{suffix}")
        assert predict(fairline, demo, data, tmp_path).read_text() == from_csv
    exact = applicants.assign(
        AMT_CREDIT=[None if pd.isna(x) else decimal.Decimal(repr(x)) for x in applicants.AMT_CREDIT]
    )
    data = write(exact, tmp_path / "decimal.parquet")
    assert predict(fairline, demo, data, tmp_path).read_text() == from_csv


def test_an_id_keeps_all_its_digits(fairline, demo, applicants, tmp_path):
    ids = 9_007_199_254_740_993 + np.arange(len(applicants))
    data = write(applicants.assign(SK_ID_CURR=ids), tmp_path / "ids.parquet")
    frame = pd.read_csv(predict(fairline, demo, data, tmp_path), dtype=str)
    assert list(frame.application_id) == [str(i) for i in ids]


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_a_model_learns_the_same_from_every_format(
    fairline, demo, applicants, tmp_path, suffix
):
    data = write(applicants, tmp_path / f"applicants.{suffix}")
    config = tmp_path / "train.yaml"
    config.write_text(json.dumps(small_config()))
    fairline("train", "--config", config, "--data", data, "--out", tmp_path / "model")
    trained = predict(fairline, demo, demo.data, tmp_path, out="a.csv").read_text()
    again = tmp_path / "b.csv"
    fairline("predict", demo.data, "-o", again, "--bundle", tmp_path / "model")
    assert again.read_text() == trained


def test_the_name_of_the_format_goes_before_the_suffix(fairline, demo, applicants, from_csv, tmp_path):
    data = tmp_path / "applicants.dat"
    applicants.to_parquet(data)
    out = tmp_path / "out.csv"
    fairline("predict", data, "-o", out, "--bundle", demo.bundle, "--format", "parquet")
    assert out.read_text() == from_csv
    message = failure(
        fairline, "predict", data, "-o", out, "--bundle", demo.bundle, "--format", "orc"
    )
    assert '"orc" is no file format: one of csv, parquet, arrow' in message


BAD = {
    "empty": (b"", "is empty: it has 0 bytes"),
    "csv": (b"id,x\n1,2\n", "is not a Parquet file; it seems to be text, perhaps CSV"),
    "cut": (None, "it seems to be cut off"),
    "footer": (None, "is damaged"),
    "page": (None, "row group 2: column EXT_SOURCE_2: is damaged"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_answered_with_its_place(fairline, demo, applicants, tmp_path, case):
    path = tmp_path / "bad.parquet"
    content, expected = BAD[case]
    if content is None:
        pq.write_table(pa.Table.from_pandas(applicants), path, row_group_size=1000)
        group = pq.ParquetFile(path).metadata.row_group(1)
        column = [group.column(i) for i in range(group.num_columns)]
        page = next(c for c in column if c.path_in_schema == "EXT_SOURCE_2").data_page_offset
        content = bytearray(path.read_bytes())
        if case == "cut":
            content = content[: len(content) // 2]
        elif case == "footer":
            content[-2000:-1900] = b"\xff" * 100
        else:
            content[page : page + 40] = b"\xff" * 40
    path.write_bytes(content)
    for command in (
        ("predict", path, "-o", tmp_path / "out.csv", "--bundle", demo.bundle),
        ("train", "--data", path, "--out", tmp_path / "model"),
    ):
        message = failure(fairline, *command)
        assert "bad.parquet: " in message and expected in message, message
        assert not (tmp_path / "out.csv").exists()
        assert not (tmp_path / "model").exists()


def test_what_is_no_file_is_said(fairline, demo, tmp_path):
    fifo = tmp_path / "fifo.parquet"
    os.mkfifo(fifo)
    for path, expected in (
        (fifo, "is a pipe, and Parquet is read from its end"),
        (tmp_path, "is a folder; name the file in it"),
        (tmp_path / "none.parquet", "No such file"),
    ):
        message = failure(fairline, "train", "--data", path, "--format", "parquet", timeout=20)
        assert f"{path}: " in message and expected in message


def test_nested_columns_matter_only_where_they_are_wanted(
    fairline, demo, applicants, from_csv, tmp_path
):
    table = pa.Table.from_pandas(applicants)
    nested = pa.array([[1, 2]] * len(applicants))
    extra = tmp_path / "extra.parquet"
    pq.write_table(table.append_column("HISTORY", nested), extra)
    assert predict(fairline, demo, extra, tmp_path).read_text() == from_csv
    message = failure(fairline, "train", "--data", extra, "--out", tmp_path / "model")
    assert "column HISTORY: is nested (a list)" in message
    inside = tmp_path / "inside.parquet"
    at = table.column_names.index("EXT_SOURCE_2")
    pq.write_table(table.set_column(at, "EXT_SOURCE_2", nested), inside)
    arguments = ("predict", inside, "-o", tmp_path / "x.csv", "--bundle", demo.bundle)
    assert "column EXT_SOURCE_2: is nested (a list)" in failure(fairline, *arguments)


def test_many_rows_of_few_bytes_are_scored_in_flat_memory(fairline, demo, applicants, tmp_path):
    rows = 500_000  # 488 MB as a table of doubles
    many = pa.table({name: pa.nulls(rows) for name in applicants.columns})
    many = many.set_column(0, applicants.columns[0], pa.array([7] * rows))
    path = tmp_path / "many.parquet"
    pq.write_table(many, path, row_group_size=rows, compression="zstd")
    assert path.stat().st_size < 300_000
    words = ["-o", "/dev/null", "--out-format", "csv", "--bundle", demo.bundle]
    assert peak_bytes("predict", path, *words) < 300_000_000


def repeated(table, path, doublings):
    """A file whose footer names the same pages again and again."""
    pq.write_table(table, path, write_statistics=False, store_schema=False)
    metadata = pq.ParquetFile(path).metadata
    pages = path.read_bytes()[: -8 - metadata.serialized_size]
    for _ in range(doublings):
        metadata.append_row_groups(metadata)
    footer = io.BytesIO()
    metadata.write_metadata_file(footer)
    path.write_bytes(pages + footer.getvalue().removeprefix(b"PAR1"))
    return path


def test_repeated_pages_are_rows_up_to_a_limit(fairline, tmp_path):
    table = pa.table({"TARGET": [i % 2 for i in range(5000)], "x": range(5000)})
    few = repeated(table, tmp_path / "few.parquet", 3)
    fairline("train", "--data", few, "--out", tmp_path / "model")
    report = json.loads((tmp_path / "model" / "report.json").read_text())
    assert "40000" in json.dumps(report)
    bomb = repeated(table, tmp_path / "bomb.parquet", 16)
    message = failure(fairline, "train", "--data", bomb, "--out", tmp_path / "other", timeout=60)
    assert "bomb.parquet: has more than 250000000 rows of 2 columns" in message


def test_without_the_plug_in_it_says_so(demo, tmp_path):
    (tmp_path / "bin").mkdir()
    program = shutil.copy(BINARY, tmp_path / "bin" / "fairline")
    libraries = BINARY.parent.parent / "lib"
    process = subprocess.run(
        [program, "data", "sample", "--rows", "5", "--out", tmp_path / "x.parquet"],
        capture_output=True,
        text=True,
        env=environment(LD_LIBRARY_PATH=str(libraries)),
    )
    assert process.returncode != 0
    assert "not supported by this installation" in process.stderr
    assert not (tmp_path / "x.parquet").exists()


def test_dates_read_as_pandas_prints_them(fairline, tmp_path):
    days = pd.date_range("2026-01-01", periods=400, freq="D")
    frame = pd.DataFrame(
        {
            "day": days,
            "date": [d.date() for d in days],
            "moment": days + pd.Timedelta("7h30m0.25s"),
            "zoned": (days + pd.Timedelta("7h")).tz_localize("UTC"),
            "time": [datetime.time(7, 30)] * len(days),
            "TARGET": [i % 2 for i in range(len(days))],
            "x": [float(i) for i in range(len(days))],
        }
    )
    vocabularies = []
    for suffix in ("csv", "parquet", "arrow"):
        data = write(frame, tmp_path / f"dates.{suffix}")
        bundle = tmp_path / suffix
        fairline("train", "--data", data, "--out", bundle)
        vocabularies.append((bundle / "plan.json").read_text())
    assert vocabularies[0] == vocabularies[1] == vocabularies[2]
    for text in ("2026-01-01", "2026-01-01 07:30:00.250", "2026-01-01 07:00:00+00:00", "07:30:00"):
        assert f'"{text}"' in vocabularies[0]
