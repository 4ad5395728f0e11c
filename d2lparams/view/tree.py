"""The tree of a network, one colour and one letter for each distinct tensor, with the ways to reach it."""

from __future__ import annotations

import math
import re
from typing import Any

from ..block import Block
from ..parameter import Parameter
from .canvas import number
from .spec import Control, Figure, Mark, State, both, network

__all__ = ["tree"]

COLOURS = "abcdef"
LINE = 26


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


def tree(net: Block, title: Any = None) -> Figure:
    """Return the tree explorer of a network.

    Parameters
    ----------
    net : Block
    title : Text, optional
    """
    uses = list(network(net).named_parameters())
    order = list(dict.fromkeys(parameter for _, parameter in uses))
    tied = {path for group in net.tied_groups() for path in group}
    marks: list[Mark] = []
    rows: dict[str, int] = {}

    def visit(name: str, block: Block, path: str, depth: int) -> None:
        y = 24 + LINE * len(rows)
        rows[path or "net"] = y
        x = 14 + 24 * depth
        marks.append(["t", x, y + 5, "start", f"{name}: {type(block).__name__}", "code strong"])
        for local, parameter in block._own():
            full = f"{path}.{local}" if path else local
            y = 24 + LINE * len(rows)
            rows[full] = y
            i = order.index(parameter)
            style = COLOURS[i % len(COLOURS)]
            letter = chr(65 + i) if i < 26 else str(i)
            marks.append(["r", x + 24, y - 8, 18, 18, style])
            marks.append(["t", x + 33, y + 5, "middle", letter, "letter"])
            shape = re.sub(r"\b0\b", "?", str(parameter.shape))
            same = "  =" if full in tied else ""
            marks.append(["t", x + 50, y + 5, "start", f"{local} {shape}{same}", "code"])
        for child_name, child in block.named_children():
            visit(child_name, child, f"{path}.{child_name}" if path else child_name, depth + 1)

    visit("net", net, "", 0)
    height = 24 + LINE * len(rows)

    def compute(which: int) -> State:
        path, parameter = uses[which]
        paths = [p for p, q in uses if q is parameter]
        scene: list[Mark] = [["r", 4, rows[p] - 13, 472, LINE, "chosen"] for p in paths]
        size = math.prod(parameter.shape or (0,))
        count = number(size) if size else "?"
        again = f" It is used {len(paths)} times: {', '.join(paths)}." if len(paths) > 1 else ""
        ko_again = f" {len(paths)}곳에서 쓰입니다: {', '.join(paths)}." if len(paths) > 1 else ""
        say = both(
            f"{path} is {parameter.name}, shape {parameter.shape}, {count} numbers.{again}",
            f"{path}의 이름은 {parameter.name}, 형상은 {parameter.shape}, 원소는 {count}개입니다.{ko_again}",
        )
        return State(scene, say, _access(path, parameter))

    control = Control("path", "select", both("tensor", "텐서"), [path for path, _ in uses])
    return Figure(
        "tree", title or both("The tree of a network", "신경망의 트리"), (480, height), [control], compute, marks
    )
