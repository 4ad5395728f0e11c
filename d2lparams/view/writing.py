"""When you may write: one write at one moment of a training step, and which value the gradient then uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .. import autograd, nd
from ..array import NDArray
from ..errors import InPlaceError
from ..parameter import Parameter
from ..trainer import Trainer
from .arguments import as_title
from .canvas import short
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["writing"]

WRITES: dict[str, Callable[[Parameter, NDArray], object]] = {
    "w.data()[:] = 1": lambda w, x: w.data().__setitem__(slice(None), 1),
    "w.set_data([1])": lambda w, x: w.set_data([1.0]),
    "x /= 2": lambda w, x: x.__itruediv__(2),
}
MOMENTS = (
    both("before the forward pass", "순전파 전"),
    both("between forward and loss", "순전파와 손실 사이"),
    both("between loss and backward", "손실과 역전파 사이"),
    both("between backward and step", "역전파와 갱신 사이"),
    both("after the step", "갱신 뒤"),
)
STATIONS = both("forward", "순전파"), both("loss", "손실"), both("backward", "역전파"), both("step", "갱신")
FINE = both("fine", "문제없음")
REFUSED = both("refused at once", "바로 거부됨")
DETECTED = both("detected at backward", "역전파에서 발견됨")
START, RATE = 2.0, 0.1


@dataclass
class Run:
    """One training step of ``loss = (w * w * x - 3) ** 2 / 2``, with a write at one moment.

    Attributes
    ----------
    w, x : list of float
        The values after each of the nine events that took place: a moment, a station, a moment ...
    used : tuple of float
        `w` and `x` where the forward pass read them.
    gradient : float or None
        None if there was an error.
    """

    w: list[float] = field(default_factory=list)
    x: list[float] = field(default_factory=list)
    gradient: float | None = None

    @property
    def verdict(self) -> Text:
        """What became of the write: fine, refused where it stands, or detected by the backward pass."""
        return FINE if self.gradient is not None else DETECTED if len(self.w) == 5 else REFUSED


def run(write: str, moment: int) -> Run:
    """Return what a training step does when `write` comes at `moment`, by doing it."""
    w, x, found = Parameter("w", shape=(1,)), nd.array([1.0]), Run()
    w.set_data([START])
    trainer = Trainer([w], "sgd", {"learning_rate": RATE})
    now = 0

    def note() -> None:
        found.w.append(round(float(w.data().asnumpy()[0]), 6))  # what float32 knows
        found.x.append(round(float(x.asnumpy()[0]), 6))

    def pause() -> None:
        nonlocal now
        if now == moment:
            WRITES[write](w, x)
        now += 1
        note()

    try:
        pause()
        with autograd.record():
            y = w.data() * w.data() * x
            note()
            pause()
            loss = (y - 3) ** 2 / 2
            note()
        pause()
        loss.backward()
        note()
        pause()
        trainer.step(1)
        note()
        found.gradient = round(w.grad().asscalar(), 6)
        pause()
    except InPlaceError:
        pass
    return found


def _used(found: Run) -> float:
    """Return the value of `w` at which the gradient was taken: the one whose own gradient it is."""
    x = found.x[1]  # as the forward pass read it
    candidates = dict.fromkeys([START, *found.w])
    return min(candidates, key=lambda w: abs((w * w * x - 3) * 2 * w * x - (found.gradient or 0.0)))


# ---- the picture

PITCH, TOP = 108, 82  # from one moment to the next; where the boxes of the stations stand
BOX, HIGH = 92, 46  # how wide they are, how high
LINK = TOP + HIGH + 46  # where the line from the forward pass to backward runs
PLACES = [24 + PITCH // 2 * event for event in range(9)]  # of the nine events: a moment, a station, a moment ...
ZERO, UNIT = {"w": 310, "x": 356}, {"w": 30, "x": 18}  # of the two lines: where 0 lies, how high 1 is


def _timeline(found: Run, write: str, moment: int) -> list[Mark]:
    """Return the four stations, the recording around the first two, and the write where it drops."""
    marks: list[Mark] = [["r", 26, TOP - 7, 212, HIGH + 39, "a pale"]]
    marks.append(["t", 132, TOP + HIGH + 22, "middle", "autograd.record()", "code"])
    for k, words in enumerate(STATIONS):
        done = 2 * k + 1 < len(found.w)
        failed = found.verdict is DETECTED and k == 2
        x, style = PLACES[2 * k + 1], "amid" if done or failed else "label amid"
        marks.append(["r", x - BOX / 2, TOP, BOX, HIGH, "near" if failed else "chosen" if done else "row"])
        marks.append(["t", x, TOP + HIGH / 2 + 5, "middle", words, style])
    at, anchor = PLACES[2 * moment], "start" if moment == 0 else "end" if moment == 4 else "middle"
    marks.append(["t", at + {"start": -16, "end": 16}.get(anchor, 0), 48, anchor, write, "code strong"])
    if found.verdict is REFUSED:
        marks += [["l", at - 8, 58 + a, at + 8, 74 - a, "spike"] for a in (0, 16)]
    else:
        tip = TOP + HIGH - 4
        marks += [["l", at, 54, at, tip - 6, "b"], ["g", [at - 5, tip - 12, at + 5, tip - 12, at, tip], "b"]]
    return marks


def _track(name: str, values: list[float], style: str) -> list[Mark]:
    """Return the line of one value through time, with every new value written above it."""
    zero, unit = ZERO[name], UNIT[name]
    marks: list[Mark] = [["t", 8, zero - unit * values[0] + 4, "start", name, "code strong"]]
    points: list[float] = []
    for k, value in enumerate(values):
        y = round(zero - unit * value, 1)
        if not points or value != values[k - 1]:
            points += [PLACES[k], points[-1]] if points else []
            marks.append(["t", PLACES[k] + 4, y - 6, "start", short(value), "tick"])
        points += [PLACES[k], y]
    return [["p", points, style], *marks]


def _verdict(found: Run) -> list[Mark]:
    """Return the verdict, and between the forward pass and backward what the gradient is taken from, or would be."""
    style = "c" if found.verdict is FINE else "b"
    marks: list[Mark] = [["t", 472, 22, "end", found.verdict, f"{style} strong"]]
    if found.verdict is REFUSED:
        return marks
    name = "x" if len(set(found.x)) > 1 and found.verdict is DETECTED else "w"
    old, new = (getattr(found, name)[k] for k in (1, -1))
    words = both(
        f"backward needs {name} = {short(old)}, finds {short(new)}",
        f"역전파에 필요한 값은 {name} = {short(old)}, 지금 값은 {short(new)}",
    )
    if found.gradient is not None:
        old, gradient = _used(found), short(found.gradient)
        words = both(
            f"gradient {gradient}, taken at w = {short(old)}", f"그래디언트 {gradient}: w = {short(old)}에서 구함"
        )
    y = round(ZERO[name] - UNIT[name] * old, 1)
    marks += [["c", PLACES[1], y, 5, style], ["l", PLACES[1], y, PLACES[1], LINK, "rule"]]
    marks += [["l", PLACES[1], LINK, PLACES[5], LINK, "rule"], ["l", PLACES[5], LINK, PLACES[5], TOP + HIGH, "rule"]]
    return [*marks, ["t", PLACES[1] + 8, LINK + 20, "start", words, f"{style} note below"]]


def _sentence(found: Run) -> Text:
    w, x = short(found.w[-1]), short(found.x[-1])
    if found.verdict is REFUSED:
        return both(
            f"Refused: the write itself raises InPlaceError; w is still {w}.",
            f"거부됨: 값을 바꾸는 문장에서 InPlaceError가 납니다. w는 그대로 {w}입니다.",
        )
    if found.verdict is DETECTED:
        return both(
            f"Detected: backward() raises InPlaceError and changes no gradient, but w is now {w}, x is {x}.",
            f"발견됨: backward()에서 InPlaceError가 납니다. 그래디언트는 그대로지만 값은 이미 w = {w}, x = {x}입니다.",
        )
    gradient, used = short(found.gradient or 0.0), short(_used(found))
    return both(
        f"Fine: the gradient is {gradient}, taken at w = {used}; in the end w is {w}.",
        f"문제없음: 그래디언트는 w = {used}에서 구한 {gradient}입니다. 마지막에 w는 {w}입니다.",
    )


def writing(title: Any = None) -> Figure:
    """Return the figure of a training step of one number, into which one write falls at one moment."""
    words = as_title(title, both("One write, one moment", "값을 바꾸는 때에 따라 달라지는 결과"))
    writes = list(WRITES)

    def compute(write: int, moment: int) -> State:
        found = run(writes[write], moment)
        marks = _timeline(found, writes[write], moment) + _track("w", found.w, "a") + _track("x", found.x, "c")
        names = [word for pair in zip(MOMENTS, (*STATIONS, ""), strict=True) for word in pair][:9]
        rows: list[list[Any]] = [[both("after", "이때까지"), "w", "x"]]
        rows += [[*row[:1], *map(short, row[1:])] for row in zip(names, found.w, found.x, strict=False)]
        return State(marks + _verdict(found), _sentence(found), rows)

    controls = [
        Control("write", "select", both("write", "바꾸는 코드"), writes),
        Control("moment", "slider", both("moment", "바꾸는 때"), MOMENTS, 2),
    ]
    return Figure("writing", words, (480, 366), controls, compute)
