"""Layout: from numbers to marks in final coordinates."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ..errors import SettingError
from ..stats import power_of
from .spec import Mark, Words

__all__ = ["SIZE", "Axes", "nice_ticks", "number", "shape_text", "tick_labels"]

SIZE = (480, 330)  # of a drawing with one pair of axes
AREA = (50, 34, 420, 238)  # of those axes in it: left, top, width, height


def _minus(text: str) -> str:
    return text.replace("-", "\u2212")


def number(value: float, digits: int = 3) -> str:
    """Return a number for readers: thousands grouped, small ones with `digits` significant digits."""
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "\u221e" if value > 0 else "\u2212\u221e"
    if float(value).is_integer() and abs(value) < 1e15:
        return _minus(f"{value:,.0f}")
    if not 1e-3 <= abs(value) < 1e5:
        return _minus(f"{value:.{digits - 1}e}")
    return _minus(f"{value:.{max(digits - 1 - math.floor(math.log10(abs(value))), 0)}f}")


def shape_text(shape: tuple[int, ...] | None) -> str:
    """Return a shape with a question mark for every length that is not known yet."""
    return re.sub(r"\b0\b", "?", str(shape))


def nice_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers between `low` and `high`, about so many."""
    if not high > low:
        return [low]
    least, most = Decimal(low), Decimal(high)
    rough = (most - least) / about
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * m for m in map(Decimal, ("1", "2", "2.5", "5", "10")) if power * m >= rough * Decimal("0.999"))
    slack = Decimal("1e-6")  # of a step: an end that is a round number but for its last digits has its tick
    first, last = math.ceil(least / step - slack), math.floor(most / step + slack)
    return list(dict.fromkeys(float(k * step) for k in range(first, last + 1)))


def _plain(value: Decimal) -> str:
    return _minus(f"{value.normalize():,f}") if value else "0"


def tick_labels(ticks: Sequence[float], longest: int = 8) -> tuple[list[str], str]:
    """Return what stands at each tick, and what to add to the name of the axis: an offset and a unit, if need be.

    Examples
    --------
    >>> tick_labels([0.0, 0.5, 1.0])
    (['0', '0.5', '1'], '')
    >>> tick_labels([0.0, 2e29, 4e29])
    (['0', '2', '4'], ' (× 1e29)')
    >>> tick_labels([1.0, 1.000000005, 1.00000001])
    (['0', '5', '10'], ' − 1 (× 1e−9)')
    """
    exact = [Decimal(repr(float(tick))) for tick in ticks]
    labels = [_plain(tick) for tick in exact]
    if max(map(len, labels), default=0) <= longest:
        return labels, ""

    def in_units(offset: Decimal) -> tuple[list[str], int]:
        away = [(tick - offset).normalize() for tick in exact]
        power = min((a.adjusted() - len(a.as_tuple().digits) + 1 for a in away if a), default=0)
        return [_plain(a.scaleb(-power)) for a in away], power

    offset = Decimal(0)
    labels, power = in_units(offset)
    if max(map(len, labels)) > longest:
        offset = min(exact, key=lambda tick: len(tick.normalize().as_tuple().digits))  # the roundest
        labels, power = in_units(offset)
    away = _minus(f" {'-' if offset > 0 else '+'} {abs(float(offset))!r}".removesuffix(".0")) if offset else ""
    return labels, away + (f" (× {_minus(f'1e{power}')})" if power else "")


class Axes:
    """A plotting area: maps data to coordinates and collects marks.

    Parameters
    ----------
    x, y : tuple of float
        The data at its borders.
    area : tuple of float, optional
        Left, top, width and height in the units of the drawing; by default they suit a drawing of size `SIZE`.

    Attributes
    ----------
    marks : list of mark
    base : float
        Where the horizontal axis lies.
    """

    def __init__(
        self, x: tuple[float, float], y: tuple[float, float], area: tuple[float, float, float, float] = AREA
    ) -> None:
        for low, high in (x, y):
            if not -math.inf < low < high < math.inf:
                raise SettingError(f"An axis goes from a finite number to a higher one, got {low} to {high}.")
        self.left, self.top, self.width, self.height = area
        self.base = self.top + self.height
        self.x_range, self.y_range = x, y
        self.marks: list[Mark] = []

    def x(self, value: float) -> float:
        """Return the coordinate of a value along the horizontal axis."""
        return round(self.left + _share(value, *self.x_range) * self.width, 1)

    def y(self, value: float) -> float:
        """Return the coordinate of a value along the vertical axis (upward)."""
        return round(self.base - _share(value, *self.y_range) * self.height, 1)

    def bar(self, low: float, high: float, value: float, style: str) -> None:
        """Draw a bar that stands on the horizontal axis, from `low` to `high`."""
        x, y = self.x(low), self.y(value)
        self.marks.append(["r", x, y, round(self.x(high) - x, 1), round(self.base - y, 1), style])

    def curve(self, points: Iterable[tuple[float, float]], style: str) -> None:
        """Draw a line through points of the data."""
        self.marks.append(["p", [at for x, y in points for at in (self.x(x), self.y(y))], style])

    def x_axis(self, label: Words, ticks: Sequence[float] | None = None) -> None:
        """Draw the horizontal axis with round numbers and a label below."""
        ticks = nice_ticks(*self.x_range) if ticks is None else ticks
        texts, unit = tick_labels(ticks)
        self.marks.append(["l", self.left, self.base, self.left + self.width, self.base, "axis"])
        for tick, text in zip(ticks, texts, strict=True):
            self.marks.append(["l", self.x(tick), self.base, self.x(tick), self.base + 4, "axis"])
            self.marks.append(["t", self.x(tick), self.base + 18, "middle", text, "tick"])
        self.marks.append(["t", self.left + self.width / 2, self.base + 38, "middle", _with(label, unit), "label"])

    def y_axis(self, label: Words, ticks: Sequence[tuple[float, str]] | None = None) -> None:
        """Draw faint horizontal lines with numbers at the left and a label above."""
        unit = ""
        if ticks is None:
            places = nice_ticks(*self.y_range, about=4)
            texts, unit = tick_labels(places, longest=7)  # what the margin holds
            ticks = list(zip(places, texts, strict=True))
        for tick, text in ticks:
            self.marks.append(["l", self.left, self.y(tick), self.left + self.width, self.y(tick), "grid"])
            self.marks.append(["t", self.left - 6, self.y(tick) + 4, "end", text, "tick"])
        self.marks.append(["t", self.left, self.top - 10, "start", _with(label, unit), "label"])


def _with(label: Words, unit: str) -> Words:
    return label + unit if isinstance(label, str) else {language: text + unit for language, text in label.items()}


def _share(value: float, low: float, high: float) -> float:
    """Return how far `value` is on the way from `low` to `high`, near 1 by a power of two: no range overflows."""
    power = power_of(low, high)
    value, low, high = (math.ldexp(v, -power) for v in (value, low, high))
    return (value - low) / (high - low)
