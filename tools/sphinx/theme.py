"""The Sphinx extension that dresses the book: its own small theme, colours for code.

The theme stands in `site/theme/d2l`: two templates, a style sheet, a script.  Pages load what they use and nothing
else, so the scripts and styles that other extensions announce are passed over, all but those of figures and of the
language switch.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config

from d2lparams.view.spec import pick
from tools import internals, project
from tools.text.words import TITLE

THEME = project.ROOT / "site" / "theme"
PAGE_SCRIPTS = (
    "_static/language-switch.js",
    "_static/figure.js",
    "_static/run-page.js",
    "_static/slides.js",
    "_static/talk.js",
)
FORMULA = (nodes.math, nodes.math_block)
CODE = {"": "a11y-high-contrast-light", 'html[data-theme="dark"]': "a11y-high-contrast-dark"}


def choose(app: Sphinx, config: Config) -> None:
    """Choose the theme and the title; the options meant for Jupyter Book's own theme go."""
    config.html_theme = "d2l"
    config.html_theme_path = [str(THEME)]
    config.html_theme_options = {}
    config.html_use_index = False
    config.html_permalinks_icon = "#"
    config.project = config.html_title = pick(TITLE, config.edition)


def add_context(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the templates what they ask for."""
    home = app.config.root_doc
    context["page_scripts"] = PAGE_SCRIPTS
    context["edition"] = app.config.edition
    title = app.env.titles.get(home)
    assert isinstance(app.builder, StandaloneHTMLBuilder)  # no other builder has this event
    context["master_title"] = app.builder.render_partial(title)["title"] if title is not None else ""
    context.setdefault("language_links", [])
    context["formulas"] = doctree is not None and any(isinstance(node, FORMULA) for node in doctree.findall())
    context["launchers"] = context.get("launchers", [])
    source = context.get("sourcename")
    context["body"] = internals.without_empty_heads(context.get("body", ""))
    context["notebook"] = f"{context['pathto']('_sources/' + source, 1)}" if source and doctree is not None else ""


def write_code_styles(app: Sphinx, exception: Exception | None) -> None:
    """Write the colours of code for both schemes, on paper the light ones; both styles have AA contrast."""
    if exception is None and app.builder.format == "html":
        light, dark = (internals.colours(style, f"{scope} .highlight".strip()) for scope, style in CODE.items())
        lines = [*light, "@media screen {", *dark, "}"]
        project.write_new(Path(app.outdir, "_static", "code.css"), "\n".join(lines) + "\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks."""
    app.connect("config-inited", choose, priority=900)
    app.connect("html-page-context", add_context, priority=900)
    app.connect("build-finished", write_code_styles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
