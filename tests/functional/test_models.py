"""Model bundles and the registry through the program: train, import, register, stages, history."""

import json
import shutil

import pytest

from conftest import small_config


def files_of(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_training_twice_gives_the_same_bundle_bit_for_bit(fairline, demo, tmp_path):
    again = tmp_path / "again"
    fairline("train", "--config", demo.config, "--data", demo.data, "--out", again)
    assert files_of(again) == files_of(demo.bundle)


def test_the_report_is_json_on_stdout_and_words_are_on_stderr(fairline, demo, tmp_path):
    process = fairline(
        "train", "--config", demo.config, "--data", demo.data, "--out", tmp_path / "m", "--json"
    )
    report = json.loads(process.stdout)
    assert 0.6 < report["discrimination"]["roc_auc"]["mean"] < 0.9
    assert report["cut_off"]["chosen"]["threshold"] == pytest.approx(1 / 11)
    assert "models register" in process.stderr


def test_a_folder_that_is_no_bundle_is_not_overwritten(fairline, demo, tmp_path):
    precious = tmp_path / "thesis"
    precious.mkdir()
    (precious / "chapter1.txt").write_text("all my work")
    process = fairline(
        "train", "--config", demo.config, "--data", demo.data, "--out", precious, ok=1
    )
    assert "is not a model bundle" in process.stderr
    assert files_of(precious) == {next(iter(files_of(precious))): b"all my work"}


def test_a_failed_training_leaves_the_earlier_bundle(fairline, demo, tmp_path):
    bundle = shutil.copytree(demo.bundle, tmp_path / "model")
    bad = tmp_path / "bad.csv"
    lines = demo.data.read_text().splitlines(keepends=True)
    bad.write_text("".join(lines[:50]) + lines[50].replace(",", ",7,", 1))
    process = fairline("train", "--config", demo.config, "--data", bad, "--out", bundle, ok=1)
    assert "bad.csv:51" in process.stderr
    assert files_of(bundle) == files_of(demo.bundle)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_wrong_configuration_names_its_line(fairline, demo, tmp_path):
    config = tmp_path / "train.yaml"
    config.write_text("folds: 5\nlightgbm:\n  num_leafs: 3\n")
    process = fairline("train", "--config", config, "--data", demo.data, "--out", tmp_path / "m", ok=1)
    assert f"{config}:3" in process.stderr
    assert "num_leafs" in process.stderr
    assert not (tmp_path / "m").exists()


def test_definitions_are_found_beside_the_configuration(fairline, demo, tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "features:\n  - name: HALF_CREDIT\n    ratio: AMT_CREDIT\n    divisor: 2\n"
    )
    config = tmp_path / "train.yaml"
    config.write_text(json.dumps(small_config(features="mine.yaml")))
    out = tmp_path / "matrix.csv"
    fairline("features", "apply", "--config", config, "--data", demo.data, "--out", out, cwd="/")
    header = out.read_text().splitlines()[0].split(",")
    assert header[-1] == "HALF_CREDIT"


def test_stages_history_and_rollback(fairline, demo, store):
    def models(*words, ok=0):
        return fairline("models", *words, "--storage", store, ok=ok)

    def stages():
        listed = json.loads(models("list", "--json").stdout)
        return {version["version"]: version["stage"] for version in listed}

    models("register", demo.bundle, "--name", "credit", "--description", "second", "--user", "ann")
    assert stages() == {1: "Production", 2: "None"}
    models(
        "transition", "credit", 2, "--stage", "production", "--archive-existing",
        "--user", "ben", "--reason", "better AUC",
    )  # fmt: skip
    assert stages() == {1: "Archived", 2: "Production"}
    models("rollback", "credit", "--user", "cat", "--reason", "too many denials")
    assert stages() == {1: "Production", 2: "Archived"}

    shown = json.loads(models("show", "credit", 2, "--json").stdout)
    assert shown["description"] == "second"
    assert [(event["user"], event["action"]) for event in shown["history"]] == [
        ("ann", "models.register"),
        ("ben", "models.transition"),
        ("cat", "models.rollback"),
    ]
    assert shown["history"][1]["change"]["reason"] == "better AUC"
    page = models("show", "credit", 2).stdout
    for words in ("Archived", "better AUC", "too many denials", "ROC-AUC", "0.0909"):
        assert words in page
    assert models("show", "credit").stdout.startswith("credit 1\n"), "the one in Production"


def test_refusals_change_nothing(fairline, demo, store):
    before = fairline("models", "list", "--storage", store).stdout
    for words, said in [
        (("show", "nobody"), "nobody"),
        (("transition", "credit", 9, "--stage", "Staging"), "9"),
        (("rollback", "credit"), "credit"),
        (("register", demo.folder, "--name", "credit"), "is not a model bundle"),
        (("register", demo.bundle, "--name", "a/b"), "no '/'"),
    ]:
        process = fairline("models", *words, "--storage", store, ok=1)
        assert said in process.stderr
    assert fairline("models", "list", "--storage", store).stdout == before


def test_a_changed_bundle_is_refused(fairline, demo, tmp_path):
    bundle = shutil.copytree(demo.bundle, tmp_path / "model")
    text = (bundle / "decision.json").read_text()
    assert "0.0909" in text
    (bundle / "decision.json").write_text(text.replace("0.0909", "0.9909"))
    process = fairline(
        "models", "register", bundle, "--name", "x", "--storage", tmp_path / "store", ok=1
    )
    assert "decision.json" in process.stderr and "checksum" in process.stderr


def test_an_imported_model_scores_attributes_and_decides_nothing(fairline, demo, tmp_path):
    store = tmp_path / "store"
    process = fairline(
        "models", "import", demo.bundle / "model.lgb", "--name", "bare", "--storage", store
    )
    assert "no PD, no cut-off and no reasons" in process.stderr
    matrix, out = tmp_path / "matrix.csv", tmp_path / "out.csv"
    fairline("features", "apply", "--bundle", demo.bundle, "--data", demo.data, "--out", matrix)
    fairline("models", "explain", "bare", 1, "--data", matrix, "--out", out, "--storage", store)
    trained = tmp_path / "trained.csv"
    fairline("models", "explain", "--bundle", demo.bundle, "--data", demo.data, "--out", trained)
    assert out.read_text() == trained.read_text(), "the same trees on the same inputs"
    process = fairline(
        "predict", matrix, "-o", tmp_path / "p.csv", "--model", "bare:1", "--storage", store, ok=1
    )
    assert "bare 1 has no cut-off" in process.stderr
    assert not (tmp_path / "p.csv").exists()


def test_an_import_with_data_decides(fairline, demo, tmp_path):
    matrix, rows = tmp_path / "matrix.csv", tmp_path / "rows.csv"
    fairline("features", "apply", "--bundle", demo.bundle, "--data", demo.data, "--out", matrix)
    column = demo.data.read_text().splitlines()[0].split(",").index("TARGET")
    targets = [line.split(",")[column] for line in demo.data.read_text().splitlines()]
    joined = zip(matrix.read_text().splitlines(), targets, strict=True)
    rows.write_text("\n".join(f"{inputs},{target}" for inputs, target in joined) + "\n")
    words = ["models", "import", demo.bundle / "model.lgb", "--name", "bare", "--data", rows]
    out = tmp_path / "bundle"
    process = fairline(*words, "--target", "TARGET", "--costs", "5:1", "--out", out)
    assert "Calibration" in process.stdout
    fairline("predict", matrix, "-o", tmp_path / "p.csv", "--bundle", out)
    assert "REJECT" in (tmp_path / "p.csv").read_text()
    process = fairline(*words, "--target", "TARGET", "--costs", "5", "--out", out, ok=2)
    assert "--costs" in process.stderr
    fairline(*words, "--out", tmp_path / "b", ok=2)


@pytest.mark.parametrize("content", ["", "tree\nversion=v9\n", "PK\x03\x04 not a model"])
def test_a_foreign_model_file_is_refused(fairline, tmp_path, content):
    model = tmp_path / "model.txt"
    model.write_text(content)
    process = fairline("models", "import", model, "--name", "x", "--out", tmp_path / "b", ok=1)
    assert str(model) in process.stderr
    assert not (tmp_path / "b").exists()
