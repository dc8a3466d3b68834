"""`fairline predict` as a batch: bad rows, whole files or none, reasons, records, several files."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import time

import pandas as pd
import pytest
import requests

from conftest import BINARY, environment, peak_bytes, read_csv
from test_predict import change, sha256


@pytest.fixture(scope="module")
def predictions(fairline, demo, tmp_path_factory):
    out = tmp_path_factory.mktemp("batch") / "predictions.csv"
    fairline("predict", demo.data, "-o", out, "--bundle", demo.bundle)
    return read_csv(out)


def events(store):
    with sqlite3.connect(store / "fairline.db") as database:
        rows = database.execute("SELECT metadata FROM audit_log WHERE entity_type = 'file'")
        return [json.loads(metadata) for (metadata,) in rows]


def rejects_of(out):
    return [(row["line"], row["column"], row["reason"]) for row in read_csv(f"{out}.rejects.csv")]


# What is done to line 21 (and the lines after it) of the file: change(lines) gives the lines, and
# the reject that must come of each.
def cell(column, value):
    def spoil(lines):
        change(lines, 20, column, value)
        return lines

    return spoil


def whole_line(text):
    def spoil(lines):
        lines[20] = text(lines[20])
        return lines

    return spoil


BAD_LINES = {
    "text for a number": (cell("AMT_CREDIT", "lots"), "AMT_CREDIT", "is not a number"),
    "decimal comma": (cell("AMT_CREDIT", "12,5"), "AMT_CREDIT", '"12,5" is not a number'),
    "infinite": (cell("AMT_CREDIT", "inf"), "AMT_CREDIT", "finite"),
    "over the greatest double": (cell("AMT_CREDIT", "1e400"), "AMT_CREDIT", "outside the range"),
    "out of range": (cell("DAYS_BIRTH", "12"), "DAYS_BIRTH", "must be at most 0"),
    "long id": (cell("SK_ID_CURR", "7" * 200), "SK_ID_CURR", "longer than 128 bytes"),
    "long category": (cell("CODE_GENDER", "F" * 2000), "CODE_GENDER", "longer than 1024 bytes"),
    "one field too few": (whole_line(lambda l: l[: l.rindex(",")]), "", "121 fields"),
    "one field too many": (whole_line(lambda l: l + ",1"), "", "123 fields"),
    "a lone word": (whole_line(lambda l: "oops"), "", "has 1 fields"),
    "NUL byte": (cell("CODE_GENDER", "F\0"), "CODE_GENDER", "NUL"),
    "invalid UTF-8": (cell("CODE_GENDER", "F\udcff"), "CODE_GENDER", "UTF-8"),
    "a quote inside": (cell("CODE_GENDER", 'F"x'), "CODE_GENDER", "quote"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_row_is_listed_and_the_others_are_scored(
    fairline, demo, predictions, store, tmp_path, name
):
    spoil, column, reason = BAD_LINES[name]
    lines = spoil(demo.data.read_text().splitlines()[:101])
    bad, out = tmp_path / "bad.csv", tmp_path / "out.csv"
    bad.write_bytes(("\n".join(lines) + "\n").encode(errors="surrogateescape"))
    process = fairline("predict", bad, "-o", out, "--storage", store, ok=1)
    assert "99 rows scored" in process.stderr
    assert f"1 bad row left out: {out}.rejects.csv" in process.stderr
    (line, at, why) = rejects_of(out)[0]
    assert (line, at) == ("21", column) and reason in why
    assert len(rejects_of(out)) == 1
    expected = predictions[:19] + predictions[20:100]
    assert read_csv(out) == expected
    assert [(e["rows"], e["bad_rows"]) for e in events(store)] == [(99, 1)]


def test_quoted_newlines_byte_order_mark_and_crlf_are_no_faults(
    fairline, demo, predictions, tmp_path
):
    table = pd.read_csv(demo.data, dtype=str, keep_default_na=False)[:50]
    table["COMMENT"] = 'two\nlines, and a "word"'
    text = "\ufeff" + table.to_csv(index=False, lineterminator="\r\n")
    (tmp_path / "odd.csv").write_bytes(text.encode())
    fairline("predict", tmp_path / "odd.csv", "-o", tmp_path / "out.csv", "--bundle", demo.bundle)
    assert read_csv(tmp_path / "out.csv") == predictions[:50]


def test_a_line_after_quoted_newlines_is_named_as_an_editor_counts(fairline, demo, tmp_path):
    table = pd.read_csv(demo.data, dtype=str, keep_default_na=False)[:4]
    table["COMMENT"] = "two\nlines"
    table.loc[2, "AMT_CREDIT"] = "x"
    table.to_csv(tmp_path / "odd.csv", index=False)
    out = tmp_path / "out.csv"
    fairline("predict", tmp_path / "odd.csv", "-o", out, "--bundle", demo.bundle, ok=1)
    assert rejects_of(out)[0][:2] == ("6", "AMT_CREDIT")


def test_files_without_rows(fairline, demo, tmp_path):
    empty, header, out = tmp_path / "empty.csv", tmp_path / "header.csv", tmp_path / "out.csv"
    empty.write_text("")
    words = ["-o", out, "--bundle", demo.bundle]
    assert f"{empty}: is empty" in fairline("predict", empty, *words, ok=1).stderr
    assert not out.exists()
    header.write_text(demo.data.read_text().splitlines()[0] + "\n")
    assert "0 rows scored" in fairline("predict", header, *words).stderr
    assert out.read_text() == "application_id,probability,decision,decision_label\n"


def test_a_line_of_100_megabytes_is_one_bad_row(fairline, demo, predictions, tmp_path):
    lines = demo.data.read_text().splitlines()[:4]
    huge, out = tmp_path / "huge.csv", tmp_path / "out.csv"
    with open(huge, "w") as file:
        file.write("\n".join(lines[:3]) + "\n")
        for _ in range(100):
            file.write("9" * 1_000_000)
        file.write("\n" + lines[3] + "\n")
    words = ["-o", out, "--bundle", demo.bundle]
    usual = peak_bytes("predict", demo.data, *words)
    assert peak_bytes("predict", huge, *words, ok=1) < usual + 40_000_000
    assert rejects_of(out)[0][0] == "4" and "longer than 8 MiB" in rejects_of(out)[0][2]
    assert read_csv(out) == predictions[:3]


@pytest.fixture
def three_bad(demo, tmp_path):
    lines = demo.data.read_text().splitlines()[:101]
    for row in (10, 40, 90):
        change(lines, row, "AMT_CREDIT", "x")
    path = tmp_path / "bad.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_as_many_bad_rows_as_allowed(fairline, demo, store, three_bad, tmp_path):
    out = tmp_path / "out.csv"
    words = ["predict", three_bad, "-o", out, "--storage", store, "--max-rejects"]
    out.write_text("earlier predictions")
    process = fairline(*words, 2, ok=1)
    assert "more than 2 bad rows" in process.stderr and f"{three_bad}:11: " in process.stderr
    assert out.read_text() == "earlier predictions"
    assert [line for line, _, _ in rejects_of(out)] == ["11", "41", "91"]
    assert events(store) == []
    fairline(*words, 3)
    assert len(read_csv(out)) == 97 and len(rejects_of(out)) == 3
    # A clean run leaves no list behind.
    fairline("predict", demo.data, "-o", out, "--storage", store)
    assert not os.path.exists(f"{out}.rejects.csv")


def test_bad_rows_of_standard_streams_are_said(fairline, demo, three_bad):
    process = fairline(
        "predict", "-", "-o", "-", "--bundle", demo.bundle, input=three_bad.read_text(), ok=1
    )
    assert len(process.stdout.splitlines()) == 98
    assert "standard input:41: column AMT_CREDIT: " in process.stderr


def test_ids_that_stand_twice_are_told(fairline, demo, tmp_path):
    lines = demo.data.read_text().splitlines()[:11]
    path = tmp_path / "twice.csv"
    path.write_text("\n".join([*lines, lines[3], lines[5]]) + "\n")
    process = fairline("predict", path, "-o", tmp_path / "out.csv", "--bundle", demo.bundle)
    assert "2 rows with the id of an earlier row, the first in line 12" in process.stderr
    assert len(read_csv(tmp_path / "out.csv")) == 12


def test_the_input_is_never_overwritten(fairline, demo, tmp_path):
    data = tmp_path / "data.csv"
    shutil.copy(demo.data, data)
    (tmp_path / "link.csv").symlink_to(data)
    (tmp_path / "hard.csv").hardlink_to(data)
    for out in ("data.csv", "link.csv", "hard.csv"):
        process = fairline("predict", data, "-o", tmp_path / out, "--bundle", demo.bundle, ok=1)
        assert "would be overwritten" in process.stderr
    assert sha256(data) == sha256(demo.data)
    shutil.copy(demo.data, tmp_path / "out.csv.rejects.csv")
    process = fairline(
        "predict",
        tmp_path / "out.csv.rejects.csv",
        "-o",
        tmp_path / "out.csv",
        "--bundle",
        demo.bundle,
        ok=1,
    )
    assert "would be overwritten" in process.stderr


def test_a_pipe_with_a_name(fairline, demo, predictions, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = subprocess.Popen(["/bin/sh", "-c", f"cat {demo.data} > {tmp_path / 'pipe'}"])
    fairline("predict", tmp_path / "pipe", "-o", tmp_path / "out.csv", "--bundle", demo.bundle)
    assert writer.wait() == 0
    assert read_csv(tmp_path / "out.csv") == predictions


def test_a_full_disk_leaves_nothing(fairline, demo, store, tmp_path):
    out = tmp_path / "out.csv"
    process = fairline(
        "predict",
        demo.data,
        "-o",
        out,
        "--storage",
        store,
        ok=1,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
    )
    assert f"{out}: cannot be written" in process.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["store"]
    assert events(store) == []
    process = fairline("predict", demo.data, "-o", "/dev/full", "--bundle", demo.bundle, ok=1)
    assert "the disk is full" in process.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(demo, store, tmp_path, stop):
    out = tmp_path / "out.csv"
    process = subprocess.Popen(
        [BINARY, "predict", "-", "-o", out, "--storage", store],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    lines = demo.data.read_text().splitlines(keepends=True)
    process.stdin.writelines(lines + lines[1:] * 9)  # three chunks; the end does not come
    process.stdin.flush()
    while not list(tmp_path.glob(".out.csv.*")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(stop)
    process.stdin.close()
    assert process.wait(timeout=60) == 130
    assert "nothing was written" in process.stderr.read()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["store"]
    assert events(store) == []


def test_reasons_are_those_of_a_request(fairline, server, demo, tmp_path):
    few, out = tmp_path / "few.csv", tmp_path / "out.csv"
    few.write_text("\n".join(demo.data.read_text().splitlines()[:41]) + "\n")
    fairline("predict", few, "-o", out, "--bundle", demo.bundle, "--explain")
    with server("--storage", demo.store) as running, requests.Session() as session:
        for row, application in zip(read_csv(out), demo.applications(40), strict=True):
            reply = session.post(f"{running.url}/predict", json=application).json()
            given = [
                (row[f"reason_{i}_code"], row[f"reason_{i}"])
                for i in range(1, 5)
                if row[f"reason_{i}_code"]
            ]
            assert given == [(reason["code"], reason["text"]) for reason in reply["reasons"]]
            assert given


def test_columns_that_the_model_does_not_know_are_passed_on(fairline, demo, predictions, tmp_path):
    table = pd.read_csv(demo.data, dtype=str, keep_default_na=False)[:30]
    table["COMMENT"] = ['said "no", twice\nand left', ""] * 15
    table.to_csv(tmp_path / "data.csv", index=False)
    out = tmp_path / "out.csv"
    words = ["predict", tmp_path / "data.csv", "-o", out, "--bundle", demo.bundle, "--pass-through"]
    fairline(*words)
    rows = read_csv(out)
    assert list(rows[0]) == [*predictions[0], "TARGET", "COMMENT"]
    assert [row["COMMENT"] for row in rows] == list(table["COMMENT"])
    assert [row["TARGET"] for row in rows] == list(table["TARGET"])
    table.rename(columns={"COMMENT": "decision"}).to_csv(tmp_path / "data.csv", index=False)
    assert "column decision of the input would stand twice" in fairline(*words, ok=1).stderr


def test_recorded_rows_are_decisions(fairline, demo, store, tmp_path):
    few, out = tmp_path / "few.csv", tmp_path / "out.csv"
    few.write_text("\n".join(demo.data.read_text().splitlines()[:1201]) + "\n")
    words = ["predict", few, "-o", out, "--storage", store, "--record", "--explain"]

    def stored():
        with sqlite3.connect(store / "fairline.db") as database:
            return database.execute(
                "SELECT d.id, p.probability FROM decisions d"
                " JOIN predictions p ON p.id = d.prediction_id ORDER BY d.id"
            ).fetchall()

    before = {row[0] for row in stored()}
    fairline(*words)
    rows = read_csv(out)
    recorded = {row[0]: row[1:] for row in stored() if row[0] not in before}
    assert len(recorded) == len(rows) == 1200
    for row in rows:
        assert recorded[row["decision_id"]] == (float(row["probability"]),)
        assert row["outcome"] in {"approved", "denied", "manual_review"}
    for row in rows[::300]:
        fairline("decisions", "replay", row["decision_id"], "--storage", store)
        shown = fairline("decisions", "show", row["decision_id"], "--json", "--storage", store)
        assert json.loads(shown.stdout)["application"]["external_ref"] == row["application_id"]
    assert events(store)[0]["recorded"] == 1200
    # The same file again: nothing is recorded twice, and the answers are the stored ones.
    process = fairline(*words)
    assert "1200 rows on record" in process.stderr
    assert read_csv(out) == rows
    assert len(stored()) == len(before) + 1200


def test_a_record_needs_a_registered_model(fairline, demo, tmp_path):
    words = ["predict", demo.data, "-o", tmp_path / "o.csv", "--bundle", demo.bundle, "--record"]
    assert "--record needs a registered model" in fairline(*words, ok=2).stderr


@pytest.fixture
def inbox(demo, tmp_path):
    """Four files of 500 rows each."""
    lines = demo.data.read_text().splitlines()
    folder = tmp_path / "inbox"
    folder.mkdir()
    for i in range(4):
        part = lines[1 + 500 * i : 501 + 500 * i]
        (folder / f"part{i}.csv").write_text("\n".join([lines[0], *part]) + "\n")
    return folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_several_files_are_one_job(fairline, demo, predictions, store, inbox, tmp_path):
    out = tmp_path / "scored"
    words = ["predict", f"{inbox}/*.csv", "-o", out, "--storage", store]
    fairline(*words)
    assert names(out) == [*(f"part{i}.csv" for i in range(4)), "predict.journal"]
    for i in range(4):
        assert read_csv(out / f"part{i}.csv") == predictions[500 * i : 500 * (i + 1)]
    journal = [json.loads(line) for line in (out / "predict.journal").read_text().splitlines()]
    assert [entry["output_sha256"] for entry in journal] == [
        sha256(out / f"part{i}.csv") for i in range(4)
    ]
    assert len(events(store)) == 4
    # Finished files are left out; a changed input or output and another model are not finished.
    assert fairline(*words, "--resume").stderr.count("finished before") == 4
    assert len(events(store)) == 4
    lines = (inbox / "part1.csv").read_text().splitlines()
    (inbox / "part1.csv").write_text("\n".join(lines[:100]) + "\n")
    (out / "part2.csv").write_text("changed")
    process = fairline(*words, "--resume")
    assert process.stderr.count("finished before") == 2
    assert len(read_csv(out / "part1.csv")) == 99
    assert read_csv(out / "part2.csv") == predictions[1000:1500]
    assert fairline(*words, "--resume", "--explain").stderr.count("finished before") == 0
    assert fairline(*words).stderr.count("finished before") == 0


def test_a_bad_file_does_not_stop_the_others(fairline, demo, inbox, tmp_path):
    (inbox / "part1.csv").write_text("SK_ID_CURR\n1\n")
    out = tmp_path / "scored"
    words = ["predict", f"{inbox}/*.csv", "-o", out, "--bundle", demo.bundle]
    process = fairline(*words, ok=1)
    assert f"{inbox}/part1.csv: there is no column" in process.stderr
    assert names(out) == ["part0.csv", "part2.csv", "part3.csv", "predict.journal"]
    # A file with bad rows is finished, and its bad rows are still an answer of no.
    shutil.copy(inbox / "part0.csv", inbox / "part1.csv")
    with open(inbox / "part1.csv", "a") as file:
        file.write("oops\n")
    for finished in (3, 4):
        process = fairline(*words, "--resume", ok=1)
        assert process.stderr.count("finished before") == finished


def test_a_killed_job_is_resumed(fairline, demo, predictions, store, inbox, tmp_path):
    out = tmp_path / "scored"
    words = ["predict", f"{inbox}/*.csv", "-o", out, "--storage", store, "--record"]
    process = subprocess.Popen(
        [BINARY, *map(str, words)], env=environment(), stderr=subprocess.DEVNULL
    )
    while not (out / "part1.csv").exists():
        assert process.poll() is None
        time.sleep(0.002)
    process.kill()
    process.wait()
    # As if the crash had cut a line short.
    with open(out / "predict.journal", "a") as journal:
        journal.write('{"run": "cre')
    resumed = fairline(*words, "--resume")
    assert resumed.stderr.count("finished before") >= 1
    rows = [row for i in range(4) for row in read_csv(out / f"part{i}.csv")]
    assert [row["probability"] for row in rows] == [p["probability"] for p in predictions[:2000]]
    assert len({row["decision_id"] for row in rows}) == 2000
    with sqlite3.connect(store / "fairline.db") as database:
        known = {identifier for (identifier,) in database.execute("SELECT id FROM decisions")}
        count = database.execute(
            "SELECT count(*) FROM idempotency_keys WHERE key LIKE 'predict:%'"
        ).fetchone()
    assert {row["decision_id"] for row in rows} <= known and count == (2000,)
    assert len((out / "predict.journal").read_text().splitlines()) == 4


def test_which_outputs(fairline, demo, inbox, tmp_path):
    out = tmp_path / "out.csv"
    bundle = ["--bundle", demo.bundle]
    process = fairline("predict", f"{inbox}/*.txt", "-o", tmp_path / "x", *bundle, ok=1)
    assert "no file matches" in process.stderr
    other = tmp_path / "other"
    shutil.copytree(inbox, other)
    both = [inbox / "part0.csv", other / "part0.csv"]
    process = fairline("predict", *both, "-o", tmp_path / "x", *bundle, ok=1)
    assert "would both be written to" in process.stderr
    process = fairline("predict", f"{inbox}/*.csv", "-o", inbox, *bundle, ok=1)
    assert "would be overwritten" in process.stderr
    assert "--resume" in fairline("predict", demo.data, "-o", out, "--resume", *bundle, ok=2).stderr
