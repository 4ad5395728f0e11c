"""The tasks of the project: `python -m tools TASK`, which `make TASK` calls where there is make.

Uses the standard library alone and runs with any Python 3, since it makes the environment that the tasks run in.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that `python tools` and `python tools/__main__.py` work too

from tools import environment  # noqa: E402

BUILD, SERVE, NOTEBOOKS = "tools.site.build", "tools.site.serve", "tools.text.notebooks"
# A task: the environment it needs, the modules it runs one after the other, and what it does.
TASKS = {
    "serve": ("book", [BUILD, SERVE + " {PORT} {HOST}"], "build the book, serve it (PORT=8000; a room: HOST=0.0.0.0)"),
    "book": ("book", [BUILD], "build the first page and the editions en, ko and both into _build/site"),
    "test": ("test", ["tools.check"], "prove that all of it works: lint, units, notebooks, the built site"),
    "lint": ("test", ["tools.check lint"], "check style and types of Python and JavaScript"),
    "mutants": ("test", ["tests.mutants {ARGS}"], 'change the rules, see that a test notices (ARGS="--sample 100")'),
    "fuzz": ("test", ["tests.fuzz {ARGS}"], 'let the property tests try other examples (ARGS="--minutes 60")'),
    "bench": ("test", ["benchmarks"], "measure the speed of the framework against bare numpy"),
    "bench-record": (
        "test", ["benchmarks --record", NOTEBOOKS + " execute speed"], "measure, and renew what the page on speed shows"
    ),
    "bench-site": ("test", [BUILD, "benchmarks.site"], "measure the built pages: weight, speed, Lighthouse"),
    "twice": ("book", ["tools.twice {ARGS}"], "build one commit twice, compare all bytes (ARGS=interrupted)"),
    "site-zip": ("book", [BUILD, "tools.site.zip"], "pack the whole site for a classroom with no internet"),
    "grading": ("book", ["tools.text.grading"], "write the exercises as assignments for nbgrader and Otter"),
    "handouts": (
        "test", [BUILD, "tools.handouts {NAMES}"], 'print PDFs and EPUBs, which pages then offer (NAMES="tied book")'
    ),
    "assets": ("book", ["tools.site.assets"], "fetch and verify what the site serves beside our own files"),
    "notebooks": ("book", [NOTEBOOKS + " execute {NAMES}"], 'execute them and store the outputs (NAMES="tree tied")'),
    "pairs": ("book", [NOTEBOOKS + " pairs {NAMES}"], "say that the Korean was checked against the English"),
    "numbers": ("book", [NOTEBOOKS + " numbers {NAMES}"], "let links say the numbers that chapters have in _toc.yml"),
    "made": (
        "book", ["tools.text.made", "tools.text.kit"], "make anew what is made of the chapters, after a change of any"
    ),
    "lock": ("test", ["tools.lock"], "renew what is locked by hashes (needs uv and npm)"),
    "weekly": ("book", ["tools.weekly"], "list the links to follow and the pins that have a newer version (needs uv)"),
    "test-binder": ("test", ["tools.binder"], "run every notebook with the Binder image's packages, installed afresh"),
    "test-hub": ("test", ["tools.check hub"], "make a class on JupyterHub by its recipe, walk a student's path"),
    "clean": ("", [], "remove what was built (the environment stays; remove .venv by hand)"),
}  # fmt: skip
BUILT = ("_build", ".mypy_cache", ".ruff_cache", ".hypothesis", "d2lparams.egg-info")


def listing() -> str:
    """Return what the tasks are, one a line."""
    return "\n".join(f"  {name:12} {what}" for name, (_, _, what) in TASKS.items())


def run(command: list[str]) -> None:
    """Run the last command of a task in this one's place, so that Ctrl+C and signals reach it and nobody else."""
    if sys.platform != "win32":
        os.execv(command[0], command)
    try:
        sys.exit(subprocess.run(command).returncode)
    except KeyboardInterrupt:
        sys.exit(130)


def main() -> None:
    """Do the task that the command line names; further words go to its last module."""
    name, *more = sys.argv[1:] or ["help"]
    if name not in TASKS:
        print(f"python -m tools TASK, or make TASK:\n{listing()}")
        sys.exit(None if name == "help" else f"There is no task {name!r}.")
    os.chdir(ROOT)
    os.environ["PYTHONUTF8"] = "1"  # files and pipes in UTF-8, on Windows too
    group, modules, _ = TASKS[name]
    if name == "clean":
        for folder in BUILT:
            shutil.rmtree(ROOT / folder, ignore_errors=True)
        return
    python = environment.ensure(group)
    settings = {"PORT": "8000", "HOST": "localhost", "NAMES": "", "ARGS": ""}
    settings |= {name: value for name in settings if (value := os.environ.get(name))}
    commands = [[str(python), "-m", *module.format(**settings).split()] for module in modules]
    for command in commands[:-1]:
        try:
            code = subprocess.run(command).returncode
        except KeyboardInterrupt:
            sys.exit(130)  # the module has said so
        if code:
            sys.exit(code)
    run([*commands[-1], *more])


if __name__ == "__main__":
    main()
