"""One weight from `Dense(...)` to its first step: every call into the package on the way, as it really happened."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from .. import autograd, language, loss, nd, nn, random
from ..parameter import Parameter
from ..trainer import Trainer
from .arguments import as_title
from .canvas import shape_text
from .imports import SPINE, modules
from .marks import heat
from .spec import Control, Figure, Mark, State, Text, Words, both, several

__all__ = ["calls"]

CORE = Path(language.__file__).parent
LEFT, WIDE, TOP, ROW, CELL = 134, 56, 52, 21, 26  # WIDE: of one line of code
WORDS = {
    "declared": both("declared: no values", "declared: 값 없음"),
    "deferred": both("deferred: a recipe", "deferred: 방법만 정함"),
    "ready": both("ready: it has values", "ready: 값 있음"),
}
TELL = {  # what happens to the weight in each stage
    "layer = nn.Dense(2)": both(
        "The layer makes its weight, with a name and a length of 0 for the width that it does not know.",
        "층이 가중치를 만듭니다. 이름은 있지만, 아직 모르는 입력 너비는 0으로 적어 둡니다.",
    ),
    "layer.initialize()": both(
        "A recipe is kept: which initializer, and which stream of random numbers. There are no values.",
        "초기화기와 난수열을 정해 둡니다. 값은 아직 없습니다.",
    ),
    "y = layer(x)": both(
        "The batch tells the width, the recipe fills the weight, and the product is recorded as one node.",
        "배치가 들어와 너비를 알게 되면 정해 둔 방법대로 가중치를 채우고, 행렬 곱을 노드 하나로 기록합니다.",
    ),
    "l = L2Loss()(y, t)": both(
        "The loss, one operation too, adds one more node. The weight is as it was.",
        "손실도 연산 하나이므로 노드가 하나 더 쌓입니다. 가중치는 그대로입니다.",
    ),
    "l.backward()": both(
        "The walk goes from the last node back to the leaf of the weight, and the gradient is there.",
        "마지막 노드에서 가중치의 잎까지 거슬러 가서 그래디언트를 채웁니다.",
    ),
    "trainer.step(4)": both(
        "The trainer reads the gradient and writes the values in place: the weight has moved.",
        "Trainer가 그래디언트를 읽어 값을 제자리에서 바꿉니다. 가중치가 움직였습니다.",
    ),
}
STAGES = list(TELL)
KEEPING = {"KnownNames.__setattr__", "Parameter.__setattr__", "Parameter.name"}  # attributes set and read: every line


class Stage(NamedTuple):
    """What one line of code does: the calls of named functions, as file and function, and the weight after it."""

    calls: list[tuple[str, str]]
    state: str
    shape: str
    values: np.ndarray[Any, Any] | None
    gradient: np.ndarray[Any, Any] | None


def traced(work: Callable[[], object]) -> list[tuple[str, str]]:
    """Return the functions of the package that `work` calls, in order: the name of the file and the function's."""
    found: list[tuple[str, str]] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and Path(code.co_filename).parent == CORE and "<" not in code.co_name:
            name = code.co_qualname.replace("<locals>.", "")
            found.extend([(Path(code.co_filename).stem, name)] * (name not in KEEPING))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return found


@cache
def run() -> list[Stage]:
    """Take a layer of two units through its first step; return what each line of code did."""
    kept: dict[str, Any] = {}
    rng = np.random.default_rng(5)
    x, target = (nd.array(rng.normal(size=(4, width))) for width in (3, 2))

    def forward() -> None:
        with autograd.record():
            kept["y"] = kept["layer"](x)

    def lose() -> None:
        with autograd.record():
            kept["loss"] = loss.L2Loss()(kept["y"], target)

    def train() -> None:
        Trainer(kept["layer"].collect_params(), "sgd", {"learning_rate": 1.0}).step(4)

    works = (
        lambda: kept.update(layer=nn.Dense(2)), lambda: kept["layer"].initialize(), forward, lose,
        lambda: kept["loss"].backward(), train,
    )  # fmt: skip
    stages = []
    with nn.NameManager(), random.stream(random.Stream(3)):
        for work in works:
            found = traced(work)
            weight: Parameter = kept["layer"].weight
            ready = weight.state == "ready"
            values = weight.data().asnumpy() if ready else None
            gradient = weight.grad().asnumpy() if ready else None
            stages.append(Stage(found, weight.state, shape_text(weight.shape), values, gradient))
    return stages


def _lanes() -> dict[str, int]:
    """Return the files that are called on the way, from the top in the order of the imports."""
    called = {file for stage in run() for file, _ in stage.calls}
    return {name: at for at, name in enumerate(m.name for m in modules() if m.name in called)}


def _ways() -> list[list[float]]:
    """Return the line of each stage, from call to call through the files: as wide as any other, time to the right."""
    lanes, ways = _lanes(), []
    for at, stage in enumerate(run()):
        step = (WIDE - 8) / len(stage.calls)
        xs = [LEFT + WIDE * at + 4 + step * (k + 0.5) for k in range(len(stage.calls))]
        ways.append([v for x, (file, _) in zip(xs, stage.calls, strict=True) for v in (round(x, 1), _y(lanes[file]))])
    return ways


def _y(lane: int) -> int:
    return TOP + ROW * lane


def _dots(way: list[float], style: str, radius: float) -> list[Mark]:
    return [["c", x, y, radius, style] for x, y in zip(way[::2], way[1::2], strict=True)]


def _matrix(x: float, y: float, words: Text, values: np.ndarray[Any, Any] | None, limit: float) -> list[Mark]:
    """Draw the values of the weight or of its gradient, or empty places while there are none."""
    marks: list[Mark] = [["t", x, y - 12, "start", words, "label above"]]
    if values is None:
        return marks + [["r", x + CELL * (k % 3), y + CELL * (k // 3), CELL - 3, CELL - 3, "row"] for k in range(6)]
    return marks + heat(x, y, CELL, values, limit, "tile")


def _state(at: int) -> State:
    """Draw the calls of one stage over those of all, and the weight as it is after it."""
    stage, way, below = run()[at], _ways()[at], _y(len(_lanes())) + 40
    marks: list[Mark] = [
        ["r", LEFT + WIDE * at, TOP - 12, WIDE, ROW * len(_lanes()) + 2, "chosen round"],
        ["t", LEFT + WIDE * at + (0 if at < 3 else WIDE), 24, "start" if at < 3 else "end", STAGES[at], "code strong"],
        ["p", way, "a thin"], *_dots(way, "a", 3.2),
        ["t", 10, below, "start", f"dense0_weight {stage.shape}", "code"],
        ["t", 10, below + 22, "start", WORDS[stage.state], "label below"],
    ]  # fmt: skip
    for words, held, x in ((both("values", "값"), "values", 292), (both("gradient", "그래디언트"), "gradient", 388)):
        limit = max(np.abs(getattr(one, held)).max() for one in run() if one.values is not None)
        marks += _matrix(x, below, words, getattr(stage, held), limit)
    rows: list[list[Words]] = [[both("call", "호출"), both("file", "파일"), both("function", "함수")]]
    rows += [[str(n), file, name] for n, (file, name) in enumerate(stage.calls, 1)]
    return State(marks, _say(at, stage), rows)


def _say(at: int, stage: Stage) -> Text:
    files, code = len({file for file, _ in stage.calls}), STAGES[at]
    return both(
        f"{code}: {several(len(stage.calls), 'call')} in {several(files, 'file')}. {TELL[code]['en']}",
        f"{code}: 파일 {files}개에서 함수를 {len(stage.calls)}번 호출합니다. {TELL[code]['ko']}",
    )


def calls(title: Text | None = None) -> Figure:
    """Return the figure of what one weight goes through: which functions of which files run, line by line of code.

    The calls are recorded while the package runs, so they are those of the package as it is.
    """
    words = as_title(title, both("A weight, from Dense to its first step", "가중치 하나, Dense에서 첫 갱신까지"))
    lanes = _lanes()
    base: list[Mark] = []
    for name, at in lanes.items():
        y = _y(at)
        base.append(["l", LEFT, y, LEFT + WIDE * len(STAGES), y, "grid"])
        base.append(["t", LEFT - 8, y + 5, "end", name, "code strong" if name in SPINE else "code"])
    for way in _ways():
        base += [["p", way, "branch"], *_dots(way, "sum", 1.6)]
    control = Control("line", "player", both("line of code", "코드 한 줄"), STAGES, 2)
    return Figure("calls", words, (480, _y(len(lanes)) + 2 * CELL + 48), [control], _state, base)
