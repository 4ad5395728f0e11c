"""The Sphinx extension of what a browser keeps for a reader: by which names, and the scripts that keep and show it.

A code cell has an id made of its own, `cell-c05` for `c05`, the same in every edition: what a reader changes is kept by
page and cell.  The sidebar knows the exercises of every chapter, so that it can say how many of them are solved.
"""

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform

from tools import internals
from tools.project import BOOK, documents
from tools.text.cells import read, tags

SCRIPTS = ("kept.js", "yours.js", "solved.js", "work.js")  # in the order in which they lean on each other
CELLS = "d2l-cells"  # the ids of the cells of the notebook that is being read


def exercises() -> dict[str, list[str]]:
    """Return the cells that check an exercise, by the chapters that have any."""
    paths = {name: BOOK / f"{name}.ipynb" for name in documents()}
    cells = {name: read(path)["cells"] for name, path in paths.items() if path.exists()}
    found = {name: [cell["id"] for cell in each if "check" in tags(cell)] for name, each in cells.items()}
    return {name: checks for name, checks in found.items() if checks}


def prepare(app: Sphinx, config: Config) -> None:
    """Load the scripts; the pages are written anew when a chapter has other exercises."""
    config.exercises = exercises()
    for name in SCRIPTS:
        app.add_js_file(name, loading_method="defer")


def note_cells(app: Sphinx, docname: str, content: list[str]) -> None:
    """Remember what the cells of a notebook are called, as `tools.sphinx.editions` has just made it."""
    if app.env.doc2path(docname).endswith(".ipynb"):
        app.env.temp_data[CELLS] = [cell["id"] for cell in json.loads(content[0])["cells"]]


class CellsAsIds(SphinxTransform):
    """Let every code cell of a page have an id made of its own."""

    default_priority = 300

    def apply(self, **kwargs: Any) -> None:
        """Give the cells their ids."""
        for node in self.document.findall(nodes.container):
            if (index := internals.cell_index(node)) is not None:
                node["ids"] = [f"cell-{self.env.temp_data[CELLS][index]}"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the config value, the transform and the hooks."""
    app.add_config_value("exercises", {}, "html", dict)
    app.connect("config-inited", prepare, priority=901)  # after the theme, which passes over the scripts of others
    app.connect("source-read", note_cells, priority=900)
    app.add_transform(CellsAsIds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
