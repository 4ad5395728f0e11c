"""A number as the bits in which a file keeps it: float32, and the two halves of it that are in use."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ..checks import as_number
from ..errors import SettingError
from .arguments import as_title
from .marks import cells
from .spec import Control, Figure, Mark, State, Words, both

__all__ = ["precision"]

Array = npt.NDArray[Any]
TYPES = {"float32": (8, 23), "float16": (5, 10), "bfloat16": (8, 7)}  # bits of the exponent and of the fraction
VALUES = (0.1, 1.0, 1 / 3, 2049.0, 70000.0, 1e-5, 1e-9, 1e30)
MOST = 24  # values
LEFT, CELL, ROW, TOP = 16, (14, 26), 72, 26
PARTS: tuple[tuple[str, Words], ...] = (
    ("c", both("sign", "부호")),
    ("b", both("exponent", "지수")),
    ("a", both("fraction", "가수")),
)


def bits(value: float, kind: str) -> tuple[str, float]:
    """Return the bits that keep a number, the sign first, and the number that they stand for.

    Parameters
    ----------
    value : float
    kind : {'float32', 'float16', 'bfloat16'}

    Examples
    --------
    >>> bits(1.0, "bfloat16")
    ('0011111110000000', 1.0)
    """
    with np.errstate(over="ignore"):
        single = np.array(value, np.float32)
        if kind == "float16":
            half = np.array(value, np.float16)
            return f"{int(half.view(np.uint16)):016b}", float(half)
    code = int(single.view(np.uint32))
    if kind == "float32":
        return f"{code:032b}", float(single)
    # The upper half of a float32, to the nearest; of two that are as near, the even one.
    upper = (code + 0x7FFF + (code >> 16 & 1)) >> 16 if np.isfinite(single) else code >> 16
    return f"{upper:016b}", float(np.array(upper << 16, np.uint32).view(np.float32))


def _shown(value: float) -> str:
    """Return a number with as many digits as tell it from its neighbours in float32."""
    if math.isinf(value):
        return "∞" if value > 0 else "\u2212∞"
    return f"{value:.9g}".replace("-", "\u2212")


def _row(y: float, kind: str, value: float) -> list[Mark]:
    exponent, fraction = TYPES[kind]
    text, kept = bits(value, kind)
    styles = ["c see", *["b see"] * exponent, *["a see"] * fraction]
    marks: list[Mark] = [["t", LEFT, y - 8, "start", kind, "code strong"]]
    marks.append(["t", LEFT + 32 * CELL[0], y - 8, "end", _shown(kept), "code" if kept == value else "b code strong"])
    drawn = cells(LEFT, y, CELL, list(text), styles)
    return marks + [[*mark[:-1], "code"] if mark[0] == "t" else mark for mark in drawn]


def _values(values: Any) -> list[float]:
    given = VALUES if values is None else values
    if not isinstance(given, list | tuple) or not 0 < len(given) <= MOST:
        raise SettingError(f"values is a list of 1 to {MOST} numbers, such as [0.1, 70000].")
    return [as_number(value, "A value") for value in given]


def precision(values: Any = None, title: Any = None) -> Figure:
    """Return numbers as float32, float16 and bfloat16 keep them: sign, exponent and fraction, bit by bit.

    Parameters
    ----------
    values : list of float, optional
        At most 24.
    title : Text, optional
    """
    words = as_title(title, both("A number in 32 bits and in 16", "32비트의 수와 16비트의 수"))
    given = _values(values)
    end = TOP + ROW * len(TYPES)
    base: list[Mark] = []
    for k, (style, name) in enumerate(PARTS):
        base.append(["r", LEFT + 152 * k, end - 10, 20, 20, f"{style} see"])
        base.append(["t", LEFT + 28 + 152 * k, end + 5, "start", name, "label amid"])

    def compute(which: int) -> State:
        value = given[which]
        marks = [mark for k, kind in enumerate(TYPES) for mark in _row(TOP + ROW * k, kind, value)]
        kept = {kind: bits(value, kind)[1] for kind in TYPES}
        texts = [f"{_shown(one)} ({kind})" for kind, one in kept.items()]
        rows: list[list[Any]] = [[both("type", "자료형"), both("bits", "비트"), both("kept as", "남는 값")]]
        rows += [[kind, bits(value, kind)[0], _shown(one)] for kind, one in kept.items()]
        return State(marks, both(
            f"{_shown(value)} is kept as {', '.join(texts)}.",
            f"저장할 값은 {_shown(value)}이고, 남는 값은 {', '.join(texts)}입니다.",
        ), rows)  # fmt: skip

    names = [_shown(value) for value in given]
    control = Control("value", "select", both("number", "수"), [name.replace("\u2212", "-") for name in names])
    return Figure("precision", words, (480, end + 28), [control], compute, base)
