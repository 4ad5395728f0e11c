"""What stands above the editions: the chooser page at `/`, and the sitemap where the address is known."""

from html import escape

from d2lparams.view.spec import pick
from tools import project
from tools.project import SITE
from tools.text.words import DESCRIPTION, EDITIONS, TITLE, sentences

HEADERS = project.ROOT / "site" / "_headers"
CHOOSER = project.ROOT / "site" / "chooser.html"


def chooser() -> str:
    """Return the page that lets the reader choose an edition; `site/chooser.html` is its template."""
    base = project.base_url()
    page = CHOOSER.read_text(encoding="utf-8")
    page = page.replace("{head}", f'<link rel="canonical" href="{base}">\n' if base else "")
    words = {
        "title": pick(TITLE, "both"),
        "title_en": TITLE["en"],
        "title_ko": TITLE["ko"],
        "description": sentences(DESCRIPTION, "both"),
        "description_en": DESCRIPTION["en"],
        "description_ko": DESCRIPTION["ko"],
        "first": project.documents()[0],
    }
    for name, value in words.items():  # not str.format: a template may hold style sheets with braces
        page = page.replace(f"{{{name}}}", escape(value))
    return page


def sitemap(base: str) -> str:
    """Return a sitemap of every page of every edition, with its partners in the other language."""
    entries = []
    for name in project.documents():
        partners = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href="{base}{edition}/{name}.html"/>'
            for code, edition in (("en", "en"), ("ko", "ko"), ("x-default", "en"))
        )
        entries += [f"<url><loc>{base}{edition}/{name}.html</loc>{partners}</url>" for edition in EDITIONS]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        f"<url><loc>{base}</loc></url>\n" + "\n".join(entries) + "\n</urlset>\n"
    )


def publish() -> None:
    """Write the chooser page, the headers for hosts, and the sitemap or nothing."""
    project.write_new(SITE / "index.html", chooser())
    project.write_new(SITE / ".nojekyll", "")  # a host that runs Jekyll would drop _static
    for path in (HEADERS, project.CARD):
        project.write_new(SITE / path.name, path.read_bytes())
    if base := project.base_url():
        project.write_new(SITE / "sitemap.xml", sitemap(base))
        project.write_new(SITE / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n")
    else:
        for name in ("sitemap.xml", "robots.txt"):
            (SITE / name).unlink(missing_ok=True)
