"""Appendices that are made of data are those of today's data, and say what is so: claims about `tools.text.made`."""

from __future__ import annotations

import functools
import json
import re
import tomllib
from typing import Any

import pytest

from d2lparams.view.spec import both
from tools.project import BOOK, documents
from tools.text import computed, notebooks
from tools.text.cells import Cell, source
from tools.text.computed import WORKED, Evidence, Section, backed, printed, shown, split
from tools.text.every_number import papers
from tools.text.glossary import SYNONYMS, TERMS, Term, index, letter, listing, rows, terms, unused
from tools.text.made import PAGES, notebook
from tools.text.places import Place, labels, written
from tools.text.quantities import NUMBER, says, value
from tools.text.words import metadata

SPELT = {"30", "39", "60"}  # in words, or in a formula
KNOWN, PLACES = terms(), labels()
results = functools.cache(computed.results)


# What a figure shows is seen only where the figures are made; elsewhere the link to it is missing.
UNSEEN = re.compile(r"\[(figure|그림)\]\([^()\s]*\)")


def level(cells: list[Cell]) -> list[tuple[str, str]]:
    """Return the ids and texts of cells, without the links to figures, of which there may be several in a row."""
    texts = ((cell["id"], UNSEEN.sub(r"\1", source(cell))) for cell in cells)
    return [(name, re.sub(r"(figure|그림)(?:; \1)+", r"\1", text)) for name, text in texts]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_made_is_of_what_the_book_says_today(name: str) -> None:
    stored, made = notebooks.read(BOOK / f"{name}.ipynb"), notebook(*PAGES[name]())
    assert level(stored["cells"]) == level(made["cells"]), "what it is made of has changed: make made"
    assert stored["metadata"]["d2l"] == made["metadata"]["d2l"]


def test_pages_that_are_made_say_so_and_no_page_is_made_of_another() -> None:
    assert {name for name in documents() if "made" in metadata(name)} == set(PAGES)
    assert all(metadata(name)["made"] == name for name in PAGES)
    assert not set(written()) & set(PAGES)


def stems(name: str) -> list[str]:
    """Return the beginnings of the words of a name, which endings leave alone."""
    words = re.findall(r"[가-힣]+|[^\W가-힣]+", name.casefold())
    return [word[: 2 if letter(word) >= "ㄱ" else 5] for word in words]


def said(places: list[Place], language: str) -> str:
    return " ".join(f"{place.title[language]} {place.text.get(language, '')}" for place in places).casefold()


@pytest.mark.parametrize("term", KNOWN, ids=[term.name["en"] for term in KNOWN])
def test_a_term_leads_to_sections_that_speak_of_it_in_both_languages(term: Term) -> None:
    names = [stems(name) for name in (*term.name.values(), *term.others)]
    for place in term.taught:
        chapter = [other for other in PLACES.values() if other.chapter == place.chapter]
        for language in ("en", "ko"):
            whole, part = said(chapter, language), said([place], language)
            assert any(all(stem in whole for stem in one) for one in names), (place.label, language)
            assert any(stem in part for one in names for stem in one), (place.label, language)


def test_a_meaning_is_a_sentence_in_each_language() -> None:
    for term in KNOWN:
        english, korean = term.meaning["en"], term.meaning["ko"]
        assert english.endswith(".") and english[0].isupper() and not re.search(r"[가-힣]", english), english
        assert re.search(r"(니다)\.$", korean), korean


def test_the_terms_stand_in_their_table_by_name_and_each_leads_a_row_of_names() -> None:
    listed = [row[0] for row in rows(TERMS)[1:]]
    assert listed == sorted(listed, key=str.casefold) and len(set(listed)) == len(listed) > 80
    first = [row[0] for row in rows(SYNONYMS)]
    assert len(set(first)) == len(first)
    known = {row[0]: {name.casefold() for name in row} for row in rows(SYNONYMS)}
    assert not [term.name for term in KNOWN if term.name["ko"].casefold() not in known[term.name["en"]]]
    assert not {term.name["ko"] for term in KNOWN} & set(unused())


def test_korean_terms_are_in_the_order_of_a_korean_dictionary_and_english_ones_in_theirs() -> None:
    korean = re.findall(r"^- \*\*(.+?)\*\*", listing(KNOWN, "ko"), re.M)
    native = [name for name in korean if "가" <= name[0] <= "힣"]
    assert native == sorted(native) and korean[: len(native)] == native
    heads = re.findall(r"^\*\*(.+)\*\*$", listing(KNOWN, "ko"), re.M)
    assert heads == sorted(heads[:-1]) + ["A–Z"] and set(heads[:-1]) <= set("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ")
    english = re.findall(r"^- \*\*(.+?)\*\*", listing(KNOWN, "en"), re.M)
    assert english == sorted(english, key=str.casefold) and len(english) == len(korean) == len(KNOWN)


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("forget gate", "forget gate · 망각 게이트 [N](unrolled.ipynb#unrolled-gate)"),
        ("망각 게이트", "망각 게이트 · forget gate [N](unrolled.ipynb#unrolled-gate)"),
        ("컨볼루션", "컨볼루션 → 합성곱 [N](unrolled.ipynb#unrolled-space)"),
        ("Glorot", "Glorot → Xavier initialization [N](variance.ipynb#variance-two)"),
        ("바이어스", "바이어스 → 편향 [N](tree.ipynb#tree-product)"),
        ("requires_grad", "`requires_grad` → freezing"),
    ],
)
def test_the_index_has_every_name_once_and_leads_from_it(name: str, entry: str) -> None:
    text = re.sub(r"\[(\d+|[A-Z])\]", "[N]", index(KNOWN))
    assert entry in text
    entries = [re.split(r" [·→\[★]", one.removeprefix(f"**{one[2:3]}** "))[0] for one in re.split(r"; |\.\n\n", text)]
    assert len(entries) == len(set(entries)) and name in {one.strip("`") for one in entries}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("chapter", "number", "origin"),
    [
        ("tree", "7,946", "4"),
        ("variance", "0.759", "7"),
        ("unrolled", "9.5e-7", "6"),
        ("unrolled", "2.63", "26"),  # in a solution
        ("tree", "72", "`8 * 8 + 8`"),
        ("tied", "716", "#tied-sources"),
    ],
)
def test_a_number_is_traced_to_what_computes_it(chapter: str, language: str, number: str, origin: str) -> None:
    found = [result.sources[number] for result in results(chapter, language) if number in result.sources]
    assert found and set(found) == {origin}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", written())
def test_every_number_of_texts_tables_and_exercises_has_something_that_backs_it(name: str, language: str) -> None:
    nothing = {
        f"{result.label}: {number}": result.sentence
        for result in results(name, language, shown)
        for number, origin in result.sources.items()
        if not origin
    }
    assert not nothing, "compute it in a cell, work it out in tools/text/worked.toml, or name it in the sources"


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("There are 4,321 of them.", "en", {"4,321": ""}),
        ("모두 4,321개입니다.", "ko", {"4,321": ""}),
        ("It has 163 million, or 1e-9.", "en", {"163 million": "", "1e-9": ""}),
        ("1억 6,300만 개가 있습니다.", "ko", {"1억 6,300만": ""}),
        ("3만큼, 10억분의 1만 남고 200분의 1입니다.", "ko", {}),  # a particle, and what English says in words
        ("[Take 30](#figure-x?steps=30-16), then 16 and 30.", "en", {}),
        ("In 2015 twelve of 12; `a[77]` is one of 77, and $10^{25}$.", "en", {}),
        ("Here 91 % are right.", "en", {"91": "7"}),
        ("A quarter is 300 of 1,200.", "en", {"300": "#x-sources", "1,200": "7"}),
        ("Elsewhere 5.5 and 55 are printed.", "en", {"5.5": "8", "55": ""}),
    ],
)
def test_a_number_that_nothing_backs_is_found(text: str, language: str, wanted: dict[str, str]) -> None:
    def cell(count: int, code: str, shown: str) -> Cell:
        outputs = [{"output_type": "stream", "name": "stdout", "text": shown}]
        return {"id": f"c{count}", "cell_type": "code", "execution_count": count, "source": code, "outputs": outputs}

    here, away = cell(7, "f(500)", "0.912 of 1200"), cell(8, "g()", "5.5 55")
    section = Section("x-one", [both(text, text)], cells=[here])
    assert backed(text, language, section, Evidence([here, away], {}, ("x-sources", "A paper, with 300"))) == wanted


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_only_slides_and_their_lecturer_have_is_backed_and_no_part_of_the_appendix(language: str) -> None:
    spoken = [result for result in results("why", language) if result.spoken]
    assert {"0.98", "0.693"} <= {number for result in spoken for number in result.sources}
    told = "".join(source(cell) for cell in notebooks.read(BOOK / "numbers.ipynb")["cells"])
    assert not [result.sentence for result in spoken if result.sentence in told.replace("*", "")]


def test_a_row_of_a_table_and_what_a_reader_opens_are_read() -> None:
    folded = [result for language in ("en", "ko") for result in results("unrolled", language) if result.folded]
    assert {"12,288", "4.97"} <= {number for result in folded for number in result.sources}
    assert split("| a | b |\n| --- | --- |\n| 4,321 | 3 |", "en") == ["a · b", "4,321 · 3"]


def test_every_line_that_works_a_number_out_is_needed_and_stands_at_a_section() -> None:
    found = [result for name in written() for tongue in ("en", "ko") for result in results(name, tongue, shown)]
    used = {(one.label, origin) for one in found for origin in one.sources.values() if origin.startswith("`")}
    kept = tomllib.loads(WORKED.read_text(encoding="utf-8"))
    assert {(label, f"`{line}`") for label, lines in kept.items() for line in lines} == used


def test_settings_years_questions_and_small_counts_are_no_results() -> None:
    for language in ("en", "ko"):
        found = [result for chapter in written() for result in results(chapter, language)]
        numbers = {number for result in found for number in result.sources}
        assert len(found) > 180 and not {"2015", "3", "12"} & numbers
        assert not [result for result in found if result.sentence.endswith("?")]


def test_what_hints_and_solutions_say_is_not_said_again_beside_its_number() -> None:
    text = "\n".join(source(cell) for cell in notebooks.read(BOOK / "numbers.ipynb")["cells"])
    folded = [
        result for name in written() for tongue in ("en", "ko") for result in results(name, tongue) if result.folded
    ]
    assert len(folded) > 80 and not [result.sentence for result in folded if result.sentence in text]
    assert not re.search(r"(?<!\[)\b(?:figure|그림)[;)]", text), "make made"


@pytest.mark.parametrize(
    ("printed", "number", "said"),
    [
        ("loss 0.2312", "0.23", True),
        ("accuracy 0.921", "92", True),
        ("0.2312", "0.24", False),
        ("7946 in all", "7,946", True),
        ("20", "2", False),
        ("4.5e+26", "26", False),
        ("1e−30", "30", False),
        ("77.98 million", "7,798만", True),
        ("83,883", "80,000", True),
        ("1,480", "1,500", True),
        ("1,234", "1,000", False),
    ],
)
def test_a_number_is_the_printed_one_when_that_is_rounded(printed: str, number: str, said: bool) -> None:
    assert says(printed, number) == said


@pytest.mark.parametrize("entry", papers(), ids=[f"{entry['at']}-{at}" for at, entry in enumerate(papers())])
def test_what_is_said_beside_a_paper_is_what_the_chapter_says(entry: dict[str, Any]) -> None:
    place = PLACES[entry["at"]]
    cells = [cell for other in PLACES.values() if other.chapter == place.chapter for cell in other.cells]
    text = " ".join([place.text["en"], *map(printed, cells)]).replace("{,}", ",")
    for number in NUMBER.findall(entry["ours"]["en"]):
        spelt = value(number) < 13 or re.search(rf"(?<!\d){re.escape(number)}(?!\d)", text)
        assert spelt or says(text, number) or number in SPELT, number
    assert {"where", "says", "ours", "carries"} <= set(entry) and all(
        entry[key]["ko"] for key in ("says", "ours", "carries")
    )


def test_the_pages_hold_text_alone() -> None:
    for name in PAGES:
        cells = json.loads((BOOK / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        assert {cell["cell_type"] for cell in cells} == {"markdown"}
