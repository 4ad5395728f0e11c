"""Curves over steps, depth or width: measured over seeds as bands, with their theory as a thin line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..checks import as_number, shown
from ..errors import SettingError, ShapeError
from .arguments import as_array, as_named, as_span, as_title, as_words
from .canvas import SIZE, Axes, number
from .spec import Control, Figure, Mark, State, Words, both, pick

__all__ = ["curves"]

Array = npt.NDArray[Any]
COLOURS = "abcdef"
POSITIONS = 60  # at which a reader can read the curves
STEP, VALUE = both("step", "스텝"), both("value", "값")


def _range(values: Sequence[Array], log: bool, what: str) -> tuple[float, float]:
    """Return where an axis begins and ends so that all finite values have room."""
    together = np.concatenate([array.ravel() for array in values])
    kept = together[np.isfinite(together)]
    if not kept.size:
        return (1.0, 10.0) if log else (0.0, 1.0)
    low, high = float(kept.min()), float(kept.max())
    if log:
        if low <= 0:
            raise SettingError(f"A log axis has room for positive numbers alone, and {what} go down to {low:g}.")
        return low / (1.1 if high > low else 3), high * (1.1 if high > low else 3)
    room = 0.04 * (high / 2 - low / 2) * 2 or abs(high) / 2 or 1.0
    return low - room, high + room


def _draw(axes: Axes, named: list[tuple[Words, Array]], x: Array, theory: Array | None, rules: Any) -> list[Mark]:
    for name, height in rules:
        axes.rule(height, name)
    for (_, runs), style in zip(named, COLOURS, strict=False):
        if len(runs) > 1:
            axes.band(zip(x, runs.min(0), strict=True), zip(x, runs.max(0), strict=True), style)
        axes.curve(zip(x, runs.mean(0), strict=True), style)
    if theory is not None:
        axes.theory(zip(x, theory, strict=True))
    ends = [(runs.mean(0)[np.isfinite(runs.mean(0))], name) for name, runs in named]
    axes.names([(float(end[-1]), name, COLOURS[k]) for k, (end, name) in enumerate(ends) if end.size])
    return axes.marks


def _tell(label: Words, at: str, named: Sequence[tuple[Words, Array]], position: int) -> tuple[Any, list[list[Any]]]:
    """Return the sentence and the table of one position."""
    rows: list[list[Any]] = [["", both("mean", "평균"), both("lowest", "최소"), both("highest", "최대")]]
    for name, runs in named:
        here = runs[:, position]
        rows.append([name, *(number(float(value)) for value in (here.mean(), here.min(), here.max()))])
    if all(len(runs) == 1 for _, runs in named):
        rows = [[row[0], VALUE if k == 0 else row[1]] for k, row in enumerate(rows)]
    texts = {lang: "; ".join(f"{pick(row[0], lang)}: {row[1]}" for row in rows[1:]) for lang in ("en", "ko")}
    seeds = max(len(runs) for _, runs in named)
    of = both(f" (means of {seeds} runs)", f" ({seeds}번 실행한 평균)") if seeds > 1 else both("", "")
    say = {lang: f"{pick(label, lang)} {at}. {texts[lang]}{of[lang]}." for lang in ("en", "ko")}
    return say, rows


def curves(
    series: Any,
    x: Any = None,
    log: str = "",
    theory: Any = None,
    rules: Any = None,
    within: Any = None,
    x_label: Any = STEP,
    y_label: Any = VALUE,
    title: Any = None,
) -> Figure:
    """Return curves with their names on them, whose values can be read at every position.

    Parameters
    ----------
    series : dict, or list of pairs of a name and an array; at most 6
        Each of shape (positions,), or (seeds, positions): then the mean is a line, from lowest to highest a band.
        A curve is interrupted where it is not finite.
    x : array of shape (positions,), optional
        Rising; by default 0, 1, 2, ...
    log : {'', 'x', 'y', 'xy'}
        Which axes are logarithmic.
    theory : array of shape (positions,), optional
        What mathematics says, as a thin dark line.
    rules : dict or list of pairs, optional
        Heights that are measured by, by name.
    within : two floats, optional
        Where the vertical axis begins and ends: one scale for figures that are compared or played.
    x_label, y_label, title : Text, optional

    Examples
    --------
    >>> curves({"plain": [1, 2, 4], "tied": [[1, 1, 1], [1, 2, 3]]}, rules={"ln 2": 0.693})
    <curves figure: Curves>
    """
    if not isinstance(log, str) or log not in ("", "x", "y", "xy"):
        raise SettingError(f"log is '', 'x', 'y' or 'xy': the axes that are logarithmic, got {shown(log)}.")
    words, across, up = (
        as_title(title, both("Curves", "곡선")),
        as_words(x_label, "x_label"),
        as_words(y_label, "y_label"),
    )
    given = as_named(series, "series", len(COLOURS))
    named = [(name, np.atleast_2d(as_array(one, f"Curve {shown(pick(name, 'en'))}", 1, 2))) for name, one in given]
    places = as_array(np.arange(named[0][1].shape[1]) if x is None else x, "x", 1)
    expected = None if theory is None else as_array(theory, "theory", 1)
    for name, runs in [*named, *([] if expected is None else [("theory", expected[None])])]:
        if runs.shape[1] != len(places) or len(places) < 2:
            raise ShapeError(f"All curves have a value for each of 2 positions or more; {pick(name, 'en')} has "
                             f"{runs.shape[1]} for {len(places)}.")  # fmt: skip
    if not (np.isfinite(places).all() and (np.diff(places) > 0).all()):
        raise SettingError("x rises from position to position, without NaN or infinity.")
    lines = [
        (n, as_number(h, "A rule")) for n, h in (as_named(rules, "rules", len(COLOURS)) if rules is not None else [])
    ]
    all_values = [
        *(runs for _, runs in named),
        *([] if expected is None else [expected]),
        np.array([h for _, h in lines]),
    ]
    span = _range(all_values, "y" in log, "the curves") if within is None else as_span(within, "within")
    ends = (float(places[0]), float(places[-1]))
    axes = Axes(ends, span, log=log)
    axes.y_axis(up)
    axes.x_axis(across)
    base = _draw(axes, named, places, expected, lines)
    chosen = np.unique(np.linspace(0, len(places) - 1, min(len(places), POSITIONS)).round().astype(int))

    def compute(which: int) -> State:
        position = int(chosen[which])
        at = axes.x(float(places[position]))
        marks: list[Mark] = [["l", at, axes.top, at, axes.base, "rule"]]
        for (_, runs), style in zip(named, COLOURS, strict=False):
            if np.isfinite(height := runs[:, position].mean()):
                marks.append(["c", at, axes.y(float(height)), 4, style])
        return State(marks, *_tell(across, number(float(places[position])), named, position))

    options: list[Words] = [number(float(places[k])) for k in chosen]
    control = Control("at", "slider", across, options, len(options) - 1)
    return Figure("curves", words, SIZE, [control], compute, base)
