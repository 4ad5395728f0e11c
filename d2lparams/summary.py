"""The table that `net.summary(x)` shows: every block, its output shape, its parameters, and what is tied."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import autograd
from .array import NDArray
from .parameter import Parameter

if TYPE_CHECKING:  # block.py is built on this file
    from .block import Block


def columns(*rows: Sequence[str]) -> list[str]:
    """Return rows of words as lines, each column as wide as its longest word."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{word:<{w}}" for word, w in zip(row, widths, strict=True)).rstrip() for row in rows]


@dataclass(frozen=True)
class Row:
    """One block of a network.

    Attributes
    ----------
    path : str
        The attributes that lead to it; empty for the network itself.
    kind : str
        The name of its class.
    output : tuple of int or None
        The shape of its last output, if a batch was run.
    own, shared : int
        Numbers held by its own parameters: those counted here, and those counted at an earlier block.  A block that is
        used again is one row, with all below it as shared.
    """

    path: str
    kind: str
    output: tuple[int, ...] | None
    own: int
    shared: int


@dataclass(frozen=True)
class Summary:
    """All rows, and two counts: every parameter once (`unique`), and as if nothing were tied (`naive`).

    `tied` lists the paths to each parameter that is used again, and to each block of several that is.
    """

    rows: tuple[Row, ...]
    unique: int
    naive: int
    frozen: int
    tied: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        head = ("block", "output", "parameters")
        cells = [
            (
                f"{'  ' * row.path.count('.')}{row.path or '(net)'}: {row.kind}",
                "" if row.output is None else str(row.output),
                f"{row.own:,}" + (f" (+ {row.shared:,} shared)" if row.shared else ""),
            )
            for row in self.rows
        ]
        first, *lines = columns(head, *cells)
        rule = "-" * max(map(len, (first, *lines)))
        lines = [first, rule, *lines, rule]
        lines.append(f"{self.unique:,} parameters, {self.unique - self.frozen:,} of them trained")
        if self.tied:
            lines.append(f"{self.naive:,} if nothing were tied; tied: " + "; ".join(" = ".join(g) for g in self.tied))
        return "\n".join(lines)


def size_of(parameter: Parameter) -> int:
    """Return how many numbers a parameter holds, 0 while its shape is unknown."""
    return 0 if parameter.shape is None else math.prod(parameter.shape)


def own_size(block: Block) -> int:
    """Return how many numbers a block's own parameters hold, one that it uses twice counted twice."""
    return sum(size_of(parameter) for _, parameter in block.own_parameters())


def summarize_block(net: Block, inputs: tuple[Any, ...]) -> Summary:
    """Count the parameters of `net` and, if inputs are given, note the output shapes of one forward pass."""
    outputs: dict[int, tuple[int, ...]] = {}
    if inputs:
        handles: list[Any] = []

        def note(block: Block, _inputs: tuple[Any, ...], output: Any) -> None:
            if isinstance(output, NDArray):
                outputs[id(block)] = output.shape

        net.apply(lambda block: handles.append(block.register_forward_hook(note)))
        try:
            with autograd.pause():
                net(*inputs)
        finally:
            for handle in handles:
                handle.detach()
    whole: dict[Block, int] = {}  # what a block and all below it hold, as if nothing were tied
    net.apply(lambda block: whole.update({block: own_size(block) + sum(whole[b] for _, b in block.named_children())}))
    places: dict[Parameter | Block, list[str]] = {}
    rows: list[Row] = []
    for path, block in net.named_blocks(once=True):
        compound, again, new = bool(block._children), block in places, 0
        if compound:
            places.setdefault(block, []).append(path)
        for name, parameter in () if again else block.own_parameters():
            new += 0 if parameter in places else size_of(parameter)
            places.setdefault(parameter, []).append(f"{path}.{name}" if path else name)
        held = whole[block] if again else own_size(block)
        rows.append(Row(path, type(block).__name__, outputs.get(id(block)), new, held - new))
    parameters = [parameter for parameter in places if isinstance(parameter, Parameter)]
    return Summary(
        rows=tuple(rows),
        unique=sum(map(size_of, parameters)),
        naive=whole[net],
        frozen=sum(size_of(parameter) for parameter in parameters if parameter.grad_req == "null"),
        tied=tuple(tuple(paths) for paths in places.values() if len(paths) > 1),
    )
