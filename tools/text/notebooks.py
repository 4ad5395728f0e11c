"""Housekeeping on the notebooks of `book/`: normalise, execute and store, declare pairs checked.

::

    python -m tools.text.notebooks normalise [NAME ...]   drop volatile metadata, data of figures and widget state
    python -m tools.text.notebooks execute [NAME ...]     execute, store the outputs, normalise
    python -m tools.text.notebooks pairs [NAME ...]       the Korean cells were checked against today's English
    python -m tools.text.notebooks numbers [NAME ...]     links say the numbers that chapters have in `_toc.yml`

Without names, all notebooks. What another editor has saved, Colab for one, is put right as far as that can be; what
cannot be read is told, with what to do. The tests check the rest: `python -m pytest tests/book`.
"""

import hashlib
import json
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from d2lparams.view import MIME as FIGURE
from d2lparams.view.svg import image
from tools.project import notebooks, write_new
from tools.text import execute
from tools.text.cells import WIDGET, Cell, Notebook, pairs, read, source
from tools.text.numbers import numbers, renumbered
from tools.text.pictures import PICTURE

KEPT = ("tags", "d2l", "mystnb")  # cell metadata that is the author's, not an editor's
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LIVE = (FIGURE, WIDGET)  # what a build makes anew, and what is dead without its kernel: the picture stands for both
COLAB = "application/vnd.google.colab"  # how the types begin that only Colab shows
PLACE = re.compile(r'<div data-d2l-place="\w*">(.*)</div>', re.S)  # around a picture, named by a widget that is gone
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
    """Return outputs with the cell's count, without live data, pictures as every host of notebooks shows them."""
    found: list[dict[str, Any]] = []
    for output in outputs:
        new = {name: value for name, value in output.items() if name != "transient"}
        if "execution_count" in new:
            new["execution_count"] = count
        if "data" in new:
            new["metadata"] = {}
            data = dict(new["data"])
            if picture := data.pop(PICTURE, ""):
                data["text/html"] = image("".join(picture))
            if html := PLACE.fullmatch("".join(data.get("text/html", ""))):
                data["text/html"] = html[1]
            new["data"] = {
                mime: value if mime.endswith("json") else lines(value)
                for mime, value in sorted(data.items())
                if mime not in LIVE and not mime.startswith(COLAB)
            }
        if "text" in new:
            new |= {"name": new.get("name", "stdout"), "text": lines(new["text"])}
        found.append(new)
    return found


def dump(notebook: Notebook) -> str:
    """Return the text of a notebook file, as Jupyter itself would write it."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(path: Path, notebook: Notebook) -> str:
    """Write a notebook normalised; return what became of the file."""
    text = dump(normalised(notebook))
    changed = not path.exists() or path.read_text(encoding="utf-8") != text
    write_new(path, text)
    return "written" if changed else "unchanged"


def normalise(path: Path) -> str:
    """Write a notebook normalised; return what became of the file."""
    return write(path, read(path))


def store(path: Path) -> str:
    """Execute a notebook and store what it shows; return what became of the file."""
    notebook = read(path)
    code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    for cell, outputs in zip(code, execute.run(path), strict=True):
        if address := ADDRESS.search(execute.text(outputs)):
            raise SystemExit(f"{path.name}, {cell['id']}: the output shows an address,{address[0]}")
        cell["outputs"] = outputs
    return write(path, notebook)


def english_hash(cell: Cell) -> str:
    """Return the hash of an English cell that its Korean pair keeps."""
    return hashlib.sha256(source(cell).encode()).hexdigest()[:12]


def stale(english: Cell, korean: Cell) -> bool:
    """Return whether the English text changed since the Korean was checked against it."""
    return bool(korean["metadata"].get("d2l", {}).get("source") != english_hash(english))


def declare_checked(path: Path) -> str:
    """Give every Korean cell the hash of today's English; return which were stale."""
    notebook = read(path)
    found = [
        (english, korean)
        for english, korean in pairs(notebook["cells"])
        if korean is not None and stale(english, korean)
    ]
    for english, korean in found:
        korean["metadata"].setdefault("d2l", {})["source"] = english_hash(english)
    write(path, notebook)
    return ", ".join(korean["id"] for _, korean in found) or "every pair was fresh"


def renumber(path: Path) -> str:
    """Let links say the numbers of chapters, pairs that were checked staying so; return which cells had others."""
    notebook, known, changed = read(path), numbers(), []
    both = [(english, korean) for english, korean in pairs(notebook["cells"]) if korean is not None]
    fresh = [(english, korean) for english, korean in both if not stale(english, korean)]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and (text := renumbered(source(cell), known)) != source(cell):
            cell["source"] = text
            changed.append(cell["id"])
    for english, korean in fresh:
        korean["metadata"]["d2l"]["source"] = english_hash(english)
    write(path, notebook)
    return ", ".join(changed) or "every number was right"


TASKS = {"normalise": normalise, "execute": store, "pairs": declare_checked, "numbers": renumber}


def main() -> None:
    """Do what the command line says to the notebooks it names, or to all."""
    task, *names = sys.argv[1:] or [""]
    if task not in TASKS:
        raise SystemExit(f"There is no task {task!r}.\n{__doc__}")
    chosen = [path for path in notebooks() if not names or path.stem in names]
    if missing := set(names) - {path.stem for path in chosen}:
        raise SystemExit(f"no notebook named {', '.join(sorted(missing))} in book/")
    with ProcessPoolExecutor(2) as pool:
        for path, said in zip(chosen, pool.map(TASKS[task], chosen), strict=True):
            print(f"{path.name}: {said}", flush=True)


if __name__ == "__main__":
    main()
