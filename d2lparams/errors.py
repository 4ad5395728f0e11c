"""The mistakes a reader can make, one exception class each.

Every message is a short lesson in three parts: what happened (with the names and the shapes), why, and
what to do about it.  Every class derives from `D2LError` and from the built-in exception it refines, so
that ``except ValueError`` keeps working for readers who have never seen this file.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable


class D2LError(Exception):
    """Base class of every error that this package raises on purpose."""


class ShapeError(D2LError, ValueError):
    """An array, a parameter or a batch has a shape that does not fit."""


class OutOfRangeError(D2LError, IndexError):
    """An index or a position lies outside an array or a network."""


class DTypeError(D2LError, TypeError):
    """A value has a type, or an array a dtype, that does not fit."""


class SettingError(D2LError, ValueError):
    """A setting (a learning rate, a `grad_req`, a scale ...) is outside its range."""


class UnknownNameError(D2LError, LookupError):
    """A string names no known activation, initializer, optimizer or parameter."""


class PatternError(D2LError, ValueError):
    """A pattern is not a regular expression, or it selects nothing where it must select something."""


class NotInitializedError(D2LError, RuntimeError):
    """A parameter was read before `initialize()` was called."""


class DeferredInitializationError(D2LError, RuntimeError):
    """A parameter was read after `initialize()` but before its shape became known."""


class NameConflictError(D2LError, ValueError):
    """Two different parameters have the same name, or one name asks for two different things."""


class RegistrationError(D2LError, TypeError):
    """An attribute, a child or a parameter cannot be registered in a block."""


class InitializerError(D2LError, ValueError):
    """An initializer cannot fill this parameter."""


class GraphError(D2LError, RuntimeError):
    """`backward()` was asked for something that was not recorded, or that is gone."""


class InPlaceError(D2LError, RuntimeError):
    """A value that a gradient still depends on was, or would be, overwritten."""


class StaleGradientError(D2LError, RuntimeError):
    """The trainer was asked to step with a gradient that no backward pass has refreshed."""


class FileFormatError(D2LError, ValueError):
    """A file is truncated, foreign, or not what its header promises; nothing was loaded."""


class LoadError(D2LError, ValueError):
    """The names in a file and the names in a network do not line up; nothing was loaded."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the known words nearest to `word`, or all of them if none is near."""
    import difflib  # only a mistake needs it

    choices = sorted(known)
    close = difflib.get_close_matches(word.lower(), choices, n=3, cutoff=0.5)
    if close:
        return "Did you mean " + " or ".join(repr(name) for name in close) + "?"
    return "Known names: " + ", ".join(choices) + "."


def warn(message: str) -> None:
    """Warn at the line outside this package that led here, however deep the call is."""
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] == __package__:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, UserWarning, stacklevel=level)
