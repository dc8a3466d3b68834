"""Models fitted in Python become Fairline model files and, through `fairline models import`,
bundles that decide and give reasons.

    from fairline.importers import convert, import_model

    text = convert(forest)                                       # the model file alone
    import_model(forest, out="bundle", data="validation.csv", target="TARGET", costs="10:1")

`python -m fairline.importers` does the same with files."""

from .conversion import convert
from .program import ImportFailed, import_model
from .refusal import UnsupportedModel

__all__ = ["ImportFailed", "UnsupportedModel", "convert", "import_model"]
