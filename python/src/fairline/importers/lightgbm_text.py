"""LightGBM's text format, version 4: how models whose score is a sum or a mean of trees reach
Fairline. What is written here, LightGBM reads as well and scores alike."""

import numpy as np

from .refusal import UnsupportedModel
from .tree import counts

_FIRST_LINE = "tree\n"
_END_OF_TREES = "end of trees"
_NOT_IN_NAMES = ' \t\n\r\v\f",:[]{}'

# decision_type: whether the test is for a set of categories, where a missing value goes, and that
# NaN is what means missing.
_CATEGORICAL = 1
_DEFAULT_LEFT = 2
_NAN_IS_MISSING = 8

BOOSTED = ("objective=binary sigmoid:1",)  # the leaves add up to log-odds
FOREST = ("objective=regression", "average_output")  # the mean of the leaves is the probability


def is_lightgbm_text(text):
    return text.startswith((_FIRST_LINE, "tree\r\n"))


def feature_names_as_written(names):
    """LightGBM's names have no blanks and no characters of JSON; it writes _ for each.

    UnsupportedModel where two names become one, or one is empty."""
    table = str.maketrans(dict.fromkeys(_NOT_IN_NAMES, "_"))
    seen = {}
    for name in names:
        written = name.translate(table)
        if not written:
            raise UnsupportedModel("a feature has an empty name")
        if written in seen:
            raise UnsupportedModel(
                f'the features "{seen[written]}" and "{name}" would both be called "{written}"'
            )
        seen[written] = name
    return list(seen)


def write_lightgbm_text(trees, names, kind):
    """The text of `trees` (list of Tree); `names`: of their columns; `kind`: BOOSTED or FOREST."""
    sections = [_section(index, tree) for index, tree in enumerate(trees)]
    used = np.zeros(len(names), bool)
    for tree in trees:
        used[tree.feature[tree.feature >= 0]] = True
    header = [
        "tree",
        "version=v4",
        "num_class=1",
        "num_tree_per_iteration=1",
        "label_index=0",
        f"max_feature_idx={len(names) - 1}",
        *kind,
        "feature_names=" + " ".join(feature_names_as_written(names)),
        "feature_infos=" + " ".join(np.where(used, "[-inf:inf]", "none")),
        "tree_sizes=" + " ".join(str(len(section)) for section in sections),
    ]
    notes = [_END_OF_TREES, "", "pandas_categorical:null", ""]
    return "\n".join([*header, "", "".join(sections)]) + "\n".join(notes)


def _line(key, values):
    return f"{key}=" + " ".join(map(repr, np.asarray(values).tolist()))


def _section(index, tree):
    """Inner nodes and leaves are numbered apart; a leaf among the children is ~ its number."""
    is_leaf = tree.feature < 0
    number = np.where(is_leaf, ~(np.cumsum(is_leaf) - 1), np.cumsum(~is_leaf) - 1)
    inner = np.flatnonzero(~is_leaf)
    lines = [
        f"Tree={index}",
        f"num_leaves={is_leaf.sum()}",
        f"num_cat={len(tree.categories)}",
    ]
    if len(inner):
        cover = counts(tree)
        threshold, decision, sets = _tests(tree, inner)
        lines += [
            _line("split_feature", tree.feature[inner]),
            _line("threshold", threshold),
            _line("decision_type", decision),
            _line("left_child", number[tree.left[inner]]),
            _line("right_child", number[tree.right[inner]]),
            _line("leaf_value", tree.value[is_leaf]),
            _line("leaf_count", cover[is_leaf]),
            _line("internal_count", cover[inner]),
            *sets,
        ]
    else:
        lines.append(_line("leaf_value", tree.value))
    return "\n".join([*lines, "is_linear=0", "shrinkage=1", "", "", ""])


def _tests(tree, inner):
    """Thresholds, kinds of tests, and the lines of the sets of categories. The threshold of a set
    is its number; a set is the bits of 32-bit words."""
    threshold = tree.threshold[inner].astype(float)
    decision = _NAN_IS_MISSING + _DEFAULT_LEFT * tree.missing_left[inner].astype(int)
    words, boundaries = [], [0]
    for place, node in enumerate(inner):
        if node not in tree.categories:
            continue
        threshold[place] = len(boundaries) - 1
        decision[place] = _CATEGORICAL + _NAN_IS_MISSING
        words += _bits(tree.categories[node])
        boundaries.append(len(words))
    if len(boundaries) == 1:
        return threshold, decision, []
    return threshold, decision, [_line("cat_boundaries", boundaries), _line("cat_threshold", words)]


def _bits(categories):
    words = [0] * (max(categories, default=0) // 32 + 1)
    for category in categories:
        words[category // 32] |= 1 << category % 32
    return words


def first_trees(text, count):
    """A LightGBM text model of its first `count` trees, which is what early stopping leaves;
    `count` <= 0 or beyond its trees leaves all."""
    begin, end = text.find("\nTree=0\n") + 1, text.find(f"\n{_END_OF_TREES}") + 1
    cut = text.find(f"\nTree={count}\n") + 1
    if count <= 0 or not 0 < begin < cut < end:
        return text
    header = []
    for line in text[:begin].split("\n"):
        if line.startswith("tree_sizes="):
            line = " ".join(line.split(" ")[:count])
        header.append(line)
    return "\n".join(header) + text[begin:cut] + text[end:]
