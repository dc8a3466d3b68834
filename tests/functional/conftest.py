"""What the functional tests share: the real binary, a small trained model, and a real server."""

import contextlib
import csv
import dataclasses
import json
import os
import pathlib
import queue
import shutil
import sqlite3
import subprocess
import sys
import threading

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from services import postgres as postgres_service  # noqa: E402
from services import redis as redis_service  # noqa: E402
from services import s3 as s3_service  # noqa: E402

BINARY = pathlib.Path(os.environ.get("FAIRLINE_BINARY", ROOT / "build/release/bin/fairline"))
EXAMPLE = ROOT / "examples" / "home_credit.yaml"
START_SECONDS = 60


def environment(**extra):
    """The caller's environment without settings of the program, which would change what it does."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FAIRLINE_")}
    return kept | {"FAIRLINE_NO_PROGRESS": "1", "USER": "tester"} | extra


@pytest.fixture(scope="session")
def fairline():
    """fairline("models", "list", …) runs the program and gives the finished process. `ok=None`
    accepts any exit code; otherwise the code must be `ok`."""
    assert BINARY.is_file(), f"no program at {BINARY}: run `make build` or set FAIRLINE_BINARY"

    def run(*arguments, ok=0, env=None, **options):
        options.setdefault("timeout", 600)
        process = subprocess.run(
            [BINARY, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment(**(env or {})),
            **options,
        )
        if ok is not None:
            assert process.returncode == ok, (
                f"fairline {' '.join(map(str, arguments))}\n"
                f"exit code {process.returncode}\n{process.stdout}\n{process.stderr}"
            )
        return process

    return run


# A process begins with the peak of the one it was forked from, which here is pytest. So the program
# is started by an interpreter of a few megabytes, which says what its child came to.
PEAK = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_bytes(*arguments, ok=0):
    """Peak resident memory of one run of the program."""
    process = subprocess.run(
        [sys.executable, "-S", "-E", "-c", PEAK, BINARY, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=600,
    )
    code, kilobytes = map(int, process.stdout.split())
    assert code == ok, process
    return kilobytes * 1024


@pytest.fixture(scope="session")
def shared_dir():
    """The folder with real data (FAIRLINE_SHARED_DIR); skips where there is none."""
    folder = os.environ.get("FAIRLINE_SHARED_DIR")
    if not folder or not pathlib.Path(folder, "data").is_dir():
        pytest.skip("needs real data: FAIRLINE_SHARED_DIR does not name a folder with data/")
    return pathlib.Path(folder)


def small_config(**changes):
    """The example configuration, made fast: 3 folds, at most 60 trees."""
    config = yaml.safe_load(EXAMPLE.read_text())
    config["folds"] = 3
    config["lightgbm"] |= {"num_iterations": 60, "learning_rate": 0.1}
    return config | changes


def cell_value(text):
    """A CSV cell as a request gives it."""
    if text == "":
        return None
    try:
        number = float(text)
        return int(number) if number.is_integer() and "." not in text else number
    except ValueError:
        return text


def read_csv(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


@dataclasses.dataclass
class Demo:
    """A trained, registered model in Production. `store` is copied by tests that change it."""

    folder: pathlib.Path
    config: pathlib.Path
    data: pathlib.Path
    truth: pathlib.Path
    bundle: pathlib.Path
    store: pathlib.Path

    def applications(self, count=None):
        """Rows of the sample as /predict wants them."""
        return [
            {name: cell_value(text) for name, text in row.items() if name != "TARGET"}
            for row in read_csv(self.data)[:count]
        ]


@pytest.fixture(scope="session")
def demo(fairline, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    made = Demo(
        folder,
        config=folder / "train.yaml",
        data=folder / "applicants.csv",
        truth=folder / "truth.csv",
        bundle=folder / "model",
        store=folder / "store",
    )
    made.config.write_text(json.dumps(small_config()))  # JSON is YAML
    fairline("data", "sample", "--rows", 3000, "--seed", 7, "--out", made.data, "--truth", made.truth)
    fairline("train", "--config", made.config, "--data", made.data, "--out", made.bundle)
    fairline("models", "register", made.bundle, "--name", "credit", "--storage", made.store)
    fairline(
        "models", "transition", "credit", 1, "--stage", "Production", "--storage", made.store
    )
    return made


@pytest.fixture
def store(demo, tmp_path):
    """The demo's store, to be changed."""
    return shutil.copytree(demo.store, tmp_path / "store")


def _service(module, make):
    if module.MISSING:
        pytest.skip(f"needs {module.MISSING}")
    with make() as running:
        yield running


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server; `create_database()` gives the URL of a new database."""
    yield from _service(postgres_service, postgres_service.PostgresServer)


@pytest.fixture
def own_postgres():
    """One for a test that stops it."""
    yield from _service(postgres_service, postgres_service.PostgresServer)


@pytest.fixture
def redis():
    """A Redis server of the test's own."""
    yield from _service(redis_service, redis_service.RedisServer)


@pytest.fixture(scope="session")
def s3():
    """An S3 server with a bucket."""
    yield from _service(s3_service, s3_service.S3Server)


class Record:
    """A store of its own, on SQLite or on PostgreSQL, with the demo's model in Production."""

    def __init__(self, kind, folder, url):
        self.kind = kind
        self.folder = folder
        self.url = url
        self.options = ["--storage", folder]
        self.env = {} if kind == "sqlite" else {"FAIRLINE_STORAGE_DATABASE": url}

    def query(self, sql):
        """Rows of the database, as the database's own client sees them (texts, ints, floats)."""
        if self.kind == "sqlite":
            with contextlib.closing(sqlite3.connect(self.folder / "fairline.db")) as database:
                return database.execute(sql).fetchall()
        psql = ["psql", "-XAtq", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-c", sql, self.url]
        lines = subprocess.run(psql, capture_output=True, text=True, check=True).stdout
        return [tuple(line.split("\x1f")) for line in lines.splitlines()]

    def execute(self, sql):
        """Somebody changes the database behind the program's back."""
        if self.kind == "sqlite":
            with contextlib.closing(sqlite3.connect(self.folder / "fairline.db")) as database:
                database.execute(sql)
                database.commit()
        else:
            self.query(sql)

    def count(self, table):
        return int(self.query(f"SELECT COUNT(*) FROM {table}")[0][0])


def put_into_production(fairline, demo, record):
    """The demo's model decides there."""
    where = {"env": record.env}
    fairline("models", "register", demo.bundle, "--name", "credit", *record.options, **where)
    fairline(
        "models", "transition", "credit", 1, "--stage", "Production", *record.options, **where
    )


@pytest.fixture(params=["sqlite", "postgres"])
def record(request, fairline, demo, tmp_path):
    """Such a store, once on each database."""
    folder = tmp_path / "store"
    url = f"sqlite://{folder}/fairline.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").create_database()
    made = Record(request.param, folder, url)
    put_into_production(fairline, demo, made)
    return made


class Server:
    """A running `fairline serve`. Its log lines are kept in `log`."""

    def __init__(self, arguments, env):
        self.process = subprocess.Popen(
            [BINARY, "serve", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(**env),
        )
        self.log = []
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = self._await_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def _read(self):
        for line in self.process.stderr:
            self.log.append(line.rstrip("\n"))
            self._lines.put(line)
        self._lines.put(None)

    def _await_port(self):
        while True:
            try:
                line = self._lines.get(timeout=START_SECONDS)
            except queue.Empty:
                self.process.kill()
                raise AssertionError("the server did not start:\n" + "\n".join(self.log)) from None
            if line is None:
                self.process.wait()
                raise AssertionError("the server ended:\n" + "\n".join(self.log))
            with contextlib.suppress(json.JSONDecodeError):
                event = json.loads(line)
                if isinstance(event, dict) and event.get("event") == "server.started":
                    return event["port"]

    def stop(self):
        """SIGTERM; gives the exit code after the drain."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._reader.join(timeout=10)
        return code


@pytest.fixture(scope="session")
def server(fairline):
    """`with server("--storage", folder) as running:` starts a server on a free port."""

    @contextlib.contextmanager
    def start(*arguments, **env):
        running = Server(["--port", "0", *arguments], env)
        try:
            yield running
        finally:
            if running.process.poll() is None:
                running.process.kill()
                running.process.wait()
            running.process.stdout.close()

    return start
