"""The book's own words in English and Korean, and how they stand where a page shows both languages."""

import functools
import json
from html import escape
from pathlib import Path
from typing import Any

from d2lparams.view.spec import Text, both, pick
from tools.project import BOOK

EDITIONS = ("en", "ko", "both")
LANGUAGES = both("English", "한국어")
TITLE = both("Parameters of Deep Networks", "심층 신경망의 파라미터")
DESCRIPTION = both(
    "A book you can run about the parameters of deep networks: how to reach, initialize, share and see them.",
    "심층 신경망의 파라미터를 찾고, 초기화하고, 공유하고, 눈으로 보는 법을 코드를 실행하며 배우는 책입니다.",
)
# What a reader opens, by tag. A solution is two folds in a row, which say what they hold.
FOLDS = {
    "hint": both("Hint", "힌트"),
    "solution": both("Solution: code", "풀이 코드"),
    "check": both("The check", "확인 셀"),
    "hide-input": both("The code", "코드 보기"),
}
TEXT_FOLDS = {"hint": FOLDS["hint"], "solution": both("Solution: why", "풀이 설명")}
# Sphinx titles its own admonitions in the language of the page; in the Korean column that would be English.
ADMONITIONS = {
    "note": "참고",
    "tip": "팁",
    "hint": "힌트",
    "important": "중요",
    "warning": "경고",
    "caution": "조심",
    "seealso": "더 보기",
}


def sentences(text: Text, edition: str) -> str:
    """Return whole sentences as an edition shows them: in `both` one after the other."""
    return f"{text['en']} {text['ko']}" if edition == "both" else text[edition]


def markdown(text: Text, edition: str) -> str:
    """Return a title as Markdown that says which part of it is Korean."""
    if edition == "both" and text["en"] != text["ko"]:
        return f"{text['en']} [{text['ko']}]{{.language-ko}}"
    return text["ko" if edition == "ko" else "en"]


def html(text: Text, edition: str) -> str:
    """Return a title as HTML that says which part of it is Korean."""
    if edition == "both":
        return f'{escape(text["en"])} · <span lang="ko">{escape(text["ko"])}</span>'
    return escape(text[edition])


@functools.cache
def _metadata(path: Path, changed: int) -> dict[str, Any]:
    """Return what a notebook says of itself, read once for each time that it was written."""
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("d2l", {})
    return said


def metadata(name: str) -> dict[str, Any]:
    """Return what the notebook of a document says of itself, or nothing."""
    path = BOOK / f"{name}.ipynb"
    return _metadata(path, path.stat().st_mtime_ns) if path.exists() else {}


def page_words(name: str, key: str) -> Text | None:
    """Return the `title` or `description` of a document, from its notebook's metadata, or nothing."""
    said = metadata(name).get(key)
    return both(said["en"], said["ko"]) if said else None


def kind(name: str) -> str:
    """Return what a document is: a `chapter`, unless it says that it is a `preface`, an `interlude`, an `appendix`.

    A chapter has goals, exercises and a number, an interlude stands between chapters and has none of these.
    """
    return str(metadata(name).get("kind", "chapter"))


def title(name: str, edition: str) -> str:
    """Return the title of a document in an edition; the book's where it has none."""
    return pick(page_words(name, "title") or TITLE, edition)


def description(name: str, edition: str) -> str:
    """Return the description of a document in an edition; the book's where it has none."""
    return sentences(page_words(name, "description") or DESCRIPTION, edition)
