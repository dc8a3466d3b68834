"""A file of applicants by pandas and LightGBM with all its threads: the script everybody writes.

score_file.py INPUT OUTPUT [--pyarrow]     INPUT is CSV, or Parquet by its suffix
--pyarrow reads CSV with Arrow's reader, which uses all cores."""

import sys

import numpy as np
import pandas as pd
from bundle import MODEL, THRESHOLD, probability_of_default
from tutorial import encode

source, destination, *options = sys.argv[1:]
if source.endswith(".parquet"):
    applications = pd.read_parquet(source)
elif "--pyarrow" in options:
    applications = pd.read_csv(source, engine="pyarrow")
else:
    applications = pd.read_csv(source)

probability = probability_of_default(MODEL.predict(encode(applications), raw_score=True))
rejected = probability >= THRESHOLD
pd.DataFrame(
    {
        "application_id": applications["SK_ID_CURR"],
        "probability": probability,
        "decision": rejected.astype(int),
        "decision_label": np.where(rejected, "REJECT", "APPROVE"),
    }
).to_csv(destination, index=False)
