"""One cell at every step: a gradient as a sum of terms, one for each step, and what becomes of those far away."""

from __future__ import annotations

from functools import cache
from typing import Any

from .. import autograd, nd
from .arguments import as_title
from .canvas import Axes, number
from .marks import node
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["unrolled"]

MOST = 20  # steps
FACTORS, WORDS = (0.5, 0.9, 1.0, 1.1, 1.5), ("0.5", "0.9", "1", "1.1", "1.5")
SIZE = (480, 452)
LAST, PITCH = 430, 19.5  # where the last step stands, and how far it is from there to the one before
NODE, CELLS, CELL = 24, 76, 13  # the heights of the weight and of its uses, and the side of a use
TERMS = (LAST - PITCH * (MOST - 1) - 12, 130, PITCH * (MOST - 1) + 22, 150)
SPAN = (1e-6, 1e4)  # one scale for all settings
TICKS = [(10.0**k, "1" if k == 0 else f"1e{k}".replace("-", "\u2212")) for k in (-6, -4, -2, 0, 2, 4)]
STACK = (40, 376, 410, 26)  # the sum: left, top, width, height
WEIGHT, GRADIENT = "c", "f"  # the colours that they have in the figure of two routes


@cache
def run(weight: float, steps: int) -> tuple[tuple[float, ...], float]:
    """Return what each use of a weight adds to the gradient of the last state, first step first, and the gradient.

    The cell is ``h = w h + x`` with ``x = 1 - weight``, which keeps a state of 1 where it is.
    """
    given = nd.array([1 - weight], "float64")
    shared, *copies = leaves = [nd.array([weight], "float64") for _ in range(steps + 1)]
    for leaf in leaves:
        leaf.attach_grad()
    for uses in ([shared] * steps, copies):
        with autograd.record():
            state = nd.ones((1,), "float64")
            for use in uses:
                state = use * state + given
        state.backward()
    total, *terms = (float(leaf.grad.asscalar()) for leaf in leaves if leaf.grad is not None)
    return tuple(terms), total


def _axes() -> Axes:
    """Return axes for the terms: to the right the steps, counted back from the loss and so below 0."""
    return Axes((1 - MOST - 12 / PITCH, 10 / PITCH), SPAN, TERMS, log="y")


def _base() -> list[Mark]:
    """Return what all states share: the scale of the terms, and how far each is from the loss."""
    axes = _axes()
    axes.y_axis(both("term", "항"), TICKS)
    axes.marks.append(["l", axes.left, axes.y(1.0), axes.left + axes.width, axes.y(1.0), "rule"])
    for back in (0, 5, 10, 15, 19):
        axes.marks.append(["t", axes.x(-back), axes.base + 20, "middle", str(back), "tick"])
    words = both("steps back from the loss", "손실에서 거슬러 간 스텝 수")
    axes.marks.append(["t", axes.left + axes.width / 2, axes.base + 43, "middle", words, "label below"])
    return axes.marks


def _chain(steps: int) -> list[Mark]:
    """Draw the steps from left to right, and above them the one weight that all of them use."""
    places = [LAST - PITCH * back for back in range(steps)]
    middle, amid = LAST - PITCH * (MOST - 1) / 2, CELLS + CELL / 2
    marks: list[Mark] = [["l", middle, NODE + 15, at, CELLS, f"{WEIGHT} thin"] for at in places]
    marks.append(["l", places[-1] - PITCH + CELL / 2, amid, LAST + 20, amid, "axis"])
    marks += [["r", at - CELL / 2, CELLS, CELL, CELL, WEIGHT] for at in places]
    marks.append(["t", LAST + 24, amid + 5, "start", both("loss", "손실"), "note amid"])
    return marks + node(middle, NODE, "w", f"{WEIGHT} pale")


def _terms(terms: tuple[float, ...], weight: float) -> list[Mark]:
    """Draw every term under its step, as far above or below 1 as it is large or small."""
    axes = _axes()
    axes.theory([(-back, weight**back) for back in range(MOST)])
    for back, term in enumerate(reversed(terms)):
        if weight != 1:
            axes.marks.append(["l", axes.x(-back), axes.y(1.0), axes.x(-back), axes.y(term), f"{GRADIENT} see"])
        axes.marks.append(["c", axes.x(-back), axes.y(term), 4.5, f"{GRADIENT} point"])
    return axes.marks


def _percent(share: float, gap: str = " ") -> str:
    return f"{number(100 * share, 2)}{gap}%"


def _stack(terms: tuple[float, ...], total: float) -> list[Mark]:
    """Draw the terms end to end, each as wide as its share of the sum, the first step at the left."""
    left, top, width, height = STACK
    marks: list[Mark] = [["t", left, top - 10, "start", both(f"sum {number(total)}", f"합 {number(total)}"), "note"]]
    at = float(left)
    for step, term in enumerate(terms):
        wide = width * term / total
        style = GRADIENT if (len(terms) - step) % 2 else f"{GRADIENT} see"  # neighbours differ, the last is full
        marks.append(["r", round(at, 1), top, round(wide, 1), height, style])
        at += wide
    if len(terms) > 1:
        words = both(f"first {_percent(terms[0] / total)}", f"첫 스텝 {_percent(terms[0] / total, '')}")
        marks.append(["t", left, top + height + 20, "start", words, "note below"])
    words = both(f"last {_percent(terms[-1] / total)}", f"마지막 {_percent(terms[-1] / total, '')}")
    return [*marks, ["t", left + width, top + height + 20, "end", words, "note below"]]


def _say(word: str, terms: tuple[float, ...], total: float) -> Text:
    first, last, steps = terms[0] / total, terms[-1] / total, len(terms)
    many = both(f"{steps} steps" if steps > 1 else "1 step", f"{steps}스텝")
    return both(
        f"w = {word}, {many['en']}: the gradient is {number(total)}; the last step gives {_percent(last)} of it, the "
        f"first {_percent(first)}.",
        f"w = {word}, {many['ko']}: 그래디언트는 {number(total)}이고, 그중 마지막 스텝의 몫이 {_percent(last, '')}, "
        f"첫 스텝의 몫이 {_percent(first, '')}입니다.",
    )


def unrolled(title: Any = None) -> Figure:
    """Return a cell with one weight over 1 to 20 steps, and the gradient of that weight as a sum over the steps.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("One weight at every step", "모든 스텝에서 쓰는 가중치 하나"))

    def compute(count: int, factor: int) -> State:
        terms, total = run(FACTORS[factor], count + 1)
        head: list[Any] = [both("step", "스텝"), both("came in", "들어온 값")]
        rows = [[*head, both("came back", "돌아온 그래디언트"), both("term", "항")]]
        rows += [[str(step), "1", number(term), number(term)] for step, term in enumerate(terms, 1)]
        marks = [*_chain(count + 1), *_terms(terms, FACTORS[factor]), *_stack(terms, total)]
        return State(marks, _say(WORDS[factor], terms, total), rows)

    controls = [
        Control("steps", "player", both("steps", "스텝 수"), [str(step) for step in range(1, MOST + 1)], 11),
        Control("weight", "slider", both("weight w", "가중치 w"), WORDS),
    ]
    return Figure("unrolled", words, SIZE, controls, compute, _base())
