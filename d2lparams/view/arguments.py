"""What a reader passes to a figure, checked before anything is computed from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ..array import plain
from ..block import Block
from ..checks import as_number, as_values, shown
from ..errors import DTypeError, SettingError, ShapeError
from ..parameter import Parameter
from .spec import Text, Words

__all__ = ["as_array", "as_flag", "as_limit", "as_named", "as_network", "as_span", "as_title", "as_words"]

Array = npt.NDArray[Any]


def as_network(value: Any) -> Block:
    """Return `value` if it is a network or a layer."""
    if not isinstance(value, Block):
        raise DTypeError(f"This looks at a network or a layer, got {shown(value)}.")
    return value


def as_flag(value: Any, name: str) -> bool:
    """Return `value` if it is True or False."""
    if not isinstance(value, bool):
        raise SettingError(f"{name} is True or False, got {shown(value)}.")
    return value


def as_words(words: Any, name: str) -> Words:
    """Return words for readers: one text, or one for each language."""
    pair = isinstance(words, dict) and set(words) == {"en", "ko"} and all(isinstance(t, str) for t in words.values())
    if not (isinstance(words, str) or pair):
        raise DTypeError(f"{name} is a text, or {{'en': ..., 'ko': ...}} for both languages, got {shown(words)}.")
    found: Words = words
    return found


def as_title(title: Any, default: Text) -> Words:
    """Return the title of a figure, or `default` where none is given."""
    return default if title is None or (isinstance(title, str) and not title) else as_words(title, "title")


def as_array(source: Any, name: str, *axes: int) -> Array:
    """Return a copy in float64 of a parameter, an NDArray or an array with one of these numbers of axes."""
    values = as_values(plain(source.data() if isinstance(source, Parameter) else source), f"{name} cannot be")
    if values.ndim not in axes or not values.size:
        wanted = " or ".join(map(str, axes))
        raise ShapeError(f"{name} has {wanted} axes and at least one number, got shape {values.shape}.")
    return np.array(values, np.float64)


def as_named(source: Any, name: str, most: int) -> list[tuple[Words, Any]]:
    """Return things with their names: of a dict, of a list of pairs, or of a list, in which they are numbered."""
    items: list[Any] = list(source.items()) if isinstance(source, Mapping) else []
    if isinstance(source, list | tuple):
        pairs = all(isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str | dict) for item in source)
        items = list(source) if pairs else [(str(i), item) for i, item in enumerate(source, 1)]
    if not 0 < len(items) <= most:
        raise SettingError(
            f"{name} is a dict by name, a list of pairs of a name and a value, or a list, of 1 to {most}, "
            f"got {shown(source)}."
        )
    return [(as_words(words, f"A name in {name}"), thing) for words, thing in items]


def as_span(span: Any, name: str) -> tuple[float, float]:
    """Return two finite numbers of which the second is higher."""
    if not isinstance(span, list | tuple) or len(span) != 2:
        raise SettingError(f"{name} is two numbers, the lower one first, got {shown(span)}.")
    low, high = (as_number(value, name) for value in span)
    if not low < high:
        raise SettingError(f"{name} is two numbers, the lower one first, got {shown(span)}.")
    return low, high


def as_limit(limit: Any) -> float | None:
    """Return the size that has the strongest colour, or None for the largest there is."""
    if limit is None:
        return None
    if (number := as_number(limit, "limit", 0)) == 0:
        raise SettingError("limit is the size that has the strongest colour: a number above 0.")
    return number
