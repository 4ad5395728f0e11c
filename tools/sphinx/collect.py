"""The Sphinx extension for the page on which a lecturer sees who has passed what: `collect.html` of each edition.

An exercise is known by the code of its check, which is the same in every edition, on the page, and in every notebook
that comes from it. The page holds the letters that stand for these codes, and for the answers as the book prints them:
all that `collect.js` needs to read a student's file, besides the chapters in the list at the side.
"""

import json
from array import array
from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx

from d2lparams.exercise import OPENINGS
from d2lparams.view.spec import both, pick
from tools.project import BOOK, documents
from tools.text.cells import read, source, tags

TITLE = both("Who passed what", "누가 무엇을 통과했나")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def letters(text: str) -> str:
    """Return the letters that tell one code from another, as `d2lKept.hash` of `kept.js` finds them.

    >>> letters(""), letters("answer_1 = None")
    ('ztntfp', 'c22api')
    """
    value, found = 0x811C9DC5, ""
    for unit in array("H", text.encode("utf-16-le")):
        value = (value ^ unit) * 0x01000193 % 2**32
    while value:
        value, digit = divmod(value, 36)
        found = DIGITS[digit] + found
    return found or "0"


def exercises() -> list[list[str]]:
    """Return of every exercise its page, the cell of its check, and the letters of its check and of its answer."""
    found = []
    for name in documents():
        if (path := BOOK / f"{name}.ipynb").exists():
            code = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
            found += [
                [name, check["id"], letters(source(check)), letters(source(answer))]
                for answer, check in zip(code, code[1:], strict=False)
                if "check" in tags(check)
            ]
    return found


def add_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Add the page."""
    held = {"exercises": exercises(), "passed": [passed for _, passed in OPENINGS.values()]}
    context = {"title": pick(TITLE, app.config.edition), "held": json.dumps(held, ensure_ascii=False)}
    yield "collect", context, "collect.html"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hook."""
    app.connect("html-collect-pages", add_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
