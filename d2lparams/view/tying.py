"""When does tying help?  Test loss over steps in four cases, with what each seed decided under it."""

from __future__ import annotations

import itertools
from typing import Any

from .arguments import as_title
from .canvas import Axes
from .recorded import recorded
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["tying"]

Points = list[tuple[float, float]]
Case = dict[str, Any]
MODELS = {"untied": "d", "tied": "c"}  # the colours of the second matrix and of the one
LEFTS, TOPS = (76, 290), (64, 370)  # of the panels: width 4 and 8; roles that agree and roles that differ
WIDE, HIGH = 180, 140
LOSSES = (2.9, 4.35)
SPAN = 0.35  # the difference at both ends of the dots' line
ROLES = {True: both("same roles", "같은 역할"), False: both("different roles", "다른 역할")}
NAMES = {"untied": both("untied", "따로"), "tied": both("tied", "공유")}


def tying(title: Any = None) -> Figure:
    """Return the figure of the study that `recorded` returns under the name ``'tying'``."""
    words = as_title(title, both("When does tying help?", "공유는 언제 도움이 될까요?"))
    study = recorded("tying")
    sizes = sorted({case["examples"] for case in study["cases"]})

    def compute(at: int, training: int) -> State:
        cases = [case for case in study["cases"] if case["examples"] == sizes[at]]
        marks = [mark for place, case in zip(itertools.product(TOPS, LEFTS), cases, strict=True)
                 for mark in _panel(study, case, place, training == 1)]  # fmt: skip
        return State(marks, _say(cases, sizes[at]), _table(study, cases))

    controls = [
        Control("examples", "slider", both("examples", "예제 수"), [f"{n:,}" for n in sizes], sizes.index(2000)),
        Control("training", "toggle", both("training loss too", "학습 손실도"), ["off", "on"]),
    ]
    return Figure("tying", words, (480, 622), controls, compute)


def wins(case: Case) -> int:
    """Return for how many seeds the best test loss of the tied model is the lower one."""
    return sum(one < other for one, other in zip(case["tied"]["best"], case["untied"]["best"], strict=True))


def _panel(study: Case, case: Case, place: tuple[int, int], training: bool) -> list[Mark]:
    """Draw one case: its losses over the steps, and under them a dot for each seed."""
    (top, left), steps = place, study["checks"]
    axes = Axes((0, steps[-1]), LOSSES, (left, top, WIDE, HIGH))
    width = {lang: f"{word} {case['width']}" for lang, word in (("en", "width"), ("ko", "너비"))}
    axes.marks.append(["t", left, top - 12, "start", width, "label"])
    for loss, name, down in ((study["uniform"], "ln 64", -1), (study["unigram"], both("unigram", "빈도만"), 9),
                             (study["irreducible"], both("floor", "하한"), 4)):  # fmt: skip
        axes.marks.append(["l", left, axes.y(loss), left + WIDE, axes.y(loss), "rule"])
        if left == LEFTS[0]:
            axes.marks.append(["t", left - 6, axes.y(loss) + down, "end", name, "tick below"])
    if left == LEFTS[0]:
        axes.marks.append(["t", 12, top - 38, "start", ROLES[case["same_roles"]], "strong"])
    for name, style in MODELS.items():
        _losses(axes, steps, case[name], style, training)
    for step in (0, 250, 500):
        axes.marks.append(["t", axes.x(step), axes.base + 16, "middle", str(step), "tick"])
    axes.marks.append(["t", axes.x(125), axes.base + 16, "middle", both("step", "스텝"), "label below"])
    axes.marks.append(["l", left, axes.base, left + WIDE, axes.base, "axis"])
    return axes.marks + _dots(case, left, axes.base + 54)


def _losses(axes: Axes, steps: list[int], run: Case, style: str, training: bool) -> None:
    """Draw the band and the mean of one model, with its best step marked."""
    low, high = ([(x, min(y, LOSSES[1])) for x, y in zip(steps, run[key], strict=True)] for key in ("low", "high"))
    axes.band(low, high, style)
    axes.curve(_inside(list(zip(steps, run["test"], strict=True))), style)
    if training:
        axes.curve(_inside(list(zip(steps, run["train"], strict=True))), f"{style} k2")
    best = min(zip(run["test"], steps, strict=True))
    axes.marks.append(["c", axes.x(best[1]), axes.y(best[0]), 4.5, style])


def _inside(points: Points) -> Points:
    """Return a curve up to where it leaves the picture."""
    for k, ((x1, y1), (x2, y2)) in enumerate(itertools.pairwise(points)):
        edge = min(max(y2, LOSSES[0]), LOSSES[1])
        if edge != y2:
            return [*points[: k + 1], (x1 + (x2 - x1) * (edge - y1) / (y2 - y1), edge)]
    return points


def _dots(case: Case, left: int, y: float) -> list[Mark]:
    """Draw for every seed by how much the tied model is ahead, to the right, or behind."""
    middle, won = left + WIDE / 2, wins(case)
    marks: list[Mark] = [["l", left, y, left + WIDE, y, "axis"], ["l", middle, y - 8, middle, y + 8, "axis"]]
    for free, tied in zip(case["untied"]["best"], case["tied"]["best"], strict=True):
        ahead = max(min((free - tied) / SPAN, 1), -1)
        winner = MODELS["tied" if ahead > 0 else "untied"]
        marks.append(["c", round(middle + ahead * WIDE / 2, 1), y, 3.5, f"{winner} see"])
    for side, name, count, anchor in ((left, "untied", len(case["tied"]["best"]) - won, "start"),
                                      (left + WIDE, "tied", won, "end")):  # fmt: skip
        label = {lang: f"{text} {count}" for lang, text in NAMES[name].items()}
        marks.append(["t", side, y + 24, anchor, label, f"note {MODELS[name]} below"])
    return marks


def _say(cases: list[Case], examples: int) -> Text:
    (same4, same8, other4, other8), seeds = (wins(case) for case in cases), len(cases[0]["tied"]["best"])
    return both(
        f"With {examples:,} examples the tied model is ahead for {same4} (width 4) and {same8} (width 8) of {seeds} "
        f"seeds where the roles are the same, for {other4} and {other8} where they differ.",
        f"예제가 {examples:,}개일 때 시드 {seeds}개 가운데 공유 모델이 앞선 것은, 역할이 같으면 {same4}개(너비 4)와 "
        f"{same8}개(너비 8), 역할이 다르면 {other4}개와 {other8}개입니다.",
    )


def _table(study: Case, cases: list[Case]) -> list[list[Words]]:
    def mean(values: list[float]) -> str:
        return f"{sum(values) / len(values):.3f}"

    head: list[Words] = [
        both("case", "경우"),
        both("untied, best test loss", "따로: 새 예제에 대한 가장 낮은 손실"),
        both("tied, best test loss", "공유: 새 예제에 대한 가장 낮은 손실"),
        both("tied ahead", "공유가 앞선 시드"),
    ]
    rows: list[list[Words]] = [head]
    for case in cases:
        name = {lang: f"{text}, {case['width']}" for lang, text in ROLES[case["same_roles"]].items()}
        best = (mean(case[model]["best"]) for model in MODELS)
        rows.append([name, *best, f"{wins(case)} / {study['seeds']}"])
    for words, key in ((both("ln 64: knows nothing", "ln 64: 아무것도 모를 때"), "uniform"),
                       (both("unigram: ignores the first word", "빈도만: 앞 단어를 보지 않을 때"), "unigram"),
                       (both("floor: knows the language", "하한: 언어를 정확히 알 때"), "irreducible")):  # fmt: skip
        rows.append([words, f"{study[key]:.3f}", f"{study[key]:.3f}", ""])
    return rows
