"""The figures of a page and the words that set them.

Every figure has an anchor, `figure-designer`, the second of its kind on a page `figure-designer-2`, the same in all
editions. A link to it may say what the figure is to show: `[try 0.01](#figure-designer?scale=0.01)` on the same page,
`[the designer](initializers.ipynb#figure-designer?scale=0.01)` from another one. In Jupyter it is a link that leads
nowhere; `tools.sphinx.figures` makes it words to press. `faults` tells of links that name what is not there.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from d2lparams.view import MIME as FIGURE
from d2lparams.view import setting, static
from tools.text.cells import Cell, Notebook, source

PREFIX = "figure-"
FOLDER = "figures"  # of the site: states that pages fetch when they are asked for
PART = r"(?:[^()\s#]|\([^()\s]*\))*"  # of an address, in which brackets come in pairs
LINK = re.compile(rf"\[(?P<words>[^\[\]]*)\]\((?P<file>{PART})#(?P<target>{PREFIX}{PART})\)")


def placed(notebook: Notebook) -> Iterator[tuple[Cell, str, dict[str, Any]]]:
    """Yield the figures of an executed notebook in order: the cell of each, its anchor and its spec."""
    kinds: Counter[str] = Counter()
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if spec := output.get("data", {}).get(FIGURE):
                kinds[spec["kind"]] += 1
                number = kinds[spec["kind"]]
                yield cell, PREFIX + spec["kind"] + (f"-{number}" if number > 1 else ""), spec


def anchors(notebook: Notebook) -> dict[str, dict[str, Any]]:
    """Return the specs of an executed notebook's figures by their anchors, in order."""
    return {anchor: spec for _, anchor, spec in placed(notebook)}


def words(spec: dict[str, Any]) -> str:
    """Return all that a figure says: its controls, its labels, and its sentence and table in every state."""
    chunks = spec.get("chunks", {}).values()
    marks = [mark for one in (spec, *chunks) for mark in (*one.get("base", []), *one["parts"]) if mark[0] == "t"]
    states = [(state["say"], state["table"]) for one in (spec, *chunks) for state in one["states"].values()]
    controls = [(control["label"], control["options"]) for control in spec["controls"]]

    def told(thing: Any) -> Iterator[str]:
        if isinstance(thing, dict):
            yield from map(str, thing.values())
        elif isinstance(thing, list | tuple):
            for one in thing:
                yield from told(one)
        else:
            yield str(thing)

    return " | ".join(told([controls, [mark[4:] for mark in marks], states]))


def files(notebook: Notebook) -> dict[str, str]:
    """Return the files of states that the figures of an executed notebook fetch, by their names."""
    return {name: text for spec in anchors(notebook).values() for name, text in static.files(spec).items()}


def fault(target: str, figures: dict[str, dict[str, Any]]) -> str:
    """Return what a link asks for that is not there, with what is, or the empty string.

    Parameters
    ----------
    target : what follows the `#`.
    figures : those of the page, by their anchors.
    """
    anchor, asked, words = target.partition("?")
    if anchor not in figures:
        return f"there is no {anchor}, but {', '.join(figures) or 'no figure at all'}"
    return "; ".join(setting.faults(figures[anchor]["controls"], words)) if asked else ""


def faults(notebook: Notebook, other: Callable[[str], Notebook]) -> list[str]:
    """Return a lesson for every link of an executed notebook to a figure, a control or a value that does not exist.

    Parameters
    ----------
    notebook : the JSON of a notebook with the outputs that its code gives.
    other : returns another notebook of the book by its file name, or raises FileNotFoundError.
    """
    lessons = []
    for cell in notebook["cells"]:
        for link in LINK.finditer(source(cell) if cell["cell_type"] == "markdown" else ""):
            try:
                page = other(link["file"]) if link["file"] else notebook
                wrong = fault(link["target"], anchors(page))
            except FileNotFoundError:
                wrong = f"there is no {link['file']}"
            if wrong:
                lessons.append(f"{cell['id']}: {link[0]}: {wrong}")
    return lessons
