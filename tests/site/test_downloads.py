"""The notebook that a page hands out runs in a Jupyter that has never heard of this book.

The environment is made once for all chapters, in some ten seconds; the packages that it needs are fetched once and kept
in `_build/cache`.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from site_pages import PAGES, arrive, parsed

from tools.project import BUILD, SITE, wheel
from tools.text import downloads
from tools.text.cells import Notebook, read, source
from tools.text.execute import text
from tools.text.words import EDITIONS

JUPYTER = ("nbclient", "ipykernel", "numpy")  # `jupyter execute` and what a reader brings
FIGURES = ("anywidget", "ipywidgets", "matplotlib")  # what the cell is to bring
KEPT = BUILD / "cache" / "fresh"


def fetched() -> dict[str, str]:
    """Fetch what both need, in the versions of this environment; return how pip takes it from there alone."""
    known = {package.name: package.version for package in importlib.metadata.distributions()}
    limits = "\n".join(f"{name}=={version}" for name, version in sorted(known.items()) if name != "d2lparams")
    place, stamp = KEPT / "wheels", KEPT / "constraints.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != limits:
        wanted = KEPT / "wanted.txt"
        KEPT.mkdir(parents=True, exist_ok=True)
        wanted.write_text(limits, encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:", "--dest", str(place)]
        subprocess.run([*pip, "--constraint", str(wanted), *JUPYTER, *FIGURES], check=True)
        wanted.replace(stamp)
    return {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(place), "PIP_CONSTRAINT": str(stamp)}


@pytest.fixture(scope="module")
def execute(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Notebook]:
    """Return a function that executes a notebook in a fresh environment; what one installs, the next finds."""
    folder, settings = tmp_path_factory.mktemp("fresh"), fetched()
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    subprocess.run([python, "-m", "pip", "install", "--quiet", *JUPYTER], check=True, env=settings)
    settings = {name: value for name, value in settings.items() if name not in ("PYTHONPATH", "D2L_FIGURES")}
    settings |= {"OMP_NUM_THREADS": "1", "JUPYTER_PLATFORM_DIRS": "1", "JUPYTER_PREFER_ENV_PATH": "1"}

    def run(path: Path) -> Notebook:
        command = [python, "-m", "jupyter", "execute", "--inplace", path.name]
        ran = subprocess.run(command, cwd=path.parent, env=settings, capture_output=True, encoding="utf-8")
        assert ran.returncode == 0, ran.stderr[-3000:]
        return read(path)

    return run


def hand_out(page: Page, address: str, name: str, folder: Path) -> Path:
    """Press the last link to a notebook of a page; return where the file is."""
    arrive(page, address)
    for fold in page.locator(".d2l-downloads > summary").all():
        fold.click()
    with page.expect_download() as given:
        page.locator("a[data-wheel]").last.click()
    assert given.value.suggested_filename.startswith(name)
    path = folder / given.value.suggested_filename
    given.value.save_as(path)
    return path


# A chapter of each edition: with figures alone, with plots and a study, with files that it writes and weights that the
# package brings. The others run in the same way in `tests/book`, and in the page.
RUN = ["tree", "tied", "files"]


@pytest.mark.parametrize(("name", "edition"), list(zip(RUN, EDITIONS, strict=True)))
def test_a_notebook_runs_in_a_fresh_environment_and_prints_what_the_book_prints(
    page: Page, address: str, execute: Callable[[Path], Notebook], tmp_path: Path, name: str, edition: str
) -> None:
    path = hand_out(page, f"{address}{edition}/{name}.html", f"{name}-{edition}", tmp_path)
    assert f"{address}live/pyodide/{wheel()}" in path.read_text(encoding="utf-8")
    stored = {cell["id"]: cell for cell in read(path)["cells"] if cell["cell_type"] == "code"}
    for cell in execute(path)["cells"]:
        if cell["cell_type"] == "code" and cell["id"] != downloads.INSTALL:
            assert text(cell["outputs"]) == text(stored[cell["id"]]["outputs"]), cell["id"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_hands_out_the_notebooks_of_its_edition(path: str) -> None:
    page = parsed(path)
    edition, name = path.removesuffix(".html").split("/", 1)
    links = list(page.select(".d2l-elsewhere a[data-wheel]"))
    assert [Path(str(link["href"])).name for link in links] == downloads.file_names(name, edition)
    for link in links:
        for address in (str(link["href"]), str(link["data-wheel"])):
            assert ((SITE / path).parent / address).resolve().is_file(), address
    given = json.loads((SITE / edition / str(links[-1]["href"])).read_text(encoding="utf-8"))
    spoken = "".join(source(cell) for cell in given["cells"] if cell["cell_type"] == "markdown")
    # The glossary says in English what a term is called in Korean.
    assert any("가" <= letter <= "힣" for letter in spoken) == (edition != "en" or name == "glossary")
