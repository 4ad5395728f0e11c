"""Handouts: a chapter in each language and the whole book once as PDF, every chapter in each variant as a tree."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest
from conftest import contexts
from paper import read_sheets, squeezed
from playwright.sync_api import Browser, Page
from pypdf import PageObject, PdfReader
from site_pages import parsed

from tools.handouts import __main__ as handouts
from tools.handouts import finish, pages, press, sheets
from tools.handouts.words import CONTENTS, HINTS, LANGUAGES, ROOM, SOLUTIONS, VARIANTS, Variant
from tools.project import documents
from tools.text.numbers import parts, stem
from tools.text.words import TITLE


def titles(edition: str, name: str, kinds: str = "h1, h2, h3, h4") -> list[str]:
    """Return the headings of a page of the site in order, that of the chapter with its number."""
    article = parsed(f"{edition}/{name}.html").article  # whose links of headings have no letters
    assert article is not None
    return [" ".join(node.get_text().split()) for node in article.select(kinds)]


class Printed(NamedTuple):
    """A handout on paper: its language, its chapter or none for the book, its headings, what was printed and read."""

    edition: str
    chapter: str
    variant: Variant
    headings: list[str]
    reader: PdfReader
    texts: dict[int, str]  # by the number of the sheet, from 1

    @property
    def outline(self) -> list[tuple[str, int]]:
        """Return every heading that the outline has, with the number of its sheet, from 1."""
        return press.outline(self.reader)


@pytest.fixture(scope="module")
def paper(chromium: Browser) -> Iterator[Page]:
    with contexts(chromium) as open_context:
        yield open_context().new_page()


def printed(paper: Page, edition: str, name: str, variant: Variant, headings: list[str]) -> Printed:
    handout = sheets.chapter(edition, name, variant) if name else sheets.book(edition, variant)
    pdf = press.pressed(paper, handout, edition, variant.suffix)
    texts = dict(enumerate((sheet.text for sheet in read_sheets(pdf)), 1))
    return Printed(edition, name, variant, headings, PdfReader(io.BytesIO(pdf)), texts)


@pytest.fixture(scope="module", params=[("en", "tree", HINTS), ("ko", "tied", ROOM)], ids=["en", "ko"])
def chapter(paper: Page, request: pytest.FixtureRequest) -> Printed:
    edition, name, variant = request.param
    return printed(paper, edition, name, variant, titles(edition, name))


@pytest.fixture(scope="module")
def book(paper: Page) -> Printed:
    headings = [CONTENTS["ko"]]
    numbered = {name for part in parts() for name in part.chapters}
    for name in documents():
        opens = next((part for part in parts() if next(iter(part.chapters)) == name), None)
        headings += [sheets.part_title(opens, "ko")] if opens and name in numbered else []
        headings += titles("ko", name)
    return printed(paper, "ko", "", SOLUTIONS, headings)


def check_tagged(handout: Printed) -> None:
    root: Any = handout.reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == handout.edition
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert handout.reader.metadata is not None
    first = titles(handout.edition, handout.chapter)[0] if handout.chapter else TITLE[handout.edition]
    assert handout.reader.metadata.title == first
    assert "/CreationDate" not in handout.reader.metadata  # a build can be repeated


def check_outline(handout: Printed) -> None:
    assert [words for words, _ in handout.outline] == handout.headings
    for words, number in handout.outline:
        assert squeezed(words) in squeezed(handout.texts[number]), (words, number)


def spread(words: str) -> str:
    """Return a pattern for the letters of a text, whatever stands between them."""
    return r"[\W_]*".join(squeezed(words))


NAMED = "section:not([id$=-goals], [id$=-summary], [id$=-sources]) > h2"  # by the contents of the whole book


def check_contents(handout: Printed) -> None:
    """The contents say, in order, of every heading they name the sheet on which it stands."""
    if handout.chapter:
        wanted, front = handout.outline[1:], [handout.texts[1]]
    else:
        # Of the preface, which stands before the parts, the title alone; of chapters the sections, not the exercises.
        chapters = {pages.title(handout.edition, name) for name in documents()}
        known = chapters.union(*(titles(handout.edition, name, NAMED) for name in documents()))
        preface = len(titles(handout.edition, documents()[0]))
        places = handout.outline[1:2] + handout.outline[1 + preface :]
        wanted = [place for place in places if place[0] in known]
        front = [handout.texts[number] for number in range(2, wanted[0][1])]
    said, at = unicodedata.normalize("NFKC", "\n".join([*front, ""])), 0
    for words, number in wanted:
        found = re.compile(rf"{spread(words)}\W*\s{number}\s").search(said, at)
        assert found is not None, (words, number, said[at : at + 200])
        at = found.end() - 1


def check_heads(handout: Printed) -> None:
    """Every sheet but the cover begins with the title of the book, that of its chapter, and its number."""
    known = {pages.title(handout.edition, name) for name in documents()} | {CONTENTS[handout.edition]}
    first = dict(reversed(handout.outline))  # an appendix names its sections after the chapters, behind them
    starts = sorted((number, words) for words, number in first.items() if words in known)
    for number, text in list(handout.texts.items())[not handout.chapter :]:
        title = [words for began, words in starts if began <= number][-1]
        assert squeezed(text).startswith(squeezed(f"{TITLE[handout.edition]}{title}{number}")), text[:90]


def links(handout: Printed) -> Iterator[Any]:
    for page in handout.reader.pages:
        for reference in page.get("/Annots") or []:
            yield reference.get_object()


def check_links(handout: Printed) -> None:
    """Links lead to places in the book, to the files beside a chapter, or to addresses of the web."""
    known = set(handout.reader.named_destinations)
    beside = {f"{stem(name)}-{handout.edition}{handout.variant.suffix}.pdf" for name in documents()}
    kinds = set()
    for link in links(handout):
        action = link.get("/A", {})
        kinds.add(action.get("/S", "inside"))
        if "/Dest" in link:
            assert link["/Dest"] in known
        elif action["/S"] == "/GoToR":
            assert action["/F"] in beside
        else:
            assert str(action["/URI"]).startswith(("https://", "http://"))
            assert finish.BESIDE not in action["/URI"]
    assert kinds == {"inside", "/URI"} | ({"/GoToR"} if handout.chapter else set())


def fonts(page: PageObject) -> Iterator[Any]:
    resources: Any = page["/Resources"]
    for font in resources.get("/Font", {}).values():
        yield font.get_object()


def check_letters(handout: Printed) -> None:
    """Hangul is letters of embedded fonts, and every drawing has its words for those who do not see it."""
    for page in handout.reader.pages:
        for font in fonts(page):
            assert "/ToUnicode" in font
            if font["/Subtype"] == "/Type0":
                descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
    letters = "".join(handout.texts.values())
    assert (len(re.findall("[가-힣]", letters)) > 2000) == (handout.edition == "ko")
    named = [handout.chapter] if handout.chapter else documents()
    wanted = [
        node.get("aria-label", "")
        for name in named
        for node in pages.cut(pages.article(handout.edition, name), handout.variant, handout.edition).iter("svg")
        if node.get("role") == "img"
    ]
    root: Any = handout.reader.trailer["/Root"]
    assert sorted(alternatives(root["/StructTreeRoot"])) == sorted(wanted)


def alternatives(node: Any) -> Iterator[str]:
    """Yield what the figures of a tagged document say instead of themselves."""
    waiting = [node]
    while waiting:
        element = waiting.pop()
        if element.get("/S") == "/Figure" and "/Alt" in element:
            yield str(element["/Alt"])
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, list) else [kids]
        waiting += [kid.get_object() for kid in kids if hasattr(kid.get_object(), "get")]


FOOT = 57  # the lower margin of a sheet in points


def heights(items: list[Any]) -> Iterator[tuple[str, float]]:
    """Yield the headings of an outline with their height above the lower edge of their sheets."""
    for item in items:
        if isinstance(item, list):
            yield from heights(item)
        else:
            yield item.title, float(item.top)


def check_no_heading_is_stranded(handout: Printed) -> None:
    """What a sheet ends with is no heading; below one there is room for lines of its text."""
    assert min(height for _, height in heights(handout.reader.outline)) > FOOT + 30
    for words, number in handout.outline:
        last = squeezed((handout.texts[number].strip().splitlines() or [""])[-1])
        assert not (last and squeezed(words).endswith(last)), (words, number)


CHECKS = [
    check_tagged,
    check_outline,
    check_contents,
    check_heads,
    check_links,
    check_letters,
    check_no_heading_is_stranded,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
def test_a_chapter_on_paper(chapter: Printed, check: Callable[[Printed], None]) -> None:
    check(chapter)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
def test_the_whole_book_on_paper(book: Printed, check: Callable[[Printed], None]) -> None:
    check(book)


def count(tree: Any, kind: str) -> int:
    return sum(kind in pages.classes(node) for node in tree.iter())


def figures_of_solutions(tree: Any) -> int:
    """Return how many figures are drawn by solutions."""
    return sum(len(list(node.iter("figure"))) for node in tree.iter() if "tag_solution" in pages.classes(node))


@pytest.mark.parametrize(("edition", "name"), list(product(LANGUAGES, documents())))
def test_every_variant_of_every_chapter_shows_and_hides_what_it_says(edition: str, name: str) -> None:
    full = pages.article(edition, name)
    exercises, asked = count(full, "tag_answer"), count(full, "d2l-tell")
    for variant in VARIANTS:
        tree = pages.cut(pages.article(edition, name), variant, edition)
        assert count(tree, "d2l-box-hint") == exercises * variant.hints
        assert count(tree, "tag_solution") == exercises * variant.solutions
        assert count(tree, "d2l-box-solution") == 2 * exercises * variant.solutions  # the code, and why
        assert count(tree, "d2l-room") == exercises * variant.room
        assert count(tree, "d2l-guess") == asked * variant.room
        assert count(tree, "tag_answer") == exercises
        assert not any(count(tree, kind) for kind in ("tag_check", "d2l-tell", "d2l-data", "d2l-controls"))
        assert not list(tree.iter("details")) and not list(tree.iter("button"))
        lost = len(list(full.iter("figure"))) - len(list(tree.iter("figure")))
        assert lost == (0 if variant.solutions else figures_of_solutions(full))
    shown = pages.said(pages.cut(pages.article(edition, name), ROOM, edition))
    assert not re.search(r"check_\d\(", shown)


def test_a_chapter_that_is_not_there_is_named_before_anything_is_made() -> None:
    with pytest.raises(SystemExit, match="no chapter tide; there are preface, tree, "):
        handouts.main(["tide"])


def test_what_only_the_site_has_is_linked_where_it_is_published_and_else_is_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def led() -> str:
        tree = pages.parse('<p><a href="../lite/tree/index.html">a</a> <a href="tree.html?slides">b</a></p>')
        return pages.written(pages.lead(tree, "en", "preface", lambda name, part: f"#{name}.{part}"))

    monkeypatch.setattr(pages, "base_url", lambda: "https://book.example/")
    assert 'href="https://book.example/lite/tree/index.html"' in led()
    assert 'href="https://book.example/en/tree.html?slides"' in led()
    monkeypatch.setattr(pages, "base_url", lambda: "")
    assert led() == "<p><span>a</span> <span>b</span></p>"
