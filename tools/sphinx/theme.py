"""The Sphinx extension that dresses the book: its own small theme, colours for code.

The theme stands in `site/theme/d2l`: two templates, a style sheet, a script.  Pages load what they use and nothing
else, so the scripts and styles that other extensions announce are passed over, all but those of figures and of the
language switch.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform

from d2lparams.view.spec import both, pick
from tools import internals, project
from tools.text.words import TITLE, kind

THEME = project.ROOT / "site" / "theme"
PAGE_SCRIPTS = (
    "_static/copy.js",
    "_static/language-switch.js",
    "_static/kept.js",
    "_static/yours.js",
    "_static/solved.js",
    "_static/work.js",
    "_static/figure.js",
    "_static/predict.js",
    "_static/run-page.js",
    "_static/own-file.js",
    "_static/slide-link.js",
    "_static/download.js",
    "_static/talk.js",
)
SLIDE_SCRIPTS = (  # fetched when slides are wanted
    "_static/outline.js",
    "_static/slides.js",
    "_static/slide-copy.js",
    "_static/slide-tools.js",
    "_static/slide-keys.js",
    "_static/presenter.js",
)
HEADING_LINK = both("Link to this heading", "이 제목으로 가는 링크")
LECTURERS = re.compile(r'<div class="(d2l-(?:short|note)\b)')
FORMULA = (nodes.math, nodes.math_block)
CODE = {"": "a11y-high-contrast-light", 'html[data-theme="dark"]': "a11y-high-contrast-dark"}


def choose(app: Sphinx, config: Config) -> None:
    """Choose the theme and the title; the options meant for Jupyter Book's own theme go."""
    config.html_theme = "d2l"
    config.html_theme_path = [str(THEME)]
    config.html_theme_options = {}
    config.html_use_index = False
    config.html_permalinks_icon = ""  # the style sheet draws it
    config.project = config.html_title = pick(TITLE, config.edition)


class TitleAsHeader(SphinxPostTransform):
    """Call the heading of a page its header: readers' views, which have a title of their own, leave that out.

    That it says the title again they find for themselves, but by Latin letters alone.
    """

    default_priority = 800
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Give the first title the class."""
        for title in self.document.findall(nodes.title):
            title["classes"].append("d2l-header")
            break


def add_context(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the templates what they ask for."""
    home = app.config.root_doc
    context["page_scripts"], context["slide_scripts"] = PAGE_SCRIPTS, SLIDE_SCRIPTS
    context["edition"] = app.config.edition
    title = app.env.titles.get(home)
    assert isinstance(app.builder, StandaloneHTMLBuilder)  # no other builder has this event
    context["master_title"] = app.builder.render_partial(title)["title"] if title is not None else ""
    context.setdefault("language_links", [])
    context["formulas"] = doctree is not None and any(isinstance(node, FORMULA) for node in doctree.findall())
    context["launchers"] = context.get("launchers", [])
    source = context.get("sourcename")  # a book built alone offers what its pages were made from
    own = context["pathto"](f"_sources/{source}", 1) if source and doctree is not None else ""
    body = internals.without_empty_heads(context.get("body", ""))
    body = LECTURERS.sub(r'<div hidden="" class="\1', body)  # also for readers' views, which know no style sheet
    edition = app.config.edition
    spoken = "ko" if edition == "ko" else ""  # the reference is English there as well
    context["body"] = internals.with_named_permalinks(body, pick(HEADING_LINK, edition), spoken)
    context["notebook"] = next(iter(context.setdefault("downloads", [])), own)
    looked_up = kind(project.document(pagename)) == "appendix"
    context["slides"] = context["notebook"] and not looked_up  # what is told to a room


def write_code_styles(app: Sphinx, exception: Exception | None) -> None:
    """Write the colours of code for both schemes, on paper the light ones; both styles have AA contrast."""
    if exception is None and app.builder.format == "html":
        light, dark = (internals.colours(style, f"{scope} .highlight".strip()) for scope, style in CODE.items())
        lines = [*light, "@media screen {", *dark, "}"]
        project.write_new(Path(app.outdir, "_static", "code.css"), "\n".join(lines) + "\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks."""
    app.add_post_transform(TitleAsHeader)
    app.connect("config-inited", choose, priority=900)
    app.connect("html-page-context", add_context, priority=900)
    app.connect("build-finished", write_code_styles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
