"""Scores a Fairline EasyEnsemble or scorecard with numpy alone. MLflow loads it from a bundle's
code/ folder (`mlflow.pyfunc.load_model`); it gives the model's own probability of default for the
model's inputs, as the bundle's plan.json computes them."""

import json

import numpy as np


def _load_pyfunc(path):
    """MLflow's entry: the model of the file at `path`."""
    with open(path, encoding="utf-8") as file:
        model = json.load(file)
    kinds = {"fairline_easy_ensemble": EasyEnsemble, "fairline_scorecard": Scorecard}
    return kinds[model["format"]](model)


class _Model:
    def __init__(self, model):
        self.features = model["features"]

    def predict(self, rows, params=None):
        """`rows`: a DataFrame with the model's inputs as columns, or an array of them in order, NaN
        missing. One probability of default per row."""
        if hasattr(rows, "columns"):
            rows = rows[self.features]
        return self.probabilities(np.asarray(rows, dtype=float))

    def predict_proba(self, rows):
        """One row per row, of the probabilities of paying and of default."""
        default = self.predict(rows)
        return np.column_stack([1 - default, default])


class EasyEnsemble(_Model):
    """The mean of the bags' probabilities; a bag's log-odds are the sum of its stumps' votes."""

    def __init__(self, model):
        super().__init__(model)
        self.bags = [{name: np.asarray(of) for name, of in bag.items()} for bag in model["bags"]]

    def probabilities(self, rows):
        return np.mean([1 / (1 + np.exp(-self._margin(bag, rows))) for bag in self.bags], axis=0)

    @staticmethod
    def _margin(bag, rows):
        values = rows[:, np.maximum(bag["feature"], 0)]
        left = np.where(np.isnan(values), bag["missing_left"], values <= bag["threshold"])
        left |= bag["feature"] < 0
        return np.where(left, bag["left_vote"], bag["right_vote"]).sum(axis=1)


class Scorecard(_Model):
    """Log-odds of default: the intercept and, per characteristic, coefficient x WOE of the bin; or
    what the whole points of the bins add up to, where the card decides by these."""

    def __init__(self, model):
        super().__init__(model)
        self.card = model

    def probabilities(self, rows):
        scale = self.card["scale"]
        factor = scale["pdo"] / np.log(2)
        offset = scale["score"] - factor * np.log(scale["odds"])
        log_odds = np.full(len(rows), 0.0 if self.card["rounded"] else self.card["intercept"])
        for characteristic in self.card["characteristics"]:
            column = rows[:, self.features.index(characteristic["feature"])]
            bins = characteristic["bins"]
            taken = self._bins(column, bins, characteristic["kind"] == "categorical")
            if self.card["rounded"]:
                log_odds -= np.rint([each["points"] for each in bins])[taken] / factor
            else:
                woe = np.array([each["woe"] for each in bins])
                log_odds += characteristic["coefficient"] * woe[taken]
        if self.card["rounded"]:
            log_odds += offset / factor
        return 1 / (1 + np.exp(-log_odds))

    @staticmethod
    def _bins(column, bins, categorical):
        missing = next(i for i, each in enumerate(bins) if each["takes"] != "values")
        if categorical:
            valid = (column > -1) & (column < 2**31)
            codes = np.where(valid, np.trunc(np.where(valid, column, 0)), -1)
            taken = np.full(len(column), missing)
            for i, each in enumerate(bins):
                taken[np.isin(codes, each.get("categories", []))] = i
            return taken
        below = [each["below"] for each in bins if "below" in each]
        taken = np.searchsorted(below, column, side="right")
        return np.where(np.isnan(column), missing, taken)
