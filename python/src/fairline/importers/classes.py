"""The two classes a credit model tells apart."""

import numpy as np

from .refusal import UnsupportedModel


def check_classes(classes):
    """Class 1 must be the default: [0, 1], as numbers or booleans. UnsupportedModel otherwise."""
    given = np.asarray(classes)
    if given.dtype.kind in "biuf" and given.shape == (2,) and (given == [0, 1]).all():
        return
    shown = ", ".join(repr(label) for label in given.ravel().tolist()[:10])
    raise UnsupportedModel(
        f"its classes are {shown}; a model to import tells two apart, 0 and 1, 1 being a default"
    )
