"""Every notebook of the book keeps the contract: pairs, labels, stored outputs, Korean that prints as meant."""

from __future__ import annotations

import ast
import json
import re
import symtable
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from prose import discouraged, links, literal_asterisks, problems, unlinked

from d2lparams.view import MIME as FIGURE
from tools.project import BOOK, documents, notebooks
from tools.text import notebooks as housekeeping
from tools.text import predictions
from tools.text.cells import for_slides, language, pairs, source, tags
from tools.text.execute import differences, outputs
from tools.text.markdown import sections
from tools.text.notebooks import stale
from tools.text.numbers import numbers, renumbered
from tools.text.words import kind

PATHS = notebooks()
CHAPTERS = [path.stem for path in PATHS if kind(path.stem) == "chapter"]
LARGEST = 250_000  # bytes of a notebook file, text in two languages: it must stay quick to open and to compare
KNOWN_TAGS = {"lang-en", "lang-ko", "hide-input", "solution", "check", "hint", "answer", "predict", "raises-exception"}
KNOWN_TAGS |= {"varies"}  # its picture is the machine's own
KNOWN_TAGS |= {"own-file"}  # a cell that reads a file of the reader's, which is chosen or dropped above it
KNOWN_TAGS |= {"source"}  # it prints source code of the package, which a page shows in its colours
KNOWN_TAGS |= {"slide", "note"}  # what slides show instead of the text before it, and what their lecturer says to it
KNOWN_TAGS |= {"reference"}  # it lists a module, whose docstrings a page has in full below it
WORDS = 60  # on a slide
FOLDED = {"hide-input", "solution", "check"}
# How a text asks for a prediction; what it then shows has to wait.
ASKS = re.compile(r"\b[Pp]redict\b|[Ss]ketch|[Gg]uess how|[Bb]efore you (run|look|press|move)|How many .*\?$")


@pytest.fixture(params=PATHS, ids=[path.stem for path in PATHS])
def notebook(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return one notebook of the book, with its name."""
    return {**housekeeping.read(request.param), "name": request.param.stem}


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def markdown_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def assigned(code: str) -> set[str]:
    """Return the names that a cell gives a value."""
    targets = [target for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Assign) for target in node.targets]
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def defined(code: str) -> set[str]:
    """Return the names that a cell gives a value, a class or a function."""
    kinds = (ast.ClassDef, ast.FunctionDef)
    return assigned(code) | {node.name for node in ast.walk(ast.parse(code)) if isinstance(node, kinds)}


def free(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a function and those inside it take from the notebook."""
    yield from (symbol.get_name() for symbol in table.get_symbols() if symbol.is_global())
    for inner in table.get_children():
        yield from free(inner)


def test_the_book_has_notebooks_and_lists_them_all() -> None:
    assert PATHS
    assert {str(path.relative_to(BOOK).with_suffix("")) for path in PATHS} <= set(documents())


@pytest.mark.parametrize("spoken", ["en", "ko"])
def test_the_first_page_leads_to_every_other(spoken: str) -> None:
    first, *others = documents()
    cells = housekeeping.read(BOOK / f"{first}.ipynb")["cells"]
    text = "".join(source(cell) for cell in cells if language(cell) == spoken)
    assert not [name for name in others if f"]({name}.ipynb)" not in text]


def test_every_cell_in_one_language_is_half_of_a_pair(notebook: dict[str, Any]) -> None:
    alone = [cell["id"] for cell, partner in pairs(notebook["cells"]) if language(cell) and partner is None]
    assert not alone


def test_pairs_agree_in_headings_labels_formulas_links_and_items(notebook: dict[str, Any]) -> None:
    # Sentences of other pages, cut where each language ends one, and of each language those with a number.
    quoted = "made" in notebook["metadata"]["d2l"]
    found = [
        f"{cell['id']}: {problem}"
        for cell, partner in pairs(notebook["cells"])
        if partner is not None
        for problem in problems(cell, partner)
        if not (quoted and problem.endswith(("formulas", "links", "list items")))
    ]
    assert not found, "\n".join(found)


def test_korean_was_checked_against_the_english_of_today(notebook: dict[str, Any]) -> None:
    old = [cell["id"] for cell, partner in pairs(notebook["cells"]) if partner is not None and stale(cell, partner)]
    assert not old, f"look at these pairs again, then say so: make pairs NAMES={notebook['name']}"


def test_the_file_is_normalised(notebook: dict[str, Any]) -> None:
    path = BOOK / f"{notebook.pop('name')}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert text == housekeeping.dump(housekeeping.normalised(json.loads(text))), (
        "python -m tools.text.notebooks normalise"
    )


def test_the_file_is_valid(notebook: dict[str, Any]) -> None:
    nbformat.validate({name: value for name, value in notebook.items() if name != "name"})


def test_ids_are_unique_and_say_what_they_are(notebook: dict[str, Any]) -> None:
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids))
    for cell in notebook["cells"]:
        which = language(cell)
        spoken = for_slides(cell)[:1]  # a text between others has a letter too: p13a, and p13as on its slides
        wanted = r"c\d+[a-z]?" if cell["cell_type"] == "code" else rf"p\d+[a-z]?{spoken}{'-' + which if which else ''}"
        assert re.fullmatch(wanted, cell["id"]), cell["id"]


def test_tags_are_known(notebook: dict[str, Any]) -> None:
    used = {tag for cell in notebook["cells"] for tag in tags(cell)}
    assert used <= KNOWN_TAGS


def test_both_halves_of_a_question_are_tagged_and_something_waits_for_each(notebook: dict[str, Any]) -> None:
    halves = [
        (cell["id"], tags(cell), tags(partner))
        for cell, partner in pairs(notebook["cells"])
        if partner is not None and (predictions.TAG in tags(cell)) != (predictions.TAG in tags(partner))
    ]
    assert not halves
    cells = [cell for cell, _ in pairs(notebook["cells"])]
    asked = [cell["id"] for cell in cells if predictions.TAG in tags(cell) and cell["cell_type"] == "markdown"]
    answered = {wait.question for cell, wait in predictions.waits(cells) if cell.get("outputs", True)}
    assert answered - {0} == set(range(1, len(asked) + 1))


def test_where_the_text_asks_for_a_prediction_the_answer_waits(notebook: dict[str, Any]) -> None:
    exercises = f"({notebook['name']}-exercises)="
    for cell in markdown_cells(notebook):
        text = source(cell)
        if exercises in text:
            break
        if for_slides(cell):
            continue  # there a lecturer asks
        if language(cell) == "en" and ASKS.search(text.rstrip().split("\n\n")[-1]) and notebook["name"] in CHAPTERS:
            assert predictions.TAG in tags(cell), cell["id"]


def test_what_slides_show_is_short_and_what_is_said_to_them_follows_what_it_is_about(notebook: dict[str, Any]) -> None:
    before = ""
    for cell, partner in pairs(notebook["cells"]):
        if kind := for_slides(cell):
            assert partner is not None and before, cell["id"]
            assert not any(part.level for part in sections(source(cell)))
            if kind == "slide":
                assert before == "text" and max(len(source(one).split()) for one in (cell, partner)) <= WORDS, cell[
                    "id"
                ]
        before = "text" if cell["cell_type"] == "markdown" else "code"


def test_every_heading_has_a_label_of_this_chapter(notebook: dict[str, Any]) -> None:
    labels = []
    for cell in markdown_cells(notebook):
        for part in sections(source(cell)):
            if part.level:
                assert part.label == notebook["name"] or part.label.startswith(f"{notebook['name']}-"), part
                if language(cell) != "ko":
                    labels.append(part.label)
    assert labels[0] == notebook["name"], "the first heading is the chapter's, and its label the chapter's name"
    assert len(labels) == len(set(labels))


def test_heading_levels_start_at_one_and_skip_none(notebook: dict[str, Any]) -> None:
    levels = [
        part.level
        for cell in markdown_cells(notebook)
        if language(cell) != "ko"
        for part in sections(source(cell))
        if part.level
    ]
    assert levels[0] == 1
    assert 1 not in levels[1:]
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_code_that_shows_something_has_its_output_stored(notebook: dict[str, Any]) -> None:
    made = "made" in notebook["metadata"]["d2l"]  # of data, with no code to show
    assert made or any(cell["outputs"] for cell in code_cells(notebook))
    for cell in code_cells(notebook):
        if re.search(r"^print\(", source(cell), flags=re.M):
            assert cell["outputs"], cell["id"]


def test_outputs_hold_no_warning_and_no_unexpected_error(notebook: dict[str, Any]) -> None:
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            assert output.get("name") != "stderr", cell["id"]
            if "raises-exception" not in tags(cell):
                assert output["output_type"] != "error", cell["id"]


def test_visible_code_cells_have_at_most_15_lines_of_79_characters(notebook: dict[str, Any]) -> None:
    for cell in code_cells(notebook):
        if not FOLDED & set(tags(cell)):
            lines = source(cell).splitlines()
            assert len(lines) <= 15, cell["id"]
            assert max(map(len, lines)) <= 79, f"{cell['id']}: {max(lines, key=len)}"


def test_a_chapter_has_6_to_14_cells_to_read_before_its_exercises(notebook: dict[str, Any]) -> None:
    if notebook["name"] in CHAPTERS:
        read = [cell["id"] for cell in code_cells(notebook) if not set(tags(cell)) & (FOLDED | {"answer"})]
        assert 6 <= len(read) <= 14, read


def test_emphasis_in_korean_prints_no_asterisks(notebook: dict[str, Any]) -> None:
    found = {cell["id"]: literal_asterisks(source(cell)) for cell in markdown_cells(notebook)}
    assert not {name: spans for name, spans in found.items() if spans}


def test_korean_uses_the_terms_of_the_glossary(notebook: dict[str, Any]) -> None:
    found = {cell["id"]: discouraged(source(cell)) for cell in markdown_cells(notebook) if language(cell) == "ko"}
    assert not {name: terms for name, terms in found.items() if terms}


def test_links_say_where_they_lead(notebook: dict[str, Any]) -> None:
    # A cross-reference without words of its own would show a heading in both languages at once.
    for cell in markdown_cells(notebook):
        assert not re.search(r"\[\]\(#|\{ref\}`[^<`]*`", source(cell)), cell["id"]
        for target in links(source(cell)):
            assert not target.startswith("http:"), f"{cell['id']}: {target}"


def test_the_words_of_a_link_are_more_than_a_formula(notebook: dict[str, Any]) -> None:
    # A screen reader says a formula of MathML, and yet a link of it alone has no name.
    for cell in markdown_cells(notebook):
        assert not re.search(r"\[\s*\$[^$\]]+\$\s*\]\(", source(cell)), cell["id"]


def test_links_say_the_numbers_of_their_chapters(notebook: dict[str, Any]) -> None:
    known = numbers()
    wrong = [cell["id"] for cell in markdown_cells(notebook) if renumbered(source(cell), known) != source(cell)]
    assert not wrong, f"_toc.yml has other numbers: make numbers NAMES={notebook['name']}"


def test_a_chapter_is_named_only_in_a_link(notebook: dict[str, Any]) -> None:
    # What no link says stays as it was when the chapters are put into another order.
    found = {cell["id"]: unlinked(source(cell)) for cell in markdown_cells(notebook)}
    assert not {name: names for name, names in found.items() if names}


def test_a_link_to_another_chapter_names_its_file(notebook: dict[str, Any]) -> None:
    # JupyterLab and Colab know files, not labels.
    for cell in markdown_cells(notebook):
        inside = [target for target in links(source(cell)) if target.startswith("#")]
        here = rf"#({notebook['name']}|figure)(-|$)"
        assert not [target for target in inside if not re.match(here, target)], cell["id"]


def test_title_description_and_question_are_given_in_both_languages(notebook: dict[str, Any]) -> None:
    asks = ["question"] * (notebook["name"] != documents()[0])  # the first page lists them; the preface asks nothing
    for key in ("title", "description", *asks):
        assert set(notebook["metadata"]["d2l"][key]) == {"en", "ko"}
        assert all(notebook["metadata"]["d2l"][key].values())
    assert all(text.endswith("?") for key in asks for text in notebook["metadata"]["d2l"][key].values())


def test_an_empty_answer_fails_its_check_and_the_solution_passes(notebook: dict[str, Any]) -> None:
    checks = [cell for cell in code_cells(notebook) if "check" in tags(cell)]
    for cell in checks:
        assert "".join(cell["outputs"][-1]["text"]).lower().startswith("not yet"), cell["id"]
    passed = [
        cell
        for cell in code_cells(notebook)
        if "solution" in tags(cell)
        and any("well done" in "".join(output.get("text", "")).lower() for output in cell["outputs"])
    ]
    assert len(passed) >= len(checks)


def test_an_exercise_names_its_answer_and_its_check_by_its_number(notebook: dict[str, Any]) -> None:
    headings = re.findall(r"^### Exercise (\d+):", "\n".join(map(source, markdown_cells(notebook))), re.M)
    numbers = [int(number) for number in headings]
    cells = {
        tag: [source(c) for c in code_cells(notebook) if tag in tags(c)] for tag in ("answer", "check", "solution")
    }
    assert numbers == list(range(1, len(numbers) + 1)) and len(cells["answer"]) == len(cells["check"]) == len(numbers)
    for number, answer, check in zip(numbers, cells["answer"], cells["check"], strict=True):
        last = f"print(check_{number}(answer_{number}))"
        assert f"answer_{number}" in defined(answer), number
        assert f"def check_{number}(" in check and check.rstrip().splitlines()[-1] == last, number
        solutions = [text for text in cells["solution"] if f"answer_{number}" in defined(text)]
        assert solutions and last in solutions[-1].splitlines(), number


def test_a_check_uses_only_its_argument_and_what_it_builds(notebook: dict[str, Any]) -> None:
    made: set[str] = set().union(*(assigned(source(c)) for c in code_cells(notebook)))
    for cell in code_cells(notebook):
        if "check" in tags(cell):
            (table,) = symtable.symtable(source(cell), cell["id"], "exec").get_children()
            assert not made & set(free(table)), cell["id"]


def test_a_chapter_shows_at_least_four_pictures_and_one_of_them_moves(notebook: dict[str, Any]) -> None:
    if notebook["name"] not in CHAPTERS:
        return
    shown = [output.get("data", {}) for cell in outputs(BOOK / f"{notebook['name']}.ipynb") for output in cell]
    moving = [
        d[FIGURE]["kind"] for d in shown if FIGURE in d and "player" in {c["kind"] for c in d[FIGURE]["controls"]}
    ]
    assert len([data for data in shown if "image/svg+xml" in data]) >= 4 and moving


def test_what_a_legend_tells_apart_it_tells_apart_in_each_language(notebook: dict[str, Any]) -> None:
    stored = (BOOK / f"{notebook['name']}.ipynb").read_text(encoding="utf-8")
    for picture in map(b64decode, re.findall(r"svg\+xml;base64,([\w+/=]+)", stored)):
        words = {text.get_text() for text in BeautifulSoup(picture, "html.parser").select(".d2l-chart text")}
        named = [text.split(" · ") for text in words if " · " in text]
        for spoken in zip(*named, strict=True):
            assert len(set(spoken)) == len(named), named


def test_stored_outputs_are_those_of_the_code(notebook: dict[str, Any]) -> None:
    path = BOOK / f"{notebook['name']}.ipynb"
    changed = differences(path, outputs(path))
    assert not changed, f"{changed} show something else: look at it, then make notebooks NAMES={notebook['name']}"


def test_a_figure_is_stored_as_text_and_picture(notebook: dict[str, Any]) -> None:
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            kinds = set(output.get("data", {}))
            assert kinds <= {"text/plain", "text/html", "image/png"}, cell["id"]
            assert not kinds or "text/plain" in kinds, cell["id"]


def test_every_picture_is_an_image_that_hosts_show_untrusted_and_that_says_what_it_shows(
    notebook: dict[str, Any],
) -> None:
    for cell in code_cells(notebook):
        for data in [output["data"] for output in cell["outputs"] if "text/html" in output.get("data", {})]:
            html = "".join(data["text/html"])
            (image,) = BeautifulSoup(html, "html.parser").find_all(True)  # and nothing that a host takes away
            assert image.name == "img" and set(image.attrs) <= {"width", "alt", "src"} and image["alt"], cell["id"]


def test_what_matplotlib_draws_has_the_look_of_the_book_and_says_what_it_shows(notebook: dict[str, Any]) -> None:
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            words = "".join(output.get("data", {}).get("text/plain", ""))
            assert not words.startswith("<Figure size"), f"{cell['id']}: view.plot_style() in the first cell that plots"
            assert not re.match("A figure(:| ·)", words), f"{cell['id']}: view.describe(fig, en=..., ko=...)"


def test_the_file_is_small(notebook: dict[str, Any]) -> None:
    assert (BOOK / f"{notebook['name']}.ipynb").stat().st_size < LARGEST
