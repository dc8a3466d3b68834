"""Model files and MLflow folders, told apart by what is in them. A suffix tells a pickle only."""

import json
import pathlib
import zipfile
import zlib

from .lightgbm_text import is_lightgbm_text
from .refusal import UnsupportedModel
from .skops_file import is_skops_file, lightgbm_text_of_skops
from .ubjson import parse_ubjson
from .xgboost_model import is_xgboost_model

_PICKLE = b"\x80"
# Of zlib (four levels), gzip, bz2, xz and lz4, in which joblib writes.
_COMPRESSED = (b"x\x01", b"x^", b"x\x9c", b"x\xda")
_COMPRESSED += (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x04\x22\x4d\x18")
_OLD_XGBOOST = b"binf"

# What readers come upon in a damaged file.
_DAMAGE = (ValueError, LookupError, TypeError, AttributeError, RuntimeError, EOFError)
_DAMAGE += (zipfile.BadZipFile, zlib.error)

# Flavor of an MLflow model -> the key that names its file there.
_MLFLOW_FILES = {"lightgbm": "data", "xgboost": "data", "sklearn": "pickled_model"}


def read_model(path, trust_pickle=False):
    """A LightGBM text (str), an XGBoost model (dict), or the object that was pickled, which only
    `trust_pickle` opens. UnsupportedModel where it is none of these; OSError where it is not
    there."""
    path = pathlib.Path(path)
    if path.is_dir():
        path = _file_of_mlflow(path)
    data = path.read_bytes()
    if data.startswith((_PICKLE, *_COMPRESSED)) or path.suffix in (".pkl", ".pickle", ".joblib"):
        return _unpickled(path, trust_pickle)
    if data.startswith(_OLD_XGBOOST):
        raise UnsupportedModel(
            f"{path}: XGBoost's old binary format; load it in XGBoost and save it as .json or .ubj"
        )
    try:
        if is_lightgbm_text(data[:10].decode("latin-1")):
            return data.decode()
        if is_skops_file(path):
            return lightgbm_text_of_skops(path)
        if data.lstrip().startswith(b"{"):
            return _xgboost(data)
    except UnsupportedModel as error:
        raise UnsupportedModel(f"{path}: {error}") from error
    except _DAMAGE as error:
        raise UnsupportedModel(f"{path}: it is damaged: {error}") from error
    raise UnsupportedModel(
        f"{path}: neither a LightGBM text model, a skops file, an XGBoost model (JSON or UBJSON), "
        "an MLflow folder, nor a pickle"
    )


def _xgboost(data):
    text = data.lstrip()[1:].lstrip().startswith((b'"', b"}"))
    model = json.loads(data) if text else parse_ubjson(data)
    if not is_xgboost_model(model):
        raise UnsupportedModel('no XGBoost model, which has a "learner"')
    return model


def _unpickled(path, trusted):
    if not trusted:
        raise UnsupportedModel(
            f"{path}: a pickle, and unpickling runs whatever code is in it. If you trust where it "
            "comes from, say so: --trust-pickle, or trust_pickle=True"
        )
    try:
        import joblib as library
    except ImportError:
        import pickle

        return pickle.loads(path.read_bytes())
    return library.load(path)


def _file_of_mlflow(folder):
    description = folder / "MLmodel"
    if not description.is_file():
        raise UnsupportedModel(f"{folder}: a folder without MLmodel, so not an MLflow model")
    try:
        import yaml
    except ImportError as error:
        raise UnsupportedModel(
            f"{description}: reading it needs PyYAML (pip install pyyaml)"
        ) from error
    flavors = (yaml.safe_load(description.read_text()) or {}).get("flavors") or {}
    for flavor, key in _MLFLOW_FILES.items():
        name = (flavors.get(flavor) or {}).get(key)
        if not name:
            continue
        file = (folder / name).resolve()
        if folder.resolve() not in file.parents:
            raise UnsupportedModel(f"{description}: {flavor}.{key} lies outside of the folder")
        return file
    raise UnsupportedModel(
        f"{description}: its flavors are {', '.join(flavors) or 'none'}; one of "
        f"{', '.join(_MLFLOW_FILES)} is needed"
    )
