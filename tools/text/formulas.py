r"""Formulas as arithmetic: one whose sides are numbers alone says something that can be wrong.

>>> [worth(side) for side in sides(r"n v = 20 \cdot 29.17 = 583")]
[None, 583.4000000000001, 583.0]
>>> wrong(r"n v = 20 \cdot 29.17 = 583"), wrong(r"\sqrt{2/512} = 0.063"), wrong(r"\ln 2 = 0.683")
('', '', '\\ln 2 = 0.683: 0.693147')
"""

import math
import re
from collections.abc import Iterator

from tools.text.quantities import step

# Code and formulas of a text: what no reader of its sentences takes for words.
WHOLE = re.compile(r"`[^`]*`|\$\$.*?\$\$|(?<![\\$])\$(?!\s)[^$]+?\$", re.S)
EQUALS = re.compile(r"=|\\approx\b|&")
ENDS = re.compile(r"\\\\|\\(?:begin|end)\{\w+\}|\\q?quad")  # of a line, or of a formula beside another one
GROUP = r"\{([^{}]*)\}"
# What LaTeX writes, innermost groups first, as Python does.
RULES = [
    (re.compile(r"\{,\}|\\[,;!]|\\(?:left|right)(?=[()|])"), ""),
    (re.compile(rf"\\[td]?frac\s*{GROUP}\s*{GROUP}"), r"((\1)/(\2))"),
    (re.compile(rf"\\sqrt\s*(?:{GROUP}|(\d+|e\b))"), r" sqrt(\1\2)"),
    (re.compile(r"\\(ln|tanh|exp)\s*(\d+(?:\.\d+)?)"), r" \1(\2)"),
    (re.compile(rf"\^\s*(?:{GROUP}|(\d))"), r"**(\1\2)"),
    (re.compile(r"\\(?:times|cdot)\b"), "*"),
    (re.compile(r"\\(ln|tanh|exp|pi)\b"), r" \1"),
]
KNOWN = {"ln": math.log, "sqrt": math.sqrt, "tanh": math.tanh, "exp": math.exp, "pi": math.pi, "e": math.e}
ARITHMETIC = re.compile(r"(?:[\d.()+*/\s-]|(?<![a-z])(?:ln|sqrt|tanh|exp)(?=\()|(?<![a-z])(?:pi|e)(?![a-z]))+")
LETTER = re.compile(r"\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*")
BESIDE = re.compile(r"[\d.)]\s*[a-z(]|[\d.)]\s+[\d.]")  # 2 e and 2 (3), which are not read
NUMBER = re.compile(r"\s*-?\d+(?:\.\d+)?\s*")


def formulas(text: str) -> Iterator[str]:
    """Yield the formulas of a Markdown text, those of several lines line by line."""
    for found in WHOLE.findall(text):
        if found.startswith("$"):
            yield from ENDS.split(found.strip("$"))


def sides(formula: str) -> list[str]:
    """Return what stands between the signs of equality."""
    return [side for side in EQUALS.split(formula) if side.strip()]


def python(side: str) -> str:
    """Return a side of a formula as Python writes it, as far as the rules know it."""
    before = ""
    while side != before:
        before = side
        for pattern, instead in RULES:
            side = pattern.sub(instead, side)
    return side.strip().rstrip(".,;")


def worth(side: str) -> float | None:
    """Return what a side is worth, or nothing where it has more than numbers in it."""
    code = python(side)
    if not ARITHMETIC.fullmatch(code) or BESIDE.search(code):
        return None
    try:
        return float(eval(code, {"__builtins__": {}}, KNOWN))
    except (SyntaxError, TypeError, ArithmeticError):
        return None


def results(text: str) -> Iterator[str]:
    """Yield the numbers that formulas of a text give to what has letters in it; a letter alone is set, not found.

    >>> list(results(r"For $v = 0.0016$ it is $2 / v = 1224$."))
    ['1224']
    """
    for formula in formulas(text):
        found = sides(formula)
        for before, side in zip(found, found[1:], strict=False):
            if NUMBER.fullmatch(python(side)) and worth(before) is None and not LETTER.fullmatch(before):
                yield python(side)


def wrong(formula: str) -> str:
    """Return what is not equal in a formula, the empty string where all is.

    A number that is written out is right when it is what stands before it, rounded to its digits.
    """
    known = [(side, value) for side in sides(formula) if (value := worth(side)) is not None]
    for (_, wanted), (side, value) in zip(known, known[1:], strict=False):
        written = python(side)
        near = step(written) / 2 if NUMBER.fullmatch(written) else 0.0
        if abs(value - wanted) > near + 1e-9 * abs(wanted):
            return f"{formula.strip()}: {wanted:.6g}"
    return ""
