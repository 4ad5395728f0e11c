"""Execute each notebook once, and remember the outputs.

A notebook's outputs are kept in `_build/cache` under a hash of its code cells, the package's sources and the
lock: prose can change without running anything again. The executed copies in `_build/notebooks` are what all editions
are built from. A notebook whose text came out differently from what is stored in `book/` is reported.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from tools.editions import source
from tools.project import BOOK, BUILD, ROOT, notebooks, write_new

CACHE = BUILD / "cache"
STAGE = BUILD / "notebooks"
TIMEOUT = 120  # seconds a cell may take

Notebook = dict[str, Any]


def digest(paths: list[Path]) -> str:
    """Return a hash of the names and contents of files; folders stand for all files below them."""
    files: list[Path] = []
    for path in paths:
        files += [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
    total = hashlib.sha256()
    for path in sorted(set(files)):
        if not {"__pycache__", ".ipynb_checkpoints", "node_modules"} & set(path.parts) and path.exists():
            total.update(os.path.relpath(path, ROOT).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


@functools.cache
def surroundings() -> str:
    """Return a hash of everything but the notebook that its outputs depend on."""
    sources = sorted((ROOT / "d2lparams").rglob("*.py")) + sorted((ROOT / "d2lparams").rglob("*.[jc]s*"))
    return digest([*sources, ROOT / "requirements" / "book.txt"]) + platform.python_version()


def key(notebook: Notebook) -> str:
    """Return the name under which a notebook's outputs are remembered."""
    code = [(cell.get("id"), source(cell)) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return hashlib.sha256((json.dumps(code) + surroundings()).encode()).hexdigest()[:16]


def run(path: Path) -> list[list[dict[str, Any]]]:
    """Return the outputs of every code cell of the notebook at `path`, executed now in a fresh kernel."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=ERROR"],  # the kernel warns that localhost is not encrypted
    )
    client.execute()
    return [
        [dict(output, execution_count=None) if "execution_count" in output else dict(output) for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def outputs(path: Path) -> list[list[dict[str, Any]]]:
    """Return the outputs of a notebook's code cells, from the cache when nothing they depend on has changed."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    remembered = CACHE / f"{path.stem}-{key(notebook)}.json"
    if not remembered.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        for old in CACHE.glob(f"{path.stem}-*.json"):
            old.unlink()
        fresh = remembered.with_suffix(".new")
        fresh.write_text(json.dumps(run(path), ensure_ascii=False), encoding="utf-8")
        fresh.replace(remembered)  # an interrupted run leaves no half a file
    found: list[list[dict[str, Any]]] = json.loads(remembered.read_text(encoding="utf-8"))
    return found


def is_cached(path: Path) -> bool:
    """Return whether the outputs of a notebook are remembered."""
    return (CACHE / f"{path.stem}-{key(json.loads(path.read_text(encoding='utf-8')))}.json").exists()


def text(cell_outputs: list[dict[str, Any]]) -> str:
    """Return the text a cell printed or showed, its streams joined as a reader sees them."""
    parts = []
    for output in cell_outputs:
        shown = output.get("text", output.get("data", {}).get("text/plain", output.get("evalue", "")))
        parts.append(shown if isinstance(shown, str) else "".join(shown))
    return "".join(parts)


def differences(path: Path, fresh: list[list[dict[str, Any]]]) -> list[str]:
    """Return the ids of the cells whose text is no longer what the file stores."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [str(cell.get("id")) for cell, new in zip(cells, fresh, strict=True) if text(cell["outputs"]) != text(new)]


def execute_all(say: Callable[[str], None], workers: int = 2) -> None:
    """Execute what is not remembered, and lay the notebooks with their outputs into `_build/notebooks`."""
    paths = notebooks()
    waiting = [path for path in paths if not is_cached(path)]
    if waiting:
        say(f"executing {len(waiting)} of {len(paths)} notebooks")
    with ProcessPoolExecutor(max_workers=min(workers, len(waiting)) or 1) as pool:
        for path, _ in zip(waiting, pool.map(outputs, waiting), strict=True):
            say(f"executed {path.name}")
    expected = {STAGE / "_toc.yml"}
    for path in paths:
        fresh = outputs(path)
        if changed := differences(path, fresh):
            say(f"note: {path.name} prints other text than is stored, in {', '.join(changed)} (make notebooks)")
        expected.add(_stage(path, fresh))
    expected |= {_copy(path) for path in BOOK.rglob("*") if path.is_file() and path.suffix != ".ipynb"}
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8").replace("book/", "")
    write_new(STAGE / "_toc.yml", toc)
    for path in STAGE.rglob("*"):
        if path.is_file() and path not in expected:
            path.unlink()


def _stage(path: Path, fresh: list[list[dict[str, Any]]]) -> Path:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    for cell, new in zip(code, fresh, strict=True):
        cell["outputs"] = new
    return write_new(STAGE / path.relative_to(BOOK), json.dumps(notebook, ensure_ascii=False, indent=1))


def _copy(path: Path) -> Path:
    target = STAGE / path.relative_to(BOOK)
    if not target.exists() or target.read_bytes() != path.read_bytes():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return target
