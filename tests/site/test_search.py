"""Search finds what readers mean, whatever ending, blank or name they write, and shows where it stands."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tools.project import BOOK, SITE, notebooks
from tools.text import reference
from tools.text.cells import language, read, source
from tools.text.glossary import DISCOURAGED, SYNONYMS, rows
from tools.text.numbers import numbers
from tools.text.places import written
from tools.text.words import EDITIONS, metadata

NUMBERS = numbers()


@pytest.fixture
def page(shared_page: Page) -> Page:
    """Return a page of a reader who looks for one thing after another."""
    return shared_page


def pages_with(word: str) -> set[str]:
    """Return the chapters whose Korean holds a word outside hints and solutions, which search leaves out."""
    return {
        path.stem
        for path in notebooks()
        if "repeats" not in metadata(path.stem)  # what repeats the others is not searched again
        and any(
            word in source(cell)
            for cell in read(path)["cells"]
            if language(cell) == "ko" and not {"hint", "solution"} & set(cell["metadata"].get("tags", []))
        )
    }


def search(page: Page, address: str, edition: str, query: str) -> None:
    """Let a page of results look for a query."""
    page.goto(f"{address}{edition}/search.html?q={query}")
    page.wait_for_function("() => document.querySelector('#search-said').textContent")


def results(page: Page, address: str, edition: str, query: str) -> set[str]:
    """Return the pages that a search finds."""
    search(page, address, edition, query)
    found = [str(link.get_attribute("href")) for link in page.locator("#search-results h2 a").all()]
    return {href.removesuffix(".html") for href in found}


@pytest.mark.parametrize("edition", ["ko", "both"])
@pytest.mark.parametrize("word", ["편향", "층", "파라미터"])
def test_a_korean_word_is_found_with_any_particle(page: Page, address: str, edition: str, word: str) -> None:
    wanted = pages_with(word)
    assert wanted, f"the book must use {word}"
    assert wanted <= results(page, address, edition, word)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("초기화하는", "초기화"),
        ("초기화하기", "초기화"),
        ("초기화하려면은요", "초기화"),
        ("심층신경망", "심층 신경망"),
        ("매개 변수", "매개변수"),
        ("매개 변수를", "매개변수"),
        ("정규분포", "정규 분포"),
        ("정규분포에서", "정규 분포"),
        ("파라미터들의", "파라미터"),
        ("가중치(weight)를", "가중치"),
        (unicodedata.normalize("NFD", "초기화"), "초기화"),  # as some systems type it
    ],
)
def test_an_ending_a_blank_and_a_bracket_do_not_matter_in_korean(
    page: Page, address: str, query: str, word: str
) -> None:
    wanted = pages_with(word)
    assert wanted
    assert wanted <= results(page, address, "ko", query)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Kaiming", "initializers"),
        ("he", "initializers"),
        ("카이밍", "initializers"),
        ("Glorot", "initializers"),
        ("자비에로", "initializers"),
        ("state_dict", "tied"),
        ("state dict", "tied"),
        ("checkpoint", "tied"),
        ("바이어스", "access"),
        ("weight sharing", "tied"),
        ("initialisation", "deferred"),
        ("tied gradients", "tied"),
    ],
)
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_thing_is_found_by_its_other_names(page: Page, address: str, edition: str, query: str, name: str) -> None:
    assert name in results(page, address, edition, query)


def test_what_is_looked_for_instead_is_told(page: Page, address: str) -> None:
    search(page, address, "ko", "바이어스")
    assert "바이어스 → 편향" in page.locator("#search-said").inner_text()
    search(page, address, "en", "Kaiming")
    assert "He" in page.locator("#search-said").inner_text().split("Also looked for:")[1]


# What readers type, and the section that teaches it: names of this book, of others, with endings, in the plural.
LED = {
    "en": """forget gate: unrolled-gate, convolution: unrolled-space, CNN: unrolled-space, freeze: surgery-rate,
        requires_grad: surgery-rate, torch.save: files-pickle, fp16: files-dtype, neuron: tree-mlp,
        LayerNorm: beyond-norm, Glorot: variance-two, kaiming: variance-depth, lazy: deferred,
        gradients: access-grad, 기울기: access-grad,
        skip connection: beyond-residual, dying ReLU: playground-marks, checkpoint: files-trainer, mup: beyond-width,
        clipping: unrolled-radius, weight sharing: tied-params""",
    "ko": """망각 게이트: unrolled-gate, 망각게이트를: unrolled-gate, 합성곱: unrolled-space, 컨볼루션: unrolled-space,
        합성곱은: unrolled-space, 동결: surgery-rate, 동결하는: surgery-rate,
        얼리기: surgery-rate, 바이어스: tree-product,
        뉴런: tree-mlp, 레이어 정규화: beyond-norm, 과적합: tied-when, 특이값: looking-spectrum, 경사: access-grad,
        파인튜닝: surgery-transfer, 배치: tree-mlp, 정규식: access-patterns, freeze: surgery-rate,
        기울기 소실: unrolled-radius, 매개 변수: tree""",
}


@pytest.mark.parametrize("edition", LED)
def test_a_term_is_explained_and_leads_to_where_it_is_taught(page: Page, address: str, edition: str) -> None:
    wrong = {}
    for query, label in [pair.split(": ") for pair in LED[edition].replace("\n", " ").split(", ")]:
        search(page, address, edition, query.strip())
        links = page.locator("#search-terms a").evaluate_all("(all) => all.map((one) => one.hash)")
        first = (
            page.locator("#search-results > li").first.locator("a").evaluate_all("(all) => all.map((one) => one.hash)")
        )
        shown = [one.removeprefix("#") for one in first]  # the first section of a chapter has the chapter's link
        if f"#{label}" not in links or not (label in shown or shown[:1] == [""]):
            wrong[query] = (links, first)
    assert not wrong
    meaning = page.locator("#search-terms dd p").first
    assert meaning.get_attribute("lang") == edition and len(meaning.inner_text()) > 20


@pytest.fixture
def small(new_page: Callable[..., Page]) -> Page:
    """Return a page that searches a book of six sections, one sentence each."""
    page = new_page()
    said = [
        "What he and the others found.",
        "Take He for ReLU.",
        "곱셈은 행렬로 합니다.",
        "큰심층",
        "심층 신경망",
        "심층은 신경망",
    ]
    sections = [{"at": f"s{at}", "title": {"en": "Section"}, "text": [["en", text]]} for at, text in enumerate(said)]
    book = {
        "pages": [{"link": "one.html", "number": "1", "sections": sections}],
        "terms": [],
        "names": [["He", "Kaiming"]],
        "instead": {"곱샘": "곱셈"},
    }
    page.route("**/search-index.js", lambda route: route.fulfill(body=f"const d2lBook = {json.dumps(book)};"))
    return page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kaiming", [1]),  # He is a name, he and the are not
        ("he", [1]),
        ("oth", []),  # so short a beginning could be anything
        ("other", [0]),
        ("곱셈하려던", [2]),  # the ending is in no list
        ("곱샘", [2]),
        ("심층신경망", [4]),
        ("심층 신경망", [4]),
        ("신경망 심층", [4, 5]),
        ("심층", [3, 4, 5]),  # what begins a word first
        ("큰", [3]),
        ("망", []),
    ],
)
def test_a_word_finds_what_it_names_and_no_more(small: Page, address: str, query: str, found: list[int]) -> None:
    search(small, address, "en", query)
    links = [str(link.get_attribute("href")) for link in small.locator("#search-results li a").all()]
    places = [int(link.rpartition("#s")[2]) for link in links if "#" in link]
    top = small.locator("#search-results li li:not(:has(a))").count()  # the first section has the title of its chapter
    assert sorted(places + [0] * top) == found
    assert found != [3, 4, 5] or places[-1] == 3


def test_no_name_of_a_thing_is_a_word_that_the_book_does_not_use() -> None:
    discouraged = {row[0] for row in rows(DISCOURAGED)[1:]}
    names = [name for row in rows(SYNONYMS) for name in row]
    assert len(names) > 100 and all(name == name.strip() != "" for name in names)
    assert not discouraged & set(names)


def taught() -> dict[str, set[str]]:
    """Return for each public name the pages that teach it: whose text or code, outside exercises' folds, says it."""
    found: dict[str, set[str]] = {name: set() for name in reference.fragments() if name.count(".") == 1}
    for page in set(written()) - {reference.PAGE}:
        told = [
            source(cell)
            for cell in read(BOOK / f"{page}.ipynb")["cells"]
            if not {"hint", "solution", "check", "answer"} & set(cell["metadata"].get("tags", []))
        ]
        for name in set(re.findall(r"\b\w+\.\w+\b", "\n".join(told))) & found.keys():
            found[name].add(page)
    return {name: pages for name, pages in found.items() if pages}


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_public_name_that_a_chapter_teaches_is_in_the_index_there_or_among_the_names(edition: str) -> None:
    text = (SITE / edition / "search-index.js").read_text(encoding="utf-8")
    book = json.loads(text[text.index("{") : text.rindex("}") + 1])
    pages = {page["link"].removesuffix(".html"): json.dumps(page, ensure_ascii=False) for page in book["pages"]}
    listed = {name for row in rows(SYNONYMS) for name in row}
    names = taught()
    assert {"view.imports", "view.calls", "nn.Dense", "init.He"} <= names.keys() and len(names) > 100
    lost = {
        name: [page for page in found if not re.search(rf"\b{name.split('.')[1]}(?![A-Za-z0-9_])", pages[page])]
        for name, found in names.items()
        if name not in listed
    }
    assert not {name: found for name, found in lost.items() if found}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    "query", ["view.imports", "import graph", "임포트 순서를", "view.calls", "call graph", "호출 그래프"]
)
def test_a_figure_of_the_code_itself_is_found_by_its_name_and_by_what_it_shows(
    page: Page, address: str, edition: str, query: str
) -> None:
    assert "inside" in results(page, address, edition, query)


SAID = {
    "en": ("Found in", "No page has these words"),
    "ko": ("에서 찾았습니다", "페이지가 없습니다"),
    "both": ("에서 찾았습니다", "페이지가 없습니다"),
}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_results_are_announced_in_the_language_of_the_edition(page: Page, address: str, edition: str) -> None:
    found, nothing = SAID[edition]
    search(page, address, edition, "bias")
    assert found in page.locator("[role=status]#search-said").inner_text()
    search(page, address, edition, "zyxwvut")
    assert nothing in page.locator("#search-said").inner_text()
    assert page.locator("#search-results li").count() == 0


@pytest.mark.parametrize("edition", ["en", "both"])
def test_an_english_word_is_found_by_its_stem(page: Page, address: str, edition: str) -> None:
    assert "preface" in results(page, address, edition, "parameters")
    assert "preface" in results(page, address, edition, "parameter")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_result_has_the_number_of_its_chapter_and_leads_to_a_section(page: Page, address: str, edition: str) -> None:
    search(page, address, edition, "initializer")
    chapters = page.locator("#search-results > li").all()
    assert len(chapters) > 2
    for chapter in chapters:
        name = str(chapter.locator("h2 a").get_attribute("href")).removesuffix(".html")
        assert chapter.locator("h2 .d2l-number").all_inner_texts() == ([f"{NUMBERS[name]}."] if name in NUMBERS else [])
    link = page.locator("#search-results li li > a").first
    target = str(link.get_attribute("href"))
    link.click()
    page.wait_for_url(f"**/{target}")
    assert page.locator(":target").evaluate("(node) => node.tagName") == "SECTION"


@pytest.mark.parametrize(
    ("edition", "query", "tongue"),
    [("en", "bias", "en"), ("ko", "편향", "ko"), ("both", "bias", "en"), ("both", "편향", "ko")],
)
def test_a_result_shows_a_sentence_with_the_word_in_its_language(
    page: Page, address: str, edition: str, query: str, tongue: str
) -> None:
    search(page, address, edition, query)
    shown = page.locator(f"#search-results p.context:lang({tongue}):has(mark)")
    assert shown.count() > 4
    assert query in shown.first.locator("mark").first.inner_text().lower()
    assert all(len(text) < 260 for text in shown.all_text_contents())


def test_a_section_found_by_its_title_alone_shows_no_empty_box(page: Page, address: str) -> None:
    search(page, address, "both", "초기화하는")
    contexts = page.locator("#search-results .context")
    assert contexts.count() > 40
    assert [text for text in contexts.all_text_contents() if not text.strip()] == []


def test_neither_a_solution_nor_a_hint_is_given_away() -> None:
    for edition in EDITIONS:
        index = (SITE / edition / "search-index.js").read_text(encoding="utf-8")
        assert "answer_1" in index  # what an exercise asks for is found
        for path in notebooks():
            for cell in read(path)["cells"]:
                lines = [line.strip() for line in source(cell).splitlines() if len(line) > 50 and line.isascii()]
                if "solution" in cell["metadata"].get("tags", []) and cell["cell_type"] == "code":
                    assert not [line for line in lines if line.replace('"', '\\"') in index], path.stem


def test_search_works_on_a_page_from_a_file(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(f"{Path(SITE, 'ko', 'search.html').as_uri()}?q=초기화하는")
    page.locator("#search-results mark").first.wait_for()


def test_searching_starts_from_any_page(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{address}ko/preface.html")
    box = page.locator("form[role=search] input").first
    box.fill("파라미터")
    box.press("Enter")
    page.wait_for_url("**/ko/search.html?q=*")
    page.locator("#search-results mark").first.wait_for()
    assert box.input_value() == "파라미터"
    page.locator("a[data-edition=both]").click()
    page.wait_for_url("**/both/search.html?q=*")
    page.locator("#search-results mark").first.wait_for()


def test_results_are_reached_and_unfolded_by_keyboard(page: Page, address: str) -> None:
    search(page, address, "en", "parameter")
    fold = page.locator("#search-results summary").first
    fold.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.matches('#search-results details a')")
