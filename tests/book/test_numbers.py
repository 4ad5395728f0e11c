"""Numbers of chapters follow the table of contents, in every text that says one: claims about `tools.text.numbers`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from prose import unlinked

from tools import project
from tools.text import jupyter, notebooks
from tools.text.cells import source
from tools.text.editions import transform
from tools.text.numbers import numbers, parts, renumbered, spoken
from tools.text.words import EDITIONS


def toc(**captions: str) -> dict[str, Any]:
    """Return a table of contents: for each caption, with `_` for the dot between languages, the files below it."""
    below = [
        {"caption": caption.replace("_", " · "), "chapters": [{"file": f"book/{name}"} for name in names.split()]}
        for caption, names in captions.items()
    ]
    return {"format": "jb-book", "root": "book/preface", "parts": below}


FIRST = toc(See_보기="tree access", Share_공유="tied", Appendices_부록="rosetta glossary")
THEN = toc(Share_공유="tied", See_보기="access looking tree", Appendices_부록="glossary rosetta")


@pytest.fixture
def reordered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the book have another table of contents."""
    monkeypatch.setattr("tools.text.numbers.contents", lambda: THEN)


def pair(english: str, korean: str) -> list[dict[str, Any]]:
    cells = zip(("en", "ko"), (english, korean), strict=True)
    return [
        {"cell_type": "markdown", "id": f"p01-{lang}", "metadata": {"tags": [f"lang-{lang}"]}, "source": text}
        for lang, text in cells
    ]


def test_chapters_are_counted_through_all_parts_and_appendices_have_letters() -> None:
    assert numbers(FIRST) == {"tree": "1", "access": "2", "tied": "3", "rosetta": "A", "glossary": "B"}
    assert [(part.numeral, part.title["ko"]) for part in parts(FIRST)] == [("I", "보기"), ("II", "공유"), ("", "부록")]


def test_another_order_gives_other_numbers_and_what_has_no_caption_none() -> None:
    assert numbers(THEN) == {"tied": "1", "access": "2", "looking": "3", "tree": "4", "glossary": "A", "rosetta": "B"}
    *captioned, last = THEN["parts"]
    bare = {**THEN, "parts": [*captioned, {"chapters": last["chapters"]}]}
    assert numbers(bare) == {"tied": "1", "access": "2", "looking": "3", "tree": "4"}


def test_an_interlude_has_no_number_counts_in_none_and_is_sorted_behind_the_chapter_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = toc(See_보기="tree", Share_공유="interval tied")
    monkeypatch.setattr("tools.text.numbers.contents", lambda: given)
    monkeypatch.setattr("tools.text.numbers.kind", lambda name: "interlude" if name == "interval" else "chapter")
    monkeypatch.setattr("tools.project.contents", lambda: given)
    assert numbers() == {"tree": "1", "tied": "2"} and parts()[1].chapters == {"interval": "", "tied": "2"}
    names = [jupyter.file_name(name, "en").split("/")[1] for name in ("preface", "tree", "interval", "tied")]
    assert names == sorted(names) and names[2].startswith("01+ ")


@pytest.mark.parametrize(
    ("words", "number", "right"),
    [
        ("chapter 4", "12", "chapter 12"),
        ("Chapter 4, on gradients", "1", "Chapter 1, on gradients"),
        ("4장", "12", "12장"),
        ("12", "3", "3"),
        ("부록 B", "C", "부록 C"),
        ("Appendix B", "3", "Chapter 3"),
        ("부록 B", "3", "3장"),
        ("the 4 rules", "9", "the 4 rules"),
        ("A network", "9", "A network"),
    ],
)
def test_the_words_of_a_link_say_the_number_of_its_chapter(words: str, number: str, right: str) -> None:
    assert spoken(words, number) == right


def test_only_links_to_numbered_chapters_are_changed() -> None:
    text = (
        "[chapter 7](preface.ipynb) [7장](https://a.org/tree.ipynb) ![7](tree.ipynb) 7장 [7장](#tree) [7장](tree.ipynb)"
    )
    assert renumbered(text, {"tree": "1"}) == text.replace("[7장](tree", "[1장](tree")


@pytest.mark.usefixtures("reordered")
def test_every_edition_says_the_number_that_the_chapter_has_and_a_particle_stays_close() -> None:
    cells = pair("See [chapter 1](tree.ipynb).", "[1장](tree.ipynb)에서 봅니다.")
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    english, korean, both = ("\n".join(map(source, transform(book, name)["cells"])) for name in ("en", "ko", "both"))
    assert english == "See [chapter 4](tree.ipynb)." and korean == "[4장](tree.ipynb)에서 봅니다."
    assert english in both and korean in both and set(EDITIONS) == {"en", "ko", "both"}


@pytest.mark.usefixtures("reordered")
def test_the_notebooks_of_jupyterlite_are_numbered_and_sorted_as_the_chapters() -> None:
    cells = pair(
        "(tied)=\n# Tied\n\nAfter [chapter 9](tree.ipynb).", "(tied)=\n# 공유\n\n[9장](tree.ipynb) 다음입니다."
    )
    made = jupyter.derive({"cells": cells}, "tied", "ko")["cells"]
    assert made[0]["source"].startswith("# 1. 공유\n")
    assert "[4장](" in made[0]["source"]
    names = [jupyter.file_name(name, "en").split("/")[1][:3] for name in ("preface", "tied", "tree", "rosetta")]
    assert names == sorted(names) == ["00 ", "01 ", "04 ", "B R"]


@pytest.mark.usefixtures("reordered")
def test_new_numbers_are_written_into_a_notebook_and_leave_a_pair_as_checked_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "one.ipynb"
    cells = pair("[Chapter 1](tree.ipynb).", "[1장](tree.ipynb)입니다.") + pair(
        "[Access](access.ipynb)", "[2](access.ipynb)"
    )
    cells[2]["id"], cells[3]["id"] = "p02-en", "p02-ko"
    notebooks.write(path, {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    notebooks.declare_checked(path)
    unchecked = notebooks.read(path)
    unchecked["cells"][3]["metadata"]["d2l"]["source"] = "of long ago"
    notebooks.write(path, unchecked)
    assert notebooks.renumber(path) == "p01-en, p01-ko"
    assert notebooks.renumber(path) == "every number was right"
    after = notebooks.read(path)["cells"]
    assert [source(cell) for cell in after[:2]] == ["[Chapter 4](tree.ipynb).", "[4장](tree.ipynb)입니다."]
    assert not notebooks.stale(after[0], after[1])
    assert notebooks.stale(after[2], after[3])


def test_a_chapter_that_is_named_outside_a_link_is_found() -> None:
    assert unlinked("As in chapter 5 and [chapter 4](tied.ipynb).") == ["chapter 5"]
    assert unlinked("The network of the last chapter, and `chapter 3`.") == ["the last chapter"]
    assert unlinked("[5장](tied.ipynb)과 달리 4장에서, 그리고 앞 장에서 본 부록 A") == ["4장", "앞 장", "부록 A"]
    assert not unlinked("This chapter has 3 장점, and [the next chapter](tied.ipynb). 다음 장면의 이미지 네 장")


def test_the_table_of_contents_of_the_book_names_every_chapter_once_and_every_part_in_both_languages() -> None:
    listed = [name for part in parts() for name in part.chapters]
    assert [project.documents()[0], *listed] == project.documents()
    assert len(set(listed)) == len(listed)
    for part in parts():
        assert part.title["en"] != part.title["ko"]
    assert json.dumps(project.contents())  # plain data
