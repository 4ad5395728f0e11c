"""A host as the tests need it: the site under a sub-path, with the policy of `_headers`, and an outside that refuses.

It has gates too, addresses that answer when a test says so: a cell that asks one lasts as long as the test needs.
The browser sends all that is not for this machine to `Outside`, which writes down who was asked and refuses: workers
are watched that way too, which a page's own events do not tell of.
"""

from __future__ import annotations

import fnmatch
import functools
import http.server
import itertools
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import urlsplit

from patience import PATIENCE

from tools.project import SITE
from tools.site.publish import HEADERS
from tools.site.serve import Handler

# What Chromium asks of its maker on its own account, whatever page is open.
BROWSERS_OWN = (
    "accounts.google.com",
    "android.clients.google.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "redirector.gvt1.com",
    "safebrowsing.googleapis.com",
    "update.googleapis.com",
    "www.google.com",
)
PREFIX = "/courses/d2lparams"  # a site often stands in a folder of a host


@functools.cache
def header_rules() -> list[tuple[str, str, str]]:
    """Return what `site/_headers` asks of hosts: patterns of paths, names and values."""
    rules, pattern = [], ""
    for line in HEADERS.read_text(encoding="utf-8").splitlines():
        if line.startswith("/"):
            pattern = line.strip()
        elif line.strip() and not line.startswith("#"):
            name, _, value = line.strip().partition(": ")
            rules.append((pattern, name, value))
    return rules


def headers(path: str) -> list[tuple[str, str]]:
    """Return the response headers for a path of the site."""
    return [(name, value) for pattern, name, value in header_rules() if fnmatch.fnmatchcase(path, pattern)]


class Gate:
    """An address of the host at which the code of a cell waits, as deaf as in a call into C, until the gate is opened.

    Attributes
    ----------
    code : str
        The line of a cell that asks the gate and waits.
    knocks : int
        How often it was asked.
    reached, opened : threading.Event
    """

    numbers: ClassVar[Iterator[int]] = itertools.count(1)
    known: ClassVar[dict[str, Gate]] = {}

    def __init__(self) -> None:
        path = f"{PREFIX}/gate/{next(self.numbers)}"
        self.known[path] = self
        self.code = f"from js import XMLHttpRequest; x = XMLHttpRequest.new(); x.open('GET', '{path}', False); x.send()"
        self.knocks, self.reached, self.opened = 0, threading.Event(), threading.Event()

    def knock(self) -> None:
        """Wait until the gate is open."""
        self.knocks += 1
        self.reached.set()
        self.opened.wait(PATIENCE)


class Host(Handler):
    """The site below `PREFIX`; it knows what was asked for, has gates, and can lose files."""

    asked: ClassVar[list[str]] = []
    lost: ClassVar[set[str]] = set()

    def do_GET(self) -> None:
        """Answer a request for a file that is neither elsewhere nor lost; at a gate, when it is opened."""
        if self.path in Gate.known:
            Gate.known[self.path].knock()
            self.send_response(204)
            self.end_headers()
            return
        self.asked.append(self.path)
        if not self.path.startswith(f"{PREFIX}/") or any(fnmatch.fnmatch(self.path, name) for name in self.lost):
            self.send_error(404)
        else:
            super().do_GET()

    def translate_path(self, path: str) -> str:
        """Return the file of an address."""
        return super().translate_path(path.removeprefix(PREFIX))

    def end_headers(self) -> None:
        """Send what `_headers` says about the path."""
        for name, value in headers(self.path.removeprefix(PREFIX)):
            self.send_header(name, value)
        super().end_headers()


class Outside(socketserver.StreamRequestHandler):
    """All other hosts: whoever asks for one is noted and refused."""

    asked: ClassVar[list[str]] = []

    def handle(self) -> None:
        """Note the address and refuse."""
        request = self.rfile.readline().decode("latin-1").split()
        if not request:
            return  # a connection that the browser opened ahead and did not use: it asked for nobody
        _method, address, *_ = [*request, ""]
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
        if host not in BROWSERS_OWN:
            self.asked.append(address)
        self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


class Server(http.server.ThreadingHTTPServer):
    """A server at which the requests of several pages may wait; of more than five, the custom, some would come late."""

    request_queue_size = 128


@contextmanager
def running(handler: Any) -> Iterator[int]:
    """Run a server for the length of a with block; yield its port."""
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()


@contextmanager
def hosted() -> Iterator[str]:
    """Serve the built site; yield its address, with a slash at the end."""
    with running(functools.partial(Host, directory=str(SITE))) as port:
        yield f"http://localhost:{port}{PREFIX}/"
