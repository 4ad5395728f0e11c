"""`make book` and `make serve`: execute the notebooks, build the editions, put the site together, serve it.

The site is `_build/site`: the chooser page `index.html`, and the editions `en`, `ko` and `both` with the same pages.
An edition is skipped when nothing it is made of has changed, and built by Sphinx's own incremental means when only
notebooks have.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import internals
from tools.project import BOOK, BUILD, ROOT, SITE, base_url, digest, notebooks, repository_url, write_new
from tools.site import fonts, lite, live, publish
from tools.text import execute
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


def build_edition(edition: str, folder: Path) -> None:
    """Build one edition with Sphinx into a folder, in this process. Warnings are errors, all shown."""
    settings = {
        "edition": edition,
        "edition_siblings": True,
        "language": "ko" if edition == "ko" else "en",
        "html_baseurl": "",
        "external_toc_path": str(TOC),
        "latex_individualpages": False,
    }
    internals.build_book(BOOK, folder, settings)


def start_edition(edition: str) -> None:
    """Build one edition in a process of its own, since Sphinx keeps global state."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tools.site.build", "--edition", edition]
    # The same Python hash seed gives the same files, run after run.
    env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:  # not a pipe: a file never keeps us waiting
        ran = subprocess.run(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
        log.seek(0)
        if ran.returncode:
            raise SystemExit(f"The edition {edition} did not build:\n{log.read()}")
    say(f"built {edition} in {time.monotonic() - began:.0f} s")


def mirror(built: Path, target: Path) -> None:
    """Make `target` the built edition, less what only Sphinx needs."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(built, target, ignore=shutil.ignore_patterns(".buildinfo", ".doctrees", "objects.inv"))


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
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(start_edition, waiting))
    for edition in waiting:
        mirror(SPHINX / edition / "html", SITE / edition)
    publish.publish()
    fonts.publish()
    lite.publish()
    for edition in waiting:
        write_new(STAMPS / edition, f"{machine}\n{pages}\n")
    say(f"the site is up to date in {SITE.relative_to(ROOT)}")


def main() -> None:
    """Build, and serve when asked to."""
    parser = argparse.ArgumentParser(prog="python -m tools.site.build", description=__doc__)
    parser.add_argument("--serve", action="store_true", help="serve the site on localhost")
    parser.add_argument("--port", type=int, default=8000, help="the first port to try")
    parser.add_argument("--edition", choices=EDITIONS, help="build just this edition from the executed notebooks")
    parser.add_argument("--to", type=Path, help="where the edition goes")
    options = parser.parse_args()
    if options.edition:
        build_edition(options.edition, options.to or SPHINX / options.edition)
        return
    build_site()
    if options.serve:
        from tools.site.serve import serve

        serve(SITE, options.port)


if __name__ == "__main__":
    main()
