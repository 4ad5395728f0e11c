"""`make book` and `make serve`: quick when nothing changed, reachable at the address they print."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from tools.project import ROOT, SITE, documents
from tools.text.words import EDITIONS

BUILD = [sys.executable, "-m", "tools.site.build"]


def test_a_build_with_nothing_changed_takes_under_20_seconds_and_touches_no_page() -> None:
    pages = [SITE / edition / f"{name}.html" for edition in EDITIONS for name in documents()]
    before = [page.stat().st_mtime_ns for page in [*pages, SITE / "index.html"]]
    began = time.monotonic()
    ran = subprocess.run(BUILD, cwd=ROOT, capture_output=True, text=True, check=True)
    assert time.monotonic() - began < 20
    assert "up to date" in ran.stdout
    assert [page.stat().st_mtime_ns for page in [*pages, SITE / "index.html"]] == before


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
            assert running.wait(timeout=20) == 0
        finally:
            running.kill()
