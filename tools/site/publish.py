"""What stands above the editions: headers for hosts, states of figures, and the sitemap where the address is known."""

from tools import project
from tools.project import SITE
from tools.text import execute, figures
from tools.text.words import EDITIONS

HEADERS = project.ROOT / "site" / "_headers"


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


def states() -> None:
    """Write the states of figures that pages fetch, for all editions once."""
    folder, kept = SITE / figures.FOLDER, []
    for path in project.notebooks():
        for name, text in figures.files(execute.executed(path)).items():
            kept.append(project.write_new(folder / name, text))
    project.remove_others(folder, kept)


def publish() -> None:
    """Write the headers for hosts, the states of figures, and the sitemap or nothing."""
    states()
    project.write_new(SITE / ".nojekyll", "")  # a host that runs Jekyll would drop _static
    for path in (HEADERS, project.CARD):
        project.write_new(SITE / path.name, path.read_bytes())
    if base := project.base_url():
        project.write_new(SITE / "sitemap.xml", sitemap(base))
        project.write_new(SITE / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n")
    else:
        for name in ("sitemap.xml", "robots.txt"):
            (SITE / name).unlink(missing_ok=True)
