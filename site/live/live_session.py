"""The Python of "Run this page": one IPython session in the browser that speaks in plain dictionaries.

`worker.js` starts it inside Pyodide; under CPython it runs too, which is how the unit tests drive it.  A message is
what a notebook would store (`stream`, `display_data`, `execute_result`, `error`, `clear_output`), what a widget says
(`comm_open`, `comm_msg`, `comm_close`) or what a check has decided (`verdict`), each with the client (the open page)
and the cell it belongs to.
All pages of a visit share one interpreter; every notebook has variables of its own in it.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import inspect
import json
import logging
import os
import re
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakSet

import comm
import ipywidgets
from comm.base_comm import CommManager
from live_shell import (
    MOST,
    PLACE,
    Comm,
    Hook,
    Message,
    Place,
    Publisher,
    Shell,
    Stream,
    at,
    encode,
    no_keyboard,
    patient,
    remove_fragments,
)
from traitlets.config import Config

from d2lparams import view

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
        self.room = MOST
        self.task: asyncio.Task[Any] | None = None
        self.clearing: set[str] = set()  # the `Output` widgets that the next output clears
        self.opened: dict[str, Place] = {}  # the places of widgets, by the names of their comms
        self.notebooks: dict[str, types.ModuleType] = {}
        self.widgets: WeakSet[ipywidgets.Widget] = WeakSet()
        ipywidgets.Widget.on_widget_constructed(self.widgets.add)
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
        client, cell, _ = PLACE.get()
        self.post({"client": client, "cell": cell, **message})

    def show(self, output: Message) -> None:
        """Send an output, or give it to the `Output` widget that captures it."""
        self.flush()
        kind, captures = output["output_type"], PLACE.get().captures
        if kind == "update_display_data":
            self.update(output)
        elif not captures:
            self.send({"type": "output", "output": output})
        else:
            self.capture(captures[-1], output)

    def capture(self, widget: Any, output: Message) -> None:
        """Add an output to those of an `Output` widget, pieces of one stream as one; or clear it, at once or then."""
        kept = () if widget.model_id in self.clearing else widget.outputs
        if output["output_type"] == "clear_output":
            self.clearing.add(widget.model_id)
            if not output["wait"]:
                widget.outputs = ()
            return
        self.clearing.discard(widget.model_id)
        if kept and output["output_type"] == "stream" and kept[-1].get("name") == output["name"]:
            kept, output = kept[:-1], {**output, "text": kept[-1]["text"] + output["text"]}
        widget.outputs = (*kept, output)

    def update(self, output: Message) -> None:
        """Change what a display handle has shown, in `Output` widgets and on the page."""
        name, new = output["display_id"], {**output, "output_type": "display_data"}
        for widget in [widget for widget in self.widgets if isinstance(widget, ipywidgets.Output)]:
            if any(old.get("display_id") == name for old in widget.outputs):
                widget.outputs = tuple(new if old.get("display_id") == name else old for old in widget.outputs)
        self.send({"type": "output", "output": output})

    def _capturing(self) -> tuple[Callable[..., Any], Callable[..., bool]]:
        """Return how `with Output():`, and with it `interact`, collects what is shown inside, as a notebook does."""

        def enter(output: Any) -> Any:
            self.flush()
            place = PLACE.get()
            PLACE.set(place._replace(captures=(*place.captures, output)))
            return output

        def leave(output: Any, etype: Any, evalue: Any, tb: Any) -> bool:
            failed = etype is not None and issubclass(etype, Exception)  # an interruption is not for the widget
            if failed:
                self.shell.showtraceback((etype, evalue, tb), tb_offset=0)
            self.flush()
            place = PLACE.get()
            PLACE.set(place._replace(captures=place.captures[:-1]))
            return failed

        return enter, leave

    @contextlib.contextmanager
    def speaking(self, place: Place) -> Iterator[None]:
        """Let what is printed belong to a cell."""
        self.room = MOST
        kept = sys.stdout, sys.stderr, builtins.input
        sys.stdout, sys.stderr, builtins.input = *self.streams, no_keyboard
        try:
            with at(place):
                yield
        finally:
            try:
                self.flush()
            finally:
                sys.stdout, sys.stderr, builtins.input = kept

    def enter(self, notebook: str, language: str) -> None:
        """Make the variables of a notebook, and the language of its page, the current ones."""
        view.set_language(language)
        known = notebook in self.notebooks
        module = self.notebooks.setdefault(notebook, types.ModuleType("__main__"))
        sys.modules["__main__"] = module
        self.shell.user_module, self.shell.user_ns = module, module.__dict__
        if not known:
            self.shell.init_user_ns()
        for name in ("_", "__", "___"):  # the last results are those of this notebook
            setattr(self.shell.displayhook, name, module.__dict__.get(name, ""))

    def imports(self, code: str) -> str:
        """Return Python that imports what a cell needs: its code without magics, and what views it names import."""
        named = [getattr(view, word) for word in set(re.findall(r"\w+", code)) & set(view.__all__)]
        inside = {name for part in named if inspect.isfunction(part) for name in part.__code__.co_names}
        try:
            plain = str(self.shell.transform_cell(re.sub(r"^\s*%%.*", "", code)))
        except Exception:
            return ""  # its fault is told when it runs
        return "\n".join([plain, *(f"import {name}" for name in sorted(inside))])

    async def execute(self, client: int, notebook: str, language: str, cell: str, code: str) -> bool:
        """Run the code of a cell; return whether it went without an error."""
        self.enter(notebook, language)
        self.task, known = asyncio.current_task(), set(sys.modules)
        with self.speaking(Place(client, cell)):
            try:
                transformed, fault = self.shell.transform_cell(code), None
            except Exception:
                transformed, fault = code, sys.exc_info()
            result = await self.shell.run_cell_async(
                code, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=fault, cell_id=cell
            )
            self.task = None
            if isinstance(result.error_in_exec, KeyboardInterrupt):
                remove_fragments(known, result.error_in_exec)
            self.shell.events.trigger("post_execute")
            return bool(result.success)

    def stop(self) -> None:
        """End the cell that waits in an `await`; one that computes is stopped by the worker."""
        if self.task:
            self.task.cancel()

    def place(self, line: Comm) -> Place:
        """Return where a widget belongs: to the cell that made it. It prints there."""
        return self.opened.setdefault(line.comm_id, PLACE.get()._replace(captures=()))

    def hear(self, client: int, notebook: str, language: str, kind: str, text: str, buffers: list[Any]) -> None:
        """Take a message of a widget, its content as JSON; its callbacks print into the cell that made it."""
        self.enter(notebook, language)
        content = json.loads(text)
        with self.speaking(self.opened.get(content["comm_id"], Place(client))):
            try:
                handle = self.manager.comm_msg if kind == "comm_msg" else self.manager.comm_close
                handle(None, "", {"content": content, "buffers": buffers, "metadata": {}})
                self.shell.events.trigger("post_execute")
            except (Exception, KeyboardInterrupt, SystemExit, asyncio.CancelledError):
                self.shell.showtraceback()

    def left(self, client: int) -> None:
        """Close the widgets of a page that is gone."""
        mine = {name for name, place in self.opened.items() if place.client == client}
        with self.speaking(Place(client)):
            for widget in [widget for widget in self.widgets if widget.model_id in mine]:
                widget.close()
        for name in mine:
            del self.opened[name]


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
    time.sleep = patient(time.sleep)
    # What catches every KeyboardInterrupt and goes on would use the reader's processor for ever.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(1))
    sys.stdout, sys.stderr = session.streams  # what a task prints after its cell has ended is shown too
    await session.execute(0, "", "both", "", "from d2lparams.view import widget")
    return session
