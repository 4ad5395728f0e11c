"""Layout: from numbers to marks in final coordinates."""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ..errors import SettingError
from ..stats import power_of
from .spec import Mark, Words, both

__all__ = [
    "SIZE", "Axes", "about", "clipped", "folded", "log_ticks", "nice_ticks", "number", "place_words", "shape_text",
    "short", "tick_labels",
]  # fmt: skip

SIZE = (480, 330)  # of a drawing with one pair of axes
AREA = (50, 34, 420, 238)  # of those axes in it: left, top, width, height

LINE = 22  # from one line of words to the next, where they are largest
WIDE = 300  # axes that have the width of a drawing for themselves: narrower ones have neighbours


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


def clipped(words: Words, letters: int) -> Words:
    """Return words of at most so many letters, with an ellipsis for what is left out of their middle."""
    if not isinstance(words, str):
        return {language: str(clipped(text, letters)) for language, text in words.items()}
    head = (letters - 1) // 2
    return words if len(words) <= letters else f"{words[:head]}…{words[head + 1 - letters :]}"


def _em(letter: str) -> float:
    """Return about how wide a letter of any script is, in the height of letters, rather more than less."""
    if letter > "\U0000ffff":
        return 1.3
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if unicodedata.category(letter)[0] in "MC":  # stands on another or is none; in the scripts of India often beside it
        return 0.6 if letter > "\u0900" else 0.0
    if letter > "\u0400":
        return 1.1 if letter.isupper() else 0.7 if letter < "\u0900" else 0.9
    if letter in " ijltfrI.,'!:;|()[]":
        return 0.35
    return 0.95 if letter in "mwMW@%" else 0.72 if letter.isupper() else 0.6


def folded(text: str, room: float, count: int) -> list[str]:
    """Return a text as at most `count` lines of `room` em, broken at blanks where it has some, with an ellipsis.

    Examples
    --------
    >>> folded("free and equal in dignity", 8, 2)
    ['free and equal', 'in dignity']
    >>> folded("자유롭고 평등하다", 4, 2)
    ['자유롭고', '평등하다']
    """
    lines: list[str] = []
    rest = text
    while rest and len(lines) < count:
        fits = sum(width <= room for width in itertools.accumulate(map(_em, rest)))
        if fits == len(rest):
            return [*lines, rest]
        if len(lines) == count - 1:
            return [*lines, rest[: max(fits - 1, 0)].rstrip() + "…"]
        at = rest.rfind(" ", 1, fits + 1) if " " in rest[1 : fits + 1] else max(fits, 1)
        lines.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return lines


def about(value: float) -> str:
    """Return a number with the two digits that a sentence needs.

    Examples
    --------
    >>> about(82324), about(1.04e12), about(0.2263)
    ('82,000', '1.0e+12', '0.23')
    """
    text = f"{value:.1e}"
    return _minus(text) if abs(value) >= 1e6 else number(float(text), 2)


def place_words(number: int) -> str:
    """Return which one of several in Korean, as it is counted: in words up to ten.

    Examples
    --------
    >>> place_words(1), place_words(30)
    ('첫째', '30번째')
    """
    words = ("첫째", "둘째", "셋째", "넷째", "다섯째", "여섯째", "일곱째", "여덟째", "아홉째", "열째")
    return words[number - 1] if 0 < number <= len(words) else f"{number}번째"


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


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return powers of ten between `low` and `high`, at most so many; where they are few, more between.

    Examples
    --------
    >>> log_ticks(0.001, 100)
    [0.001, 0.01, 0.1, 1.0, 10.0, 100.0]
    >>> log_ticks(1, 30)
    [1.0, 2.0, 5.0, 10.0, 20.0]
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    powers = [k for k in range(first, last + 1) if low * 0.999999 <= float(f"1e{k}") <= high * 1.000001]
    if len(powers) > 2:
        return [float(f"1e{k}") for k in powers if k % math.ceil(len(powers) / most) == 0]
    ticks = [float(f"{m}e{k}") for k in range(first, last + 1) for m in (1, 2, 5)]
    found = [tick for tick in ticks if low * 0.999999 <= tick <= high * 1.000001]
    return found if len(found) > 1 else nice_ticks(low, high)


def short(value: float) -> str:
    """Return a number as a log axis has it: in full from 0.001 to 100,000, else with its power of ten."""
    if value == 0 or 1e-3 <= abs(value) <= 1e5:
        return _plain(Decimal(repr(value)))
    digits, power = f"{value:e}".split("e")
    return _minus(f"{float(digits):g}e{int(power)}")


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
    log : {'', 'x', 'y', 'xy'}
        Which axes are logarithmic; they say so in words and have ticks at powers of ten.

    Attributes
    ----------
    marks : list of mark
    base : float
        Where the horizontal axis lies.

    Examples
    --------
    A measurement over seeds is filled, the theory a thin line, and each has its name on it:

    >>> axes = Axes((1, 30), (1e-9, 1), log="y")
    >>> axes.y_axis(both("second moment", "이차 적률"))
    >>> axes.band([(1, 0.4), (30, 1e-9)], [(1, 0.6), (30, 3e-9)], "a")
    >>> axes.theory([(1, 0.5), (30, 2.0**-30)])
    >>> axes.note(15, 2.0**-15, both("halved by each layer", "층마다 절반"))
    >>> axes.rule(0.1, both("a tenth", "10분의 1"))
    >>> axes.x_axis(both("layer", "층"))
    """

    def __init__(
        self,
        x: tuple[float, float],
        y: tuple[float, float],
        area: tuple[float, float, float, float] = AREA,
        log: str = "",
    ) -> None:
        for name, (low, high) in (("x", x), ("y", y)):
            if not -math.inf < low < high < math.inf:
                raise SettingError(f"An axis goes from a finite number to a higher one, got {low} to {high}.")
            if name in log and low <= 0:
                raise SettingError(f"A log axis has room for positive numbers alone, got {low} to {high}.")
        self.log = log
        self.left, self.top, self.width, self.height = area
        self.base = self.top + self.height
        self.x_range, self.y_range = x, y
        self.marks: list[Mark] = []

    def x(self, value: float) -> float:
        """Return the coordinate of a value along the horizontal axis."""
        share = _log_share if "x" in self.log else _share
        return round(self.left + share(value, *self.x_range) * self.width, 1)

    def y(self, value: float) -> float:
        """Return the coordinate of a value along the vertical axis (upward)."""
        share = _log_share if "y" in self.log else _share
        return round(self.base - share(value, *self.y_range) * self.height, 1)

    def bar(self, low: float, high: float, value: float, style: str) -> None:
        """Draw a bar that stands on the horizontal axis, from `low` to `high`."""
        x, y = self.x(low), self.y(value)
        self.marks.append(["r", x, y, round(self.x(high) - x, 1), round(self.base - y, 1), style])

    def curve(self, points: Iterable[tuple[float, float]], style: str) -> None:
        """Draw a line through points of the data, interrupted where one is not finite."""
        for whole, run in itertools.groupby(points, lambda at: math.isfinite(at[0]) and math.isfinite(at[1])):
            if whole:
                self.marks.append(["p", self._places(run), style])

    def theory(self, points: Iterable[tuple[float, float]]) -> None:
        """Draw what mathematics says: a thin dark line."""
        self.curve(points, "theory")

    def band(self, low: Iterable[tuple[float, float]], high: Iterable[tuple[float, float]], style: str) -> None:
        """Fill what lies between two curves with the same horizontal places, such as the range over seeds."""
        pairs = [(a, b) for a, b in zip(low, high, strict=True) if math.isfinite(a[1]) and math.isfinite(b[1])]
        there, back = [a for a, _ in pairs], [b for _, b in reversed(pairs)]
        if pairs:
            self.marks.append(["g", self._places(there + back), f"{style} band"])

    def note(self, x: float, y: float, words: Words, style: str = "", anchor: str = "start") -> None:
        """Write words beside a point of the data, in the colour of what they name."""
        right, down = {"start": (6, 4), "middle": (0, -8), "end": (-6, 4)}[anchor]
        at = round(self.x(x) + right, 1), round(self.y(y) + down, 1)
        self.marks.append(["t", *at, anchor, words, f"note {style}".rstrip()])

    def rule(self, y: float, words: Words) -> None:
        """Draw a horizontal line to measure by, with what it is above its right end."""
        right, up = round(self.left + self.width, 1), self.y(y)
        self.marks.append(["l", self.left, up, right, up, "rule"])
        self.marks.append(["t", right, round(up - 6, 1), "end", words, "note"])

    def names(self, ends: Sequence[tuple[float, Words, str]]) -> None:
        """Write names at the right border, each near a height of the data in its colour, none over another."""
        right = round(self.left + self.width, 1)
        taken = [mark[2] for mark in self.marks if mark[0] == "t" and (mark[1], mark[3]) == (right, "end")]
        for height, words, style in sorted(ends, key=lambda end: self.y(end[0])):
            at = max(self.y(height) - 7, self.top + 2)
            while any(abs(at - other) < LINE for other in taken):
                at = round(at + 1, 1)
            taken.append(at)
            self.marks.append(["t", right, at, "end", words, f"note {style}"])

    def _places(self, points: Iterable[tuple[float, float]]) -> list[float]:
        return [at for x, y in points for at in (self.x(x), self.y(y))]

    def x_axis(self, label: Words, ticks: Sequence[float] | None = None) -> None:
        """Draw the horizontal axis with round numbers and a label below."""
        if "x" in self.log:
            label = _log_words(label)
            ticks = log_ticks(*self.x_range) if ticks is None else ticks
            texts, unit = [short(tick) for tick in ticks], ""
        else:
            ticks = nice_ticks(*self.x_range) if ticks is None else ticks
            texts, unit = tick_labels(ticks)
        self.marks.append(["l", self.left, self.base, self.left + self.width, self.base, "axis"])
        for tick, text in zip(ticks, texts, strict=True):
            self.marks.append(["l", self.x(tick), self.base, self.x(tick), self.base + 4, "axis"])
            self.marks.append(["t", self.x(tick), self.base + 20, "middle", text, "tick"])
        style = "label below" if "x" in self.log and self.width <= WIDE else "label"  # what a scale is takes room
        self.marks.append(["t", self.left + self.width / 2, self.base + 43, "middle", _with(label, unit), style])

    def y_axis(self, label: Words, ticks: Sequence[tuple[float, str]] | None = None) -> None:
        """Draw faint horizontal lines with numbers at the left and a label above."""
        unit = ""
        if "y" in self.log:
            label = _log_words(label)
            ticks = [(tick, short(tick)) for tick in log_ticks(*self.y_range)] if ticks is None else ticks
        elif ticks is None:
            places = nice_ticks(*self.y_range, about=4)
            texts, unit = tick_labels(places, longest=7)  # what the margin holds
            ticks = list(zip(places, texts, strict=True))
        for tick, text in ticks:
            self.marks.append(["l", self.left, self.y(tick), self.left + self.width, self.y(tick), "grid"])
            self.marks.append(["t", self.left - 6, self.y(tick) + 4, "end", text, "tick"])
        style = "label" if self.width > WIDE else "label above"
        self.marks.append(["t", self.left, self.top - 10, "start", _with(label, unit), style])


def _with(label: Words, unit: str) -> Words:
    return label + unit if isinstance(label, str) else {language: text + unit for language, text in label.items()}


def _log_words(label: Words) -> Words:
    pair = both(label, label) if isinstance(label, str) else label
    return both(f"{pair['en']} (log scale)", f"{pair['ko']}(로그 눈금)")


def _log_share(value: float, low: float, high: float) -> float:
    """Return how far the logarithm of `value` is on the way from that of `low` to that of `high`."""
    if value <= 0:
        raise SettingError(f"A log axis has room for positive numbers alone, got {value}.")
    return _share(math.log10(value), math.log10(low), math.log10(high))


def _share(value: float, low: float, high: float) -> float:
    """Return how far `value` is on the way from `low` to `high`, near 1 by a power of two: no range overflows."""
    power = power_of(low, high)
    value, low, high = (math.ldexp(v, -power) for v in (value, low, high))
    return (value - low) / (high - low)
