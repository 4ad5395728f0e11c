"""A notebook that another editor or an unfinished merge has left is put right, or the tools say what to do."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.project import BOOK, ROOT
from tools.text import notebooks
from tools.text.cells import NotebookError, read

Notebook = dict[str, Any]
TREE = BOOK / "tree.ipynb"


def saved_by_colab(notebook: Notebook) -> Notebook:
    """Return a notebook as Colab saves it: format 4.0, ids in the metadata, marks of its own, a badge on top."""
    made = copy.deepcopy(notebook)
    for cell in made["cells"]:
        cell["metadata"]["id"] = cell.pop("id")
        if cell["cell_type"] == "code":
            cell["metadata"] |= {"colab": {"base_uri": "https://localhost:8080/", "height": 52}, "outputId": "28b07730"}
            for output in cell["outputs"]:
                output.get("data", {})["application/vnd.google.colaboratory.intrinsic+json"] = {"type": "string"}
    badge = {"cell_type": "markdown", "metadata": {"id": "view-in-github", "colab_type": "text"}, "source": ["<a>"]}
    words = {"colab": {"provenance": [], "include_colab_link": True}, "widgets": {"state": {}}}
    return {
        **made, "cells": [badge, *made["cells"]], "metadata": {**made["metadata"], **words}, "nbformat_minor": 0
    }  # fmt: skip


def write(path: Path, notebook: Notebook) -> Path:
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_what_colab_saves_becomes_the_file_of_the_book_again(tmp_path: Path) -> None:
    path = write(tmp_path / "tree.ipynb", saved_by_colab(json.loads(TREE.read_text(encoding="utf-8"))))
    assert notebooks.normalise(path) == "written"
    assert path.read_text(encoding="utf-8") == TREE.read_text(encoding="utf-8")


def test_a_pair_that_was_changed_in_colab_is_declared_checked(tmp_path: Path) -> None:
    made = saved_by_colab(json.loads(TREE.read_text(encoding="utf-8")))
    first = next(cell for cell in made["cells"] if cell["metadata"]["id"] == "p02-en")
    first["source"] = [*first["source"], " More."]
    path = write(tmp_path / "tree.ipynb", made)
    assert notebooks.declare_checked(path) == "p02-ko"


def test_a_cell_without_any_id_takes_the_next_free_one_and_a_pair_shares_its_number(tmp_path: Path) -> None:
    english, korean = (
        {"cell_type": "markdown", "metadata": {"tags": [f"lang-{lang}"]}, "source": []} for lang in ("en", "ko")
    )
    code = {"cell_type": "code", "source": ["1"]}
    cells = [{**english, "id": "p07-en"}, korean, code, english, korean, {**english, "id": "p02-en"}]
    path = write(tmp_path / "one.ipynb", {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 0})
    assert [cell["id"] for cell in read(path)["cells"]] == ["p07-en", "p07-ko", "c08", "p09-en", "p09-ko", "p02-en"]
    assert notebooks.normalise(path) == "written"


def torn(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:20], "<<<<<<< HEAD\n", lines[20], "=======\n", lines[20], ">>>>>>> topic\n", *lines[21:]])


def torn_inside(text: str) -> str:
    notebook = json.loads(text)
    notebook["cells"][0]["source"] = ["<<<<<<< local\n", "a\n", "=======\n", "b\n", ">>>>>>> remote"]
    return json.dumps(notebook, indent=1)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (torn, ["line 21 has the mark of a merge", "git checkout --ours", "make notebooks NAMES=tree"]),
        (torn_inside, ["the mark of a merge", "nbdime"]),
        (lambda text: text[:5000], ["is no JSON", "git checkout -- book/tree.ipynb"]),
        (lambda text: "[]", ["no notebook of format 4", "jupyter nbconvert"]),
        (lambda text: '{"nbformat": 3, "worksheets": []}', ["no notebook of format 4", "jupyter nbconvert"]),
    ],
    ids=["merge", "merge in a cell", "cut off", "a list", "format 3"],
)
@pytest.mark.parametrize("task", [notebooks.normalise, notebooks.declare_checked, notebooks.renumber])
def test_what_cannot_be_read_is_told_with_what_to_do(tmp_path: Path, task: Any, broken: Any, said: list[str]) -> None:
    path = tmp_path / "book" / "tree.ipynb"
    path.parent.mkdir()
    path.write_text(broken(TREE.read_text(encoding="utf-8")), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(NotebookError) as caught:
        task(path)
    told = pickle.loads(pickle.dumps(caught.value))  # a worker of the pool sends it on
    assert str(told).startswith("book/tree.ipynb: ")
    for words in said:
        assert words in str(told)
    assert path.read_bytes() == before


@pytest.mark.parametrize("words", [[], ["check"], ["pairs", "trees"]])
def test_a_wrong_command_says_what_there_is(words: list[str]) -> None:
    command = [sys.executable, "-m", "tools.text.notebooks", *words]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert ran.returncode == 1 and "Traceback" not in ran.stderr
    assert ("no notebook named trees" if "trees" in words else "pairs [NAME ...]") in ran.stderr
