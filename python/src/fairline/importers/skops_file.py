"""LightGBM models in skops files, as MLflow keeps an LGBMClassifier: a zip with schema.json, which
tells of objects and their attributes. Only data is read: JSON, and the classes as a numpy array
without objects. Nothing is built from the names of classes and modules in it, so nothing of it
runs."""

import io
import json
import zipfile

import numpy as np

from .classes import check_classes
from .lightgbm_text import first_trees, is_lightgbm_text
from .refusal import UnsupportedModel

_SCHEMA = "schema.json"
_BYTES_MAX = 1 << 30
_CLASSIFIERS = {"LGBMClassifier", "Booster"}


def is_skops_file(path):
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as file:
        return _SCHEMA in file.namelist()


def lightgbm_text_of_skops(path):
    """The booster's text, up to the trees that score. UnsupportedModel where the file holds another
    model, or a pipeline that changes the inputs before."""
    with zipfile.ZipFile(path) as file:
        root = json.loads(_bytes(file, _SCHEMA))
        node = _classifier(root)
        if node.get("__class__") not in _CLASSIFIERS:
            raise UnsupportedModel(
                f"skops file of a {node.get('__class__')}: only LightGBM classifiers are read from "
                "skops; load it in Python and convert the object"
            )
        boosters = [found for found in _objects(node) if found.get("__class__") == "Booster"]
        texts = [(text, booster) for booster in boosters for text in _texts(booster)]
        if len(texts) != 1:
            raise UnsupportedModel(f"skops file: it holds {len(texts)} LightGBM boosters, not one")
        _check_classes(file, node, root)
    text, booster = texts[0]
    return first_trees(text, _plain(_attributes(booster).get("best_iteration")) or 0)


def _bytes(file, name):
    if file.getinfo(name).file_size > _BYTES_MAX:
        raise UnsupportedModel(f"skops file: {name} is larger than {_BYTES_MAX} bytes")
    return file.read(name)


def _classifier(node):
    """The last step of pipelines whose other steps do nothing to the inputs of a prediction."""
    while node.get("__class__") == "Pipeline":
        steps = [step["content"] for step in _attributes(node)["steps"]["content"]]
        for name, step in steps[:-1]:
            sampler = str(step.get("__module__")).startswith("imblearn.")
            if not sampler and _plain(step) not in (None, "passthrough"):
                raise UnsupportedModel(
                    f'skops file: step "{_plain(name)}" of the pipeline ({step.get("__class__")}) '
                    "changes the inputs; import the classifier alone, and give it inputs as that "
                    "step leaves them"
                )
        node = steps[-1][1]
    return node


def _attributes(node):
    """What an object's dictionary holds: name -> node."""
    content = node.get("content")
    return content.get("content", {}) if isinstance(content, dict) else {}


def _plain(node):
    """The value of a text, a number, true, false or null; an object is given back as its node."""
    if isinstance(node, dict) and node.get("is_json"):
        return json.loads(node["content"])
    return node


def _objects(node):
    """The node and all that lie inside of it."""
    pending = [node]
    while pending:
        found = pending.pop()
        if isinstance(found, dict):
            yield found
            pending += found.values()
        elif isinstance(found, list):
            pending += found


def _texts(booster):
    plain = (_plain(node) for node in _attributes(booster).values())
    return [text for text in plain if isinstance(text, str) and is_lightgbm_text(text)]


def _check_classes(file, node, root):
    """An array that was met before is a reference to the first by id."""
    classes = _attributes(node).get("_classes")
    if classes is None:
        return
    for found in _objects(root):
        if found.get("__id__") == classes.get("__id__") and "file" in found:
            try:
                array = np.load(io.BytesIO(_bytes(file, found["file"])), allow_pickle=False)
            except ValueError as error:
                raise UnsupportedModel("skops file: its classes are not numbers") from error
            check_classes(array)
            return
    raise UnsupportedModel("skops file: its classes cannot be read; they must be 0 and 1")
