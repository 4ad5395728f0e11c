"""The Python of "Run this page": one IPython session in the browser that speaks in plain dictionaries.

`worker.js` starts it inside Pyodide; under CPython it runs too, which is how the unit tests drive it.  A message is
what a notebook would store (`stream`, `display_data`, `execute_result`, `error`, `clear_output`) or what a
widget says (`comm_open`, `comm_msg`, `comm_close`), each with the client (the open page) and the cell it belongs to.
All pages of a visit share one interpreter; every notebook has variables of its own in it.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import io
import json
import logging
import os
import re
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator
from typing import Any

import comm
from comm.base_comm import BaseComm, CommManager
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from d2lparams import view

Message = dict[str, Any]
Cell = tuple[int, str]  # the client it belongs to, and its name there
CELL_FILE = re.compile(r"<ipython-input-(\d+)-")
FLUSH = 0.05  # seconds: a long cell shows what it prints while it runs


class Stream(io.TextIOBase):
    """Standard output or error: text goes to the page in pieces, not word by word."""

    def __init__(self, name: str, session: Session) -> None:
        self.stream, self.session, self.waiting, self.since = name, session, "", 0.0

    def writable(self) -> bool:
        """Return that this can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep the text, and send what waits when it has waited long enough."""
        now = time.monotonic()
        self.since = self.since if self.waiting else now
        self.waiting += str(text)
        if now - self.since > FLUSH:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what waits."""
        text, self.waiting = self.waiting, ""
        if text:
            self.session.show({"output_type": "stream", "name": self.stream, "text": text})


class Hook(DisplayHook):
    """The value of a cell's last line becomes an `execute_result`."""

    def start_displayhook(self) -> None:
        """Print no prompt."""

    def write_output_prompt(self) -> None:
        """Print no prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        """Send the value in all its forms."""
        self.shell.session.bundle("execute_result", format_dict, md_dict)

    def finish_displayhook(self) -> None:
        """Print no blank line."""


class Publisher(DisplayPublisher):
    """`display(...)` becomes a `display_data`."""

    def publish(self, data: dict[str, Any], metadata: dict[str, Any] | None = None, **more: Any) -> None:
        """Send an object in all its forms."""
        self.shell.session.bundle("display_data", data, metadata)

    def clear_output(self, wait: bool = False) -> None:
        """Ask the page to remove what the cell has shown; it does so when the next output comes, if it is to wait."""
        self.shell.session.show({"output_type": "clear_output", "wait": wait})


class Shell(InteractiveShell):
    """IPython without a terminal."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: a page has no event loop of its own to offer."""

    def _showtraceback(self, etype: type, evalue: Any, stb: list[str]) -> None:
        self.session.show(report(evalue, stb))


class Comm(BaseComm):
    """A widget's line to the page."""

    session: Session

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        """Send a message of this comm."""
        content = {"comm_id": self.comm_id, "data": data or {}, **keys}
        if msg_type == "comm_open":
            self.session.opened[self.comm_id] = self.session.cell
        self.session.send({"type": msg_type, "content": content, "metadata": metadata or {}, "buffers": buffers or []})


def frames(error: BaseException, limit: int = 4) -> list[str]:
    """Return where an error passed through the reader's own cells, innermost last."""
    found = []
    for frame in traceback.extract_tb(error.__traceback__):
        if CELL_FILE.match(frame.filename):
            inside = f" in {frame.name}" if frame.name != "<module>" else ""
            found.append(f"line {frame.lineno}{inside}:  {frame.line}".rstrip(": "))
    return found[-limit:]


def report(error: BaseException, stb: list[str]) -> Message:
    """Return an error as an output: its name, its words, the reader's own lines, and the whole traceback."""
    whole = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(stb))
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": str(error),
        "lines": [] if isinstance(error, SyntaxError) else frames(error),
        "traceback": [whole],
    }


def no_keyboard(prompt: str = "") -> str:
    """Stand for `input`, which a page cannot offer."""
    raise RuntimeError(
        f"input({prompt!r}) needs a line of text, and a page has no place for one: set a variable instead."
    )


class Session:
    """One interpreter, with a namespace for every notebook, and its widgets.

    Parameters
    ----------
    post : callable
        Takes each message, a dict of plain values; widget messages may hold `bytes`.
    """

    def __init__(self, post: Callable[[Message], None]) -> None:
        self.post = post
        self.cell: Cell = (0, "")
        self.opened: dict[str, Cell] = {}
        self.notebooks: dict[str, types.ModuleType] = {}
        self.captures: list[Any] = []
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        os.environ["JUPYTER_WIDGETS_ECHO"] = "0"  # a page is alone with its widgets
        settings = Config({"HistoryManager": {"enabled": False}})
        Shell.displayhook_class, Shell.display_pub_class = Hook, Publisher
        Shell.session = self
        self.shell = Shell.instance(config=settings)
        self.streams = Stream("stdout", self), Stream("stderr", self)
        Comm.session = self
        self.manager = CommManager()
        comm.create_comm = lambda *args, **keys: Comm(*args, **keys)
        comm.get_comm_manager = lambda: self.manager
        self._capture_outputs()

    def send(self, message: Message) -> None:
        """Send a message for the current cell, after all that was printed before it."""
        for stream in self.streams:
            if stream.waiting:
                stream.flush()
        client, cell = self.cell
        self.post({"client": client, "cell": cell, **message})

    def show(self, output: Message) -> None:
        """Send an output, or give it to the `Output` widget that captures it."""
        if self.captures:
            kept = () if output["output_type"] == "clear_output" else (*self.captures[-1].outputs, output)
            self.captures[-1].outputs = kept
        else:
            self.send({"type": "output", "output": output})

    def bundle(self, kind: str, data: dict[str, Any], metadata: dict[str, Any] | None) -> None:
        """Send the forms of an object; pictures as text, as notebooks store them."""
        plain = {
            mime: base64.b64encode(form).decode() if isinstance(form, bytes) else form for mime, form in data.items()
        }
        self.show({"output_type": kind, "data": plain, "metadata": metadata or {}})

    def _capture_outputs(self) -> None:
        """Let `with Output():`, and with it `interact`, collect what is shown inside, as a notebook does."""
        import ipywidgets

        def enter(output: Any) -> Any:
            self.captures.append(output)
            return output

        def leave(output: Any, etype: Any, evalue: Any, tb: Any) -> bool:
            for stream in self.streams:
                stream.flush()
            if etype is not None:
                self.shell.showtraceback((etype, evalue, tb), tb_offset=0)
            self.captures.remove(output)
            return True

        ipywidgets.Output.__enter__, ipywidgets.Output.__exit__ = enter, leave

    @contextlib.contextmanager
    def speaking(self, cell: Cell) -> Iterator[None]:
        """Let what is printed belong to a cell."""
        self.cell = cell
        kept = sys.stdout, sys.stderr, builtins.input
        sys.stdout, sys.stderr, builtins.input = *self.streams, no_keyboard
        try:
            yield
        finally:
            for stream in self.streams:
                stream.flush()
            sys.stdout, sys.stderr, builtins.input = kept

    def enter(self, notebook: str) -> None:
        """Make the variables of a notebook the current ones."""
        known = notebook in self.notebooks
        module = self.notebooks.setdefault(notebook, types.ModuleType("__main__"))
        sys.modules["__main__"] = module
        self.shell.user_module, self.shell.user_ns = module, module.__dict__
        if not known:
            self.shell.init_user_ns()

    async def execute(self, client: int, notebook: str, language: str, cell: str, code: str) -> bool:
        """Run the code of a cell; return whether it went without an error."""
        self.enter(notebook)
        view.set_language(language)
        with self.speaking((client, cell)):
            try:
                transformed, fault = self.shell.transform_cell(code), None
            except Exception:
                transformed, fault = code, sys.exc_info()
            result = await self.shell.run_cell_async(
                code, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=fault, cell_id=cell
            )
            self.shell.events.trigger("post_execute")
            return bool(result.success)

    def hear(self, client: int, kind: str, text: str, buffers: list[Any]) -> None:
        """Take a message of a widget, its content as JSON; its callbacks print into the cell that made it."""
        content = json.loads(text)
        with self.speaking(self.opened.get(content["comm_id"], (client, ""))):
            try:
                handle = self.manager.comm_msg if kind == "comm_msg" else self.manager.comm_close
                handle(None, "", {"content": content, "buffers": buffers, "metadata": {}})
                self.shell.events.trigger("post_execute")
            except Exception:
                self.shell.showtraceback()


async def boot(post: Callable[[int, str, Any], None]) -> Session:
    """Start a session inside Pyodide, warm: the first cell of a reader pays for no import.

    Parameters
    ----------
    post : callable
        Takes the number of the client, a message as JSON, and its buffers.
    """
    from pyodide.ffi import to_js

    def send(message: Message) -> None:
        # Text, since a None must arrive as null; what a widget sends as bytes travels beside it.
        buffers = to_js([bytes(buffer) for buffer in message.pop("buffers", ())])
        post(message["client"], json.dumps(message), buffers)

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    os.makedirs(os.environ["HOME"], exist_ok=True)
    os.chdir(os.environ["HOME"])
    session = Session(send)
    await session.execute(0, "", "both", "", "from d2lparams.view import widget")
    return session
