"""The mistakes a reader can make, one exception class each.

Every message is a short lesson in three parts: what happened (with the names and the shapes), why, and
what to do about it.  Every class derives from `D2LError` and from the built-in exception it refines, so
that ``except ValueError`` keeps working for readers who have never seen this file.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar


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


class MissingNameError(D2LError, AttributeError):
    """A name was read from, or set on, an object that has nothing of that name, or that does not let it be set."""


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


def shown(value: Any, most: int = 60) -> str:
    """Return how `value` is written in Python, cut to `most` characters; it never fails."""
    if isinstance(value, str | bytes):
        value = value[:most]  # a name of a megabyte is not escaped first and cut then
    try:
        return repr(value)[:most]
    except Exception:  # an integer of thousands of digits, or a class that cannot write itself
        return f"a {type(value).__name__}"


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return the first names of many, and how many more there are."""
    names = list(names)
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(shown(name).strip("'") for name in names[:most]) + more if names else "nothing"


def nearest(word: object, known: Iterable[str]) -> str:
    """Return a hint that names the known words nearest to `word`, or the first of them all if none is near."""
    import difflib  # only a mistake needs it

    choices = sorted(known)
    near = difflib.get_close_matches(word[:100].lower(), choices, n=3, cutoff=0.5) if isinstance(word, str) else []
    return f"Did you mean {' or '.join(map(repr, near))}?" if near else f"Known names: {listed(choices)}."


FREEZING = "requires_grad requires_grad_ trainable gradreq"  # what freezes elsewhere


def answers(table: Mapping[str, str]) -> dict[str, str]:
    """Return a table for `_elsewhere` from one whose keys hold several words; devices are the same everywhere."""
    whole = {"list_ctx reset_ctx to cuda cpu": "There are no devices here.", **table}
    return {word: answer for words, answer in whole.items() for word in words.split()}


class KnownNames:
    """A base of objects on which a name that nobody reads is an error, not a wish.

    A class lists its attributes in `__slots__`.  What else is set or read is answered from `_elsewhere`, a table from
    what users of PyTorch, Keras and Gluon write to what it is called here, or with the nearest name.
    """

    __slots__ = ()
    _elsewhere: ClassVar[Mapping[str, str]] = answers({})

    def __setattr__(self, name: str, value: Any) -> None:
        try:
            object.__setattr__(self, name, value)
        except AttributeError:
            what = "cannot be set; it is only read." if hasattr(type(self), name) else ""
            raise self._no_such(name, what) from None

    def __getattr__(self, name: str) -> Any:
        member = getattr(type(self), name, None)
        if isinstance(member, property) and member.fget is not None:
            return member.fget(self)  # it failed inside, and says so again
        raise self._no_such(name)

    def _no_such(self, name: str, what: str = "") -> MissingNameError:
        hint = self._elsewhere.get(name, "")
        if not hint and not what and name[:1] != "_":  # what begins with one is asked for by programs, all the time
            hint = nearest(name, (known for known in dir(type(self)) if known[0] != "_"))
        what = what or "does not exist."
        return MissingNameError(f"{type(self).__name__}.{shown(name).strip(chr(39))} {what} {hint}".rstrip())


def warn(message: str) -> None:
    """Warn at the line outside this package that led here, however deep the call is."""
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] == __package__:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, UserWarning, stacklevel=level)
