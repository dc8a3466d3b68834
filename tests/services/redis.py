"""A Redis server for tests, from Debian's package: nothing is written to disk."""

import shutil
import signal
import socket

from . import Service

MISSING = None if shutil.which("redis-server") else "Redis (Debian: redis-server)"


class RedisServer(Service):
    """Listens on 127.0.0.1. `settings` are lines of redis.conf by name."""

    def __init__(self, **settings):
        super().__init__("redis")
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
        self.launch(["setpriv", "--pdeathsig", "KILL", "redis-server", *options], self._answers)
        return self

    def pause(self):
        """The server keeps its connections and says nothing until resume()."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def url(self, database=0):
        return f"redis://127.0.0.1:{self.port}/{database}"

    def environment(self):
        return {"FAIRLINE_TEST_REDIS": f"redis://127.0.0.1:{self.port}"}

    def _answers(self):
        """Any reply is an answer: a server with a password refuses PING in words."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(1) != b""
        except OSError:
            return False
