"""A build that is ended at any moment starts again cleanly: the stages of the site with small parts, killed midway.

The whole thing, with Sphinx, JupyterLite and the notebooks, is `make twice ARGS=interrupted`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from patience import PATIENCE

from tools.project import ROOT, files_below

BUILD = [sys.executable, str(Path(__file__).with_name("small_build.py"))]
# A file of each stage, in the order of the build. Stamps are files as well: an empty one says nothing.
MOMENTS = (
    "cache/outputs/*.new",
    "toc.yml",
    "site/live/pyodide/1.txt",
    "site/live/1.txt",
    "stamps/ko",  # before any file of the last edition, whose worker may be slower than the one that writes it
    "sphinx/en/html/1.txt",
    "site/ko/_static/*",
    "site/en/index.html",
    "site/figures/2.txt",
    "site/fonts/hangul.css",
    "stamps/fonts",
    "lite-*/built/lab/index.html",
    "lite-*/versions.txt",
    "site/lite/lab/index.html",
    "site/lite/api/contents/all.json",
    "site/notebooks/2.txt",
)


def run(folder: Path, *pattern: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*BUILD, str(folder), *pattern], cwd=ROOT, capture_output=True, text=True)


def contents(folder: Path) -> dict[str, bytes]:
    site = folder / "site"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files_below(site)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build that nothing ended."""
    folder = tmp_path_factory.mktemp("whole")
    ran = run(folder)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture(scope="module")
def wanted(whole: Path) -> dict[str, bytes]:
    return contents(whole)


def test_a_build_that_was_killed_in_every_stage_ends_as_one_that_was_not(
    wanted: dict[str, bytes], tmp_path: Path
) -> None:
    ran = run(tmp_path, *MOMENTS)
    assert ran.returncode == 0, ran.stderr
    assert contents(tmp_path) == wanted
    assert not list(tmp_path.glob("lite-*"))


def test_what_is_missing_or_damaged_in_the_site_comes_back(
    whole: Path, wanted: dict[str, bytes], tmp_path: Path
) -> None:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    site = tmp_path / "site"
    for name in ("en/preface.html", "lite/lab/index.html", "fonts/latin.css", "index.html"):
        (site / name).unlink()
    for name in ("ko/preface.html", "lite/0.txt", "notebooks/1.txt", "live/1.txt"):
        (site / name).write_bytes(b"half")
    (site / "lite" / "left.txt").write_bytes(b"from another version")
    assert run(tmp_path).returncode == 0
    assert contents(tmp_path) == wanted


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_its_build(tmp_path: Path, by: signal.Signals) -> None:
    command = [*BUILD, str(tmp_path), "wait"]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background hears none
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        while len(found := list(tmp_path.glob("*.pid"))) < 2 or not all(path.read_text() for path in found):
            assert running.poll() is None, running.communicate()[1]
            time.sleep(0.01)
        os.killpg(running.pid, by) if by == signal.SIGINT else os.kill(running.pid, by)
        assert running.wait(timeout=PATIENCE) == (130 if by == signal.SIGINT else -by)
        said = running.communicate(timeout=PATIENCE)[1]  # when the last process that holds it has ended
    assert ("Interrupted: what is done is kept" in said) == (by == signal.SIGINT)
    assert "Traceback" not in said
