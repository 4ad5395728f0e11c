"""Random networks: any nesting, any sharing, own parameters and constants; with the paths that they have to have.

A recipe is a list of pieces, read from left to right: a layer is added to the block that is open, some pieces open a
block, "end" closes it.  So every list is a network, and hypothesis finds small ones.  `build` makes the network and,
beside it, the list of all paths with the parameters at their ends, kept by hand and not asked of the network.  Every
block maps (batch, 3) to (batch, 3), so that every tree computes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from d2lparams import init, nd, nn

WIDTH = 3
Paths = list[tuple[str, nn.Parameter]]


class Piece(NamedTuple):
    """A layer, the beginning or the end of a block, and a number that decides what is left to decide."""

    kind: str
    choice: int


Recipe = list[Piece]


class Own(nn.Block):
    """A block of a reader's own: a parameter, one that no attribute holds, a constant, and parts in a row."""

    def __init__(self, choice: int) -> None:
        super().__init__()
        if choice % 2:
            self.scale = self.params.get("weight", shape=(WIDTH,), init=init.Normal(1.0))
        if choice & 2:
            self.params.get("hidden_bias", shape=(2,), init="ones")
        if choice & 4:
            self.shift = self.params.get_constant("shift", np.arange(WIDTH) / 4)

    def forward(self, x: Any) -> Any:
        """Scale, shift, and run through the parts."""
        x = x * self.scale.data() if hasattr(self, "scale") else x
        x = x + self.shift.data() if hasattr(self, "shift") else x
        for _, part in self.named_children():
            x = part(x)
        return x


LEAVES = ("dense", "deferred", "linear", "norm", "tanh", "dropout")
SHARED = ("again", "params", "assigned")


COMPOUND = ("sequential", "own", "scoped")


def recipes() -> st.SearchStrategy[Recipe]:
    """Networks of up to a dozen pieces."""
    kinds = st.sampled_from([*LEAVES, *SHARED, *SHARED, *COMPOUND, "end"])
    return st.lists(st.builds(Piece, kinds, st.integers(0, 7)), max_size=12)


class Builder:
    """Make blocks, and remember those that are done, since sharing is with one of them."""

    def __init__(self, recipe: Recipe) -> None:
        self.pieces = iter(recipe)
        self.done: list[tuple[nn.Block, Paths]] = []

    def compound(self, kind: str, choice: int) -> tuple[nn.Block, Paths]:
        """Return a block of all pieces up to its end, and the paths below it."""
        block: nn.Block = Own(choice) if kind == "own" else nn.Sequential()
        attributes = {"weight": "scale", "hidden_bias": "hidden_bias", "shift": "shift"}
        paths = [(attributes[name.removeprefix(block.prefix)], p) for name, p in block.params.items()]
        with block.name_scope() if kind == "scoped" else contextlib.nullcontext():
            for i, piece in enumerate(iter(lambda: next(self.pieces, Piece("end", 0)), None)):
                if piece.kind == "end":
                    break
                part, below = self.compound(*piece) if piece.kind in COMPOUND else self.leaf(*piece)
                self.done.append((part, below))
                name = f"part{i}" if kind == "own" else str(i)
                if kind == "own":
                    setattr(block, name, part)
                else:
                    block.register_child(part)
                paths += [(f"{name}.{path}", parameter) for path, parameter in below]
        return block, paths

    def leaf(self, kind: str, choice: int) -> tuple[nn.Block, Paths]:
        """Return one layer, or a block that is there already, and its paths."""
        dense = [block for block, _ in self.done if isinstance(block, nn.Dense)]
        if kind == "params":  # finds by name what it shares, so not what an assignment brought in
            dense = [block for block in dense if all(p.name.startswith(block.prefix) for p in block.params.values())]
        shared = dense[choice % len(dense)] if dense else None
        if kind == "again" and self.done:
            return self.done[choice % len(self.done)]
        if kind == "params" and shared:
            return named(nn.Dense(WIDTH, in_units=WIDTH, use_bias=shared.bias is not None, params=shared.params))
        if kind == "assigned" and shared:
            other = nn.Dense(WIDTH, use_bias=choice > 3)
            other.weight = shared.weight
            return named(other)
        if kind == "norm":
            norm = nn.LayerNorm(WIDTH)
            return norm, [("gamma", norm.gamma), ("beta", norm.beta)]
        if kind in ("tanh", "dropout"):
            return (nn.Activation("tanh") if kind == "tanh" else nn.Dropout(0.5)), []
        prefix = "same_" if choice == 7 else None  # now and then a name that is taken
        known = 0 if kind == "deferred" else WIDTH
        return named(nn.Dense(WIDTH, "tanh", use_bias=kind != "linear", in_units=known, prefix=prefix))


def named(dense: nn.Dense) -> tuple[nn.Block, Paths]:
    """Return a dense layer and its paths."""
    return dense, [("weight", dense.weight)] + ([("bias", dense.bias)] if dense.bias is not None else [])


def build(recipe: Recipe) -> tuple[nn.Block, Paths]:
    """Return the network of a recipe and its paths; the same names every time."""
    with nn.NameManager():
        return Builder(recipe).compound("sequential", 0)


def conflict(paths: Paths) -> tuple[str, str] | None:
    """Return the first two paths of different parameters with one name."""
    first: dict[str, tuple[str, nn.Parameter]] = {}
    for path, parameter in paths:
        other, known = first.setdefault(parameter.name, (path, parameter))
        if known is not parameter:
            return other, path
    return None


def partition(paths: Sequence[tuple[str, nn.Parameter]]) -> list[list[str]]:
    """Return the paths of each parameter: who is whom, whatever the values."""
    groups: dict[int, list[str]] = {}
    for path, parameter in paths:
        groups.setdefault(id(parameter), []).append(path)
    return list(groups.values())


def values(block: nn.Block) -> dict[str, bytes]:
    """Return dtype, shape and bytes of every parameter, and of those without values their state."""
    return {
        path: f"{p.data().dtype}{p.data().shape}".encode() + p.data().asnumpy().tobytes()
        if p.state == "ready"
        else p.state.encode()
        for path, p in block.named_parameters()
    }


def ready(recipe: Recipe, seed: int, initializer: Any = None) -> nn.Block:
    """Return the network of a recipe, initialized and run once, so that every shape is known."""
    block, paths = build(recipe)
    nd.random.seed(seed)
    block.initialize(init.Normal(0.5) if initializer is None else initializer)
    block(nd.ones((2, WIDTH)))
    for _, parameter in paths:  # what an unused share left without a shape
        if parameter.state == "deferred":
            parameter.complete_shape((WIDTH, WIDTH))
    return block


def doubled(levels: int) -> nn.Block:
    """Return a network in which a block is added twice at each level: 2 to the power of `levels` paths to one layer."""
    block: nn.Block = nn.Dense(4, in_units=4)
    for _ in range(levels):
        outer = nn.Sequential()
        outer.add(block, block)
        block = outer
    return block
