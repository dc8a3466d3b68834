"""Are our ensembles and imbalanced-learn's as good as one another? With every seed both learn the
same part of a table and judge the rest. The paired difference of their balanced accuracy has a 90 %
interval, which must lie within +-0.003: equivalence is shown, not the absence of a difference. One
run of 100 members has no spread of seeds: there the difference itself must lie within, and the
interval beside it says how far the rows that happened to be judged leave it open.

    make equivalence                              everything, an hour and a half
    make equivalence ARGS=--quick                 does it run at all
    make equivalence ARGS="--sets uci_card --seeds 60"

Each version of imbalanced-learn has its own defaults, and ours are told to do as it does.
--same-bags compares AdaBoosts on the rows that ours drew: what is left is not of the drawing.
Exit code 1: something was not shown to be equivalent."""

import argparse
import dataclasses
import json
import os
import pathlib
import sys
import tempfile

import numpy as np
import tables
from learners import FOLDER, FORESTS, ORACLE, Peer, Split, balanced_accuracy, our_bags, ours
from scipy.stats import norm, t
from sklearn.model_selection import train_test_split

MARGIN, LEVEL = 0.003, 0.9
JUDGED = 0.3  # of the rows
SETS = ("lendingclub", "lendingclub_leaking", "give_me_some_credit", "uci_card")
OUT = FOLDER.parents[2] / "bench/out/equivalence.json"


@dataclasses.dataclass(frozen=True)
class Model:
    """What is compared: ours in some variants with what a peer does by default."""

    name: str
    kind: str
    peer: str  # "today" or "2023"
    variants: dict  # name -> options of ours
    takes_missing: bool = False  # the peer does; otherwise both get medians


MODELS = [
    Model("EasyEnsemble, SAMME", "easy", "today", {"exact": {}, "histogram": {"histogram": 1}}),
    Model(
        "EasyEnsemble, SAMME.R",
        "easy",
        "2023",
        {"exact": {"samme_r": 1}, "histogram": {"samme_r": 1, "histogram": 1}},
    ),
    Model("BalancedRandomForest", "forest", "today", {"exact": FORESTS["today"]}, True),
    Model("BalancedRandomForest", "forest", "2023", {"exact": FORESTS["2023"]}),
]


def split_of(table, seed, keep_missing, folder):
    learned, judged, outcomes, truth = train_test_split(
        table.inputs, table.outcomes, test_size=JUDGED, stratify=table.outcomes, random_state=seed
    )
    if not keep_missing:
        judged, learned = tables.filled(judged, learned), tables.filled(learned, learned)
    return Split(folder, learned, outcomes, judged, truth)


def of_one_run(mine, other, truth):
    """The half width of the interval of one run's difference: rows judged are a sample too."""
    gap = mine.astype(float) - other
    variance = sum(gap[truth == label].var(ddof=1) / (truth == label).sum() for label in (0, 1)) / 4
    return norm.ppf((1 + LEVEL) / 2) * np.sqrt(variance)


def of_runs(differences):
    count = len(differences)
    return t.ppf((1 + LEVEL) / 2, count - 1) * np.std(differences, ddof=1) / np.sqrt(count)


def compare(options, model, peer, table, seeds, members):
    """A row of the table for each variant of ours."""
    threads, found = options.threads, {variant: [] for variant in model.variants}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            split = split_of(table, seed, model.takes_missing, pathlib.Path(folder))
            other = None
            for variant, given in model.variants.items():
                given = given | {"bags": members, "trees": members, "seed": seed}
                given["threads"] = threads
                bags = our_bags(split, given) if options.same_bags else None
                if other is None or options.same_bags:
                    other, they = peer.theirs(model.kind, split, members, seed, threads, bags)
                mine, we = ours(model.kind, split, given)
                run = {"took": (we, they), "half": of_one_run(mine, other, split.truth)}
                run["said"] = [balanced_accuracy(right, split.truth) for right in (mine, other)]
                found[variant].append(run)
    for variant, runs in found.items():
        if not runs:
            continue
        said = np.array([run["said"] for run in runs])
        differences = said[:, 0] - said[:, 1]
        mean = differences.mean()
        several = len(runs) > 1
        half = of_runs(differences) if several else runs[0]["half"]
        took = np.median([run["took"] for run in runs], axis=0)
        yield {
            "model": model.name,
            "variant": variant,
            "peer": model.peer,
            "members": members,
            "seeds": len(runs),
            "ours": said[:, 0].mean(),
            "theirs": said[:, 1].mean(),
            "difference": mean,
            "low": mean - half,
            "high": mean + half,
            "interval_of": "seeds" if several else "judged rows",
            "within": bool(abs(mean) + (half if several else 0) <= MARGIN),
            "deviation": np.std(differences, ddof=1) if several else None,
            "fit_seconds": took[0],
            "peer_fit_seconds": took[1],
        }


HEAD = (
    f"{'set':<20} {'model':<22} {'variant':<10} {'peer':<6} {'members':>7} {'seeds':>5}"
    f"   ours   theirs  difference  90 % interval        +-{MARGIN}   fit s  theirs"
)


def line(row):
    interval = f"[{row['low']:+.4f}, {row['high']:+.4f}]"
    return (
        f"{row['set']:<20} {row['model']:<22} {row['variant']:<10} {row['peer']:<6} "
        f"{row['members']:>7} {row['seeds']:>5}  {row['ours']:.4f}  {row['theirs']:.4f}     "
        f"{row['difference']:+.4f}  {interval}  {'within' if row['within'] else 'NOT':>8} "
        f"{row['fit_seconds']:>7.2f} {row['peer_fit_seconds']:>7.2f}"
    )


def arguments():
    parser = argparse.ArgumentParser(description="Are our ensembles as good as imbalanced-learn's?")
    parser.add_argument("--quick", action="store_true", help="3 seeds on one table")
    parser.add_argument("--sets", type=lambda text: text.split(","), default=SETS)
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=("easy", "forest"))
    parser.add_argument("--seeds", type=int, default=20)
    # Forests differ from seed to seed three times as much as bags do.
    parser.add_argument("--forest-seeds", type=int, default=240)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--members", type=int, default=10, help="bags or trees of those; 0: none")
    parser.add_argument("--large", type=int, default=100, help="those of a larger run; 0: none")
    parser.add_argument("--large-seeds", type=int, default=1, help="how many such runs")
    parser.add_argument("--large-forest-seeds", type=int, default=20)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--same-bags", action="store_true", help="EasyEnsemble on the same rows")
    parser.add_argument("--out", type=pathlib.Path, default=OUT)
    options = parser.parse_args()
    if unknown := set(options.sets) - set(tables.SOURCES):
        parser.error(f"no such set: {', '.join(unknown)}")
    if options.quick:
        options.sets, options.seeds, options.forest_seeds, options.large = ("uci_card",), 3, 3, 0
    if options.same_bags:
        options.kinds = ("easy",)
    return options


def measure(options, peers):
    for name in options.sets:
        table = tables.load(name)
        for model in MODELS:
            if model.kind not in options.kinds:
                continue
            small, large = options.seeds, options.large_seeds
            if model.kind == "forest":
                small, large = options.forest_seeds, options.large_forest_seeds
            runs = [(small, options.members), (large, options.large)]
            for count, members in runs:
                seeds = range(options.first_seed, options.first_seed + count * (members > 0))
                for row in compare(options, model, peers[model.peer], table, seeds, members):
                    row = {"set": name, "same_bags": options.same_bags, **row}
                    print(line(row), flush=True)
                    yield row


def main():
    options = arguments()
    if tables.folder() is None:
        sys.exit("equivalence: FAIRLINE_SHARED_DIR has no data: nothing to compare on")
    if not ORACLE.is_file():
        sys.exit(f"equivalence: no program at {ORACLE}: run `make equivalence`")
    pythons = {"today": sys.executable, "2023": os.environ["ENSEMBLES_2023_PYTHON"]}
    peers = {name: Peer(python) for name, python in pythons.items()}
    print(HEAD)
    rows = list(measure(options, peers))
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(rows, indent=1) + "\n")
    for peer in peers.values():
        peer.stop()
    outside = sum(not row["within"] for row in rows)
    print(f"{len(rows) - outside} of {len(rows)} within +-{MARGIN}; {options.out}")
    return 1 if outside and not options.quick else 0  # three seeds show nothing


if __name__ == "__main__":
    sys.exit(main())
