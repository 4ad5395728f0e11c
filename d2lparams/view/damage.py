"""A small file with one bit turned over, at every byte in turn: what loading it really does."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .. import nn
from ..errors import FileFormatError, LoadError
from .arguments import as_title
from .marks import cells, heat
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["damage"]

BIT = 1  # the lowest of a byte
LEFT, COLUMNS, CELL = 12, 26, (17.5, 21)  # of the header: from where, letters in a line, the size of one
KINDS = {  # what may follow: the shade of a byte, and what it is called
    "refused": (2, both("refused", "거부")),
    "names": (4, both("other names", "이름이 달라짐")),
    "number": (-4, both("another number", "값이 달라짐")),
    "nothing": (0, both("no difference", "변화 없음")),
}
START = 96  # a letter of the header: the type of the bias
LONGEST = 220  # letters of a lesson that are shown


class Outcome(NamedTuple):
    """What became of a file with one damaged byte.

    Attributes
    ----------
    kind : str
        A key of `KINDS`.
    lesson : str
        What the error said, if there was one.
    values : ndarray
        The numbers of the network after loading.
    """

    kind: str
    lesson: str
    values: Any


def _net() -> nn.Sequential:
    """Return two layers with one weight, of whose numbers each is known by heart."""
    with nn.NameManager():
        net, first = nn.Sequential(), nn.Dense(2, in_units=2)
        net.add(first, nn.Dense(2, in_units=2, use_bias=False, params=first.params))
    for parameter, values in zip(first.params.values(), ([[1.5, -2], [0.25, 3]], [0.5, -1]), strict=True):
        parameter.set_data(values)
    return net


def _loaded(path: Path) -> Outcome:
    net = _net()
    weight, bias = net.collect_params().values()
    before = np.append(bias.data().asnumpy(), weight.data().asnumpy())
    for parameter in (weight, bias):
        parameter.set_data(parameter.data() * 0)
    try:
        net.load_parameters(path)
    except (FileFormatError, LoadError) as error:
        kind = "refused" if isinstance(error, FileFormatError) else "names"
        return Outcome(kind, " ".join(str(error).split()), None)
    after = np.append(bias.data().asnumpy(), weight.data().asnumpy())
    return Outcome("nothing" if before.tobytes() == after.tobytes() else "number", "", after)


@cache
def outcomes() -> tuple[bytes, list[Outcome]]:
    """Return the content of the whole file, and what follows from damaging each of its bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.safetensors"
        _net().save_parameters(path)
        content, found = path.read_bytes(), []
        for at in range(len(content)):
            path.write_bytes(content[:at] + bytes([content[at] ^ BIT]) + content[at + 1 :])
            found.append(_loaded(path))
        return content, found


# ---- the picture


def _number(value: float) -> str:
    """Return a number with all the digits that a float32 has."""
    return f"{value:.8g}".replace("-", "\u2212")


def _letter(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 else f"{byte:02x}"


class _Places:
    """Where the bytes of the file stand: 8 of the length, lines of the header, the numbers in groups of 4."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.body = 8 + int.from_bytes(content[:8], "little")
        self.header = 92
        self.numbers = self.header + CELL[1] * -(-(self.body - 8) // COLUMNS) + 34
        self.end = self.numbers + 54 * -(-(len(content) - self.body) // 12) + 6

    def box(self, at: int) -> tuple[float, float, float, float]:
        """Return left, top, width and height of the cell of a byte."""
        if at < 8:
            return LEFT + 36 * at, 28, 36, 24
        if at < self.body:
            row, column = divmod(at - 8, COLUMNS)
            return LEFT + CELL[0] * column, self.header + CELL[1] * row, *CELL
        group, byte = divmod(at - self.body, 4)
        return LEFT + 156 * (group % 3) + 36 * byte, self.numbers + 54 * (group // 3), 36, 24


def _base(places: _Places, found: list[Outcome]) -> list[Mark]:
    """Return every byte in the shade of what its damage does, and what stands above the three parts."""
    content, body = places.content, places.body
    titles = [
        (18, both("8 bytes: a length", "8바이트: 길이")),
        (places.header - 10, both("the header, letter by letter", "헤더, 글자 하나가 1바이트")),
        (places.numbers - 10, both("the numbers, 4 bytes each", "수, 하나에 4바이트")),
    ]
    marks: list[Mark] = [["t", LEFT, y, "start", text, "label"] for y, text in titles]
    shades = [KINDS[one.kind][0] for one in found]
    lines = shades[8:body] + [float("nan")] * (-(body - 8) % COLUMNS)
    marks += heat(LEFT, places.header, CELL, np.reshape(lines, (-1, COLUMNS)), 7, "tile")
    for at, byte in enumerate(content):
        x, y, width, height = places.box(at)
        if 8 <= at < body:
            if byte != 32:
                marks.append(["t", round(x + width / 2, 1), y + 15, "middle", _letter(byte), "code"])
        else:
            marks += heat(x, y, (width, height), [[shades[at]]], 7, "tile")
            marks += cells(x, y, (width, height), [f"{byte:02x}"])
    return marks


def _legend(places: _Places, found: list[Outcome]) -> list[Mark]:
    marks: list[Mark] = []
    for k, (kind, (shade, words)) in enumerate(KINDS.items()):
        x, y = LEFT + 232 * (k % 2), places.end + 50 * (k // 2)
        count = sum(one.kind == kind for one in found)
        marks += heat(x, y, (22, 22), [[shade]], 7, "tile")
        label = both(f"{words['en']}: {count}", f"{words['ko']}: {count}")
        marks.append(["t", x + 30, y + 16, "start", label, "label amid"])
    return marks


def _say(at: int, content: bytes, outcome: Outcome, whole: Any) -> Text:
    byte, now = content[at], content[at] ^ BIT
    what = both(f"Byte {at}, {byte:02x} → {now:02x}", f"{at}번 바이트, {byte:02x} → {now:02x}")
    if at in range(8, 8 + int.from_bytes(content[:8], "little")):
        what = both(f"Byte {at}, {_letter(byte)} → {_letter(now)}", f"{at}번 바이트, {_letter(byte)} → {_letter(now)}")
    if outcome.lesson:
        lesson = outcome.lesson if len(outcome.lesson) <= LONGEST else f"{outcome.lesson[: LONGEST - 1]}…"
        return both(f"{what['en']}: refused. {lesson}", f"{what['ko']}: 거부됩니다. {lesson}")
    if outcome.kind == "nothing":
        return both(f"{what['en']}: loaded, and nothing is different.", f"{what['ko']}: 읽히며, 달라진 값이 없습니다.")
    (place,) = np.flatnonzero(outcome.values != whole)
    old, new = _number(whole[place]), _number(outcome.values[place])
    return both(
        f"{what['en']}: loaded without a word, and a {old} has become {new}.",
        f"{what['ko']}: 아무 경고 없이 읽히지만 값 하나가 바뀝니다. {old} → {new}.",
    )


def damage(title: Any = None) -> Figure:
    """Return a file of 6 numbers of which any byte can be damaged: what the next ``load_parameters()`` says.

    Of the chosen byte the lowest bit is turned over.  The shade of every byte tells what its damage does; each has been
    tried.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("One bit of a file", "파일에서 비트 하나가 바뀌면"))
    content, found = outcomes()
    places = _Places(content)
    whole = np.frombuffer(content[places.body :], "<f4")

    def compute(at: int) -> State:
        x, y, width, height = places.box(at)
        values = whole if found[at].values is None else found[at].values
        marks: list[Mark] = [["r", x - 2, y - 2, width + 4, height + 4, "outline"]]
        for k, (one, kept) in enumerate(zip(values, whole, strict=True)):
            left, top, *_ = places.box(places.body + 4 * k)
            style = "tick" if one == kept else "b strong"
            marks.append(["t", left + 72, top + 41, "middle", _number(one), style])
        rows: list[list[Any]] = [
            [both("byte", "바이트"), both("before", "전"), both("after", "후"), both("then", "결과")]
        ]
        rows.append([str(at), f"{content[at]:02x}", f"{content[at] ^ BIT:02x}", KINDS[found[at].kind][1]])
        return State(marks, _say(at, content, found[at], whole), rows)

    every = [str(at) for at in range(len(content))]
    control = Control("byte", "slider", both("damaged byte", "바꿀 바이트"), every, START)
    base = _base(places, found) + _legend(places, found)
    return Figure("damage", words, (480, places.end + 100), [control], compute, base)
