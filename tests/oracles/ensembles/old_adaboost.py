"""Run by the Python of setup/ensembles_2023.lock: fits AdaBoost as scikit-learn did before 1.6.

    old_adaboost.py TASK.npz STUMPS LEARNING_RATE

prints the decision function of SAMME.R on the rows `judged`, having learned from `rows` and
`outcomes`."""

import json
import sys

import numpy as np
from sklearn.ensemble import AdaBoostClassifier

task = np.load(sys.argv[1])
model = AdaBoostClassifier(
    algorithm="SAMME.R",
    n_estimators=int(sys.argv[2]),
    learning_rate=float(sys.argv[3]),
    random_state=0,
)
model.fit(task["rows"], task["outcomes"])
json.dump(model.decision_function(task["judged"]).tolist(), sys.stdout)
