"""Numbers about numbers: summaries and histograms of parameters, without any drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import SettingError, ShapeError
from .ndarray import plain
from .parameter import Parameter

__all__ = ["Histogram", "Stats", "histogram", "summarize", "values_of"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Stats:
    """What is worth knowing of an array at a glance.

    Attributes
    ----------
    size : int
    mean, std, low, high : float
        `std` is the standard deviation (divided by n).
    zeros : float
        The share of entries that are exactly 0.
    """

    size: int
    mean: float
    std: float
    low: float
    high: float
    zeros: float


@dataclass(frozen=True)
class Histogram:
    """Counts of values in bins of equal width.

    Attributes
    ----------
    edges : ndarray of shape (bins + 1,)
    counts : ndarray of shape (bins,)
    stats : Stats
    """

    edges: Array
    counts: Array
    stats: Stats

    def normal(self) -> Array:
        """Return the counts that a normal distribution of the same mean and standard deviation would expect."""
        if self.stats.std == 0:
            return np.zeros(len(self.counts))
        z = (self.edges - self.stats.mean) / (self.stats.std * math.sqrt(2))
        below = np.array([0.5 * (1 + math.erf(v)) for v in z])
        return self.stats.size * np.diff(below)


def values_of(source: Any) -> Array:
    """Return all entries of a parameter, an NDArray or an array as a flat numpy array (a view where possible)."""
    if isinstance(source, Parameter):
        source = source.data()
    values = np.asarray(plain(source))
    if values.size == 0 or values.dtype.kind not in "fiub":
        raise ShapeError(
            f"There are no numbers to look at in an array of shape {values.shape} and type {values.dtype}."
        )
    return values.reshape(-1)


def summarize(source: Any) -> Stats:
    """Return the `Stats` of a parameter or an array."""
    values = values_of(source)
    # float64 sums: a million float32 values lose three digits otherwise
    return Stats(
        size=values.size,
        mean=float(values.mean(dtype=np.float64)),
        std=float(values.std(dtype=np.float64)),
        low=float(values.min()),
        high=float(values.max()),
        zeros=1 - np.count_nonzero(values) / values.size,
    )


def histogram(source: Any, bins: int = 40, span: tuple[float, float] | None = None) -> Histogram:
    """Count values in bins of equal width.

    Parameters
    ----------
    source : Parameter, NDArray or array
    bins : int
    span : tuple of float, optional
        The lowest and the highest edge; the extremes of the values by default.  Values outside are not counted.
    """
    if isinstance(bins, bool) or not isinstance(bins, int) or bins < 1:
        raise SettingError(f"bins is a whole number of 1 or more, got {bins!r}.")
    stats = summarize(source)
    low, high = span or (stats.low, stats.high)
    if not low <= high:
        raise SettingError(f"The lowest edge {low} is above the highest {high}.")
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(values_of(source), bins=bins, range=(low, high))
    return Histogram(edges, counts, stats)
