"""What pages offer of the printed book: PDFs and EPUBs in `handouts/` of the site, and the links that lead there.

`make handouts` prints, which takes a browser and minutes; a build looks at what is there, and takes a moment. A file is
offered as long as all that it was made of is as it was when it was made, so a page never has a link to nothing, nor
one to an older text of itself. The part of a page that offers files is a template of its own, written by Sphinx as if
nothing had been printed, and here once more.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from d2lparams.view.spec import both
from tools.project import BUILD, ROOT, SITE, base_url, digest, documents, files_below, remove_others, write_new
from tools.site import fonts
from tools.text import downloads
from tools.text.numbers import stem
from tools.text.words import EDITIONS, LANGUAGES

PRINTED = BUILD / "handouts"
KNOWN = BUILD / "stamps" / "handouts.json"  # of each printed file what it was made of
FOLDER = "handouts"  # of the site
WHOLE = "book"
VARIANT = "-hints"  # what students write on: the page with hints, and room in the place of solutions
STYLES = ("theme.css", "code.css", "figure.css")
# What shapes a handout beside pages and their styles.
SHAPES = ["tools/handouts", "site/handouts", "tools/site/card.py", "tools/text/words.py"]
SHAPES += ["_toc.yml", "CITATION.cff", "pyproject.toml"]
ARTICLE = re.compile(r"<article>.*</article>", re.S)
BEGIN, END = "<!--downloads-->", "<!--/downloads-->"  # of the part of a page
PAPER = both("PDF to print", "인쇄용 PDF")
ROOM = both("PDF to print, with room for answers", "답을 쓸 자리가 있는 인쇄용 PDF")
BOOK = both("The whole book as an EPUB", "책 전체 EPUB")


@dataclass(frozen=True)
class Offer:
    """A file that is offered: where it is below the folder, its language, what a page calls it, its bytes."""

    file: str
    lang: str
    words: str
    size: int

    @property
    def megabytes(self) -> str:
        """Return its size as a page says it."""
        return f"{max(self.size, 50_000) / 1e6:.1f} MB"


def article(edition: str, name: str) -> str:
    """Return the article of a page of the built site.

    Raises
    ------
    ValueError
        Where the page has none.
    """
    found = ARTICLE.search((SITE / edition / f"{name}.html").read_text(encoding="utf-8"))
    if not found:
        raise ValueError(f"{edition}/{name}.html has no article")
    return found[0]


def paper(name: str, lang: str, variant: str = VARIANT) -> str:
    """Return where the PDF of a page is, or that of the whole book, whose name is `WHOLE`.

    >>> paper(WHOLE, "ko", "-solutions")
    'ko/book-ko-solutions.pdf'
    """
    return f"{lang}/{stem(name)}-{lang}{variant}.pdf"


def ebook(lang: str) -> str:
    """Return where the EPUB of a language is."""
    return f"{lang}/{WHOLE}-{lang}.epub"


def made_of(lang: str, names: Iterable[str]) -> str:
    """Return a hash of all that a handout of some pages in a language is made of."""
    shapes = [*(ROOT / name for name in SHAPES), *(SITE / lang / "_static" / name for name in STYLES)]
    # Of the typeface what all cuts have in common: that another page has a new letter changes nothing here.
    total = hashlib.sha256("\0".join([digest(shapes), fonts.wanted(""), base_url()]).encode())
    for name in names:
        total.update(f"\0{name}\0{article(lang, name)}".encode())
    return total.hexdigest()


def known() -> dict[str, str]:
    """Return what each printed file was made of."""
    said: dict[str, str] = json.loads(KNOWN.read_text(encoding="utf-8")) if KNOWN.exists() else {}
    return said


def fresh(file: str, made: str) -> bool:
    """Return whether a file has been printed, and of what is now there."""
    return (PRINTED / file).exists() and known().get(file) == made


def remember(file: str, made: str) -> None:
    """Write down what a file has been made of; forget files that are gone."""
    said = {name: before for name, before in known().items() if (PRINTED / name).exists()}
    write_new(KNOWN, json.dumps(said | {file: made}, indent=1, sort_keys=True) + "\n")


def wanted() -> dict[str, tuple[str, list[str]]]:
    """Return the files that a whole site offers, each with its language and the pages that it is made of."""
    found = {paper(name, lang): (lang, [name]) for lang in LANGUAGES for name in documents()}
    return found | {ebook(lang): (lang, documents()) for lang in LANGUAGES}


def shown(edition: str, name: str, offered: dict[str, int]) -> list[Offer]:
    """Return what a page offers of these files, of each language of its edition: its PDF, then the book.

    Parameters
    ----------
    edition : `en`, `ko` or `both`.
    name : of the page.
    offered : the bytes of each file that is offered.
    """
    exercises = len(downloads.file_names(name, edition)) > 1
    spoken = [lang for lang in LANGUAGES if edition in (lang, "both")]
    files = [(paper(name, lang), lang, ROOM if exercises else PAPER) for lang in spoken]
    files += [(ebook(lang), lang, BOOK) for lang in spoken]
    return [Offer(file, lang, words[lang], offered[file]) for file, lang, words in files if file in offered]


def apart(page: Path) -> tuple[str, str] | None:
    """Return what a page has before and after the part that offers files, or nothing where it has no such part."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    return (before, after) if begin and end else None


def alike(page: Path, built: Path) -> bool:
    """Return whether a page is what has been built but for what it offers, so that it need not be written."""
    return page.suffix == ".html" and page.exists() and (said := apart(page)) is not None and said == apart(built)


def part(edition: str, name: str, handouts: list[Offer]) -> str:
    """Return the part of a page that offers files."""
    places = [ROOT / "site" / "theme" / "d2l"]
    template = Environment(loader=FileSystemLoader(places), autoescape=True).get_template("downloads.html")
    offered = downloads.offered(name, edition)
    notebook = next(iter(offered["downloads"]), "")
    return template.render(edition=edition, handouts=handouts, folder=f"../{FOLDER}/", notebook=notebook, **offered)


def publish() -> list[str]:
    """Lay what is printed of today's pages beside them, and lead pages there and nowhere else; return what is old."""
    printed = {file: of for file, of in wanted().items() if (PRINTED / file).exists()}
    kept = [file for file, of in printed.items() if fresh(file, made_of(*of))]
    for file in kept:
        write_new(SITE / FOLDER / file, (PRINTED / file).read_bytes())
    remove_others(SITE / FOLDER, [SITE / FOLDER / file for file in kept])
    offered = there()
    for edition, name in product(EDITIONS, documents()):
        page = SITE / edition / f"{name}.html"
        if around := apart(page):
            write_new(page, part(edition, name, shown(edition, name, offered)).join(around))
    return sorted(set(printed) - set(kept))


def there() -> dict[str, int]:
    """Return the files that the site offers, each with its bytes."""
    folder = SITE / FOLDER
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files_below(folder)}
