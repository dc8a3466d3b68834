"""One tree of XGBoost's JSON.

XGBoost rounds inputs to float32 and tests `value < condition`. A categorical test sends its set
right and unknown categories left, LightGBM's sends its set left and the others right with NaN: so
the children change places, and NaN must have gone with the unknown. Covers are the sums of
hessians, as in XGBoost's own attributions."""

import numpy as np

from .float32_threshold import strict_threshold_for_doubles
from .refusal import UnsupportedModel
from .tree import Tree

_NO_CHILD = -1
_CATEGORIES = 1 << 24  # XGBoost's own limit
_NODE_COLUMNS = {
    "left_children": int,
    "right_children": int,
    "split_indices": int,
    "split_conditions": np.float32,
    "default_left": int,
    "sum_hessian": np.float32,
}


def field(value, key, kind):
    """UnsupportedModel where it is not there, or of another kind."""
    found = value.get(key)
    if not isinstance(found, kind):
        raise UnsupportedModel(f'XGBoost model: "{key}" is missing or not what it should be')
    return found


def whole(value, key, otherwise):
    """A parameter, which XGBoost writes as text."""
    try:
        return int(value.get(key, otherwise))
    except (TypeError, ValueError) as error:
        raise UnsupportedModel(f'XGBoost model: "{key}" is no whole number') from error


def as_tree(tree, where, weight, names):
    """`tree`: as JSON; `where` opens the messages; `weight` multiplies the leaves; `names`: of the
    features. Nodes that pruning left behind are dropped."""
    if whole(field(tree, "tree_param", dict), "size_leaf_vector", 1) > 1:
        raise UnsupportedModel(f"{where}: its leaves are vectors")
    left, right, feature, condition, missing_left, cover = _node_columns(tree, where)
    order = _parents_first(left, right, where)
    number = np.full(len(left), _NO_CHILD)
    number[order] = np.arange(len(order))
    left, right, feature, condition = left[order], right[order], feature[order], condition[order]
    if not (np.isfinite(condition).all() and np.isfinite(cover).all() and (cover >= 0).all()):
        raise UnsupportedModel(f"{where}: a split, leaf or cover is no finite number")
    inner = left != _NO_CHILD
    if (feature[inner] >= len(names)).any() or (feature[inner] < 0).any():
        raise UnsupportedModel(f"{where}, split_indices: beyond the {len(names)} features")
    made = Tree(
        feature=np.where(inner, feature, -1),
        threshold=strict_threshold_for_doubles(np.where(inner, condition, 0)),
        missing_left=inner & (missing_left[order] != 0),
        left=np.where(inner, number[left * inner], -1),
        right=np.where(inner, number[right * inner], -1),
        value=condition.astype(float) * float(np.float32(weight)),
        cover=cover[order].astype(float),
    )
    for node, categories in _categories(tree, where, len(number)).items():
        if number[node] != _NO_CHILD:
            _swap(made, number[node], categories, where, names)
    return made


def _column(tree, key, kind):
    values = field(tree, key, (list, np.ndarray))
    try:
        return np.asarray(values).astype(kind).reshape(len(values))
    except (TypeError, ValueError, OverflowError) as error:
        raise UnsupportedModel(f"XGBoost model: {key}: {error}") from error


def _node_columns(tree, where):
    columns = [_column(tree, key, kind) for key, kind in _NODE_COLUMNS.items()]
    if len({len(column) for column in columns}) != 1 or not len(columns[0]):
        raise UnsupportedModel(f"{where}: it tells of another number of nodes in each of its lists")
    return columns


def _parents_first(left, right, where):
    """The nodes that the root reaches, in an order that puts parents before children."""
    order = [0]
    for node in order:
        if left[node] == _NO_CHILD:
            continue
        order += [left[node], right[node]]
        if len(order) > len(left) or not 0 < min(order[-2:]) <= max(order[-2:]) < len(left):
            raise UnsupportedModel(f"{where}: its nodes do not form a tree; the file is damaged")
    return np.array(order)


def _categories(tree, where, count):
    """Node -> categories that XGBoost sends right. They lie behind each other in one list."""
    if "categories_nodes" not in tree:
        return {}
    every = _column(tree, "categories", int)
    if ((every < 0) | (every >= _CATEGORIES)).any():
        raise UnsupportedModel(f"{where}, categories: not all lie in 0 to {_CATEGORIES - 1}")
    nodes, begins, sizes = (
        _column(tree, f"categories_{key}", int) for key in ("nodes", "segments", "sizes")
    )
    if not ((nodes >= 0) & (nodes < count)).all():
        raise UnsupportedModel(f"{where}, categories_nodes: beyond its {count} nodes")
    return {
        int(node): every[begin : begin + size].tolist()
        for node, begin, size in zip(nodes, begins, sizes)
    }


def _swap(tree, node, categories, where, names):
    if not tree.missing_left[node]:
        raise UnsupportedModel(
            f'{where}: its test of the categories of "{names[tree.feature[node]]}" sends missing '
            "values with the set, and a set in Fairline's models never holds them; train with "
            "missing values as a category of their own"
        )
    tree.left[node], tree.right[node] = tree.right[node], tree.left[node]
    tree.missing_left[node] = False
    tree.categories[node] = categories
