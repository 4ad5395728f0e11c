"""A file of weights, opened: its tensors as a list, and of the chosen one a histogram, a heat map, a spectrum."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ..checks import Array
from ..findings import Finding, equals, examine, totals
from ..opened import Opened, look
from ..origins import cdf
from ..stats import edges_of, finite, histogram, spectrum, summarize
from . import marks
from .arguments import as_title
from .canvas import Axes, number, shape_text
from .spec import Control, Figure, Mark, State, Text, both, several
from .tensors import HIGH, LEFT, SHOWN, WIDTH, distribution, joined, name_row, note_of, said, window

__all__ = ["open_file"]

MOST = 2000  # tensors that can be chosen
ROWS, COLUMNS = 40, 80  # of a heat map
SIDE = 200  # rows and columns of the part whose spectrum is drawn
BINS = 60
SIZE = (480, 10 + HIGH * SHOWN)
AREA = (64.0, 34.0, 406.0, SIZE[1] - 96.0)
LOOKS = (
    both("all tensors", "모든 텐서"),
    both("histogram", "히스토그램"),
    both("heat map", "히트맵"),
    both("spectrum", "스펙트럼"),
)


class _Shown:
    """An opened file with what was found out about it so far: each tensor is looked at when it is shown."""

    def __init__(self, file: Opened) -> None:
        self.file = file
        self.names = list(dict.fromkeys((*file.places, *file.aliases)))
        self.finding: Callable[[str], Finding] = cache(lambda name: examine(file, name))
        self.copies: Callable[[], list[tuple[str, ...]]] = cache(lambda: equals(file))
        self.largest = max((place.size for place in file.places.values()), default=0) or 1

    def twins(self, name: str) -> list[str]:
        """Return the other tensors that hold the same numbers."""
        return [other for group in self.copies() if name in group for other in group if other != name]

    def values(self, name: str) -> Array:
        """Return the numbers of a tensor that are drawn, in float64."""
        return np.asarray(self.file.sample(name).values, np.float64)


def _whole(shown: _Shown) -> Text:
    file = shown.file
    once, again = totals(file)
    tensors, numbers, size = len(file.places), number(once), number(file.size)
    more = len(shown.names) - MOST
    parts = [both(
        f"{file.path.name}: {several(f'{tensors:,}', 'tensor')}, {several(numbers, 'number')} in "
        f"{several(size, 'byte')}.",
        f"{file.path.name}: 텐서 {tensors:,}개, 원소 {numbers}개, {size}바이트.",
    )]  # fmt: skip
    if again > once:
        parts.append(both(
            f"With tied names counted again it would be {number(again)}.",
            f"묶인 이름까지 거듭 세면 {number(again)}개입니다.",
        ))  # fmt: skip
    if file.unread:
        left = ", ".join(f"{name} ({word})" for name, word in list(file.unread.items())[:3])
        left += ", …" if len(file.unread) > 3 else ""
        parts.append(both(f"Of types that are not read here: {left}.", f"여기서 읽지 않는 자료형: {left}."))
    if more > 0:
        parts.append(both(f"The last {more:,} names are left out here.", f"마지막 이름 {more:,}개는 싣지 않았습니다."))
    return joined(parts)


def _of(shown: _Shown, name: str) -> Text:
    """Return all that is said of one tensor."""
    if name in shown.file.aliases:
        target = shown.file.aliases[name]
        return both(
            f"{name} is a second name for {target}: tied, and written once.",
            f"{name}: {target}의 다른 이름입니다. 묶여 있어서 한 번만 저장됩니다.",
        )
    twins = shown.twins(name)
    extra = both("", "")
    if twins:
        others = ", ".join(twins[:3]) + (", …" if len(twins) > 3 else "")
        extra = both(f"Its numbers are those of {others}.", f"값이 {others}의 값과 똑같습니다.")
    heading = both(f"{name}:", f"{name}:")
    return joined([heading, said(shown.finding(name)), extra])


def _list(shown: _Shown, which: int) -> State:
    """Draw the tensors around the chosen one: name, shape, size to scale, and what stands out."""
    scene: list[Mark] = []
    rows: list[list[Any]] = [[
        both("name", "이름"), both("type", "자료형"), both("shape", "형상"), both("numbers", "원소 수"),
        both("std", "표준편차"), both("what stands out", "눈에 띄는 점"),
    ]]  # fmt: skip
    for line, at in enumerate(window(which, min(len(shown.names), MOST))):
        name, top = shown.names[at], 6 + HIGH * line
        place = shown.file.place(name)
        note: Any
        if name in shown.file.aliases:
            note, style, std = both("second name", "다른 이름"), "c", ""
        else:
            finding = shown.finding(name)
            note, style = note_of(finding, len(shown.twins(name)))
            std = number(finding.stats.std) if finding.stats else ""
        long = max(WIDTH * place.size / shown.largest, 1.0) if name not in shown.file.aliases else 0.0
        scene += name_row(line, name, at == which)
        scene.append(["t", LEFT, top + 38, "start", shape_text(place.shape), "tick"])
        if note:
            scene.append(["t", LEFT + WIDTH, top + 38, "end", note, f"note {style}"])
        if long:
            scene.append(["r", LEFT, top + 44, long, 4, "a" if at == which else "a pale"])
        rows.append([name, place.dtype, shape_text(place.shape), number(place.size), std, note])
    scene += _below(shown, shown.names[which], 20 + HIGH * min(len(shown.names), SHOWN))
    return State(scene, joined([_whole(shown), _of(shown, shown.names[which])]), rows)


def _below(shown: _Shown, name: str, top: float) -> list[Mark]:
    """Draw a small histogram of the chosen tensor where a short list leaves room for it."""
    room = SIZE[1] - top - 34
    kept = finite(shown.values(name).reshape(-1)) if room >= 60 else np.empty(0)
    if not kept.size:
        return []
    low, high = edges_of([summarize(kept)])
    ends = ((LEFT, "start", low), (LEFT + WIDTH, "end", high))
    words: list[Mark] = [["t", x, top + room + 20, anchor, number(value), "tick"] for x, anchor, value in ends]
    return [*marks.strip(LEFT, top, (WIDTH, room), [kept], (low, high), 80), *words]


def _nothing(words: Text) -> State:
    """Return the state of what cannot be drawn, with the reason."""
    return State([], words, [[both("nothing to draw", "그릴 것이 없음")], [words]])


def _histogram(shown: _Shown, name: str) -> State:
    kept = finite(shown.values(name).reshape(-1))
    if not kept.size:
        return _nothing(both(f"{name} holds no finite number.", f"{name}: 유한한 수가 없습니다."))
    stats, found = summarize(kept), shown.finding(shown.file.place(name).name).origin
    counted = histogram(kept, BINS, edges_of([stats]))
    edges, counts = counted.edges, counted.counts
    theory, words = counted.normal(), both("normal of this spread", "표준편차가 같은 정규 분포")
    if found is not None and found.family in ("normal", "uniform", "truncated"):
        theory = kept.size * np.diff(cdf(found.family, edges, found.scale))
        words = distribution(found)
    top = max(float(counts.max()), float(theory.max()))
    axes = Axes((float(edges[0]), float(edges[-1])), (0, top * 1.2), AREA)
    axes.y_axis(both("count", "개수"))
    for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True):
        if count:
            axes.bar(low, high, float(count), "a see")
    axes.theory(zip((edges[:-1] + edges[1:]) / 2, theory, strict=True))
    axes.marks.append(["t", axes.left + axes.width, axes.top + 14, "end", words, "note"])
    axes.x_axis(both("value", "값"))
    rows: list[list[Any]] = [[both("from", "부터"), both("to", "까지"), both("count", "개수")]]
    rows += [[number(a), number(b), number(int(c))] for a, b, c in zip(edges[:-1], edges[1:], counts, strict=True) if c]
    say = [_of(shown, name)]
    if found is not None and found.limit:
        say.append(both(
            f"Kolmogorov-Smirnov distance {number(found.distance, 2)}; chance allows {number(found.limit, 2)}.",
            f"콜모고로프-스미르노프 거리 {number(found.distance, 2)}, 우연히 생기는 한계 {number(found.limit, 2)}.",
        ))  # fmt: skip
    return State(axes.marks, joined(say), rows)


def _picked(count: int, most: int) -> Array:
    """Return at most so many places of `count`, from the first to the last."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(int))


def _heat(shown: _Shown, name: str) -> State:
    sample = shown.file.sample(name)
    values = shown.values(name)
    if values.ndim == 1:
        line = max(1, min(64, values.size))  # a vector is drawn in lines
        values = np.append(values, np.full(-values.size % line, np.nan)).reshape(-1, line)
    if not values.size:
        return _nothing(both(f"{name} holds no number.", f"{name}: 원소가 없습니다."))
    rows, columns = _picked(len(values), ROWS), _picked(values.shape[1], COLUMNS)
    part = values[np.ix_(rows, columns)]
    sizes = np.abs(finite(part.reshape(-1)))
    limit = float(np.quantile(sizes, 0.99)) if sizes.size else 1.0
    limit = limit or float(sizes.max(initial=0)) or 1.0
    beyond = f"{float((sizes > limit).mean()):.0%}" if sizes.size else "0%"
    wide, high = min(WIDTH / len(columns), 30.0), min((SIZE[1] - 70) / len(rows), WIDTH / len(columns), 30.0)
    left = (480 - wide * len(columns)) / 2
    scene = marks.heat(left, 10, (wide, high), part, limit, "tile" if min(wide, high) > 9 else "")
    scene += marks.scale(120, 10 + high * len(rows) + 14, 240, limit)
    many = f"{len(rows)} × {len(columns)}"
    shape = shape_text(shown.file.place(name).shape)
    drawn = both(
        f"Drawn are {many} numbers, evenly from the shape {shape}; {beyond} of them are beyond the colours.",
        f"형상 {shape}에서 고르게 뽑은 {many}개를 그렸습니다. 그중 {beyond}가 색의 범위를 벗어납니다.",
    )
    which = sample.rows[rows] if len(sample.rows) else rows
    table: list[list[Any]] = [[both("row", "행"), both("mean size", "평균 크기")]]
    with np.errstate(invalid="ignore"):
        table += [[str(row), number(float(np.abs(line).mean()))] for row, line in zip(which, part, strict=True)]
    return State(scene, joined([_of(shown, name), drawn]), table)


def _spectrum(shown: _Shown, name: str) -> State:
    values = shown.values(name)
    if values.ndim < 2 or min(values.shape) < 2 or not np.isfinite(values).all():
        return _nothing(both(
            f"{name} has no spectrum: that of a matrix of finite numbers is drawn here.",
            f"{name}: 유한한 수로 된 행렬만 스펙트럼을 그릴 수 있습니다.",
        ))  # fmt: skip
    part = values[np.ix_(_picked(len(values), SIDE), np.arange(min(values.shape[1], SIDE)))]
    found = spectrum(part)
    rms = float(np.sqrt((part**2).mean()))
    random = spectrum(np.random.default_rng(0).standard_normal(part.shape) * rms)
    top = max(float(found[0]), float(random[0]), 1e-300) * 1.1
    axes = Axes((1, len(found)), (0, top), AREA)
    axes.y_axis(both("singular value", "특잇값"))
    axes.curve(zip(range(1, len(found) + 1), found, strict=True), "a")
    axes.theory(zip(range(1, len(found) + 1), random, strict=True))
    axes.names([(top, both("this tensor", "이 텐서"), "a"), (0.99 * top, both("random", "난수 행렬"), "")])
    axes.x_axis(both("number", "순서"))
    size = f"{part.shape[0]} × {part.shape[1]}"
    ratio = number(float(found[0] / random[0])) if random[0] else "0"
    say = both(
        f"{name}, {size} of it: the largest singular value is {number(float(found[0]))}, {ratio} times that of random "
        "numbers of the same spread.",
        f"{name}의 {size} 부분: 가장 큰 특잇값은 {number(float(found[0]))}이고, 표준편차가 같은 난수 행렬의 {ratio}배"
        "입니다.",
    )
    rows: list[list[Any]] = [[both("number", "순서"), both("this tensor", "이 텐서"), both("random", "난수 행렬")]]
    rows += [[str(k + 1), number(float(found[k])), number(float(random[k]))] for k in _picked(len(found), 12)]
    return State(axes.marks, say, rows)


def open_file(file: Any, title: Any = None) -> Figure:
    """Return a file of weights as a list of its tensors, of which each can be looked at.

    The header is read, and of each tensor that is shown a sample: so a file of any size opens at once.  Nothing in it
    is executed.

    Parameters
    ----------
    file : path
        A safetensors or npz file.
    title : Text, optional

    Raises
    ------
    FileFormatError
        If it is damaged or of another format; the message says what to do.

    Examples
    --------
    >>> from d2lparams import real
    >>> open_file(real.FOLDER / "bart.safetensors")
    <open-file figure: What is in this file?>
    """
    words = as_title(title, both("What is in this file?", "이 파일에 무엇이 들어 있을까요?"))
    shown = _Shown(look(file))
    names = shown.names[:MOST]
    draws = (_histogram, _heat, _spectrum)

    def compute(kind: int, which: int) -> State:
        return _list(shown, which) if kind == 0 else draws[kind - 1](shown, names[which])

    controls = [
        Control("look", "select", both("look at", "보기"), LOOKS),
        Control("tensor", "select", both("tensor", "텐서"), names),
    ]
    return Figure("open-file", words, SIZE, controls, compute)
