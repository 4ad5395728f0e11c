"""A build of the site whose parts are small and at once there, in a folder of its own, with real stages and processes.

`python tests/small_build.py FOLDER PATTERN ...` builds as often as there are patterns: each time a process that is
killed at the first file of that name below the folder whose content is new, when half of it is written. Then it builds
to the end, or, where the only word is `wait`, until it is ended: the editions do not come.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

FOLDER, PATTERNS = Path(sys.argv[1]), sys.argv[2:]
OF_WORKERS = ("cache/", "sphinx/")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import project  # noqa: E402

whole = project.write_new
pattern = ""  # of the build that is being made


def half(target: Path, content: str | bytes) -> Path:
    """Write a file as the project does, or half of it and no more."""
    data = content.encode() if isinstance(content, str) else content
    meant = pattern and target.is_relative_to(FOLDER) and target.relative_to(FOLDER).match(pattern)
    if meant and not (target.exists() and target.read_bytes() == data):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data[: len(data) // 2])
        os.kill(os.getppid() if pattern.startswith(OF_WORKERS) else os.getpid(), signal.SIGKILL)
        time.sleep(3600)  # until this one ends with the other
    return whole(target, content)


# Before the modules of the stages take them from there.
project.BUILD, project.SITE, project.write_new = FOLDER, FOLDER / "site", half

from tools import internals, processes  # noqa: E402
from tools.site import build, downloads, fonts, landing, lite, live, publish, pyodide  # noqa: E402
from tools.text import execute, jupyter  # noqa: E402

SOME = {f"{number}.txt": f"{number}\n" * 100 for number in range(3)}


def edition(name: str) -> None:
    """Stand in for Sphinx."""
    if pattern == "wait":
        (FOLDER / f"{name}.pid").write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(3600)
    for path, text in {"preface.html": "<p>", "_static/theme.css": "p {}", ".buildinfo": "old", **SOME}.items():
        half(build.SPHINX / name / "html" / path, text + name)


def applications(folder: Path, settings: object, overrides: object) -> None:
    """Stand in for JupyterLite's builder."""
    for path, text in {"jupyter-lite.json": "{}", "lab/index.html": "<p>", **SOME}.items():
        half(folder / "built" / path, text)


notebook = json.dumps({"metadata": {"d2l": {"book": "0"}}})
fork, pool = multiprocessing.get_context("fork"), processes.pool
processes.pool = lambda workers, context=None, tasks=None: pool(workers, fork)  # workers that import nothing
internals.check = lambda: None
internals.build_lite = applications
execute.run = lambda path: [[] for cell in execute.read(path)["cells"] if cell["cell_type"] == "code"]
execute.differences = lambda path, fresh: []
pyodide.contents = lambda: {name: text.encode() for name, text in SOME.items()}
live.contents = lambda python: SOME
build.build_edition = edition
build.offers.documents = lambda: ["preface"]
landing.page = lambda edition, above=False: f"{edition}{above}\n" * 100
publish.figures.files = lambda notebook: SOME
fonts.used = lambda: "A"
fonts.contents = lambda characters: dict.fromkeys(fonts.FILES, b"font" * 100)
jupyter.all_notebooks = lambda: {f"en/{name}.ipynb": notebook for name in ("preface", "tree")}
downloads.downloads.all_notebooks = lambda: SOME
downloads.bundled = lambda language, notebooks: b"PK" * 100
lite.versions = lambda: "1"

if __name__ == "__main__":
    processes.end_at_once()
    for pattern in [] if PATTERNS == ["wait"] else PATTERNS:
        attempt = fork.Process(target=build.build_site)
        attempt.start()
        attempt.join()
        assert attempt.exitcode == -signal.SIGKILL, f"{pattern}: {attempt.exitcode}"
    pattern = "wait" if PATTERNS == ["wait"] else ""
    build.build_site()
