"""`fairline predict` against the other two ways to a score, and on bad input."""

import csv
import hashlib
import json
import os
import re
import sqlite3
import subprocess

import numpy as np
import pandas as pd
import pytest
import requests
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from conftest import BINARY, EXAMPLE, ROOT, environment, peak_bytes, read_csv, small_config

HEADER = ["application_id", "probability", "decision", "decision_label"]


@pytest.fixture(scope="module")
def predictions(fairline, demo, tmp_path_factory):
    out = tmp_path_factory.mktemp("predict") / "predictions.csv"
    fairline("predict", demo.data, "-o", out, "--bundle", demo.bundle)
    return out


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_file_is_what_it_says(demo, predictions):
    rows = read_csv(predictions)
    applicants = read_csv(demo.data)
    threshold = json.loads((demo.bundle / "decision.json").read_text())["cut_off"]["threshold"]
    assert list(rows[0]) == HEADER
    assert [row["application_id"] for row in rows] == [row["SK_ID_CURR"] for row in applicants]
    labels = {"0": "APPROVE", "1": "REJECT"}
    for row in rows:
        assert row["decision"] == str(int(float(row["probability"]) >= threshold))
        assert row["decision_label"] == labels[row["decision"]]
    assert {row["decision"] for row in rows} == {"0", "1"}


def test_a_request_gets_the_bits_of_the_file(server, demo, predictions):
    rows = read_csv(predictions)
    with server("--storage", demo.store) as running, requests.Session() as session:
        for row, application in zip(rows[:200], demo.applications(200), strict=True):
            reply = session.post(f"{running.url}/predict", json=application).json()
            assert reply["probability"] == float(row["probability"])
            assert reply["decision_label"] == row["decision_label"]


def test_the_pd_follows_the_true_pd(demo, predictions):
    truth = pd.read_csv(demo.truth)
    scored = pd.read_csv(predictions)
    both = truth.merge(scored, left_on="SK_ID_CURR", right_on="application_id", validate="1:1")
    assert both["true_pd"].corr(both["probability"], method="spearman") > 0.6
    assert both["probability"].mean() == pytest.approx(both["true_pd"].mean(), rel=0.1)


def test_neither_order_nor_company_nor_cores_change_a_score(fairline, demo, predictions, tmp_path):
    lines = demo.data.read_text().splitlines()
    backwards, out = tmp_path / "backwards.csv", tmp_path / "out.csv"
    # More than one chunk of 10,000 rows, in another order.
    backwards.write_text("\n".join([lines[0], *(lines[:0:-1] * 4)]) + "\n")
    fairline("predict", backwards, "-o", out, "--bundle", demo.bundle)
    once = predictions.read_text().splitlines()
    assert out.read_text().splitlines() == [once[0], *(once[:0:-1] * 4)]
    one_core = tmp_path / "one_core.csv"
    subprocess.run(
        [BINARY, "predict", backwards, "-o", one_core, "--bundle", demo.bundle],
        env=environment(),
        check=True,
        capture_output=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    )
    assert sha256(one_core) == sha256(out)


def test_one_audit_event_per_file(fairline, demo, predictions, store, tmp_path):
    out = tmp_path / "out.csv"
    count = "SELECT count(*) FROM decisions"
    with sqlite3.connect(store / "fairline.db") as database:
        decisions = database.execute(count).fetchone()
    fairline("predict", demo.data, "-o", out, "--storage", store)
    assert sha256(out) == sha256(predictions)
    with sqlite3.connect(store / "fairline.db") as database:
        events = database.execute(
            "SELECT user_id, metadata FROM audit_log WHERE entity_type = 'file'"
        ).fetchall()
        assert database.execute(count).fetchone() == decisions, "a file records no decisions"
    assert len(events) == 1
    user, metadata = events[0][0], json.loads(events[0][1])
    assert user == "tester"
    assert metadata["input_sha256"] == sha256(demo.data)
    assert metadata["output_sha256"] == sha256(out)
    assert metadata["rows"] == 3000 == metadata["rejected"] + metadata["approved"]
    assert (metadata["model"], metadata["version"]) == ("credit", 1)


def test_standard_streams(fairline, demo, predictions):
    process = fairline(
        "predict", "-", "-o", "-", "--bundle", demo.bundle, input=demo.data.read_text()
    )
    assert process.stdout == predictions.read_text()


def test_columns_are_found_by_name_and_the_row_number_stands_in_for_an_id(
    fairline, demo, predictions, tmp_path
):
    table = pd.read_csv(demo.data, dtype=str, keep_default_na=False)
    table = table.drop(columns=["SK_ID_CURR", "TARGET"])[sorted(set(table) - {"SK_ID_CURR", "TARGET"})]
    table["COMMENT"] = 'said "no", twice'
    table.to_csv(tmp_path / "shuffled.csv", index=False)
    out = tmp_path / "out.csv"
    fairline("predict", tmp_path / "shuffled.csv", "-o", out, "--bundle", demo.bundle)
    rows, before = read_csv(out), read_csv(predictions)
    assert [row["application_id"] for row in rows] == [str(i + 1) for i in range(3000)]
    assert [row["probability"] for row in rows] == [row["probability"] for row in before]


def change(lines, row, column, value):
    """Sets a cell; `row` counts from the header, which is 0."""
    header = next(csv.reader([lines[0]]))
    cells = next(csv.reader([lines[row]]))
    cells[header.index(column)] = value
    lines[row] = ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)


def test_absent_columns_are_all_named(fairline, demo, tmp_path):
    table = pd.read_csv(demo.data).drop(columns=["AMT_CREDIT", "DAYS_BIRTH"])
    table.to_csv(tmp_path / "narrow.csv", index=False)
    process = fairline(
        "predict", tmp_path / "narrow.csv", "-o", tmp_path / "p.csv", "--bundle", demo.bundle, ok=1
    )
    assert "AMT_CREDIT" in process.stderr and "DAYS_BIRTH" in process.stderr


def test_which_model(fairline, demo, store, tmp_path):
    out = tmp_path / "p.csv"
    words = ["predict", demo.data, "-o", out, "--storage", store]
    fairline(*words, "--model", "credit")
    fairline(*words, "--model", "credit:1")
    for reference, code, said in [
        ("nobody", 1, "nobody"),
        ("credit:9", 1, "9"),
        ("credit:one", 2, "NAME or NAME:VERSION"),
    ]:
        assert said in fairline(*words, "--model", reference, ok=code).stderr
    fairline("models", "transition", "credit", 1, "--stage", "Archived", "--storage", store)
    assert "no model is in Production" in fairline(*words, ok=1).stderr
    assert "no version of credit" in fairline(*words, "--model", "credit", ok=1).stderr


def test_memory_does_not_grow_with_the_file(fairline, demo, tmp_path):
    peaks = []
    for rows in (30_000, 120_000):
        data = tmp_path / f"{rows}.csv"
        fairline("data", "sample", "--rows", rows, "--seed", 5, "--out", data)
        peaks.append(peak_bytes("predict", data, "-o", tmp_path / "p.csv", "--bundle", demo.bundle))
        data.unlink()
    assert peaks[1] < peaks[0] * 1.15 + 8 * 2**20, peaks


def test_real_applicants(fairline, shared_dir, tmp_path, capsys):
    """Train on 80 % of the real rows, score the other 20 % from a file."""
    table = pd.read_parquet(shared_dir / "data" / "home_credit_application_dev.parquet")
    train, test = train_test_split(table, test_size=0.2, random_state=1, stratify=table["TARGET"])
    train.to_csv(tmp_path / "train.csv", index=False)
    test.drop(columns="TARGET").to_csv(tmp_path / "test.csv", index=False)
    bundle, out = tmp_path / "model", tmp_path / "p.csv"
    process = fairline(
        "train", "--config", EXAMPLE, "--data", tmp_path / "train.csv", "--out", bundle, "--json"
    )
    auc = json.loads(process.stdout)["discrimination"]["roc_auc"]
    fairline("predict", tmp_path / "test.csv", "-o", out, "--bundle", bundle)
    scored = pd.read_csv(out)
    held_out = roc_auc_score(test["TARGET"], scored["probability"])
    with capsys.disabled():
        print(
            f"\nreal applicants ({len(train):,} + {len(test):,} rows): "
            f"cross-validated AUC {auc['mean']:.4f} +- {auc['sd']:.4f}, held-out AUC {held_out:.4f}"
        )
    assert 0.70 < auc["mean"] < 0.80
    assert 0.68 < held_out < 0.82
    assert scored["probability"].mean() == pytest.approx(test["TARGET"].mean(), rel=0.15)


def guide_columns():
    """The guide's 189 column names, kept with the features' own tests."""
    source = (ROOT / "src/fairline/features/guide_columns.h").read_text()
    return re.search(r'R"\w*\((.*?)\)\w*"', source, re.DOTALL)[1].split()


def test_the_guides_matrix_of_189_columns_trains_and_serves(fairline, server, tmp_path):
    names = guide_columns()
    assert len(names) == 189
    random = np.random.default_rng(11)
    table = pd.DataFrame(random.normal(size=(2000, 189)).round(6), columns=names)
    table["DAYS_BIRTH"] = -random.integers(7500, 25000, size=2000)
    risk = table["EXT_SOURCE_2"] - table["EXT_SOURCE_3"] + random.logistic(size=2000)
    table["TARGET"] = (risk > 2).astype(int)
    config = small_config()
    config["fields"] = {"TARGET": "target", "AMT_CREDIT": {"role": "feature"}}
    (tmp_path / "train.yaml").write_text(json.dumps(config))
    table.to_csv(tmp_path / "matrix.csv", index=False)
    bundle, store = tmp_path / "model", tmp_path / "store"
    fairline(
        "train", "--config", tmp_path / "train.yaml", "--data", tmp_path / "matrix.csv",
        "--out", bundle,
    )  # fmt: skip
    fairline("models", "register", bundle, "--name", "guide", "--storage", store)
    fairline("models", "transition", "guide", 1, "--stage", "Production", "--storage", store)
    shown = json.loads(fairline("models", "show", "guide", "--json", "--storage", store).stdout)
    assert shown["model_inputs"] == 194
    left_out = {item["name"]: item["reason"] for item in shown["report"]["model"]["left_out"]}
    assert len(left_out) == 10
    assert left_out["INCOME_PER_PERSON"] == "already a column"
    assert "AMT_GOODS_PRICE" in left_out["CREDIT_UTILIZATION"]
    fairline("predict", tmp_path / "matrix.csv", "-o", tmp_path / "p.csv", "--storage", store)
    with server("--storage", store) as running:
        request = table.drop(columns="TARGET").iloc[0].to_dict()
        reply = requests.post(f"{running.url}/predict", json=request)
    assert reply.status_code == 200, reply.text
    assert reply.json()["probability"] == float(read_csv(tmp_path / "p.csv")[0]["probability"])
