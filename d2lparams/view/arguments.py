"""What a reader passes to a figure, checked before anything is computed from it."""

from __future__ import annotations

from typing import Any

from ..block import Block
from ..checks import shown
from ..errors import DTypeError, SettingError
from .spec import Text, Words

__all__ = ["as_flag", "as_network", "as_title"]


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


def as_title(title: Any, default: Text) -> Words:
    """Return the title of a figure: one text, or one for each language, or `default` where none is given."""
    if title is None or (isinstance(title, str) and not title):
        return default
    pair = isinstance(title, dict) and set(title) == {"en", "ko"} and all(isinstance(t, str) for t in title.values())
    if not (isinstance(title, str) or pair):
        raise DTypeError(f"title is a text, or {{'en': ..., 'ko': ...}} for both languages, got {shown(title)}.")
    words: Words = title
    return words
