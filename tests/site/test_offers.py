"""What pages offer on paper: nothing where nothing is printed, else what is of today's pages, in their languages.

All is tried on a copy of three pages, as if they were the book. That an EPUB is one is held by `test_epub.py`; here
stands anything in its place, and for PDFs but those of one chapter too, since to print takes minutes.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, SoupStrainer
from conftest import contexts
from paper import read_sheets, squeezed
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tools import project
from tools.handouts import __main__ as handouts
from tools.handouts import pages, press
from tools.handouts.words import HINTS, LANGUAGES, VARIANTS
from tools.project import SITE, documents
from tools.site import build, landing, offers
from tools.text.words import EDITIONS

NAME = "deferred"  # a short chapter
NAMES = [documents()[0], NAME, documents()[-1]]
PAGES = [(edition, name) for edition in EDITIONS for name in NAMES]
FIRST = ["index.html", *(f"{edition}/index.html" for edition in EDITIONS)]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a copy of the pages and of their styles, which is the site for those who print and offer."""
    folder = tmp_path_factory.mktemp("offers")
    for edition in EDITIONS:
        (folder / edition / "_static").mkdir(parents=True)
        for file in [*(f"{name}.html" for name in NAMES), *(f"_static/{name}" for name in offers.STYLES)]:
            shutil.copy(SITE / edition / file, folder / edition / file)
    with pytest.MonkeyPatch.context() as patch:
        for module in (offers, landing):
            patch.setattr(module, "SITE", folder)
        for user in (project, offers, handouts):
            patch.setattr(user, "documents", lambda: NAMES)
        patch.setattr(offers, "PRINTED", folder / "printed")
        patch.setattr(offers, "KNOWN", folder / "known.json")
        yield folder


@pytest.fixture
def site(copied: Path) -> Path:
    """Return the copy when nothing is printed."""
    shutil.rmtree(offers.PRINTED, ignore_errors=True)
    offers.KNOWN.unlink(missing_ok=True)
    offers.publish()
    landing.publish()
    return copied


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of what is made from now on: files that say what they stand for."""
    done: list[str] = []

    @contextmanager
    def nobody() -> Iterator[None]:
        yield None

    def make(job: handouts.Job, page: Page) -> bytes:
        done.append(job.file)
        return job.file.encode()

    monkeypatch.setattr(press, "press", nobody)
    monkeypatch.setattr(handouts.Job, "made", make)
    return done


def offered(site: Path, path: str) -> list[str]:
    """Return what a page offers, each file below the folder; all of it is there and says its language."""
    found = []
    page = BeautifulSoup((site / path).read_text(encoding="utf-8"), "html.parser", parse_only=SoupStrainer("a"))
    for link in page.select(f"a[href*='{offers.FOLDER}/']"):
        file = (site / path).parent / str(link["href"])
        assert file.is_file() and link.has_attr("download") and link.get_text(strip=True)
        found.append(file.resolve().relative_to(site / offers.FOLDER).as_posix())
        assert found[-1].startswith(f"{link['hreflang']}/")
    return found


def spoken(edition: str) -> list[str]:
    return [lang for lang in LANGUAGES if edition in (lang, "both")]


def wanted(edition: str, name: str, *lost: str) -> list[str]:
    """Return what a page is to offer, less what is lost."""
    files = [offers.paper(name, lang) for lang in spoken(edition)] + [offers.ebook(lang) for lang in spoken(edition)]
    return [file for file in files if file not in lost]


def test_where_nothing_is_printed_pages_are_as_sphinx_wrote_them(site: Path) -> None:
    for edition, name in PAGES:
        page = (site / edition / f"{name}.html").read_text(encoding="utf-8")
        assert page == (build.SPHINX / edition / "html" / f"{name}.html").read_text(encoding="utf-8")
    for path in [*FIRST, *(f"{edition}/{name}.html" for edition, name in PAGES)]:
        assert not offered(site, path)
        assert f"{offers.FOLDER}/" not in (site / path).read_text(encoding="utf-8")
    assert not offers.there()


def test_pages_offer_what_is_printed_in_the_languages_of_their_edition(site: Path, made: list[str]) -> None:
    handouts.main([handouts.OFFERED])
    assert sorted(made) == sorted(offers.there()) == sorted(offers.wanted())
    for edition, name in PAGES:
        assert offered(site, f"{edition}/{name}.html") == wanted(edition, name)
    for path in FIRST:
        edition = path.split("/")[0] if "/" in path else "both"
        assert offered(site, path) == [offers.ebook(lang) for lang in spoken(edition)]
        page = (site / path).read_text(encoding="utf-8")
        assert [words in page for words in ("every page has its PDF", "나누어 줄 PDF는")] == [
            lang in spoken(edition) for lang in LANGUAGES
        ]


def test_one_chapter_is_offered_on_its_page_and_the_first_page_does_not_say_that_all_are(
    site: Path, made: list[str]
) -> None:
    handouts.main([NAME])
    assert made == [offers.paper(NAME, lang, variant.suffix) for lang in LANGUAGES for variant in VARIANTS]
    for edition, name in PAGES:
        files = [offers.paper(NAME, lang) for lang in spoken(edition)] if name == NAME else []
        assert offered(site, f"{edition}/{name}.html") == files
    assert not offered(site, "index.html")
    assert "every page has its PDF" not in (site / "index.html").read_text(encoding="utf-8")


def test_a_build_touches_no_page_that_offers_what_it_offered_and_brings_others_up_to_date(
    site: Path, made: list[str]
) -> None:
    handouts.main([handouts.OFFERED])
    edition, name = PAGES[0]
    built, page = site / "built" / f"{name}.html", site / edition / f"{name}.html"
    built.parent.mkdir(exist_ok=True)
    text = page.read_text(encoding="utf-8")
    built.write_text(offers.part(edition, name, []).join(offers.apart(page) or ()), encoding="utf-8")
    build.mirror(built.parent, site / "mirrored")  # as when nothing is there yet
    assert (site / "mirrored" / built.name).read_bytes() == built.read_bytes() != page.read_bytes()
    shutil.copy(page, site / "mirrored")
    build.mirror(built.parent, site / "mirrored")
    assert (site / "mirrored" / built.name).read_text(encoding="utf-8") == text
    built.write_text(built.read_text(encoding="utf-8").replace("<article>", "<article><p>!</p>"), encoding="utf-8")
    build.mirror(built.parent, site / "mirrored")
    assert (site / "mirrored" / built.name).read_bytes() == built.read_bytes()


@contextmanager
def changed(path: Path, change: Callable[[str], str]) -> Iterator[None]:
    """Change a file for a while."""
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")


def test_what_is_older_than_its_page_is_not_offered_and_alone_is_printed_anew(site: Path, made: list[str]) -> None:
    handouts.main([handouts.OFFERED])
    made.clear()
    page = site / "ko" / f"{NAME}.html"
    lost = [offers.paper(NAME, "ko"), offers.ebook("ko")]
    with changed(page, lambda text: text.replace("<article>", "<article><p>!</p>")):
        assert offers.publish() == lost
        assert not set(lost) & set(offers.there())
        for edition, name in PAGES:
            assert offered(site, f"{edition}/{name}.html") == wanted(edition, name, *lost)
        handouts.main([handouts.OFFERED])
        assert made == lost
        assert offered(site, f"both/{NAME}.html") == wanted("both", NAME)


@pytest.mark.parametrize("path", [f"ko/_static/{name}" for name in offers.STYLES])
def test_what_looks_otherwise_now_is_not_offered(site: Path, made: list[str], path: str) -> None:
    handouts.main([handouts.OFFERED])
    with changed(site / path, lambda text: text + "p { color: red; }\n"):
        offers.publish()
        assert {file.split("/")[0] for file in offers.there()} == {"en"}


def test_a_file_that_nobody_remembers_is_not_offered(site: Path) -> None:
    file = offers.PRINTED / offers.paper(NAME, "en")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"%PDF")
    assert offers.publish() == [offers.paper(NAME, "en")]
    assert not offered(site, f"en/{NAME}.html")


def test_all_variants_are_made_and_nothing_else_is_left(site: Path, made: list[str]) -> None:
    left = offers.PRINTED / "en" / "00-gone-en.pdf"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"%PDF")
    handouts.main([])
    assert len(made) == len(LANGUAGES) * ((len(NAMES) + 1) * len(VARIANTS) + 1)
    assert not left.exists()


def test_a_pdf_that_a_page_offers_is_that_page(site: Path, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def paper() -> Iterator[Page]:
        with contexts(chromium) as open_context:
            yield open_context().new_page()

    monkeypatch.setattr(press, "press", paper)
    monkeypatch.setattr(handouts, "VARIANTS", (HINTS,))
    handouts.main([NAME])
    for lang in LANGUAGES:
        (file,) = offered(site, f"{lang}/{NAME}.html")
        data = (site / offers.FOLDER / file).read_bytes()
        reader = PdfReader(io.BytesIO(data))
        assert reader.metadata is not None
        assert reader.metadata.title == pages.title(lang, NAME)
        said = squeezed(read_sheets(data)[0].text)
        assert squeezed(pages.title(lang, NAME)) in said and squeezed(HINTS.says[lang]) in said
        assert b"/ObjStm" in data  # packed: as the browser writes it, it is twice as large
