"""Tests of learners that round their inputs to float32 first, said for the doubles that Fairline
scores. `src/fairline/models/float32_threshold.h` is the same in C++."""

import numpy as np

_FLOAT_MAX = np.finfo(np.float32).max
_BEYOND_FLOATS = float.fromhex("0x1.ffffffp127")  # from here on doubles round to infinity


def threshold_for_doubles(threshold):
    """The largest doubles m for which `x <= m` is the same as `float32(x) <= threshold` for every
    double x but NaN. `threshold`: doubles of any shape, infinities included, no NaN.

    Between the last float at or below the threshold and the next float, what rounds down goes left.
    Their midpoint, which doubles hold exactly, rounds to the even one of the two."""
    threshold = np.asarray(threshold, np.float64)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        nearest = threshold.astype(np.float32)
        last = np.where(nearest <= threshold, nearest, np.nextafter(nearest, np.float32(-np.inf)))
        following = np.nextafter(last, np.float32(np.inf)).astype(np.float64)
        midpoint = (last.astype(np.float64) + following) / 2
        midpoint = np.where(last == _FLOAT_MAX, _BEYOND_FLOATS, midpoint)
        midpoint = np.where(last == -np.inf, -_BEYOND_FLOATS, midpoint)
        rounds_down = midpoint.astype(np.float32) <= last
    below = np.where(rounds_down, midpoint, np.nextafter(midpoint, -np.inf))
    return np.where(last == np.inf, np.inf, below)


def strict_threshold_for_doubles(condition):
    """The same for `float32(x) < condition`, `condition` being floats: the last float below it is
    the last that goes left."""
    condition = np.asarray(condition, np.float32)
    threshold = threshold_for_doubles(np.nextafter(condition, np.float32(-np.inf)))
    return np.where(condition == -np.inf, -np.inf, threshold)  # no number is below it
