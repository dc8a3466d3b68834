"""The table of `make bench-ensembles`: a block per table, in it one per model, a line per case."""

from table import number, times

LABEL_WIDTH, OURS_WIDTH, PEER_WIDTH = 42, 10, 26
TITLES = {
    "easy_exact": "EasyEnsemble, exact",
    "easy_histogram": "EasyEnsemble, histogram",
    "forest": "BalancedRandomForest",
}
LABELS = {
    "ensemble_fit": "fit, s",
    "ensemble_row": "one row, us",
    "ensemble_batch": "10,000 rows, us per row",
    "ensemble_shap_row": "attributions of one row, us",
}

# DESIGN.md's budgets, for imbalanced-learn's defaults with 100 bags.
GOALS = {
    ("ensemble_fit", "easy_exact"): 30,
    ("ensemble_fit", "easy_histogram"): 80,
    ("ensemble_row", "easy_exact"): 100_000,
    ("ensemble_row", "easy_histogram"): 100_000,
}
GOALS_HOLD_FOR = 100  # members


def kind(threads):
    """What is compared: CPU time of one thread, else wall clock."""
    return "cpu" if threads == 1 else "wall"


def scaled(case, value, members):
    """Seconds of a whole fit; microseconds of a row."""
    return value * members / 1e6 if case == "ensemble_fit" else value


def rows(results, models):
    """What the JSON file holds, by wall clock and CPU time."""
    for name, result in results.items():
        for (case, threads), figures in result["figures"].items():
            unit = "s" if case == "ensemble_fit" else "us_per_row"
            for model, peer in models.items():
                for which, metric in (("wall", unit), ("cpu", f"cpu_{unit}")):
                    ours = scaled(case, figures[model][which], result["members"])
                    theirs = None
                    # Processes that imbalanced-learn starts are not in its CPU time.
                    if peer in figures and (which == "wall" or threads == 1):
                        theirs = scaled(case, figures[peer][which], result["members"])
                    yield {
                        "case": case,
                        "model": model,
                        "set": name,
                        "members": result["members"],
                        "threads": threads,
                        "engine": result["engine"],
                        "peer": f"imbalanced-learn {result['version']}" if theirs else None,
                        "metric": metric,
                        "ours": ours,
                        "theirs": theirs,
                        "ratio": theirs and theirs / ours,
                    }


def line(model, peer, case, threads, figures, members):
    which = kind(threads)
    ours = figures[model][which]
    label = f"{LABELS[case]}, {threads} thread{'s' * (threads > 1)}"
    text = f"    {label:<{LABEL_WIDTH - 4}}{number(scaled(case, ours, members)):>{OURS_WIDTH}}"
    if peer not in figures:
        return text
    theirs = figures[peer][which]
    ratio = theirs / ours
    text += f"{number(scaled(case, theirs, members)) + f' {times(ratio):>9}':>{PEER_WIDTH}}"
    if members == GOALS_HOLD_FOR and (goal := GOALS.get((case, model))):
        text += f"   {times(goal)} {'pass' if ratio >= goal else 'FAIL'}"
    return text


def block(name, result, models):
    yield ""
    yield (
        f"{name}: {result['rows']:,} rows, {result['columns']} columns, "
        f"{result['members']} members; engine {result['engine']}"
    )
    head = f"imbalanced-learn {result['version']}"
    yield f"{'':<{LABEL_WIDTH}}{'fairline':>{OURS_WIDTH}}{head:>{PEER_WIDTH}}   goal"
    for model, peer in models.items():
        mine, other = (result["accuracy"][who] for who in (model, peer))
        known = f"balanced accuracy on the rows it knows {mine:.3f}, theirs {other:.3f}"
        yield f"  {TITLES[model]} ({known})"
        for (case, threads), figures in result["figures"].items():
            yield line(model, peer, case, threads, figures, result["members"])


def draw(heading, results, models):
    lines = list(heading)
    for name, result in results.items():
        lines += block(name, result, models)
    lines += ["", "Nobody else explains these ensembles: shap does not take imbalanced-learn's."]
    return "\n".join(lines) + "\n"
