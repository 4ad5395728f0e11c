"""A safetensors file, byte by byte: eight bytes of length, a header in plain words, the numbers themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import FileFormatError, SettingError
from ..files import ALIASES, NOTES, load
from . import marks
from .arguments import as_title
from .canvas import clipped
from .spec import Control, Figure, Mark, State, Words, both

__all__ = ["byte_map"]

MOST = 60  # names
LINE, TOP = 62, 82  # of a name in the header, in units of the drawing
LETTERS = 38  # that a line has room for where they are largest
LEFT, WIDTH = 12, 456


def _header(file: Any) -> tuple[bytes, dict[str, Any], int]:
    """Return the first eight bytes of a file, its header and how many bytes follow; a wrong file gets its lesson."""
    load(file)
    with Path(file).open("rb") as stream:
        size = stream.read(8)
        if size.startswith(b"PK"):
            raise FileFormatError(f"{Path(file).name!r:.80} is an npz file. The map is of safetensors: save as that.")
        header: dict[str, Any] = json.loads(stream.read(int.from_bytes(size, "little")))
        return size, header, len(stream.read())


class _Entry(NamedTuple):
    """What the header says of a name, line by line, and where its bytes begin and end."""

    lines: tuple[Words, ...]
    begin: int
    end: int


def _entries(header: dict[str, Any]) -> dict[str, _Entry]:
    """Return the names of the header as it has them; an alias has no bytes."""
    found: dict[str, _Entry] = {}
    for name, entry in header.items():
        if name != NOTES:
            begin, end = entry["data_offsets"]
            kind = f': {{"dtype": "{entry["dtype"]}",'
            first = f"{_quoted(name, LETTERS - 2 - len(kind))}{kind}"
            place = f'\u00a0 "data_offsets": [{begin}, {end}]}}'
            found[name] = _Entry((first, f'\u00a0 "shape": {entry["shape"]},', place), begin, end)
    for alias, name in json.loads(header.get(NOTES, {}).get(ALIASES, "{}")).items():
        pair = f"{_quoted(alias, LETTERS // 2 - 3)}: {_quoted(name, LETTERS // 2 - 3)}"
        found[alias] = _Entry((pair, both("\u00a0 an alias, in __metadata__", "\u00a0 __metadata__에 적힌 별칭")), 0, 0)
    return found


def _quoted(name: str, letters: int) -> str:
    return json.dumps(clipped(name, letters), ensure_ascii=False)


def _base(size: bytes, entries: dict[str, _Entry], body: int) -> list[Mark]:
    """Return the eight bytes one by one, the lines of the header, and what stands above the numbers."""
    length = int.from_bytes(size, "little")
    titles = [
        (18, both(f"8 bytes: header of {length:,}", f"8바이트: 헤더 {length:,}")),
        (TOP - 8, both("the header", "헤더")),
        (TOP + LINE * len(entries) + 22, both(f"{body:,} bytes of numbers, to scale", f"수 {body:,}바이트")),
    ]
    scene: list[Mark] = [["t", LEFT, y, "start", text, "label"] for y, text in titles]
    scene += marks.cells(LEFT, 26, (36, 24), [f"{byte:02x}" for byte in size])
    for k, entry in enumerate(entries.values()):
        for row, words in enumerate(entry.lines):
            style = "code" if isinstance(words, str) else "code below"
            scene.append(["t", LEFT + 6, TOP + LINE * k + 17 + 20 * row, "start", words, style])
    return scene


def byte_map(file: Any, title: Any = None) -> Figure:
    """Return the map of a safetensors file: choosing a name lights its line of the header and its bytes.

    Parameters
    ----------
    file : path
        At most 60 names.
    title : Text, optional

    Raises
    ------
    FileFormatError
        If the file is none, is damaged, or is an npz file; what is wrong with it, the message says.
    """
    words = as_title(title, both("A file, byte by byte", "파일을 바이트 단위로 보기"))
    size, header, body = _header(file)
    entries = _entries(header)
    if not 0 < len(entries) <= MOST:
        raise SettingError(f"A map has room for 1 to {MOST} names, and this file has {len(entries)}.")
    names, bottom = list(entries), TOP + LINE * len(entries) + 30
    rows: list[list[Any]] = [[both("name", "이름"), both("from", "시작"), both("to", "끝"), both("bytes", "바이트")]]
    rows += [[name, f"{e.begin:,}", f"{e.end:,}", f"{e.end - e.begin:,}"] for name, e in entries.items()]

    def compute(which: int) -> State:
        scene: list[Mark] = [["r", LEFT, TOP + LINE * which, WIDTH, LINE, "chosen"]]
        for name, (_, begin, end) in entries.items():
            if end > begin:
                left, right = (LEFT + WIDTH * place / body for place in (begin, end))
                style = "a" if name == names[which] else "a pale"
                scene.append(["r", left, bottom, max(right - left - 1, 0.5), 36, style])
        _, begin, end = entries[names[which]]
        if names[which] in header:
            return State(scene, both(
                f"{names[which]}: {end - begin:,} of {body:,} bytes, from offset {begin:,} to {end:,}.",
                f"{names[which]}: 오프셋 {begin:,}부터 {end:,}까지, {body:,}바이트 가운데 {end - begin:,}바이트입니다.",
            ), rows)  # fmt: skip
        return State(scene, both(
            f"{names[which]} is a second name for a tensor that is there already: it has no bytes.",
            f"{names[which]}: 이미 있는 텐서의 다른 이름이므로 차지하는 바이트가 없습니다.",
        ), rows)  # fmt: skip

    control = Control("name", "select", both("choose a name", "이름 고르기"), names)
    base = _base(size, entries, body)
    return Figure("byte-map", words, (480, bottom + 48), [control], compute, base)
