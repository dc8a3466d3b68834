"""Who is compared: the servers, the scorers of files, and what each needs on disk."""

import dataclasses
import importlib.metadata
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable

from packaging.requirements import Requirement

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent
OUT = BENCH / "out"
STORE, MODEL = OUT / "store", OUT / "model"
BINARY = pathlib.Path(os.environ.get("FAIRLINE_BINARY", ROOT / "build/release/bin/fairline"))

WORKERS = 2  # of every Python server; more than cores would not help


def environment():
    """The caller's, without settings of Fairline; BENCH_BUNDLE is for the peers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAIRLINE_")}
    return kept | {"FAIRLINE_NO_PROGRESS": "1", "BENCH_BUNDLE": str(MODEL)}


def serve(port):
    return [BINARY, "serve", "--port", port, "--storage", STORE]


def gunicorn(app):
    options = [
        "--workers",
        WORKERS,
        "--worker-class",
        "gthread",
        "--threads",
        4,
        "--keep-alive",
        75,
    ]
    return lambda port: [
        *(sys.executable, "-m", "gunicorn", app, "--chdir", BENCH / "peers"),
        *("--bind", f"127.0.0.1:{port}", "--log-level", "warning", *options),
    ]


def uvicorn(app):
    options = ["--workers", WORKERS, "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    return lambda port: [
        *(sys.executable, "-m", "uvicorn", app, "--app-dir", BENCH / "peers"),
        *("--port", port, "--log-level", "warning", *options),
    ]


@dataclasses.dataclass
class Contender:
    command: Callable  # of the port
    path: str = "/predict"
    packages: tuple = ()  # what must be installed


FASTAPI = ("fastapi", "uvicorn[standard]", "numpy", "lightgbm")
SERVERS = {
    "fairline": Contender(serve),
    "Flask": Contender(
        gunicorn("tutorial_flask:app"), packages=("flask", "gunicorn", "pandas", "lightgbm")
    ),
    "FastAPI": Contender(uvicorn("tutorial_fastapi:app"), packages=(*FASTAPI, "pandas")),
    "lean": Contender(uvicorn("lean_fastapi:app"), packages=(*FASTAPI, "orjson")),
    "lean, explained": Contender(
        uvicorn("lean_fastapi:app"), "/predict_explained", packages=(*FASTAPI, "orjson")
    ),
}


def scorers(source):
    """name -> command of an output, for a file of applicants."""
    script = [sys.executable, BENCH / "peers/score_file.py", source]
    commands = {
        "fairline": lambda out: [BINARY, "predict", source, "-o", out, "--bundle", MODEL],
        "pandas": lambda out: [*script, out],
    }
    if source.suffix == ".csv":
        commands["pandas + arrow"] = lambda out: [*script, out, "--pyarrow"]
    return commands


def installed_mb(name):
    """Fairline: the program, its library folder and every shared library it loads. A peer: its
    packages and what they need, without Python itself."""
    if name == "fairline":
        listed = subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True).stdout
        paths = [BINARY, *map(pathlib.Path, re.findall(r"(/\S+) \(0x", listed))]
        paths += BINARY.parent.parent.glob("lib/*.so*")
        sizes = {path.name: path.stat().st_size for path in paths}
        return sum(sizes.values()) / 2**20
    packages, seen, todo = {}, set(), list(SERVERS[name].packages)
    while todo:
        wanted = todo.pop()
        if wanted in seen:
            continue
        seen.add(wanted)
        requirement = Requirement(wanted)
        package = importlib.metadata.distribution(requirement.name)
        packages[package.name] = package
        for text in package.requires or []:
            marker = Requirement(text).marker
            extras = requirement.extras or {""}
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
                todo.append(text)
    return sum(map(size, packages.values())) / 2**20


def size(package):
    paths = [pathlib.Path(package.locate_file(file)) for file in package.files or []]
    return sum(path.stat().st_size for path in paths if path.is_file())
