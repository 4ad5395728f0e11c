"""A race: the same network learns two moons, or handwritten digits, from several starts, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from .. import real
from ..errors import SettingError
from ..init import Initializer, create
from .arguments import as_named, as_title
from .canvas import Axes, clipped, number
from .learning import moons
from .marks import HEIGHTS, heat
from .recorded import recorded
from .runners import BINS, LAYERS, PLANE, PROBLEMS, SHAPES, SPAN, STARTS, STEPS, Frame, network, trained
from .spec import Control, Figure, Mark, State, Text, Words, both, pick, several

__all__ = ["race"]

COLOURS = "cdabe"  # of the runs: blue and orange are those that learn
LEFT, TOP, HIGH = 16, 52, 72  # of the panels
GAP, WIDEST = 10, 108  # between them, and the width of each where there is room
CURVES = (44, 190, 426, 120)
LOSSES = (0.001, 20.0)  # beyond which a curve keeps to the border
LEVEL = {"moons": (2, "ln 2"), "digits": (10, "ln 10")}  # of a network that gives every class the same probability
DATA = both("two moons", "두 반달"), both("real digits", "손글씨 숫자")  # the words of `PROBLEMS`
WORDS = {
    "moons": both("colour: answer, dots: examples", "색은 답, 점은 예제"),
    "digits": both("row: digit, column: answer", "행은 숫자, 열은 답"),
    "weights": both("weights (line: at the start)", "가중치(선은 처음)"),
}


class Runner(NamedTuple):
    """A start with its name in the figure; `frames` of each problem, as far as they are known."""

    name: Words
    start: Initializer
    style: str
    frames: dict[str, list[Frame]]

    def run(self, problem: str) -> list[Frame]:
        """Return the frames of a problem, and train for them where they are not known yet."""
        if problem not in self.frames:
            self.frames[problem] = trained(self.start, problem)
        return self.frames[problem]


def _frame(values: Sequence[Any]) -> Frame:
    """Return a frame from what was recorded of it."""
    field, loss, right, moved, layers = values
    return Frame(field, loss, right, moved, tuple(layers))


def _kept() -> list[tuple[Words, Initializer, dict[str, list[Frame]]]]:
    """Return the four starts of the book with what was recorded of them."""
    study = recorded("race")
    return [(name, start, {p: list(map(_frame, study[p][name])) for p in PROBLEMS}) for name, start in STARTS.items()]


def _runners(starts: Any, mine: Any) -> list[Runner]:
    """Return who takes part, each with a colour: what cannot fill the network is a lesson now, not in the race."""
    if isinstance(starts, Initializer | str | type):
        raise SettingError("starts are several, by name, and take the place of all; one that joins them is mine=...")
    if starts is None:
        found = _kept()
    else:
        most = len(COLOURS) - (mine is not None)
        found = [(name, create(start), {}) for name, start in as_named(starts, "starts", most)]
    if mine is not None:
        start = create(mine)
        name = type(start).__name__
        found.append((name if name not in [other for other, *_ in found] else f"{name} 2", start, {}))
    for _, start, frames in found:
        if not frames:
            network(start)
    return [Runner(*one[:2], style, one[2]) for one, style in zip(found, COLOURS, strict=False)]


@cache
def _samples() -> list[Any]:
    """Return the first handwritten digit of each kind, without the paper around it."""
    images, labels = real.digits()
    first = [images[labels == digit][0] for digit in range(10)]
    return [np.where(image > 0, image, np.nan) for image in first]


def _examples(left: float, wide: float, problem: str, first: bool) -> list[Mark]:
    """Draw what is learned: points in the plane, or a digit of each kind below its column and beside its row."""
    if problem == "moons":
        axes = Axes(*PLANE, (left, TOP, wide, HIGH))
        points = zip(*moons(), strict=True)
        return [["c", axes.x(x), axes.y(y), 1.8, f"{'a' if one else 'b'} point"] for (x, y), one in points]
    marks: list[Mark] = []
    for digit, image in enumerate(_samples()):
        side = 0.9 * min(wide, 90) / 80  # of a pixel
        middle = left + (digit + 0.5) * wide / 10
        marks += heat(round(middle - 4 * side, 2), TOP + HIGH + 3, round(side, 3), image, 1, signed=False)
        if first:
            marks += heat(left - 10, round(TOP + (digit + 0.5) * HIGH / 10 - 3.2, 2), 0.8, image, 1, signed=False)
    return marks


def _panel(left: float, wide: float, runner: Runner, problem: str, at: int, first: bool) -> list[Mark]:
    """Draw what a network answers, what it learns from, and how many of new examples are right."""
    rows, columns = SHAPES[problem]
    frame = runner.run(problem)[at]
    marks: list[Mark] = [
        ["h", left, TOP, round(wide / columns, 3), round(HIGH / rows, 3), columns, frame.field, ""],
        ["t", left, TOP - 8, "start", clipped(runner.name, 16 if wide == WIDEST else 9), f"note {runner.style}"],
        ["t", left + wide, TOP + HIGH + 31, "end", f"{100 * frame.right:.0f} %", "strong"],
    ]
    return marks + _examples(left, wide, problem, first)


def _outline(left: float, base: float, size: tuple[float, float], heights: str) -> list[float]:
    """Return the line over bars of a width and a unit of height, from the first that is not empty to the last."""
    levels = [HEIGHTS.index(letter) for letter in heights]
    filled = [k for k, level in enumerate(levels) if level] or [0]
    places = [(filled[0], 0)]
    for k in range(filled[0], filled[-1] + 1):
        if levels[k] != places[-1][1]:
            places += [(k, places[-1][1]), (k, levels[k])]
    places += [(filled[-1] + 1, places[-1][1]), (filled[-1] + 1, 0)]
    return [round(v, 1) for k, level in places for v in (left + k * size[0], base - level * size[1])]


def _bars(left: float, wide: float, runner: Runner, problem: str, at: int, first: bool) -> list[Mark]:
    """Draw the weights of every layer as a histogram, over what they were at the start."""
    run, (_, top, _, high) = runner.run(problem), CURVES
    row, base = high / LAYERS, top + high
    marks: list[Mark] = []
    for layer in range(LAYERS):
        y = round(top + row * (layer + 1), 1)
        marks.append(["l", left, y, left + wide, y, "grid"])
        size = wide / BINS, 0.88 * row / 51
        steps = round(size[0], 3), round(size[1], 3), run[at].layers[layer]
        marks.append(["s", left, y, *steps, f"{runner.style} see"])
        marks.append(["p", _outline(left, y, size, run[0].layers[layer]), "theory"])
        if first:
            marks.append(["t", left - 4, y - 3, "end", str(layer + 1), "tick"])
    for value in (-1, 1):
        x = round(left + wide * (value - SPAN[0]) / (SPAN[1] - SPAN[0]), 1)
        marks += [["l", x, base, x, base + 4, "axis"], ["t", x, base + 20, "middle", number(value), "tick"]]
    return marks


def _losses(runners: Sequence[Runner], problem: str, at: int) -> list[Mark]:
    """Draw the loss of every run up to now, in the colour of its name; what is to come is not told."""
    axes = Axes((0, STEPS[-1]), LOSSES, CURVES, log="y")
    axes.y_axis(both("loss", "손실"))
    axes.x_axis(both("step", "스텝"))
    classes, words = LEVEL[problem]
    axes.rule(float(np.log(classes)), words)
    for runner in runners:
        losses = [frame.loss if np.isfinite(frame.loss) else LOSSES[1] for frame in runner.run(problem)]
        points = [(s, min(max(loss, LOSSES[0]), LOSSES[1])) for s, loss in zip(STEPS, losses, strict=True)]
        axes.curve(points[: at + 1], runner.style)
        axes.marks.append(["c", *(axes.x(points[at][0]), axes.y(points[at][1])), 4, runner.style])
    return axes.marks


def _loss(value: float) -> str:
    """Return a loss for readers, who compare small ones by their third digit."""
    return f"{value:.3f}" if value < 1e4 else number(value)


def _say(runners: Sequence[Runner], problem: str, at: int, weights: bool) -> Text:
    """Return the losses, or how far the weights have come."""
    found = {}
    for lang in ("en", "ko"):
        frames = [(pick(runner.name, lang), runner.run(problem)[at]) for runner in runners]
        found[lang] = "; ".join(f"{n}: {number(f.moved, 2) if weights else _loss(f.loss)}" for n, f in frames)
    if weights:
        return both(
            f"How far the weights have moved in {several(STEPS[at], 'step')} (root mean square): {found['en']}.",
            f"{STEPS[at]}스텝 동안 가중치가 움직인 거리(제곱 평균의 제곱근)는 다음과 같습니다. {found['ko']}.",
        )
    return both(
        f"Losses after {several(STEPS[at], 'step')}. {found['en']}.",
        f"{STEPS[at]}스텝 뒤의 손실은 다음과 같습니다. {found['ko']}.",
    )


def _table(runners: Sequence[Runner], problem: str, at: int) -> list[list[Any]]:
    head = [both("start", "초깃값"), both("loss", "손실"), both("right", "맞힌 비율"), both("moved", "움직인 거리")]
    rows: list[list[Any]] = [head]
    for runner in runners:
        frame = runner.run(problem)[at]
        rows.append([runner.name, _loss(frame.loss), f"{100 * frame.right:.0f} %", number(frame.moved, 2)])
    return rows


def race(starts: Any = None, mine: Any = None, title: Any = None) -> Figure:
    """Return one network that learns from several starts: its answers, its loss and its weights, to be played.

    Five hidden layers of 24 tanh units, trained with SGD on two moons (80 points) or on handwritten digits (1,200 of
    8 x 8, 64 in a step); below each picture stands the share that is right of 1,000 points, or 597 digits, that it has
    not seen.  What the book's four starts do was recorded; others are trained when they are shown.

    Parameters
    ----------
    starts : dict or list of pairs, optional
        Up to five initializers by name, instead of the book's four.
    mine : Initializer or str, optional
        One more, that joins them under the name of its class.
    title : Text, optional
    """
    runners = _runners(starts, mine)
    words = as_title(title, both("One network, several starts", "같은 신경망, 다른 초깃값"))
    wide = min(WIDEST, (480 - LEFT - 4) // len(runners) - GAP)

    def compute(which: int, below: int, at: int) -> State:
        problem, weights = PROBLEMS[which], below == 1
        marks: list[Mark] = [["t", LEFT, 16, "start", WORDS[problem], "label"]]
        for k, runner in enumerate(runners):
            place = LEFT + k * (wide + GAP), wide, runner, problem, at, k == 0
            marks += _panel(*place) + (_bars(*place) if weights else [])
        if weights:
            marks.append(["t", LEFT, CURVES[1] - 10, "start", WORDS["weights"], "label"])
        else:
            marks += _losses(runners, problem, at)
        return State(marks, _say(runners, problem, at, weights), _table(runners, problem, at))

    controls = [
        Control("data", "select", both("data", "데이터"), DATA),
        Control("below", "select", both("below", "아래"), [both("losses", "손실"), both("weights", "가중치")]),
        Control("step", "player", both("step", "스텝"), [str(step) for step in STEPS]),
    ]
    return Figure("race", words, (480, 360), controls, compute)
