"""Execute each notebook once, and remember the outputs.

A notebook's outputs are kept in `_build/cache/outputs` under a hash of its code cells, the package's sources and the
lock: prose can change without running anything again. All editions are built from them. They hold the specs of
figures, where the files of `book/` have a picture.
"""

import functools
import hashlib
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import processes
from tools.project import BUILD, ROOT, digest, notebooks, write_new
from tools.text.cells import Cell, Notebook, read, source, tags
from tools.text.pictures import alike, pictures

CACHE = BUILD / "cache" / "outputs"
TIMEOUT = 120  # seconds a cell may take

Outputs = list[dict[str, Any]]


@functools.cache
def surroundings() -> str:
    """Return a hash of everything but the notebook that its outputs depend on."""
    return digest([ROOT / "d2lparams", ROOT / "requirements" / "book.txt"]) + platform.python_version()


def remembered(path: Path) -> Path:
    """Return where the outputs of a notebook as it is now are remembered."""
    code = [(cell.get("id"), source(cell)) for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    key = hashlib.sha256((json.dumps(code) + surroundings()).encode()).hexdigest()[:16]
    return CACHE / f"{path.stem}-{key}.json"


def run(path: Path, kernel: str = "python3") -> list[Outputs]:
    """Return the outputs of every code cell of the notebook at `path`, executed now in a fresh kernel."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name=kernel,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=ERROR"],  # the kernel warns that localhost is not encrypted
    )
    # Specs, since pages need every state; one thread, since arrays are small and two notebooks run at once.
    client.execute(env={**os.environ, "D2L_FIGURES": "spec", "OMP_NUM_THREADS": "1"})
    return [joined(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]


def joined(cell_outputs: Outputs) -> Outputs:
    """Return outputs without counts, a stream in one piece: how many a kernel sends depends on how busy it is."""
    found: Outputs = []
    for output in cell_outputs:
        new = {name: None if name == "execution_count" else value for name, value in output.items()}
        last = found[-1] if found else {}
        if new["output_type"] == "stream" == last.get("output_type") and new["name"] == last["name"]:
            last["text"] += new["text"]
        else:
            found.append(new)
    return found


def outputs(path: Path) -> list[Outputs]:
    """Return the outputs of a notebook's code cells, from the cache when nothing they depend on has changed."""
    if not (kept := remembered(path)).exists():
        for old in CACHE.glob(f"{path.stem}-*.json"):
            old.unlink()
        fresh = write_new(kept.with_suffix(".new"), json.dumps(run(path), ensure_ascii=False))
        fresh.replace(kept)  # an interrupted run leaves no half a file
    found: list[Outputs] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def executed(path: Path) -> Notebook:
    """Return a notebook of the book with the outputs that its code gives today."""
    notebook = read(path)
    code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    for cell, new in zip(code, outputs(path), strict=True):
        cell["outputs"] = new
    return notebook


def text(cell_outputs: Outputs) -> str:
    """Return the text a cell printed or showed, its streams joined as a reader sees them."""
    return "".join(
        "".join(output.get("text", output.get("data", {}).get("text/plain", output.get("evalue", ""))))
        for output in cell_outputs
    )


def differences(path: Path, fresh: list[Outputs]) -> list[str]:
    """Return the ids of the cells that now print other text or draw another picture than the file stores.

    A cell tagged `varies` shows a run that the last digit of a sum decides, which is the machine's own: its picture may
    be another, and its text says what holds of all of them.
    """

    def same(new: Outputs, cell: Cell) -> bool:
        now, then = pictures(new), pictures(cell["outputs"])
        drawn = len(now) == len(then) and ("varies" in tags(cell) or all(map(alike, now, then)))
        return drawn and text(new) == text(cell["outputs"])

    cells = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    return [cell["id"] for cell, new in zip(cells, fresh, strict=True) if not same(new, cell)]


def execute_all(say: Callable[[str], None], workers: int = 2) -> None:
    """Execute what is not remembered, and say which notebooks store something else."""
    paths = notebooks()
    waiting = [path for path in paths if not remembered(path).exists()]
    if waiting:
        say(f"executing {len(waiting)} of {len(paths)} notebooks")
    with processes.pool(min(workers, len(waiting)) or 1) as pool:
        for path, _ in zip(waiting, pool.map(outputs, waiting), strict=True):
            say(f"executed {path.name}")
    for path in paths:
        if changed := differences(path, outputs(path)):
            say(f"note: {path.name} shows something else than is stored, in {', '.join(changed)} (make notebooks)")
