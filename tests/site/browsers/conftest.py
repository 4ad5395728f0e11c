"""Firefox and WebKit on the built site; each test is run in both, each browser in a process of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import ClassVar

import pytest
from drive import Browser, firefox, webkit
from hosting import Outside, running

BROWSERS = {"firefox": firefox, "webkit": webkit}
MAKERS = (".mozilla.com", ".mozilla.org", ".firefox.com", ".mozgcp.net")  # Firefox asks them on its own account


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., AbstractContextManager[Browser]]]:
    """Return a function that starts a browser for the length of a with block; no page may ask another host."""

    @contextmanager
    def started(name: str, **more: str) -> Iterator[Browser]:
        place: Path = tmp_path_factory.mktemp(name)
        try:
            with BROWSERS[name](place, port, **more) as browser:
                yield browser
        finally:
            print((place / "log").read_text(errors="replace")[-3000:])  # shown where a test fails

    class Elsewhere(Outside):
        asked: ClassVar[list[str]] = []

    with running(Elsewhere) as port:
        yield started
    # An address of http is whole; of https only host and port are seen.
    asked = [address for address in Elsewhere.asked if not re.sub(r"^http://|[:/].*", "", address).endswith(MAKERS)]
    assert not asked, asked


@pytest.fixture(scope="session", params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in BROWSERS])
def browser(request: pytest.FixtureRequest, start: Callable[..., AbstractContextManager[Browser]]) -> Iterator[Browser]:
    """Return Firefox or WebKit."""
    with start(request.param) as browser:
        yield browser
