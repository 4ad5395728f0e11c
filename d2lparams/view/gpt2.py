"""Where the numbers of GPT-2 are: its parts as areas to scale, with and without an output layer of its own."""

from __future__ import annotations

from typing import Any

from .arguments import as_title
from .canvas import number
from .marks import arrow
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["gpt2"]

WORDS, PLACES = 50257, 1024  # tokens, and positions in a text
SIZES = {"small": (768, 12), "medium": (1024, 24), "large": (1280, 36), "XL": (1600, 48)}  # width and blocks
LEFT, TOP, WIDE, HIGH = 20, 52, 440, 220
PARTS = {  # what it is called, its colour
    "table": (both("table", "임베딩"), "c"),
    "positions": (both("positions", "위치"), "e"),
    "attention": (both("attention", "어텐션"), "a"),
    "feed-forward": (both("feed-forward", "피드포워드"), "b"),
    "norms": (both("norms", "정규화"), "f"),
    "output": (both("output", "출력층"), "d"),
}


def parts(width: int, blocks: int) -> dict[str, int]:
    """Return how many numbers each part of an untied GPT-2 holds (Radford et al. 2019; every layer has a bias).

    Examples
    --------
    >>> sizes = parts(768, 12)
    >>> sum(sizes.values()) - sizes["output"], sizes["output"]
    (124439808, 38597376)
    """
    return {
        "table": WORDS * width,
        "positions": PLACES * width,
        "attention": blocks * (4 * width * width + 4 * width),
        "feed-forward": blocks * (8 * width * width + 5 * width),
        "norms": (2 * blocks + 1) * 2 * width,
        "output": WORDS * width,
    }


def gpt2(title: Any = None) -> Figure:
    """Return the figure of GPT-2 in four sizes, whose output layer is the table of its words or one of its own."""
    words = as_title(title, both("Where the numbers of GPT-2 are", "GPT-2의 파라미터가 있는 곳"))
    names = list(SIZES)

    def compute(size: int, link: int) -> State:
        width, blocks = SIZES[names[size]]
        sizes = parts(width, blocks)
        tied = link == 1
        return State(_draw(sizes, blocks, tied), _say(sizes, tied), _table(sizes, tied))

    controls = [
        Control("size", "select", both("model", "모델"), [f"GPT-2 {name}" for name in names]),
        Control("tie", "toggle", both("tied", "묶기"), ["off", "on"], 1),
    ]
    return Figure("gpt2", words, (480, 318), controls, compute)


def _draw(sizes: dict[str, int], blocks: int, tied: bool) -> list[Mark]:
    """Draw the table, the positions, the blocks and the output layer in a row; the untied model fills it."""
    scale = WIDE / sum(sizes.values())
    table, block = sizes["table"] * scale, (sizes["attention"] + sizes["feed-forward"] + sizes["norms"]) * scale
    upper = HIGH * sizes["attention"] / (sizes["attention"] + sizes["feed-forward"])
    start = LEFT + table + sizes["positions"] * scale
    gap = 1.5 if block / blocks > 4 else 0.5
    marks: list[Mark] = [
        ["r", LEFT, TOP, round(table - 1, 1), HIGH, "c see"],
        ["r", round(LEFT + table, 1), TOP, max(round(sizes["positions"] * scale - 0.7, 1), 0.7), HIGH, "e"],
    ]
    for k in range(blocks):
        left, wide = round(start + block * k / blocks, 1), round(block / blocks - gap, 1)
        marks.append(["r", left, TOP, wide, round(upper - 1, 1), "a see"])
        marks.append(["r", left, round(TOP + upper, 1), wide, round(HIGH - upper, 1), "b see"])
    end = round(start + block, 1)
    marks.append(["r", end, TOP, round(LEFT + WIDE - end, 1), HIGH, "row" if tied else "d see"])
    return marks + _labels(sizes, (LEFT + table / 2, start + block / 2, (end + LEFT + WIDE) / 2), TOP + upper, tied)


def _labels(sizes: dict[str, int], at: tuple[float, float, float], line: float, tied: bool) -> list[Mark]:
    """Draw the names on the parts, how large they are below, and the table's way to the output where it is tied."""
    table, middle, output = (round(x, 1) for x in at)
    rest = sizes["attention"] + sizes["feed-forward"] + sizes["norms"]
    marks: list[Mark] = [
        ["t", middle, TOP + 24, "middle", PARTS["attention"][0], "note upon a amid"],
        ["t", middle, round(line + 24, 1), "middle", PARTS["feed-forward"][0], "note upon b amid"],
    ]
    for x, anchor, name, size in (
        (LEFT, "start", PARTS["table"][0], sizes["table"]),
        (middle, "middle", both("blocks", "블록"), rest),
        (LEFT + WIDE, "end", PARTS["output"][0], 0 if tied else sizes["output"]),
    ):
        marks.append(["t", x, TOP + HIGH + 20, anchor, name, "label"])
        marks.append(["t", x, TOP + HIGH + 39, anchor, f"{size / 1e6:.1f} M" if size else "0", "note"])
    if tied:
        marks += [["l", table, TOP - 18, output, TOP - 18, "c"], ["l", table, TOP, table, TOP - 18, "c"]]
        marks += arrow(output, TOP - 18, output, TOP + 6, "c")
        marks.append(["t", middle, TOP - 24, "middle", both("the same matrix", "같은 행렬"), "note c"])
    return marks


def _say(sizes: dict[str, int], tied: bool) -> Text:
    whole = sum(sizes.values())
    saved, total = sizes["output"], whole - sizes["output"] * tied
    if tied:
        return both(
            f"Tied: {number(total)} numbers. An output layer of its own would add {number(saved)}.",
            f"공유 모델의 파라미터 수는 {number(total)}개입니다. 출력층을 따로 두면 {number(saved)}개가 늘어납니다.",
        )
    return both(
        f"Untied: {number(total)} numbers; the output layer is {saved / whole:.1%} of them.",
        f"공유하지 않는 모델의 파라미터 수는 {number(total)}개이고, 그중 {saved / whole:.1%}가 출력층에 있습니다.",
    )


def _table(sizes: dict[str, int], tied: bool) -> list[list[Words]]:
    rows: list[list[Words]] = [[both("part", "부분"), both("numbers", "원소 수")]]
    rows += [[PARTS[name][0], number(0 if tied and name == "output" else size)] for name, size in sizes.items()]
    return [*rows, [both("together", "합계"), number(sum(sizes.values()) - sizes["output"] * tied)]]
