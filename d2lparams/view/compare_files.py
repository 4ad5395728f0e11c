"""Two files of one network: how far each tensor moved from the first to the second, and which did not move at all."""

from __future__ import annotations

import math
from typing import Any

from ..findings import Move, Pair, moves
from ..opened import look
from .arguments import as_title
from .canvas import number
from .spec import Control, Figure, Mark, State, Text, both
from .tensors import HIGH, LEFT, SHOWN, WIDTH, joined, name_row, window

__all__ = ["compare_files"]

ROOM = 150  # beside the longest bar, for its number
LISTED = 4  # names that a sentence lists


def _value(move: Move) -> Any:
    if move.frozen:
        return both("frozen", "동결")
    if not math.isfinite(move.far):
        return "∞ / NaN"
    return f"{number(move.far, 2)} ×" if move.far >= 10 else f"{move.far:.1%}"


def _of(move: Move) -> Text:
    if move.frozen:
        read = move.count < move.size
        return both(
            f"{move.name}: all {move.count:,} numbers{' that were read' if read else ''} are the same in both files.",
            f"{move.name}: 두 파일에서 {'읽은 ' if read else ''}값 {move.count:,}개가 모두 똑같습니다.",
        )
    if not math.isfinite(move.far):
        return both(
            f"{move.name}: it cannot be said how far it moved, since it was all 0, or numbers are not finite.",
            f"{move.name}: 처음에 모두 0이었거나 유한하지 않은 수가 있어 얼마나 움직였는지 나타낼 수 없습니다.",
        )
    far, share = f"{move.far:.2%}" if move.far < 10 else f"{number(move.far)} ×", f"{move.changed:.0%}"
    part = move.count < move.size
    return both(
        f"{move.name} moved by {far} of its length; {share} of "
        f"{f'the {move.count:,} numbers that were read' if part else f'its {move.size:,} numbers'} have changed.",
        f"{move.name}: 처음 길이의 {far}만큼 움직였고, "
        f"{f'읽은 값 {move.count:,}개' if part else f'값 {move.size:,}개'} 중 {share}가 바뀌었습니다.",
    )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:LISTED]) + (", …" if len(names) > LISTED else "")


def _whole(pair: Pair) -> Text:
    frozen, count = sum(move.frozen for move in pair.moves), len(pair.moves)
    parts = [both(f"{frozen} of {count} tensors are frozen.", f"텐서 {count}개 중 {frozen}개가 동결되어 있습니다.")]
    if pair.missing:
        parts.append(both(f"Only in the first: {_listed(pair.missing)}.", f"첫째 파일에만: {_listed(pair.missing)}."))
    if pair.extra:
        parts.append(both(f"Only in the second: {_listed(pair.extra)}.", f"둘째 파일에만: {_listed(pair.extra)}."))
    if pair.mismatched:
        names = _listed(pair.mismatched)
        parts.append(both(f"Of another shape: {names}.", f"형상이 다른 것: {names}."))
    return joined(parts)


def _table(pair: Pair) -> list[list[Any]]:
    rows: list[list[Any]] = [[both("name", "이름"), both("moved by", "움직인 정도"), both("changed", "바뀐 비율")]]
    rows += [[move.name, _value(move), f"{move.changed:.0%}"] for move in pair.moves]
    kinds = (
        (pair.missing, both("only in the first", "첫째에만")),
        (pair.extra, both("only in the second", "둘째에만")),
        (pair.mismatched, both("another shape", "형상이 다름")),
    )
    return rows + [[name, words, ""] for names, words in kinds for name in names]


def compare_files(first: Any, second: Any, title: Any = None) -> Figure:
    """Return a bar for each tensor of two files of one network: how far it moved, as a share of its length.

    Parameters
    ----------
    first, second : path
        Safetensors or npz files, such as two checkpoints of one training.
    title : Text, optional

    Raises
    ------
    FileFormatError
        If one of them is damaged or of another format.
    UnknownNameError
        If they have no tensor in common.
    """
    words = as_title(title, both("What moved between two files?", "두 파일 사이에 무엇이 움직였을까요?"))
    pair = moves(look(first), look(second))
    ordered = [list(pair.moves), sorted(pair.moves, key=lambda move: (move.frozen, -_far(move)))]
    top = max((_far(move) for move in pair.moves), default=0.0) or 1.0
    whole, table = _whole(pair), _table(pair)
    count = len(pair.moves)

    def compute(which: int, order: int) -> State:
        scene: list[Mark] = []
        for line, at in enumerate(window(which, count)):
            move, base = ordered[order][at], 6 + HIGH * line
            long = max((WIDTH - ROOM) * _far(move) / top, 1.0)
            scene += name_row(line, move.name, at == which)
            scene.append(["r", LEFT, base + 25, long, 16, "e" if move.frozen else "a" if at == which else "a see"])
            scene.append(
                ["t", LEFT + long + 8, base + 38, "start", _value(move), "note e" if move.frozen else "note a"]
            )
        return State(scene, joined([whole, _of(ordered[order][which])]), table)

    options = [str(k + 1) for k in range(count)]
    controls = [
        Control("tensor", "slider", both("tensor", "텐서"), options),
        Control(
            "order",
            "select",
            both("order", "순서"),
            [both("of the file", "파일 순서"), both("farthest first", "많이 움직인 순")],
        ),
    ]
    return Figure("compare-files", words, (480, 12 + HIGH * min(count, SHOWN)), controls, compute)


def _far(move: Move) -> float:
    return min(move.far, 1e6) if math.isfinite(move.far) else 0.0
