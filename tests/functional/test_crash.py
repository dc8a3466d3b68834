"""An acknowledged decision is never lost: not by kill -9, not by SIGTERM, both during load."""

import os
import random
import sqlite3
import time

from load import Load
from oracle import Oracle, seed

# `make test-release` kills more often.
KILLS = int(os.environ.get("KILLS", 50))


def acknowledged(load):
    return [body["decision_id"] for status, body in load.answers if status == 200]


def stored(store):
    with sqlite3.connect(store / "fairline.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {row[0] for row in database.execute("SELECT id FROM decisions")}


def test_kill_9_under_load_loses_and_doubles_nothing(server, fairline, demo, record):
    """Kills at random moments, with an oracle outside that knows what was answered and what was under
    way. After each kill all of it is checked, and what was under way is sent again."""
    random_pause = random.Random(seed())
    oracle = Oracle(demo.applications(200))
    for kill in range(KILLS):
        with server(*record.options, **record.env) as running:
            oracle.settle(running.port, repeats=3)
            with oracle.load(running.port) as clients:
                assert clients.first_answer.wait(30)
                time.sleep(random_pause.uniform(0.05, 0.8))
                running.process.kill()
                running.process.wait()
        if kill % 10 == 9:
            oracle.check(record)
    with server(*record.options, **record.env) as running:
        oracle.settle(running.port, repeats=100)
        assert running.stop() == 0
    oracle.check(record)
    assert not oracle.under_way
    assert len(oracle.acknowledged) > 10 * KILLS
    verified = fairline("audit", "verify", *record.options, env=record.env)
    assert verified.returncode == 0, verified.stdout


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
               WHERE p.id IS NULL OR a.id IS NULL OR l.event_id IS NULL"""
        ).fetchone()[0]
    assert torn == 0
