"""Every figure has an anchor, every link to one names what is there: the book, and claims about the tools for it."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

from d2lparams import view
from d2lparams.view import MIME as FIGURE
from tools import project
from tools.project import BOOK, notebooks
from tools.text import execute, figures
from tools.text.cells import read
from tools.text.jupyter import plain
from tools.text.words import EDITIONS


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_every_link_to_a_figure_names_a_figure_a_control_and_a_value(path: Path) -> None:
    assert not figures.faults(execute.executed(path), lambda name: execute.executed(BOOK / name))


@functools.cache
def output(kind: str) -> str:
    """Return what a cell shows of a figure of the package as JSON, computed once in all."""
    figure = getattr(view, kind)()
    data = {FIGURE: figure.spec(), "text/plain": repr(figure)}
    return json.dumps({"output_type": "execute_result", "metadata": {}, "data": data, "execution_count": None})


def shown(*parts: str) -> dict[str, Any]:
    """Return an executed notebook of figures, said by their names, and of texts, each in both languages."""
    cells: list[dict[str, Any]] = []
    for number, part in enumerate(parts):
        if part not in view.__all__:
            for language, text in (("en", part), ("ko", f"{part}\n\n그림.")):
                tags = {"tags": [f"lang-{language}"]}
                cells.append({"cell_type": "markdown", "id": f"p{number}-{language}", "metadata": tags, "source": text})
        else:
            cell = {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": "1", "execution_count": None}
            cells.append({**cell, "outputs": [json.loads(output(part))]})
    return {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def lessons(link: str) -> list[str]:
    """Return what is said of a link on a page of two designers and one figure of ties."""
    page = shown("designer", "tied", "designer", f"Try [it]({link}).")

    def other(name: str) -> dict[str, Any]:
        if name != "tied.ipynb":
            raise FileNotFoundError
        return shown("tied")

    return [lesson.split(": ", 2)[2] for lesson in figures.faults(page, other)[:1]]


def test_figures_are_counted_by_their_kinds() -> None:
    page = shown("designer", "tied", "designer")
    assert list(figures.anchors(page)) == ["figure-designer", "figure-tied", "figure-designer-2"]


@pytest.mark.parametrize(
    "link",
    [
        "#figure-designer",
        "#figure-designer-2?shape=two-sides&scale=10&zeros=0.5",
        "#figure-tied?nudge=+1&tie=off",
        "tied.ipynb#figure-tied?tie=off",
        "tied.ipynb#tied-goals",
    ],
)
def test_a_link_to_what_is_there_is_no_fault(link: str) -> None:
    assert lessons(link) == []


@pytest.mark.parametrize(
    ("link", "lesson"),
    [
        ("#figure-histogram", "there is no figure-histogram, but figure-designer, figure-tied, figure-designer-2"),
        ("#figure-designer?scale=7", "scale cannot be '7'; it is one of 0.01, 0.02"),
        ("#figure-designer?zeros=0.5&size=1", "there is no control 'size', but shape, scale, zeros"),
        ("#figure-tied?tie=maybe", "tie cannot be 'maybe'; it is one of off, on"),
        ("#figure-tied?", "nothing is set"),
        ("tied.ipynb#figure-designer", "there is no figure-designer, but figure-tied"),
        ("gone.ipynb#figure-tied", "there is no gone.ipynb"),
    ],
)
def test_a_link_to_what_is_not_there_is_told_what_is(link: str, lesson: str) -> None:
    assert lessons(link)[0].startswith(lesson)


def test_in_jupyter_words_that_set_a_figure_are_words_and_other_pages_stay_links() -> None:
    text = "Try [*two* sides](#figure-designer?shape=two-sides) or [ties](tied.ipynb#figure-tied?tie=off)."
    assert re.sub(r"\]\([^)]*\)", "]()", plain(text, "initializers", "en", "en")) == "Try *two* sides or [ties]()."


CONTENTS = "```{toctree}\n:hidden:\nother\n```"
Build = Callable[[str, str], tuple[BeautifulSoup, str]]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Return a function that builds a text under two designers in an edition, and returns the page and the warnings."""

    def built(text: str, edition: str) -> tuple[BeautifulSoup, str]:
        folder = tmp_path / edition
        folder.mkdir()
        (folder / "conf.py").touch()
        pages = {"page": shown("(page)=\n# A page", "designer", "designer", text)}
        pages["page"]["cells"].append({**pages["page"]["cells"][0], "id": "p9", "metadata": {}, "source": CONTENTS})
        pages["other"] = shown("(other)=\n# Another", "tied")
        for name, page in pages.items():
            (folder / f"{name}.ipynb").write_text(json.dumps(page), encoding="utf-8")
        monkeypatch.setattr(project, "BOOK", folder)
        monkeypatch.setattr(execute, "executed", read)
        extensions = ["myst_nb", "sphinx_design", "tools.sphinx.editions", "tools.sphinx.figures"]
        settings = {"extensions": extensions, "root_doc": "page", "edition": edition, "nb_execution_mode": "off"}
        settings |= {"myst_enable_extensions": ["colon_fence", "attrs_inline"]}
        app = SphinxTestApp("html", srcdir=folder, freshenv=True, confoverrides=settings)
        try:
            app.build()
            page = (app.outdir / "page.html").read_text(encoding="utf-8")
            return BeautifulSoup(page, "html.parser"), app.warning.getvalue()
        finally:
            app.cleanup()

    return built


TEXT = """Try [*two* sides](#figure-designer-2?shape=two-sides&zeros=0.5), see [the figure](#figure-designer)
or [the ties](other.ipynb#figure-tied?nudge=+1)."""


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_has_the_anchors_and_the_words_without_a_warning(build: Build, edition: str) -> None:
    page, warnings = build(TEXT, edition)
    assert not warnings
    assert [figure["id"] for figure in page.select("figure.d2l-figure")] == ["figure-designer", "figure-designer-2"]
    links = [(a["class"], a["href"], a.get("data-setting")) for a in page.select('a[href*="#figure-"]')]
    wanted = [
        (["d2l-set"], "#figure-designer-2", "shape=two-sides&zeros=0.5"),
        (["reference", "internal"], "#figure-designer", None),
        (["reference", "internal"], "other.html#figure-tied", "nudge=+1"),
    ]
    assert links == wanted * (2 if edition == "both" else 1)
    words = page.select_one("a.d2l-set")
    assert words is not None and words.decode_contents() == "<em>two</em> sides"


def test_a_build_warns_of_a_link_to_what_is_not_there_and_says_what_is(build: Build) -> None:
    _page, warnings = build("Try [it](#figure-designer?zeros=1).", "en")
    assert "zeros cannot be '1'; it is one of 0, 0.5" in warnings
