"""Where the gradient is cut: three layers, one cut that the reader places, and who still receives a gradient."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .. import autograd, nd, nn, random
from ..array import NDArray
from ..errors import GraphError, StaleGradientError
from ..trainer import Trainer
from .arguments import as_title
from .marks import arrow
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["cuts"]

WIDTH = 4
NAMES = "ABC"
TOOLS: tuple[Words, ...] = (
    both("no cut", "자르지 않음"), "grad_req = 'null'",
    both("detach() before it", "앞에서 detach()"), both("pause() around it", "pause()로 감싸기"),
)  # fmt: skip
NO_CUT, NULL, DETACH, PAUSE = range(4)
X, A, H, B, SUM, C, LOSS = 26, 108, 176, 244, 312, 380, 450  # the centres of the chain
LAYERS = (A, B, C)
CHAIN, BACK, BOX, SKIP = 112, 164, 226, 62  # the heights of values, gradients, parameters, and of the way around B
GRADIENT = "f"


class Pass(NamedTuple):
    """One forward and backward pass.

    `norms` has the norm of the gradient that arrived at each layer's weight, None where none did; `flows` says of each
    piece of the way back whether a gradient went along it; `error` and `stale` are what backward and trainer refused.
    """

    norms: list[float | None]
    flows: dict[str, bool]
    error: bool
    stale: str


def _leads(end: NDArray, start: NDArray) -> bool:
    """Return whether the recorded graph leads back from one array to another."""
    stack, seen = [end._node], set()
    while stack:
        node = stack.pop()
        if node is None or node in seen:
            continue
        if node is start._node:
            return True
        seen.add(node)
        stack += getattr(node, "parents", ())
    return False


def _layers() -> nn.Sequential:
    """Return three new layers; the random numbers and the names of the reader stay as they are."""
    rng = np.random.default_rng(3)
    with nn.NameManager(), random.stream(random.Stream(0)):
        net = nn.Sequential()
        for _ in NAMES:
            net.add(nn.Dense(WIDTH, "tanh", use_bias=False, dtype="float64", in_units=WIDTH))
        net.initialize("zeros")
    for layer in net:
        layer.weight.set_data(rng.normal(0, 0.9, (WIDTH, WIDTH)))
    return net


def run(tool: int, place: int, skip: bool) -> Pass:
    """Run x through A, B (with a way around it, or without) and C to a loss, and back, with one cut at a layer."""
    net = _layers()
    x = nd.array(np.random.default_rng(4).normal(size=(8, WIDTH)), "float64")
    if tool == NULL:
        net[place].weight.grad_req = "null"

    def through(at: int, value: NDArray) -> NDArray:
        if at != place or tool in (NO_CUT, NULL):
            return net[at](value)  # type: ignore[no-any-return]
        if tool == DETACH:
            return net[at](value.detach())  # type: ignore[no-any-return]
        with autograd.pause():
            return net[at](value)  # type: ignore[no-any-return]

    trainer = Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    with autograd.record():
        h = through(0, x)
        b = through(1, h)
        s = b + h if skip else b
        loss = ((through(2, s) - 1) ** 2).mean()
    back = _leads(loss, s)
    flows = {"C": loss._node is not None, "S": back, "B": back and _leads(b, net[1].weight.data()),
             "h": back and _leads(b, h), "skip": back and skip and h._node is not None,
             "A": back and _leads(s, net[0].weight.data())}  # fmt: skip
    try:
        loss.backward()
    except GraphError:
        return Pass([None] * 3, flows, True, "")
    arrived = [layer.weight.grad_req != "null" and bool((layer.weight.grad() != 0).any()) for layer in net]
    norms = [layer.weight.grad().norm().asscalar() if yes else None for layer, yes in zip(net, arrived, strict=True)]
    stale = ", ".join(n for n, layer, yes in zip(NAMES, net, arrived, strict=True)
                      if not yes and layer.weight.grad_req != "null")  # fmt: skip
    try:
        trainer.step(1)
    except StaleGradientError:
        return Pass(norms, flows, False, stale)
    return Pass(norms, flows, False, "")


def _scissors(x: float, y: float) -> list[Mark]:
    """Draw scissors that cut at a place: two blades that cross, and two rings for the fingers."""
    marks: list[Mark] = [["l", x - 9, y - 12, x + 5, y + 8, "theory"], ["l", x + 9, y - 12, x - 5, y + 8, "theory"]]
    return [*marks, ["c", x + 7, y + 11, 4, "block ring"], ["c", x - 7, y + 11, 4, "block ring"]]


def _way(flows: bool, *points: tuple[float, float]) -> list[Mark]:
    """Draw a way back: an arrow through points, or a dashed line where no gradient goes."""
    if flows:
        flat = [value for point in points[:-1] for value in point]
        return [*([["p", flat, GRADIENT]] if len(points) > 2 else []), *arrow(*points[-2], *points[-1], GRADIENT)]
    return [["p", [value for point in points for value in point], "rule"]]


def _forward(tool: int, place: int, skip: bool) -> list[Mark]:
    """Draw the way to the loss; what is computed in pause() stands in a dashed box."""
    marks: list[Mark] = []
    stops = [X, *((A, B, SUM, C) if skip else (A, B, C)), LOSS]
    for start, end in zip(stops[:-1], stops[1:], strict=True):
        marks += arrow(start + (12 if start == X else 21), CHAIN, end - (12 if end == SUM else 21), CHAIN, "branch", 8)
    if skip:
        marks.append(["p", [H, CHAIN, H, SKIP, SUM, SKIP, SUM, CHAIN - 20], "branch"])
        marks += arrow(SUM, CHAIN - 24, SUM, CHAIN - 13, "branch", 8)
        marks += [["c", SUM, CHAIN, 12, "block"], ["t", SUM, CHAIN + 5, "middle", "+", "strong"]]
    if tool == PAUSE:
        marks.append(["r", LAYERS[place] - 29, CHAIN - 28, 58, 56, "near"])
    for at, name in zip(LAYERS, NAMES, strict=True):
        marks += [["c", at, CHAIN, 20, "node"], ["t", at, CHAIN + 5, "middle", name, "strong"]]
    marks += [["t", X, CHAIN + 5, "middle", "x", "strong"], ["t", H + 6, CHAIN - 8, "start", "h", "note"]]
    return [
        *marks,
        ["t", LOSS + 26, CHAIN - 22, "end", both("loss", "손실"), "note above"],
        ["c", LOSS, CHAIN, 6, GRADIENT],
    ]


def _backward(done: Pass, tool: int, place: int, skip: bool) -> list[Mark]:
    """Draw the way back, coloured as far as a gradient goes, and the scissors."""
    flows, right = done.flows, SUM if skip else B
    marks = _way(flows["C"], (LOSS, CHAIN + 10), (LOSS, BACK), (C + 5, BACK))
    marks += _way(flows["S"], (C - 5, BACK), (right + 5, BACK))
    if skip:
        marks += _way(flows["S"] and (flows["B"] or flows["h"]), (SUM - 5, BACK), (B + 5, BACK))
        marks += _way(flows["skip"], (SUM + 10, BACK), (SUM + 10, SKIP - 18), (H - 8, SKIP - 18), (H - 8, BACK - 2))
    marks += _way(flows["h"], (B - 5, BACK), (H + 3, BACK))
    marks += _way(flows["A"], (H - 3, BACK), (A + 5, BACK))
    for at, norm in zip(LAYERS, done.norms, strict=True):
        marks += _way(norm is not None, (at, BACK + 3), (at, BOX - 20))
        marks += [["r", at - 26, BOX - 18, 52, 36, f"{GRADIENT} pale" if norm is not None else "row"],
                  ["t", at, BOX + 5, "middle", "W", "strong"]]  # fmt: skip
        words = both("none", "없음") if norm is None else f"{norm:.3f}"
        marks.append(["t", at, BOX + 42, "middle", words, "note below" if norm is None else f"note {GRADIENT} below"])
    at = LAYERS[place]
    spot = {NULL: (at, BACK + 22), DETACH: (at - 34, BACK - 4), PAUSE: (at + 34, BACK - 4)}.get(tool)
    return marks + (_scissors(*spot) if spot else [])


def _verdict(done: Pass) -> Text:
    """Return what the trainer does with these gradients."""
    if done.error:
        return both("backward() refuses: no graph", "backward()가 거부: 그래프 없음")
    if done.stale:
        return both(
            f"the trainer refuses: no gradient at {done.stale}", f"트레이너가 거부: {done.stale}에 그래디언트 없음"
        )
    moved = ", ".join(name for name, norm in zip(NAMES, done.norms, strict=True) if norm is not None)
    return both(f"the trainer moves {moved}", f"트레이너가 움직이는 것: {moved}")


def _say(done: Pass, whole: Pass) -> Text:
    """Return who receives a gradient, whether it is the one without a cut, and what the trainer says."""
    verdict, en, ko = _verdict(done), [], []
    for name, norm, full in zip(NAMES, done.norms, whole.norms, strict=True):
        if norm is not None and full is not None:
            same = abs(norm - full) < 1e-12
            en.append(f"{name} ({'as without a cut' if same else f'{norm:.3f} instead of {full:.3f}'})")
            ko.append(f"{name}({'자르지 않을 때와 같음' if same else f'{full:.3f} 대신 {norm:.3f}'})")
    if not en:
        return both(
            f"No layer receives a gradient: {verdict['en']}.", f"그래디언트를 받는 층이 없습니다. {verdict['ko']}."
        )
    return both(
        f"A gradient arrives at {', '.join(en)}; {verdict['en']}.",
        f"그래디언트를 받는 층: {', '.join(ko)}. {verdict['ko']}.",
    )


def _table(done: Pass, whole: Pass) -> list[list[Words]]:
    head: list[Words] = [
        both("layer", "층"),
        both("norm of its gradient", "그래디언트의 노름"),
        both("without a cut", "자르지 않을 때"),
    ]
    none = both("none", "없음")

    def text(norm: float | None) -> Words:
        return none if norm is None else f"{norm:.3f}"

    return [head, *([n, text(a), text(b)] for n, a, b in zip(NAMES, done.norms, whole.norms, strict=True))]


def cuts(title: Any = None) -> Figure:
    """Return three layers on the way to a loss, and the gradient on its way back until a cut.

    The cut is ``grad_req='null'`` at a layer's weight, ``detach()`` of what goes into the layer, or ``pause()`` around
    it; a way around B shows that a cut stops one route and no other.  Below each weight stands the norm of the gradient
    that arrived.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("Where the gradient is cut", "그래디언트가 잘리는 곳"))

    def compute(tool: int, place: int, around: int) -> State:
        skip = around == 1
        done, whole = run(tool, place, skip), run(NO_CUT, place, skip)
        marks = [*_forward(tool, place, skip), *_backward(done, tool, place, skip)]
        marks.append(["t", 12, 316, "start", _verdict(done), "note below"])
        return State(marks, _say(done, whole), _table(done, whole))

    controls = [
        Control("cut", "select", both("the cut", "자르는 방법"), TOOLS, NULL),
        Control("layer", "select", both("at layer", "자르는 층"), list(NAMES), 1),
        Control("around", "toggle", both("a way around B", "B를 거치지 않는 길"), ["off", "on"]),
    ]
    return Figure("cuts", words, (480, 346), controls, compute)
