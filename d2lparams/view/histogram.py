"""Histograms of weights: one tensor, a whole network, two states compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from ..block import Block
from ..errors import SettingError, UnknownNameError
from ..parameter import Parameter
from ..stats import Histogram, edges_of, histogram, summarize, values_of
from .canvas import Axes, number
from .spec import Control, Figure, Mark, State, both, network

__all__ = ["compare", "histogram_figure", "snapshot"]

SIZE = (480, 330)
BINS = (10, 20, 40, 80)


def snapshot(net: Block) -> dict[str, Any]:
    """Return a copy of all values of a network by label, to compare with later ones."""
    return {name: p.data().asnumpy() for name, p in network(net).collect_params().items() if p.state == "ready"}


def _tensors(source: Any) -> dict[str, Any]:
    """Return the arrays in `source` by name, copied, so that a figure shows what was there when it was made."""
    if isinstance(source, Block):
        return snapshot(source) or {name: p.data() for name, p in source.collect_params().items()}  # says why not
    if isinstance(source, Mapping):
        return {str(name): values_of(value).copy() for name, value in source.items()}
    return {source.name if isinstance(source, Parameter) else "values": values_of(source).copy()}


def _draw(histograms: list[tuple[Histogram, str]], span: tuple[float, float], log: bool, fit: bool) -> list[Mark]:
    curves = [h.normal() for h, _ in histograms if fit and h.stats.std > 0]
    top = max(float(counts.max()) for counts in [*(h.counts for h, _ in histograms), *curves]) or 1.0
    height = (lambda c: math.log10(1 + c)) if log else (lambda c: c)
    axes = Axes(50, 34, 420, 238, span, (0, height(top) * 1.04))
    if log:
        ticks = [(height(10**k), number(10**k)) for k in range(int(math.log10(top + 1)) + 1)]
        axes.y_axis(both("count (log scale)", "개수(로그 눈금)"), ticks)
    else:
        axes.y_axis(both("count", "개수"))
    for h, style in histograms:
        for low, high, count in zip(h.edges[:-1], h.edges[1:], h.counts, strict=True):
            if count:
                x, y = axes.x(low), axes.y(height(float(count)))
                axes.marks.append(["r", x, y, round(axes.x(high) - x, 1), round(272 - y, 1), style])
    for counts in curves:
        edges = histograms[0][0].edges  # the same for all
        points: list[float] = []
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True):
            points += [axes.x((low + high) / 2), axes.y(height(float(count)))]
        axes.marks.append(["p", points, "curve"])
    axes.x_axis(both("value", "값"))
    return axes.marks


def _rows(named: Sequence[tuple[Any, Histogram]]) -> list[list[Any]]:
    head = [
        "",
        both("entries", "원소 수"),
        both("mean", "평균"),
        both("std", "표준편차"),
        both("min", "최솟값"),
        both("max", "최댓값"),
    ]
    return [head] + [
        [name, number(h.stats.size), *(number(v) for v in (h.stats.mean, h.stats.std, h.stats.low, h.stats.high))]
        for name, h in named
    ]


def histogram_figure(source: Any, bins: int = 40, title: Any = None, together: bool = False) -> Figure:
    """Return the histogram of a parameter, an array, a layer or a network, tensor by tensor or all together.

    Parameters
    ----------
    source : Block, Parameter, NDArray, array or dict of arrays
    bins : {10, 20, 40, 80}
        At first.
    title : Text, optional
    together : bool
        Count the numbers of all tensors in one histogram.
    """
    tensors = _tensors(source)
    if together and tensors:
        tensors = {getattr(source, "name", "all"): np.concatenate([values_of(values) for values in tensors.values()])}
    names = list(tensors)

    @cache
    def span_of(which: int) -> tuple[float, float]:
        return edges_of([summarize(tensors[names[which]])])

    def compute(which: int, fineness: int, log: int, fit: int) -> State:
        values, name = tensors[names[which]], names[which]
        span = span_of(which)
        h = histogram(values, BINS[fineness], span)
        mean, std = number(h.stats.mean), number(h.stats.std)
        say = both(
            f"{name}: {number(h.stats.size)} values, mean {mean}, standard deviation {std}.",
            f"{name}: 값 {number(h.stats.size)}개, 평균 {mean}, 표준편차 {std}.",
        )
        return State(_draw([(h, "a see")], span, bool(log), bool(fit)), say, _rows([(name, h)]))

    return Figure(
        "histogram", title or both("Histogram of the values", "값의 히스토그램"), SIZE, _controls(names, bins), compute
    )


def _controls(names: Sequence[str], bins: int) -> list[Control]:
    if bins not in BINS:
        raise SettingError(f"bins at first is one of {', '.join(map(str, BINS))}, got {bins!r}.")
    return [
        Control("tensor", "select", both("tensor", "텐서"), list(names)),
        Control("bins", "slider", both("bins", "구간 수"), [str(b) for b in BINS], BINS.index(bins)),
        Control("log", "toggle", both("log scale", "로그 눈금"), ["off", "on"]),
        Control("fit", "toggle", both("fitted normal", "정규 분포 곡선"), ["off", "on"]),
    ]


def compare(before: Any, after: Any, bins: int = 40, title: Any = None) -> Figure:
    """Return histograms of two states of the same tensors, on one axis.

    Parameters
    ----------
    before, after : Block, dict of arrays (`snapshot`), or array
    bins : {10, 20, 40, 80}
    title : Text, optional
    """
    old, new = _tensors(before), _tensors(after)
    names = [name for name in new if name in old]
    if not names:
        raise UnknownNameError(
            f"No tensor is in both states. Before: {', '.join(old) or 'none'}. After: {', '.join(new) or 'none'}. "
            "Take the snapshot from the same network, once its parameters have values."
        )

    @cache
    def span_of(which: int) -> tuple[float, float]:
        return edges_of([summarize(state[names[which]]) for state in (old, new)])

    def compute(which: int, fineness: int, log: int, fit: int) -> State:
        name = names[which]
        span = span_of(which)
        first, second = (histogram(s[name], BINS[fineness], span) for s in (old, new))
        was, now = number(first.stats.std), number(second.stats.std)
        say = both(
            f"{name}: standard deviation {was} before, {now} after.",
            f"{name}: 표준편차가 바꾸기 전에는 {was}, 바꾼 뒤에는 {now}입니다.",
        )
        marks = _draw([(first, "b see"), (second, "a see")], span, bool(log), bool(fit))
        for i, (style, words) in enumerate((("b see", both("before", "전")), ("a see", both("after", "후")))):
            marks += [["r", 260 + 110 * i, 10, 14, 14, style], ["t", 280 + 110 * i, 22, "start", words, "label"]]
        return State(marks, say, _rows([(both("before", "전"), first), (both("after", "후"), second)]))

    return Figure("compare", title or both("Before and after", "바꾸기 전과 후"), SIZE, _controls(names, bins), compute)
