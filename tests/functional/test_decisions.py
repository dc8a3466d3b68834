"""A recorded decision: shown, and replayed bit for bit."""

import json
import shutil
import sqlite3

import pytest
import requests


@pytest.fixture(scope="module")
def store(demo, tmp_path_factory):
    return shutil.copytree(demo.store, tmp_path_factory.mktemp("decisions") / "store")


@pytest.fixture(scope="module")
def replies(server, demo, store):
    """Decisions on 60 applicants, one with a category that training did not see."""
    applications = demo.applications(60)
    applications[0]["NAME_INCOME_TYPE"] = "Astronaut"
    with server("--storage", store) as running, requests.Session() as session:
        made = [session.post(f"{running.url}/predict", json=a).json() for a in applications]
        for reply in made:
            reply["document"] = session.get(
                f"{running.url}/v1/decisions/{reply['decision_id']}"
            ).json()
        assert running.stop() == 0
    return made


@pytest.fixture
def decisions(fairline, store):
    def run(verb, *words, ok=0, storage=store):
        return fairline("decisions", verb, *words, "--storage", storage, ok=ok)

    return run


def test_every_decision_replays_bit_for_bit(decisions, replies):
    for reply in replies:
        process = decisions("replay", reply["decision_id"])
        assert process.stdout.startswith("bit-equal: ")


def test_the_page_tells_what_the_reply_told(decisions, replies):
    for label in ("REJECT", "APPROVE"):
        reply = next(r for r in replies if r["decision_label"] == label)
        page = decisions("show", reply["decision_id"]).stdout
        assert page.startswith(f"{reply['outcome'].upper()}  (recommendation {label})")
        assert f"{reply['probability']:.4f}" in page and f"{reply['threshold']:.4f}" in page
        for reason in reply["reasons"]:
            assert f"{reason['text']} ({reason['code']})" in page
        for key in ("decision_id", "prediction_id", "application_id", "applicant_id"):
            assert reply["document"][key] in page
        for name in reply["document"]["application"]["features"]:
            assert name in page
        assert "  audit  " in page
        assert max(len(line) for line in page.splitlines() if "note" not in line) <= 100


def test_the_json_is_the_document_of_the_api(decisions, replies):
    reply = replies[0]
    assert json.loads(decisions("show", reply["decision_id"], "--json").stdout) == reply["document"]
    assert "not in the training data" in decisions("show", reply["decision_id"]).stdout


def test_an_unknown_id_is_an_answer_of_no(decisions):
    for verb in ("show", "replay"):
        process = decisions(verb, "01a1fdfa-9b94-7002-ae99-459fa55423e2", ok=1)
        assert "01a1fdfa-9b94-7002-ae99-459fa55423e2" in process.stderr
        assert decisions(verb, "nonsense", ok=1).stderr.startswith("fairline: ")


def test_a_changed_record_is_found_by_its_replay(decisions, replies, store, tmp_path):
    changed = shutil.copytree(store, tmp_path / "store")
    reply = next(r for r in replies if r["decision_label"] == "APPROVE")
    with sqlite3.connect(changed / "fairline.db") as database:
        found = database.execute(
            "UPDATE predictions SET raw_score = raw_score + 1e-9 WHERE id = ?",
            (reply["document"]["prediction_id"],),
        )
        assert found.rowcount == 1
    process = decisions("replay", reply["decision_id"], ok=1, storage=changed)
    assert process.stdout.startswith("FIELD")
    assert "raw_score" in process.stdout
    assert "differs from its record" in process.stderr
