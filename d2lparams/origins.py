"""Which initializer could have left these numbers: four witnesses, and the rules that the scale belongs to.

A tensor that was drawn and never trained has numbers that do not depend on each other.  Four things follow, and
training breaks one or more of them:

- *the distribution*: the numbers lie as close to a normal, uniform or truncated normal one as chance allows
  (Kolmogorov-Smirnov);
- *the mean* is 0 but for chance;
- *rows and columns* are alike: their means and mean squares differ by no more than chance allows;
- *the spectrum* has no singular value beyond the edge that random matrices of this shape have, and rows are as good as
  orthogonal.  A gradient is a sum of few outer products, which show there.

None of them proves that nothing was trained: a step that is too small leaves no trace.  Of a normal matrix of n x n it
is one that moved it, as a whole, by less than about 1 / sqrt(n) of its size; the edges of a uniform one show more.  And
one tensor in some hundreds fails that nobody has trained.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .checks import Array, Shape
from .fills import fans

__all__ = ["CLIPPED", "FAMILIES", "LEAST", "Origin", "cdf", "kolmogorov", "origin", "precision_of", "rules_of"]

FAMILIES = ("normal", "uniform", "truncated")
LEAST = 64  # numbers, of which fewer tell nothing
ENOUGH = 1000  # numbers that have shown a small training in our tests
CLIPPED = 0.8796256610342398  # standard deviation of a normal distribution of variance 1 that is cut off at -2 and 2
CLOSE = 1.95  # times 1 / sqrt(n): a distance that 1 drawn tensor in 1,000 exceeds, as Kolmogorov's law has it
FAR = 4.0  # standard deviations
EDGE = 4.0  # in units of the Tracy-Widom law, which 1 random matrix in 10,000 exceeds
SIDE = 256  # of the part of a matrix whose spectrum is computed
KURTOSIS = {"normal": 3.0, "uniform": 1.8, "truncated": 2.3651}
FIXED = {"normal": (0.01, 0.02, 0.05, 1.0), "uniform": (0.01, 0.05, 0.07, 0.1), "truncated": (0.01, 0.02, 0.05)}


@dataclass(frozen=True)
class Origin:
    """A distribution that a tensor could have been drawn from.

    Attributes
    ----------
    family : {'normal', 'uniform', 'truncated', 'orthogonal', 'constant'}
        ``'truncated'`` is a normal distribution cut off at two standard deviations.
    scale : float
        The standard deviation (of a truncated one before it was cut), the bound of a uniform one, the constant.
    rules : tuple of str
        Which rules give this scale to a tensor of this shape, within the error of its estimate; see `rules_of`.
    distance, limit : float
        The Kolmogorov-Smirnov distance, and what chance allows; 0 where nothing was drawn.
    count : int
        How many numbers were looked at.
    also : tuple of str
        Other families that are as close as chance allows: few numbers do not tell them apart.
    """

    family: str
    scale: float
    rules: tuple[str, ...]
    distance: float
    limit: float
    count: int
    also: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether there are many numbers, and a rule that they agree with."""
        return self.family == "constant" or (bool(self.rules) and self.count >= ENOUGH)


# ---- distributions


@functools.cache
def _bell() -> tuple[Array, Array]:
    """Return places and the normal distribution function at them; between them a line is right to 1e-6."""
    places = np.linspace(-8.5, 8.5, 4001)
    return places, np.array([0.5 * math.erfc(-place / math.sqrt(2)) for place in places])


def cdf(family: str, values: Array, scale: float) -> Array:
    """Return the share of a distribution around 0 that lies below each value.

    >>> cdf("uniform", np.array([-1.0, 0.0, 0.5]), 1.0)
    array([0.  , 0.5 , 0.75])
    """
    if family == "uniform":
        return np.clip(values / (2 * scale) + 0.5, 0, 1)
    below: Array = np.interp(values / scale, *_bell())
    if family == "truncated":
        end = 0.5 * math.erfc(2 / math.sqrt(2))
        below = np.clip((below - end) / (1 - 2 * end), 0, 1)
    return below


def kolmogorov(ordered: Array, family: str, scale: float) -> float:
    """Return the largest difference between the shares below a value, of sorted values and of a distribution."""
    size = len(ordered)
    ideal = cdf(family, ordered, scale)
    steps = np.arange(size + 1) / size
    return float(max((steps[1:] - ideal).max(), (ideal - steps[:-1]).max()))


def _scale_of(family: str, ordered: Array, rms: float) -> float:
    if family == "uniform":
        return float(max(-ordered[0], ordered[-1])) * (1 + 1 / len(ordered))
    return rms / CLIPPED if family == "truncated" else rms


def precision_of(values: Array) -> int:
    """Return how many bits the numbers are kept with, also where a wider type holds numbers of a narrower one.

    >>> precision_of(np.float32([1 + 2**-7, 0.5])), precision_of(np.float16([0.1]))
    (8, 11)
    """
    if values.dtype.itemsize > 4:
        return 24
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    return next((kept for kept in (4, 8, 11) if not (bits & ((1 << (24 - kept)) - 1)).any()), 24)


# ---- rows, columns, spectrum


def _spread(found: Array, expected: float) -> float:
    """Return by how many standard deviations means differ more among each other than chance lets them.

    Their squared differences follow a chi-squared law, whose cube root is nearly normal (Wilson and Hilferty 1931).
    """
    free = len(found) - 1
    total = float(((found - found.mean()) ** 2).sum()) / expected
    return float((np.cbrt(total / free) - (1 - 2 / (9 * free))) / math.sqrt(2 / (9 * free)))


def _uneven(matrix: Array) -> bool:
    """Return whether rows or columns differ by more than chance allows."""
    squares = matrix**2
    second, fourth = float(squares.mean()), float((squares**2).mean())
    for axis in (0, 1):
        length = matrix.shape[axis]
        if matrix.shape[1 - axis] < 2 or length < 8:
            continue
        if _spread(matrix.mean(axis), second / length) > FAR:
            return True
        if _spread(squares.mean(axis), max(fourth - second**2, 1e-12 * second**2) / length) > FAR:
            return True
    return False


def _related(matrix: Array) -> bool:
    """Return whether rows depend on each other more than chance allows.

    Two witnesses: the largest singular value lies beyond the edge that random matrices have (Johnstone 2001), which
    finds one strong direction; and the products of different rows are larger than those of independent ones, which
    finds many weak ones.
    """
    part = matrix[:SIDE, :SIDE]
    part = part if len(part) <= part.shape[1] else part.T
    rows, columns = part.shape
    if rows < 8:
        return False
    gram = part @ part.T
    left, right = math.sqrt(rows - 1), math.sqrt(columns)
    middle, width = (left + right) ** 2, (left + right) * (1 / left + 1 / right) ** (1 / 3)
    if float(np.linalg.eigvalsh(gram)[-1]) > (middle + EDGE * width) * float((part**2).mean()):
        return True
    own = gram.diagonal()
    cosines = (gram**2 / np.maximum(np.outer(own, own), 1e-300))[np.triu_indices(rows, 1)]
    return bool((cosines.mean() * columns - 1) * math.sqrt(len(cosines) / 2) > FAR)


def _orthogonal(matrix: Array, precision: int) -> float:
    """Return the factor by which a matrix is orthogonal (its rows, or its columns), or 0."""
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    if len(wide) < 2 or len(wide) > 1024:
        return 0.0
    gram = wide @ wide.T
    size = float(np.trace(gram)) / len(wide)
    close = size > 0 and bool(np.allclose(gram / size, np.eye(len(wide)), atol=max(8.0 * 2.0**-precision, 1e-5)))
    return math.sqrt(size) if close else 0.0


# ---- rules


def rules_of(shape: Shape, family: str, fan_in: int = 0) -> Iterator[tuple[str, float]]:
    """Yield the rules of initialization that a tensor of this shape may have followed, with their variances.

    Parameters
    ----------
    shape : tuple of int
    family : {'normal', 'uniform', 'truncated'}
    fan_in : int
        That of the layer, for a vector: a bias that is drawn by the fan-in of its weight.

    Examples
    --------
    >>> dict(rules_of((4, 6), "normal"))["He, fan-in"]
    0.3333333333333333
    """
    for value in FIXED[family]:
        letter = "bound" if family == "uniform" else "sigma"
        yield f"{letter} {value:g}", value**2 * {"normal": 1, "uniform": 1 / 3, "truncated": CLIPPED**2}[family]
    if family == "truncated":
        yield "sigma 0.02, after the cut", 0.02**2
    if len(shape) < 2:
        if fan_in and family == "uniform":
            yield "PyTorch's default, by the fan-in of its weight", 1 / (3 * fan_in)
        return
    fan_in, fan_out = fans(shape)  # its first axis is the outputs, as here and in PyTorch
    if not (fan_in and fan_out):
        return
    yield "Xavier", 2 / (fan_in + fan_out)
    for fan, other, name in ((fan_in, fan_out, ""), (fan_out, fan_in, ", stored as (in, out)")):
        if name and (len(shape) > 2 or fan == other):
            continue
        yield f"LeCun{name}", 1 / fan
        yield f"He, fan-in{name}", 2 / fan
        if family == "uniform":
            yield f"PyTorch's default of a layer{name}", 1 / (3 * fan)
    if fan_in != fan_out and len(shape) > 2:
        yield "He, fan-out", 2 / fan_out
    if family == "uniform" and len(shape) == 2:
        for gates, name in ((4, "LSTM"), (3, "GRU")):
            if shape[0] % gates == 0:
                yield f"PyTorch's default of {name}", gates / (3 * shape[0])


def _agreeing(shape: Shape, family: str, variance: float, count: int, precision: int, fan_in: int) -> tuple[str, ...]:
    error = math.sqrt((KURTOSIS[family] - 1) / count) + 2.0**-precision / 8  # of a variance, relative
    return tuple(name for name, wanted in rules_of(shape, family, fan_in) if abs(variance / wanted - 1) < 3.5 * error)


# ---- the verdict


def origin(values: Array, shape: Shape, precision: int = 0, fan_in: int = 0) -> Origin | None:
    """Return the distribution that a tensor could have been drawn from and left as it was, or None.

    Parameters
    ----------
    values : ndarray of shape (rows, columns) or (n,), floats
        The tensor, or rows of it.
    shape : tuple of int
        That of the whole tensor, for the rules.
    precision : int
        Bits of a number, by default those that `precision_of` finds.
    fan_in : int
        See `rules_of`.

    Examples
    --------
    >>> draw = np.random.default_rng(0).normal(0, 0.02, (128, 64))
    >>> found = origin(draw, (128, 64))
    >>> found.family, round(found.scale, 3), found.rules
    ('normal', 0.02, ('sigma 0.02',))
    """
    flat = values.reshape(-1)
    if not flat.size or not np.isfinite(flat).all():
        return None
    if flat.size > 1 and flat.min() == flat.max():
        return Origin("constant", float(flat[0]), (), 0.0, 0.0, flat.size)
    if flat.size < LEAST:
        return None
    bits = precision or precision_of(flat)
    exact = values.astype(np.float64)
    power = math.frexp(float(np.abs(exact).max()))[1]
    exact = np.ldexp(exact, -power)  # near 1: squares of 1e-200 would be 0
    if exact.ndim == 2 and (size := _orthogonal(exact, bits)):
        return Origin("orthogonal", math.ldexp(size, power), ("orthogonal",), 0.0, 0.0, flat.size)
    return _drawn(exact, power, shape, bits, fan_in)


def _drawn(exact: Array, power: int, shape: Shape, bits: int, fan_in: int) -> Origin | None:
    """Return the family whose witnesses all agree; `exact` has been divided by two to the `power`."""
    size = exact.size
    rms = math.sqrt(float((exact**2).mean()))
    if abs(float(exact.mean())) * math.sqrt(size) > FAR * rms:
        return None
    if bits > 4 and size - np.count_nonzero(exact) > 2:  # a draw is never exactly 0 but by rare chance
        return None
    ordered = np.sort(exact, axis=None)
    limit = CLOSE / math.sqrt(size) + 0.5 * 2.0**-bits  # and what rounding adds
    found = []
    for family in FAMILIES:
        scale = _scale_of(family, ordered, rms)
        if (distance := kolmogorov(ordered, family, scale)) <= limit:
            rules = _agreeing(shape, family, math.ldexp(rms, power) ** 2, size, bits, fan_in)
            found.append(Origin(family, math.ldexp(scale, power), rules, distance, limit, size))
    if not found or (exact.ndim == 2 and (_uneven(exact) or _related(exact))):
        return None
    nearest = min(one.distance for one in found)
    found.sort(key=lambda one: (one.distance > 2 * nearest, not one.rules, one.distance))
    return replace(found[0], also=tuple(one.family for one in found[1:]))
