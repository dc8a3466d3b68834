"""A PostgreSQL server for tests, from Debian's package."""

import os
import pathlib
import secrets
import shutil
import signal
import subprocess

from . import Service

USER = "fairline"
SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}


def _binaries():
    """The folder of the newest server programs installed, or None."""
    folders = [p.parent for p in pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


MISSING = None if _binaries() else "PostgreSQL (Debian: postgresql-15)"


class PostgresServer(Service):
    """Listens on 127.0.0.1 and asks for a password. `settings` are those of postgresql.conf.

    The server never runs as root: root starts it as the user `postgres` of Debian's package. It
    ends with the thread that started it, also when that is killed.
    """

    def __init__(self, **settings):
        super().__init__("postgres")
        self.data = self.folder / "data"
        self.password = secrets.token_hex(8)
        self._as_user = ["setpriv", "--pdeathsig", "INT"]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self._as_user += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "max_connections": 200,
        } | settings

    def start(self):
        """Returns when the server answers."""
        if not self.data.exists():
            self._create()
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        ready = [_binaries() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        self.launch(
            [*self._as_user, _binaries() / "postgres", "-D", self.data, "-p", str(self.port),
             *options],
            lambda: subprocess.run(ready).returncode == 0)
        return self

    def stop(self, mode="fast"):
        """`smart`, `fast` (ends sessions) or `immediate` (a crash: recovery at the next start)."""
        if self.process is not None:
            self.process.send_signal(SIGNALS[mode])
            self.process.wait()
            self.process = None

    def kill(self):
        """SIGKILL for every process of the server, as the out-of-memory killer would."""
        if self.process is not None:
            self._signal_all(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def restart(self, mode="fast"):
        self.stop(mode)
        return self.start()

    def pause(self):
        """The server keeps its connections and says nothing until resume()."""
        self._signal_all(signal.SIGSTOP)

    def resume(self):
        self._signal_all(signal.SIGCONT)

    def url(self, database="postgres"):
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def create_database(self):
        """The URL of a new, empty database."""
        name = f"fairline_{secrets.token_hex(6)}"
        self.sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def sql(self, statement, url=None):
        """Runs a statement by psql; the rows as text, one per line, columns separated by |."""
        return self._run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement,
                         url or self.url()).stdout.strip()

    def environment(self):
        return {"FAIRLINE_TEST_POSTGRES": self.url()}

    def close(self):
        self.stop("immediate")  # a killed one would leave shared memory behind
        super().close()

    def _create(self):
        secret = self.folder / "password"
        secret.write_text(self.password)
        self._run("initdb", "-D", self.data, "-U", USER, "-E", "UTF8", "--locale=C.UTF-8",
                  "--auth=scram-sha-256", "--pwfile", secret, "--no-sync")

    def _signal_all(self, number):
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in [pid, *map(int, children)]:
            try:
                os.kill(each, number)
            except ProcessLookupError:
                pass  # a session that ended meanwhile

    def _run(self, program, *arguments):
        process = subprocess.run([*self._as_user, _binaries() / program, *arguments],
                                 capture_output=True, text=True, cwd="/tmp")
        if process.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{process.stdout}{process.stderr}")
        return process
