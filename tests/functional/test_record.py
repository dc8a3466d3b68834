"""The record as its users meet it: idempotent, private, replayable, on either database."""

import concurrent.futures
import contextlib
import csv
import json
import sqlite3
import time
import uuid

import pytest
import requests

from conftest import Record, put_into_production

NOBODY = "0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89"


def predict(running, row, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return requests.post(f"{running.url}/predict", json=row, headers=headers, timeout=60)


def decide(running, row, reference):
    """A decision on `row`, whose id field is set to the reference."""
    reply = requests.post(
        f"{running.url}/v1/decisions",
        json={"features": row | {"SK_ID_CURR": reference}},
        timeout=60,
    )
    assert reply.status_code == 201, reply.text
    return reply.json()


@pytest.fixture
def decisions(server, demo, record):
    """Twelve decisions on six applicants, made by a server that has stopped."""
    rows = demo.applications(12)
    with server(*record.options, **record.env) as running:
        made = [decide(running, row, f"ref-{i % 6}") for i, row in enumerate(rows)]
        assert running.stop() == 0
    return made


def test_nothing_personal_lies_in_clear(server, demo, record):
    row = demo.applications(1)[0] | {"SK_ID_CURR": "a-very-private-reference"}
    with server(*record.options, **record.env) as running:
        assert predict(running, row).status_code == 200
        log = "\n".join(running.log)
        metrics = requests.get(f"{running.url}/metrics", timeout=10).text
    texts = [str(cell) for table in ("applicants", "applications", "predictions", "decisions",
                                     "idempotency_keys", "audit_payloads", "ledger_events")
             for line in record.query(f"SELECT * FROM {table}") for cell in line]
    given = [value for value in row.values() if isinstance(value, str) and len(value) > 6]
    assert given
    for value in given:
        assert not any(value in text for text in [*texts, log, metrics]), value


def test_one_key_is_one_decision(server, demo, record):
    row, other = demo.applications(2)
    key = str(uuid.uuid4())
    with server(*record.options, **record.env) as running:
        first = predict(running, row, key)
        again = predict(running, row, key)
        assert first.status_code == again.status_code == 200
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.json() == first.json()
        reused = predict(running, other, key)
        assert reused.status_code == 422
        assert "Idempotency-Key" in reused.json()["error"]
    with server(*record.options, **record.env) as running:
        assert predict(running, row, key).json() == first.json()
    assert record.count("decisions") == 1


def test_two_replicas_race_on_one_key(server, demo, record):
    """Both answer; one decision is made; a 409 only says that it is being made."""
    rows = demo.applications(40)
    options, env = record.options, record.env
    with server(*options, **env) as one, server(*options, **env) as two:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for row in rows:
                key = str(uuid.uuid4())
                replies = list(pool.map(lambda s: predict(s, row, key), [one, two] * 4))
                assert {reply.status_code for reply in replies} <= {200, 409}
                ids = {r.json()["decision_id"] for r in replies if r.status_code == 200}
                assert len(ids) == 1
    assert record.count("decisions") == len(rows)


def test_erasure(fairline, server, demo, record, decisions):
    subject, other = decisions[0], decisions[1]
    before = fairline("privacy", "export", "ref-0", *record.options, env=record.env).stdout
    assert len(json.loads(before)["applicants"][0]["decisions"]) == 2
    planned = fairline("privacy", "erase", "ref-0", "--dry-run", *record.options, env=record.env)
    assert "2 decisions" in planned.stdout
    done = fairline("privacy", "erase", "ref-0", *record.options, env=record.env)
    assert subject["applicant_id"] in done.stdout

    show = fairline("decisions", "show", subject["decision_id"], "--json", *record.options,
                    env=record.env)
    left = json.loads(show.stdout)
    assert left["erased_at"] and left["application"]["features"] == {}
    assert left["application"]["external_ref"] is None
    assert left["outcome"] == subject["outcome"]
    replay = fairline("decisions", "replay", subject["decision_id"], *record.options,
                      env=record.env, ok=1)
    assert replay.stdout.startswith("erased")
    assert "bit-equal" in fairline("decisions", "replay", other["decision_id"], *record.options,
                                   env=record.env).stdout
    assert fairline("privacy", "export", "ref-0", *record.options, env=record.env, ok=None).returncode
    verified = fairline("audit", "verify", *record.options, env=record.env)
    assert verified.returncode == 0
    with server(*record.options, **record.env) as running:
        got = requests.get(f"{running.url}/v1/decisions/{subject['decision_id']}", timeout=10)
        assert got.status_code == 200 and got.json()["erased_at"]


def files_with(folder, text):
    """Names of the files below a folder that hold the text, if only in a part that nothing reads."""
    return {path.name for path in folder.rglob("*")
            if path.is_file() and text.encode() in path.read_bytes()}


@pytest.fixture
def sqlite_record(fairline, demo, tmp_path):
    folder = tmp_path / "store"
    made = Record("sqlite", folder, f"sqlite://{folder}/fairline.db")
    put_into_production(fairline, demo, made)
    return made


def test_no_file_keeps_what_was_erased(fairline, server, demo, sqlite_record):
    record, rows = sqlite_record, demo.applications(40)
    with server(*record.options) as running:
        for i, row in enumerate(rows):
            decide(running, row, f"a-very-private-reference-{i}")
        texts = [text for (text,) in record.query("SELECT explanation FROM predictions ORDER BY id")]
        victim, other = [i for i, text in enumerate(texts) if texts.count(text) == 1][:2]
        for text in (texts[victim], texts[other]):
            assert files_with(record.folder, text), "in the database or its log"
        erased = fairline("privacy", "erase", f"a-very-private-reference-{victim}", *record.options)
        assert "copies" not in erased.stderr
        for text in (texts[victim], "a-very-private-reference"):
            assert files_with(record.folder, text) == set()
        assert files_with(record.folder, texts[other]), "what is another's stays"
        assert running.stop() == 0
    assert files_with(record.folder, texts[victim]) == set()


def test_an_erasure_says_when_a_reader_keeps_copies(fairline, server, demo, sqlite_record):
    record = sqlite_record
    with server(*record.options) as running:
        decide(running, demo.applications(1)[0], "ref-0")
        assert running.stop() == 0
    with contextlib.closing(sqlite3.connect(record.folder / "fairline.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM predictions").fetchone()
        erased = fairline("privacy", "erase", "ref-0", *record.options)
    assert erased.stdout.startswith("erased applicant")
    assert "note: the database still keeps copies of what was erased aside" in erased.stderr


def test_outcomes_that_wait_for_the_database_hold_up_nobody(server, demo, sqlite_record):
    record = sqlite_record
    with server(*record.options, "--set", "server.threads=1") as running:
        made = decide(running, demo.applications(1)[0], "ref-0")
        outcome = {"decision_id": made["decision_id"], "observed_on": made["created_at"][:10],
                   "defaulted": False}
        with contextlib.closing(sqlite3.connect(record.folder / "fairline.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            with concurrent.futures.ThreadPoolExecutor() as pool:
                waiting = pool.submit(
                    requests.post, f"{running.url}/v1/outcomes", json=outcome, timeout=60)
                time.sleep(0.5)
                assert requests.get(f"{running.url}/livez", timeout=60).status_code == 200
                assert not waiting.done()
                other.execute("ROLLBACK")
                assert waiting.result().json()["stored"] == 1


def test_a_changed_decision_is_found(fairline, record, decisions):
    """Every column of the record that outlives an erasure, one at a time."""
    verify = ["audit", "verify", *record.options]
    fairline(*verify, env=record.env)
    victim = decisions[3]
    changes = {
        "decisions": ("decision", "'manual_review'", victim["decision_id"]),
        "predictions": ("probability", "probability + 1e-9", victim["prediction_id"]),
        "applications": ("currency", "'XXX'", victim["application_id"]),
    }
    for table, (column, value, row) in changes.items():
        before = record.query(f"SELECT {column} FROM {table} WHERE id = '{row}'")[0][0]
        record.execute(f"UPDATE {table} SET {column} = {value} WHERE id = '{row}'")
        found = fairline(*verify, env=record.env, ok=1)
        assert victim["decision_id"] in found.stdout
        fairline(*verify, "--ledger-only", env=record.env)
        record.execute(f"UPDATE {table} SET {column} = '{before}' WHERE id = '{row}'")
        fairline(*verify, env=record.env)
    record.execute(f"DELETE FROM decisions WHERE id = '{victim['decision_id']}'")
    assert "not stored any more" in fairline(*verify, env=record.env, ok=1).stdout


def test_a_legal_hold_forbids_erasure(fairline, record, decisions):
    options = {"env": record.env}
    placed = fairline("holds", "place", "ref-0", "--reason", "case 26-114", *record.options, **options)
    hold = placed.stdout.split()[1]
    refused = fairline("privacy", "erase", "ref-0", *record.options, ok=None, **options)
    assert refused.returncode != 0 and "case 26-114" in refused.stderr
    assert hold in fairline("holds", "list", *record.options, **options).stdout
    fairline("holds", "release", hold, "--reason", "closed", *record.options, **options)
    fairline("privacy", "erase", "ref-0", *record.options, **options)


def test_replay_of_history(fairline, record, decisions):
    fairline("privacy", "erase", "ref-0", *record.options, env=record.env)
    replay = fairline("decisions", "replay", "--since", "2026-01-01", *record.options, env=record.env)
    assert "12 decisions replayed: 10 bit-equal, 0 differ, 2 erased" in replay.stdout
    nothing = fairline("decisions", "replay", "--since", "2100-01-01", *record.options, env=record.env)
    assert nothing.stdout.startswith("0 decisions")


def test_what_another_version_would_have_decided(fairline, demo, record, decisions, tmp_path):
    config = json.loads(demo.config.read_text())
    config["costs"] = {"false_negative": 100, "false_positive": 1}
    costly = tmp_path / "train.yaml"
    costly.write_text(json.dumps(config))
    fairline("train", "--config", costly, "--data", demo.data, "--out", tmp_path / "model")
    fairline("models", "register", tmp_path / "model", "--name", "credit", *record.options,
             env=record.env)
    out = tmp_path / "changed.csv"
    what_if = fairline("decisions", "replay", "--since", "2026-01-01", "--model", 2, "--json",
                       "--out", out, *record.options, env=record.env)
    summary = json.loads(what_if.stdout)
    assert summary["decisions"] == 12 and summary["changed"] + summary["unchanged"] == 12
    outcomes = summary["outcomes"]
    assert sum(sum(row.values()) for row in outcomes.values()) == 12
    assert len(list(csv.DictReader(out.open()))) == summary["changed"] > 0


def test_outcomes_by_api_and_file(fairline, server, record, decisions, tmp_path):
    day = decisions[0]["created_at"][:10]
    with server(*record.options, **record.env) as running:
        url = f"{running.url}/v1/outcomes"
        one = {"decision_id": decisions[0]["decision_id"], "observed_on": day, "defaulted": True}
        assert requests.post(url, json=one, timeout=10).json() == {
            "stored": 1, "known": 0, "refused": []}
        many = {"outcomes": [one, one | {"decision_id": NOBODY}, {"external_ref": "ref-1"}]}
        reply = requests.post(url, json=many, timeout=10)
        assert reply.status_code == 200
        assert reply.json()["known"] == 1
        assert {(r["index"], r["field"]) for r in reply.json()["refused"]} == {
            (1, "decision_id"), (2, "observed_on"), (2, "defaulted")}
        nothing = requests.post(url, json={"outcomes": [one | {"decision_id": NOBODY}]}, timeout=10)
        assert nothing.status_code == 422
        assert nothing.json()["errors"][0]["field"] == "outcomes[0].decision_id"
        assert requests.post(url, data="[", timeout=10).status_code == 400
        assert requests.post(url, json={"outcomes": []}, timeout=10).status_code == 422

    table = tmp_path / "outcomes.csv"
    table.write_text(
        "external_ref,observed_on,defaulted,days_past_due\n"
        f"ref-2,{day},0,\nref-3,{day},1,95\nref-3,2001-01-01,1,\nnobody,{day},0,\nref-4,{day},2,\n"
    )
    imported = fairline("outcomes", "import", table, *record.options, env=record.env, ok=1)
    assert "2 outcomes stored, 0 known from before, 3 refused" in imported.stderr
    rejects = list(csv.DictReader(open(f"{table}.rejects.csv")))
    assert [(r["line"], r["column"]) for r in rejects] == [
        ("4", "external_ref"), ("5", "external_ref"), ("6", "defaulted")]
    assert record.count("outcomes") == 3


def test_rotation_of_the_master_key_under_a_running_server(fairline, server, demo, record):
    row, other = demo.applications(2)
    with server(*record.options, **record.env) as running:
        before = predict(running, row).json()["decision_id"]
        rotated = fairline("keys", "rotate", "--retire", *record.options, env=record.env)
        assert "is active" in rotated.stdout
        after = predict(running, other).json()["decision_id"]
        for decision_id in (before, after):
            reply = requests.get(f"{running.url}/v1/decisions/{decision_id}", timeout=10)
            assert reply.status_code == 200 and reply.json()["application"]["features"]


def test_without_the_master_key_nothing_opens(fairline, record, decisions):
    (record.folder / "master.key").rename(record.folder / "elsewhere")
    shown = fairline("decisions", "show", decisions[0]["decision_id"], *record.options,
                     env=record.env, ok=None)
    assert shown.returncode != 0 and "master key" in shown.stderr
    assert not (record.folder / "master.key").exists()
    fairline("models", "list", *record.options, env=record.env)
    key = (record.folder / "elsewhere").read_text().splitlines()[0]
    fairline("decisions", "show", decisions[0]["decision_id"], *record.options,
             env=record.env | {"FAIRLINE_ENCRYPTION_MASTER_KEY": key})
    config = fairline("config", "show", env={"FAIRLINE_ENCRYPTION_MASTER_KEY": key})
    assert key not in config.stdout and "(secret)" in config.stdout


def test_retention(fairline, record, decisions):
    shown = fairline("retention", "show").stdout
    assert "consumer_decisions" in shown and "house policy" in shown
    run = fairline("retention", "run", *record.options, env=record.env)
    assert "consumer_decisions" in run.stdout
    assert record.count("decisions") == len(decisions)
