"""Random streams: one seed for a whole program, one child stream for every parameter.

A `Stream` is a numpy `Generator` that is made only when somebody draws from it, and that can `spawn`
children.  A child depends on the seed and on its own number, not on what anybody drew before: a layer keeps
its initial values when another layer is added after it, or when its shape becomes known late.

Without a call of `seed` the first stream starts from the operating system's entropy, so two runs differ.
"""

from __future__ import annotations

import os
import threading

import numpy as np

from .checks import as_count
from .context import Scoped

__all__ = ["Stream", "generator", "seed", "spawn", "stream"]

_lock = threading.Lock()  # two threads never get one child, or two generators of one stream


class Stream:
    """A source of random numbers with a place in a tree of sources.

    Parameters
    ----------
    entropy : int
        The seed at the root of the tree.
    key : tuple of int
        The path from the root: ``()`` is the root, ``(2, 0)`` the first child of its third child.
    """

    __slots__ = ("_children", "_generator", "entropy", "key")

    def __init__(self, entropy: int, key: tuple[int, ...] = ()) -> None:
        self.entropy = entropy
        self.key = key
        self._children = 0
        self._generator: np.random.Generator | None = None

    @property
    def generator(self) -> np.random.Generator:
        """The numpy generator of this stream, made at the first use (it costs some 20 microseconds)."""
        if self._generator is None:
            with _lock:
                if self._generator is None:
                    sequence = np.random.SeedSequence(self.entropy, spawn_key=self.key)
                    self._generator = np.random.Generator(np.random.PCG64(sequence))
        return self._generator

    def spawn(self) -> Stream:
        """Return the next child stream; the numbers drawn here so far do not change it."""
        with _lock:
            number = self._children
            self._children += 1
        return Stream(self.entropy, (*self.key, number))

    def __repr__(self) -> str:
        return f"Stream(entropy={self.entropy}, key={self.key})"


_root = Stream(int.from_bytes(os.urandom(16), "little"))  # as numpy does; its generators load at the first draw
_current: Scoped[Stream | None] = Scoped("d2lparams_stream", None)


def seed(value: int) -> None:
    """Start the default stream anew, so that everything drawn after this line repeats.

    Parameters
    ----------
    value : int
        Zero or more.  The same value gives the same numbers on every machine.

    Raises
    ------
    SettingError
        If `value` is not a non-negative integer.
    """
    global _root
    _root = Stream(as_count(value, "A seed", 0))


def generator() -> np.random.Generator:
    """Return the generator of the current stream.

    While a parameter is being filled, this is the parameter's own child stream; elsewhere the default one.
    """
    return (_current.get() or _root).generator


def spawn() -> Stream:
    """Return the next child of the current stream."""
    return (_current.get() or _root).spawn()


class stream:
    """Draw from `source` inside the ``with`` block."""

    __slots__ = ("_source",)

    def __init__(self, source: Stream) -> None:
        self._source = source

    def __enter__(self) -> Stream:
        _current.enter(self, self._source)
        return self._source

    def __exit__(self, *exception: object) -> None:
        _current.leave(self)
