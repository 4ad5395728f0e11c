"""Random numbers and their streams: one seed for a whole program, one child stream for every parameter.

A `Stream` is a numpy `Generator` that is made only when somebody draws from it, and that can `spawn`
children.  A child depends on the seed and on its own number, not on what anybody drew before: a layer keeps
its initial values when another layer is added after it, or when its shape becomes known late.

Without a call of `seed` the first stream starts from the operating system's entropy, so two runs differ.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import fills
from .array import NDArray
from .checks import as_count, as_dtype, as_number, as_shape, no_device
from .context import Scoped
from .errors import SettingError

__all__ = ["Stream", "generator", "normal", "seed", "spawn", "stream", "uniform"]

Lengths = int | Sequence[int]
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


# ---- arrays of random numbers


def _drawn(fill: Callable[..., None], shape: Lengths, dtype: Any, ctx: Any, *bounds: float) -> NDArray:
    no_device(ctx)
    exact = as_dtype(dtype, "An array")
    if exact.kind != "f":
        raise SettingError(f"Random numbers are real: draw float32 and convert them, x.astype({str(exact)!r}).")
    values = np.empty(as_shape(shape, "an array"), np.float64 if exact == np.float64 else np.float32)
    fill(values, generator(), *bounds)
    return NDArray(values.astype(exact, copy=False))


def uniform(
    low: float = 0.0, high: float = 1.0, shape: Lengths = (), dtype: Any = "float32", ctx: Any = None, size: Any = None
) -> NDArray:
    """Return numbers drawn evenly from [low, high); `size` is another name for `shape`."""
    low, high = as_number(low, "low"), as_number(high, "high")
    if low > high:
        raise SettingError(f"uniform(low, high) needs low <= high, got low={low} and high={high}.")
    drawn = _drawn(fills.uniform, shape if size is None else size, dtype, ctx, low, high)
    values = drawn._data  # what rounding has carried to the open end goes back by one step
    values[values >= high] = low if low == high else np.nextafter(values.dtype.type(high), values.dtype.type(low))
    return drawn


def normal(
    loc: float = 0.0, scale: float = 1.0, shape: Lengths = (), dtype: Any = "float32", ctx: Any = None, size: Any = None
) -> NDArray:
    """Return numbers drawn from the normal distribution; `scale` is the standard deviation, `size` means `shape`."""
    loc, scale = as_number(loc, "loc"), as_number(scale, "scale, the standard deviation,", 0)
    return _drawn(fills.normal, shape if size is None else size, dtype, ctx, loc, scale)
