"""A Redis server for tests, from Debian's package: nothing is written to disk."""

import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from . import free_port

START_SECONDS = 30
MISSING = None if shutil.which("redis-server") else "Redis (Debian: redis-server)"


class RedisServer:
    """Listens on 127.0.0.1. `settings` are lines of redis.conf by name."""

    def __init__(self, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fairline-redis-", dir="/tmp"))
        self.port = free_port()
        self.process = None
        self.settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
        } | settings

    def start(self):
        """Returns when the server answers."""
        options = [word for name, value in self.settings.items() for word in (f"--{name}", value)]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "redis-server", *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Redis did not start:\n{(self.folder / 'log').read_text()[-4000:]}")
            time.sleep(0.02)
        return self

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def pause(self):
        """The server keeps its connections and says nothing until resume()."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def url(self, database=0):
        return f"redis://127.0.0.1:{self.port}/{database}"

    def environment(self):
        return {"FAIRLINE_TEST_REDIS": f"redis://127.0.0.1:{self.port}"}

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def _answers(self):
        """Any reply is an answer: a server with a password refuses PING in words."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(1) != b""
        except OSError:
            return False
