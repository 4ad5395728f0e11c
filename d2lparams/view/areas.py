"""Sizes as areas to scale: where the numbers of a network are."""

from __future__ import annotations

from typing import Any

from ..block import Block
from ..checks import as_number, shown
from ..errors import NameConflictError, SettingError
from ..parameter import Parameter
from . import marks
from .arguments import as_named, as_title
from .canvas import number
from .spec import Control, Figure, State, both, pick

__all__ = ["areas"]

MOST = 200
BOX = (8.0, 8.0, 464.0, 270.0)


def _sizes(source: Any) -> dict[str, float]:
    """Return sizes by name; of a network how many numbers each of its parameters holds, a tied one once."""
    if isinstance(source, Block):
        first: dict[Parameter, str] = {}
        for path, parameter in source.named_parameters():
            first.setdefault(parameter, path)
        source = {path: parameter.data().size for parameter, path in first.items()}
    named = [(pick(words, "en"), size) for words, size in as_named(source, "source", MOST)]
    sizes = {name: as_number(size, f"The size of {shown(name)}", 0) for name, size in named}
    if len(sizes) < len(named):
        raise NameConflictError("Two of the areas have one name. Give each its own.")
    if not 0 < sum(sizes.values()) < float("inf"):
        raise SettingError("There is nothing to show: all sizes are 0, or their sum is beyond all numbers.")
    return sizes


def areas(source: Any, title: Any = None) -> Figure:
    """Return sizes as areas to scale, of which a reader can choose one: the largest at first.

    Parameters
    ----------
    source : dict of numbers by name, or Block
        Of a network, the parameters.
    title : Text, optional

    Examples
    --------
    >>> areas({"table": 38_597_376, "blocks": 85_054_464, "rest": 787_968})
    <areas figure: Sizes as areas>
    """
    words, sizes = as_title(title, both("Sizes as areas", "넓이로 본 크기")), _sizes(source)
    total, names = sum(sizes.values()), list(sizes)
    share = {name: f"{size / total:.1%}" for name, size in sizes.items()}
    rows: list[list[Any]] = [[both("name", "이름"), both("size", "크기"), both("share", "비율")]]
    rows += [[name, number(size), share[name]] for name, size in sizes.items()]

    def compute(which: int) -> State:
        name = names[which]
        styles = ["a" if other == name else "a pale" for other in names if sizes[other] > 0]
        say = both(
            f"{name} is {number(sizes[name])} of {number(total)}: {share[name]}.",
            f"{name}: 전체 {number(total)} 가운데 {number(sizes[name])}, {share[name]}입니다.",
        )
        return State(marks.areas(sizes, BOX, styles), say, rows)

    largest = max(range(len(names)), key=lambda k: sizes[names[k]])
    control = Control("name", "select", both("choose an area", "영역 고르기"), names, largest)
    return Figure("areas", words, (480, 286), [control], compute)
