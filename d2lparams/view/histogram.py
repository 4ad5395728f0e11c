"""Histograms of weights: one tensor, a whole network, two states compared."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ..block import Block
from ..checks import as_count
from ..errors import NameConflictError, SettingError, UnknownNameError
from ..parameter import Parameter
from ..stats import Histogram, Stats, edges_of, finite, histogram, summarize, values_of
from .arguments import as_flag, as_network, as_title
from .canvas import SIZE, Axes, number
from .spec import Control, Figure, Mark, State, Text, Words, both, several

__all__ = ["compare", "histogram_figure", "snapshot"]

BINS = (10, 20, 40, 80)
Tensors = dict[str, npt.NDArray[Any]]


def snapshot(net: Block) -> dict[str, Any]:
    """Return a copy of all values of a network by label, to compare with later ones."""
    return {name: p.data().asnumpy() for name, p in as_network(net).collect_params().items() if p.state == "ready"}


def _tensors(source: Any) -> Tensors:
    """Return the values in `source` by name, copied, so that a figure shows what was there when it was made."""
    if isinstance(source, Block):
        held = snapshot(source) or {name: p.data() for name, p in source.collect_params().items()}  # says why not
        return {name: values_of(values) for name, values in held.items()}
    if isinstance(source, Mapping):
        found = {str(name): values_of(value).copy() for name, value in source.items()}
        if len(found) < len(source):
            raise NameConflictError("Two of the arrays would have one name, such as 1 and '1'. Give each its own.")
        return found
    return {source.name if isinstance(source, Parameter) else "values": values_of(source).copy()}


def _sift(tensors: Tensors, where: Callable[[str], Text]) -> tuple[Tensors, list[Text]]:
    """Return the finite values of all tensors, and of each that has others how many; `where` names it."""
    kept, lost = {name: finite(values) for name, values in tensors.items()}, []
    for name, values in tensors.items():
        if gone := values.size - kept[name].size:
            nan, place = int(np.isnan(values).sum()), where(name)
            en = f"{place['en']} ({number(nan)} NaN and {number(gone - nan)} infinite of {number(values.size)})"
            ko = f"{place['ko']}({number(values.size)}개 중 NaN {number(nan)}개, 무한대 {number(gone - nan)}개)"
            lost.append(both(en, ko))
    return kept, lost


def _note(lost: Sequence[Text]) -> Text:
    """Return the sentence on values that no bin can hold."""
    if not lost:
        return both("", "")
    more = len(lost) - 3
    en, ko = (", ".join(text[language] for text in lost[:3]) for language in ("en", "ko"))
    return both(
        f" Not drawn, since not finite: {en}{f' and {more} more tensors' if more > 0 else ''}.",
        f" 유한하지 않아 그리지 않은 값이 있습니다: {ko}{f' 외 텐서 {more}개' if more > 0 else ''}.",
    )


def _span(states: Iterable[npt.NDArray[Any]]) -> tuple[float, float]:
    found = [summarize(values) for values in states if values.size]
    return edges_of(found) if found else (-0.5, 0.5)


def _count(values: npt.NDArray[Any], bins: int, span: tuple[float, float]) -> Histogram:
    if values.size:
        return histogram(values, bins, span)
    nothing = Stats(0, *[math.nan] * 5)  # no value of the tensor is finite
    return Histogram(np.linspace(*span, bins + 1), np.zeros(bins, int), nothing)


def _draw(histograms: list[tuple[Histogram, str]], span: tuple[float, float], log: bool, fit: bool) -> list[Mark]:
    curves = [h.normal() for h, _ in histograms if fit and h.stats.std > 0]
    top = max(float(counts.max()) for counts in [*(h.counts for h, _ in histograms), *curves]) or 1.0
    height = (lambda c: math.log10(1 + c)) if log else float
    axes = Axes(span, (0, height(top) * 1.04))
    if log:
        ticks = [(height(10**k), number(10**k)) for k in range(int(math.log10(top + 1)) + 1)]
        axes.y_axis(both("count (log scale)", "개수(로그 눈금)"), ticks)
    else:
        axes.y_axis(both("count", "개수"))
    for h, style in histograms:
        for low, high, count in zip(h.edges[:-1], h.edges[1:], h.counts, strict=True):
            if count:
                axes.bar(low, high, height(count), style)
    for counts in curves:
        edges = histograms[0][0].edges  # the same for all
        axes.curve(zip(edges[:-1] / 2 + edges[1:] / 2, map(height, counts), strict=True), "curve")
    axes.x_axis(both("value", "값"))
    return axes.marks


def _rows(named: Sequence[tuple[Words, Histogram]]) -> list[list[Any]]:
    titles = ("entries", "원소 수"), ("mean", "평균"), ("std", "표준편차"), ("min", "최솟값"), ("max", "최댓값")
    head: list[Any] = ["", *(both(*words) for words in titles)]
    return [head] + [
        [name, *(number(v) for v in (h.stats.size, h.stats.mean, h.stats.std, h.stats.low, h.stats.high))]
        for name, h in named
    ]


def _start(bins: Any) -> int:
    """Return the position of `bins` on its slider."""
    if (count := as_count(bins, "bins")) not in BINS:
        raise SettingError(f"bins at first is one of {', '.join(map(str, BINS))}, got {count}.")
    return BINS.index(count)


def _explore(
    kind: str,
    title: Words,
    states: Sequence[Tensors],
    start: int,
    tell: Callable[..., Text],
    labels: Sequence[Words] = (),
) -> Figure:
    """Return the figure of the tensors that all `states` have; `tell` makes its sentence of a name and the counts."""
    names = [name for name in states[-1] if all(name in state for state in states)]
    styles = ("b see", "a see")[-len(states) :]
    span_of = cache(lambda name: _span([state[name] for state in states]))

    def compute(which: int, fineness: int, log: int, fit: int) -> State:
        name = names[which]
        span = span_of(name)
        counted = [_count(state[name], BINS[fineness], span) for state in states]
        marks = _draw(list(zip(counted, styles, strict=True)), span, bool(log), bool(fit))
        for i, label in enumerate(labels):
            at = 260 + 110 * i
            marks += [["r", at, 10, 14, 14, styles[i]], ["t", at + 20, 22, "start", label, "label"]]
        return State(marks, tell(name, *counted), _rows(list(zip(labels or [name], counted, strict=True))))

    controls = [
        Control("tensor", "select", both("tensor", "텐서"), names),
        Control("bins", "slider", both("bins", "구간 수"), [str(b) for b in BINS], start),
        Control("log", "toggle", both("log scale", "로그 눈금"), ["off", "on"]),
        Control("fit", "toggle", both("fitted normal", "정규 분포 곡선"), ["off", "on"]),
    ]
    return Figure(kind, title, SIZE, controls, compute)


def histogram_figure(source: Any, bins: int = 40, title: Any = None, together: bool = False) -> Figure:
    """Return the histogram of a parameter, an array, a layer or a network, tensor by tensor or all together.

    Values that are NaN or infinite are not drawn; the figure's sentence says how many there are, and where.

    Parameters
    ----------
    source : Block, Parameter, NDArray, array or dict of arrays
    bins : {10, 20, 40, 80}
        At first.
    title : Text, optional
    together : bool
        Count the numbers of all tensors in one histogram.
    """
    start, words = _start(bins), as_title(title, both("Histogram of the values", "값의 히스토그램"))
    together = as_flag(together, "together")
    tensors, lost = _sift(_tensors(source), lambda name: both(name, name))
    note = _note(lost)
    if together and tensors:
        tensors = {str(getattr(source, "name", "all")): np.concatenate(list(tensors.values()))}

    def tell(name: str, h: Histogram) -> Text:
        size, mean, std = number(h.stats.size), number(h.stats.mean), number(h.stats.std)
        return both(
            f"{name}: {several(size, 'value')}, mean {mean}, standard deviation {std}.{note['en']}",
            f"{name}: 값 {size}개, 평균 {mean}, 표준편차 {std}.{note['ko']}",
        )

    return _explore("histogram", words, [tensors], start, tell)


def compare(before: Any, after: Any, bins: int = 40, title: Any = None) -> Figure:
    """Return histograms of two states of the same tensors, on one axis.

    Parameters
    ----------
    before, after : Block, dict of arrays (`snapshot`), or array
    bins : {10, 20, 40, 80}
    title : Text, optional
    """
    start, words = _start(bins), as_title(title, both("Before and after", "바꾸기 전과 후"))
    old, lost_before = _sift(_tensors(before), lambda name: both(f"{name} before", f"바꾸기 전 {name}"))
    new, lost_after = _sift(_tensors(after), lambda name: both(f"{name} after", f"바꾼 뒤 {name}"))
    note = _note(lost_before + lost_after)
    if not old.keys() & new.keys():
        raise UnknownNameError(
            f"No tensor is in both states. Before: {_listed(old)}. After: {_listed(new)}. "
            "Take the snapshot from the same network, once its parameters have values."
        )

    def tell(name: str, first: Histogram, second: Histogram) -> Text:
        was, now = number(first.stats.std), number(second.stats.std)
        return both(
            f"{name}: standard deviation {was} before, {now} after.{note['en']}",
            f"{name}: 표준편차가 바꾸기 전에는 {was}, 바꾼 뒤에는 {now}입니다.{note['ko']}",
        )

    return _explore("compare", words, [old, new], start, tell, [both("before", "전"), both("after", "후")])


def _listed(tensors: Tensors) -> str:
    return ", ".join([*list(tensors)[:5], *["..."][: len(tensors) > 5]]) or "none"
