"""The layers hold: every include follows an edge of cmake/layers.txt, and the edges form no cycle.

Also kept here because it is the same reading of the sources: heavy third-party headers stay in the
few files that need them, and files stay short.
"""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "fairline"
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)

# Third-party headers and the only places that may see them.
HEAVY = {
    "boost/": r"^server/http/",
    "simdjson": r"^core/(json|json_fault|yaml)\.cc$",
    "yaml-cpp/": r"^core/yaml\.cc$",
    "spdlog/": r"^core/log\.cc$",
    "sqlite3.h": r"^storage/",
    "LightGBM/": r"^training/lightgbm",
    "CLI/": r"^cli/",
    "openssl/": r"^(core|crypto)/",
    "libpq-fe.h": r"^storage/postgres_",
    "hiredis/": r"^storage/redis_",
    "curl/": r"^storage/s3_",
    "arrow/": r"^arrow/",
    "parquet/": r"^arrow/",
}
MAX_LINES = 500
# Compiled for processors that not everybody has: nothing inline of others may be in them.
KERNELS = re.compile(r"_avx(2|512)\.cc$")
PLAIN_HEADERS = {"immintrin.h", "cstddef", "cstdint"}


def edges():
    result = {}
    for line in (ROOT / "cmake" / "layers.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            module, _, allowed = line.partition(":")
            result[module] = set(allowed.split())
    return result


def sources():
    return sorted(p for p in SOURCES.rglob("*") if p.suffix in {".h", ".cc"})


def includes(path):
    return [(quote, name) for quote, name in INCLUDE.findall(path.read_text())]


def test_every_include_follows_an_edge():
    allowed = edges()
    wrong = []
    for path in sources():
        relative = path.relative_to(SOURCES)
        if len(relative.parts) == 1:
            continue  # main.cc
        module = relative.parts[0]
        assert module in allowed, f"{module}/ has no line in cmake/layers.txt"
        for quote, name in includes(path):
            if quote == '"' and name.startswith("fairline/"):
                other = name.split("/")[1]
                if other != module and other not in allowed[module]:
                    wrong.append(f"{relative}: {module} may not include {other} ({name})")
    assert not wrong, "\n".join(wrong)


def test_edges_point_downward_only():
    allowed = edges()
    order = list(allowed)  # the file lists lower layers first
    wrong = [
        f"{module} -> {other}"
        for module, others in allowed.items()
        for other in others
        if other not in order or order.index(other) >= order.index(module)
    ]
    assert not wrong, f"edges that do not point downward: {wrong}"


def test_heavy_headers_stay_in_their_place():
    wrong = [
        f"{path.relative_to(SOURCES)} includes <{name}>"
        for path in sources()
        for _, name in includes(path)
        for prefix, place in HEAVY.items()
        if name.startswith(prefix) and not re.search(place, str(path.relative_to(SOURCES)))
    ]
    assert not wrong, "\n".join(wrong)


def included_at_last(path):
    """The headers of others that a file comes by, through ours."""
    for quote, name in includes(path):
        if quote == '"' and name.startswith("fairline/"):
            yield from included_at_last(ROOT / "src" / name)
        else:
            yield name


def test_kernels_include_plain_numbers_only():
    kernels = [path for path in sources() if KERNELS.search(path.name)]
    assert kernels
    wrong = [
        f"{path.relative_to(SOURCES)} comes by <{name}>"
        for path in kernels
        for name in included_at_last(path)
        if name not in PLAIN_HEADERS
    ]
    assert not wrong, "\n".join(wrong)


def test_files_are_short():
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for path in sources()
        if (count := len(path.read_text().splitlines())) > MAX_LINES
    ]
    assert not long, f"over {MAX_LINES} lines, each probably two files:\n" + "\n".join(long)


def test_project_includes_name_the_whole_path():
    wrong = [
        f"{path.relative_to(SOURCES)}: \"{name}\""
        for path in sources()
        for quote, name in includes(path)
        if quote == '"' and not name.startswith("fairline/")
    ]
    assert not wrong, "\n".join(wrong)
