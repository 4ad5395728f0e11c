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

from tools import execute, fonts, lite, live, publish
from tools.editions import EDITIONS
from tools.project import BUILD, ROOT, TITLE, base_url, repository_url

SITE = BUILD / "site"
SPHINX = BUILD / "sphinx"
STAMPS = BUILD / "stamps"
BEGAN = time.monotonic()


def say(message: str) -> None:
    """Print a line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - BEGAN:5.1f} s] {message}", flush=True)


def machinery() -> str:
    """Return a hash of all that shapes the pages but the notebooks."""
    paths = [ROOT / name for name in ("_config.yml", "_toc.yml", "requirements/book.txt", "tools", "site")]
    return execute.digest([*paths, ROOT / "d2lparams" / "view"]) + base_url() + repository_url()


def build_edition(edition: str, folder: Path) -> None:
    """Build one edition with Sphinx into a folder, in this process. Warnings are errors, all shown."""
    from jupyter_book.sphinx import build_sphinx

    overrides = {
        "edition": edition,
        "edition_siblings": True,
        "language": "ko" if edition == "ko" else "en",
        "html_title": TITLE[edition],
        "project": TITLE[edition],
        "html_baseurl": "",
        "external_toc_path": str(execute.STAGE / "_toc.yml"),
        "latex_individualpages": False,
    }
    result = build_sphinx(
        execute.STAGE,
        folder / "html",
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides=overrides,
        doctreedir=folder / "doctrees",
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    if result:
        raise SystemExit(1)


def start_edition(edition: str) -> None:
    """Build one edition in a process of its own, since Sphinx keeps global state."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tools.build", "--edition", edition]
    # The same Python hash seed gives the same files, run after run.
    env = {**os.environ, "PYTHONHASHSEED": "0"}
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
    execute.execute_all(say, workers)
    live.publish(SITE)  # first, since pages say how much it loads
    machine = machinery()
    pages = execute.digest([execute.STAGE])
    waiting = []
    for edition in EDITIONS:
        stamp = STAMPS / edition
        known = stamp.read_text().split() if stamp.exists() and (SITE / edition).exists() else ["", ""]
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
    publish.publish(SITE)
    fonts.publish(SITE)
    lite.publish(SITE)
    STAMPS.mkdir(parents=True, exist_ok=True)
    for edition in waiting:
        (STAMPS / edition).write_text(f"{machine}\n{pages}\n")
    say(f"the site is up to date in {SITE.relative_to(ROOT)}")


def main() -> None:
    """Build, and serve when asked to."""
    parser = argparse.ArgumentParser(prog="python -m tools.build", description=__doc__)
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
        from tools.serve import serve

        serve(SITE, options.port)


if __name__ == "__main__":
    main()
