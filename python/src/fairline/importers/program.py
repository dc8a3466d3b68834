"""The model file through `fairline models import`, which makes the bundle."""

import os
import pathlib
import subprocess
import sys
import tempfile

from .conversion import convert
from .lightgbm_text import is_lightgbm_text


class ImportFailed(RuntimeError):
    """`fairline models import` said no; the message is what it wrote, `code` its exit code."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


def import_model(
    model,
    *,
    out=None,
    name=None,
    data=None,
    target=None,
    costs="10:1",
    feature_names=None,
    binary="fairline",
    trust_pickle=False,
    options=(),
):
    """Makes a bundle of `model` (as `convert` takes it): in the folder `out`, or registered as a
    version of the model `name`.

    `data`: a CSV, Parquet or Arrow file with known outcomes in the column `target` (1 is a
    default), of rows the model was not fitted on; calibration, cut-off by `costs` (of an approved
    default : of a refused good applicant) and reference values for reasons are fitted on it.
    Without it the bundle scores and attributes only. `binary`: the program. `options`: more of
    `fairline models import`.

    UnsupportedModel where `model` cannot be said; ImportFailed where the program refuses;
    ValueError where neither `out` nor `name` is given."""
    if out is None and name is None:
        raise ValueError(
            "give out=, a folder for the bundle, or name=, the model it is a version of"
        )
    text = convert(model, feature_names, trust_pickle=trust_pickle)
    with tempfile.TemporaryDirectory() as folder:
        suffix = ".txt" if is_lightgbm_text(text) else ".json"
        file = pathlib.Path(folder, _source(model) + suffix)
        file.write_text(text, encoding="utf-8")
        command = [binary, "models", "import", file, "--name", name or "model"]
        if out is not None:
            command += ["--out", out]
        if data is not None:
            command += ["--data", data, "--costs", costs]
        if target is not None:
            command += ["--target", target]
        _run([*map(str, command), *map(str, options)])


def _source(model):
    """What the lineage says the bundle was imported from."""
    if isinstance(model, (str, os.PathLike)) and not is_lightgbm_text(str(model)):
        return pathlib.Path(model).resolve().name
    return type(model).__name__


def _run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise ImportFailed(done.stderr.strip() or done.stdout.strip(), done.returncode)
    print(done.stdout, end="")
    print(done.stderr, end="", file=sys.stderr)
