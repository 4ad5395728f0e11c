"""A bilingual notebook and its cells: their tags, their language, and which English cell has which Korean partner."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]
WIDGET = "application/vnd.jupyter.widget-view+json"
# What a lecturer's pair of texts is for: it stands on slides in the place of the text before it, or is said to that.
SPOKEN = ("slide", "note")
BADGE = "view-in-github"  # the cell that Colab adds to what it saves to GitHub
# What git leaves of a merge that met a conflict, or nbdime in the text of a cell.
MERGING = re.compile(r'^[\s"*]*(<{7}|>{7}) ', re.M)


class NotebookError(SystemExit):
    """A notebook file cannot be read; the message says why and what to do."""


def read(path: Path) -> Notebook:
    """Return the JSON of a notebook file, whichever editor wrote it: every cell with an id, metadata and tags.

    Raises
    ------
    NotebookError
        For what is no notebook of format 4, and for one with the marks of an unfinished merge.
    """
    text, name = path.read_text(encoding="utf-8"), f"{path.parent.name}/{path.name}"
    if torn := MERGING.search(text):
        line = text.count("\n", 0, torn.start(1)) + 1
        raise NotebookError(
            f"{name}: line {line} has the mark of a merge that is not finished.\n"
            f"Choose a side, git checkout --ours (or --theirs) {name}, write again what the other one had, then: "
            f"make notebooks NAMES={path.stem}. A program that merges notebooks cell by cell is nbdime."
        )
    try:
        loaded = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotebookError(
            f"{name}: line {error.lineno} is no JSON: {error.msg}.\n"
            f"Take the last version that was whole: git checkout -- {name}"
        ) from error
    if not isinstance(loaded, dict) or loaded.get("nbformat") != 4 or not isinstance(loaded.get("cells"), list):
        raise NotebookError(
            f"{name}: this is no notebook of format 4.\nOpen it in Jupyter and save it, or: "
            f"jupyter nbconvert --to notebook --inplace {name}"
        )
    cells = [cell for cell in loaded["cells"] if cell.get("metadata", {}).get("id") != BADGE]
    return {**loaded, "cells": identified(cells)}


def identified(cells: list[Cell]) -> list[Cell]:
    """Return cells of which each has an id: its own, the one that Colab keeps in the metadata, or the next free one."""
    last = max((int(number) for cell in cells for number in re.findall(r"\d+", str(cell.get("id", "")))), default=0)
    found: list[Cell] = []
    for cell in cells:
        metadata = dict(cell.get("metadata", {}))
        known, before = cell.get("id") or metadata.pop("id", ""), found[-1]["id"] if found else ""
        spoken = language(cell)
        if not known and spoken == "ko" and before.endswith("-en"):
            known = before.removesuffix("en") + "ko"
        elif not known:
            last += 1
            known = f"{cell['cell_type'][0].replace('m', 'p')}{last:02}{f'-{spoken}' if spoken else ''}"
        shown = {"outputs": cell.get("outputs", [])} if cell["cell_type"] == "code" else {}
        found.append({**cell, "id": known, "metadata": metadata, **shown})
    return found


def tags(cell: Cell) -> list[str]:
    """Return the tags of a cell."""
    return list(cell.get("metadata", {}).get("tags", []))


def language(cell: Cell) -> str:
    """Return `en` or `ko` for a cell in one language, the empty string for one that is for both."""
    if cell["cell_type"] != "markdown":
        return ""
    return next((tag[5:] for tag in tags(cell) if tag in ("lang-en", "lang-ko")), "")


def for_slides(cell: Cell) -> str:
    """Return `slide` or `note` for a text that no reader of the page sees, the empty string for all others."""
    return next((tag for tag in tags(cell) if tag in SPOKEN), "")


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
