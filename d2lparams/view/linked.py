"""One tensor twice: as colours, which keep the place of every number, and as a histogram, which forgets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import real
from ..errors import SettingError
from .arguments import as_array, as_named, as_title
from .canvas import Axes, number
from .growth import trained
from .marks import heat, strip
from .spec import Control, Figure, Mark, State, Text, Words, both, pick

__all__ = ["linked"]

Array = npt.NDArray[Any]

ROWS, COLUMNS, TENSORS = 64, 128, 6  # at most
WHOLE, PART = 64, 32  # of more columns than the one only the other are drawn; all are counted
BINS = 45
LEFT, TOP, WIDTH, HEIGHT = 40.0, 10.0, 430.0, 192.0
ALL, ONE, HIGH = 256.0, 350.0, 66.0  # where the two histograms begin, and how high they are
FAINT, TWICE = 20, 40  # of the made-up layer: the row that is nearly 0, and the column that stands beside its copy


class Tensor(NamedTuple):
    """A matrix, what it is, and what its rows are."""

    values: Array
    what: Words
    row: Words


def with_faults() -> Array:
    """Return a fresh layer of 64 x 64 in which a row has sunk to a twentieth and a column stands there twice."""
    values = trained("He")[0].weights[0].copy()
    values[FAINT] /= 20
    values[:, TWICE + 1] = values[:, TWICE]
    return values


@cache
def _own() -> tuple[Tensor, ...]:
    """Return the tensors that the figure shows unless it is given others."""
    start, end = (trained("He")[at].weights[0] for at in (0, -1))
    places = real.weights("bart")["model.encoder.embed_positions.weight"]
    unit, letter = both("unit", "유닛"), both("position", "위치")
    return (
        Tensor(places[:ROWS], both("positions of a BART", "BART의 위치 임베딩"), letter),
        Tensor(with_faults(), both("a layer with two faults", "문제가 둘 있는 층"), unit),
        Tensor(end, both("a layer that learned digits", "숫자를 배운 층"), unit),
        Tensor(end - start, both("what it learned: now minus start", "배운 것: 지금 − 처음"), unit),
        Tensor(real.weights("lande")["0.weight"][:ROWS, :ROWS], both("a language detector", "언어 판별기"), unit),
    )


def _given(tensors: Any) -> Sequence[Tensor]:
    """Return the matrices of a reader, whose rows share one slider."""
    if tensors is None:
        return _own()
    found = []
    for name, source in as_named(tensors, "tensors", TENSORS):
        values = as_array(source, "A tensor", 2)
        if values.shape[0] > ROWS or values.shape[1] > COLUMNS or not np.isfinite(values).all():
            raise SettingError(
                f"A tensor has at most {ROWS} rows and {COLUMNS} columns of finite numbers: take a part, such as "
                f"w[:{ROWS}, :{COLUMNS}]. {pick(name, 'en')} has shape {values.shape}."
            )
        found.append(Tensor(values, name, both("row", "행")))
    if len({tensor.values.shape[0] for tensor in found}) > 1:
        raise SettingError("The tensors share a slider for the row: take as many rows of each.")
    return found


def _scale(values: Array) -> float:
    """Return the size that has the strongest colour, and the end of the axis: what few numbers exceed."""
    return float(np.quantile(np.abs(values), 0.995)) * 1.15 or 1.0


def _frame(tensor: Tensor) -> Callable[[int], list[Mark]]:
    """Return what draws a tensor with one of its rows chosen; what the rows share is drawn once."""
    rows, columns = tensor.values.shape
    drawn = columns if columns <= WHOLE else PART
    wide, high, most = WIDTH / drawn, HEIGHT / rows, _scale(tensor.values)
    shared = heat(LEFT, TOP, (round(wide, 3), round(high, 3)), tensor.values[:, :drawn], most)
    if drawn < columns:
        part = both(f"the first {drawn} of {columns} columns", f"열 {columns}개 중 처음 {drawn}개")
        shared.append(["t", LEFT + WIDTH, TOP + HEIGHT + 18, "end", part, "tick below"])
    shared += strip(LEFT, ALL, (WIDTH, HIGH), [tensor.values], (-most, most), BINS, "a see")
    axes = Axes((-most, most), (0, 1), (LEFT, ONE, WIDTH, HIGH))
    axes.x_axis(both("value", "값"))
    shared += axes.marks
    size = f"{tensor.values.size:,}"
    shared.append(["t", LEFT, ALL + 14, "start", both(f"all {size}", f"전체 {size}개"), "note a below"])

    def draw(row: int) -> list[Mark]:
        marks = strip(LEFT, ONE, (WIDTH, HIGH), [tensor.values[row]], (-most, most), BINS, "b see")[1:]
        y, word = round(TOP + row * high, 1), both(f"{pick(tensor.row, 'en')} {row}", f"{pick(tensor.row, 'ko')} {row}")
        box: Mark = ["r", LEFT - 2, y - 1, WIDTH + 4, round(high + 2, 1), "outline"]
        at: Mark = ["g", [LEFT - 6, round(y + high / 2, 1), LEFT - 18, round(y + high / 2 - 6, 1), LEFT - 18,
                          round(y + high / 2 + 6, 1)], "b"]  # fmt: skip
        return [*shared, box, at, *marks, ["t", LEFT, ONE + 14, "start", word, "note b below"]]

    return draw


def _say(tensor: Tensor, row: int) -> tuple[Text, list[list[Any]]]:
    """Return the sentence on a row among all, and the table."""
    norms = np.linalg.norm(tensor.values, axis=1)
    ones = tensor.values[row]
    figures = [(both("all", "전체"), tensor.values.std(), np.median(norms)), (str(row), ones.std(), norms[row])]
    size, middle, std = number(float(norms[row])), number(float(np.median(norms))), number(float(ones.std()))
    names = {language: pick(tensor.row, language) for language in ("en", "ko")}
    what = pick(tensor.what, "en")
    say = both(
        f"{what[:1].upper()}{what[1:]}: {names['en']} {row} has norm {size} and standard deviation {std}; the "
        f"median norm is {middle}.",
        f"{pick(tensor.what, 'ko')}: {names['ko']} {row}의 노름은 {size}, 표준편차는 {std}이고, "
        f"노름의 중앙값은 {middle}입니다.",
    )
    head: list[Any] = [tensor.row, both("standard deviation", "표준편차"), both("norm of a row", "행의 노름")]
    return say, [head, *([name, number(float(std)), number(float(norm))] for name, std, norm in figures)]


def linked(tensors: Any = None, title: Any = None) -> Figure:
    """Return matrices as colours with their histograms below, of which a reader can choose a row.

    Parameters
    ----------
    tensors : dict or list of pairs, optional
        Up to six matrices by name, with as many rows each, at most 64 by 128.  By default the positions of a BART, a
        layer with two faults, a layer that learned digits and what it learned, and a part of a language detector.
    title : Text, optional

    Examples
    --------
    >>> linked({"mine": [[1, -1], [0, 2]]})
    <linked figure: One tensor, two pictures>
    """
    found = _given(tensors)
    words = as_title(title, both("One tensor, two pictures", "텐서 하나, 그림 둘"))
    frames = [_frame(tensor) for tensor in found]
    rows = found[0].values.shape[0]

    def compute(which: int, row: int) -> State:
        return State(frames[which](row), *_say(found[which], row))

    controls = [
        Control("tensor", "select", both("tensor", "텐서"), [tensor.what for tensor in found]),
        Control("row", "slider", both("row", "행"), [str(row) for row in range(rows)], min(55, rows - 1)),
    ]
    return Figure("linked", words, (480, 466), controls, compute)
