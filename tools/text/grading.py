"""`make grading`: the exercises of every chapter as assignments for two graders, nbgrader and Otter.

Each chapter becomes one notebook for each grader and each language. An answer begins with the lines that the book gives
and holds the book's solution where the grader takes it out again; the check that a reader sees is the test, and passes
when its verdict does. What is written is what an instructor starts from: `nbgrader generate_assignment` and
`otter assign` make of it what students get.

A check shows nothing of the answer, but who reads it can write something that passes it alone, and a grader runs the
code of students: marks that decide something want an eye on the answers.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from tools.project import BOOK, BUILD, documents, write_new
from tools.text import downloads
from tools.text.cells import Cell, Notebook, read, source, tags

FOLDER = BUILD / "grading"
LANGUAGES = ("en", "ko")
ASKS = re.compile(r"\nprint\(check_(\d+)\(answer_\1\)\)\s*$")  # the last line of a check and of a solution
STUB = {"en": "# Write your answer here.", "ko": "# 여기에 답을 쓰세요."}
PASSED = "{ask}.passed"
HIDDEN = """
### BEGIN HIDDEN TESTS
assert {ask}.passed, {ask}
### END HIDDEN TESTS"""
NBGRADER = """\
# `nbgrader generate_assignment tree` in this folder makes what students get; see the documentation of nbgrader.
c = get_config()
c.CourseDirectory.course_id = "d2lparams-{language}"
c.ClearSolutions.code_stub = {{"python": "{stub}"}}
c.ExecutePreprocessor.timeout = 120  # seconds for a cell: some train a network
"""
OTTER = """\
# ASSIGNMENT CONFIG
name: {name}-{language}
init_cell: false
export_cell: false
solutions_pdf: false
template_pdf: false
generate: true
"""


def asked(stored: Notebook) -> Notebook:
    """Return a chapter without the texts of its solutions."""
    told = [cell for cell in stored["cells"] if cell["cell_type"] == "markdown" and "solution" in tags(cell)]
    return {**stored, "cells": [cell for cell in stored["cells"] if cell not in told]}


def without_asking(text: str) -> str:
    """Return a check or a solution without its last line, which asks for the verdict."""
    return ASKS.sub("", text).rstrip()


def asking(check: Cell) -> tuple[str, str]:
    """Return the number of an exercise and the expression that gives its verdict."""
    found = ASKS.search(source(check))
    assert found, f"the check {check.get('id')} ends otherwise"
    return found[1], f"check_{found[1]}(answer_{found[1]})"


def exercises(cells: list[Cell]) -> dict[int, tuple[Cell, Cell]]:
    """Return for the place of every `answer` its `check` and the code of its `solution`."""
    places = [n for n, cell in enumerate(cells) if "answer" in tags(cell)]
    found = {}
    for n in places:
        behind = [cell for cell in cells[n:] if cell["cell_type"] == "code"]
        check = next(cell for cell in behind if "check" in tags(cell))
        found[n] = check, next(cell for cell in behind if "solution" in tags(cell))
    return found


def code(text: str, tag: str = "", **metadata: Any) -> Cell:
    """Return a cell of code, with the tag that the book's cell has."""
    metadata |= {"tags": [tag]} if tag else {}
    return {"cell_type": "code", "metadata": metadata, "source": text, "execution_count": None, "outputs": []}


def graded(tag: str, number: str, text: str, points: int = 0) -> Cell:
    """Return a cell as nbgrader marks it: the test if it has points, else the answer."""
    told = {"schema_version": 3, "grade_id": f"{tag}_{number}", "task": False, "cell_type": "code"}
    told |= {"grade": bool(points), "locked": bool(points), "solution": not points}
    return code(text, tag, nbgrader=told | ({"points": points} if points else {}))


def nbgrader_cells(answer: Cell, check: Cell, solution: Cell) -> Iterator[Cell]:
    """Yield the answer, with the solution that nbgrader cuts out, and its test."""
    number, ask = asking(check)
    hidden = f"\n### BEGIN SOLUTION\n{without_asking(source(solution))}\n### END SOLUTION"
    yield graded("answer", number, source(answer) + hidden)
    yield graded("check", number, source(check) + HIDDEN.format(ask=ask), 1)


def raw(text: str) -> Cell:
    """Return a cell in which Otter is told something."""
    return {"cell_type": "raw", "metadata": {}, "source": text}


def otter_cells(answer: Cell, check: Cell, solution: Cell) -> Iterator[Cell]:
    """Yield a question of Otter: what students begin with, the solution, the check that they can run, and the test."""
    number, ask = asking(check)
    yield raw(f"# BEGIN QUESTION\nname: q{number}\npoints: 1\ncheck_cell: false")
    yield raw("# BEGIN SOLUTION")
    solved = without_asking(source(solution))
    yield code(f"{source(answer)}\n# BEGIN SOLUTION NO PROMPT\n{solved}\n# END SOLUTION", "answer")
    yield raw("# END SOLUTION")
    yield raw("# BEGIN TESTS")
    told = {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": {"text/plain": "True"}}
    yield code(f"{without_asking(source(check))}\n{PASSED.format(ask=ask)}") | {"outputs": [told]}
    yield raw("# END TESTS")
    yield raw("# END QUESTION")
    yield code(source(check), "check")


Exercise = Callable[[Cell, Cell, Cell], Iterator[Cell]]


def assignment(chapter: Notebook, exercise: Exercise, head: list[Cell]) -> Notebook:
    """Return a chapter as the assignment of a grader.

    Parameters
    ----------
    chapter : a notebook of one language with its solutions, as `downloads.notebook` makes it.
    exercise : what the grader wants for the answer, the check and the solution of an exercise.
    head : cells for the grader before all others.
    """
    cells, places = chapter["cells"], exercises(chapter["cells"])
    made = list(head)
    for n, cell in enumerate(cells):
        if n in places:
            made += exercise(cell, *places[n])
        elif not {"check", "solution"} & {*tags(cell)}:
            made.append(cell)
    numbered = [{**cell, "id": f"c{n:03}"} for n, cell in enumerate(made)]
    return {"cells": numbered, "metadata": chapter["metadata"], "nbformat": 4, "nbformat_minor": 5}


def assignments() -> dict[str, str]:
    """Return the text of every file by its path below the folder: notebooks, and what nbgrader is told."""
    found = {}
    for language in LANGUAGES:
        found[f"nbgrader/{language}/nbgrader_config.py"] = NBGRADER.format(language=language, stub=STUB[language])
        for name in (name for name in documents() if (BOOK / f"{name}.ipynb").exists()):
            chapter = downloads.notebook(asked(read(BOOK / f"{name}.ipynb")), name, language)
            if not exercises(chapter["cells"]):
                continue
            notebook = assignment(chapter, nbgrader_cells, [])
            found[f"nbgrader/{language}/source/{name}/{name}.ipynb"] = json.dumps(
                notebook, ensure_ascii=False, indent=1
            )
            notebook = assignment(chapter, otter_cells, [raw(OTTER.format(name=name, language=language))])
            found[f"otter/{language}/{name}.ipynb"] = json.dumps(notebook, ensure_ascii=False, indent=1)
    return found


def main() -> None:
    """Write all assignments and say where they are."""
    files = assignments()
    for path, text in files.items():
        write_new(FOLDER / path, text + "\n")
    print(f"{len(files)} files in {FOLDER.relative_to(BUILD.parent)}: nbgrader/ and otter/, each in en and ko")


if __name__ == "__main__":
    main()
