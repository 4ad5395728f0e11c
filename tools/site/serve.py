"""Serve the built site on localhost, as a static host would: `python -m tools.site.serve PORT`."""

import contextlib
import functools
import http.server
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from tools.project import SITE


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of one folder, quietly, with the types that in-browser Python asks for."""

    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".json": "application/json",
        ".ipynb": "application/json",
        ".wasm": "application/wasm",
        ".whl": "application/octet-stream",
        ".woff2": "font/woff2",
    }

    def end_headers(self) -> None:
        """Ask the browser to check every file again: the next build may have changed it."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing for each request."""


def server(
    folder: Path, port: int, tries: int = 20, handler: type[Handler] = Handler
) -> http.server.ThreadingHTTPServer:
    """Return a server of `folder` on localhost, at `port` or the next free one; port 0 takes any."""
    for candidate in range(port, port + tries) if port else [0]:
        try:
            return http.server.ThreadingHTTPServer(
                ("127.0.0.1", candidate), functools.partial(handler, directory=str(folder))
            )
        except OSError:
            continue
    raise SystemExit(f"Ports {port} to {port + tries - 1} are all taken; name another: make serve PORT=9000")


def interrupt(number: int, frame: object) -> NoReturn:
    """Stop the main thread, whichever signal asked for it."""
    raise KeyboardInterrupt


def serve(port: int) -> None:
    """Serve until interrupted or terminated, and say where."""
    # Set here, since a shell starts its background jobs with SIGINT ignored, and Python leaves it so.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    with server(SITE, port) as running, contextlib.suppress(KeyboardInterrupt):
        print(f"\n  The book is at  http://localhost:{running.server_address[1]}/   (Ctrl+C stops)\n", flush=True)
        running.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
