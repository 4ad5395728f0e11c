"""Construct, initialize, run: when shapes and values come into being, and which layer the batch never reaches."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .. import nd, random
from ..block import Block
from ..checks import as_count, shown
from ..errors import DTypeError, SettingError
from ..naming import NameManager
from .arguments import as_network, as_title
from .canvas import number, shape_text
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["deferred"]

NAMES = {
    "declared": both("declared", "선언됨"),
    "deferred": both("deferred", "지연됨"),
    "ready": both("ready", "준비됨"),
}
FILLED = both("filled", "방금 채움")
STYLES = {"declared": "row", "deferred": "near", "ready": "c see"}
WIDEST = 100_000
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Tensor:
    """One parameter of a layer at one moment."""

    name: str
    shape: Shape | None
    state: str

    @property
    def numbers(self) -> int:
        """How many values exist."""
        return math.prod(self.shape or ()) if self.state == "ready" else 0


@dataclass
class History:
    """What became of every layer that owns parameters, from frame to frame.

    Attributes
    ----------
    frames : list of dict
        For each frame the tensors of every layer, by the path of the layer.
    code : list of words
        What was run to come to each frame.
    kinds : dict
        The type of every layer, by path, in the order in which the batch met them; a layer that it never met stands
        behind the one that it follows in the tree.
    outputs : dict
        The frame in which the batch left a layer, and with which shape.
    """

    frames: list[dict[str, list[Tensor]]] = field(default_factory=list)
    code: list[Words] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, tuple[int, Shape]] = field(default_factory=dict)


def _layers(net: Block) -> dict[str, Block]:
    """Return the blocks that own parameters, each at the first of its paths."""
    found: dict[Block, str] = {}
    for path, block in net.named_blocks(once=True):
        if any(True for _ in block.own_parameters()):
            found.setdefault(block, path or "net")
    return {path: block for block, path in found.items()}


def watch(make: Callable[[], Block], width: int) -> History:
    """Construct a network, initialize it and run one batch of zeros, noting every step."""
    found = History()
    with NameManager(), random.stream(random.Stream(0)):  # the reader's names and numbers stay as they are
        net = as_network(make())
        layers = _layers(net)

        def note(code: Words) -> None:
            now = {
                path: [Tensor(name, p.shape, p.state) for name, p in block.own_parameters()]
                for path, block in layers.items()
            }
            found.frames.append(now)
            found.code.append(code)

        def passed(path: str) -> Callable[..., None]:
            def hook(block: Block, inputs: Any, output: Any) -> None:
                if path not in found.outputs:
                    found.outputs[path] = len(found.frames), getattr(output, "shape", ())
                    note(both(f"net(x) … after {path}", f"net(x) … {path} 통과"))

            return hook

        note("net = make()")
        net.initialize()
        note("net.initialize()")
        for path, block in layers.items():
            block.register_forward_hook(passed(path))
        net(nd.zeros((2, width)))
    if not found.outputs:
        note("net(x)")
    order = list(found.outputs)
    for before, path in zip([None, *layers], layers, strict=False):
        if path not in found.outputs:
            order.insert(order.index(before) + 1 if before else 0, path)
    found.kinds = {path: type(layers[path]).__name__ for path in order}
    return found


# ---- the picture

ROW, HIGH, TOP = 120, 92, 66  # from one layer to the next, how high one is, where the first one begins


def _side(length: int, longest: int) -> float:
    """Return how long a length is drawn; an unknown one as long as the longest."""
    return round(6 + 34 * math.sqrt((length or longest) / longest), 1)


def _tensor(tensor: Tensor, x: float, y: float, longest: int, fresh: bool) -> list[Mark]:
    """Return a tensor as a rectangle of its proportions, with its name, shape and state."""
    rows, *rest = tensor.shape or (0,)
    high, wide = _side(rows, longest), _side(rest[0], longest) if rest else 8.0
    left, style = round(x + 20 - wide / 2, 1), "c" if fresh else STYLES[tensor.state]
    marks: list[Mark] = [["r", left, round(y + (HIGH - high) / 2, 1), wide, high, style]]
    words, style = (FILLED, "c strong") if fresh else (NAMES[tensor.state], "label")
    marks.append(["t", x + 50, y + 23, "start", tensor.name, "code"])
    marks.append(["t", x + 50, y + 44, "start", shape_text(tensor.shape), "code strong" if fresh else "code"])
    return [*marks, ["t", x + 50, y + 65, "start", words, f"{style} below"]]


def _flow(x: float, top: float, bottom: float, shape: Shape | None) -> list[Mark]:
    """Return the arrow from layer to layer: thin where no batch has come, with the batch's shape where one has."""
    here = shape is not None
    marks: list[Mark] = [["l", x, top, x, bottom - (6 if here else 0), "a" if here else "grid"]]
    if here:
        marks.append(["g", [x - 5, bottom - 8, x + 5, bottom - 8, x, bottom], "a"])
        marks.append(["t", x + 12, bottom - 7, "start", str(shape), "a code"])
    return marks


def _picture(found: History, at: int, width: int) -> list[Mark]:
    """Return all layers of one frame, one under another, and the way of the batch past them."""
    now, before = found.frames[at], found.frames[max(at - 1, 0)]
    longest = max(n for layer in found.frames[-1].values() for t in layer for n in t.shape or (1,)) or 1
    flowing: Shape | None = (2, width) if at > 1 else None
    count = number(sum(tensor.numbers for layer in now.values() for tensor in layer))
    marks: list[Mark] = [["t", 16, 30, "start", found.code[at], "code strong amid"]]
    marks.append(["t", 464, 30, "end", both(f"{count} numbers", f"값 {count}개"), "c strong amid"])
    for i, (path, kind) in enumerate(found.kinds.items()):
        y, reached = TOP + ROW * i, path in found.outputs
        marks += _flow(40, y - (ROW - HIGH) if i else 40, y, flowing) if reached or i == 0 or flowing is None else []
        marks += _layer(path, kind, y, reached)
        for k, (tensor, old) in enumerate(zip(now[path], before[path], strict=True)):
            marks += _tensor(tensor, 132 + 166 * k, y, longest, tensor.numbers > old.numbers)
        if not reached:
            marks += [["l", 40, y - (ROW - HIGH), 40, y + HIGH, "a" if flowing else "grid"]]
        elif path in found.outputs:
            frame, shape = found.outputs[path]
            flowing = shape if flowing is not None and frame <= at else None
    end = TOP + ROW * len(found.kinds)
    return marks + _flow(40, end - (ROW - HIGH), end, flowing)


def _layer(path: str, kind: str, y: float, reached: bool) -> list[Mark]:
    """Return the box of a layer: on the way of the batch, or beside it."""
    x = 16 if reached else 56
    marks: list[Mark] = [["r", x, y, 464 - x, HIGH, "row" if reached else "near"]]
    marks.append(["t", x + 10, y + HIGH / 2 - 4, "start", path, "code strong"])
    return [*marks, ["t", x + 10, y + HIGH / 2 + 18, "start", kind, "label"]]


def _sentence(found: History, at: int) -> Text:
    """Return how many numbers there are, and what the last step has brought."""
    tensors = [tensor for layer in found.frames[at].values() for tensor in layer]
    count, waiting = number(sum(t.numbers for t in tensors)), sum(t.state != "ready" for t in tensors)
    unreached = [path for path in found.kinds if path not in found.outputs]
    are = "is" if waiting == 1 else "are"
    en = f"{count} numbers exist; {waiting or 'none'} of {len(tensors)} tensors {are} empty."
    ko = f"값이 {count}개 있습니다. 텐서 {len(tensors)}개 가운데 아직 빈 것은 {waiting or '없습니다'}"
    ko += "개입니다." if waiting else "."
    if at == len(found.frames) - 1 and unreached:
        names = ", ".join(unreached)
        en, ko = f"{en} The batch has passed by {names}.", f"{ko} 배치는 {names}에 닿지 않았습니다."
    return both(en, ko)


def deferred(make: Callable[[], Block], width: int = 20, title: Any = None) -> Figure:
    """Return the figure of the first moments of a network that `make` constructs, layer by layer.

    Parameters
    ----------
    make : callable
        Returns a new network whose input width is open.
    width : int
        Of the batch that is sent through it.
    title : Text, optional
    """
    words = as_title(title, both("Shapes that fill in", "형상이 정해지고 값이 채워지는 순서"))
    if as_count(width, "width") > WIDEST:
        raise SettingError(f"width is a whole number up to {WIDEST:,}, got {shown(width)}.")
    if isinstance(make, Block) or not _takes_nothing(make):
        raise DTypeError("deferred() takes a function that makes a new network, such as lambda: nn.Dense(3).")
    found = watch(make, width)  # all steps work, or a lesson says why not
    if not found.kinds:
        raise SettingError("This network has no parameters: there is nothing to fill in.")

    def compute(step: int) -> State:
        head: list[Any] = [both("tensor", "텐서"), both("shape", "형상"), both("state", "상태")]
        rows: list[list[Any]] = [
            [t.name if path == "net" else f"{path}.{t.name}", str(t.shape), NAMES[t.state]]
            for path, layer in found.frames[step].items()
            for t in layer
        ]
        return State(_picture(found, step, width), _sentence(found, step), [head, *rows])

    control = Control("step", "player", both("step", "단계"), found.code, 1)
    return Figure("deferred", words, (480, TOP + ROW * len(found.kinds) + 8), [control], compute)


def _takes_nothing(make: Any) -> bool:
    """Return whether `make` can be called without arguments; the few callables that tell no signature are believed."""
    try:
        inspect.signature(make).bind()
    except (TypeError, ValueError) as error:
        return isinstance(error, ValueError)
    return True
