"""Serve the built site as a static host would: `python -m tools.site.serve PORT HOST`.

On `localhost` for one's own browser; on `0.0.0.0` for every machine of a room, with the addresses to give out.
"""

import contextlib
import errno
import functools
import http.server
import re
import signal
import socket
import socketserver
import sys
from pathlib import Path
from typing import Any, NoReturn

from tools.project import SITE

ADDRESS = re.compile(r"\d+(\.\d+){3}")  # of HOST nothing else is meant for us: shells and conda keep other things there


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of one folder, quietly, with types of our own: the registry of many a machine calls scripts plain text."""

    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html",
        ".css": "text/css",
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".json": "application/json",
        ".ipynb": "application/json",
        ".wasm": "application/wasm",
        ".whl": "application/octet-stream",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".xml": "application/xml",
        ".woff2": "font/woff2",
        ".pdf": "application/pdf",
        ".epub": "application/epub+zip",
    }

    def end_headers(self) -> None:
        """Ask the browser to check every file again: the next build may have changed it."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing for each request."""


class Server(http.server.ThreadingHTTPServer):
    """A server that asks nobody for its own name, and lets the pages of a room wait rather than refuse them."""

    request_queue_size = 128

    def server_bind(self) -> None:
        """Take the port."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


def server(
    folder: Path, port: int, tries: int = 20, host: str = "127.0.0.1", handler: type[Handler] = Handler
) -> Server:
    """Return a server of `folder` on this machine, at `port` or the next free one; port 0 takes any."""
    for candidate in range(port, port + tries) if port else [0]:
        try:
            return Server((host, candidate), functools.partial(handler, directory=str(folder)))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise SystemExit(f"This machine has no address {host}; HOST=0.0.0.0 takes all that it has") from error
    raise SystemExit(f"Ports {port} to {port + tries - 1} are all taken; name another: make serve PORT=9000")


def own_addresses() -> list[str]:
    """Return this machine's addresses in its networks, the one that leads out first; nothing is sent to find them."""
    found = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect(("192.0.2.1", 9))  # of a network that does not exist: a datagram's socket only looks up the way
        found.append(str(way.getsockname()[0]))
    with contextlib.suppress(OSError):
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [address for address in dict.fromkeys(found) if not address.startswith(("127.", "0."))]


def greeting(host: str, port: int) -> str:
    """Return where the book is, for one's own browser, and for a room the addresses to give out."""
    if host != "0.0.0.0":
        return f"  The book is at  http://{host}:{port}/   (Ctrl+C stops)"
    given = [f"http://{address}:{port}/" for address in own_addresses()]
    lines = [f"  The book is at  http://localhost:{port}/   (Ctrl+C stops)"]
    lines += ["  For the room    " + "\n                  ".join(given)] if given else []
    return "\n".join([*lines, "" if given else "  This machine is in no network, so nobody else can open it."]).rstrip()


def interrupt(number: int, frame: object) -> NoReturn:
    """Stop the main thread, whichever signal asked for it."""
    raise KeyboardInterrupt


def serve(port: int, host: str) -> None:
    """Serve until interrupted or terminated, and say where."""
    # Set here, since a shell starts its background jobs with SIGINT ignored, and Python leaves it so.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    host = host if ADDRESS.fullmatch(host) else "localhost"
    taken = "127.0.0.1" if host == "localhost" else host
    with server(SITE, port, host=taken) as running, contextlib.suppress(KeyboardInterrupt):
        print(f"\n{greeting(host, running.server_port)}\n", flush=True)
        running.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
