"""The assignments of `make grading`, marked by the real graders: only a right answer gets its point.

The graders have an environment of their own, made from their lock and kept in `_build`.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools import environment
from tools.project import BOOK, BUILD
from tools.text import grading
from tools.text.cells import read, source, tags

CHAPTER = "tree"
STUDENTS = ("right", "wrong", "untouched")
Run = Callable[..., None]


@pytest.fixture(scope="module")
def run() -> Run:
    """Return a function that runs a program of the graders in a folder, as in their activated environment."""
    own = environment.ensure("grading", BUILD / "graders").parent
    known = {**os.environ, "PATH": f"{own}{os.pathsep}{os.environ['PATH']}", "JUPYTER_PREFER_ENV_PATH": "1"}

    def run(folder: Path, *command: str) -> None:
        done = subprocess.run(
            [str(own / command[0]), *command[1:]], cwd=folder, env=known, capture_output=True, text=True
        )
        assert not done.returncode, done.stdout[-2000:] + done.stderr[-2000:]

    return run


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with everything that `make grading` writes."""
    folder = tmp_path_factory.mktemp("course")
    for path, text in grading.assignments().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def solutions() -> dict[str, str]:
    """Return the book's solutions by the number of their exercise."""
    cells = [cell for cell in read(BOOK / f"{CHAPTER}.ipynb")["cells"] if cell["cell_type"] == "code"]
    asked = {number: cell for cell in cells if "solution" in tags(cell) and (number := grading.asking(cell)[0])}
    assert len(asked) > 3
    return {number: grading.without_asking(source(cell)) for number, cell in asked.items()}


def written(released: Path, student: str) -> str:
    """Return the notebook that students get with what one of them wrote: every answer right, wrong, or none."""
    notebook: dict[str, Any] = json.loads(released.read_text(encoding="utf-8"))
    for number, solution in solutions().items():
        answer = next(
            cell for cell in notebook["cells"] if "answer" in tags(cell) and f"answer_{number}" in source(cell)
        )
        assert solution not in source(answer)
        if student != "untouched":
            answer["source"] = solution if student == "right" else f"answer_{number} = [None, 'no']"
    return json.dumps(notebook)


def test_nbgrader_gives_a_point_for_every_right_answer_alone(run: Run, course: Path) -> None:
    folder = course / "nbgrader" / "ko"
    run(folder, "nbgrader", "generate_assignment", CHAPTER)
    released = folder / "release" / CHAPTER / f"{CHAPTER}.ipynb"
    for student in STUDENTS:
        handed_in = folder / "submitted" / student / CHAPTER / released.name
        handed_in.parent.mkdir(parents=True)
        handed_in.write_text(written(released, student), encoding="utf-8")
    run(folder, "nbgrader", "autograde", CHAPTER)
    run(folder, "nbgrader", "export")
    with (folder / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    total = len(solutions())
    assert scores == {"right": (total, total), "wrong": (0, total), "untouched": (0, total)}


def test_otter_gives_a_point_for_every_right_answer_alone(run: Run, course: Path, tmp_path: Path) -> None:
    run(course / "otter" / "en", "otter", "assign", "--no-pdfs", f"{CHAPTER}.ipynb", str(tmp_path))
    (autograder,) = (tmp_path / "autograder").glob("*.zip")
    scores = {}
    for student in STUDENTS:
        handed_in = tmp_path / student / f"{CHAPTER}.ipynb"
        handed_in.parent.mkdir()
        handed_in.write_text(written(tmp_path / "student" / f"{CHAPTER}.ipynb", student), encoding="utf-8")
        run(handed_in.parent, "otter", "run", "-a", str(autograder), handed_in.name)
        tests = json.loads((handed_in.parent / "results.json").read_text(encoding="utf-8"))["tests"]
        marked = [test for test in tests if "max_score" in test]
        scores[student] = (sum(test["score"] for test in marked), sum(test["max_score"] for test in marked))
    total = len(solutions())
    assert scores == {"right": (total, total), "wrong": (0, total), "untouched": (0, total)}
