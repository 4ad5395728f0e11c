"""The loss before the first step: how sure a network is of its first guess, and what that costs."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ..init import Normal
from .arguments import as_title
from .canvas import Axes, about, short
from .push import push
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["first_loss"]

Array = npt.NDArray[Any]
SIZES, EXAMPLES, SEED = (64, 128, 10), 256, 1  # inputs, hidden ReLU units, classes
CLASSES = SIZES[-1]
SIGMAS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.18, 0.3, 1.0, 3.0)
BARS, CURVE = (36, 40, 190, 190), (282, 40, 190, 190)
SHOWN = 3  # examples that a reader can look at


@cache
def scores(sigma: float) -> Array:
    """Return the scores of the classes, shape (examples, classes): a hidden layer of ReLU, then linear."""
    hidden = push(Normal(sigma), "relu", SIZES[:2], 1, EXAMPLES, SEED, back=False).forward[-1]
    weight = np.random.default_rng(SEED).normal(0, sigma, SIZES[1:])
    return np.asarray(hidden, np.float64) @ weight


@cache
def losses() -> list[float]:
    """Return the mean loss for each of `SIGMAS`."""
    return [loss_of(scores(sigma))[1] for sigma in SIGMAS]


def loss_of(given: Array) -> tuple[Array, float]:
    """Return the probabilities of the classes, and the mean loss over examples whose true classes are random."""
    shifted = given - given.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    truth = np.random.default_rng(SEED + 1).integers(0, CLASSES, len(given))
    return np.exp(logs), float(-logs[np.arange(len(given)), truth].mean())


def _bars(chances: Array) -> list[Mark]:
    axes = Axes((-0.6, CLASSES - 0.4), (0, 1), BARS)
    axes.y_axis(both("probability", "확률"), [(0, "0"), (0.5, "0.5"), (1, "1")])
    axes.x_axis(both("class", "클래스"), range(CLASSES))
    for k, chance in enumerate(chances.tolist()):
        axes.bar(k - 0.4, k + 0.4, chance, "a see")
    return axes.marks


def _curve(at: int) -> list[Mark]:
    """Return the loss for the weights passed on the way down to here: where it ends is what the reader is asked."""
    axes = Axes((SIGMAS[0], SIGMAS[-1]), (1, 2000), CURVE, log="xy")
    axes.y_axis(both("loss", "손실"), [(10.0**k, short(10.0**k)) for k in range(4)])
    axes.x_axis("σ", [0.001, 0.01, 0.1, 1])
    axes.rule(float(np.log(CLASSES)), "ln 10")
    axes.curve([*zip(SIGMAS, losses(), strict=True)][at:], "b")
    axes.marks.append(["c", axes.x(SIGMAS[at]), axes.y(losses()[at]), 5, "b"])
    return axes.marks


def _say(sigma: float, chance: float, loss: float) -> Text:
    return both(
        f"σ = {short(sigma)}: this example's likeliest class has probability {chance:.2f}; the mean loss over "
        f"{EXAMPLES} examples is {about(loss)}.",
        f"σ = {short(sigma)}: 이 예제에서 확률이 가장 높은 클래스의 확률은 {chance:.2f}이고, "
        f"예제 {EXAMPLES}개의 평균 손실은 {about(loss)}입니다.",
    )


def first_loss(title: Any = None) -> Figure:
    """Return what an untrained network of ten classes answers, and its loss, for weights from N(0, sigma^2).

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("The loss before the first step", "첫 스텝 전의 손실"))

    def compute(at: int, example: int) -> State:
        chances, loss = loss_of(scores(SIGMAS[at]))
        mine = chances[example]
        rows: list[list[Any]] = [[both("class", "클래스"), both("probability", "확률")]]
        rows += [[str(k), f"{chance:.3f}"] for k, chance in enumerate(mine.tolist())]
        return State(_bars(mine) + _curve(at), _say(SIGMAS[at], float(mine.max()), loss), rows)

    controls = [
        Control("sigma", "slider", both("σ of the weights", "가중치의 σ"), [short(sigma) for sigma in SIGMAS], 7),
        Control("example", "select", both("example", "예제"), [str(k + 1) for k in range(SHOWN)]),
    ]
    return Figure("first_loss", words, (480, 322), controls, compute)
