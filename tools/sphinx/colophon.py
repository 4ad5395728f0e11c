"""What a page says of itself: how long it takes, how to cite it, and where to report an error in it."""

from typing import Any
from urllib.parse import urlencode

import yaml
from docutils import nodes
from sphinx.application import Sphinx

from tools import project
from tools.project import document
from tools.text.length import exercises, looked_up, minutes
from tools.text.words import title

CITATION = project.ROOT / "CITATION.cff"
ASKED = "Page: {page}\nSection or sentence:\nWhat is wrong there:\n"  # issues are in English, as the code is


def citation(name: str, edition: str) -> dict[str, str]:
    """Return a page's citation as a sentence and for BibTeX, with the address of the page where it is known."""
    cited = yaml.safe_load(CITATION.read_text(encoding="utf-8"))
    authors = " and ".join(author["name"] for author in cited["authors"])
    said = {"title": title(name, "ko" if edition == "ko" else "en"), "booktitle": cited["title"]}
    said |= {"year": str(cited["date-released"].year), "note": f"Version {cited['version']}"}
    if base := project.base_url():
        said["url"] = f"{base}{edition}/{name}.html"
    fields = "".join(f",\n  {key} = {{{value}}}" for key, value in said.items())
    sentence = f"{authors} ({said['year']}). {said['title']}. In {said['booktitle']}, version {cited['version']}."
    bibtex = f"@incollection{{d2lparams-{name},\n  author = {{{{{authors}}}}}{fields}\n}}"
    return {"sentence": f"{sentence} {said.get('url', '')}".strip(), "bibtex": bibtex}


def report(name: str, edition: str) -> str:
    """Return where an error in a page is reported, with its place filled in; nothing where no repository is known."""
    address, page = project.repository_url(), f"{edition}/{name}.html"
    if not address.startswith("https://github.com/"):
        return ""
    return f"{address}/issues/new?" + urlencode({"title": f"{page}: ", "body": ASKED.format(page=page)})


def add_context(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the templates what a page of the book says of itself."""
    name, edition = document(pagename), app.config.edition
    if doctree is None or not (project.BOOK / f"{name}.ipynb").exists():
        return
    context |= {"citation": citation(name, edition), "report": report(name, edition)}
    if not looked_up(name):
        context |= {"minutes": minutes(name), "exercises": exercises(name)}


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hook."""
    app.connect("html-page-context", add_context)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
