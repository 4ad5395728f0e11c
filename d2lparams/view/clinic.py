"""The clinic: five networks that do not learn as they should, four instruments, a diagnosis, a cure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from ..checks import as_count
from ..patients import CLASSES, HIDDEN, WIDTH
from .arguments import as_title
from .canvas import Axes
from .evidence import DIAGNOSES, TREATMENTS, dead_share, judged, tell, value
from .marks import HEIGHTS
from .spec import Control, Figure, Mark, State, Text, both
from .ward import BINS, LAYERS, PATIENTS, SEED, SPAN, STEPS, STOPS, Frame, Run, run_of

__all__ = ["clinic"]

INSTRUMENTS = (
    both("activations", "활성값"),
    both("gradients", "그래디언트"),
    both("update ratio", "갱신 비율"),
    both("loss at start", "첫 손실"),
)
HEADS = (
    both("size of every hidden unit, by layer", "층마다 은닉 유닛의 크기"),
    both("gradient by layer (log scale)", "층별 그래디언트(로그 눈금)"),
    both("update ÷ weight by layer (log scale)", "층별 갱신 ÷ 가중치(로그 눈금)"),
    both("200 losses before step 1 (log scale)", "첫 스텝 전 손실 200개(로그 눈금)"),
)
PANELS, WIDE = (24, 268), 206  # where the two begin, and how wide they are
TOP, ROW, CELL = 82, 24, 4  # of the rows of layers, and how wide a unit is
SPANS = {1: (1e-12, 10.0), 2: (1e-9, 10.0)}  # of the bars of gradients and of updates
THUMB = 1e-3  # the rule of thumb for updates
CURVES, LOSSES = (50, 264, 420, 110), (0.1, 300.0)
SICK, HEALTHY, TREATED = "b", "c", "a"
LEVEL = math.log(CLASSES)


def _share(size: float, span: tuple[float, float]) -> float:
    """Return how far a size is on a log axis, its ends included; nothing is 0."""
    if not size > span[0]:
        return 0.02 if size > 0 else 0.0
    return min(math.log10(size / span[0]) / math.log10(span[1] / span[0]), 1.0) if math.isfinite(size) else 1.0


def _row(left: float, layer: int) -> list[Mark]:
    """Write the number of a layer in front of its row."""
    return [["t", left - 5, TOP + ROW * layer + 15, "end", str(layer + 1), "tick"]]


def _units(left: float, frame: Frame, style: str) -> list[Mark]:
    """Draw every hidden unit as a cell, with the size of each layer at the right."""
    marks: list[Mark] = []
    for layer in range(LAYERS):
        y = TOP + ROW * layer
        marks += _row(left, layer)
        if layer < HIDDEN:
            cells = frame.units[WIDTH * layer : WIDTH * (layer + 1)]
            marks.append(["r", left, y, CELL * WIDTH, ROW - 4, "row"])
            marks.append(["h", left, y, CELL, ROW - 4, WIDTH, cells, ""])
        marks.append(["t", left + WIDE, y + 15, "end", value(frame.sizes[layer]), "tick"])
    return marks


def _bars(left: float, values: Sequence[float], span: tuple[float, float], style: str) -> list[Mark]:
    """Draw a bar for every layer."""
    marks: list[Mark] = []
    for layer, size in enumerate(values):
        y, wide = TOP + ROW * layer, round(_share(size, span) * CELL * WIDTH, 1)
        marks += _row(left, layer)
        marks.append(["l", left, y, left, y + ROW - 4, "axis"])
        if wide:
            marks.append(["r", left, y, wide, ROW - 4, f"{style} see"])
        marks.append(["t", left + WIDE, y + 15, "end", value(size), "tick"])
    return marks


def _ratios(left: float, frame: Frame, style: str) -> list[Mark]:
    """Draw how far the next step moves every layer, and the line at a thousandth."""
    x = round(left + _share(THUMB, SPANS[2]) * CELL * WIDTH, 1)
    bottom = TOP + ROW * LAYERS
    line: list[Mark] = [
        ["l", x, TOP - 4, x, bottom, "rule"],
        ["t", x, bottom + 17, "middle", "0.001", "tick"],
    ]
    return _bars(left, frame.ratios, SPANS[2], style) + line


def _first(left: float, run: Run, style: str) -> list[Mark]:
    """Draw the losses of all examples before the first step as a histogram, and the line at ln 10."""
    base, high = TOP + ROW * LAYERS - 14, 72
    axes = Axes(SPAN, (0, 1), (left, base - high, WIDE, high), log="x")
    x = axes.x(LEVEL)
    marks: list[Mark] = [
        ["s", left, base, round(WIDE / BINS, 3), round(high / (len(HEIGHTS) - 1), 3), run.first, f"{style} see"],
        ["l", left, base, left + WIDE, base, "axis"],
        ["l", x, base - high - 12, x, base, "rule"],
        ["t", x + 5, base - high - 3, "start", "ln 10", "note"],
        ["t", left + WIDE, base - high - 3, "end", value(run.losses[0]), f"note {style}"],
    ]
    for tick in (1, 10, 100):
        marks.append(["t", axes.x(tick), base + 19, "middle", str(tick), "tick"])
    return marks


def _panel(left: float, instrument: int, run: Run, at: int, style: str) -> list[Mark]:
    frame = run.frames[at]
    if instrument == 0:
        return _units(left, frame, style)
    if instrument == 1:
        return _bars(left, frame.gradients, SPANS[1], style)
    return _ratios(left, frame, style) if instrument == 2 else _first(left, run, style)


def _plane() -> Axes:
    return Axes((0, STEPS[-1]), LOSSES, CURVES, log="y")


def _base() -> list[Mark]:
    """Draw the axes of the losses."""
    axes = _plane()
    axes.y_axis(both("loss", "손실"), [(0.1, "0.1"), (1, "1"), (10, "10"), (100, "100")])
    axes.x_axis(both("step", "스텝"), [0, 50, 100, 150, 200])
    axes.rule(LEVEL, "ln 10")
    return axes.marks


def _curves(runs: Sequence[tuple[Run, str]], at: int) -> list[Mark]:
    """Draw the losses up to now; those beyond the axis keep to its border."""
    axes = _plane()
    for run, style in runs:
        pairs = [(step, loss) for step, loss in zip(STEPS, run.losses, strict=True) if step <= STOPS[at]]
        points = [(s, min(max(v, LOSSES[0]), LOSSES[1]) if math.isfinite(v) else LOSSES[1]) for s, v in pairs]
        axes.curve(points, style)
        axes.marks.append(["c", axes.x(points[-1][0]), axes.y(points[-1][1]), 4, style])
    return axes.marks


@cache
def _drawn(name: str, instrument: int, cure: str | None, at: int, seed: int) -> list[Mark]:
    """Draw a patient, and beside it what it became by a cure or, without one, the healthy network."""
    runs = _pair(name, cure, seed)
    styles = SICK, TREATED if cure else HEALTHY
    marks: list[Mark] = [["t", 10, 18, "start", HEADS[instrument], "label below"]]
    for left, run, words, style in zip(PANELS, runs, _names(name, cure), styles, strict=True):
        marks.append(["t", left, TOP - 14, "start", words, f"note {style}"])
        marks += _panel(left, instrument, run, at, style)
    return marks + _curves(tuple(zip(runs, styles, strict=True))[::-1], at)


def _pair(name: str, cure: str | None, seed: int) -> tuple[Run, Run]:
    """Return the runs of a patient and of what stands beside it."""
    return run_of(name, None, seed), run_of(name, cure, seed) if cure else run_of("healthy", None, seed)


def _names(name: str, cure: str | None) -> tuple[Text, Text]:
    """Return what stands over the two panels."""
    other = both("treated", "치료한 신경망") if cure else both("healthy", "건강한 신경망")
    return both(f"patient {name}", f"환자 {name}"), other


def _listed(instrument: int, frame: Frame) -> str:
    found = (frame.sizes, frame.gradients, frame.ratios)[instrument]
    return ", ".join(map(value, found))


def _reading(name: str, instrument: int, run: Run, healthy: Run, at: int) -> Text:
    """Return what an instrument says of a patient, and of the healthy network."""
    if instrument == 3:
        first, usual = value(run.losses[0]), value(healthy.losses[0])
        return both(
            f"Patient {name}: before the first step the mean loss is {first} (healthy: {usual}). ln 10 is {LEVEL:.2f}.",
            f"환자 {name}: 첫 스텝 전의 평균 손실은 {first}입니다(건강한 신경망: {usual}). ln 10은 {LEVEL:.2f}입니다.",
        )
    now, usual = (_listed(instrument, one.frames[at]) for one in (run, healthy))
    words = (
        ("sizes of the outputs", "출력의 크기"),
        ("sizes of the gradients", "그래디언트의 크기"),
        ("how far a step moves the weights, relative to their size", "한 스텝의 갱신 ÷ 가중치"),
    )[instrument]
    say = both(
        f"Patient {name}, step {STOPS[at]}, layers 1 to 5, {words[0]}: {now} (healthy: {usual}).",
        f"환자 {name}, 스텝 {STOPS[at]}, 1층부터 5층까지 {words[1]}: {now} (건강한 신경망: {usual}).",
    )
    if instrument:
        return say
    dead = [dead_share(one.frames[at]) for one in (run, healthy)]
    return both(
        f"{say['en']} Dead hidden units: {dead[0]} % ({dead[1]} %).",
        f"{say['ko']} 죽은 은닉 유닛: {dead[0]}% (건강한 신경망: {dead[1]}%).",
    )


def _outcome(name: str, cure: str, at: int, seed: int) -> Text:
    """Return how a treated patient fares beside itself without the treatment."""
    place = STEPS.index(STOPS[at])
    losses = [value(run.losses[place]) for run in reversed(_pair(name, cure, seed))]
    words, end = TREATMENTS[cure], tell(name, cure, seed) if at == len(STOPS) - 1 else both("", "")
    return both(
        f"Patient {name}, {words['en']}: after {STOPS[at]} steps the loss is {losses[0]}, without the treatment "
        f"{losses[1]}. {end['en']}".rstrip(),
        f"환자 {name}, {words['ko']}: {STOPS[at]}스텝 뒤 손실이 {losses[0]}이고, 치료하지 않으면 {losses[1]}입니다. "
        f"{end['ko']}".rstrip(),
    )


def _table(instrument: int, runs: Sequence[Run], names: Sequence[Any], at: int) -> list[list[Any]]:
    """Return the numbers of the instrument, a column for each of the two networks, and their losses."""
    rows: list[list[Any]] = [[both("layer", "층"), *names]]
    frames = [run.frames[at] for run in runs]
    if instrument < 3:
        columns = [(f.sizes, f.gradients, f.ratios)[instrument] for f in frames]
        rows += [[str(k + 1), *map(value, pair)] for k, pair in enumerate(zip(*columns, strict=True))]
    if instrument == 0:
        for layer in range(HIDDEN):
            words = both(f"{layer + 1}: different units", f"{layer + 1}: 서로 다른 유닛")
            rows.append([words, *(str(int(frame.different[layer])) for frame in frames)])
    place = STEPS.index(STOPS[at])
    rows.append([both(f"loss, step {STOPS[at]}", f"손실, 스텝 {STOPS[at]}"), *(value(r.losses[place]) for r in runs)])
    return rows


def _decisions() -> list[Text]:
    say, treat = both("diagnosis", "진단"), both("cure", "치료")
    found = [both("only look", "보기만 하기")]
    for what, options in ((say, DIAGNOSES), (treat, TREATMENTS)):
        found += [both(f"{what['en']}: {one['en']}", f"{what['ko']}: {one['ko']}") for one in options.values()]
    return found


def clinic(seed: int = SEED, title: Any = None) -> Figure:
    """Return five patients beside a healthy network: four instruments, five diagnoses, four cures, to be played.

    All of it comes from trainings of `patients.patient`, recorded for the seed of the book and done anew for another;
    once a cure is chosen, the treated patient takes the place of the healthy network.

    Parameters
    ----------
    seed : int
    title : Text, optional

    Raises
    ------
    SettingError
        If `seed` is no whole number of 0 or more.
    """
    seed = as_count(seed, "seed", 0)
    words = as_title(title, both("The clinic", "신경망 진료소"))
    diagnoses, cures = list(DIAGNOSES), list(TREATMENTS)

    def compute(who: int, instrument: int, decision: int, at: int) -> State:
        name = PATIENTS[who]
        cure = cures[decision - 1 - len(diagnoses)] if decision > len(diagnoses) else None
        sick, other = _pair(name, cure, seed)
        if cure:
            say = _outcome(name, cure, at, seed)
        elif decision:
            say = judged(name, diagnoses[decision - 1], seed)
        else:
            say = _reading(name, instrument, sick, other, at)
        table = _table(instrument, (sick, other), _names(name, cure), at)
        return State(_drawn(name, instrument, cure, at, seed), say, table)

    controls = [
        Control("patient", "select", both("patient", "환자"), PATIENTS),
        Control("instrument", "select", both("instrument", "검사"), INSTRUMENTS),
        Control("decision", "select", both("decision", "판단"), _decisions()),
        Control("step", "player", both("step", "스텝"), [str(step) for step in STOPS]),
    ]
    return Figure("clinic", words, (480, 424), controls, compute, _base(), apart=("patient",))
