"""Many servers starting at once on one new database: each works, none repeats another's step."""

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from conftest import Record
from probes import await_true, is_ready, status

# `make test-release` does it more often.
ROUNDS = int(os.environ.get("ROUNDS", 5))
SERVERS = 8


def start_all(server, record, stack):
    with ThreadPoolExecutor(SERVERS) as pool:
        starting = [
            pool.submit(lambda: stack.enter_context(server(*record.options, **record.env)))
            for _ in range(SERVERS)
        ]
        return [each.result() for each in starting]


def decide(running, row):
    return requests.post(f"{running.url}/predict", json=row, timeout=60)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_eight_servers_on_a_new_database(server, fairline, demo, tmp_path, request, kind):
    rows = demo.applications(SERVERS)
    for turn in range(ROUNDS):
        folder = tmp_path / f"store-{turn}"
        url = ""
        if kind == "postgres":
            url = request.getfixturevalue("postgres").create_database()
        record = Record(kind, folder, url)
        with contextlib.ExitStack() as stack:
            servers = start_all(server, record, stack)
            assert {status(each, "/livez") for each in servers} == {200}
            fairline("models", "register", demo.bundle, "--name", "credit", *record.options,
                     env=record.env)
            fairline("models", "transition", "credit", 1, "--stage", "Production",
                     *record.options, env=record.env)
            for each in servers:
                await_true(lambda each=each: is_ready(each))
            with ThreadPoolExecutor(SERVERS) as pool:
                replies = list(pool.map(decide, servers, rows))
            assert {reply.status_code for reply in replies} == {200}, [r.text for r in replies]
            assert [each.stop() for each in servers] == [0] * SERVERS
        assert record.count("decisions") == SERVERS
        versions = [row[0] for row in record.query("SELECT version FROM schema_migrations")]
        assert len(versions) == len(set(versions))
        fairline("audit", "verify", *record.options, env=record.env)
