"""Folders, documents and addresses of the book, each from one place.

Addresses are never written down: where the book is published and where its repository lives come from the
environment (`D2L_BASE_URL`, `D2L_REPOSITORY_URL`), else from the git remote. Where neither is known the links that
would need them are left out.
"""

import functools
import hashlib
import os
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
BUILD = ROOT / "_build"
SITE = BUILD / "site"
CARD = ROOT / "site" / "card.png"  # the picture shown where the address of a page is shared
GENERATED = {"__pycache__", ".ipynb_checkpoints", "node_modules"}


@functools.cache
def _contents(path: Path, changed: int) -> dict[str, Any]:
    """Return what a table of contents says, read once for each time that it was written."""
    said: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return said


def contents() -> dict[str, Any]:
    """Return what `_toc.yml` says."""
    path = ROOT / "_toc.yml"
    return _contents(path, path.stat().st_mtime_ns)


def document(file: str) -> str:
    """Return the name of a document that `_toc.yml` gives as a file, without `book/` and suffix."""
    return re.sub(r"^book/|\.(ipynb|md)$", "", file)


def documents() -> list[str]:
    """Return the book's documents in reading order."""

    def walk(entry: dict[str, Any]) -> list[str]:
        found = [document(entry[key]) for key in ("root", "file") if key in entry]
        for key in ("parts", "chapters", "sections"):
            for child in entry.get(key) or []:
                found += walk(child)
        return found

    return walk(contents())


def notebooks() -> list[Path]:
    """Return the notebooks of the book in reading order, those outside the table of contents last."""
    listed = [BOOK / f"{name}.ipynb" for name in documents()]
    others = sorted(path for path in files_below(BOOK) if path.suffix == ".ipynb" and path not in listed)
    return [path for path in [*listed, *others] if path.exists()]


@functools.cache
def repository_url() -> str:
    """Return the web address of the repository, without a slash at the end, or the empty string."""
    if given := os.environ.get("D2L_REPOSITORY_URL"):
        return given.rstrip("/")
    try:
        command = ["git", "remote", "get-url", "origin"]
        asked = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    except FileNotFoundError:  # no git on this machine
        return ""
    return web_address(asked.stdout.strip()) if asked.returncode == 0 else ""


def web_address(remote: str) -> str:
    """Return the https address of a git remote on a public host, the empty string for any other remote.

    >>> web_address("git@github.com:reader/d2lparams.git")
    'https://github.com/reader/d2lparams'
    >>> web_address("/srv/git/d2lparams")
    ''
    """
    found = re.fullmatch(r"(?:https?://|ssh://)?(?:[\w.-]+@)?(git(?:hub|lab)\.com)[:/](.+?)(?:\.git)?/?", remote)
    return f"https://{found[1]}/{found[2]}" if found else ""


def base_url() -> str:
    """Return where the site is published, with a slash at the end, or the empty string when unknown."""
    if given := os.environ.get("D2L_BASE_URL"):
        return given.rstrip("/") + "/"
    hosted = re.fullmatch(r"https://(github|gitlab)\.com/([^/]+)/(.+)", repository_url())
    if not hosted:
        return ""
    host, owner, name = hosted.groups()
    site = f"{owner.lower()}.{host}.io"
    return f"https://{site}/" + ("" if name.lower() == site else f"{name}/")  # an owner's own site is at the top


def package() -> dict[str, Any]:
    """Return what `pyproject.toml` says of our package."""
    said: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return said


def wheel() -> str:
    """Return the name of a wheel of our package."""
    return f"{package()['name']}-{package()['version']}-py3-none-any.whl"


def files_below(path: Path) -> Iterator[Path]:
    """Yield the files below a folder, but for what programs leave there, or the file that `path` is."""
    if path.is_file():
        yield path
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(set(folders) - GENERATED)
        yield from (Path(folder, name) for name in sorted(names))


def digest(paths: Iterable[Path]) -> str:
    """Return a hash of the names and contents of files; folders stand for all files below them."""
    total = hashlib.sha256()
    for file in sorted({file for path in paths for file in files_below(path)}):
        total.update(os.path.relpath(file, ROOT).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def write_new(target: Path, content: str | bytes) -> Path:
    """Write a file only when its content is new, so that its time says when it changed; return its path."""
    data = content.encode() if isinstance(content, str) else content
    if not target.exists() or target.read_bytes() != data:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return target


def remove_others(folder: Path, kept: Iterable[Path]) -> None:
    """Remove the files below a folder that are not among those to be kept."""
    wanted = set(kept)
    for path in files_below(folder):
        if path not in wanted:
            path.unlink()
