"""The Rosetta page says what is so: its snippets are executed wherever their library is installed."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys

import pytest

from tools.project import ROOT, package
from tools.rosetta import CLAIM, NEEDS, Untrue, data, execute, missing, snippets
from tools.text.rosetta import WIDTH, shown

# PyTorch and the others are no part of the environment that `make test` installs: requirements/rosetta.in has them.
HERE = [library for library in NEEDS if not missing(library)]


@pytest.mark.parametrize("library", HERE)
def test_the_snippets_of_a_library_do_what_they_say(library: str) -> None:
    command = [sys.executable, "-m", "tools.rosetta", library]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"^{library} .*: {len(snippets(library))} snippets, \d+ claims$", done.stdout, re.M)


def test_our_own_snippets_are_always_executed_and_what_is_absent_is_told() -> None:
    assert "d2lparams" in HERE
    command = [sys.executable, "-m", "tools.rosetta", "mxnet"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode and "no library mxnet" in done.stderr


def test_every_task_is_said_in_every_library_and_proves_something() -> None:
    said = data()
    assert set(said["library"]) == {*NEEDS, "gluon"}
    for task in said["task"]:
        assert list(task["code"]) == list(said["library"]), task["id"]
    ours = [task["id"] for task in said["task"]]
    assert ours == ["make", "access", "name", "initialize", "defer", "tie", "freeze", "save", "load", "count"]
    assert {trap["library"] for trap in said["trap"]} == set(said["library"]) - {"d2lparams"}
    for library in NEEDS:
        claims = [CLAIM.search(line) for _, code in snippets(library) for line in code.splitlines()]
        assert sum(map(bool, claims)) >= 12, library
    assert said["library"]["d2lparams"]["version"] == package()["version"]


def test_the_versions_of_the_page_are_those_that_one_is_told_to_install() -> None:
    wanted = (ROOT / "requirements" / "rosetta.in").read_text(encoding="utf-8")
    for library in set(NEEDS) - {"d2lparams"}:
        assert f"{library}=={data()['library'][library]['version']}\n" in wanted


@pytest.mark.parametrize("library", NEEDS)
def test_a_snippet_is_python_that_fits_its_column(library: str) -> None:
    for name, code in snippets(library):
        ast.parse(shown(code))
        assert max(map(len, shown(code).splitlines())) <= WIDTH, (library, name)
        assert not CLAIM.search(shown(code))


@pytest.mark.parametrize(
    ("code", "lesson"),
    [
        ("1 + 1  #> 3", "1 \\+ 1 is 2, not 3"),
        ("[]  #! IndexError", "raises no IndexError"),
        ("[][0]  #! KeyError", "raises IndexError"),
        ("unknown  #> 1", "raises NameError"),
    ],
)
def test_a_claim_that_does_not_hold_is_found(code: str, lesson: str) -> None:
    with pytest.raises(Untrue, match=lesson):
        execute(code, {})


def test_claims_that_hold_are_counted() -> None:
    assert execute("x = 2\nx + 1  #> 3\n[][x]  #! IndexError\nx = 5  # no claim", {}) == 2


def test_a_long_value_goes_below_its_line() -> None:
    line = f"names = {'x' * 40}  #> {list(range(40))}"
    first, *rest = shown(line).splitlines()
    assert first == f"names = {'x' * 40}" and all(part.startswith("# ") for part in rest)
    assert "".join(part[1:] for part in rest).replace(" ", "") == str(list(range(40))).replace(" ", "")
