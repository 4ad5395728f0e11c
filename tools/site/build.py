"""`make book`: execute the notebooks, build the editions, put the site together.

The site is `_build/site`: the first page `index.html`, and the editions `en`, `ko` and `both` with the same pages.
An edition is skipped when nothing it is made of has changed, and built by Sphinx's own incremental means when only
notebooks have.
"""

import contextlib
import io
import multiprocessing
import os
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tools import internals
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
from tools.site import downloads, fonts, landing, lite, live, offers, publish
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


def mirror(built: Path, target: Path) -> None:
    """Make `target` the built edition, less what only Sphinx needs; pages that are as they were stay untouched."""
    paths = (path for path in files_below(built) if path.name not in (".buildinfo", "objects.inv"))
    wanted = {target / path.relative_to(built): path for path in paths}
    for copy, path in wanted.items():
        write_new(copy, path.read_bytes())
    remove_others(target, wanted)


def build_site(workers: int = 2) -> None:
    """Bring `_build/site` up to date."""
    internals.check()
    execute.execute_all(say, workers)
    write_new(TOC, (ROOT / "_toc.yml").read_text(encoding="utf-8").replace("book/", ""))
    live.publish()  # first, since pages say how much it loads
    machine = machinery()
    pages = digest([BOOK, *map(execute.remembered, notebooks())])
    waiting = []
    for edition in EDITIONS:
        stamp = STAMPS / edition
        known = stamp.read_text(encoding="utf-8").split() if stamp.exists() and (SITE / edition).exists() else ["", ""]
        if known == [machine, pages]:
            continue
        if known[0] != machine:
            shutil.rmtree(SPHINX / edition, ignore_errors=True)
        stamp.unlink(missing_ok=True)
        waiting.append(edition)
    if waiting:
        say(f"building {', '.join(waiting)}")
    os.environ["PYTHONHASHSEED"] = "0"  # the same seed gives the same files, run after run
    # A process of its own for each edition, since Sphinx keeps global state.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=fresh, max_tasks_per_child=1) as pool:
        for edition, _ in zip(waiting, pool.map(build_edition, waiting), strict=True):
            say(f"built {edition}")
    for edition in waiting:
        mirror(SPHINX / edition / "html", SITE / edition)
    if old := offers.publish():
        say(f"{len(old)} PDFs or EPUBs are older than their pages, which do not offer them; see make handouts")
    landing.publish()
    publish.publish()
    fonts.publish()
    lite.publish()
    downloads.publish()
    for edition in waiting:
        write_new(STAMPS / edition, f"{machine}\n{pages}\n")
    say(f"the site is up to date in {SITE.relative_to(ROOT)}")


if __name__ == "__main__":
    build_site()
