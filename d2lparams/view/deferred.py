"""Construct, initialize, run: when shapes and values come into being."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

from .. import nd
from ..block import Block
from ..checks import as_count, shown
from ..errors import DTypeError, SettingError
from ..naming import NameManager
from .arguments import as_network, as_title
from .canvas import number, shape_text
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["deferred"]

STEPS: tuple[tuple[str, Text], ...] = (
    ("net = make()", both("constructed", "만든 직후")),
    ("net.initialize()", both("initialized", "초기화한 뒤")),
    ("net(x)", both("after the first forward pass", "첫 순전파 뒤")),
)
NAMES = {
    "declared": both("declared", "선언됨"),
    "deferred": both("deferred", "지연됨"),
    "ready": both("ready", "준비됨"),
}
STYLES = {"declared": "row", "deferred": "b", "ready": "c"}
WIDEST = 100_000


def deferred(make: Callable[[], Block], width: int = 20, title: Any = None) -> Figure:
    """Return the figure of the three steps of a network that `make` constructs.

    Parameters
    ----------
    make : callable
        Returns a new network whose input width is open.
    width : int
        Of the batch in the third step.
    title : Text, optional
    """
    words = as_title(title, both("Shapes that fill in", "채워지는 형상"))
    if as_count(width, "width") > WIDEST:
        raise SettingError(f"width is a whole number up to {WIDEST:,}, got {shown(width)}.")
    if isinstance(make, Block) or not _takes_nothing(make):
        raise DTypeError("deferred() takes a function that makes a new network, such as lambda: nn.Dense(3).")

    def history(step: int) -> list[tuple[str, tuple[int, ...] | None, str]]:
        with NameManager():
            net = as_network(make())
        if step > 0:
            net.initialize()
        if step > 1:
            net(nd.zeros((2, width)))
        return [(path, p.shape, p.state) for path, p in net.named_parameters()]

    count = len(history(2))  # all three steps work, or a lesson says why not

    def compute(step: int) -> State:
        rows = history(step)
        marks: list[Mark] = [["t", 16, 28, "start", STEPS[step][0], "code strong"]]
        for i, (path, shape, state) in enumerate(rows):
            y = 48 + 34 * i
            marks.append(["r", 16, y, 16, 24, STYLES[state]])
            marks.append(["t", 44, y + 17, "start", path, "code"])
            marks.append(["t", 180, y + 17, "start", shape_text(shape), "code"])
            marks.append(["t", 310, y + 17, "start", NAMES[state], "label"])
        ready = sum(math.prod(shape) for _, shape, state in rows if state == "ready" and shape)
        waiting = sum(state != "ready" for _, _, state in rows)
        say = both(
            f"{STEPS[step][1]['en'].capitalize()}: {number(ready)} numbers exist, "
            f"{waiting} of {len(rows)} tensors have none.",
            f"{STEPS[step][1]['ko']}: 채워진 수는 {number(ready)}개, "
            f"아직 빈 텐서는 {len(rows)}개 가운데 {waiting}개입니다.",
        )
        head: list[Any] = [both("tensor", "텐서"), both("shape", "형상"), both("state", "상태")]
        return State(marks, say, [head] + [[path, str(shape), NAMES[state]] for path, shape, state in rows])

    options = [words for _, words in STEPS]
    control = Control("step", "slider", both("step", "단계"), options)
    return Figure("deferred", words, (480, 56 + 34 * count), [control], compute)


def _takes_nothing(make: Any) -> bool:
    """Return whether `make` can be called without arguments; the few callables that tell no signature are believed."""
    try:
        inspect.signature(make).bind()
    except (TypeError, ValueError) as error:
        return isinstance(error, ValueError)
    return True
