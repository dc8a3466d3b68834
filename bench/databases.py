"""The databases of `make bench-record`: new ones on SQLite and PostgreSQL, their size, their log,
and the CPU time that they take outside of the program."""

import contextlib
import pathlib
import shutil
import sqlite3
import sys

import psycopg
from contenders import OUT, ROOT
from measure import TICKS_PER_SECOND
from probe import metric_value

sys.path.insert(0, str(ROOT / "tests"))
from services import postgres  # noqa: E402

DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
WORK = OUT / "record"  # databases and stores, gone afterwards
# As one would set up a server for writing; what makes it durable is PostgreSQL's default.
POSTGRES_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB"}


class Sqlite:
    """Where SQLite's databases lie, and what is known about them."""

    name = "sqlite"
    folder = WORK

    @contextlib.contextmanager
    def database(self, folder, name):
        """The URL of a new database."""
        yield f"sqlite:///{folder}/{name}.db"

    def log_position(self, _url):
        """A function of a server's metrics: the length of the log."""
        return lambda metrics: metric_value(metrics, "fairline_wal_bytes")

    def database_bytes(self, url):
        path = pathlib.Path(url.removeprefix("sqlite:///"))
        return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))

    def rows_in(self, url, table):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def cpu_seconds(self):
        return 0.0  # it is part of the program


class Postgres:
    name = "postgres"

    def __init__(self, server):
        self.server = server
        self.folder = server.folder

    @contextlib.contextmanager
    def database(self, _folder, _name):
        url = self.server.create_database()
        try:
            yield url
        finally:
            self.server.sql(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _ask(self, url, question):
        with psycopg.connect(url) as connection:
            return connection.execute(question).fetchone()[0]

    def log_position(self, url):
        connection = psycopg.connect(url, autocommit=True)
        question = "SELECT pg_current_wal_lsn() - '0/0'"
        return lambda _metrics: float(connection.execute(question).fetchone()[0])

    def database_bytes(self, url):
        return self._ask(url, "SELECT pg_database_size(current_database())")

    def rows_in(self, url, table):
        return self._ask(url, f"SELECT count(*) FROM {table}")

    def cpu_seconds(self):
        """Of the server: its processes now, and those that ended."""
        ticks = 0
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                numbers = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(folder.name) == self.server.process.pid:
                    ticks += sum(map(int, numbers[11:15]))
                elif int(numbers[1]) == self.server.process.pid:
                    ticks += int(numbers[11]) + int(numbers[12])
        return ticks / TICKS_PER_SECOND


@contextlib.contextmanager
def new_folder(place, name):
    folder = place.folder / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def places():
    with postgres.PostgresServer(**POSTGRES_SETTINGS) as server:
        try:
            yield [Sqlite(), Postgres(server)]
        finally:
            shutil.rmtree(WORK, ignore_errors=True)
