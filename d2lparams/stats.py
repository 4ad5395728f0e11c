"""Numbers about numbers: summaries and histograms of parameters, without any drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .array import plain
from .checks import as_count, as_number, as_values
from .errors import SettingError, ShapeError
from .parameter import Parameter

__all__ = ["Histogram", "Stats", "edges_of", "histogram", "summarize", "values_of"]

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
    values = as_values(plain(source), "There are no numbers to look at in")
    if values.size == 0:
        raise ShapeError(f"There are no numbers to look at in an array of shape {values.shape}.")
    return values.reshape(-1)


def summarize(source: Any) -> Stats:
    """Return the `Stats` of a parameter or an array."""
    values = values_of(source)
    with np.errstate(invalid="ignore"):  # of infinite values the mean is NaN, which is said by the result
        # float64 sums: a million float32 values lose three digits otherwise
        mean, std = float(values.mean(dtype=np.float64)), float(values.std(dtype=np.float64))
    low, high = float(values.min()), float(values.max())
    return Stats(values.size, mean, std, low, high, zeros=float(1 - np.count_nonzero(values) / values.size))


def histogram(source: Any, bins: int = 40, span: tuple[float, float] | None = None) -> Histogram:
    """Count values in bins of equal width.

    Parameters
    ----------
    source : Parameter, NDArray or array
    bins : int
    span : tuple of float, optional
        The lowest and the highest edge; the extremes of the values by default.  Values outside are not counted.
    """
    bins = as_count(bins, "bins")
    stats = summarize(source)
    low, high = edges_of([stats]) if span is None else _checked(span)
    values = values_of(source)
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            counts, edges = np.histogram(values, bins=bins, range=(low, high))
        except (ValueError, IndexError):  # float32 has too few numbers between the edges, or none so far apart
            counts, edges = np.histogram(values.astype(np.float64), bins=bins, range=(low, high))
    return Histogram(edges, counts, stats)


def edges_of(several: Sequence[Stats]) -> tuple[float, float]:
    """Return the lowest and the highest edge of a histogram that holds all the values summarized.

    Raises
    ------
    SettingError
        If a value is not finite: it lies between no edges.
    """
    low, high = min(s.low for s in several), max(s.high for s in several)
    if not all(math.isfinite(s.low) and math.isfinite(s.high) for s in several) or not math.isfinite(high - low):
        raise SettingError(
            f"These values reach from {low} to {high}, so no bins can hold them: some are NaN or infinite, or too far "
            "apart. Look at summarize(), or count those in a span: histogram(values, span=(-1, 1))."
        )
    # One value needs room around it; among large numbers 0.5 would be no room at all.
    room = max(0.5, 1e-3 * abs(low)) if low == high else 0.0
    return low - room, high + room


def _checked(span: Any) -> tuple[float, float]:
    if not isinstance(span, tuple | list) or len(span) != 2:
        raise SettingError(f"span is the lowest and the highest edge, such as (-1, 1), got {span!r:.60}.")
    low, high = (as_number(edge, "An edge of a histogram") for edge in span)
    if low >= high:
        raise SettingError(f"The lowest edge {low} is not below the highest {high}.")
    return low, high
