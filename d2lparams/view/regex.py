"""Which names a regular expression selects, as you type."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Sequence
from typing import Any

from ..block import Block
from ..checks import shown
from ..errors import DTypeError, PatternError
from ..naming import compile_pattern
from .arguments import as_network, as_title
from .spec import Control, Figure, Mark, State, both

__all__ = ["regex"]

PRESETS = (".*weight", "dense0.*", "weight", "dense1", "dense1_", ".*(bias|beta)", "(?!dense0).*")
HIT, NEAR, MISS = "chosen", "near", "row"
MARKS = {HIT: "✓", NEAR: both("only re.search", "re.search만"), MISS: ""}
COUNT = both("{n} names match {pattern} from their start.", "{pattern}: 첫 글자부터 맞는 이름표가 {n}개입니다.")
WITHIN = both(
    "{n} names match {pattern} from their start; {m} more have it further on, where only re.search would look.",
    "{pattern}: 첫 글자부터 맞는 이름표가 {n}개입니다. {m}개는 중간에서만 맞으며, 이런 이름표는 re.search만 찾습니다.",
)
WRONG = both("{pattern} is no regular expression yet.", "{pattern}: 아직 올바른 정규 표현식이 아닙니다.")
HARD = both(
    "{pattern} can be matched in too many ways to try them all: repeat and choose less often.",
    "{pattern}: 맞춰 볼 방법이 너무 많아 다 시험할 수 없습니다. 반복과 선택을 줄여 보세요.",
)
PYTHON = both(
    "{pattern} uses syntax that only Python has: run the page to try it.",
    "{pattern}: 파이썬에만 있는 문법입니다. 페이지를 실행해서 시험해 보세요.",
)
TOKEN = re.compile(
    r"""\\. | \[\^?\]?(?:\\.|[^\]\\])*\] | \(\?\#      # an escape, a class, a comment
    | \(\?? | \) | \|                                  # groups and branches
    | (?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})[?+]? | .     # repetitions; anything else""",
    re.VERBOSE | re.DOTALL,
)
LONGEST = 200  # letters of a pattern
EFFORT = 10**7  # ways to match that are tried at most


def _ways(pattern: str, length: int) -> float:
    """Return at most how many ways a name of `length` letters can be matched in: what backtracking may try.

    Every repetition ends at one of the places of a name, every branch is taken or not.  Where a group that can match in
    several ways is repeated, as in ``(a+)+``, the ways double with every letter: infinitely many are returned, as for
    patterns in which spaces and comments hide what is repeated.
    """
    if len(pattern) > LONGEST or re.search(r"\(\?[a-zA-Z]*x|\(\?#", pattern):
        return math.inf
    repeats = branches = last = 0
    groups = [0]  # choices in each open group, the whole pattern first
    for token in TOKEN.findall(pattern):
        group, last = last, 0  # the choices in a group that has just been closed
        if token[0] == "(":
            groups.append(0)
        elif token == ")" and len(groups) > 1:
            last = groups.pop()
            groups[-1] += last
        elif token == "|":
            branches += 1
            groups[-1] += 1
        elif token[0] in "*+?" or (token[0] == "{" and len(token) > 1):
            if group and token[0] != "?":
                return math.inf
            choice = not re.fullmatch(r"\{\d+\}", token)
            repeats += choice
            groups[-1] += choice
    return math.comb(length + repeats, repeats) * 2.0**branches


def regex(net: Block, presets: Sequence[str] = PRESETS, title: Any = None) -> Figure:
    """Return a tester of patterns for `collect_params` over the names of a network.

    A pattern that could keep Python busy without end is not tried; the figure says so.

    Parameters
    ----------
    net : Block
    presets : sequence of str
        Offered as buttons; the first is there at the start.
    title : Text, optional
    """
    words = as_title(title, both("Which names does a pattern select?", "패턴이 어떤 이름표를 고를까요?"))
    if not isinstance(presets, list | tuple) or not all(isinstance(one, str) for one in presets):
        raise DTypeError(f"presets is a list of patterns, such as ['.*weight'], got {shown(presets)}.")
    names = list(as_network(net).collect_params())

    def compute(pattern: str) -> State:
        found, message = [MISS] * len(names), COUNT
        try:
            with warnings.catch_warnings():  # of syntax that may mean something else one day: half of it is typed
                warnings.simplefilter("ignore", FutureWarning)
                compiled = compile_pattern(pattern)
            if sum(_ways(pattern, len(name)) * (len(name) + 1) for name in names) > EFFORT:
                message = HARD
            else:
                found = [HIT if compiled.match(n) else NEAR if compiled.search(n) else MISS for n in names]
                message = WITHIN if NEAR in found else COUNT
        except (PatternError, OverflowError, RecursionError):  # the last two: a{9999999999}, groups in groups in ...
            message = WRONG
        counts = {"{n}": str(found.count(HIT)), "{m}": str(found.count(NEAR)), "{pattern}": pattern}
        say = dict(message)
        for place, text in counts.items():
            say = {language: words.replace(place, text) for language, words in say.items()}
        marks: list[Mark] = [
            ["r", 4 + 238 * (i % 2), 6 + 30 * (i // 2), 232, 26, style] for i, style in enumerate(found)
        ]
        marks += [["t", 16 + 238 * (i % 2), 24 + 30 * (i // 2), "start", name, "code"] for i, name in enumerate(names)]
        rows: list[list[Any]] = [[both("name", "이름표"), both("selected", "선택")]]
        rows += [[name, MARKS[style]] for name, style in zip(names, found, strict=True)]
        return State(marks, say, rows)

    height = 12 + 30 * ((len(names) + 1) // 2)
    messages = {"count": COUNT, "within": WITHIN, "wrong": WRONG, "python": PYTHON, "hard": HARD}
    match = {"names": names, "styles": [HIT, NEAR, MISS], "marks": list(MARKS.values()), "messages": messages}
    control = Control("pattern", "text", both("pattern", "패턴"), list(presets))
    return Figure("regex", words, (480, height), [control], compute, match=match)
