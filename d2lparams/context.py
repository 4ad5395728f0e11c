"""Settings that hold inside a ``with`` block, for the thread or the task that entered it.

A `ContextVar` keeps threads and tasks apart.  Generators share the context of whoever resumes them, so two that take
turns leave their blocks in another order than they entered them: a block takes its own entry out, wherever it stands
among the others.  (A setting goes on while a generator waits inside its block, as it must: `contextlib.contextmanager`
and the fixtures of pytest are such generators.)
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Scoped(Generic[Value]):
    """A value that ``with`` blocks replace for a while.

    Parameters
    ----------
    name : str
        For debuggers.
    default : Value
        What holds outside all blocks.

    Attributes
    ----------
    get : callable
        Returns the value of the block that was entered last and not left, or the default.
    """

    __slots__ = ("_default", "_entries", "_value", "get")

    def __init__(self, name: str, default: Value) -> None:
        self._default = default
        self._entries: ContextVar[tuple[tuple[object, Value], ...]] = ContextVar(f"{name}_blocks", default=())
        self._value = ContextVar(name, default=default)
        self.get: Callable[[], Value] = self._value.get  # asked at every operation: no detour

    def enter(self, owner: object, value: Value) -> None:
        """Let `value` hold until `leave(owner)`."""
        self._entries.set((*self._entries.get(), (owner, value)))
        self._value.set(value)

    def leave(self, owner: object) -> None:
        """End the last block of `owner`, wherever it stands among the others."""
        entries = self._entries.get()
        place = len(entries) - 1
        while place >= 0 and entries[place][0] is not owner:
            place -= 1
        if place < 0:  # a generator that another thread has closed: the block was entered in that one's context
            return
        left = entries[:place] + entries[place + 1 :]
        self._entries.set(left)
        self._value.set(left[-1][1] if left else self._default)
