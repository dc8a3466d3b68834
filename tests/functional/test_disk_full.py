"""A disk without room: decisions are refused and none is lost, the server lives on, and works again
when there is room, without a restart."""

import contextlib
import os
import random
import subprocess

import pytest
import requests
from conftest import Record, put_into_production
from oracle import Oracle, seed
from probes import await_true, is_ready, status

# `make test-release` fills it more often.
FILLS = int(os.environ.get("FILLS", 10))
DISK_BYTES = (64 + 5 * FILLS) << 20  # all that is written during the test fits
BLOCK_BYTES = 4096
RATE = 200


@pytest.fixture
def small_disk(tmp_path):
    """A folder with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "fairline-test", folder]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("needs a disk of its own: only root may mount one")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder, leaving_bytes):
    """Takes all room but a little, while others write too; gives the file that holds it."""
    ballast = folder / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        for piece in (bytes(1 << 20), bytes(BLOCK_BYTES)):
            with contextlib.suppress(OSError):
                while True:
                    file.write(piece)
        file.truncate(max(file.tell() - leaving_bytes, 0))
    return ballast


def test_a_full_disk_refuses_and_heals(server, fairline, demo, small_disk):
    record = Record("sqlite", small_disk / "store", "")
    put_into_production(fairline, demo, record)
    oracle = Oracle(demo.applications(200))
    amounts = random.Random(seed())
    slowest_return = 0
    with server(*record.options) as running:
        for _ in range(FILLS):
            ballast = fill(small_disk, BLOCK_BYTES * amounts.randrange(50))
            before = oracle.refused
            with oracle.load(running.port, RATE) as clients:
                await_true(lambda: oracle.refused > before)
                await_true(lambda: not is_ready(running))
                assert status(running, "/livez") == 200
                checks = requests.get(f"{running.url}/readyz", timeout=30)
                assert checks.headers["Retry-After"]
                ballast.unlink()
                slowest_return = max(slowest_return, await_true(lambda: is_ready(running)))
                answered = len(oracle.acknowledged)
                await_true(lambda: len(oracle.acknowledged) > answered)
            assert clients.broken == 0
            oracle.settle(running.port)
        print(f"slowest return {slowest_return:.2f} s, {oracle.refused} refused")
        oracle.settle(running.port, repeats=100)
        oracle.check(record)
        assert running.stop() == 0
    fairline("audit", "verify", *record.options)
