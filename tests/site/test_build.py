"""`make book` and `make serve`: no work when nothing changed, reachable at the address they print."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from patience import PATIENCE

from tools.project import ROOT, SITE, documents
from tools.text.execute import CACHE
from tools.text.words import EDITIONS

BUILD = [sys.executable, "-m", "tools.site.build"]


def times() -> dict[Path, int]:
    """Return when each file of the site, and the outputs it is made of, was written."""
    files = [path for folder in (SITE, CACHE) for path in folder.rglob("*") if path.is_file()]
    return {path: path.stat().st_mtime_ns for path in files}


def test_a_build_with_nothing_changed_executes_nothing_builds_nothing_and_touches_no_file() -> None:
    before = times()
    ran = subprocess.run(BUILD, cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"\[ *[\d.]+ s\] the site is up to date in \S+\n", ran.stdout)
    assert times() == before
    assert {SITE / edition / f"{name}.html" for edition in EDITIONS for name in documents()} < set(before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupted", "terminated"])
def test_serve_prints_the_address_of_the_book_and_stops(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tools", "serve"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PORT": "8765"}
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as in a shell's background job; it is inherited
    try:
        running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment)
    finally:
        signal.signal(signal.SIGINT, before)
    with running:
        try:
            assert running.stdout is not None
            address = next(m[0] for line in running.stdout if (m := re.search(r"http://localhost:\d+/", line)))
            for path in ("", *(f"{edition}/{documents()[0]}.html" for edition in EDITIONS)):
                with urllib.request.urlopen(address + path) as answer:
                    assert answer.status == 200
            running.send_signal(number)
            assert running.wait(timeout=PATIENCE) == 0
        finally:
            running.kill()
