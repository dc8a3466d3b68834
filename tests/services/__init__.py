"""Real servers for the tests, each in a folder of its own and on a free port, gone with them.

`MISSING` of a service's module says what to install when its programs are not there (else None).
"""

import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

START_SECONDS = 30


def free_port():
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """A server with a folder and a port of its own. `with` starts and closes it.

    A service has `start()`, which returns it when it answers, and `environment()`, the variables by
    which tests find it.
    """

    def __init__(self, name):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"fairline-{name}-", dir="/tmp"))
        self.port = free_port()
        self.process = None

    def launch(self, command, answers, env=None):
        """Runs the server; returns when `answers()` is true."""
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{type(self).__name__} did not start:\n{self.log()[-4000:]}")
            time.sleep(0.02)

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()
