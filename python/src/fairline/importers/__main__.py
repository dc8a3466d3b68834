"""The command line: `python -m fairline.importers MODEL …`."""

import argparse
import sys

from .conversion import convert
from .program import ImportFailed, import_model
from .refusal import UnsupportedModel

_EXAMPLES = """\
examples:
  python -m fairline.importers model.ubj --out bundle
  python -m fairline.importers mlflow_folder --name credit \\
      --data validation.csv --target TARGET --costs 10:1
  python -m fairline.importers forest.joblib --trust-pickle --model-out forest.txt

Other options (--storage, --format, --seed, --description, …) go to `fairline models import`.
"""


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m fairline.importers",
        description="Make a model bundle of a model fitted in Python.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="LightGBM text, .skops, XGBoost .json or .ubj, MLflow folder, or a pickle",
    )
    parser.add_argument("--out", metavar="DIR", help="write the bundle there")
    parser.add_argument("--name", help="register it as a version of this model")
    parser.add_argument("--model-out", metavar="FILE", help="write the model file there")
    parser.add_argument(
        "--data", metavar="FILE", help="rows with known outcomes to fit PD and cut-off"
    )
    parser.add_argument("--target", metavar="COLUMN", help="their outcome: 1 is a default")
    parser.add_argument("--costs", metavar="FN:FP", default="10:1", help="(default: 10:1)")
    parser.add_argument(
        "--feature-names",
        metavar="A,B,…",
        help="of the model's columns, where it does not know them",
    )
    parser.add_argument(
        "--trust-pickle", action="store_true", help="open a pickle, which runs the code in it"
    )
    parser.add_argument("--binary", default="fairline", help="the program (default: fairline)")
    return parser


def main(arguments=None):
    parser = _parser()
    given, options = parser.parse_known_args(arguments)
    if not (given.out or given.name or given.model_out):
        parser.error("give --out DIR, --name NAME or --model-out FILE")
    names = given.feature_names.split(",") if given.feature_names else None
    try:
        if given.model_out:
            text = convert(given.model, names, trust_pickle=given.trust_pickle)
            with open(given.model_out, "w", encoding="utf-8") as file:
                file.write(text)
        if given.out or given.name:
            import_model(
                given.model,
                out=given.out,
                name=given.name,
                data=given.data,
                target=given.target,
                costs=given.costs,
                feature_names=names,
                binary=given.binary,
                trust_pickle=given.trust_pickle,
                options=options,
            )
    except ImportFailed as error:
        print(error, file=sys.stderr)
        return error.code
    except (UnsupportedModel, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
