"""Two ways to write a file over an older one, and what a crash after each of their steps leaves behind."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .. import nn
from ..errors import FileFormatError
from ..files import load
from .arguments import as_title
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["safe_write"]


class Step(NamedTuple):
    """A step of writing, and what is under the file's name if the program, or the power, ends right after it.

    Attributes
    ----------
    code : str
        What is done.
    killed, cut : {'old', 'empty', 'torn', 'new'}
        What is there at the worst: after the program is killed, the system still writes what it was given; after the
        power fails, only what was synced is sure.
    written, synced : float
        Which share of the new bytes the system has, and which share the disk has.
    """

    code: str
    killed: str
    cut: str
    written: float
    synced: float


IN_PLACE = (
    Step("compute", "old", "old", 0, 0),
    Step("open", "empty", "empty", 0, 0),
    Step("write ½", "torn", "empty", 0.5, 0),
    Step("write", "new", "torn", 1, 0),
    Step("fsync", "new", "new", 1, 1),
)
BESIDE = (
    Step("compute", "old", "old", 0, 0),
    Step("open", "old", "old", 0, 0),
    Step("write ½", "old", "old", 0.5, 0),
    Step("write", "old", "old", 1, 0),
    Step("fsync", "old", "old", 1, 1),
    Step("replace", "new", "old", 1, 1),
    Step("sync dir", "new", "new", 1, 1),
)
WAYS = (both("in place", "제자리에 쓰기"), IN_PLACE), (both("beside it, then replace", "옆에 쓰고 바꾸기"), BESIDE)
FOUND = {  # by what is there: its look, and its name
    "old": ("c see", both("old", "이전")),
    "empty": ("near", both("empty", "비었음")),
    "torn": ("b see", both("torn", "잘렸음")),
    "new": ("a see", both("new", "새것")),
}
EVENTS: list[Words] = [both("the program is killed", "프로그램이 죽으면"), both("the power fails", "전원이 나가면")]
LANES, LANE, ROW, TOP = (8, 244), 228, 46, 50
DISK = TOP + ROW * len(BESIDE) + 26  # where what is on the disk is drawn


@cache
def verdicts() -> dict[str, str]:
    """Return what loading says of each content that a crash can leave: nothing, or why it refuses."""
    found: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder, nn.NameManager():
        path = Path(folder) / "net.safetensors"
        layer = nn.Dense(2, in_units=2)
        for name, value in (("old", 1.0), ("new", 2.0)):
            for parameter, values in zip(layer.params.values(), ([[value] * 2] * 2, [0, 0]), strict=True):
                parameter.set_data(values)  # initialize() would take a child of the reader's stream
            layer.save_parameters(path)
            found[name] = path.read_bytes()
        found |= {"empty": b"", "torn": found["new"][: len(found["new"]) // 2]}
        said = {}
        for name, content in found.items():
            path.write_bytes(content)
            try:
                load(path)
                said[name] = ""
            except FileFormatError as error:
                said[name] = str(error).partition(". Nothing")[0]
    return said


def _left(step: Step, event: int) -> str:
    return step.cut if event else step.killed


def _rows(steps: tuple[Step, ...], x: float, at: int, event: int) -> list[Mark]:
    """Return the steps of a way, one under another, each with what a crash right after it leaves."""
    marks: list[Mark] = []
    for k, step in enumerate(steps):
        y = TOP + ROW * k
        if k == at:
            marks.append(["r", x, y, 118, ROW - 4, "chosen"])
        style, words = FOUND[_left(step, event)]
        marks.append(["t", x + 8, y + 26, "start", step.code, "code strong" if k == at else "code"])
        marks.append(["r", x + 124, y + 3, 98, ROW - 10, style])
        marks.append(["t", x + 173, y + 26, "middle", words, "label amid" if style == "near" else "note amid"])
    return marks


def _bar(x: float, y: float, name: str, old: bool, written: float, synced: float, there: bool) -> list[Mark]:
    """Return one name of the folder, and how much of what it is to hold is there."""
    marks: list[Mark] = [["t", x, y, "start", name, "code" if there else "code faint"]]
    marks.append(["r", x, y + 8, LANE - 8, 22, "row" if there else "row faint"])
    if old:
        marks.append(["r", x, y + 8, LANE - 8, 22, "c see"])
    elif there and written:
        marks.append(["r", x, y + 8, round((LANE - 8) * written, 1), 22, "a pale"])
        if synced:
            marks.append(["r", x, y + 8, round((LANE - 8) * synced, 1), 22, "a see"])
    return marks


def _disk(steps: tuple[Step, ...], x: float, at: int) -> list[Mark]:
    """Return the folder while nothing has crashed: what is in the system's hands is pale, what is synced is full."""
    at = min(at, len(steps) - 1)
    step, beside = steps[at], steps is BESIDE
    replaced = beside and at >= 5
    marks = _bar(x, DISK + 20, "net.safetensors", at == 0 or (beside and not replaced), step.written, step.synced, True)
    if beside:
        marks += _bar(x, DISK + 74, "net….part", False, step.written, step.synced, 1 <= at < 5)
    return marks


LEFT = {  # what the sentence says of it
    "old": both("the old file, whole", "이전 파일 전체"),
    "empty": both("an empty file", "빈 파일"),
    "torn": both("half a file", "잘린 파일"),
    "new": both("the new file, whole", "새 파일 전체"),
}


def _say(at: int, event: int) -> Text:
    en, ko = [], []
    for (name, steps), where in zip(WAYS, ("in place", "beside"), strict=True):
        step = steps[min(at, len(steps) - 1)]
        left = _left(step, event)
        lesson = f" ({verdicts()[left]})" if verdicts()[left] else ""
        en.append(f"Written {where}, after {step.code}: {LEFT[left]['en']}{lesson}.")
        ko.append(f"{name['ko']}, {step.code} 다음: {LEFT[left]['ko']}{lesson}.")
    return both(" ".join(en), " ".join(ko))


def safe_write(title: Any = None) -> Figure:
    """Return the steps of writing a file in place and of writing it beside and replacing, with a crash after each.

    What a power cut leaves is the worst that the rules of file systems allow, not a measurement; what loading says of
    it is what ``files.load`` says.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("A crash while a file is written", "파일을 쓰다가 멈추면"))
    folder = both("in the folder, without a crash", "멈추지 않았을 때의 폴더")
    base: list[Mark] = [["t", LANES[0] + 4, DISK - 8, "start", folder, "label"]]
    base += [["t", x + 4, 26, "start", name, "strong amid"] for x, (name, _) in zip(LANES, WAYS, strict=True)]

    def compute(at: int, event: int) -> State:
        marks: list[Mark] = []
        for x, (_, steps) in zip(LANES, WAYS, strict=True):
            marks += _rows(steps, x, min(at, len(steps) - 1), event) + _disk(steps, x + 4, at)
        rows: list[list[Any]] = [[both("step", "단계"), *(name for name, _ in WAYS)]]
        for k, step in enumerate(BESIDE):
            first = FOUND[_left(IN_PLACE[k], event)][1] if k < len(IN_PLACE) else "-"
            rows.append([step.code, first, FOUND[_left(step, event)][1]])
        return State(marks, _say(at, event), rows)

    controls = [
        Control("step", "player", both("crash after step", "멈추는 단계"), [str(k) for k in range(len(BESIDE))], 2),
        Control("event", "select", both("if", "경우"), EVENTS),
    ]
    return Figure("safe-write", words, (480, DISK + 112), controls, compute, base)
