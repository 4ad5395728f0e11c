"""What a reader passes in, checked before anything is done with it: numbers, dtypes, shapes.

Each function returns its argument in the form that the package works with, or raises an error that names the place.
Shapes of parameters are tuples of lengths in which 0 stands for a length that is not known yet.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from .errors import DTypeError, SettingError, ShapeError, listed, shown

__all__ = [
    "as_axis", "as_count", "as_dtype", "as_number", "as_shape", "as_values", "as_whole", "check_grad_req",
    "exactly", "fitted", "is_whole", "no_device", "one_of", "shown",
]  # fmt: skip

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
MOST_AXES = 64  # numpy's limit


def as_number(value: Any, name: str, least: float = -math.inf, below: float = math.inf) -> float:
    """Return `value` as a float if it is a finite number in [least, below); `name` is the setting."""
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    try:
        number = float(value) if real else math.nan
    except OverflowError:  # 10**400
        number = math.inf
    if not (math.isfinite(number) and least <= number < below):
        bound = "" if least == -math.inf else f" of {least:g} or more"
        bound = bound if below == math.inf else f" in [{least:g}, {below:g})"
        raise SettingError(f"{name} is a finite number{bound}, got {shown(value)}.")
    return number


def is_whole(value: Any) -> TypeGuard[int]:
    """Return whether `value` is a whole number, of Python's or numpy's; True and False are none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def as_count(value: Any, name: str, least: int = 1) -> int:
    """Return `value` as an int if it is a whole number of `least` or more that numpy can count to (2**63 - 1)."""
    if not is_whole(value) or not least <= value <= sys.maxsize:
        bound = f"{least} or more" if not is_whole(value) or value < least else f"{least} to 2**63 - 1"
        raise SettingError(f"{name} is a whole number of {bound}, got {shown(value)}.")
    return int(value)


def one_of(value: Any, known: Sequence[str], name: str) -> str:
    """Return `value` if it is one of the `known` words; `name` is the setting."""
    if not isinstance(value, str) or value not in known:
        raise SettingError(f"{name} is one of {listed(known)}, got {shown(value)}.")
    return value


def as_dtype(dtype: Any, whose: str) -> np.dtype[Any]:
    """Return the numpy dtype of `dtype` if its entries are numbers that the package computes with."""
    try:
        found = None if dtype is None else np.dtype(dtype)
    except Exception:  # numpy raises many kinds for words that are no dtype
        found = None
    if found is None or found.kind not in "fiub" or found.itemsize > 8:
        raise DTypeError(f"{whose} holds numbers of a type such as 'float32' or 'int64', not {shown(dtype)}.")
    native: np.dtype[Any] = found.newbyteorder("=")
    return native


def check_grad_req(grad_req: str) -> None:
    """Raise `SettingError` unless `grad_req` is one of the three known words."""
    if not isinstance(grad_req, str) or grad_req not in ("write", "add", "null"):
        raise SettingError(
            f"grad_req must be 'write', 'add' or 'null', got {shown(grad_req)}. 'write' replaces the gradient at each "
            "backward, 'add' sums until zero_grad(), 'null' keeps none (the parameter is frozen)."
        )


def as_values(value: Any, refusal: str) -> Array:
    """Return a number, a list or a numpy array as a numpy array of numbers.

    Parameters
    ----------
    value : number, (nested) list or ndarray
    refusal : str
        How the error begins, such as ``"Parameter w cannot take"``.
    """
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ShapeError(f"{refusal} {shown(value, 80)}: its rows have different lengths.") from error
    if array.dtype.kind not in "fiub":
        of_parameter = array.dtype.kind == "O" and callable(getattr(value, "data", None))
        hint = " The values of a parameter are in .data()." if of_parameter else ""
        raise DTypeError(f"{refusal} {shown(value, 80)}: it is no number and no array of numbers.{hint}")
    return array


def as_shape(shape: int | Sequence[int], whose: str) -> Shape:
    """Return `shape` as a tuple of int; `whose` it is, an error says."""
    several = isinstance(shape, Sequence) and not isinstance(shape, str | bytes)
    lengths: tuple[Any, ...] = tuple(shape) if several else (shape,)  # type: ignore[arg-type]
    if not all(is_whole(n) and n >= 0 for n in lengths):
        raise ShapeError(f"The shape of {whose} has to hold whole numbers of 0 or more, got {shown(shape)}.")
    if len(lengths) > MOST_AXES or math.prod(max(n, 1) for n in lengths) > sys.maxsize // 8:
        raise ShapeError(
            f"The shape of {whose}, {shown(shape)}, has over {MOST_AXES} axes, or more entries than memory holds."
        )
    return tuple(int(n) for n in lengths)


def as_axis(axis: Any, count: int, who: str) -> int:
    """Return `axis` as a number from 0 if it is one of `count` axes; `who` has them."""
    if not isinstance(axis, int | np.integer) or not -count <= axis < count:
        raise ShapeError(f"{who} has no axis {shown(axis)}: it is 0 to {count - 1}, or -1 for the last.")
    return int(axis) % count


def as_whole(values: Array, who: str, limit: int | None = None, advice: str = "") -> Array:
    """Return `values` as indices (intp) if they are whole numbers, in [0, limit) where there is a limit.

    Raises
    ------
    DTypeError, ShapeError
        If one of them is no whole number; if one is negative or reaches `limit`.
    """
    with np.errstate(invalid="ignore"):  # a NaN is no index, which the next line says
        index = values.astype(np.intp)
    if not np.array_equal(index, values):
        wrong = values[index != values][0]
        raise DTypeError(f"{who} takes whole numbers below 2**63, but the batch holds others, such as {wrong}.")
    if limit is not None and index.size and not 0 <= (low := index.min()) <= (high := index.max()) < limit:
        raise ShapeError(f"{who} takes 0 to {limit - 1}, but the batch holds {low} to {high}. {advice}".rstrip())
    return index


def exactly(values: Array, dtype: np.dtype[Any], whose: str) -> Array:
    """Return `values` as an array of `dtype` (the same array where it is one), if they stay what they are.

    Real numbers are rounded to the nearest that `dtype` has.  Fractions in an integer type, and numbers beyond the
    range of a type, are refused: numpy would cut them, or make them infinite, without a word.
    """
    if values.dtype == dtype:
        return values
    with np.errstate(all="ignore"):  # what is lost is said below, however numpy is set
        cast = values.astype(dtype)
        kept = np.isinf(cast) == np.isinf(values) if dtype.kind == "f" else cast == values
    if not kept.all():
        why = "it would be infinite" if dtype.kind == "f" else "it has a fraction, or is too large"
        first = shown(values[~kept].flat[0].item())
        raise DTypeError(f"{whose} holds {dtype}, which cannot hold {first}: {why}. Nothing was changed.")
    return cast


def fitted(values: Array, dtype: np.dtype[Any], whose: str) -> Array:
    """Return a copy of `values` as `dtype`, row by row in memory, if `exactly` takes them."""
    return np.array(exactly(values, dtype, whose), order="C")


def no_device(ctx: Any) -> None:
    """Raise `SettingError` unless `ctx` is None: there is one device, so there is nothing to choose."""
    if ctx is not None:
        raise SettingError(
            f"Everything here lives in the memory of one processor, so there is no device to choose: leave out "
            f"ctx={shown(ctx)} (and device=, mx.cpu(), as_in_context)."
        )
