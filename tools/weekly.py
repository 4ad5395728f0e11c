"""`make weekly`: what to look at outside of the repository, for `.github/workflows/weekly.yml`.

It writes the prose of the book as Markdown, whose links lychee follows, and a table of the pins that have a newer
version. For that it asks uv and npm, with which `make lock` resolves: whether the newer ones go together is seen there.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from packaging.version import Version

from tools import internals
from tools.project import BUILD, ROOT, files_below, notebooks, write_new
from tools.text.cells import read, source

FOLDER = BUILD / "weekly"
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", re.M)
KEPT = ROOT / "site" / "carrier.txt"  # carries files of one version, which a newer one would not have
UV = "uv pip compile - --quiet --no-deps --universal --python-version 3.11 --no-header --no-annotate"


class Newer(NamedTuple):
    """A pin that has a newer version: the package, both versions, and the file."""

    name: str
    here: str
    newest: str
    file: str


def normal(name: str) -> str:
    """Return the name of a Python package as all spell it.

    >>> normal("Types_PyYAML")
    'types-pyyaml'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def highest(text: str) -> dict[str, str]:
    """Return the packages that a text pins, each with its highest version: a lock has several for several Pythons."""
    found: dict[str, str] = {}
    for name, version in PIN.findall(text):
        found[normal(name)] = max(version, found.get(normal(name), version), key=Version)
    return found


def pins() -> dict[str, dict[str, str]]:
    """Return what each list of Python packages pins, by its path in the repository."""
    lists = [
        *(ROOT / "requirements").glob("*.*"),
        *(path for path in files_below(ROOT / "site") if path.suffix == ".txt"),
    ]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in lists if path != KEPT}
    return {file: found for file, text in sorted(texts.items()) if (found := highest(text))}


def newest(names: Iterable[str]) -> dict[str, str]:
    """Return the newest version of Python packages that our Pythons can have."""
    asked = subprocess.run(UV.split(), input="\n".join(sorted(names)), capture_output=True, encoding="utf-8")
    if asked.returncode:
        raise SystemExit(asked.stderr)
    return highest(asked.stdout)


def python_pins() -> Iterator[Newer]:
    """Yield the Python packages that have a newer version, once each, with the list that is nearest to a person."""
    told: set[str] = set()
    known = pins()
    latest = newest({name for found in known.values() for name in found})
    for file in sorted(known, key=lambda file: (file.startswith("requirements/") and file.endswith(".txt"), file)):
        for name, version in known[file].items():
            if name not in told and Version(latest.get(name, version)) > Version(version):
                told.add(name)
                yield Newer(name, version, latest[name], file)


def npm_pins() -> Iterator[Newer]:
    """Yield the npm packages that have a newer version."""
    for path in [*files_below(ROOT / "site"), *files_below(ROOT / "hub")]:
        if path.name == "package.json":
            said = json.loads(internals.npm(["outdated", "--json"], path.parent).stdout or "{}")
            if "error" in said:
                raise SystemExit(said["error"].get("summary"))
            for name, about in said.items():
                if about["wanted"] != about["latest"]:
                    yield Newer(name, about["wanted"], about["latest"], path.relative_to(ROOT).as_posix())


def table(rows: Iterable[Newer]) -> str:
    """Return a table in Markdown, or that there is nothing to tell."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(["| package | here | newest | in |", "|---|---|---|---|", *lines] if lines else ["None is newer."])


def prose(path: Path) -> str:
    """Return the Markdown of a notebook."""
    return "\n\n".join(source(cell) for cell in read(path)["cells"] if cell["cell_type"] == "markdown") + "\n"


def main() -> None:
    """Write both and say where."""
    for path in notebooks():
        write_new(FOLDER / "book" / f"{path.stem}.md", prose(path))
    if not shutil.which("uv"):
        raise SystemExit("uv is not installed: pip install -r requirements/lock.in")
    write_new(FOLDER / "versions.md", table([*python_pins(), *npm_pins()]) + "\n")
    print(f"book/ and versions.md in {FOLDER.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
