"""An acknowledged decision is never lost: not by kill -9, not by SIGTERM, both during load."""

import sqlite3

import requests
from load import Load


def acknowledged(load):
    return [body["decision_id"] for status, body in load.answers if status == 200]


def stored(store):
    with sqlite3.connect(store / "fairline.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {row[0] for row in database.execute("SELECT id FROM decisions")}


def test_after_kill_9_every_acknowledged_decision_is_found(server, demo, store):
    rows = demo.applications(200)
    for _ in range(4):
        with server("--storage", store) as running:
            with Load(running.port, rows).running() as load:
                load.await_answers(300)
                running.process.kill()
        ids = acknowledged(load)
        assert len(ids) >= 300
        with server("--storage", store) as running, requests.Session() as session:
            for decision_id in ids:
                found = session.get(f"{running.url}/v1/decisions/{decision_id}")
                assert found.status_code == 200, decision_id
            assert running.stop() == 0
        assert set(ids) <= stored(store)


def test_sigterm_during_load_loses_nothing(server, demo, store):
    with server("--storage", store) as running:
        with Load(running.port, demo.applications(200)).running() as load:
            load.await_answers(300)
            assert running.stop() == 0
    assert {status for status, _ in load.answers} == {200}
    ids = acknowledged(load)
    assert len(ids) == len(set(ids))
    assert set(ids) <= stored(store)


def test_what_is_stored_is_whole(server, demo, store):
    """Every decision of a killed server has its application, prediction and audit event."""
    with server("--storage", store) as running:
        with Load(running.port, demo.applications(200)).running() as load:
            load.await_answers(300)
            running.process.kill()
    with sqlite3.connect(store / "fairline.db") as database:
        torn = database.execute(
            """SELECT count(*) FROM decisions d
               LEFT JOIN predictions p ON p.id = d.prediction_id
               LEFT JOIN applications a ON a.id = p.application_id
               LEFT JOIN audit_log l ON l.entity_id = d.id AND l.entity_type = 'decision'
               WHERE p.id IS NULL OR a.id IS NULL OR l.id IS NULL"""
        ).fetchone()[0]
    assert torn == 0
