"""A wall clock that jumps, also backwards: ids keep their order, the ledger stays whole."""

import json
import pathlib

import pytest
import requests
from probes import await_true

LIBRARIES = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
JUMPS = ["+0", "-3600", "-3605", "+86400", "-1", "+400000000", "+0"]  # s; the long one is 2039


@pytest.fixture
def wall_clock(tmp_path):
    """(set it this far off, the environment of a program that sees it). Monotonic time is true."""
    if not LIBRARIES:
        pytest.skip("needs faketime (Debian: faketime)")
    offset = tmp_path / "offset"

    def set_off(seconds):
        replacement = offset.with_suffix(".new")
        replacement.write_text(f"{seconds}\n")
        replacement.rename(offset)

    set_off("+0")
    return set_off, {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def test_jumps(server, fairline, demo, record, wall_clock):
    set_off, faked = wall_clock
    rows = demo.applications(50)
    ids, years = [], set()
    with server(*record.options, **record.env, **faked) as running:
        for jump in JUMPS:
            set_off(jump)
            for row in rows[:10]:
                reply = requests.post(
                    f"{running.url}/v1/decisions", json={"features": row}, timeout=60
                )
                assert reply.status_code == 201, reply.text
                ids.append(reply.json()["decision_id"])
                years.add(reply.json()["created_at"][:4])
        # The sequencer goes on too: its lease and its periods are of monotonic time.
        await_true(lambda: ordered(record) == record.count("ledger_events"))
        assert running.stop() == 0
    assert ids == sorted(set(ids))
    assert len(years) > 1, "the clock did not jump"
    assert record.count("decisions") == len(ids)
    fairline("audit", "verify", *record.options, env=record.env)
    shown = fairline("decisions", "show", ids[-1], "--json", *record.options, env=record.env)
    assert json.loads(shown.stdout)["decision_id"] == ids[-1]


def ordered(record):
    """Events that have their place in the Merkle tree."""
    return int(record.query("SELECT COALESCE(SUM(count), 0) FROM ledger_ranges")[0][0])
