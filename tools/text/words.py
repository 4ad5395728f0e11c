"""The book's own words in English and Korean, and how they stand where a page shows both languages."""

import json
from html import escape

from d2lparams.view.spec import Text, both, pick
from tools.project import BOOK

EDITIONS = ("en", "ko", "both")
LANGUAGES = both("English", "한국어")
TITLE = both("Parameters of Deep Networks", "심층 신경망의 파라미터")
DESCRIPTION = both(
    "A book you can run about the parameters of deep networks: how to reach, initialize, share and see them.",
    "심층 신경망의 파라미터를 찾고, 초기화하고, 공유하고, 눈으로 보는 법을 코드를 실행하며 배우는 책입니다.",
)
# What a reader opens, by tag.
FOLDS = {
    "hint": both("Hint", "힌트"),
    "solution": both("A solution", "풀이"),
    "check": both("The check", "확인 셀"),
    "hide-input": both("The code of this figure", "이 그림의 코드"),
}
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
        return f'{escape(text["en"])} <span lang="ko">{escape(text["ko"])}</span>'
    return escape(text[edition])


def page_words(name: str, key: str) -> Text | None:
    """Return the `title` or `description` of a document, from its notebook's metadata, or nothing."""
    path = BOOK / f"{name}.ipynb"
    if not path.exists():
        return None
    said = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("d2l", {}).get(key)
    return both(said["en"], said["ko"]) if said else None


def title(name: str, edition: str) -> str:
    """Return the title of a document in an edition; the book's where it has none."""
    return pick(page_words(name, "title") or TITLE, edition)


def description(name: str, edition: str) -> str:
    """Return the description of a document in an edition; the book's where it has none."""
    return sentences(page_words(name, "description") or DESCRIPTION, edition)
