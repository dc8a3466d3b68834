"""Every engine gives the same bits, in batches, in attributions, and in what was recorded under
another one, also where the C library may not use the processor's newer instructions."""

import csv
import json
import re

import pytest

# Which of its own functions the C library picks.
OLD_PROCESSOR = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4,-AVX"}


@pytest.fixture(scope="module")
def engines(fairline):
    listed = json.loads(fairline("models", "engines", "--json").stdout)
    return [item["engine"] for item in listed]


def test_they_are_listed_fastest_first(fairline, demo, engines):
    assert engines[-2:] == ["portable", "reference"]
    listed = json.loads(
        fairline("models", "engines", "credit", "--json", "--storage", demo.store).stdout
    )
    assert [item["engine"] for item in listed if item["default"]] == engines[:1]
    assert listed[-1]["scores"] == "reference"
    assert all(item["scores"] and item["attributions"] for item in listed)


def test_an_unknown_engine_is_refused_by_name(fairline, demo):
    process = fairline("models", "engines", "--set", "scoring.engine=turbo", ok=None)
    assert process.returncode == 1
    assert "scoring.engine" in process.stderr and "turbo" in process.stderr


def test_files_come_out_the_same_under_each(fairline, demo, engines, tmp_path):
    outputs = {}
    for engine in engines:
        for name, env in (("", {}), ("-old", OLD_PROCESSOR)):
            predictions = tmp_path / f"predictions-{engine}{name}.csv"
            attributions = tmp_path / f"attributions-{engine}{name}.csv"
            force = ("--set", f"scoring.engine={engine}")
            fairline("predict", demo.data, "--bundle", demo.bundle, "--explain", "-o", predictions,
                     *force, env=env)  # fmt: skip
            fairline("models", "explain", "--bundle", demo.bundle, "--data", demo.data, "--out",
                     attributions, *force, env=env)  # fmt: skip
            outputs[engine + name] = (predictions.read_bytes(), attributions.read_bytes())
    reference = outputs["reference"]
    assert len(list(csv.reader(reference[1].decode().splitlines()))) == 3001
    assert [name for name, output in outputs.items() if output != reference] == []


def test_what_one_engine_recorded_replays_under_each(fairline, demo, store, engines, tmp_path):
    for number, engine in enumerate(engines):
        rows = demo.data.read_text().splitlines(keepends=True)
        some = tmp_path / f"{engine}.csv"
        some.write_text("".join(rows[:1] + rows[1 + 40 * number : 41 + 40 * number]))
        fairline("predict", some, "-o", tmp_path / "out.csv", "--record", "--storage", store,
                 "--set", f"scoring.engine={engine}")  # fmt: skip
    for engine in engines:
        for env in ({}, OLD_PROCESSOR):
            replayed = fairline("decisions", "replay", "--since", "2000-01-01", "--storage", store,
                                "--set", f"scoring.engine={engine}", env=env)  # fmt: skip
            found = re.fullmatch(r"(\d+) decisions replayed: (\d+) bit-equal, 0 differ\n",
                                 replayed.stdout)  # fmt: skip
            assert found and found[1] == found[2] and int(found[1]) >= 40 * len(engines)
