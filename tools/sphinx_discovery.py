"""The Sphinx extension that ties the editions of a page together, for readers and for search engines.

It hands the templates `language_links` (three plain links, one per edition), canonical and alternate addresses,
and the page's description. The build sets `edition_siblings`, since a lone `jupyter-book build .` has no
neighbours to link to; addresses are absent where the base URL is unknown.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from tools import project

# Each link says its language in that language. `mul` is the code for several languages.
LINKS = (
    ("en", "en", (("English", "en"),)),
    ("ko", "ko", (("한국어", "ko"),)),
    ("both", "mul", (("English", "en"), ("한국어", "ko"))),
)


def language_links(pagename: str, edition: str, suffix: str = ".html") -> list[dict[str, Any]]:
    """Return the links to this page in every edition, relative, so that they work from files too."""
    up = "../" * (pagename.count("/") + 1)
    return [
        {
            "edition": name,
            "href": f"{up}{name}/{pagename}{suffix}",
            "lang": words[0][1],
            "hreflang": hreflang,
            "words": [{"text": text, "lang": lang} for text, lang in words],
            "current": name == edition,
        }
        for name, hreflang, words in LINKS
    ]


def add_context(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the page's template its language links, addresses and description."""
    edition = app.config.edition
    siblings = app.config.edition_siblings
    name = pagename.removeprefix("book/")
    context["edition"] = edition
    context["language_links"] = language_links(pagename, edition) if siblings else []
    description = project.page_words(name, "description", edition) or project.DESCRIPTION[edition]
    tags = [f'<meta name="description" content="{escape(description)}" />']
    base = project.base_url() if siblings and doctree is not None else ""
    if base:
        tags += alternates(base, pagename, edition)
    context["page_description"] = description
    context["metatags"] = context.get("metatags", "") + "\n" + "\n".join(tags) + "\n"


def alternates(base: str, pagename: str, edition: str) -> list[str]:
    """Return the canonical link of a page and those to its languages; English is the default."""
    languages = [("en", "en"), ("ko", "ko"), ("x-default", "en")]
    tags = [f'<link rel="canonical" href="{base}{edition}/{pagename}.html" />']
    return tags + [
        f'<link rel="alternate" hreflang="{code}" href="{base}{name}/{pagename}.html" />' for code, name in languages
    ]


def add_switch(app: Sphinx, config: Config) -> None:
    """Find the switch's template, and the script that keeps the section."""
    config.templates_path.append(str(project.ROOT / "site" / "templates"))
    config.html_static_path.append(str(project.ROOT / "site" / "js"))
    app.add_js_file("language-switch.js", loading_method="defer")


def add_repository(app: Sphinx, config: Config) -> None:
    """Offer the repository and its launchers where the repository is known."""
    address = project.repository_url()
    if not address:
        return
    options = config.html_theme_options
    options.update(repository_url=address, repository_branch="main", path_to_docs="book")
    options.update(use_repository_button=True, use_issues_button=True)
    if address.startswith("https://github.com/"):
        launch = options.setdefault("launch_buttons", {})
        launch.update(binderhub_url="https://mybinder.org", colab_url="https://colab.research.google.com")
        launch["notebook_interface"] = "jupyterlab"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the config value and the hooks."""
    app.add_config_value("edition_siblings", False, "html", bool)
    app.connect("config-inited", add_switch)
    app.connect("config-inited", add_repository)
    app.connect("html-page-context", add_context)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
