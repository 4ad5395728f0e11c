"""What stands above the editions: the chooser page at `/`, and the sitemap where the address is known."""

from __future__ import annotations

import fnmatch
import functools
from html import escape
from pathlib import Path

from tools import project
from tools.editions import EDITIONS
from tools.pyodide import write_bytes

HEADERS = project.ROOT / "site" / "_headers"
CHOOSER = project.ROOT / "site" / "chooser.html"
MINIMAL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<meta name="description" content="{description}">
{head}</head>
<body>
<main>
<h1>{title_en} <span lang="ko">{title_ko}</span></h1>
<ul>
<li><a href="en/{first}.html" lang="en" hreflang="en">English</a></li>
<li><a href="ko/{first}.html" lang="ko" hreflang="ko">한국어</a></li>
<li><a href="both/{first}.html" lang="en" hreflang="mul">English and <span lang="ko">한국어</span></a></li>
</ul>
</main>
</body>
</html>
"""


def chooser() -> str:
    """Return the page that lets the reader choose an edition; `site/chooser.html` is its template."""
    template = CHOOSER.read_text(encoding="utf-8") if CHOOSER.exists() else MINIMAL
    base = project.base_url()
    head = f'<link rel="canonical" href="{base}">\n' if base else ""
    words = {
        "title": project.TITLE["both"],
        "title_en": project.TITLE["en"],
        "title_ko": project.TITLE["ko"],
        "description": project.DESCRIPTION["both"],
        "description_en": project.DESCRIPTION["en"],
        "description_ko": project.DESCRIPTION["ko"],
        "first": project.documents()[0],
    }
    page = template.replace("{head}", head)
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


@functools.cache
def header_rules() -> list[tuple[str, str, str]]:
    """Return what `site/_headers` asks of hosts: patterns of paths, names and values."""
    rules, pattern = [], ""
    for line in HEADERS.read_text(encoding="utf-8").splitlines():
        if line.startswith("/"):
            pattern = line.strip()
        elif line.strip() and not line.startswith("#"):
            name, _, value = line.strip().partition(": ")
            rules.append((pattern, name, value))
    return rules


def headers(path: str) -> list[tuple[str, str]]:
    """Return the response headers for a path of the site."""
    return [(name, value) for pattern, name, value in header_rules() if fnmatch.fnmatchcase(path, pattern)]


def publish(site: Path) -> None:
    """Write the chooser page, the headers for hosts, and the sitemap or nothing."""
    site.mkdir(parents=True, exist_ok=True)
    project.write_new(site / "index.html", chooser())
    project.write_new(site / ".nojekyll", "")  # a host that runs Jekyll would drop _static
    write_bytes(site / HEADERS.name, HEADERS.read_bytes())
    if project.CARD.exists():
        write_bytes(site / project.CARD.name, project.CARD.read_bytes())
    base = project.base_url()
    if base:
        project.write_new(site / "sitemap.xml", sitemap(base))
        project.write_new(site / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n")
    else:
        for name in ("sitemap.xml", "robots.txt"):
            (site / name).unlink(missing_ok=True)
