"""Which arrays of a file go into which parameters of a network, and what is left on either side."""

from __future__ import annotations

import copy
from itertools import groupby
from typing import Any, NamedTuple

from ..block import Block
from ..errors import LoadError, SettingError
from ..files import Saved, load
from ..parameter import Parameter
from .arguments import as_network, as_title
from .canvas import clipped, shape_text
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["matching"]

FLAGS: dict[str, dict[str, bool]] = {
    "only_matching": {"only_matching": True},
    "no flag": {},
    "allow_missing": {"allow_missing": True},
    "ignore_extra": {"ignore_extra": True},
    "both of these": {"allow_missing": True, "ignore_extra": True},
}
WORDS: list[Words] = [
    "only_matching=True",
    both("no flag", "인수 없이"),
    "allow_missing=True",
    "ignore_extra=True",
    both("both of these", "두 인수 모두"),
]
MOST = 16  # names on either side
BOXES, WIDE, HIGH, ROW, TOP = (44, 276), 160, 46, 54, 46  # where the boxes stand, and how large they are
LETTERS = 12  # of a name in a box


class Side(NamedTuple):
    """A name at one side, its shape, and what it meets at the other: nothing, another shape, or its like."""

    name: str
    shape: str
    meets: str


def _key(name: str) -> tuple[list[tuple[bool, int, str]], bool, str]:
    """Return what sorts paths as a network has them: 2 before 10, a weight before what stands beside it."""
    layer, _, leaf = name.rpartition(".")
    numbers = [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in layer.split(".")]
    return numbers, leaf != "weight", leaf


def _sides(saved: Saved, net: Block) -> tuple[list[Side], list[Side]]:
    """Return the names of the file and those of the network, in their order."""
    places: dict[str, Parameter] = dict(net.named_parameters())
    known = {path: saved.find(path) for path in places}
    held = {p for path, p in places.items() if known[path] is not None}
    right = []
    for path, parameter in places.items():
        array = known[path]
        if array is None:
            meets = "tied" if parameter in held else "nothing"
        else:
            meets = "like" if parameter.fits(array.shape) else "other"
        right.append(Side(path, shape_text(parameter.shape), meets))
    met = {side.name: side.meets for side in right}
    names = sorted({*saved.arrays, *saved.aliases}, key=_key)
    arrays = {name: saved.arrays[saved.aliases.get(name, name)] for name in names}
    return [Side(name, str(arrays[name].shape), met.get(name, "nothing")) for name in names], right


def _tree(sides: list[Side], x: float, outer: float) -> list[Mark]:
    """Return the lines that join the names of one side to their layers, and the layers to a root."""
    marks: list[Mark] = []
    centres, at = [], 0
    for layer, group in groupby(sides, lambda side: side.name.rpartition(".")[0]):
        count = len(list(group))
        middles = [TOP + ROW * (at + k) + HIGH / 2 for k in range(count)]
        centre, at = sum(middles) / count, at + count
        node = x + (outer - x) * 0.55
        marks += [["l", node, centre, x, middle, "branch"] for middle in middles]
        centres.append((node, centre, layer))
    root = sum(y for _, y, _ in centres) / max(len(centres), 1)
    marks += [["l", outer, root, node, y, "branch"] for node, y, _ in centres]
    marks += [["c", node, y, 5, "node"] for node, y, _ in centres]
    return [*marks, ["c", outer, root, 5, "node sum"]]


def _box(side: Side, x: float, y: float, taken: bool) -> list[Mark]:
    style = "a pale" if taken else "near" if side.meets in ("nothing", "other") else "row"
    name = str(clipped(side.name, LETTERS))
    return [
        ["r", x, y, WIDE, HIGH, style],
        ["t", x + 8, y + 20, "start", name, "code strong" if taken else "code"],
        ["t", x + 8, y + 39, "start", side.shape, "code"],
    ]


def _picture(left: list[Side], right: list[Side], done: bool) -> list[Mark]:
    marks = [
        ["t", BOXES[0], 26, "start", both("in the file", "파일"), "label amid"],
        ["t", BOXES[1], 26, "start", both("in the network", "신경망"), "label amid"],
    ]
    marks += _tree(left, BOXES[0], 10) + _tree(right, BOXES[1] + WIDE, 470)
    rows = {side.name: k for k, side in enumerate(left)}
    for k, side in enumerate(right):
        taken = done and side.meets in ("like", "tied")
        if side.name in rows and side.meets in ("like", "other"):
            ends = TOP + ROW * rows[side.name] + HIGH / 2, TOP + ROW * k + HIGH / 2
            style = "b thin" if side.meets == "other" else "a" if taken else "rule"
            marks.append(["l", BOXES[0] + WIDE, ends[0], BOXES[1], ends[1], style])
            if side.meets == "other":
                marks.append(["t", 240, sum(ends) / 2 + 6, "middle", "≠", "note b strong"])
        marks += _box(side, BOXES[1], TOP + ROW * k, taken)
    for side, row in zip(left, range(len(left)), strict=True):
        marks += _box(side, BOXES[0], TOP + ROW * row, done and side.meets == "like")
    return marks


def _say(flags: str, left: list[Side], right: list[Side], done: bool) -> Text:
    lists = (
        ("missing", "파일에 없음", [side.name for side in right if side.meets == "nothing"]),
        ("extra", "파일에만 있음", [side.name for side in left if side.meets == "nothing"]),
        ("mismatched", "형상이 다름", [side.name for side in right if side.meets == "other"]),
    )
    en = "; ".join(f"{word}: {', '.join(names)}" for word, _, names in lists if names) or "everything agrees"
    ko = "; ".join(f"{word}: {', '.join(names)}" for _, word, names in lists if names) or "모두 일치"
    fit = sum(side.meets in ("like", "tied") for side in right) if done else 0
    given = {
        "no flag": both("Without a flag", "인수가 없으면"),
        "both of these": both("With allow_missing and ignore_extra", "allow_missing과 ignore_extra를 모두 주면"),
    }.get(flags, both(f"With {flags}", f"{flags}{'을' if flags == 'only_matching' else '를'} 주면"))
    taken = both(
        f"{fit} of {len(right)} parameters take values", f"파라미터 {len(right)}개 가운데 {fit}개가 값을 받습니다"
    )
    if not fit:
        taken = both("nothing is loaded", "아무것도 불러오지 않습니다")
    return both(f"{given['en']}, {taken['en']} ({en}).", f"{given['ko']} {taken['ko']}({ko}).")


def matching(file: Any, net: Block, title: Any = None) -> Figure:
    """Return what ``net.load_parameters(file)`` would take and leave, with each of its flags; `net` stays as it is.

    Parameters
    ----------
    file : path
        A safetensors or npz file.
    net : Block
        File and network have at most 16 names each.
    title : Text, optional
    """
    words = as_title(title, both("What a partial load takes and leaves", "일부만 불러올 때 들어가는 것과 남는 것"))
    network = as_network(net)
    left, right = _sides(load(file), network)
    if not (0 < len(left) <= MOST and 0 < len(right) <= MOST):
        raise SettingError(f"There is room for 1 to {MOST} names on a side; here are {len(left)} and {len(right)}.")

    def compute(which: int) -> State:
        flags = list(FLAGS)[which]
        try:
            copy.deepcopy(network).load_parameters(file, cast_dtype=True, **FLAGS[flags])
            done = True
        except LoadError:
            done = False
        rows: list[list[Any]] = [[both("name", "이름"), both("in the file", "파일"), both("in the network", "신경망")]]
        shapes = [{side.name: side.shape for side in sides} for sides in (left, right)]
        names = dict.fromkeys([*shapes[1], *shapes[0]])
        rows += [[name, *(table.get(name, "-") for table in shapes)] for name in names]
        return State(_picture(left, right, done), _say(flags, left, right, done), rows)

    control = Control("flags", "select", both("load_parameters", "load_parameters"), WORDS)
    return Figure("matching", words, (480, TOP + ROW * max(len(left), len(right)) + 6), [control], compute)
