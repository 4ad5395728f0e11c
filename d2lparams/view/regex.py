"""Which names a regular expression selects, as you type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..block import Block
from ..errors import PatternError
from ..naming import compile_pattern
from .spec import Control, Figure, Mark, State, both, network

__all__ = ["regex"]

PRESETS = (".*weight", "dense0.*", "weight", "dense1", "dense1_", ".*(bias|beta)", "(?!dense0).*")
HIT, MISS = "chosen", "row"
COUNT = both("{n} names match {pattern} from their start.", "{pattern}: 처음부터 맞는 이름이 {n}개입니다.")
WRONG = both("{pattern} is no regular expression yet.", "{pattern}: 아직 올바른 정규 표현식이 아닙니다.")
PYTHON = both(
    "{pattern} uses syntax that only Python has: run the page to try it.",
    "{pattern}: Python에만 있는 문법입니다. 페이지를 실행해서 시험해 보세요.",
)


def regex(net: Block, presets: Sequence[str] = PRESETS, title: Any = None) -> Figure:
    """Return a tester of patterns for `collect_params` over the names of a network.

    Parameters
    ----------
    net : Block
    presets : sequence of str
        Offered as buttons; the first is there at the start.
    title : Text, optional
    """
    names = list(network(net).collect_params())

    def compute(pattern: str) -> State:
        try:
            match = compile_pattern(pattern).match
            hits, words = [bool(match(name)) for name in names], COUNT
        except PatternError:
            hits, words = [False] * len(names), WRONG
        say = {k: v.replace("{n}", str(sum(hits))).replace("{pattern}", pattern) for k, v in words.items()}
        marks: list[Mark] = [
            ["r", 4 + 238 * (i % 2), 6 + 30 * (i // 2), 232, 26, HIT if hit else MISS] for i, hit in enumerate(hits)
        ]
        marks += [["t", 16 + 238 * (i % 2), 24 + 30 * (i // 2), "start", name, "code"] for i, name in enumerate(names)]
        rows: list[list[Any]] = [[both("name", "이름"), both("selected", "선택")]]
        rows += [[name, "✓" if hit else ""] for name, hit in zip(names, hits, strict=True)]
        return State(marks, say, rows)

    height = 12 + 30 * ((len(names) + 1) // 2)
    match = {"names": names, "hit": HIT, "miss": MISS, "messages": {"count": COUNT, "wrong": WRONG, "python": PYTHON}}
    control = Control("pattern", "text", both("pattern", "패턴"), list(presets))
    words = title or both("Which names does a pattern select?", "패턴이 어떤 이름을 고를까요?")
    return Figure("regex", words, (480, height), [control], compute, match=match)
