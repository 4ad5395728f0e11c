"""Numbers about numbers: summaries and histograms of parameters, without any drawing.

All of it is computed in float64, in pieces that stay in the processor's cache.  Values beyond 1e±150, whose squares no
float64 holds, are brought near 1 by a power of two and the results taken back.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .array import plain
from .checks import Array, as_count, as_values
from .errors import SettingError, ShapeError, shown
from .fills import pieces
from .parameter import Parameter

__all__ = ["Histogram", "Stats", "edges_of", "finite", "histogram", "power_of", "spectrum", "summarize", "values_of"]

MOST = 1_000_000  # bins


@dataclass(frozen=True)
class Stats:
    """What is worth knowing of an array at a glance.

    Attributes
    ----------
    size : int
    mean, std, low, high : float
        `std` is the standard deviation (divided by n); NaN if a value is NaN or infinite.
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
    edges : ndarray of shape (bins + 1,), float64
    counts : ndarray of shape (bins,)
        A value on an edge counts in the bin above it, on the last edge in the last bin.
    stats : Stats
    """

    edges: Array
    counts: Array
    stats: Stats

    def normal(self) -> Array:
        """Return the counts that a normal distribution of the same mean and standard deviation would expect."""
        power = power_of(self.edges[0], self.edges[-1])
        edges, mean, std = (np.ldexp(v, -power) for v in (self.edges, self.stats.mean, self.stats.std))
        if not std > 0:
            return np.zeros(len(self.counts))
        below = np.array([0.5 * (1 + math.erf(v)) for v in (edges - mean) / (std * math.sqrt(2))])
        return self.stats.size * np.diff(below)


def values_of(source: Any) -> Array:
    """Return all entries of a parameter, an NDArray or an array as a flat numpy array (a view where possible)."""
    if isinstance(source, Parameter):
        source = source.data()
    values = as_values(plain(source), "There are no numbers to look at in")
    if values.size == 0:
        raise ShapeError(f"There are no numbers to look at in an array of shape {values.shape}.")
    return values.reshape(-1)


def finite(values: Array) -> Array:
    """Return the values that are neither NaN nor infinite: `values` itself if all are finite."""
    keep = np.isfinite(values)
    return values if keep.all() else values[keep]


def power_of(*values: float) -> int:
    """Return the power of two that the largest magnitude among `values` is just below."""
    return math.frexp(max(map(abs, values)))[1]


def _extreme(low: float, high: float) -> bool:
    return 0 < max(-low, high) < 1e-150 or max(-low, high) > 1e150


def summarize(source: Any) -> Stats:
    """Return the `Stats` of a parameter or an array."""
    values = values_of(source)
    low, high = float(values.min()), float(values.max())
    zeros = float(1 - np.count_nonzero(values) / values.size)
    if not (math.isfinite(low) and math.isfinite(high)):
        with np.errstate(invalid="ignore"):  # inf - inf
            return Stats(values.size, float(values.mean(dtype=np.float64)), math.nan, low, high, zeros)
    if _extreme(low, high):
        power = power_of(low, high)
        near = summarize(np.ldexp(values, -power))
        return Stats(values.size, math.ldexp(near.mean, power), math.ldexp(near.std, power), low, high, zeros)
    # Around the middle of the values: the sum of squares would lose its digits if they all lay far from 0.
    middle, total, squares = low / 2 + high / 2, 0.0, 0.0
    for part in pieces(values):
        away = np.subtract(part, middle, dtype=np.float64)
        total += float(away.sum())
        squares += float(np.einsum("i,i", away, away))  # on one thread, where @ may wake several
    mean = total / values.size
    std = math.sqrt(max(squares / values.size - mean**2, 0.0))
    return Stats(values.size, min(max(middle + mean, low), high), std, low, high, zeros)


def spectrum(source: Any) -> Array:
    """Return the singular values of a matrix, the largest first: how far it stretches, direction by direction.

    Parameters
    ----------
    source : Parameter, NDArray or array
        With two axes; of one with more, all but the first are taken as one, as for the filters of a convolution.

    Returns
    -------
    ndarray of shape (min(rows, columns),), float64

    Raises
    ------
    ShapeError
        If there is no second axis.
    SettingError
        If a value is NaN or infinite.

    Examples
    --------
    >>> spectrum([[3, 0], [0, -4]])
    array([4., 3.])
    """
    shape = source.shape if hasattr(source, "shape") else np.shape(source)
    values = values_of(source)
    if len(shape) < 2:
        raise ShapeError(f"A spectrum is that of a matrix; an array of shape {shape} is none.")
    if not np.isfinite(values).all():
        raise SettingError("A matrix with NaN or infinite entries has no singular values.")
    found: Array = np.linalg.svd(values.reshape(shape[0], -1).astype(np.float64), compute_uv=False)
    return found


def histogram(source: Any, bins: int = 40, span: tuple[float, float] | None = None) -> Histogram:
    """Count values in bins of equal width, as ``np.histogram`` counts them in float64.

    Parameters
    ----------
    source : Parameter, NDArray or array
    bins : int
    span : tuple of float, optional
        The lowest and the highest edge; the extremes of the values by default.  Values outside are not counted.

    Raises
    ------
    SettingError
        If a value is NaN or infinite and no `span` is given, or if the bins would be narrower than float64 can tell.
    """
    bins = as_count(bins, "bins")
    if bins > MOST:
        raise SettingError(f"bins is a whole number up to {MOST:,}: of more, no picture could show one.")
    between = None if span is None else _checked(span)
    values = values_of(source)
    stats = summarize(values)
    low, high = between or edges_of([stats])
    power = power_of(low, high) if _extreme(low, high) else 0
    if power:
        low, high = math.ldexp(low, -power), math.ldexp(high, -power)
        with np.errstate(over="ignore", under="ignore"):  # of values far outside the span
            values = np.ldexp(values.astype(np.float64), -power)
    if not _resolves(np.float64, low, high, bins):
        raise SettingError(f"float64 has too few numbers between {low} and {high} for {bins} bins. Take fewer.")
    edges = np.linspace(low, high, bins + 1)
    whole = between is None or (between[0] <= stats.low and stats.high <= between[1])
    return Histogram(np.ldexp(edges, power), _count(values, edges, whole), stats)


def _resolves(dtype: type[np.floating[Any]], low: float, high: float, bins: int) -> bool:
    """Return whether a bin's number computed in `dtype` is off by less than a quarter of a bin."""
    width, most, kind = (high - low) / bins, max(-low, high), np.finfo(dtype)
    doubt = float(kind.eps) * (2 * bins + most / width)
    return doubt < 0.25 and width > 1e3 * float(kind.tiny) and most < 1e-3 * float(kind.max)


def _count(values: Array, edges: Array, whole: bool) -> Array:
    """Return how many values lie between one edge and the next; `whole` says that none lies outside."""
    bins, low, high = len(edges) - 1, edges[0], edges[-1]
    small = values.dtype.itemsize <= 4 and values.dtype.kind == "f" and _resolves(np.float32, low, high, bins)
    dtype: type[np.floating[Any]] = np.float32 if small else np.float64
    upper = edges.astype(dtype)
    upper = np.where(upper < edges, np.nextafter(upper, dtype(np.inf)), upper)  # below it is below the exact edge
    upper[-1] = np.inf
    start, scale = dtype(low), dtype(bins / (high - low))
    counts = np.zeros(bins, np.intp)
    for part in pieces(values):
        x = part.astype(dtype, copy=False)
        if not whole:
            x = x[(x >= low) & (x <= high)]
        place = np.subtract(x, start)
        place *= scale
        nearest = np.rint(place, out=place).astype(np.intp)
        nearest -= x < upper[nearest]  # from the nearest edge to the bin
        counts += np.bincount(nearest, minlength=bins)
    return counts


def edges_of(several: Sequence[Stats]) -> tuple[float, float]:
    """Return the lowest and the highest edge of a histogram that holds all the values summarized.

    Raises
    ------
    SettingError
        If a value is not finite: it lies between no edges.
    """
    low, high = min(s.low for s in several), max(s.high for s in several)
    if not all(math.isfinite(s.low) and math.isfinite(s.high) for s in several):
        raise SettingError(
            f"These values reach from {low} to {high}, so no bins can hold them: some are NaN or infinite. "
            "Look at summarize(), or count those in a span: histogram(values, span=(-1, 1))."
        )
    size = max(-low, high)
    # One value needs room around it; among large numbers 0.5 would be no room at all. Close ones need as much as
    # lets float64 tell the edges between them apart.
    least = max(1.0, 2e-3 * size) if low == high else max(1e-12 * size, 1e-310)
    room = least / 2 if high - low < least else 0.0
    return max(low - room, -sys.float_info.max), min(high + room, sys.float_info.max)


def _checked(span: Any) -> tuple[float, float]:
    refusal = "span is the lowest and the highest edge, such as (-1, 1), not"
    edges = as_values(plain(span), refusal)
    if edges.shape != (2,) or not np.isfinite(edges).all():
        raise SettingError(f"{refusal} {shown(span)}.")
    low, high = float(edges[0]), float(edges[1])
    if low >= high:
        raise SettingError(f"The lowest edge {low} is not below the highest {high}.")
    return low, high
