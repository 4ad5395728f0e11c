"""Tensors of a file as rows that a reader goes through: the chosen one and its neighbours, and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence

from ..findings import Finding
from ..origins import Origin
from ..stats import Stats
from .canvas import clipped, number
from .spec import Mark, Text, Words, both

__all__ = [
    "HIGH",
    "LEFT",
    "NOTHING",
    "SHOWN",
    "WIDTH",
    "distribution",
    "joined",
    "name_row",
    "note_of",
    "said",
    "window",
]

SHOWN, HIGH = 7, 56  # rows of a drawing, and the height of one
LEFT, WIDTH = 10, 460
LETTERS = 36  # of a name
NOTHING = both("", "")
LISTED = 6  # rows that a sentence names
FAMILY = {
    "normal": both("N(0, {scale}²)", "N(0, {scale}²)"),
    "uniform": both("U(−{scale}, {scale})", "U(−{scale}, {scale})"),
    "truncated": both("N(0, {scale}²) cut at 2σ", "2σ에서 자른 N(0, {scale}²)"),
    "orthogonal": both("{scale} × an orthogonal matrix", "직교 행렬 × {scale}"),
    "constant": both("{scale} everywhere", "모두 {scale}"),
}


def window(which: int, count: int) -> range:
    """Return the rows that are drawn around the chosen one.

    >>> window(0, 3), window(50, 100), window(99, 100)
    (range(0, 3), range(47, 54), range(93, 100))
    """
    first = max(0, min(which - SHOWN // 2, count - SHOWN))
    return range(first, min(first + SHOWN, count))


def name_row(line: int, name: str, chosen: bool) -> list[Mark]:
    """Draw the box of a row and its name."""
    top = 6 + HIGH * line
    box: list[Mark] = [["r", LEFT - 4, top - 1, WIDTH + 8, HIGH - 4, "chosen"]] if chosen else []
    return [*box, ["t", LEFT, top + 16, "start", clipped(name, LETTERS), "code"]]


def distribution(origin: Origin) -> Text:
    """Return a distribution in the signs of mathematics."""
    scale = number(origin.scale)
    return {language: text.replace("{scale}", scale) for language, text in FAMILY[origin.family].items()}


def joined(parts: Sequence[Text]) -> Text:
    """Return sentences as one text."""
    return {language: " ".join(part[language] for part in parts if part[language]) for language in ("en", "ko")}


def _rows(rows: Sequence[int]) -> str:
    """Return rows as a reader lists them.

    >>> _rows([0, 1, 5, 6, 7, 9])
    '0, 1, 5–7, 9'
    """
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    texts = [str(a) if a == b else f"{a}–{b}" if b > a + 1 else f"{a}, {b}" for a, b in runs[:LISTED]]
    return ", ".join(texts) + (", …" if len(runs) > LISTED else "")


def _measured(finding: Finding, stats: Stats) -> Text:
    size, count, mean, std = (number(v) for v in (finding.place.size, finding.count, stats.mean, stats.std))
    if finding.place.size == 1:
        return both(f"one number, {mean}.", f"수 하나, {mean}입니다.")
    en = f"{size} numbers" if finding.whole else f"{count} of {size} numbers were read: in these"
    ko = f"원소 {size}개" if finding.whole else f"원소 {size}개 중 {count}개를 읽었고, 그"
    low, high = number(stats.low), number(stats.high)
    return both(
        f"{en}{',' if finding.whole else ''} mean {mean}, standard deviation {std}, from {low} to {high}.",
        f"{ko}{'의' if finding.whole else ''} 평균은 {mean}, 표준편차는 {std}, 범위는 {low}부터 {high}까지입니다.",
    )


def _drawn(origin: Origin) -> Text:
    """Return what a distribution that fits means, and how sure it is."""
    name = distribution(origin)
    if origin.family == "constant":
        return both(f"It is {name['en']}.", f"값이 {name['ko']}입니다.")
    rules = "; ".join(origin.rules)
    if origin.sure:
        return both(
            f"It looks as it was drawn: {name['en']} fits ({rules}), and so do its mean, its rows and its spectrum. "
            "A very short training would not show.",
            f"초기화한 그대로인 듯합니다. {name['ko']}에 맞고({rules}) 평균, 행과 열, 스펙트럼도 그렇습니다. "
            "아주 짧은 학습은 드러나지 않습니다.",
        )
    if origin.rules or origin.count < 1000:
        return both(
            f"{name['en']} fits, but {number(origin.count)} numbers are too few to tell whether it was trained.",
            f"{name['ko']}에 맞지만 값이 {number(origin.count)}개뿐이어서 학습되었는지 알 수 없습니다.",
        )
    return both(
        f"{name['en']} fits, but no usual rule has this scale: trained a little, or drawn by a rule of its own.",
        f"{name['ko']}에 맞지만 흔히 쓰는 초기화 규칙의 크기가 아닙니다. 조금 학습되었거나 다른 규칙으로 초기화했을 수 "
        "있습니다.",
    )


def said(finding: Finding) -> Text:
    """Return what is said of a tensor, in a few sentences."""
    parts = []
    of = number(finding.rows)
    if finding.stats is None:
        parts.append(both("It holds no finite number.", "유한한 수가 없습니다."))
    else:
        parts.append(_measured(finding, finding.stats))
    if finding.nan or finding.infinite:
        nan, infinite = number(finding.nan), number(finding.infinite)
        parts.append(both(f"{nan} are NaN and {infinite} infinite.", f"NaN이 {nan}개, 무한대가 {infinite}개 있습니다."))
    if finding.dead:
        many, rows = number(len(finding.dead)), _rows(finding.dead)
        parts.append(both(f"{many} of {of} rows are all 0: {rows}.", f"{of}행 중 {many}행이 모두 0입니다: {rows}."))
    if finding.untouched and finding.left is not None:
        many, rows, name = number(len(finding.untouched)), _rows(finding.untouched), distribution(finding.left)
        rules = "; ".join(finding.left.rules)
        parts.append(both(
            f"{many} of {of} rows look as they were drawn, from {name['en']} ({rules}), the others do not: {rows}.",
            f"{of}행 중 {many}행이 {name['ko']}({rules})로 초기화한 그대로인 듯하고 나머지는 그렇지 않습니다: {rows}.",
        ))  # fmt: skip
    if finding.origin is not None:
        parts.append(_drawn(finding.origin))
    return joined(parts)


def note_of(finding: Finding, copies: int) -> tuple[Words, str]:
    """Return the one thing about a tensor that a reader should see first, and its colour."""
    origin = finding.origin
    if finding.nan or finding.infinite:
        return both("not finite", "유한하지 않음"), "f"
    if origin is not None and origin.family == "constant":
        return distribution(origin), "e"
    if copies:
        return both("has a copy", "복사본 있음"), "c"
    if finding.dead:
        return both(f"{len(finding.dead)} rows of 0", f"0인 {len(finding.dead)}행"), "b"
    if finding.untouched:
        return both(f"{len(finding.untouched)} rows as drawn", f"{len(finding.untouched)}행 그대로"), "d"
    if origin is not None and origin.sure:
        return both("as drawn", "그대로인 듯"), "d"
    return "", ""
