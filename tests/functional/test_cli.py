"""The command line as a user meets it: help, errors, exit codes, streams, settings."""

import json
import os
import pty
import re
import signal
import subprocess
import time

import pytest

from conftest import BINARY, ROOT, environment

COMMANDS = [
    "data sample", "features apply", "train", "models import", "models register",
    "models transition", "models list", "models show", "models rollback", "models explain",
    "serve", "predict", "decisions show", "decisions replay", "config show", "version",
]  # fmt: skip


def last_line(process):
    return process.stderr.strip().splitlines()[-1]


def test_the_version_is_that_of_the_project(fairline):
    version = re.search(r"project\(fairline VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())
    for words in (["--version"], ["version"]):
        assert fairline(*words).stdout == f"fairline {version[1]}\n"
    assert f"\n  version: {version[1]}\n" in (ROOT / "api/openapi.yaml").read_text()


def test_help_lists_every_command_and_each_has_examples_first(fairline):
    listed = fairline("help").stdout
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", listed, re.MULTILINE), command
        page = fairline(*command.split(), "--help").stdout
        assert page == fairline("help", *command.split()).stdout
        assert page.index("Examples:") < page.index("Usage:") < page.index("Options:")
        examples = page[page.index("Examples:") : page.index("Usage:")]
        assert "  fairline " in examples
    assert fairline().stdout == listed


def test_every_option_of_an_example_exists(fairline):
    for command in COMMANDS:
        page = fairline(*command.split(), "--help").stdout
        examples, options = page.split("Usage:")
        for option in re.findall(r" (--?[a-z-]+)", examples):
            if option != "--version":
                assert re.search(rf"[ ,]{option}\b", options), f"{command}: {option}"


def test_the_reference_names_every_command_and_option(fairline):
    reference = (ROOT / "docs" / "reference" / "cli.md").read_text()
    for command in COMMANDS:
        page = fairline(*command.split(), "--help").stdout
        assert f"fairline {command}" in reference, command
        for option in re.findall(r"^  (?:-\w, )?(--[a-z-]+)", page, re.MULTILINE):
            assert re.search(rf"{option}\b", reference), f"{command} {option}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["modles", "list"], 'did you mean "models list"'),
        (["models", "lst"], 'did you mean "models list"'),
        (["models"], "models what?"),
        (["train", "--dta", "x"], 'did you mean "--data"'),
        (["train"], "--data is missing"),
        (["models", "list", "extra"], '"extra" is one argument too many'),
        (["models", "transition", "credit", "one", "--stage", "Staging"], "VERSION must be a whole"),
        (["models", "transition", "credit", "1", "--stage", "Prod"], "Prod"),
        (["data", "sample", "--rows", "-1", "--out", "x"], "--rows must be a whole number"),
        (["data", "sample", "--rows", "1", "--rows", "2", "--out", "x"], "--rows"),
        (["data", "sample", "--out", "x", "--rows"], "--rows takes exactly one value"),
        (["config", "show", "--set", "server.prt=1"], 'did you mean "server.port"'),
        (["config", "show", "--set", "server.port"], "NAME=VALUE"),
        (["help", "nonsense"], "no help"),
        (["--config", "x"], "which command"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_exit_code_2_with_a_hint(fairline, words, said):
    process = fairline(*words, ok=2)
    assert said in process.stderr
    assert process.stderr.startswith("fairline: ")
    assert last_line(process).startswith("hint: ")
    assert process.stdout == ""


def test_a_missing_file_is_exit_code_1(fairline, tmp_path):
    process = fairline("train", "--data", tmp_path / "none.csv", "--out", tmp_path / "m", ok=1)
    assert "none.csv" in process.stderr
    assert not (tmp_path / "m").exists()


def test_reading_commands_make_no_folder(fairline, tmp_path):
    process = fairline("models", "list", "--storage", tmp_path / "nothing", ok=1)
    assert "nothing is stored" in process.stderr
    assert not (tmp_path / "nothing").exists()


def test_settings_flag_over_environment_over_file_over_default(fairline, tmp_path):
    def shown(*words, **options):
        text = fairline("config", "show", "--json", *words, **options).stdout
        return json.loads(text)["server.port"]

    assert shown() == {"value": "8000", "origin": "default"}
    file = tmp_path / "fairline.yaml"
    file.write_text("# ports\nserver:\n  port: 8001\n")
    assert shown("--config", file) == {"value": "8001", "origin": f"{file}:3"}
    assert shown(cwd=tmp_path) == {"value": "8001", "origin": "fairline.yaml:3"}
    assert shown(env={"FAIRLINE_CONFIG": str(file)})["value"] == "8001"
    env = {"FAIRLINE_SERVER_PORT": "8002"}
    assert shown("--config", file, env=env)["origin"] == "FAIRLINE_SERVER_PORT"
    flag = shown("--config", file, "--set", "server.port=8003", env=env)
    assert flag == {"value": "8003", "origin": "--set"}


def test_an_unknown_setting_is_an_error_with_its_line(fairline, tmp_path):
    file = tmp_path / "fairline.yaml"
    file.write_text("server:\n  prt: 1\n")
    process = fairline("config", "show", "--config", file, ok=1)
    assert f"{file}:2" in process.stderr
    process = fairline("config", "show", env={"FAIRLINE_SERVER_PRT": "1"}, ok=1)
    assert "FAIRLINE_SERVER_PRT" in process.stderr
    process = fairline("config", "show", "--set", "log.level=loud", ok=1)
    assert 'log.level: "loud"' in process.stderr


def test_limits_are_those_of_the_source(fairline):
    source = (ROOT / "src/fairline/core/limits.h").read_text()
    limits = json.loads(fairline("config", "show", "--limits", "--json").stdout)
    names = re.findall(r"constexpr \w+ k(\w+) =", source)
    snake = [re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower() for name in names]
    assert sorted(limits) == sorted(snake), "config show --limits forgets a limit"


def test_a_reader_that_leaves_ends_the_program_quietly(demo):
    process = subprocess.Popen(
        [BINARY, "predict", demo.data, "-o", "-", "--bundle", demo.bundle],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    process.stdout.close()
    assert b"rror" not in process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0


def test_an_interrupt_is_exit_code_130_and_leaves_nothing(tmp_path):
    out = tmp_path / "many.csv"
    process = subprocess.Popen(
        [BINARY, "data", "sample", "--rows", "50000000", "--seed", "1", "--out", out],
        stderr=subprocess.PIPE,
        env=environment(),
    )
    while not list(tmp_path.iterdir()):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"nothing was written" in said
    assert list(tmp_path.iterdir()) == []


def on_a_terminal(words, **env):
    """What the program writes to stderr when that is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [BINARY, *map(str, words)], stdout=subprocess.PIPE, stderr=theirs, env=env
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            block = os.read(ours, 4096)
        except OSError:
            break
        if not block:
            break
        said += block
    os.close(ours)
    process.stdout.close()
    process.wait(60)
    return said.decode()


def terminal_environment():
    without = ("FAIRLINE_NO_PROGRESS", "NO_COLOR")
    return {k: v for k, v in environment().items() if k not in without} | {"TERM": "xterm"}


def test_progress_and_colours_only_where_wanted(tmp_path):
    words = ["data", "sample", "--rows", "100", "--out", tmp_path / "x.csv"]
    terminal = terminal_environment()
    assert "sampling [" in on_a_terminal(words, **terminal)
    assert "sampling" not in on_a_terminal(words, **terminal, FAIRLINE_NO_PROGRESS="1")
    wrong = ["models"]
    assert "\x1b[31m" in on_a_terminal(wrong, **terminal)
    assert "\x1b" not in on_a_terminal(wrong, **terminal, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(wrong, **terminal | {"TERM": "dumb"})


def test_progress_of_unknown_length_is_counted(store):
    terminal = terminal_environment()
    run = on_a_terminal(["retention", "run", "--storage", store], **terminal)
    assert "disposing: 0 records" in run
    dry_run = on_a_terminal(["retention", "run", "--dry-run", "--storage", store], **terminal)
    assert "counting: " in dry_run
    assert "wrapping" in on_a_terminal(["keys", "rotate", "--storage", store], **terminal)
