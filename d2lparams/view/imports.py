"""Which file of the package uses which: the files in reading order, an arc for every import, all of them upward."""

from __future__ import annotations

import ast
import math
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .. import __doc__ as overview
from .. import language
from .arguments import as_title
from .spec import Control, Figure, Mark, State, Text, Words, both, several

__all__ = ["imports"]

CORE = Path(language.__file__).parent
SPINE = ("autograd", "array", "init", "parameter", "block")
LEFT, DOTS, TOP, ROW, WIDE = 126, 150, 30, 22, 300


class Module(NamedTuple):
    """A file of the core: its name, the files that it imports, and how many lines it has."""

    name: str
    uses: frozenset[str]
    lines: int


def imported(source: str) -> set[str]:
    """Return the files of the core that a file imports, without those that only a type checker sees.

    Examples
    --------
    >>> sorted(imported("from . import checks, errors; from .array import NDArray; import numpy"))
    ['array', 'checks', 'errors']
    """
    tree = ast.parse(source)
    guarded = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1 and id(node) not in guarded:
            found |= {node.module} if node.module else {alias.name for alias in node.names}
    return found


def reading_order() -> list[str]:
    """Return the files of the core in the order in which the package's docstring lists them, two columns of rows."""
    table = re.search(r"before it::\n\n(.*?)\n\n", overview or "", re.DOTALL)
    rows = [(line[:52], line[52:]) for line in (table[1] if table else "").splitlines()]
    heads = [re.match(r"\s*([a-z]+(?:, [a-z]+)*)", row[side]) for side in (0, 1) for row in rows]
    return [name for head in heads if head for name in head[1].split(", ") if name != "view"]


@cache
def modules() -> list[Module]:
    """Return the files of the core in reading order."""
    found = []
    for name in reading_order():
        source = (CORE / f"{name}.py").read_text(encoding="utf-8")
        found.append(Module(name, frozenset(imported(source)), source.count("\n")))
    return found


def _y(at: int) -> float:
    return TOP + ROW * at


def _arc(low: int, high: int, style: str, count: int, pieces: int = 20) -> Mark:
    """Return an arc between two rows, the wider the farther they are apart."""
    middle, radius = (_y(low) + _y(high)) / 2, (_y(high) - _y(low)) / 2
    width = 14 + WIDE * (high - low) / count
    turns = [math.pi * (k / pieces - 0.5) for k in range(pieces + 1)]
    points = [(round(DOTS + width * math.cos(t), 1), round(middle + radius * math.sin(t), 1)) for t in turns]
    return ["p", [value for point in points for value in point], style]


def _name(at: int, module: Module, style: str) -> Mark:
    return ["t", LEFT, _y(at) + 5, "end", module.name, style]


def _dot(at: int, module: Module, style: str) -> Mark:
    return ["c", DOTS, _y(at), round(2 + math.sqrt(module.lines) / 4, 1), style]


def _state(chosen: int) -> State:
    """Draw the arcs of one file: what it uses above it in blue, what uses it below it in orange."""
    files = modules()
    places = {module.name: at for at, module in enumerate(files)}
    this = files[chosen]
    uses = sorted(places[name] for name in this.uses)
    users = [at for at, module in enumerate(files) if this.name in module.uses]
    marks = [_arc(at, chosen, "a thin", len(files)) for at in uses]
    marks += [_arc(chosen, at, "b thin", len(files)) for at in users]
    marks += [_dot(at, files[at], "a") for at in uses] + [_dot(at, files[at], "b") for at in users]
    marks += [_dot(chosen, this, "ring c"), ["r", 4, _y(chosen) - 10, LEFT + 3, 20, "chosen round"]]
    return State(marks, _say(this, len(uses), len(users)), _table(files))


def _say(this: Module, uses: int, users: int) -> Text:
    return both(
        f"{this.name}.py, {this.lines} lines, uses {several(uses, 'file')}, all above it, and is used by "
        f"{several(users, 'file')} below. No arc of any file goes the other way.",
        f"{this.name}.py는 {this.lines}줄입니다. 위에 있는 파일 {uses}개를 쓰고, 아래에 있는 파일 {users}개가 이 "
        "파일을 쓰며, 거꾸로 가는 호는 하나도 없습니다.",
    )


def _table(files: list[Module]) -> list[list[Words]]:
    head: list[Words] = [both("file", "파일"), both("lines", "줄 수"), both("uses", "쓰는 파일")]
    rows: list[list[Words]] = [head]
    for module in files:
        rows.append([module.name, str(module.lines), ", ".join(sorted(module.uses)) or "-"])
    return rows


def imports(title: Text | None = None) -> Figure:
    """Return the figure of the files of the package, and which of them use the chosen one.

    Everything is read off the files as they are: the names, the import statements, how long each is.
    """
    words = as_title(title, both("Who imports whom", "어느 파일이 어느 파일을 쓰는가"))
    files = modules()
    places = {module.name: at for at, module in enumerate(files)}
    base = [
        _arc(places[name], at, "branch faint", len(files), 12) for at, m in enumerate(files) for name in sorted(m.uses)
    ]
    base += [_dot(at, module, "sum" if module.name in SPINE else "node") for at, module in enumerate(files)]
    base += [_name(at, m, "code strong" if m.name in SPINE else "code") for at, m in enumerate(files)]
    control = Control("file", "select", both("file", "파일"), [m.name for m in files], places["block"])
    return Figure("imports", words, (480, round(_y(len(files) - 1)) + 18), [control], _state, base)
