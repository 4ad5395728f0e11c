"""Housekeeping on the notebooks of `book/`: normalise, execute and store, declare pairs checked.

::

    python -m tools.text.notebooks normalise [NAME ...]   drop volatile metadata, data of figures and widget state
    python -m tools.text.notebooks execute [NAME ...]     execute, store the outputs, normalise
    python -m tools.text.notebooks pairs [NAME ...]       the Korean cells were checked against today's English

Without names, all notebooks.
"""

from __future__ import annotations

import argparse
import json
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from d2lparams.view import MIME as FIGURE
from tools.project import notebooks, write_new
from tools.text import execute
from tools.text.cells import WIDGET, Notebook, pairs, read
from tools.text.pairs import english_hash, stale

KEPT = ("tags", "d2l", "mystnb")  # cell metadata that is the author's, not an editor's
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LIVE = {FIGURE, WIDGET}  # what a build makes anew, and what is dead without its kernel: the picture stands for both
ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")


def lines(text: str | list[str]) -> list[str]:
    """Return a text as a notebook file stores it: a list of lines."""
    return (text if isinstance(text, str) else "".join(text)).splitlines(keepends=True)


def normalised(notebook: Notebook) -> Notebook:
    """Return the notebook with nothing in it that changes from run to run or from editor to editor.

    Code cells are counted from 1, as a run from top to bottom counts them: nbval takes a cell without a count for
    one that was never run, and compares nothing.
    """
    cells = []
    count = 0
    for cell in notebook["cells"]:
        kept = {name: cell["metadata"][name] for name in KEPT if cell["metadata"].get(name)}
        new = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": kept, "source": lines(cell["source"])}
        if cell["cell_type"] == "code":
            count += 1
            new |= {"execution_count": count, "outputs": _outputs(cell["outputs"], count)}
        if cell.get("attachments"):
            new["attachments"] = cell["attachments"]
        cells.append(new)
    # The format has a `title` of its own, one string, so the words in two languages stand under `d2l`.
    words = {name: notebook["metadata"][name] for name in ("title", "description") if name in notebook["metadata"]}
    metadata = {
        "d2l": {**notebook["metadata"].get("d2l", {}), **words},
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _outputs(outputs: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Return outputs with the cell's count, without live data."""
    found: list[dict[str, Any]] = []
    for output in outputs:
        new = {name: value for name, value in output.items() if name != "transient"}
        if "execution_count" in new:
            new["execution_count"] = count
        if "data" in new:
            new["metadata"] = {}
            new["data"] = {
                mime: value if mime.endswith("json") else lines(value)
                for mime, value in sorted(new["data"].items())
                if mime not in LIVE
            }
        if "text" in new:
            new["text"] = lines(new["text"])
        found.append(new)
    return found


def dump(notebook: Notebook) -> str:
    """Return the text of a notebook file, as Jupyter itself would write it."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(path: Path, notebook: Notebook) -> bool:
    """Write a notebook normalised; return whether the file changed."""
    text = dump(normalised(notebook))
    changed = not path.exists() or path.read_text(encoding="utf-8") != text
    write_new(path, text)
    return changed


def store(path: Path) -> bool:
    """Execute a notebook and store what it shows; return whether the file changed."""
    notebook = read(path)
    code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    for cell, outputs in zip(code, execute.run(path), strict=True):
        if address := ADDRESS.search(execute.text(outputs)):
            raise SystemExit(f"{path.name}, {cell['id']}: the output shows an address,{address[0]}")
        cell["outputs"] = outputs
    return write(path, notebook)


def declare_checked(path: Path) -> list[str]:
    """Give every Korean cell the hash of today's English; return the ids of those that were stale."""
    notebook = read(path)
    renewed = []
    for english, korean in pairs(notebook["cells"]):
        if korean is not None and stale(english, korean):
            korean["metadata"].setdefault("d2l", {})["source"] = english_hash(english)
            renewed.append(korean["id"])
    write(path, notebook)
    return renewed


def main() -> None:
    """Do what the command line says to the notebooks it names."""
    parser = argparse.ArgumentParser(prog="python -m tools.text.notebooks")
    parser.add_argument("task", choices=("normalise", "execute", "pairs"))
    parser.add_argument("names", nargs="*", help="notebooks by name, such as tree; all when none is given")
    options = parser.parse_args()
    chosen = [path for path in notebooks() if not options.names or path.stem in options.names]
    if missing := set(options.names) - {path.stem for path in chosen}:
        raise SystemExit(f"no notebook named {', '.join(sorted(missing))} in book/")
    if options.task == "pairs":
        for path in chosen:
            renewed = declare_checked(path)
            print(f"{path.name}: {', '.join(renewed) if renewed else 'every pair was fresh'}")
    elif options.task == "normalise":
        for path in chosen:
            print(f"{path.name}: {'normalised' if write(path, read(path)) else 'was normal'}")
    else:
        with ProcessPoolExecutor(min(2, len(chosen))) as pool:
            for path, changed in zip(chosen, pool.map(store, chosen), strict=True):
                print(f"{path.name}: {'stored' if changed else 'unchanged'}", flush=True)


if __name__ == "__main__":
    main()
