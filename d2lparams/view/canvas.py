"""Layout: from numbers to marks in final coordinates."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .spec import Mark, Words

__all__ = ["Axes", "nice_ticks", "number"]


def number(value: float, digits: int = 3) -> str:
    """Return a number for readers: thousands grouped, small ones with `digits` significant digits."""
    if value == 0:
        return "0"
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}".replace("-", "\u2212")
    if not 1e-3 <= abs(value) < 1e5:
        return f"{value:.{digits - 1}e}".replace("-", "\u2212")
    return f"{value:.{max(digits - 1 - math.floor(math.log10(abs(value))), 0)}f}".replace("-", "\u2212")


def _tick(value: float) -> str:
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}").replace("-", "\u2212")


def nice_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers between `low` and `high`, about so many."""
    if not high > low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 12) for k in range(first, math.floor(high / step + 1e-9) + 1)]


class Axes:
    """A plotting area: maps data to coordinates and collects marks.

    Parameters
    ----------
    left, top, width, height : float
        The area, in the units of the drawing.
    x, y : tuple of float
        The data at its borders.
    """

    def __init__(
        self, left: float, top: float, width: float, height: float, x: tuple[float, float], y: tuple[float, float]
    ) -> None:
        self.left, self.top, self.width, self.height = left, top, width, height
        self.x_range, self.y_range = x, y
        self.marks: list[Mark] = []

    def x(self, value: float) -> float:
        """Return the coordinate of a value along the horizontal axis."""
        low, high = self.x_range
        return round(float(self.left + (value - low) / (high - low) * self.width), 1)

    def y(self, value: float) -> float:
        """Return the coordinate of a value along the vertical axis (upward)."""
        low, high = self.y_range
        return round(float(self.top + self.height - (value - low) / (high - low) * self.height), 1)

    def x_axis(self, label: Words, ticks: Sequence[float] | None = None) -> None:
        """Draw the horizontal axis with round numbers and a label below."""
        base = self.top + self.height
        self.marks.append(["l", self.left, base, self.left + self.width, base, "axis"])
        for tick in nice_ticks(*self.x_range) if ticks is None else ticks:
            self.marks.append(["l", self.x(tick), base, self.x(tick), base + 4, "axis"])
            self.marks.append(["t", self.x(tick), base + 18, "middle", _tick(tick), "tick"])
        self.marks.append(["t", self.left + self.width / 2, base + 38, "middle", label, "label"])

    def y_axis(self, label: Words, ticks: Sequence[tuple[float, str]] | None = None) -> None:
        """Draw faint horizontal lines with numbers at the left and a label above."""
        marked = [(t, _tick(t)) for t in nice_ticks(*self.y_range, about=4)] if ticks is None else ticks
        for tick, text in marked:
            self.marks.append(["l", self.left, self.y(tick), self.left + self.width, self.y(tick), "grid"])
            self.marks.append(["t", self.left - 6, self.y(tick) + 4, "end", text, "tick"])
        self.marks.append(["t", self.left, self.top - 10, "start", label, "label"])
