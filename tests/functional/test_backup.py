"""Backups of a running program: what was acknowledged comes back, from a folder, from S3, and from
PostgreSQL with its archived log."""

import contextlib
import datetime
import json
import os
import pathlib
import shlex
import shutil
import sqlite3
import sys
import tempfile
import time

import pytest
import requests
from conftest import BINARY
from load import Load

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from services import postgres, s3  # noqa: E402


def acknowledged(load):
    return {body["decision_id"] for status, body in list(load.answers) if status == 200}


def stored(folder):
    with contextlib.closing(sqlite3.connect(folder / "fairline.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {row[0] for row in database.execute("SELECT id FROM decisions")}


def events(folder, action):
    with contextlib.closing(sqlite3.connect(folder / "fairline.db")) as database:
        rows = database.execute("SELECT metadata FROM audit_log WHERE action = ?", (action,))
        return [json.loads(row[0]) for row in rows]


def decide(server, arguments, rows, **env):
    """Ids of one decision per row."""
    with server(*arguments, **env) as running, requests.Session() as session:
        replies = [session.post(f"{running.url}/predict", json=row) for row in rows]
        assert {reply.status_code for reply in replies} == {200}
        assert running.stop() == 0
    return {reply.json()["decision_id"] for reply in replies}


@pytest.fixture
def decided(server, demo, store):
    """A store with decisions, and their ids."""
    return store, decide(server, ["--storage", store], demo.applications(30))


def test_what_was_acknowledged_before_a_backup_is_in_it(fairline, server, demo, store, tmp_path):
    backups = tmp_path / "backups"
    with server("--storage", store) as running:
        with Load(running.port, demo.applications(200)).running() as load:
            for round in range(3):
                load.await_answers(200 * (round + 1))
                before = acknowledged(load)
                fairline("backup", "create", "--to", backups, "--storage", store)
                restored = tmp_path / f"restored-{round}"
                fairline("backup", "restore", "--from", backups, "--into", restored,
                         "--storage", store)
                assert before <= stored(restored)
        assert not load.failures
        assert running.stop() == 0
    listed = json.loads(
        fairline("backup", "list", "--from", backups, "--storage", store, "--json").stdout)
    counts = [backup["decisions"] for backup in listed]
    assert len(counts) == 3 and counts == sorted(counts)


def test_a_restored_store_serves_the_same_decisions(fairline, server, decided, tmp_path):
    store, ids = decided
    backups, restored = tmp_path / "backups", tmp_path / "restored"
    made = fairline("backup", "create", "--to", backups, "--storage", store).stdout.strip()
    assert fairline("backup", "verify", made, "--from", backups, "--storage",
                    store).stdout.startswith(f"good: {made}")
    done = fairline("backup", "restore", made, "--from", backups, "--into", restored,
                    "--storage", store)
    assert f"fairline serve --storage {restored}" in done.stderr
    key = store / "master.key"
    some = sorted(ids)[0]
    assert "bit-equal" in fairline("decisions", "replay", some, "--storage", restored,
                                   "--set", f"encryption.master_key_file={key}").stdout
    with server("--storage", restored, "--set", f"encryption.master_key_file={key}") as running:
        for each in ids:
            assert requests.get(f"{running.url}/v1/decisions/{each}").status_code == 200
        assert running.stop() == 0
    assert len(events(store, "backup.create")) == 1
    assert len(events(restored, "backup.restore")) == 1


def test_a_folder_with_something_in_it_is_left_alone(fairline, decided, tmp_path):
    store, _ = decided
    backups, target = tmp_path / "backups", tmp_path / "target"
    fairline("backup", "create", "--to", backups, "--storage", store)
    target.mkdir()
    (target / "mine").write_text("kept")
    refused = fairline("backup", "restore", "--from", backups, "--into", target, "--storage", store,
                       ok=1)
    assert "not an empty folder" in refused.stderr
    assert [path.name for path in target.iterdir()] == ["mine"]
    assert not list(tmp_path.glob(".target*"))


def test_damage_is_refused_with_the_part_s_name(fairline, decided, tmp_path):
    store, _ = decided
    backups, restored = tmp_path / "backups", tmp_path / "restored"
    made = fairline("backup", "create", "--to", backups, "--storage", store).stdout.strip()
    part = backups / "backups" / made / "database" / "000001"
    good = part.read_bytes()
    part.write_bytes(bytes(b ^ 1 if i % 97 == 0 else b for i, b in enumerate(good)))
    for command in (["verify"], ["restore", "--into", restored]):
        refused = fairline("backup", *command, "--from", backups, "--storage", store, ok=1)
        assert f"backups/{made}/database/000001" in refused.stderr
    assert not restored.exists()
    part.write_bytes(good[:-1])
    refused = fairline("backup", "verify", "--from", backups, "--storage", store, ok=1)
    assert f"backups/{made}/database/000001" in refused.stderr
    drill = fairline("backup", "drill", "--from", backups, "--storage", store, "--json", ok=1)
    assert json.loads(drill.stdout)["passed"] is False


def test_the_wrong_master_key_names_the_right_one(fairline, decided, tmp_path):
    store, _ = decided
    backups = tmp_path / "backups"
    fairline("backup", "create", "--to", backups, "--storage", store)
    needed = (store / "master.key").read_text().split()[0]
    elsewhere = tmp_path / "elsewhere"
    fairline("models", "import", tmp_path / "none", "--storage", elsewhere, ok=None)
    other = tmp_path / "other.key"
    other.write_text((store / "master.key").read_text().replace(needed, "another"))
    other.chmod(0o600)
    refused = fairline("backup", "verify", "--from", backups, "--storage", elsewhere,
                       "--set", f"encryption.master_key_file={other}", ok=1)
    assert needed in refused.stderr
    missing = fairline("backup", "verify", "--from", backups, "--storage", elsewhere, ok=1)
    assert "master_key_file" in missing.stderr


def test_a_drill_passes_and_the_ledger_remembers_it(fairline, decided, tmp_path):
    store, ids = decided
    backups = tmp_path / "backups"
    fairline("backup", "create", "--to", backups, "--storage", store)
    report = json.loads(fairline("backup", "drill", "--from", backups, "--storage", store, "--json",
                                 "--replays", 10).stdout)
    assert report["passed"] and report["decisions"] == len(ids)
    assert report["replayed"] == report["replays_equal"] == 10
    assert 0 <= report["rpo_seconds"] < 15 * 60 and 0 < report["rto_seconds"] < 3600
    (event,) = events(store, "backup.drill")
    assert event["passed"] is True and event["replays_equal"] == 10
    missed = fairline("backup", "drill", "--from", backups, "--storage", store, "--rpo-minutes", 0,
                      ok=1)
    assert "FAIL  RPO" in missed.stdout and missed.stdout.endswith("the drill FAILED\n")
    assert not list(pathlib.Path(tempfile.gettempdir()).glob("fairline-drill-*"))


def test_prune_keeps_the_newest(fairline, decided, tmp_path):
    store, _ = decided
    backups = tmp_path / "backups"
    old, new = (fairline("backup", "create", "--to", backups, "--storage", store).stdout.strip()
                for _ in range(2))
    prune = ["backup", "prune", "--keep-days", 0, "--from", backups, "--storage", store]
    assert fairline(*prune, "--dry-run").stdout.split() == [old]
    assert (backups / "manifests" / old).exists()
    assert fairline(*prune).stdout.split() == [old]
    assert not (backups / "manifests" / old).exists()
    assert len(events(store, "backup.prune")) == 1
    assert new in fairline("backup", "verify", "--from", backups, "--storage", store).stdout


def test_where_is_asked_for(fairline, store):
    refused = fairline("backup", "create", "--storage", store, ok=1)
    assert "backup.location" in refused.stderr


def test_serve_backs_up_by_itself(fairline, server, demo, store, tmp_path):
    backups = tmp_path / "backups"
    settings = ["--storage", store, "--set", f"backup.location={backups}"]
    with server(*settings) as running:
        deadline = time.monotonic() + 60
        while not list(backups.glob("manifests/*")):
            assert time.monotonic() < deadline, "\n".join(running.log)
            time.sleep(0.05)
        metrics = requests.get(f"{running.url}/metrics").text
        assert "fairline_backup_age_seconds" in metrics
        assert "fairline_backup_failures_total 0" in metrics
        assert running.stop() == 0
    fairline("backup", "verify", *settings)


@pytest.mark.skipif(bool(s3.MISSING), reason=str(s3.MISSING))
def test_backups_in_s3(fairline, decided, tmp_path):
    store, ids = decided
    with s3.S3Server() as bucket:
        env = {k: v for k, v in bucket.environment().items() if k.startswith("AWS_")}
        at = ["--from", bucket.url("dr"), "--storage", store]
        fairline("backup", "create", "--to", bucket.url("dr"), "--storage", store, env=env)
        fairline("backup", "verify", *at, env=env)
        fairline("backup", "restore", "--into", tmp_path / "restored", *at, env=env)
        assert stored(tmp_path / "restored") == ids
        assert "the drill passed" in fairline("backup", "drill", *at, env=env).stdout
        fairline("backup", "prune", "--keep-days", 0, *at, env=env)


def give_to_postgres(folder):
    for path in [folder, *folder.rglob("*")]:
        if os.geteuid() == 0:
            shutil.chown(path, "postgres", "postgres")


@contextlib.contextmanager
def archiving_postgres(folder, settings_file):
    """A server whose log is archived by the program itself, as its own user."""
    server = postgres.PostgresServer(
        archive_mode="on",
        archive_timeout="60",
        archive_command=f"{shlex.quote(str(BINARY))} --config {settings_file} "
        "backup archive-wal %p %f",
    )
    with server:
        yield server


@pytest.mark.skipif(bool(postgres.MISSING), reason=str(postgres.MISSING))
def test_postgresql_comes_back_with_what_its_log_holds(fairline, server, demo, tmp_path):
    # The server's user must reach the location and the key.
    shared = pathlib.Path(tempfile.mkdtemp(prefix="fairline-backup-test-", dir="/tmp"))
    try:
        settings = shared / "fairline.yaml"
        with archiving_postgres(shared, settings) as database:
            settings.write_text(json.dumps({
                "storage": {"directory": str(shared / "store"),
                            "database": database.create_database()},
                "encryption": {"master_key_file": str(shared / "master.key")},
                "backup": {"location": str(shared / "backups"), "interval_minutes": 0},
            }))
            as_us = ["--config", settings]
            (shared / "backups" / "wal").mkdir(parents=True)
            give_to_postgres(shared)
            fairline(*as_us, "models", "register", demo.bundle, "--name", "credit")
            fairline(*as_us, "models", "transition", "credit", 1, "--stage", "Production")
            first = decide(server, as_us, demo.applications(20))
            give_to_postgres(shared)  # the key, which now is there
            fairline(*as_us, "backup", "create")
            between = datetime.datetime.now(datetime.timezone.utc)
            later = decide(server, as_us, demo.applications(15))
            database.sql("SELECT pg_switch_wal()")
            deadline = time.monotonic() + 60
            while database.sql("SELECT COUNT(*) FROM pg_stat_archiver WHERE last_archived_wal >= "
                               "pg_walfile_name(pg_current_wal_lsn() - 1) "
                               "OR last_failed_wal IS NOT NULL") == "0":
                assert time.monotonic() < deadline, database.log()[-2000:]
                time.sleep(0.1)
            assert database.sql("SELECT failed_count FROM pg_stat_archiver") == "0", database.log()
        # The server is gone.
        report = json.loads(fairline(*as_us, "backup", "drill", "--json").stdout)
        assert report["passed"] and report["decisions"] == len(first | later)
        moment = between.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        early = json.loads(fairline(*as_us, "backup", "list", "--json").stdout)[0]
        assert early["kind"] == "postgresql" and early["decisions"] == len(first)
        restore = [*as_us, "backup", "restore", "--into", shared / "early", "--until"]
        assert "choose an earlier backup" in fairline(*restore, "2026-01-01T00:00:00Z", ok=1).stderr
        assert "log ends before" in fairline(*restore, "2999-01-01T00:00:00Z", ok=1).stderr
        assert not (shared / "early").exists()
        fairline(*restore, moment)
        with postgres_over(shared / "early" / "postgresql") as restored:
            name = restored.sql("SELECT datname FROM pg_database WHERE datname LIKE 'fairline_%'")
            count = restored.sql("SELECT COUNT(*) FROM decisions", restored.url(name))
        assert int(count) == len(first)
    finally:
        shutil.rmtree(shared, ignore_errors=True)


@contextlib.contextmanager
def postgres_over(data):
    """A server over a restored data directory."""
    server = postgres.PostgresServer()
    server.data = data
    # The password came with the cluster; the socket's folder is the test's own.
    (data / "pg_hba.conf").write_text("host all all 127.0.0.1/32 trust\n")
    with server:
        yield server
