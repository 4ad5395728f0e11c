"""Drive Firefox and WebKit as Debian packages them, with the standard library alone.

Both understand the commands of W3C WebDriver: WebKitWebDriver over HTTP, Firefox over a socket, as Marionette. Each has
a profile of its own, with nothing in it, and sends all that is not for this machine to a proxy.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from patience import PATIENCE

from tools import browser as browsers

# The commands that are used: as HTTP has them, and as Marionette calls them.
COMMANDS = {
    "go": ("POST", "url", "Navigate"),
    "script": ("POST", "execute/sync", "ExecuteScript"),
    "find": ("POST", "element", "FindElement"),
    "click": ("POST", "element/{id}/click", "ElementClick"),
    "type": ("POST", "element/{id}/value", "ElementSendKeys"),
    "open": ("POST", "window/new", "NewWindow"),
    "windows": ("GET", "window/handles", "GetWindowHandles"),
    "look": ("POST", "window", "SwitchToWindow"),
    "close": ("DELETE", "window", "CloseWindow"),
    "limits": ("POST", "timeouts", "SetTimeouts"),
    "resize": ("POST", "window/rect", "SetWindowRect"),
    "photograph": ("GET", "screenshot", "TakeScreenshot"),
}
PREFERENCES = """
user_pref("marionette.port", 0);
user_pref("services.settings.server", "data:,");
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1"); user_pref("network.proxy.http_port", {proxy});
user_pref("network.proxy.ssl", "127.0.0.1"); user_pref("network.proxy.ssl_port", {proxy});
"""


class Fault(Exception):
    """What a browser answers when it cannot do what it is told."""


def wait(what: Callable[[], Any], words: str) -> Any:
    """Return what a function returns as soon as that is true."""
    limit = time.monotonic() + PATIENCE
    while not (found := what()):
        if time.monotonic() > limit:
            raise Fault(f"waited in vain: {words}")
        time.sleep(0.05)
    return found


class Browser:
    """A browser with some tabs, of which it looks at one; `send` is how one of them is told."""

    def __init__(self, send: Callable[..., Any]) -> None:
        self.send = send
        self.send("limits", {"script": PATIENCE * 1000, "pageLoad": PATIENCE * 1000})

    def go(self, address: str) -> None:
        """Open a page in the tab, and wait until it is loaded with its fonts."""
        self.send("go", {"url": address})
        self.until("document.fonts.status === 'loaded'")

    def script(self, code: str, *given: Any) -> Any:
        """Return what the body of a function returns in the page."""
        return self.send("script", {"script": code, "args": list(given)})

    def ask(self, expression: str, *given: Any) -> Any:
        """Return what an expression is in the page."""
        return self.script(f"return ({expression})", *given)

    def until(self, expression: str, *given: Any) -> Any:
        """Return what an expression is in the page once it is true."""
        return wait(lambda: self.ask(expression, *given), expression)

    def find(self, selector: str) -> str:
        """Return the name by which the browser knows an element."""
        (name,) = self.send("find", {"using": "css selector", "value": selector}).values()
        return str(name)

    def click(self, selector: str) -> None:
        """Press an element with the mouse."""
        self.send("click", {"id": self.find(selector)})

    def type(self, selector: str, keys: str) -> None:
        """Type into an element."""
        self.send("type", {"id": self.find(selector), "text": keys})

    def open(self) -> str:
        """Open a tab and look at it; return its name."""
        self.look(name := self.send("open", {"type": "tab"})["handle"])
        return str(name)

    def look(self, name: str) -> None:
        """Look at another tab."""
        self.send("look", {"handle": name})

    def close(self) -> None:
        """Close the tab."""
        self.send("close", {})

    def photograph(self, file: Path) -> None:
        """Write what is seen of the page into a PNG file."""
        file.write_bytes(b64decode(self.send("photograph", {})))


@contextmanager
def started(command: list[str], place: Path, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program with a home of its own for the length of a with block; all that it has started ends with it."""
    environment = {**os.environ, "HOME": str(place), "XDG_RUNTIME_DIR": str(place)} | more.pop("env", {})
    with (
        (place / "log").open("ab") as log,
        subprocess.Popen(command, env=environment, start_new_session=True, stderr=log, **more) as program,
    ):
        try:
            yield program
        finally:
            os.killpg(program.pid, signal.SIGKILL)


@contextmanager
def firefox(place: Path, proxy: int, preferences: str = "") -> Iterator[Browser]:
    """Yield a Firefox."""
    (place / "user.js").write_text(PREFERENCES.format(proxy=proxy) + preferences, encoding="utf-8")
    options = ["--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", str(place)]
    port = place / "MarionetteActivePort"
    with started([browsers.other("firefox"), *options], place) as program:
        wait(lambda: program.poll() is not None or (port.exists() and port.read_text()), "Firefox")
        with (
            socket.create_connection(("127.0.0.1", int(port.read_text())), PATIENCE) as line,
            line.makefile("rb") as ear,
        ):

            def told() -> Any:
                length = b""
                while (byte := ear.read(1)) != b":":
                    length += byte
                return json.loads(ear.read(int(length)))

            def send(name: str, given: dict[str, Any]) -> Any:
                known = f"WebDriver:{COMMANDS[name][2]}" if name in COMMANDS else name
                text = json.dumps([0, 1, known, given]).encode()
                line.sendall(b"%d:%s" % (len(text), text))
                _, _, error, result = told()
                if error:
                    raise Fault(f"{error['error']}: {error['message']}")
                return result["value"] if set(result or ()) == {"value"} else result

            told()  # who it is
            send("WebDriver:NewSession", {})
            yield Browser(send)


@contextmanager
def webkit(place: Path, proxy: int) -> Iterator[Browser]:
    """Yield a MiniBrowser, which has all of WebKitGTK in the plainest frame, on a screen that nobody sees."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    screen = [browsers.other("Xvfb"), "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with started(screen, place, stdout=subprocess.PIPE) as server:
        display = {"DISPLAY": f":{server.stdout.readline().decode().strip()}"}
        with started([browsers.other("WebKitWebDriver"), f"--port={port}"], place, env=display):

            def call(method: str, path: str, given: dict[str, Any]) -> Any:
                data = None if method == "GET" else json.dumps(given).encode()
                request = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", data, method=method)
                try:
                    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                        return json.load(answer)["value"]
                except urllib.error.HTTPError as error:
                    raise Fault(json.load(error)["value"]) from None

            wait(lambda: up(port), "WebKitWebDriver")
            options = {
                "binary": browsers.other("MiniBrowser"),
                "args": ["--automation", f"--proxy=http://127.0.0.1:{proxy}", "--ignore-host=localhost"],
            }
            wanted = {"webkitgtk:browserOptions": options}
            session = call("POST", "session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

            def send(name: str, given: dict[str, Any]) -> Any:
                method, path, _ = COMMANDS[name]
                return call(method, f"session/{session}/{path.format(**given)}", given)

            yield Browser(send)


def up(port: int) -> bool:
    """Return whether somebody listens at a port."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
