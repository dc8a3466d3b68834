"""PostgreSQL restarted, gone, or silent: decisions stop cleanly with 503, nothing acknowledged is
lost, and the server comes back by itself."""

import os
import random
import time

import pytest
from conftest import Record
from oracle import Oracle, seed
from probes import await_true, is_ready, status

# `make test-release` does more and longer.
RESTARTS = int(os.environ.get("RESTARTS", 10))
GONE_SECONDS = float(os.environ.get("GONE_SECONDS", 4))
RATE = 200
HANGING_SECONDS = 5


@pytest.fixture
def own_record(fairline, demo, own_postgres, tmp_path):
    """A store on a PostgreSQL server that this test may stop."""
    made = Record("postgres", tmp_path / "store", own_postgres.create_database())
    fairline("models", "register", demo.bundle, "--name", "credit", *made.options, env=made.env)
    fairline(
        "models", "transition", "credit", 1, "--stage", "Production", *made.options, env=made.env
    )
    return made


def settle_and_check(oracle, running, record, fairline):
    oracle.settle(running.port, repeats=20)
    oracle.check(record)
    assert not oracle.under_way
    assert running.stop() == 0
    fairline("audit", "verify", *record.options, env=record.env)


def test_restarts_under_load(server, fairline, demo, own_postgres, own_record):
    moments = random.Random(seed())
    oracle = Oracle(demo.applications(200))
    slowest_return = 0
    with server(*own_record.options, **own_record.env) as running:
        for _ in range(RESTARTS):
            with oracle.load(running.port, RATE) as clients:
                assert clients.first_answer.wait(30)
                time.sleep(moments.uniform(0.05, 0.5))
                own_postgres.stop("immediate")
                time.sleep(moments.uniform(0, 0.3))
                own_postgres.start()
                slowest_return = max(slowest_return, await_true(lambda: is_ready(running)))
            assert clients.broken == 0
        print(f"slowest return {slowest_return:.2f} s, {oracle.refused} refused")
        settle_and_check(oracle, running, own_record, fairline)
    assert len(oracle.acknowledged) > 10 * RESTARTS


@pytest.mark.parametrize("fault", ["stopped", "frozen"])
def test_gone_for_a_while(server, fairline, demo, own_postgres, own_record, fault):
    oracle = Oracle(demo.applications(200))
    with server(*own_record.options, **own_record.env) as running:
        with oracle.load(running.port, RATE) as clients:
            assert clients.first_answer.wait(30)
            own_postgres.stop("immediate") if fault == "stopped" else own_postgres.pause()
            await_true(lambda: oracle.refused > 0)
            answered, end = len(oracle.acknowledged), time.monotonic() + GONE_SECONDS
            while time.monotonic() < end:
                assert status(running, "/readyz") == 503
                assert status(running, "/livez") == 200
            assert len(oracle.acknowledged) <= answered + 1, "decided without a database"
            own_postgres.start() if fault == "stopped" else own_postgres.resume()
            back = await_true(lambda: is_ready(running))
            print(f"slowest refusal {clients.slowest_refusal:.2f} s, ready after {back:.2f} s")
            refused = len(oracle.acknowledged)
            await_true(lambda: len(oracle.acknowledged) > refused)
        assert clients.broken == 0
        assert clients.slowest_refusal < HANGING_SECONDS
        settle_and_check(oracle, running, own_record, fairline)
