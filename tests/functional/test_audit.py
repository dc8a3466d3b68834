"""The audit ledger from outside: `fairline audit …`, and an independent verifier that agrees with it
on sound ledgers and on changed ones."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import sys
import time

import pytest
import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "verifier"))
import verify_ledger  # noqa: E402

# `make test-release` sets this to 50.
LEADER_KILLS = int(os.environ.get("LEADER_KILLS", "5"))


@pytest.fixture(scope="module")
def ledger(fairline, demo, tmp_path_factory):
    """A store with events of two chains, some under checkpoints and some not, and what an auditor
    keeps elsewhere: a checkpoint and the public key."""
    folder = tmp_path_factory.mktemp("audit")
    store = shutil.copytree(demo.store, folder / "store")

    def move(stage):
        fairline("models", "transition", "credit", 1, "--stage", stage, "--storage", store)

    def sign():
        return fairline("audit", "checkpoint", "--storage", store).stdout

    sign()
    for _ in range(4):
        move("Staging")
        move("Production")
    sign()
    few = folder / "few.csv"
    few.write_text("".join(demo.data.read_text().splitlines(keepends=True)[:21]))
    fairline("predict", few, "-o", folder / "out.csv", "--record", "--storage", store)
    for _ in range(3):
        move("Staging")
        move("Production")
    (folder / "kept.txt").write_text(sign())
    key = fairline("audit", "checkpoint", "--public-key", "--storage", store).stdout
    (folder / "ledger.pub").write_text(key)
    move("Staging")
    return folder


@pytest.fixture
def copy(ledger, tmp_path):
    """The same, to be changed."""
    return pathlib.Path(shutil.copytree(ledger, tmp_path / "copy"))


def change(folder, *statements):
    with sqlite3.connect(folder / "store" / "fairline.db") as database:
        database.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            assert database.execute(statement).rowcount != 0, statement
    database.close()


def query(folder, sql):
    with contextlib.closing(sqlite3.connect(folder / "store" / "fairline.db")) as database:
        return database.execute(sql).fetchall()


def verify(fairline, folder, ok):
    kept = folder / "kept.txt"
    text = fairline(
        "audit", "verify", "--json", "--checkpoint", kept, "--public-key", folder / "ledger.pub",
        "--storage", folder / "store", ok=ok,
    ).stdout  # fmt: skip
    return json.loads(text)


def verify_independently(fairline, folder):
    """Findings of the Python verifier over an export, or None when no export could be made."""
    export = folder / "export.jsonl"
    export.unlink(missing_ok=True)
    made = fairline("audit", "export", "--out", export, "--storage", folder / "store", ok=None)
    if made.returncode != 0:
        assert not export.exists()
        return None
    public_key = verify_ledger.read_public_key((folder / "ledger.pub").read_text())
    kept = [(folder / "kept.txt").read_text()]
    return verify_ledger.Export(public_key, kept).verify(export.read_text().splitlines())


def test_both_verifiers_agree_that_it_is_sound(fairline, ledger):
    report = verify(fairline, ledger, ok=0)
    assert report["intact"]
    assert report["kept_checkpoints"] == 1
    assert report["checkpoints"] == 3
    assert report["newest_checkpoint"]["tree_size"] == report["events"]
    assert report["not_ordered"]["events"] >= 1  # the last move
    assert verify_independently(fairline, ledger) == []


def test_the_page_is_for_people(fairline, ledger):
    page = fairline("audit", "verify", "--storage", ledger / "store").stdout
    assert re.search(r"^events +\d+ events in \d chains?$", page, re.M), page
    assert re.search(r"^checkpoints +3 checkpoints; the newest .* \d{4}-\d\d-\d\d ", page, re.M), page
    assert "--public-key" in page
    assert page.endswith("\nintact\n")


# What each changes, and the events that must be named (None: a checkpoint says it).
FIRST = "writer = 1 AND seq = 2"
MUTATIONS = [
    (f"UPDATE audit_payloads SET user_id = 'eve' WHERE {FIRST}", 2),
    (f"UPDATE audit_payloads SET metadata = '{{}}' WHERE {FIRST}", 2),
    (f"UPDATE audit_payloads SET timestamp = '2020' || substr(timestamp, 5) WHERE {FIRST}", 2),
    (f"UPDATE audit_payloads SET entity_id = entity_id || '0' WHERE {FIRST}", 2),
    (f"UPDATE audit_payloads SET salt = zeroblob(16) WHERE {FIRST}", 2),
    (f"UPDATE ledger_events SET commitment = zeroblob(32) WHERE {FIRST}", 2),
    (f"UPDATE ledger_events SET chain = zeroblob(32) WHERE {FIRST}", 2),
    (f"UPDATE ledger_events SET event_id = 'f' || substr(event_id, 2) WHERE {FIRST}", 2),
    (f"DELETE FROM ledger_events WHERE {FIRST}", 2),
    (f"UPDATE ledger_events SET seq = 1000 WHERE {FIRST}", 2),
    (
        "DELETE FROM ledger_ranges WHERE first_index = "
        "(SELECT max(first_index) FROM ledger_ranges)",
        None,
    ),
    ("UPDATE ledger_ranges SET first_seq = first_seq + 1 WHERE first_index = 0", None),
    ("UPDATE ledger_checkpoints SET note = replace(note, 'previous', 'previouz')", None),
    ("UPDATE ledger_checkpoints SET note = replace(note, 'time 20', 'time 19')", None),
    (
        "UPDATE ledger_checkpoints SET note = (SELECT note FROM ledger_checkpoints ORDER BY "
        "tree_size LIMIT 1)",
        None,
    ),
]


@pytest.mark.parametrize("statement, index", MUTATIONS)
def test_both_verifiers_find_the_same_change(fairline, copy, statement, index):
    change(copy, statement)
    report = verify(fairline, copy, ok=1)
    assert not report["intact"]
    found = verify_independently(fairline, copy)
    assert found is None or found
    if index is not None:
        assert index in {finding["index"] for finding in report["findings"]}
        assert found is None or index in {where for where, _ in found}


def test_a_ledger_that_lost_its_end_is_found_by_a_kept_checkpoint(fairline, copy):
    size = query(copy, "SELECT tree_size FROM ledger_checkpoints ORDER BY tree_size LIMIT 1")[0][0]
    change(
        copy,
        f"DELETE FROM ledger_checkpoints WHERE tree_size > {size}",
        f"DELETE FROM ledger_ranges WHERE first_index >= {size}",
        f"DELETE FROM ledger_events WHERE writer > 1 OR seq >= {size}",
        f"DELETE FROM audit_payloads WHERE writer > 1 OR seq >= {size}",
        "DELETE FROM ledger_writers WHERE id > 1",
        f"UPDATE ledger_writers SET next_seq = {size}, head = (SELECT chain FROM ledger_events "
        f"WHERE seq = {size - 1})",
        f"UPDATE ledger_tiles SET hashes = substr(hashes, 1, {size} * 32)",
    )
    alone = fairline("audit", "verify", "--storage", copy / "store")
    assert alone.stdout.endswith("intact\n"), "by itself the shorter ledger is sound"
    report = verify(fairline, copy, ok=1)
    assert report["first_divergent_checkpoint"]["tree_size"] > size
    assert f"the ledger holds only {size} events" in report["findings"][0]["what"]
    assert verify_independently(fairline, copy)


def test_erased_events_leave_it_sound(fairline, copy):
    change(copy, "DELETE FROM audit_payloads WHERE writer = 1 AND seq < 4")
    assert verify(fairline, copy, ok=0)["erased"] == 4
    assert verify_independently(fairline, copy) == []


def test_proofs_hold_without_the_ledger(fairline, ledger):
    store = ledger / "store"
    public_key = verify_ledger.read_public_key((ledger / "ledger.pub").read_text())
    for index in (0, 3, 7):
        event_id = query(ledger, f"SELECT event_id FROM ledger_events WHERE seq = {index}")[0][0]
        by_id = fairline("audit", "prove", event_id, "--storage", store).stdout
        assert by_id == fairline("audit", "prove", "--index", index, "--storage", store).stdout
        event, where, _ = verify_ledger.verify_event_proof(by_id, public_key)
        assert (event["event_id"], where) == (event_id, index)
        with pytest.raises(verify_ledger.Bad):
            verify_ledger.verify_event_proof(by_id.replace(f"index {index}", "index 1"), public_key)
    sizes = [row[0] for row in query(ledger, "SELECT tree_size FROM ledger_checkpoints ORDER BY 1")]
    old = fairline("audit", "prove", "--index", 1, "--size", sizes[0], "--storage", store).stdout
    assert verify_ledger.verify_event_proof(old, public_key)[2] == sizes[0]
    growth = fairline(
        "audit", "prove", "--from", sizes[0], "--to", sizes[2], "--storage", store
    ).stdout
    assert verify_ledger.verify_growth_proof(growth, public_key) == (sizes[0], sizes[2])
    document = json.loads(
        fairline("audit", "prove", "--index", 0, "--json", "--storage", store).stdout
    )
    assert document["tree_size"] == sizes[-1]


def test_what_cannot_be_proven_is_said(fairline, copy):
    store = copy / "store"
    third = query(copy, f"SELECT event_id FROM ledger_events WHERE {FIRST}")[0][0]
    last = query(copy, "SELECT event_id FROM ledger_events ORDER BY event_id DESC LIMIT 1")[0][0]
    not_yet = fairline("audit", "prove", last, "--storage", store, ok=1).stderr
    assert "no checkpoint covers that event yet" in not_yet
    assert "no event at index" in fairline(
        "audit", "prove", "--index", 10**9, "--storage", store, ok=1
    ).stderr  # fmt: skip
    fairline("audit", "prove", "--storage", store, ok=2)
    fairline("audit", "prove", "no-id", "--storage", store, ok=2)
    fairline("audit", "prove", "--from", 1, "--storage", store, ok=2)
    fairline("audit", "prove", "--from", 1, "--to", 2, "--storage", store, ok=1)
    change(copy, f"UPDATE ledger_events SET commitment = zeroblob(32) WHERE {FIRST}")
    changed = fairline("audit", "prove", third, "--storage", store, ok=1).stderr
    assert "audit verify" in changed


def test_a_part_of_the_ledger_can_be_verified_alone(fairline, copy):
    change(copy, "UPDATE ledger_checkpoints SET created_at = '2020-01-01T00:00:00.000000Z' "
                 "WHERE tree_size = (SELECT min(tree_size) FROM ledger_checkpoints)")  # fmt: skip
    part = copy / "part.jsonl"
    fairline("audit", "export", "--since", "2020-01-02", "--out", part, "--storage", copy / "store")
    lines = part.read_text().splitlines()
    first = json.loads(lines[0])["first_index"]
    assert first > 0 and json.loads(lines[1])["index"] == first
    public_key = verify_ledger.read_public_key((copy / "ledger.pub").read_text())
    kept = [(copy / "kept.txt").read_text()]
    assert verify_ledger.Export(public_key, kept).verify(lines) == []
    lines[1] = lines[1].replace("tester", "eve")
    assert verify_ledger.Export(public_key, kept).verify(lines)[0][0] == first


def test_files_that_are_no_keys_and_no_checkpoints(fairline, copy):
    store = copy / "store"
    (copy / "wrong").write_text("hello\n")
    refused = fairline("audit", "verify", "--public-key", copy / "wrong", "--storage", store, ok=1)
    assert "is not the public key of a ledger" in refused.stderr
    found = fairline("audit", "verify", "--checkpoint", copy / "wrong", "--storage", store, ok=1)
    assert "not a checkpoint" in found.stdout
    missing = fairline("audit", "verify", "--checkpoint", copy / "none", "--storage", store, ok=1)
    assert "no such file" in missing.stderr


def test_without_new_events_the_checkpoint_stays_the_same(fairline, copy):
    one = fairline("audit", "checkpoint", "--storage", copy / "store").stdout
    assert one == fairline("audit", "checkpoint", "--storage", copy / "store").stdout
    assert verify(fairline, copy, ok=0)["not_ordered"]["events"] == 0


def leads(server):
    metrics = requests.get(f"{server.url}/metrics", timeout=10).text
    return "\nfairline_ledger_leader 1\n" in metrics


def await_true(condition, seconds, message):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, message
        time.sleep(0.05)


def test_a_checkpoint_beside_a_running_server(fairline, server, demo, store):
    with server("--storage", store) as running:
        for row in demo.applications(5):
            assert requests.post(f"{running.url}/predict", json=row, timeout=30).status_code == 200
        note = fairline("audit", "checkpoint", "--storage", store).stdout
        report = json.loads(fairline("audit", "verify", "--json", "--storage", store).stdout)
        assert int(note.split("\n")[1]) == report["events"] >= 5
        assert report["not_signed"]["events"] == report["not_ordered"]["events"] == 0
        row = demo.applications(1)[0]
        assert requests.post(f"{running.url}/predict", json=row, timeout=30).status_code == 200
        await_true(lambda: leads(running), 15, "the server does not lead again")
        assert running.stop() == 0
    report = json.loads(fairline("audit", "verify", "--json", "--storage", store).stdout)
    assert report["intact"]


# Needs `fairline serve` to run a Sequencer, and to say in /metrics whether it leads.
def test_killed_leaders_leave_no_gap_and_no_duplicate(fairline, server, demo, store):
    rows = demo.applications(50)
    answered = 0

    def decide(url, count):
        nonlocal answered
        for row in rows[:count]:
            answered += requests.post(f"{url}/predict", json=row, timeout=30).status_code == 200

    def sizes():
        with contextlib.closing(sqlite3.connect(store / "fairline.db")) as database:
            return database.execute(
                "SELECT (SELECT count(*) FROM ledger_events), "
                "(SELECT coalesce(sum(count), 0) FROM ledger_ranges)"
            ).fetchone()

    with server("--storage", store) as probe:
        if "fairline_ledger_leader" not in requests.get(f"{probe.url}/metrics", timeout=10).text:
            pytest.skip("this server runs no sequencer")

    running = [server("--storage", store) for _ in range(2)]
    servers = [context.__enter__() for context in running]
    try:
        for _ in range(LEADER_KILLS):
            for one in servers:
                decide(one.url, 3)
            await_true(lambda: any(map(leads, servers)), 15, "nobody leads")
            leader = next(i for i, one in enumerate(servers) if leads(one))
            decide(servers[leader].url, 3)
            os.kill(servers[leader].process.pid, signal.SIGKILL)
            running[leader].__exit__(None, None, None)
            decide(servers[1 - leader].url, 3)
            await_true(lambda: len(set(sizes())) == 1, 15, f"not ordered: {sizes()}")
            running[leader] = server("--storage", store)
            servers[leader] = running[leader].__enter__()
    finally:
        for context in running:
            context.__exit__(None, None, None)
    fairline("audit", "checkpoint", "--storage", store)
    report = json.loads(fairline("audit", "verify", "--json", "--storage", store).stdout)
    assert report["intact"] and report["not_ordered"]["events"] == 0
    assert report["events"] >= answered > 0
