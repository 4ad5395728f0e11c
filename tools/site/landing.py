"""The first page: the argument as a figure, the chapters with the question that each answers, and the ways in.

`site/landing.html` is its template. It stands above the editions in both languages, whose parts lead to pages in their
own, and in each edition. What it says of chapters is in their notebooks: the question in the metadata, the title, the
length, the number of exercises; what one needs to know is a paragraph of the preface.
"""

import re
from collections.abc import Container
from html import escape

from jinja2 import Environment, FileSystemLoader

from d2lparams.view import static
from d2lparams.view.spec import Text, both, pick
from tools import project
from tools.project import BOOK, SITE
from tools.site import downloads, offers
from tools.sphinx import discovery
from tools.text import execute, figures
from tools.text.cells import read, source
from tools.text.length import exercises, looked_up, minutes
from tools.text.numbers import parts
from tools.text.words import DESCRIPTION, EDITIONS, TITLE, page_words, sentences

NEEDS = "p11"  # the paragraph of the preface that says what one needs to know
WAYS = {
    "en": {
        "read": "Start reading",
        "start": "The preface",
        "slides": "Slides of chapter 1",
        "notebooks": "All notebooks (zip)",
        "book": "The whole book (EPUB)",
        "collect": "Who passed what",
    },
    "ko": {
        "read": "읽기 시작",
        "start": "머리말부터",
        "slides": "1장 슬라이드",
        "notebooks": "모든 노트북(zip)",
        "book": "책 전체(EPUB)",
        "collect": "누가 무엇을 통과했나",
    },
}


def needs(name: str) -> Text:
    """Return what one needs to know, as HTML."""
    found = {cell["id"]: escape(source(cell)) for cell in read(BOOK / f"{name}.ipynb")["cells"]}
    said = {lang: re.sub("`([^`]+)`", r"<code>\1</code>", found[f"{NEEDS}-{lang}"]) for lang in ("en", "ko")}
    return both(said["en"], said["ko"])


def first_figure(name: str, edition: str) -> str:
    """Return the first figure of a document, as it is on its page."""
    anchor, figure = next(iter(figures.anchors(execute.executed(BOOK / f"{name}.ipynb")).items()))
    return static.html({**figure, "id": anchor}, edition)


def way(lang: str, above: bool, offered: Container[str]) -> dict[str, str]:
    """Return what leads into a language: its words, and where its files are, as far as they are among those offered."""
    ebook = offers.ebook(lang)
    return {
        "lang": lang,
        "folder": f"{lang}/" if above else "",
        "archive": downloads.archive(lang),
        "ebook": f"{offers.FOLDER}/{ebook}" if ebook in offered else "",
        **WAYS[lang],
    }


def page(edition: str, above: bool = False) -> str:
    """Return the page of an edition, or the one above all.

    Parameters
    ----------
    edition : `en`, `ko` or `both`.
    above : whether it stands above the editions; its parts in a language then lead into that edition.
    """
    first, *named = project.documents()
    numbers = {name: number for part in parts() for name, number in part.chapters.items()}
    chapters = [
        {
            "name": name,
            "number": numbers[name],
            "title": page_words(name, "title"),
            "question": page_words(name, "question"),
            "minutes": 0 if looked_up(name) else minutes(name),
        }
        for name in named
    ]
    spoken = ("en", "ko") if edition == "both" else (edition,)
    offered = offers.there()
    ways = [way(lang, above, offered) for lang in spoken]
    counted = [name for name in named if numbers[name].isdigit()]
    top = "" if above else "../"
    links = [
        {**link, "href": f"{top}{link['edition']}/index.html", "current": link["current"] and not above}
        for link in discovery.language_links("index", edition)
    ]
    environment = Environment(
        loader=FileSystemLoader([project.ROOT / "site", project.ROOT / "site" / "theme" / "d2l"]), autoescape=True
    )
    return environment.get_template("landing.html").render(
        edition=edition,
        top=top,
        static="en/_static/" if above else "_static/",
        title=TITLE,
        tags=heads(edition, above),
        links=links,
        ways=ways,
        first=first,
        lecture=named[0],
        figure=first_figure(first, edition),
        needs=needs(first),
        printed=all(offers.paper(name, lang) in offered for name in [first, *named] for lang in spoken),
        chapters=chapters,
        count=len(counted),
        hours=max(1, round(sum(map(minutes, counted)) / 60)),
        exercises=sum(map(exercises, [first, *named])),
        repository=project.repository_url(),
    )


def heads(edition: str, above: bool) -> list[str]:
    """Return what the page says of itself to search engines and where it is shared."""
    found = discovery.card(pick(TITLE, edition), sentences(DESCRIPTION, edition), edition)
    if base := project.base_url():
        found += [f'<link rel="canonical" href="{base}">'] if above else discovery.alternates(base, "index", edition)
    return found


def publish() -> None:
    """Write the page above the editions, and that of each."""
    project.write_new(SITE / "index.html", page("both", above=True))
    for edition in EDITIONS:
        project.write_new(SITE / edition / "index.html", page(edition))
