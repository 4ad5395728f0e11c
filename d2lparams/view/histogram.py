"""Histograms of weights: one tensor, a whole network, two states compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..block import Block
from ..parameter import Parameter
from ..stats import Histogram, histogram, values_of
from .canvas import Axes, number
from .spec import Control, Figure, Mark, State, both

__all__ = ["compare", "histogram_figure", "snapshot"]

SIZE = (480, 330)
BINS = (10, 20, 40, 80)


def snapshot(net: Block) -> dict[str, Any]:
    """Return a copy of all values of a network by label, to compare with later ones."""
    return {name: p.data().asnumpy() for name, p in net.collect_params().items() if p.state == "ready"}


def _tensors(source: Any) -> dict[str, Any]:
    if isinstance(source, Block):
        return snapshot(source)
    if isinstance(source, Parameter):
        return {source.name: source.data().asnumpy()}
    if isinstance(source, Mapping):
        return dict(source)
    return {"values": values_of(source)}


def _span(arrays: Sequence[Any]) -> tuple[float, float]:
    low = min(float(values_of(a).min()) for a in arrays)
    high = max(float(values_of(a).max()) for a in arrays)
    return (low - 0.5, high + 0.5) if low == high else (low, high)


def _draw(histograms: list[tuple[Histogram, str]], span: tuple[float, float], log: bool, fit: bool) -> list[Mark]:
    top = max(float(h.counts.max()) for h, _ in histograms) or 1.0
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
    if fit:
        for h, _ in histograms:
            if h.stats.std > 0:
                points: list[float] = []
                for low, high, count in zip(h.edges[:-1], h.edges[1:], h.normal(), strict=True):
                    points += [axes.x((low + high) / 2), max(axes.y(height(float(count))), 20.0)]
                axes.marks.append(["p", points, "curve"])
    axes.x_axis(both("value", "값"))
    return axes.marks


def _rows(named: Sequence[tuple[Any, Histogram]]) -> list[list[Any]]:
    head = [
        "",
        both("entries", "개수"),
        both("mean", "평균"),
        both("std", "표준편차"),
        both("min", "최솟값"),
        both("max", "최댓값"),
    ]
    return [head] + [
        [name, number(h.stats.size), *(number(v) for v in (h.stats.mean, h.stats.std, h.stats.low, h.stats.high))]
        for name, h in named
    ]


def histogram_figure(source: Any, bins: int = 40, title: Any = None) -> Figure:
    """Return the histogram of a parameter, an array, a layer or a network, tensor by tensor.

    Parameters
    ----------
    source : Block, Parameter, NDArray, array or dict of arrays
    bins : {10, 20, 40, 80}
        At first.
    title : Text, optional
    """
    tensors = _tensors(source)
    names = list(tensors)

    def compute(which: int, fineness: int, log: int, fit: int) -> State:
        values, name = tensors[names[which]], names[which]
        span = _span([values])
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

    def compute(which: int, fineness: int, log: int, fit: int) -> State:
        name = names[which]
        span = _span([old[name], new[name]])
        first, second = (histogram(s[name], BINS[fineness], span) for s in (old, new))
        was, now = number(first.stats.std), number(second.stats.std)
        say = both(
            f"{name}: standard deviation {was} before, {now} after.",
            f"{name}: 표준편차가 앞에는 {was}, 뒤에는 {now}입니다.",
        )
        marks = _draw([(first, "b see"), (second, "a see")], span, bool(log), bool(fit))
        for i, (style, words) in enumerate((("b see", both("before", "앞")), ("a see", both("after", "뒤")))):
            marks += [["r", 260 + 110 * i, 10, 14, 14, style], ["t", 280 + 110 * i, 22, "start", words, "label"]]
        return State(marks, say, _rows([(both("before", "앞"), first), (both("after", "뒤"), second)]))

    return Figure("compare", title or both("Before and after", "앞과 뒤"), SIZE, _controls(names, bins), compute)
