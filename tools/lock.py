"""Renew the hash-locked requirements: `make lock`, which needs uv.

One resolution for all: `test.txt` holds everything, the others are cut from it, so that no version differs
between reading, testing and Binder. Download addresses stay out of the files.
"""

from __future__ import annotations

import shutil
import subprocess

from tools.project import ROOT

FLAGS = "--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate"
HEADER = "--custom-compile-command=make-lock"


def main() -> None:
    """Resolve the three groups, the largest first."""
    if not shutil.which("uv"):
        raise SystemExit("uv is not installed; see its documentation, or: pip install uv")
    for name in ("test", "book", "binder"):
        constraint = [] if name == "test" else ["-c", "test.txt"]
        command = ["uv", "pip", "compile", "--quiet", *FLAGS.split(), HEADER, *constraint]
        subprocess.run([*command, f"{name}.in", "-o", f"{name}.txt"], cwd=ROOT / "requirements", check=True)
        print(f"requirements/{name}.txt")


if __name__ == "__main__":
    main()
