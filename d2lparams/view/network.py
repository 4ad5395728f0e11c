"""A network of dense layers as it is sketched: units as circles, weights as edges of two colours and many widths."""

from __future__ import annotations

from typing import Any

from ..block import Block
from ..errors import ShapeError
from . import marks
from .arguments import as_array, as_limit, as_network, as_title
from .canvas import number
from .spec import Control, Figure, State, Text, both, several

__all__ = ["network"]

AREA = (50.0, 24.0, 380.0, 250.0)


def _weights(net: Block) -> list[Any]:
    """Return the matrices of a network, each of shape (units, units of the layer before)."""
    named = [(path, parameter) for path, parameter in as_network(net).named_parameters() if path.endswith("weight")]
    found = [as_array(parameter, path, 2) for path, parameter in named]
    for (path, _), before, after in zip(named[1:], found[:-1], found[1:], strict=True):
        if after.shape[1] != len(before):
            raise ShapeError(
                f"{path} takes {after.shape[1]} numbers and the layer before gives {len(before)}: only layers in a row "
                "can be drawn as units and edges. view.paths(net) shows any network."
            )
    if not found:
        raise ShapeError("There are no units to draw: no parameter of this network is called weight.")
    return found


def _name(layer: int, unit: int) -> Text:
    if layer == 0:
        return both(f"input {unit + 1}", f"입력 {unit + 1}")
    return both(f"layer {layer}, unit {unit + 1}", f"층 {layer}의 유닛 {unit + 1}")


def _edges(weights: list[Any], layer: int, unit: int, drawn: list[int]) -> list[tuple[Text, float]]:
    """Return the drawn edges of a unit: the unit at the other end, and the weight."""
    into = weights[layer - 1][unit, : drawn[layer - 1]] if layer else []
    out = weights[layer][: drawn[layer + 1], unit] if layer < len(weights) else []
    return [*((_name(layer - 1, i), float(w)) for i, w in enumerate(into)),
            *((_name(layer + 1, i), float(w)) for i, w in enumerate(out))]  # fmt: skip


def network(net: Block, limit: Any = None, title: Any = None) -> Figure:
    """Return a network of dense layers as units and edges; a unit that is chosen fades all edges but its own.

    Of a layer at most 8 units are drawn, and how many more there are is written below.

    Parameters
    ----------
    net : Block
        Whose weights, in their order, lead from layer to layer.
    limit : float, optional
        The size that has the widest edge, by default the largest: give one to all that is compared or played.
    title : Text, optional
    """
    words, strongest = as_title(title, both("Units and edges", "유닛과 선")), as_limit(limit)
    weights = _weights(net)
    sizes = [weights[0].shape[1], *map(len, weights)]
    drawn = [min(size, marks.MOST) for size in sizes]
    units = [(layer, unit) for layer, count in enumerate(drawn) for unit in range(count)]
    titles = (
        ("layer", "층"),
        ("units", "유닛 수"),
        ("weights", "가중치 수"),
        ("std of the weights", "가중치의 표준편차"),
    )
    layers: list[list[Any]] = [[both(*pair) for pair in titles]]
    layers += [[str(k + 1), f"{len(w):,}", f"{w.size:,}", number(float(w.std()))] for k, w in enumerate(weights)]

    def compute(which: int) -> State:
        focus = units[which - 1] if which else None
        scene = marks.network(sizes, weights, AREA, strongest, focus)
        if focus is None:
            listed = " → ".join(f"{size:,}" for size in sizes)
            count = number(sum(w.size for w in weights))
            return State(scene, both(
                f"{listed} units, {several(count, 'weight')}: blue is positive, orange negative, wide is large.",
                f"유닛 {listed}개, 가중치 {count}개: 파랑은 양수, 주황은 음수이고, 굵을수록 절댓값이 큽니다.",
            ), layers)  # fmt: skip
        name, edges = _name(*focus), _edges(weights, *focus, drawn)
        other, largest = max(edges, key=lambda edge: abs(edge[1]))
        say = both(
            f"{name['en'].capitalize()}: its largest weight of those drawn is {number(largest)}, with {other['en']}.",
            f"{name['ko']}: 그린 선 가운데 가장 굵은 것은 {other['ko']} 쪽 선이고, 가중치는 {number(largest)}입니다.",
        )
        table: list[list[Any]] = [[both("with", "이어진 유닛"), both("weight", "가중치")]]
        return State(scene, say, table + [[end, number(weight)] for end, weight in edges])

    options = [both("none", "없음"), *(_name(*unit) for unit in units)]
    control = Control("unit", "select", both("choose a unit", "유닛 고르기"), options)
    return Figure("network", words, (480, 310), [control], compute)
