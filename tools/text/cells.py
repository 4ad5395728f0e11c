"""A bilingual notebook and its cells: their tags, their language, and which English cell has which Korean partner."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]
WIDGET = "application/vnd.jupyter.widget-view+json"


def read(path: Path) -> Notebook:
    """Return the JSON of a notebook file."""
    loaded: Notebook = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def tags(cell: Cell) -> list[str]:
    """Return the tags of a cell."""
    return list(cell.get("metadata", {}).get("tags", []))


def language(cell: Cell) -> str:
    """Return `en` or `ko` for a cell in one language, the empty string for one that is for both."""
    if cell["cell_type"] != "markdown":
        return ""
    return next((tag[5:] for tag in tags(cell) if tag in ("lang-en", "lang-ko")), "")


def source(cell: Cell) -> str:
    """Return the text of a cell, which the file may store as lines."""
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def pairs(cells: list[Cell]) -> Iterator[tuple[Cell, Cell | None]]:
    """Yield English cells with the Korean cell that follows, every other cell alone."""
    index = 0
    while index < len(cells):
        cell = cells[index]
        after = cells[index + 1] if index + 1 < len(cells) else None
        paired = language(cell) == "en" and after is not None and language(after) == "ko"
        yield cell, after if paired else None
        index += 2 if paired else 1
