"""The tree of a network, one colour and one letter for each distinct tensor, with the ways to reach it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ..block import Block
from ..parameter import Parameter
from .arguments import as_network, as_title
from .canvas import number, shape_text
from .spec import Control, Figure, Mark, State, both

__all__ = ["tree"]

COLOURS = "abcdef"
LINE = 26  # units of the drawing
MOST = 400  # lines: what a reader scrolls through, however deep a network is
NAMED = 8  # uses of one tensor that its sentence names
DEEPEST = 12  # levels that are indented further than the one above


def _access(path: str, parameter: Parameter) -> list[list[Any]]:
    """Return how the tensor at `path` is reached in other frameworks, for a network with the same attributes."""
    *blocks, leaf = path.split(".")
    here = "net" + "".join(f"[{b}]" if b.isdigit() else f".{b}" for b in blocks)
    layers = "net" + "".join(f".layers[{b}]" if b.isdigit() else f".{b}" for b in blocks)
    kernel = {"weight": "kernel"}.get(leaf, leaf)
    return [
        [both("framework", "프레임워크"), both("expression", "식")],
        ["d2lparams", f"{here}.{leaf}"],
        ["d2lparams", f"net.collect_params()['{parameter.name}']"],
        ["PyTorch", f"{here}.{leaf}"],
        ["Keras 3", f"{layers}.{kernel}"],
        ["Flax NNX", f"{layers}.{kernel}"],
        ["Equinox", f"{layers}.{leaf}"],
    ]


def _blocks(net: Block) -> Iterator[tuple[str, Block]]:
    """Yield the structural path and the block of every use, a parent before its children."""
    waiting = [("", net)]
    while waiting:
        path, block = waiting.pop()
        yield path, block
        children = [(f"{path}.{name}".lstrip("."), child) for name, child in block.named_children()]
        waiting += reversed(children)


def _lines(net: Block) -> Iterator[tuple[str, Block | Parameter]]:
    """Yield the path of every block and, after it, of its own parameters, as a reader goes down the tree."""
    for path, block in _blocks(net):
        yield path, block
        for name, parameter in block._own():
            yield f"{path}.{name}".lstrip("."), parameter


def tree(net: Block, title: Any = None) -> Figure:
    """Return the tree explorer of a network; of a very large one, its first 400 lines.

    Parameters
    ----------
    net : Block
    title : Text, optional
    """
    words = as_title(title, both("The tree of a network", "신경망의 트리"))
    lines = list(islice(_lines(as_network(net)), MOST + 1))
    cut, lines = len(lines) > MOST, lines[:MOST]
    uses = [(path, one) for path, one in lines if isinstance(one, Parameter)]
    paths: dict[Parameter, list[str]] = {}
    for path, parameter in uses:
        paths.setdefault(parameter, []).append(path)
    order = {parameter: i for i, parameter in enumerate(paths)}
    marks: list[Mark] = []
    rows: dict[str, int] = {}  # the height of each tensor's line
    for i, (path, one) in enumerate(lines):
        *above, name = path.split(".")
        x, y = 14 + 24 * min(len(above) + bool(path), DEEPEST), 24 + LINE * i
        if isinstance(one, Block):
            marks.append(["t", x, y + 5, "start", f"{name or 'net'}: {type(one).__name__}", "code strong"])
            continue
        rows[path] = y
        letter = chr(65 + order[one]) if order[one] < 26 else str(order[one])
        same = "  =" if len(paths[one]) > 1 else ""
        marks.append(["r", x, y - 8, 18, 18, COLOURS[order[one] % len(COLOURS)]])
        marks.append(["t", x + 9, y + 5, "middle", letter, "letter"])
        marks.append(["t", x + 26, y + 5, "start", f"{name} {shape_text(one.shape)}{same}", "code"])
    height = 24 + LINE * (len(lines) + cut)
    if cut:
        rest = both("… the tree goes on: look at one of its blocks", "… 트리는 더 이어집니다. 블록 하나를 골라 보세요")
        marks.append(["t", 14, height - LINE + 5, "start", rest, "label"])

    def compute(which: int) -> State:
        path, parameter = uses[which]
        same = paths[parameter]
        scene: list[Mark] = [["r", 4, rows[p] - 13, 472, LINE, "chosen"] for p in same]
        size = math.prod(parameter.shape or (0,))
        count = number(size) if size else "?"
        listed = ", ".join(same[:NAMED]) + (", ..." if len(same) > NAMED else "")
        again = f" It is used {len(same)} times: {listed}." if len(same) > 1 else ""
        ko_again = f" {len(same)}곳에서 쓰입니다: {listed}." if len(same) > 1 else ""
        say = both(
            f"{path} is {parameter.name}, shape {parameter.shape}, {count} numbers.{again}",
            f"{path}의 이름은 {parameter.name}, 형상은 {parameter.shape}, 원소는 {count}개입니다.{ko_again}",
        )
        return State(scene, say, _access(path, parameter))

    control = Control("path", "select", both("tensor", "텐서"), [path for path, _ in uses])
    return Figure("tree", words, (480, height), [control], compute, marks)
