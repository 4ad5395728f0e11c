"""A bilingual notebook becomes one edition: claims about `tools.text`."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from prose import discouraged, formulas, links, list_items, literal_asterisks, problems

from d2lparams.exercise import not_yet
from d2lparams.view import MIME as FIGURE
from tools.text.cells import WIDGET, source
from tools.text.editions import transform
from tools.text.markdown import sections
from tools.text.notebooks import stale
from tools.text.words import EDITIONS, FOLDS


def markdown(text: str, *tags: str) -> dict[str, Any]:
    which = next((tag[5:] for tag in tags if tag.startswith("lang-")), "")
    return {"cell_type": "markdown", "id": f"p01-{which}", "metadata": {"tags": list(tags)}, "source": text}


def code(text: str, *tags: str, outputs: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "c01", "metadata": {"tags": list(tags)}, "source": text}
    return {**cell, "outputs": [copy.deepcopy(output) for output in outputs], "execution_count": 1}


def edition(name: str, *cells: dict[str, Any]) -> list[dict[str, Any]]:
    notebook = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    before = copy.deepcopy(notebook)
    result = transform(notebook, name)["cells"]
    assert notebook == before, "the notebook itself is not changed"
    return list(result)


ENGLISH = markdown("(tree)=\n# Trees\n\nA *net* is a tree.\n\n(tree-more)=\n## More\n\nText.", "lang-en")
KOREAN = markdown("(tree)=\n# 트리\n\n망은 트리입니다.\n\n(tree-more)=\n## 더\n\n글.", "lang-ko")


def test_a_lecturer_has_notes_in_both_languages_and_slides_have_a_short_form_in_theirs() -> None:
    notes = markdown("Ask first.", "lang-en", "note"), markdown("먼저 물어보세요.", "lang-ko", "note")
    for name in ("en", "ko", "both"):
        text = source(edition(name, *notes)[0])
        assert text.startswith("::::{div} d2l-note\n:::{div} d2l-en language-en\nAsk first.")
        assert ":::{div} d2l-ko language-ko\n먼저" in text
    short = markdown("Short.", "lang-en", "slide"), markdown("짧게.", "lang-ko", "slide")
    assert source(edition("ko", *short)[0]) == ":::{div} d2l-short\n짧게.\n:::"
    assert "{div} d2l-pair" in source(edition("both", *short)[0])


def test_one_language_keeps_its_cells_and_those_for_both() -> None:
    both = markdown("$x$")
    for name, wanted in (("en", ENGLISH), ("ko", KOREAN)):
        cells = edition(name, ENGLISH, KOREAN, both, code("1"))
        assert [source(cell) for cell in cells] == [wanted["source"], "$x$", "1"]


def test_both_languages_share_headings_and_stand_in_two_columns() -> None:
    (cell,) = edition("both", ENGLISH, KOREAN)
    text = source(cell)
    assert "(tree)=\n# Trees [트리]{.language-ko}" in text
    assert "(tree-more)=\n## More [더]{.language-ko}" in text
    assert text.count("(tree)=") == 1
    assert text.count("{div} d2l-pair") == text.count("{div} d2l-ko language-ko") == 2
    assert text.index("A *net*") < text.index("망은") < text.index("Text.") < text.index("글.")


def test_labels_are_the_same_in_all_editions() -> None:
    found = [
        [part.label for cell in edition(name, ENGLISH, KOREAN) for part in sections(source(cell)) if part.level]
        for name in EDITIONS
    ]
    assert found[0] == found[1] == found[2] == ["tree", "tree-more"]


def test_a_pair_with_different_headings_is_an_error() -> None:
    other = markdown("(tree)=\n## 트리", "lang-ko")
    with pytest.raises(ValueError, match="p01-en: the headings"):
        edition("both", ENGLISH, other)


def test_an_unknown_edition_is_an_error() -> None:
    with pytest.raises(ValueError, match="no edition 'fr'"):
        edition("fr", ENGLISH, KOREAN)


def test_the_second_copy_defines_no_label_again() -> None:
    english = markdown("$$x$$ (eq-x)\n\n(tree-list)=\nText.", "lang-en")
    korean = markdown("$$x$$ (eq-x)\n\n(tree-list)=\n글.", "lang-ko")
    (cell,) = edition("both", english, korean)
    assert source(cell).count("(eq-x)") == source(cell).count("(tree-list)=") == 1


def test_both_copies_have_their_own_footnotes() -> None:
    english = markdown("Text[^a].\n\n[^a]: Note.", "lang-en")
    korean = markdown("글[^a].\n\n[^a]: 주석.", "lang-ko")
    (cell,) = edition("both", english, korean)
    assert source(cell).count("[^a]") == source(cell).count("[^a-ko]") == 2


def test_admonitions_of_the_korean_column_are_titled_in_korean() -> None:
    english = markdown(":::{note}\nText.\n:::", "lang-en")
    korean = markdown(":::{note}\n글.\n:::", "lang-ko")
    (cell,) = edition("both", english, korean)
    assert ":::{note}\nText." in source(cell)
    assert ":::{admonition} 참고\n:class: note\n글." in source(cell)


def test_a_hash_in_a_fence_is_no_heading() -> None:
    text = "Before.\n\n```python\n# no heading\n```\n\n::::{note}\n# none\n::::\n"
    assert [part.level for part in sections(text)] == [0]


def test_hints_are_folded_under_a_title_in_the_language_of_the_edition() -> None:
    pair = markdown("Try 2.", "lang-en", "hint"), markdown("2를 넣어 보세요.", "lang-ko", "hint")
    assert "{dropdown} Hint\n" in source(edition("en", *pair)[0])
    assert "{dropdown} 힌트\n" in source(edition("ko", *pair)[0])
    assert ":class-title: d2l-content\n" in source(edition("ko", *pair)[0])  # no header to a reader's view
    assert "{dropdown} Hint [힌트]{.language-ko}\n" in source(edition("both", *pair)[0])


def test_a_check_answers_in_the_language_of_its_edition() -> None:
    printed = f"{not_yet('set answer_1.', '답을 넣으세요.')}\n7946\n"
    for name, lines in {"en": ["Not yet: set answer_1."], "ko": ["아직입니다: 답을 넣으세요."]}.items():
        cell = code("1", "check")
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": printed.splitlines(keepends=True)}]
        assert edition(name, cell)[0]["outputs"][0]["text"].splitlines() == [*lines, "7946"]
        assert edition("both", cell)[0]["outputs"][0]["text"] == printed


def waiting(*cells: dict[str, Any]) -> list[list[str]]:
    """Return the marks of each cell of an edition by which a page holds it back."""
    marked = []
    for cell in edition("en", *cells):
        text = cell["metadata"]["tags"] if cell["cell_type"] == "code" else source(cell).partition("\n")[0].split()
        marked.append([mark for mark in text if mark.startswith("d2l-")])
    return marked


def test_what_follows_a_question_waits_up_to_the_next_heading() -> None:
    asks, tells, more = markdown("How many?", "predict"), markdown("Seven."), markdown("And why.")
    own = ["d2l-wait", "d2l-wait-1"]
    whole = [*own, "d2l-all"]
    found = waiting(code("0"), asks, code("1"), code("2", "hide-input"), tells, code("3"), more, markdown("## Next"))
    assert found == [[], [], own, whole, whole, whole, whole, []]


def test_the_figure_of_a_question_is_there_to_be_looked_at() -> None:
    asks, figure = markdown("What will it show?", "predict"), code("view.walk(net)", "hide-input", "predict")
    assert waiting(asks, figure, markdown("Nothing.")) == [[], [], ["d2l-wait", "d2l-wait-1", "d2l-all"]]


def test_a_question_in_an_answer_comes_after_it_with_its_figure() -> None:
    first, second = markdown("How many?", "predict"), markdown("Seven. And now?", "predict")
    figure = code("view.walk(net)", "predict")
    found = waiting(first, code("1"), second, figure, code("2"), markdown("Nine."), markdown("## Next"), code("3"))
    one, two = ["d2l-wait", "d2l-wait-1"], ["d2l-wait", "d2l-wait-2"]
    after = "d2l-after-1"
    assert found == [[], one, [*one, "d2l-all"], [after], [*two, after], [*two, "d2l-all", after], [], []]


def test_the_two_folds_of_a_solution_say_what_they_hold() -> None:
    text = markdown("Because.", "solution")
    assert [source(edition(name, text)[0]).splitlines()[0] for name in ("en", "ko")] == [
        ":::{dropdown} Solution: why",
        ":::{dropdown} 풀이 설명",
    ]
    assert {name: FOLDS["solution"][name] for name in ("en", "ko")} == {"en": "Solution: code", "ko": "풀이 코드"}


def test_solutions_fold_with_their_output_and_checks_without() -> None:
    cells = edition("ko", code("1", "solution"), code("2", "check", "hide-input"), code("3"))
    assert [cell["metadata"]["tags"] for cell in cells] == [["solution", "hide-cell"], ["check", "hide-input"], []]
    assert cells[0]["metadata"]["mystnb"]["code_prompt_show"] == "solution"


def test_figures_become_pictures_in_the_language_of_the_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    import d2lparams.view.static as static

    monkeypatch.setattr(static, "html", lambda spec, lang, folder: f"<figure lang={lang}>{spec['id']}</figure>")
    data = {"text/plain": "Histogram", FIGURE: {"kind": "histogram"}, WIDGET: {}, "image/svg+xml": "<svg/>"}
    shown = {"output_type": "execute_result", "metadata": {}, "data": data}
    (cell,) = edition("ko", code("view.histogram(net)", outputs=(shown,)))
    picture = "<figure lang=ko>figure-histogram</figure>"
    assert cell["outputs"][0]["data"] == {"text/plain": "Histogram", "text/html": picture}


def test_widget_views_without_a_figure_are_dropped() -> None:
    shown = {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": "W", WIDGET: {}}}
    (cell,) = edition("en", code("w", outputs=(shown,)))
    assert cell["outputs"][0]["data"] == {"text/plain": "W"}


def test_formulas_links_and_items_are_counted_outside_code() -> None:
    text = "- `$x$` costs 5$\n- $a$ and $$b\n+c$$\n\n1. [a](#tree) and {ref}`b <tied>`\n\n```\n- $y$ [n](m)\n```\n"
    assert formulas(text) == ["a", "b\n+c"]
    assert links(text) == ["#tree", "tied"]
    assert list_items(text) == 3


def test_problems_of_a_pair_are_named() -> None:
    korean = markdown("(tree)=\n# 트리\n\n- 망은 [트리](#x) $x$입니다.", "lang-ko")
    found = " ".join(problems(ENGLISH, korean))
    for part in ("headings", "formulas", "links", "list items"):
        assert part in found
    assert stale(ENGLISH, korean)
    assert not problems(ENGLISH, KOREAN)


@pytest.mark.parametrize(
    "text",
    ["**가중치(weight)**를", "**`data()`**는", "이것이 **“참”**입니다", "*f(x)*의", ":::{note}\n**층(layer)**은\n:::"],
)
def test_emphasis_that_would_print_its_asterisks_is_found(text: str) -> None:
    assert literal_asterisks(text)


@pytest.mark.parametrize(
    "text",
    [
        "**가중치**(weight)를",
        "`data()`는",
        "**층**을",
        "**가중치(weight)** 를",
        "$a*b$와 $c*d$를",
        "* 항목(item)\n* 둘",
        "`*args`와 `**kwargs`를",
    ],
)
def test_emphasis_that_ends_well_is_left_alone(text: str) -> None:
    assert not literal_asterisks(text)


def test_discouraged_terms_are_found_outside_code() -> None:
    assert discouraged("파라메터를 봅니다") == ["파라메터 (instead: 파라미터)"]
    assert not discouraged("`파라메터`라는 이름")
