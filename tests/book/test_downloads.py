"""What a page offers for download: one language, plain Markdown, links that lead somewhere, a cell that installs."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from d2lparams import view
from d2lparams.exercise import OPENINGS
from tools import project
from tools.project import BOOK, documents
from tools.site import downloads as site_downloads
from tools.site.pyodide import metadata, own_wheel
from tools.text import downloads, execute
from tools.text.cells import for_slides, language, read, source, tags
from tools.text.pictures import pictures
from tools.text.words import EDITIONS, LANGUAGES, title

BASE, REPOSITORY = "https://reader.github.io/d2l/", "https://github.com/Reader/d2l"
Notebook = dict[str, Any]


def known(monkeypatch: pytest.MonkeyPatch, base: str, repository: str) -> None:
    """Let the addresses of the site and of the repository be these."""
    monkeypatch.setattr(downloads, "base_url", lambda: base)
    monkeypatch.setattr(downloads, "repository_url", lambda: repository)


@pytest.fixture(params=[(name, edition) for name in documents() for edition in EDITIONS], ids="-".join)
def chapter(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, Notebook]:
    """Return the name of a chapter, an edition, and the notebook as it is offered where no address is known."""
    known(monkeypatch, "", "")
    name, edition = request.param
    return name, edition, downloads.notebook(read(BOOK / f"{name}.ipynb"), name, edition)


def prose(notebook: Notebook) -> str:
    return "\n\n".join(source(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown")


def test_a_download_speaks_the_language_of_its_edition_alone(chapter: tuple[str, str, Notebook]) -> None:
    name, edition, made = chapter
    nbformat.validate(made)
    # The glossary says in English what a term is called in Korean.
    assert any("가" <= letter <= "힣" for letter in prose(made)) == (edition != "en" or name == "glossary")
    if edition != "both":
        stored = [cell for cell in read(BOOK / f"{name}.ipynb")["cells"] if not for_slides(cell)]
        kept = [cell["id"] for cell in stored if language(cell) in ("", edition)]
        assert [cell["id"] for cell in made["cells"] if cell["id"] != "install"] == kept


def test_a_download_holds_nothing_that_only_the_book_understands(chapter: tuple[str, str, Notebook]) -> None:
    text = re.sub(r"`[^`\n]*`", "", prose(chapter[2]))
    for mark in (")=\n", ":::", "```{", "{ref}", "{.language", "]()", "#figure-", ".ipynb"):
        assert mark not in text, mark


def test_links_of_a_download_lead_to_the_site_where_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    known(monkeypatch, BASE, "")
    for edition in EDITIONS:
        made = downloads.notebook(read(BOOK / "access.ipynb"), "access", edition)
        addresses = set(re.findall(r"\]\(([^)\s]+)\)", prose(made)))
        inside = {address for address in addresses if address.startswith(BASE)}
        assert inside and all(re.fullmatch(rf"{BASE}{edition}/\w+\.html(#\S+)?", address) for address in inside)
        assert not {address for address in addresses - inside if not address.startswith(("https://", "#"))}


def test_a_download_without_solutions_has_every_other_cell() -> None:
    for name in documents():
        stored = read(BOOK / f"{name}.ipynb")
        solved = {cell["id"] for cell in stored["cells"] if "solution" in tags(cell)}
        assert downloads.kinds(stored) == ((True, False) if solved else (True,))
        whole, less = (downloads.notebook(stored, name, "both", solutions=kind)["cells"] for kind in (True, False))
        assert [cell for cell in whole if cell["id"] not in solved] == less


def test_the_sources_of_the_package_are_those_that_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = f"{BASE}live/pyodide/{own_wheel()[0]}"
    for base, repository, wanted in [
        ("", "", []),
        (BASE, "", [wheel]),
        (BASE, REPOSITORY, [wheel, f"{REPOSITORY}/archive/HEAD.zip"]),
        ("", "https://gitlab.com/a/b", ["https://gitlab.com/a/b/-/archive/HEAD/d2lparams.zip"]),
    ]:
        known(monkeypatch, base, repository)
        assert downloads.sources() == wanted


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_outputs_of_a_download_are_in_its_language(edition: str) -> None:
    made = downloads.notebook(execute.executed(BOOK / "tree.ipynb"), "tree", edition)
    outputs = [output for cell in made["cells"] for output in cell.get("outputs", [])]
    said = "".join("".join(output.get("text", "")) for output in outputs)
    drawn = " ".join(pictures(outputs))
    assert drawn and not any("vnd.d2lparams" in kind for output in outputs for kind in output.get("data", {}))
    for lang in ("en", "ko"):
        assert any(words in said for words in OPENINGS[lang]) == (edition in (lang, "both"))
    assert any("가" <= letter <= "힣" for letter in drawn) == (edition != "en")


def test_the_wheel_says_what_the_package_and_its_figures_need() -> None:
    needed = re.findall(r"^Requires-Dist: (.*)$", metadata(), re.M)
    extras = project.package()["optional-dependencies"]["view"]
    assert needed == [*project.package()["dependencies"], *(f'{name}; extra == "view"' for name in extras)]


Run = Callable[[set[str], str, str], list[str]]


@pytest.fixture
def installing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs the cell with some packages installed, and returns what pip was asked for.

    Only the source that ends in `works` gives the packages.
    """
    monkeypatch.chdir(tmp_path)

    def run(there: set[str], edition: str = "en", works: str = "") -> list[str]:
        asked: list[str] = []
        spoken: list[str] = []

        def pip(command: list[str]) -> None:
            asked.append(command[-1])
            if works and command[-1].endswith(works):
                there.update({"d2lparams", "anywidget", "matplotlib"})

        monkeypatch.setattr(subprocess, "run", pip)
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: name if name in there else None)
        monkeypatch.setattr(view, "set_language", spoken.append)
        exec(source(downloads.installing(edition)), {})
        assert spoken == [edition]
        return asked

    return run


def test_nothing_is_installed_where_all_is_there(installing: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    known(monkeypatch, BASE, REPOSITORY)
    assert installing({"d2lparams", "anywidget", "matplotlib"}, "en", "") == []


def test_sources_are_asked_in_turn_until_one_gives_the_package(
    installing: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch, BASE, REPOSITORY)
    wheel = Path(own_wheel()[0])
    site, hub = f"d2lparams[view] @ {BASE}live/pyodide/{wheel}", f"d2lparams[view] @ {REPOSITORY}/archive/HEAD.zip"
    assert installing(set(), "en", ".zip") == [site, hub]
    wheel.touch()
    beside = f"d2lparams[view] @ {wheel.resolve().as_uri()}"
    assert installing(set(), "en", beside) == [beside]
    assert installing({"d2lparams", "matplotlib"}, "en", "") == [beside, site, hub]  # figures that do not move


@pytest.mark.parametrize(("edition", "said"), [("en", ["beside this"]), ("ko", ["옆에"]), ("both", ["beside", "옆에"])])
def test_where_no_source_is_known_the_cell_says_what_to_do(
    installing: Run, monkeypatch: pytest.MonkeyPatch, edition: str, said: list[str]
) -> None:
    known(monkeypatch, "", "")
    with pytest.raises(ImportError) as caught:
        installing({"anywidget"}, edition, "")
    for words in [*said, f"live/pyodide/{own_wheel()[0]}"]:
        assert words in str(caught.value)


def test_the_cell_stands_before_all_code_and_a_page_can_add_to_it(chapter: tuple[str, str, Notebook]) -> None:
    code = [cell["id"] for cell in chapter[2]["cells"] if cell["cell_type"] == "code"]
    runs = any(cell["cell_type"] == "code" for cell in read(BOOK / f"{chapter[0]}.ipynb")["cells"])
    assert code[:1] == ["install"] * runs and code.count("install") == runs
    assert json.dumps(chapter[2]).count("SOURCES = [") == runs


Bundle = tuple[str, dict[str, str], dict[str, bytes]]


@pytest.fixture(scope="module", params=LANGUAGES)
def bundle(request: pytest.FixtureRequest) -> Bundle:
    """Return a language, all notebooks of it by the names of their files, and the files of its zip."""
    language, offered = request.param, {}
    for name in documents():
        stored = read(BOOK / f"{name}.ipynb")
        for solutions in downloads.kinds(stored):
            made = downloads.notebook(stored, name, language, solutions=solutions)
            offered[downloads.file_name(name, language, solutions)] = json.dumps(made)
    with zipfile.ZipFile(io.BytesIO(site_downloads.bundled(language, offered))) as archive:
        top = f"d2lparams-notebooks-{language}/"
        return language, offered, {name.removeprefix(top): archive.read(name) for name in archive.namelist()}


def test_the_zip_of_a_language_has_the_whole_book_twice_each_time_with_the_wheel(bundle: Bundle) -> None:
    language, _, files = bundle
    book = {*(f"{name}.ipynb" for name in documents()), own_wheel()[0]}
    folders = {f"{folder}/{name}" for folder in ("student", "instructor") for name in book}
    assert set(files) == folders | {"README.txt", "LICENSE", "LICENSE-text"}
    said = files["README.txt"].decode()
    places = [said.index(f"{name}.ipynb") for name in documents()]
    assert places == sorted(places) and all(title(name, language) in said for name in documents())


def test_the_students_of_the_zip_get_every_check_and_no_solution(bundle: Bundle) -> None:
    spoken, _, files = bundle
    for name in documents():
        stored = read(BOOK / f"{name}.ipynb")["cells"]
        heard = [cell for cell in stored if language(cell) in ("", spoken)]
        asked = {kind: {cell["id"] for cell in heard if kind in tags(cell)} for kind in ("check", "solution")}
        student, instructor = (
            {cell["id"] for cell in json.loads(files[f"{folder}/{name}.ipynb"])["cells"]}
            for folder in ("student", "instructor")
        )
        assert asked["check"] <= student
        assert instructor - student == asked["solution"]


def test_the_zip_has_the_same_bytes_whenever_it_is_made(bundle: Bundle) -> None:
    language, offered, _ = bundle
    again = dict(reversed(offered.items()))
    assert site_downloads.bundled(language, again) == site_downloads.bundled(language, offered)
