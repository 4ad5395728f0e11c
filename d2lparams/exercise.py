"""What the check of an exercise answers, in the language of its reader.

A check returns ``not_yet(...)`` or ``well_done(...)``, each with the rest of the sentence in English and in Korean::

    def check_1(answer):
        if answer is None:
            return not_yet("set answer_1 to a number.", "answer_1에 수를 넣으세요.")
        return well_done("5,376 of them are in the first layer.", "그중 5,376개가 첫째 층에 있습니다.")

A `Verdict` is a text to print, one line for each language, and knows whether the answer passed: a grader asks for that.
"""

from __future__ import annotations

import hashlib
from numbers import Real
from typing import Any

from .language import language

__all__ = ["OPENINGS", "Verdict", "digest", "not_yet", "well_done"]

OPENINGS = {"en": ("Not yet: ", "Well done: "), "ko": ("아직입니다: ", "맞았습니다: ")}


class Verdict(str):
    """The answer of a check: a text in the language of the reader.

    Attributes
    ----------
    passed : bool
    """

    passed: bool

    def __new__(cls, passed: bool, en: str, ko: str) -> Verdict:
        """Return the verdict whose sentences continue with `en` and `ko`."""
        lines = {"en": OPENINGS["en"][passed] + en, "ko": OPENINGS["ko"][passed] + ko}
        text = "\n".join(lines.values()) if language() == "both" else lines[language()]
        verdict = super().__new__(cls, text)
        verdict.passed = passed
        return verdict

    def __str__(self) -> str:
        """Return itself, so that `print` hands a verdict on as what it is: a page hears whether the answer passed."""
        return self


def not_yet(en: str, ko: str) -> Verdict:
    """Return the verdict that something is missing: what, and where to look, without giving it away."""
    return Verdict(False, en, ko)


def well_done(en: str, ko: str) -> Verdict:
    """Return the verdict that the answer is right, and what one learns from it."""
    return Verdict(True, en, ko)


def digest(answer: Any) -> str:
    """Return eight letters that an answer has in common with itself alone, for a check that must not show it.

    Numbers are compared as what they print to; containers by their items, dictionaries and sets in sorted order.

    >>> digest(7946) == digest(7946.0) == digest(" 7946 ")
    True
    >>> digest({"b", "a"}) == digest({"a", "b"}), digest((1, 2)) == digest((2, 1))
    (True, False)
    """
    return hashlib.sha256(_plain(answer).encode()).hexdigest()[:8]


def _plain(answer: Any) -> str:
    if isinstance(answer, dict):
        answer = {f"{_plain(key)}: {_plain(value)}" for key, value in answer.items()}
    if isinstance(answer, set | frozenset):
        answer = sorted(map(_plain, answer))
    if isinstance(answer, list | tuple):
        return "(" + ",".join(map(_plain, answer)) + ")"
    if isinstance(answer, str):
        return answer.strip()
    return f"{float(answer):.12g}" if isinstance(answer, Real) else repr(answer)
