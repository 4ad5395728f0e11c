"""Names and addresses of the book, each from one place.

Addresses are never written down: where the book is published and where its repository lives come from the
environment (`D2L_BASE_URL`, `D2L_REPOSITORY_URL`), else from the git remote. Where neither is known the links that
would need them are left out.
"""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
BUILD = ROOT / "_build"
CARD = ROOT / "site" / "card.png"  # the picture shown where the address of a page is shared

TITLE = {
    "en": "Parameters of Deep Networks",
    "ko": "심층 신경망의 파라미터",
    "both": "Parameters of Deep Networks · 심층 신경망의 파라미터",
}
DESCRIPTION = {
    "en": "A book you can run about the parameters of deep networks: how to reach, initialize, share and see them.",
    "ko": "심층 신경망의 파라미터를 찾고, 초기화하고, 공유하고, 눈으로 보는 법을 코드를 실행하며 배우는 책입니다.",
}
DESCRIPTION["both"] = f"{DESCRIPTION['en']} {DESCRIPTION['ko']}"


def documents() -> list[str]:
    """Return the book's documents in reading order, as `_toc.yml` lists them, without `book/` and suffix."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))

    def walk(entry: dict[str, object]) -> list[str]:
        found = [str(entry[key]) for key in ("root", "file") if key in entry]
        for key in ("parts", "chapters", "sections"):
            for child in entry.get(key) or []:  # type: ignore[attr-defined]
                found += walk(child)
        return found

    return [re.sub(r"^book/|\.(ipynb|md)$", "", name) for name in walk(toc)]


def notebooks() -> list[Path]:
    """Return the notebooks of the book in reading order, those outside the table of contents last."""
    listed = [BOOK / f"{name}.ipynb" for name in documents()]
    others = sorted(set(BOOK.rglob("*.ipynb")) - set(listed))
    return [path for path in [*listed, *others] if path.exists() and ".ipynb_checkpoints" not in path.parts]


def page_words(name: str, key: str, edition: str) -> str:
    """Return the `title` or `description` that a notebook's metadata gives for an edition, or nothing."""
    path = BOOK / f"{name}.ipynb"
    if not path.exists():
        return ""
    words = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("d2l", {}).get(key, {})
    if edition == "both" and words:
        return f"{words['en']} · {words['ko']}" if key == "title" else f"{words['en']} {words['ko']}"
    return str(words.get(edition, ""))


@functools.cache
def repository_url() -> str:
    """Return the web address of the repository, without a slash at the end, or the empty string."""
    if given := os.environ.get("D2L_REPOSITORY_URL"):
        return given.rstrip("/")
    asked = subprocess.run(["git", "remote", "get-url", "origin"], cwd=ROOT, capture_output=True, text=True)
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
    return f"https://{hosted[2].lower()}.{hosted[1]}.io/{hosted[3]}/" if hosted else ""


def write_new(target: Path, content: str) -> Path:
    """Write a file only when its content is new, so that its time says when it changed; return its path."""
    if not target.exists() or target.read_text(encoding="utf-8") != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return target
