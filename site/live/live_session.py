"""The Python of "Run this page": one IPython session in the browser that speaks in plain dictionaries.

`worker.js` starts it inside Pyodide; under CPython it runs too, which is how the unit tests drive it.  A message is
what a notebook would store (`stream`, `display_data`, `execute_result`, `error`, `clear_output`) or what a
widget says (`comm_open`, `comm_msg`, `comm_close`), each with the client (the open page) and the cell it belongs to.
All pages of a visit share one interpreter; every notebook has variables of its own in it.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import json
import logging
import os
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import comm
import ipywidgets
from comm.base_comm import CommManager
from ipywidgets.widgets.widget import _instances as WIDGETS  # by the name of their comm
from live_shell import MOST, Comm, Hook, Message, Publisher, Shell, Stream, encode, no_keyboard
from traitlets.config import Config

from d2lparams import view

Cell = tuple[int, str]  # the client it belongs to, and its name there
SETTINGS = Config(
    {"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor", "display_page": True}}
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
        self.room = MOST
        self.task: asyncio.Task[Any] | None = None
        self.opened: dict[str, Cell] = {}
        self.notebooks: dict[str, types.ModuleType] = {}
        self.captures: list[Any] = []
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        os.environ["JUPYTER_WIDGETS_ECHO"] = "0"  # a page is alone with its widgets
        Shell.displayhook_class, Shell.display_pub_class = Hook, Publisher
        Shell.session = Comm.session = self
        self.shell = Shell.instance(config=SETTINGS)
        self.streams = Stream("stdout", self), Stream("stderr", self)
        self.manager = CommManager()
        comm.create_comm = lambda *args, **keys: Comm(*args, **keys)
        comm.get_comm_manager = lambda: self.manager
        ipywidgets.Output.__enter__, ipywidgets.Output.__exit__ = self._capturing()

    def flush(self) -> None:
        """Send all that was printed."""
        for stream in self.streams:
            stream.flush()

    def send(self, message: Message) -> None:
        """Send a message for the current cell, after all that was printed before it."""
        self.flush()
        client, cell = self.cell
        self.post({"client": client, "cell": cell, **message})

    def show(self, output: Message) -> None:
        """Send an output, or give it to the `Output` widget that captures it."""
        if not self.captures:
            self.send({"type": "output", "output": output})
            return
        if output["output_type"] != "stream":
            self.flush()
        kept = () if output["output_type"] == "clear_output" else (*self.captures[-1].outputs, output)
        self.captures[-1].outputs = kept

    def _capturing(self) -> tuple[Callable[..., Any], Callable[..., bool]]:
        """Return how `with Output():`, and with it `interact`, collects what is shown inside, as a notebook does."""

        def enter(output: Any) -> Any:
            self.flush()
            self.captures.append(output)
            return output

        def leave(output: Any, etype: Any, evalue: Any, tb: Any) -> bool:
            failed = etype is not None and issubclass(etype, Exception)  # an interruption is not for the widget
            if failed:
                self.shell.showtraceback((etype, evalue, tb), tb_offset=0)
            self.flush()
            self.captures.remove(output)
            return failed

        return enter, leave

    @contextlib.contextmanager
    def speaking(self, cell: Cell) -> Iterator[None]:
        """Let what is printed belong to a cell."""
        self.cell, self.room = cell, MOST
        kept = sys.stdout, sys.stderr, builtins.input
        sys.stdout, sys.stderr, builtins.input = *self.streams, no_keyboard
        try:
            yield
        finally:
            self.flush()
            self.captures.clear()  # a cell that was stopped inside one must not lend it to the next
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
        self.task = asyncio.current_task()
        with self.speaking((client, cell)):
            try:
                transformed, fault = self.shell.transform_cell(code), None
            except Exception:
                transformed, fault = code, sys.exc_info()
            result = await self.shell.run_cell_async(
                code, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=fault, cell_id=cell
            )
            self.task = None
            self.shell.events.trigger("post_execute")
            return bool(result.success)

    def stop(self, client: int) -> None:
        """End the cell of a client that waits in an `await`; one that computes is stopped by the worker."""
        if self.task and self.cell[0] == client:
            self.task.cancel()

    def register(self, line: Comm) -> None:
        """Remember which cell a widget belongs to: it prints there."""
        self.opened[line.comm_id] = self.cell

    def hear(self, client: int, kind: str, text: str, buffers: list[Any]) -> None:
        """Take a message of a widget, its content as JSON; its callbacks print into the cell that made it."""
        content = json.loads(text)
        with self.speaking(self.opened.get(content["comm_id"], (client, ""))):
            try:
                handle = self.manager.comm_msg if kind == "comm_msg" else self.manager.comm_close
                handle(None, "", {"content": content, "buffers": buffers, "metadata": {}})
                self.shell.events.trigger("post_execute")
            except (Exception, KeyboardInterrupt):
                self.shell.showtraceback()

    def left(self, client: int) -> None:
        """Close the widgets of a page that is gone."""
        mine = [name for name, (owner, _) in self.opened.items() if owner == client]
        with self.speaking((client, "")):
            for name in mine:
                del self.opened[name]
                if name in WIDGETS:
                    WIDGETS[name].close()


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
        post(message["client"], encode(message), buffers)

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    os.makedirs(os.environ["HOME"], exist_ok=True)
    os.chdir(os.environ["HOME"])
    session = Session(send)
    await session.execute(0, "", "both", "", "from d2lparams.view import widget")
    return session
