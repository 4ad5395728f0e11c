"""The playground: a deep network from one side, its signal, its weights and its gradient, for any start.

All panels share the axis of layers.  A column is a layer: above what it gives, in the middle its weights, below the
gradient that comes back to it, and last how large signal and gradient are beside what theory expects.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .arguments import as_title
from .canvas import Axes, about, number
from .ground import FAR, PLAIN, SHAPES, STARTS, Run, Setting, measured, spans
from .marks import DOWN, HEIGHTS, UP
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["playground"]

Array = npt.NDArray[Any]
SIZE = (480, 552)
LEFT, WIDTH = 58, 412  # of all panels
SIGNAL, LOST, WEIGHTS, GRADIENT, MOMENTS = (28, 78), (132, 18), (176, 45), (247, 78), (352, 150)  # top and height
SPAN = (1e-16, 1e16)  # one scale for all settings; a curve that leaves it ends at its border
TICKS = [(10.0**k, "1" if k == 0 else f"1e{k}".replace("-", "\u2212")) for k in (-16, -8, 0, 8, 16)]
GREEN = "JKLMNOPQ"  # the letters of cells from 0 to 7 in the third colour

ACTIVATIONS = (None, "relu", "leaky", "tanh", "sigmoid")
NAMES = both("linear", "선형"), "ReLU", "leaky ReLU", "tanh", "sigmoid"
STARTED = (
    both("zero", "0"), both("constant 0.01", "상수 0.01"), "N(0, 0.01²)", "U(±0.07)", "LeCun", "Xavier", "He",
    both("orthogonal", "직교"),
)  # fmt: skip
GAINS = (0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 2**0.5, 5 / 3, 2.0, 3.0)
GAIN_WORDS = ("0.5", "0.7", "0.8", "0.9", "1", "1.1", "1.2", "1.41", "1.67", "2", "3")
DEPTHS = (2, 5, 10, 20, 30)
LAYOUTS = both("(out, in)", "(출력, 입력)"), both("(in, out), mistaken", "(입력, 출력)으로 오인")
SEEDS = (1, 2, 3, 4, 5)

DEAD = both("dead units", "죽은 유닛"), both("of the units are dead", "죽은 유닛은")
FLAT = both("saturated outputs", "포화된 출력"), both("of the outputs are saturated", "포화된 출력은")


def _cells(top: float, height: float, counts: Array, letters: str, first: float = 0) -> Mark:
    """Return histograms as columns of cells, the darker the more values; the fullest row of each is full."""
    rows, layers = counts.shape
    share = counts / np.maximum(counts.max(axis=0), 1)
    steps = np.ceil((len(letters) - 1) * share**0.6).astype(int)  # so that tails can be seen
    cells = "".join(letters[step] if step else "." for step in steps.flat)
    wide = round(WIDTH / (layers + (1 if first else 0)), 3)
    return ["h", round(LEFT + first * wide, 2), top, wide, height / rows, layers, cells, ""]


def _panel(place: tuple[float, float], words: Text, ends: tuple[str, str]) -> list[Mark]:
    """Return the frame of a panel, its name, and the values at its upper and lower end."""
    top, height = place
    return [
        ["r", LEFT, top, WIDTH, height, "row"],
        ["t", LEFT, top - 7, "start", words, "label"],
        ["t", LEFT - 6, top + 11, "end", ends[0], "tick"],
        ["t", LEFT - 6, top + height, "end", ends[1], "tick"],
    ]


def _ends(span: tuple[float, float], bounded: bool) -> tuple[str, str]:
    """Return what stands at the ends of a span: values beyond it are counted there, unless there are none."""
    low, high = map(number, span)
    return (high, low) if bounded else (f"≥ {high}", low if span[0] == 0 else f"≤ {low}")


def _losses(shares: Array) -> list[Mark]:
    """Return a frame for each layer, filled as far as its units are lost."""
    top, height = LOST
    wide, most = round(WIDTH / len(shares), 3), len(HEIGHTS) - 1
    fills = "".join(HEIGHTS[math.ceil(most * share)] for share in shares)
    frames: list[Mark] = [["l", LEFT, y, LEFT + WIDTH, y, "axis"] for y in (top, top + height)]
    for layer in range(1, len(shares) + 1):
        x = round(LEFT + layer * wide, 1)
        frames.append(["l", x, top, x, top + height, "axis"])
    return [["s", LEFT, top + height, wide, round(height / most, 3), fills, "f see"], *frames]


def _seen(values: Sequence[float]) -> list[tuple[float, float]]:
    """Return a curve over the layers as far as the axis goes, from its first point on, ended at the border."""
    low, high = (math.log10(end) for end in SPAN)
    found: list[tuple[float, float]] = []
    for layer, value in enumerate(values):
        power = math.log10(value) if value > 0 else 3 * low
        if low <= power <= high:
            found.append((layer, value))
            continue
        before = math.log10(found[-1][1]) if found else power
        edge = low if power < low else high
        part = (edge - before) / (power - before) if power != before else 0.0
        return [*found, (layer - 1 + part, 10.0**edge)]
    return found


def _way(axes: Axes, run: Run, way: int, words: Text, style: str) -> None:
    """Draw one way through the network: what was measured, the theory, and its name at the end."""

    def along(values: Array) -> list[tuple[float, float]]:
        seen = _seen(values.tolist() if way == 0 else values[::-1].tolist())
        last = len(values) - 1
        return seen if way == 0 else [(last - layer, value) for layer, value in seen]

    points = along(run.moments[way])
    axes.curve(points, f"{style} k6")  # wide enough to be seen around the theory
    if run.theory is not None:
        axes.theory(along(run.theory[way]))
    top, height = MOMENTS
    end, anchor = (LEFT + WIDTH - 4, "end") if way == 0 else (LEFT + 4, "start")
    down = 20 if points[-1][1] < 1e-2 else -9
    y = min(max(axes.y(points[-1][1]) + down, top + 16), top + height - 7)
    axes.marks.append(["t", end, round(y, 1), anchor, words, f"note {style}"])


def _curves(run: Run) -> list[Mark]:
    """Draw second moments over the layers, forwards and backwards, on a log axis."""
    depth = run.moments.shape[1] - 1
    top, height = MOMENTS
    axes = Axes((-0.5, depth + 0.5), SPAN, (LEFT, top, WIDTH, height), log="y")
    axes.y_axis(both("second moment", "이차 적률"), TICKS)
    axes.x_axis(both("layer", "층"), [0, *range(depth // 3 or 1, depth + 1, depth // 3 or 1)])
    axes.marks.append(["l", LEFT, axes.y(1.0), LEFT + WIDTH, axes.y(1.0), "rule"])
    _way(axes, run, 0, both("signal →", "신호 →"), "a")
    _way(axes, run, 1, both("← gradient", "← 그래디언트"), "b")
    return axes.marks


def _drawn(setting: Setting, run: Run) -> list[Mark]:
    """Draw all panels."""
    bounded = setting.activation in ("tanh", "sigmoid")
    what = (FLAT if bounded else DEAD)[0]
    far = number(FAR)
    return [
        *_panel(SIGNAL, both("outputs of each layer", "층의 출력"), _ends(spans(setting), bounded)),
        _cells(*SIGNAL, run.signal, UP),
        ["t", LEFT, LOST[0] - 7, "start", what, "label"],
        ["t", LEFT + WIDTH, LOST[0] - 7, "end", f"{100 * run.lost[-1]:.0f}%", "tick"],
        *_losses(run.lost),
        *_panel(WEIGHTS, both("weights × √inputs", "가중치 × √입력 수"), (f"≥ {far}", f"≤ \u2212{far}")),
        _cells(*WEIGHTS, run.weights, GREEN, first=1),
        *_panel(GRADIENT, both("gradients of the outputs", "그래디언트"), _ends(PLAIN, False)),
        _cells(*GRADIENT, run.gradient, DOWN),
        *_curves(run),
    ]


def _say(setting: Setting, names: tuple[Text, Text, str], run: Run) -> Text:
    """Return what has become of signal and gradient at the ends of their ways, and how many units are lost."""
    bounded = setting.activation in ("tanh", "sigmoid")
    what = (FLAT if bounded else DEAD)[1]
    ends = [about(float(run.moments[0, -1])), about(float(run.moments[1, 0]))]
    hoped = [(f" (theory: {about(float(v))})", f"(이론값 {about(float(v))})") for v in _hoped(run)] or [("", "")] * 2
    activation, start, gain = names
    lost = f"{100 * run.lost[-1]:.0f}%"
    return both(
        f"{activation['en']}, {setting.depth} layers of {setting.shape.replace('→', 'to')} units, {start['en']}, "
        f"gain {gain}. Second moment of the signal behind the last layer: {ends[0]}{hoped[0][0]}; of the gradient in "
        f"front of layer 1: {ends[1]}{hoped[1][0]}. In the last layer {lost} {what['en']}.",
        f"{activation['ko']}, 층 {setting.depth}개, 층의 유닛 수 {setting.shape}, {start['ko']}, 게인 {gain}. "
        f"이차 적률은 마지막 층을 지난 신호가 {ends[0]}{hoped[0][1]}, 첫째 층 앞에 돌아온 그래디언트가 "
        f"{ends[1]}{hoped[1][1]}입니다. 마지막 층에서 {what['ko']} {lost}입니다.",
    )


def _pair(name: Words) -> Text:
    return both(name, name) if isinstance(name, str) else name


def _hoped(run: Run) -> list[float]:
    return [] if run.theory is None else [float(run.theory[0, -1]), float(run.theory[1, 0])]


def _table(setting: Setting, run: Run) -> list[list[Any]]:
    theory = both("theory", "이론값")
    what = (FLAT if setting.activation in ("tanh", "sigmoid") else DEAD)[0]
    rows: list[list[Any]] = [
        [both("layer", "층"), both("signal", "신호"), theory, both("gradient", "그래디언트"), theory, what]
    ]
    for layer in range(0, setting.depth + 1, max(setting.depth // 5, 1)):
        row = [str(layer)]
        for way in (0, 1):
            hoped = "" if run.theory is None else about(float(run.theory[way, layer]))
            row += [about(float(run.moments[way, layer])), hoped or "–"]
        rows.append([*row, f"{100 * run.lost[layer]:.0f}%"])
    return rows


def _controls() -> list[Control]:
    """Return the knobs; a page without Python keeps the positions that tell most."""
    activation, start = both("activation", "활성화 함수"), both("initializer", "초기화기")
    gain, depth, layout = both("gain", "게인"), both("layers", "층"), both("axes read as", "축을 읽는 순서")
    width, seed = both("units of a layer", "층의 유닛 수"), both("seed", "시드")
    shapes = list(SHAPES)
    return [
        Control("activation", "select", activation, NAMES, 1, kept=(0, 1, 3, 4)),
        Control("initializer", "select", start, STARTED, 5, kept=(1, 3, 5, 6, 7)),
        Control("gain", "slider", gain, GAIN_WORDS, 4, kept=(0, 4, 7, 10)),
        Control("depth", "slider", depth, [str(depth) for depth in DEPTHS], 4, kept=(2, 4)),
        Control("width", "select", width, shapes, shapes.index("64"), kept=(0, 2, 5)),
        Control("layout", "select", layout, LAYOUTS),
        Control("seed", "select", seed, [str(seed) for seed in SEEDS], kept=(0, 1)),
    ]


def playground(title: Any = None) -> Figure:
    """Return a network of up to thirty layers before its first step, for every start that the knobs can say.

    A batch of 32 examples of standard normal numbers goes through it, a standard normal gradient comes back.  Two
    settings with one seed have the same batch and gradient and draw the same numbers for their weights.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("The initialization playground", "초기화 놀이터"))
    starts, shapes = list(STARTS), list(SHAPES)

    def compute(activation: int, initializer: int, gain: int, depth: int, width: int, layout: int, seed: int) -> State:
        setting = Setting(
            ACTIVATIONS[activation], starts[initializer], GAINS[gain], DEPTHS[depth], shapes[width],
            ("oi", "io")[layout], SEEDS[seed],
        )  # fmt: skip
        run = measured(setting)
        names = _pair(NAMES[activation]), _pair(STARTED[initializer]), GAIN_WORDS[gain]
        return State(_drawn(setting, run), _say(setting, names, run), _table(setting, run))

    return Figure("playground", words, SIZE, _controls(), compute, apart=("activation", "width", "seed"), pins=True)
