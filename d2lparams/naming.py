"""Names for blocks and parameters: ``dense0_weight``, where it comes from, and the patterns that select names.

A block that is given no prefix asks the current `NameManager` for one: its class name in lower case and a
number, counted separately for every class (``dense0_``, ``dense1_``, ``sequential0_``).  Inside
``with block.name_scope():`` the numbers start at zero and the block's own prefix is put in front.

The name is a label, frozen when the block is made; it serves printing and selection by regular expression.
Saving and loading use the structural path (``0.weight``), which does not depend on what was made before.
"""

from __future__ import annotations

import re
from threading import Lock
from typing import Self

from .context import Scoped
from .errors import PatternError, RegistrationError, shown

LONGEST = 10_000  # signs of a pattern: Python takes minutes to understand longer ones


class NameManager:
    """Hand out prefixes, one counter for every kind of block; a context manager.

    Parameters
    ----------
    prefix : str
        Put in front of every name that this manager hands out.

    Examples
    --------
    >>> with NameManager("model_") as names:
    ...     [names.prefix_for("dense"), names.prefix_for("dense"), names.prefix_for("dense", "out_")]
    ['model_dense0_', 'model_dense1_', 'model_out_']
    """

    __slots__ = ("_counts", "prefix")

    def __init__(self, prefix: str = "") -> None:
        self.prefix = _checked(prefix)
        self._counts: dict[str, int] = {}

    def prefix_for(self, hint: str, given: str | None = None) -> str:
        """Return the full prefix of a new block.

        Parameters
        ----------
        hint : str
            The class name in lower case; used, and counted, only when no prefix is given.
        given : str or None
            The prefix that the reader asked for; it uses up no number.
        """
        if given is not None:
            return self.prefix + _checked(given)
        with _counting:
            number = self._counts.get(hint, 0)
            self._counts[hint] = number + 1
        return f"{self.prefix}{hint}{number}_"

    def __enter__(self) -> Self:
        _current.enter(self, self)
        return self

    def __exit__(self, *exception: object) -> None:
        _current.leave(self)


def _checked(prefix: str) -> str:
    if not isinstance(prefix, str):
        raise RegistrationError(f"prefix= is a string such as 'model_', got {shown(prefix)}. Blocks go into net.add().")
    return prefix


_counting = Lock()  # two threads never get one number
_current: Scoped[NameManager] = Scoped("d2lparams_names", NameManager())


def current() -> NameManager:
    """Return the manager that names the next block."""
    return _current.get()


def fresh_names() -> None:
    """Start all counters at zero again, so that a notebook cell run twice prints the same names.

    Blocks that exist keep their names; two networks made before and after this call can therefore share
    names, which matters only if they become parts of one network.
    """
    current()._counts.clear()


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a regular expression, or say where it is wrong."""
    text = getattr(pattern, "pattern", pattern)
    if not isinstance(text, str) or len(text) > LONGEST:
        raise PatternError(f"A pattern is a string of at most {LONGEST:,} signs like '.*weight', got {shown(text)}.")
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(
            f"{shown(pattern)} is no regular expression: {error}. "
            "A star needs something to repeat: write '.*weight', not '*weight'."
        ) from error
