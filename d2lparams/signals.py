"""What goes through a network and what comes back: the outputs of its layers and their gradients, layer by layer.

`watch` looks at a network while it computes, by the hooks that every block has.  It changes nothing: outputs, gradients
and random numbers are those of a network that nobody watches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np

from .array import NDArray
from .autograd import Node
from .block import Block
from .checks import Array
from .errors import DTypeError, shown
from .summary import columns

__all__ = ["Signal", "Signals", "watch"]


def _size(values: Array | None) -> float:
    """Return the root of the mean square, in float64; NaN of no values."""
    if values is None or not values.size:
        return math.nan
    most = float(np.abs(values).max())
    if not 0 < most < math.inf:
        return most
    return most * math.sqrt(float(np.mean(np.square(values.astype(np.float64) / most))))


@dataclass
class Signal:
    """One call of one layer.

    Attributes
    ----------
    path : str
        Where the layer stands in the network, as in its table: ``'0.body.2'``.
    kind : str
        The name of its class.
    output : ndarray
        What it gave, as it was then.
    gradient : ndarray or None
        Of what backward() was called on, with respect to that output: the sum over all that was computed from it.  None
        before backward(), where nothing was recorded, or where no way leads from the loss to this output.
    """

    path: str
    kind: str
    output: Array
    gradient: Array | None = None

    @property
    def size(self) -> float:
        """The root of the mean square of the outputs."""
        return _size(self.output)

    @property
    def gradient_size(self) -> float:
        """The root of the mean square of the gradient, NaN where there is none."""
        return _size(self.gradient)

    @property
    def dead(self) -> float:
        """The share of units (places on the last axis) that gave exactly 0 for every example."""
        units = self.output.reshape(-1, self.output.shape[-1]) if self.output.ndim else self.output.reshape(1, 1)
        return float(np.mean(~units.any(axis=0))) if units.size else math.nan

    def saturated(self, limit: float = 0.99) -> float:
        """Return the share of outputs further from 0 than `limit`: of those of tanh, whose slope there is about 0."""
        return float(np.mean(np.abs(self.output) > limit)) if self.output.size else math.nan


@dataclass
class Signals(Sequence[Signal]):
    """All that was seen, in the order of the calls; it prints as a table.  A layer that is used twice comes twice."""

    rows: list[Signal] = field(default_factory=list)

    @overload
    def __getitem__(self, index: int) -> Signal: ...
    @overload
    def __getitem__(self, index: slice) -> list[Signal]: ...
    def __getitem__(self, index: int | slice) -> Signal | list[Signal]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        head = ("layer", "output", "size", "gradient", "dead")
        cells = [
            (
                f"{r.path or '(net)'}: {r.kind}",
                str(r.output.shape),
                f"{r.size:.3g}",
                f"{r.gradient_size:.3g}",
                f"{r.dead:.0%}",
            )
            for r in self.rows
        ]
        return "\n".join(columns(head, *cells))


class watch:
    """Note the output and the gradient of every layer while the block of a ``with`` runs.

    Parameters
    ----------
    net : Block
    which : callable, optional
        From a block to whether it is noted; those without children by default.

    Notes
    -----
    Every call adds a row, so that a training loop inside the block fills the memory: watch one step, not all of them.
    A layer's activation is part of it, so that ``Dense(256, activation='relu')`` is one row with outputs behind ReLU.

    Examples
    --------
    >>> from d2lparams import autograd, init, nd, nn
    >>> net = nn.Sequential()
    >>> net.add(nn.Dense(3, activation='relu', in_units=2), nn.Dense(1, in_units=3))
    >>> net.initialize(init.One())
    >>> with watch(net) as seen, autograd.record():
    ...     net(nd.array([[1, 1], [2, 2]])).backward()
    >>> seen
    layer     output  size  gradient  dead
    0: Dense  (2, 3)  3.16  1         0%
    1: Dense  (2, 1)  9.49  1         0%
    """

    def __init__(self, net: Block, which: Callable[[Block], object] | None = None) -> None:
        if not isinstance(net, Block):
            raise DTypeError(f"What is watched is a network, not {shown(net)}.")
        self._net, self._which = net, which or (lambda block: not block._children)
        self._handles: list[Any] = []

    def __enter__(self) -> Signals:
        seen = Signals()
        first: dict[Block, str] = {}  # of the paths that lead to a block
        for path, block in self._net.named_blocks(once=True):
            first.setdefault(block, path)
        for block, path in first.items():
            if self._which(block):
                self._handles.append(block.register_forward_hook(_noting(path, seen)))
        return seen

    def __exit__(self, *exception: object) -> None:
        while self._handles:
            self._handles.pop().detach()


def _noting(path: str, seen: Signals) -> Callable[[Block, tuple[Any, ...], Any], None]:
    """Return a hook that notes an output, and its gradient when that is computed."""

    def note(block: Block, inputs: tuple[Any, ...], output: Any) -> None:
        if not isinstance(output, NDArray):
            return
        row = Signal(path, type(block).__name__, output.asnumpy())
        seen.rows.append(row)
        node = output._node
        if type(node) is Node and node.vjp is not None:
            node.vjp = _telling(row, node.vjp)

    return note


def _telling(
    row: Signal, vjp: Callable[[Array], tuple[Array | None, ...]]
) -> Callable[[Array], tuple[Array | None, ...]]:
    """Return a rule that does what `vjp` does and notes the gradient that it was given."""

    def told(gradient: Array) -> tuple[Array | None, ...]:
        row.gradient = gradient.copy()
        return vjp(gradient)

    return told
