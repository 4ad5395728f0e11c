"""What `make grading` writes: every exercise of every chapter, in one language, and its solution only to be cut out."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from tools.project import BOOK, documents
from tools.text import grading
from tools.text.cells import read, source, tags
from tools.text.words import kind

FILES = grading.assignments()
CHAPTERS = [name for name in documents() if kind(name) == "chapter"]
CUT = re.compile(r"^#+ BEGIN (SOLUTION|HIDDEN TESTS).*?^#+ END \1[^\n]*", re.M | re.S)


@pytest.mark.parametrize("name", CHAPTERS)
@pytest.mark.parametrize("language", grading.LANGUAGES)
def test_every_exercise_of_a_chapter_is_asked_by_both_graders(language: str, name: str) -> None:
    stored = read(BOOK / f"{name}.ipynb")["cells"]
    checks = [source(cell) for cell in stored if "check" in tags(cell)]
    assert checks
    for path in (f"nbgrader/{language}/source/{name}/{name}.ipynb", f"otter/{language}/{name}.ipynb"):
        notebook = json.loads(FILES[path])
        nbformat.validate(notebook)
        cells = notebook["cells"]
        assert [source(cell).replace(grading_part(source(cell)), "").rstrip() for cell in checks_of(cells)] == checks
        answers = [source(cell) for cell in cells if "answer" in tags(cell)]
        assert len(answers) == len(checks) and all(CUT.search(answer) for answer in answers)
        assert not [cell for cell in cells if "solution" in tags(cell)]
        hangul = re.search("[가-힣]", "".join(source(cell) for cell in cells if cell["cell_type"] == "markdown"))
        assert bool(hangul) == (language == "ko")


def checks_of(cells: list[grading.Cell]) -> list[grading.Cell]:
    return [cell for cell in cells if "check" in tags(cell)]


def grading_part(text: str) -> str:
    """Return what is there for the grader alone."""
    found = CUT.search(text)
    return found[0] if found else "\0"


def test_what_students_get_holds_no_solution() -> None:
    path = f"nbgrader/en/source/{CHAPTERS[0]}/{CHAPTERS[0]}.ipynb"
    given = [CUT.sub("", source(cell)) for cell in json.loads(FILES[path])["cells"]]
    cells = read(BOOK / f"{CHAPTERS[0]}.ipynb")["cells"]
    solved = [grading.without_asking(source(cell)) for cell in cells if "solution" in tags(cell)]
    assert solved and not [text for text in solved if any(text in cell for cell in given)]


def test_a_check_that_ends_otherwise_is_told() -> None:
    with pytest.raises(AssertionError, match="c07 ends otherwise"):
        grading.asking({"id": "c07", "source": "print(check_1(answer_2))"})
