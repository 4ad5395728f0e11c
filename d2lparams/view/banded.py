"""A convolution as a matrix: the places that are cut to 0, those that are tied, and what is left to learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .arguments import as_title
from .marks import heat
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["banded"]

Array = npt.NDArray[Any]
SIGNAL = np.array([0, 1, 2, 2, 3, 1, 0, -1, 0, 2, 3, 1])
KERNEL = np.array([-1, 2, 1])
OUTPUTS = len(SIGNAL) - len(KERNEL) + 1
KINDS = both("full", "전체"), both("a band", "띠"), both("a tied band", "묶은 띠")
NUMBERS = (OUTPUTS * len(SIGNAL), OUTPUTS * len(KERNEL), len(KERNEL))  # to learn, of each kind
PRODUCTS = (NUMBERS[0], NUMBERS[1], NUMBERS[1])
SIZE = (480, 362)
CELL, LEFT, ROW, INPUT, MATRIX = 22, 28, 10, 38, 86  # a cell, and where row, input and matrix are
OUTPUT, BARS = 316, 352  # where the outputs and the bars are
LIMITS = 2.0, 3.0, 8.0  # what has the strongest colour: of weights, inputs and outputs
SUBSCRIPTS = (*"₁₂₃₄₅₆₇₈₉", "₁₀")


def matrix(kind: int) -> Array:
    """Return the weights of shape (10, 12): whole numbers anywhere, in a band, or one row of three, moved along."""
    drawn = np.random.default_rng(3).integers(-2, 3, (OUTPUTS, len(SIGNAL)))
    if kind == 0:
        return drawn
    found = np.zeros_like(drawn)
    for row in range(OUTPUTS):
        band = slice(row, row + len(KERNEL))
        found[row, band] = KERNEL if kind == 2 else np.where(drawn[row, band] == 0, 2, drawn[row, band])
    return found


def _minus(value: int) -> str:
    return str(value).replace("-", "\u2212")


def _numbers(x: float, y: float, values: Array, down: bool = False) -> list[Mark]:
    """Write a whole number in each cell of a row, or of a column."""
    return [
        ["t", x + CELL / 2 + (0 if down else CELL * k), y + CELL / 2 + 5 + (CELL * k if down else 0), "middle",
         _minus(int(value)), "note"]
        for k, value in enumerate(values)
    ]  # fmt: skip


def _product(weights: Array, row: int, band: slice) -> list[Mark]:
    """Draw a row of the matrix above the numbers that it meets, the matrix, and the number that comes out."""
    y = weights @ SIGNAL
    left, wide = LEFT + CELL * band.start, CELL * (band.stop - band.start)
    marks: list[Mark] = [
        ["t", LEFT - 8, INPUT + 16, "end", "x", "note"],
        ["t", OUTPUT + CELL / 2, MATRIX - 8, "middle", "y", "note"],
        *heat(left, ROW, CELL, weights[row : row + 1, band], LIMITS[0], "tile"),
        *heat(LEFT, INPUT, CELL, SIGNAL[None], LIMITS[1], "tile"),
        *heat(LEFT, MATRIX, CELL, weights, LIMITS[0], "tile"),
        *heat(OUTPUT, MATRIX, CELL, y[:, None], LIMITS[2], "tile"),
        *_numbers(left, ROW, weights[row, band]),
        *_numbers(LEFT, INPUT, SIGNAL),
        *_numbers(OUTPUT, MATRIX, y, down=True),
    ]
    boxes = (
        (left, ROW, wide),
        (left, INPUT, wide),
        (left, MATRIX + CELL * row, wide),
        (OUTPUT, MATRIX + CELL * row, CELL),
    )
    return marks + [["r", x, top, width, CELL, "outline"] for x, top, width in boxes]


def _sum(weights: Array, row: int, band: slice) -> list[Mark]:
    """Write how the number comes about, where it has few enough products."""
    name, value = f"y{SUBSCRIPTS[row]}", _minus(int(weights[row] @ SIGNAL))
    pairs = [(int(w), int(x)) for w, x in zip(weights[row, band], SIGNAL[band], strict=True)]
    terms = [f"{w:+d}·{x}" if x >= 0 else f"{w:+d}·({x})" for w, x in pairs]
    first, others = terms[0].removeprefix("+"), "".join(f" {term[0]} {term[1:]}" for term in terms[1:])
    words: Words = f"{name} = {first}{others} = {value}".replace("-", "\u2212")
    if len(pairs) > len(KERNEL):
        words = both(f"{name}: {len(pairs)} products, sum {value}", f"{name}: 곱 {len(pairs)}개의 합 {value}")
    return [["t", LEFT, MATRIX + CELL * OUTPUTS + 28, "start", words, "note below"]]


def _bars(kind: int) -> list[Mark]:
    """Draw how many numbers there are to learn as bars, that of this matrix in full colour."""
    floor, tall = MATRIX + CELL * OUTPUTS, 190
    words = both("parameters", "파라미터 수")
    marks: list[Mark] = [["t", BARS + 58, INPUT + 16, "middle", words, "label above"]]
    for k, count in enumerate(NUMBERS):
        left, high = BARS + 41 * k, round(tall * count / NUMBERS[0], 1)
        marks.append(["r", left, floor - high, 34, high, "a" if k == kind else "a pale"])
        marks.append(["t", left + 17, floor - high - 7, "middle", str(count), "note strong" if k == kind else "note"])
    return marks


def _say(kind: int, row: int, value: int) -> Text:
    names = (
        both("A full matrix", "전체 행렬"),
        both("A band in which every number is its own", "수를 따로 배우는 띠"),
        both("A tied band, a convolution", "묶은 띠, 곧 합성곱"),
    )
    number, products, shown, name = NUMBERS[kind], PRODUCTS[kind], _minus(value), names[kind]
    return both(
        f"{name['en']}: {number} numbers to learn, {products} multiplications. Output {row + 1} is {shown}.",
        f"{name['ko']}: 파라미터는 {number}개, 곱셈은 {products}번입니다. {row + 1}번째 출력은 {shown}입니다.",
    )


def banded(title: Any = None) -> Figure:
    """Return a convolution of 12 numbers with a kernel of 3 as a matrix, beside a full one and one that is not tied.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("A convolution is a tied matrix", "합성곱은 묶인 행렬"))

    def compute(row: int, kind: int) -> State:
        weights = matrix(kind)
        band = slice(row, row + len(KERNEL)) if kind else slice(0, len(SIGNAL))
        marks = [*_product(weights, row, band), *_sum(weights, row, band), *_bars(kind)]
        head: list[Any] = [both("matrix", "행렬"), both("places", "자리 수"), both("parameters", "파라미터 수")]
        rows: list[list[Any]] = [[*head, both("multiplications", "곱셈 수")]]
        for name, count, products in zip(KINDS, NUMBERS, PRODUCTS, strict=True):
            rows.append([name, str(NUMBERS[0]), str(count), str(products)])
        return State(marks, _say(kind, row, int(weights[row] @ SIGNAL)), rows)

    controls = [
        Control("output", "player", both("output", "출력"), [str(row + 1) for row in range(OUTPUTS)], 3),
        Control("matrix", "select", both("matrix", "행렬"), KINDS, 2),
    ]
    return Figure("banded", words, SIZE, controls, compute)
