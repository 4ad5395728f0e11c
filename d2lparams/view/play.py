"""Figures as the frames of one that plays: what changes over steps, sizes or depths."""

from __future__ import annotations

from typing import Any

from ..checks import as_count, shown
from ..errors import DTypeError, SettingError
from .arguments import as_named, as_title, as_words
from .spec import Control, Figure, State, Words, both

__all__ = ["play"]

STEP = both("step", "단계")
MOST = 60  # frames: a minute at the slowest


def play(frames: Any, start: int = 0, label: Any = STEP, title: Any = None) -> Figure:
    """Return a figure that plays others, one after another; it starts still.

    Each frame has its own scale unless it is told one: give ``limit=``, ``span=`` or ``within=`` to all of them.

    Parameters
    ----------
    frames : list of Figure, or list of pairs of a name and a figure; at most 60
        Of one kind and one size, with the same controls.
    start : int
        The frame at first: the one that makes the point.
    label : Text
        What a frame is: a step, a width.
    title : Text, optional
        By default that of the first frame.

    Examples
    --------
    >>> from d2lparams import view
    >>> view.play([(str(step), view.heat([[step, -1]], limit=9)) for step in range(10)])
    <heat figure: A matrix as colours>
    """
    named = as_named(frames, "frames", MOST)
    for _, one in named:
        if not isinstance(one, Figure) or one.match or any(control.kind == "text" for control in one.controls):
            raise DTypeError(f"A frame is a figure, such as view.heat(w), without a text field, got {shown(one)}.")
    figures: list[Figure] = [one for _, one in named]
    first = figures[0]
    for other in figures[1:]:
        if (other.kind, list(other.controls)) != (first.kind, list(first.controls)):
            raise SettingError(
                f"The frames of a player are of one kind, with the same controls: {first} and {other} differ."
            )
    at = as_count(start, "start", 0)
    if at >= len(figures):
        raise SettingError(f"start is the frame at first, from 0 to {len(figures) - 1}, got {at}.")
    names: list[Words] = [words for words, _ in named]

    def compute(frame: int, *values: Any) -> State:
        figure = figures[frame]
        state = figure.compute(*values)
        return State([*figure.base, *state.marks], state.say, state.table)

    size = max(f.size[0] for f in figures), max(f.size[1] for f in figures)
    control = Control("frame", "player", as_words(label, "label"), names, at)
    return Figure(first.kind, as_title(title, first.title), size, [control, *first.controls], compute)  # type: ignore[arg-type]
