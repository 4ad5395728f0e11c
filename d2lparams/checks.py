"""What a reader passes in, checked before anything is done with it: numbers, dtypes, shapes.

Each function returns its argument in the form that the package works with, or raises an error that names the place.
Shapes of parameters are tuples of lengths in which 0 stands for a length that is not known yet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import DTypeError, SettingError, ShapeError

__all__ = ["as_count", "as_dtype", "as_number", "as_shape", "as_values", "check_grad_req"]

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


def as_number(value: Any, name: str, least: float = -math.inf) -> float:
    """Return `value` as a float if it is a finite number of `least` or more; `name` is the setting."""
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not real or not least <= value < math.inf or value == -math.inf:
        bound = "" if least == -math.inf else f" of {least:g} or more"
        raise SettingError(f"{name} is a finite number{bound}, got {value!r:.60}.")
    return float(value)


def as_count(value: Any, name: str, least: int = 1) -> int:
    """Return `value` as an int if it is a whole number of `least` or more."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise SettingError(f"{name} is a whole number of {least} or more, got {value!r:.60}.")
    return int(value)


def as_dtype(dtype: Any, whose: str) -> np.dtype[Any]:
    """Return the numpy dtype of `dtype` if its entries are numbers that the package computes with."""
    try:
        found = None if dtype is None else np.dtype(dtype)
    except Exception:  # numpy raises many kinds for words that are no dtype
        found = None
    if found is None or found.kind not in "fiub" or found.itemsize > 8:
        raise DTypeError(f"{whose} holds numbers of a type such as 'float32', 'float64' or 'int64', not {dtype!r:.60}.")
    native: np.dtype[Any] = found.newbyteorder("=")
    return native


def check_grad_req(grad_req: str) -> None:
    """Raise `SettingError` unless `grad_req` is one of the three known words."""
    if grad_req not in ("write", "add", "null"):
        raise SettingError(
            f"grad_req must be 'write', 'add' or 'null', got {grad_req!r}. 'write' replaces the gradient at each "
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
        raise ShapeError(f"{refusal} {value!r:.80}: its rows have different lengths.") from error
    if array.dtype.kind not in "fiub":
        of_parameter = array.dtype.kind == "O" and callable(getattr(value, "data", None))
        hint = " The values of a parameter are in .data()." if of_parameter else ""
        raise DTypeError(f"{refusal} {value!r:.80}: it is no number and no array of numbers.{hint}")
    return array


def as_shape(shape: int | Sequence[int], whose: str) -> Shape:
    """Return `shape` as a tuple of int; `whose` it is, an error says."""
    lengths = tuple(shape) if isinstance(shape, Sequence) else (shape,)
    if not all(isinstance(n, int | np.integer) and not isinstance(n, bool) and n >= 0 for n in lengths):
        raise ShapeError(f"The shape of {whose} has to hold whole numbers of 0 or more, got {shape!r:.60}.")
    return tuple(int(n) for n in lengths)
