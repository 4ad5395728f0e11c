"""What can be said of a file of weights without knowing its network, and of two files of one network.

Each tensor is looked at once: wholly if it is not large, else by a sample, and then what is said is said of the sample.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .checks import Array
from .errors import UnknownNameError, listed
from .opened import PROOF, Opened, Place, Sample
from .origins import CLIPPED, FIXED, Origin, origin, precision_of
from .stats import Stats, finite, summarize

__all__ = ["Finding", "Move", "Pair", "equals", "examine", "fan_in_of", "moves", "totals", "untouched_rows"]

LEAST_ROWS = 6  # of which fewer that look untouched may be chance


@dataclass(frozen=True)
class Finding:
    """What one tensor is like.

    Attributes
    ----------
    place : Place
    count : int
        How many of its numbers were looked at.
    stats : Stats or None
        Of the finite ones; None if there are none.
    nan, infinite : int
    dead : tuple of int
        Rows of which every number is 0, in a tensor that has others.
    rows : int
        How many rows were looked at.
    origin : Origin or None
        What the tensor could have been drawn from and left as it was; None if nothing fits, or if it is of integers.
    untouched : tuple of int
        Rows that could have been left as they were drawn, in a tensor of which others were not.
    left : Origin or None
        What these rows could have been drawn from.
    """

    place: Place
    count: int
    stats: Stats | None
    nan: int
    infinite: int
    dead: tuple[int, ...]
    rows: int
    origin: Origin | None
    untouched: tuple[int, ...]
    left: Origin | None

    @property
    def whole(self) -> bool:
        """Whether all of its numbers were looked at."""
        return self.count == self.place.size


def fan_in_of(file: Opened, name: str) -> int:
    """Return the fan-in of the weight that a bias belongs to by its name, or 0."""
    if not name.endswith("bias"):
        return 0
    weight = file.places.get(name.removesuffix("bias") + "weight")
    suits = weight is not None and len(weight.shape) > 1 and weight.shape[:1] == file.places[name].shape
    return weight.sides[1] if weight is not None and suits else 0


def examine(file: Opened, name: str, most: int | None = None) -> Finding:
    """Look at one tensor of a file.

    Parameters
    ----------
    file : Opened
    name : str
    most : int, optional
        How many numbers are read of it; by default some 65,000.
    """
    place = file.place(name)
    sample = file.sample(name) if most is None else file.sample(name, most)
    values = sample.values
    real = values.dtype.kind == "f"
    kept = finite(values.reshape(-1))
    nan = int(np.isnan(values).sum()) if real else 0
    drawn = origin(values, place.shape, fan_in=fan_in_of(file, place.name)) if real else None
    dead: tuple[int, ...] = ()
    untouched: tuple[int, ...] = ()
    left = None
    if values.ndim == 2 and values.any():
        dead = tuple(sample.rows[~values.any(1)].tolist())
        if real and drawn is None and kept.size == values.size:
            untouched, left = untouched_rows(sample)
    stats = summarize(kept) if kept.size else None
    lost = values.size - kept.size
    return Finding(place, values.size, stats, nan, lost - nan, dead, len(sample.rows), drawn, untouched, left)


def untouched_rows(sample: Sample) -> tuple[tuple[int, ...], Origin | None]:
    """Return the rows of a trained table that could have been left as they were drawn, and what they were drawn from.

    An embedding whose word never came keeps its first numbers.  Its row is as long as the rule of its initializer makes
    rows; so for each usual rule the rows of that length are taken, and looked at together as a tensor of their own.
    """
    values = np.asarray(sample.values, np.float64)
    columns = values.shape[1]
    if columns < 16:
        return (), None
    squares, bits = (values**2).mean(1), precision_of(sample.values.reshape(-1))
    rules = [(value**2, 3.0) for value in FIXED["normal"]] + [(1 / columns, 3.0)]
    rules += [((value * CLIPPED) ** 2, 2.37) for value in FIXED["truncated"]]
    for variance, kurtosis in rules:
        near = np.abs(squares / variance - 1) < 4 * math.sqrt((kurtosis - 1) / columns)
        if LEAST_ROWS <= near.sum() < len(near):
            found = origin(values[near], (int(near.sum()), columns), bits)
            if found is not None and found.rules:
                return tuple(sample.rows[near].tolist()), found
    return (), None


# ---- the whole file


def totals(file: Opened) -> tuple[int, int]:
    """Return how many numbers a file holds, and how many there are with each alias counted again."""
    once = sum(place.size for place in file.places.values())
    return once, once + sum(file.place(alias).size for alias in file.aliases)


def equals(file: Opened) -> list[tuple[str, ...]]:
    """Return groups of tensors of several numbers that hold the same ones: copies, or ties that were written twice.

    Those of one shape are compared by a few of their numbers, and where these agree by all (`Opened.same`).  Tensors
    whose numbers are all one number are not counted: zeros are equal to zeros.
    """
    alike: dict[object, list[str]] = {}
    for place in file.places.values():
        if place.size > 1 and place.begin >= 0:
            alike.setdefault((place.dtype, place.shape), []).append(place.name)
    groups: list[tuple[str, ...]] = []
    for names in alike.values():
        by_start: dict[bytes, list[str]] = {}
        for name in names if len(names) > 1 else ():
            size = file.place(name).size
            some = [file.values(name, start, min(start + 64, size)) for start in (0, size // 2)]
            if any(part.min() != part.max() for part in some):
                by_start.setdefault(b"".join(part.tobytes() for part in some), []).append(name)
        for candidates in by_start.values():
            groups += _equal_among(file, candidates)
    return groups


def _equal_among(file: Opened, names: Sequence[str]) -> Iterable[tuple[str, ...]]:
    left = list(names)
    while len(left) > 1:
        first = left.pop(0)
        same = [name for name in left if file.same(first, file, name)]
        if same:
            yield (first, *same)
        left = [name for name in left if name not in same]


# ---- two files


@dataclass(frozen=True)
class Move:
    """How far a tensor is in a second file from where it is in a first.

    Attributes
    ----------
    name : str
    far : float
        The length of the difference, divided by that of the tensor in the first file; NaN if a number is not finite.
    frozen : bool
        Whether every number that was compared is the same.
    changed : float
        The share of numbers that are not the same.
    count, size : int
        How many numbers were compared, and how many there are.  Before a tensor of up to 16 million numbers is called
        frozen, all are.
    """

    name: str
    far: float
    frozen: bool
    changed: float
    count: int
    size: int


@dataclass(frozen=True)
class Pair:
    """Two files of one network.

    Attributes
    ----------
    moves : tuple of Move
        Of the tensors that both have in one shape, in the order of the first file.
    missing, extra : tuple of str
        Names that only the first file has, and only the second.
    mismatched : tuple of str
        Names that both have, in different shapes.
    """

    moves: tuple[Move, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    mismatched: tuple[str, ...]


def moves(first: Opened, second: Opened, most: int | None = None) -> Pair:
    """Compare the tensors of two files by name.

    Parameters
    ----------
    first, second : Opened
    most : int, optional
        How many numbers of each tensor are compared; by default some 65,000.  Where these are the same, all are.

    Raises
    ------
    UnknownNameError
        If the files have no tensor in common.
    """
    ours = dict.fromkeys((*first.places, *first.aliases))
    theirs = dict.fromkeys((*second.places, *second.aliases))
    both = [name for name in ours if name in theirs]
    if not both:
        raise UnknownNameError(
            f"No tensor is in both files. {first.path.name:.60} has {listed(ours, 4):.200}; {second.path.name:.60} has "
            f"{listed(theirs, 4):.200}. Compare two files of one network, written by one program."
        )
    fit = [name for name in both if first.place(name).shape == second.place(name).shape]
    return Pair(
        tuple(_move(first, second, name, most) for name in fit if name in first.places),
        tuple(name for name in ours if name not in theirs),
        tuple(name for name in theirs if name not in ours),
        tuple(name for name in both if name not in fit),
    )


def _move(first: Opened, second: Opened, name: str, most: int | None) -> Move:
    parts = [file.sample(name) if most is None else file.sample(name, most) for file in (first, second)]
    old, new = (np.asarray(part.values, np.float64).reshape(-1) for part in parts)
    size = first.place(name).size
    same = (old == new) | (np.isnan(old) & np.isnan(new))
    if same.all() and first.same(name, second, name):
        return Move(name, 0.0, True, 0.0, size if size <= PROOF else old.size, size)
    return Move(name, _distance(old, new), False, float(1 - same.mean()), old.size, size)


def _distance(old: Array, new: Array) -> float:
    """Return the length of a difference, relative to the old values; no square leaves the range of float64."""
    if not (np.isfinite(old).all() and np.isfinite(new).all()):
        return math.nan
    largest = max(float(np.abs(old).max()), float(np.abs(new).max()))
    if largest == 0:
        return 0.0
    old, new = old / largest, new / largest
    length = float(np.linalg.norm(old))
    return float(np.linalg.norm(new - old)) / length if length else math.inf
