"""The Sphinx extension that ties the editions of a page together, for readers and for search engines.

It hands the templates `language_links` (three plain links, one per edition), canonical and alternate addresses,
the page's description, and the way to run it. The build sets `edition_siblings`, since a lone `jupyter-book build .`
has no neighbours to link to and no Python to run; addresses are absent where the base URL is unknown.
"""

import json
from html import escape
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from d2lparams.view.spec import pick
from tools import project
from tools.text import downloads, jupyter
from tools.text.words import LANGUAGES, TITLE, description, page_words, title

START = project.SITE / "live" / "start.json"  # what a click loads, written before the pages
SCRIPTS = ("language-switch.js", "slide-link.js", "run-page.js", "own-file.js", "download.js")
# What shows slides, in the order in which the scripts lean on each other.
SLIDES = ("outline.js", "slides.js", "slide-copy.js", "slide-tools.js", "slide-keys.js", "presenter.js")
# Each link says its language in that language. `mul` is the code for several languages.
LINKS = (
    ("en", "en", ("en",)),
    ("ko", "ko", ("ko",)),
    ("both", "mul", ("en", "ko")),
)


def language_links(pagename: str, edition: str, suffix: str = ".html") -> list[dict[str, Any]]:
    """Return the links to this page in every edition, relative, so that they work from files too."""
    up = "../" * (pagename.count("/") + 1)
    return [
        {
            "edition": name,
            "href": f"{up}{name}/{pagename}{suffix}",
            "lang": languages[0],
            "hreflang": hreflang,
            "words": [{"text": LANGUAGES[lang], "lang": lang} for lang in languages],
            "current": name == edition,
        }
        for name, hreflang, languages in LINKS
    ]


def add_context(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the page's template its edition, its links, its descriptions, and the way to run it."""
    edition, siblings, name = app.config.edition, app.config.edition_siblings, pagename.removeprefix("book/")
    up = "../" * (pagename.count("/") + 1)
    chapter = doctree is not None and name in project.documents()
    context |= {
        "edition": edition,
        "language_links": language_links(pagename, edition) if siblings else [],
        "launchers": launchers(name) if chapter else [],
        "lite_notebook": f"{up}lite/{jupyter.address(name, edition)}" if chapter and siblings else "",
        "live": f"{up}live/" if chapter and siblings else "",
        "page_description": description(name, edition),
        "question": page_words(name, "question") if chapter else None,
    }
    if chapter and siblings:
        size = json.loads(START.read_text(encoding="utf-8"))["bytes"]
        context |= {"live_bytes": size, "live_megabytes": round(size / 1e6), "live_notebook": name}
        context |= downloads.offered(name, edition, up)
    tags = card(title(name, edition), description(name, edition), edition)
    if siblings and doctree is not None and (base := project.base_url()):
        tags += alternates(base, pagename, edition)
    context["metatags"] = context.get("metatags", "") + "\n" + "\n".join(tags) + "\n"


def card(head: str, about: str, edition: str) -> list[str]:
    """Return what a page shows where its address is shared."""
    locales = {"en": ("en_US", ""), "ko": ("ko_KR", ""), "both": ("en_US", "ko_KR")}
    locale, alternate = locales[edition]
    properties = {
        "og:type": "article",
        "og:site_name": pick(TITLE, edition),
        "og:title": head,
        "og:description": about,
        "og:locale": locale,
        "og:locale:alternate": alternate,
    }
    tags = [f'<meta name="description" content="{escape(about)}" />']
    tags += [f'<meta property="{key}" content="{escape(value)}" />' for key, value in properties.items() if value]
    return [*tags, '<meta name="twitter:card" content="summary_large_image" />']


def alternates(base: str, pagename: str, edition: str) -> list[str]:
    """Return a page's own address, its picture's, and those of its languages; English is the default."""
    languages = [("en", "en"), ("ko", "ko"), ("x-default", "en")]
    tags = [
        f'<link rel="canonical" href="{base}{edition}/{pagename}.html" />',
        f'<meta property="og:url" content="{base}{edition}/{pagename}.html" />',
        f'<meta property="og:image" content="{base}{project.CARD.name}" />',
    ]
    return tags + [
        f'<link rel="alternate" hreflang="{code}" href="{base}{name}/{pagename}.html" />' for code, name in languages
    ]


def add_scripts(app: Sphinx, config: Config) -> None:
    """Load what keeps the section, shows slides, hands out notebooks, and runs the page, which loads the rest later."""
    config.html_static_path.append(str(project.ROOT / "site" / "js"))
    for name in SCRIPTS + SLIDES:
        app.add_js_file(name, loading_method="defer")


def launchers(name: str) -> list[dict[str, str]]:
    """Return where a chapter's notebook can be opened, as name and address; nothing when the repository is unknown.

    Colab is not among them: it opens what lies in the repository, and nothing there installs the package. What a page
    offers for download does.
    """
    address = project.repository_url()
    if not address.startswith("https://github.com/"):
        return []
    repository = address.removeprefix("https://github.com/")
    notebook = f"book/{name}.ipynb"
    return [
        {"name": "Binder", "url": f"https://mybinder.org/v2/gh/{repository}/main?urlpath=lab/tree/{quote(notebook)}"},
        {"name": "GitHub", "url": f"{address}/blob/main/{notebook}"},
    ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the config value and the hooks."""
    app.add_config_value("edition_siblings", False, "html", bool)
    app.connect("config-inited", add_scripts)
    app.connect("html-page-context", add_context)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
