"""Renew what is locked by hashes: `make lock`, which needs uv and npm.

Python: one resolution for all. `test.txt` holds everything but the graders and the hub, the others are cut from it or
follow it, so that no version differs between reading, testing, grading, Binder and a class. npm: the proxy of the hub,
and the site's packages, without those that html-manager asks for: of it the site serves one file, which has all that it
needs. Download addresses stay out of the files.
"""

import json
import shutil
import subprocess
from pathlib import Path

from tools import internals
from tools.project import ROOT, write_new

# Where jsonschema finds these it builds 38 grammars when it is imported, for a format of addresses that no schema here
# has: 1.6 of the 2.2 seconds that every process waits which opens a notebook.
LEFT_OUT = ("rfc3987-syntax", "lark")
FLAGS = "--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate"
HEADER = "--custom-compile-command=make-lock"
WHOLE = "node_modules/@jupyter-widgets/html-manager"


def lock_python() -> None:
    """Resolve the groups, the largest first."""
    if not shutil.which("uv"):
        raise SystemExit("uv is not installed: pip install -r requirements/lock.in")
    for name in ("test", "book", "binder", "grading", "hub"):
        constraint = [] if name == "test" else ["-c", "test.txt"]
        left_out = [f"--no-emit-package={package}" for package in LEFT_OUT]
        command = ["uv", "pip", "compile", "--quiet", *FLAGS.split(), *left_out, HEADER, *constraint]
        subprocess.run([*command, f"{name}.in", "-o", f"{name}.txt"], cwd=ROOT / "requirements", check=True)
        print(f"requirements/{name}.txt")


def lock_npm(folder: Path) -> None:
    """Resolve what the `package.json` of a folder asks for."""
    lock = folder / "package-lock.json"
    for task in ("install", "prune"):
        if (ran := internals.npm([task, "--package-lock-only", "--ignore-scripts"], folder)).returncode:
            raise SystemExit(ran.stderr)
        said = json.loads(lock.read_text(encoding="utf-8"))
        said["packages"].get(WHOLE, {}).pop("dependencies", None)
        write_new(lock, json.dumps(said, indent=2) + "\n")
    print(lock.relative_to(ROOT))


if __name__ == "__main__":
    for name in ("site", "hub"):
        lock_npm(ROOT / name)
    lock_python()
