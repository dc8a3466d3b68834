"""The table of `make bench-engine`: a block per model, a line per case, a column per contender,
the goals at the end."""

import itertools

from table import number, times

LABEL_WIDTH, OURS_WIDTH, PEER_WIDTH = 26, 10, 16
OWN_SHAP = "its shap_row"  # what reasons_row is compared with
ORDER = ("portable", "avx2", "LightGBM", "TL2cgen", "lleaves", "XGBoost", "woodelf", "fasttreeshap")
NOTABLE = 0.15  # wall clock this much above CPU time is worth a line

# DESIGN.md's budgets with AVX-512, models of 500 trees with 31 leaves, one thread: so many times as
# fast as that peer. A third of them without AVX-512, but never less than as fast.
GOALS = {
    "score_row": {"LightGBM": 20, "TL2cgen": 8},
    "score_batch": {"LightGBM": 30, "lleaves": 5},
    "shap_row": {"LightGBM": 60, "XGBoost": 8},
    "shap_batch": {"LightGBM": 150, "XGBoost": 15, "woodelf": 1, "fasttreeshap": 1},
}
SHARE = {"avx512": 1, "avx2": 1 / 3}
MOST_LOAD_MS, MOST_REASONS = 50, 1.1


def goals(case, engine):
    if engine not in SHARE:
        return {}
    return {peer: max(1, goal * SHARE[engine]) for peer, goal in GOALS.get(case, {}).items()}


def figure(case, threads, figures, contender):
    """What a contender is compared by: CPU time of one thread, else wall clock."""
    return figures[contender]["cpu" if threads == 1 else "wall"]


def rows(results):
    """What the JSON file holds: every way of ours beside every peer, by wall clock and CPU time."""
    for model, result in results.items():
        engines = result["engines"]
        for (case, threads), figures in result["figures"].items():
            ours = [name for name in figures if name in ("fairline", engines.get(name))]
            peers = [name for name in figures if name not in ours] or [None]
            unit = 1000 if case == "model_load" else 1
            metrics = ("ms", "cpu_ms") if unit > 1 else ("us_per_row", "cpu_us_per_row")
            for mine, peer in itertools.product(ours, peers):
                for kind, metric in zip(("wall", "cpu"), metrics, strict=True):
                    value = figures[mine][kind]
                    theirs = figures[peer][kind] if peer else None
                    yield {
                        "case": case,
                        "model": model,
                        "threads": threads,
                        "engine": engines[mine],
                        "peer": peer,
                        "metric": metric,
                        "ours": value / unit,
                        "theirs": theirs and theirs / unit,
                        "ratio": theirs and theirs / value,
                    }


def passes(it_does):
    return "pass" if it_does else "FAIL"


def verdict(case, threads, figures, result):
    ours = figure(case, threads, figures, "fairline")
    if case == "reasons_row":
        cost = ours / figure(case, threads, figures, OWN_SHAP)
        return f"{cost:.2f} of shap_row, <= {MOST_REASONS} {passes(cost <= MOST_REASONS)}"
    if case == "model_load":
        return f"< {MOST_LOAD_MS} ms {passes(ours < MOST_LOAD_MS * 1000)}"
    if threads != 1 or result["about"]["trees"] != 500 or result["about"]["nodes"] > 500 * 30:
        return ""
    said = []
    for peer, goal in goals(case, result["engines"]["fairline"]).items():
        if peer in figures:
            ratio = figure(case, threads, figures, peer) / ours
            said.append(f"{peer} {times(goal)} {passes(ratio >= goal)}")
    return ", ".join(said)


def cell(value, ours, unit):
    if value is None:
        return ""
    return f"{number(value / unit)} {times(value / ours):>6}"


def line(label, kind, figures, peers, unit, said=""):
    """A case by one kind of time; `kind` is a function of the contender."""
    ours = kind("fairline")
    text = f"  {label:<{LABEL_WIDTH - 2}}{number(ours / unit):>{OURS_WIDTH}}"
    for peer in peers:
        text += f"{cell(kind(peer), ours, unit) if peer in figures else '':>{PEER_WIDTH}}"
    return f"{text}   {said}".rstrip()


def block(model, result):
    about = result["about"]
    everybody = {name for figures in result["figures"].values() for name in figures}
    peers = [name for name in ORDER if name in everybody]
    lines = [
        "",
        f"{model}: {about['trees']:,} trees, {about['nodes']:,} nodes, {about['features']} "
        f"columns; engine {result['engines']['fairline']}: {about['runs']}",
        f"{'':<{LABEL_WIDTH}}{'fairline':>{OURS_WIDTH}}"
        + "".join(f"{peer:>{PEER_WIDTH}}" for peer in peers)
        + "   goal",
    ]
    for (case, threads), figures in result["figures"].items():
        unit = 1000 if case == "model_load" else 1
        label = f"{case}, ms" if unit > 1 else f"{case}, {threads} thread{'s' * (threads > 1)}"
        said = verdict(case, threads, figures, result)
        main = lambda name: figure(case, threads, figures, name)  # noqa: E731
        wall = lambda name: figures[name]["wall"]  # noqa: E731
        lines.append(line(label, main, figures, peers, unit, said))
        if any(wall(name) > main(name) * (1 + NOTABLE) for name in figures):
            lines.append(line("  wall clock", wall, figures, peers, unit))
    for peer, reason in result["left_out"].items():
        lines.append(f"  without {peer}: {reason}")
    return lines


def draw(heading, results, skipped):
    lines = list(heading)
    for model, result in results.items():
        lines += block(model, result)
    if skipped:
        lines += ["", *skipped]
    return "\n".join(lines) + "\n"
