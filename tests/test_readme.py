"""The README: its example prints what it says, in both languages, and its links lead somewhere."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from d2lparams import nn

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["README.md", "README.ko.md"]


def block(page: str, language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)[1]


@pytest.mark.parametrize("page", PAGES)
def test_the_example_prints_what_the_page_says(page):
    out = io.StringIO()
    with nn.NameManager(), contextlib.redirect_stdout(out):
        exec(block(page, "python"), {})
    assert out.getvalue() == block(page, "text")


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_into_the_repository_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_languages_have_the_same_parts():
    shapes = [
        re.findall(r"^(#+ |```\w*|\|)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE) for page in PAGES
    ]
    assert shapes[0] == shapes[1]
