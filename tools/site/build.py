"""`make book`: execute the notebooks, build the editions, put the site together.

The site is `_build/site`: the first page `index.html`, and the editions `en`, `ko` and `both` with the same pages.
An edition is skipped when nothing it is made of has changed, and built by Sphinx's own incremental means when only
notebooks have.

A build may end at any moment, by Ctrl+C, a kill or a failure: the next one finds what is whole and makes the rest anew.
A stamp is removed before that which it speaks of is touched, and written when it is whole; the site, which has none, is
compared with what it is made of, every time. `make twice` tries that (`tools/twice.py`).
"""

import contextlib
import io
import multiprocessing
import os
import shutil
import time
from pathlib import Path

from tools import internals, processes
from tools.project import (
    BOOK,
    BUILD,
    ROOT,
    SITE,
    base_url,
    digest,
    files_below,
    notebooks,
    remove_others,
    repository_url,
    write_new,
)
from tools.site import assets, downloads, fonts, landing, lite, live, offers, publish
from tools.text import execute, figures
from tools.text.words import EDITIONS

TOC = BUILD / "toc.yml"  # of the editions, whose pages stand a folder higher than the notebooks
SPHINX = BUILD / "sphinx"
STAMPS = BUILD / "stamps"
BEGAN = time.monotonic()


def say(message: str) -> None:
    """Print a line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - BEGAN:5.1f} s] {message}", flush=True)


def machinery() -> str:
    """Return a hash of all that shapes the pages but the notebooks."""
    paths = [ROOT / name for name in ("_config.yml", "_toc.yml", "requirements/book.txt", "tools", "site")]
    return digest([*paths, ROOT / "d2lparams" / "view"]) + base_url() + repository_url()


def build_edition(edition: str, folder: str | Path = SPHINX) -> None:
    """Build one edition with Sphinx into a folder of its name. Warnings are errors, all told."""
    settings = {
        "edition": edition,
        "edition_siblings": True,
        "figures_folder": f"../{figures.FOLDER}/",
        "language": "ko" if edition == "ko" else "en",
        "html_baseurl": "",
        "external_toc_path": str(TOC),
        "latex_individualpages": False,
        "html_copy_source": False,  # `tools.site.downloads` has a notebook of the edition
    }
    log = io.StringIO()
    with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
        try:
            internals.build_book(BOOK, Path(folder, edition), settings)
        except (Exception, SystemExit) as error:
            raise SystemExit(f"The edition {edition} did not build:\n{log.getvalue()}{error}") from error


def build_editions(workers: int) -> None:
    """Build the editions whose stamp does not say that they are made of what is there now."""
    machine = machinery()
    pages = digest([BOOK, *map(execute.remembered, notebooks())])
    waiting = []
    for edition in reversed(EDITIONS):  # the bilingual one first: it takes longest
        stamp, built = STAMPS / edition, SPHINX / edition
        known = stamp.read_text(encoding="utf-8").split() if stamp.exists() and built.exists() else []
        if known == [machine, pages]:
            continue
        stamp.unlink(missing_ok=True)
        if known[:1] != [machine]:
            shutil.rmtree(built, ignore_errors=True)
        waiting.append(edition)
    if waiting:
        say(f"building {', '.join(waiting)}")
    os.environ["PYTHONHASHSEED"] = "0"  # the same seed gives the same files, run after run
    # A process of its own for each edition, since Sphinx keeps global state.
    with processes.pool(workers, multiprocessing.get_context("spawn"), tasks=1) as pool:
        for edition, _ in zip(waiting, pool.map(build_edition, waiting), strict=True):
            write_new(STAMPS / edition, f"{machine}\n{pages}\n")
            say(f"built {edition}")


def mirror(built: Path, target: Path) -> None:
    """Make `target` the built edition, less what only Sphinx needs; pages that are as they were stay untouched."""
    others = {built / ".buildinfo", built / "objects.inv", built / "index.html"}  # the last is that of `landing`
    wanted = {target / path.relative_to(built): path for path in files_below(built) if path not in others}
    for copy, path in wanted.items():
        if not offers.alike(copy, path):
            write_new(copy, path.read_bytes())
    remove_others(target, [*wanted, target / "index.html"])


def build_site(workers: int = 2) -> None:
    """Bring `_build/site` up to date, one build at a time."""
    internals.check()
    with assets.alone(BUILD):
        execute.execute_all(say, workers)
        write_new(TOC, (ROOT / "_toc.yml").read_text(encoding="utf-8").replace("book/", ""))
        live.publish()  # first, since pages say how much it loads
        build_editions(workers)
        for edition in EDITIONS:
            mirror(SPHINX / edition / "html", SITE / edition)
        old = offers.publish()
        for part in (landing, publish, fonts, lite, downloads):
            part.publish()
    if old:
        say(f"{len(old)} PDFs or EPUBs are older than their pages, which do not offer them; see make handouts")
    say(f"the site is up to date in {SITE.relative_to(BUILD.parent)}")


if __name__ == "__main__":
    processes.end_at_once()
    build_site()
