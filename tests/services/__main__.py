"""`python tests/services COMMAND…` runs COMMAND beside every server that is installed, which its
environment names (FAIRLINE_TEST_POSTGRES, …), and gives its exit code. The servers are stopped and
their folders removed whatever happens."""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys

# The package by its name: its modules would hide installed ones of the same name otherwise.
sys.path[0] = str(pathlib.Path(__file__).resolve().parents[1])

from services import postgres, redis, s3  # noqa: E402

SERVICES = [
    (postgres, postgres.PostgresServer),
    (redis, redis.RedisServer),
    (s3, s3.S3Server),
]


def main(command):
    if not command:
        sys.exit("usage: python tests/services COMMAND…")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    environment = dict(os.environ)
    with contextlib.ExitStack() as running:
        for module, service in SERVICES:
            if module.MISSING:
                print(f"not installed, its tests are skipped: {module.MISSING}", file=sys.stderr)
                continue
            server = service()
            running.callback(server.close)
            server.start()
            environment |= server.environment()
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
