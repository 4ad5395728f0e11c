"""IPython in a page: what it prints, shows and raises becomes the outputs of a notebook, as plain dictionaries.

Every part knows its session by `session`: it takes outputs with `show` and what widgets say with `send`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import io
import json
import math
import numbers
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, NamedTuple, NoReturn, Protocol

from comm.base_comm import BaseComm
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from d2lparams.exercise import Verdict
from d2lparams.language import language

Message = dict[str, Any]
CELL_FILE = re.compile(r"<ipython-input-\d+-")
PIECES, EVERY = 20, 0.05  # what a cell prints is sent line by line, but at most so many pieces in so many seconds
NAP = 0.05  # seconds
PATIENCE = 0.2  # seconds after which a part of a line is sent too
ELSEWHERE = (
    "For more, download this page as a notebook and open it in Jupyter.",
    "더 필요하면 이 페이지를 노트북으로 내려받아 Jupyter에서 여세요.",
)
FULL = (
    "… The rest is not shown: a page has room for so much of a cell.",
    "… 나머지는 표시하지 않습니다. 페이지가 한 셀에서 보여 줄 수 있는 양을 넘었습니다.",
)
INSTALLERS = ("conda", "mamba", "micromamba", "uv")  # those that do not ask the shell themselves, as %pip does
RIVALS = ("jax", "keras", "mxnet", "tensorflow", "torch")  # other frameworks of deep networks
MOST = 200_000  # characters that one cell prints into a page; a loop without end must not fill it


def told(en: str, ko: str) -> str:
    """Return a lesson in the language of the page, in the bilingual one one under the other.

    What the package itself raises is in English everywhere; this is what a page says of itself.
    """
    return {"en": en, "ko": ko}.get(language(), f"{en}\n{ko}")


class Place(NamedTuple):
    """Where what is shown belongs."""

    client: int = 0  # the open page
    cell: str = ""
    captures: tuple[Any, ...] = ()  # the `Output` widgets around it, the innermost last


NOWHERE = Place()
PLACE = ContextVar("place", default=NOWHERE)  # a task keeps the place of the cell that made it


@contextlib.contextmanager
def at(place: Place) -> Iterator[None]:
    """Let what is shown belong to a place."""
    token = PLACE.set(place)
    try:
        yield
    finally:
        PLACE.reset(token)


class Session(Protocol):
    """What the parts below need of a session."""

    room: int  # how many characters the current cell may still print

    def show(self, output: Message) -> None:
        """Take an output of the current cell."""

    def send(self, message: Message) -> None:
        """Take a message of the current cell."""

    def place(self, comm: Comm) -> Place:
        """Return where a widget belongs: to the cell that made it."""


class Stream(io.TextIOBase):
    """Standard output or error of whatever cell prints."""

    def __init__(self, name: str, session: Session) -> None:
        self.stream, self.session, self.waiting, self.place = name, session, "", Place()
        self.since, self.pieces, self.sent = 0.0, 0, 0.0

    def writable(self) -> bool:
        """Return that this can be written to."""
        return True

    def write(self, text: str) -> int:
        """Send the text when a line is complete; of very much of it, make fewer pieces. Tell of a verdict."""
        place = PLACE.get()
        if place != self.place:
            self.flush()
        self.place = place
        if isinstance(text, Verdict):
            self.session.send({"type": "verdict", "passed": text.passed})
        if self.session.room > 0:
            self.waiting += str(text)
        now = time.monotonic()
        if now - self.since > EVERY:
            self.since, self.pieces = now, 0
        # The last thing that `print` writes is its `end`, even when that is empty.
        complete = not text or text.endswith(("\n", "\r")) or now - self.sent > PATIENCE
        # An `Output` widget is drawn anew for every piece.
        if complete and self.pieces < (1 if place.captures else PIECES):
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what waits, as far as a page has room for it."""
        text, self.waiting = self.waiting[: self.session.room], ""
        if text:
            self.pieces += 1
            self.sent = time.monotonic()
            self.session.room -= len(text)
            full = "" if self.session.room else f"\n{told(*FULL)}\n"
            with at(self.place):
                self.session.show({"output_type": "stream", "name": self.stream, "text": text + full})


def shown(kind: str, data: dict[str, Any], metadata: dict[str, Any] | None, name: str | None = None) -> Message:
    """Return the forms of an object as an output, pictures as text; `name` is how a later one finds it again."""
    forms = {mime: base64.b64encode(form).decode() if isinstance(form, bytes) else form for mime, form in data.items()}
    named = {"display_id": name} if name else {}
    return {"output_type": kind, "data": forms, "metadata": metadata or {}, **named}


class Hook(DisplayHook):
    """The value of a cell's last line becomes an `execute_result`."""

    def start_displayhook(self) -> None:
        """Print no prompt."""

    def write_output_prompt(self) -> None:
        """Print no prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        """Send the value in all its forms."""
        self.shell.session.show(shown("execute_result", format_dict, md_dict))

    def finish_displayhook(self) -> None:
        """Print no blank line."""


class Publisher(DisplayPublisher):
    """`display(...)` becomes a `display_data`, and the `update` of its handle an `update_display_data`."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **more: Any,
    ) -> None:
        """Send an object in all its forms."""
        kind = "update_display_data" if update else "display_data"
        self.shell.session.show(shown(kind, data, metadata, (transient or {}).get("display_id")))

    def clear_output(self, wait: bool = False) -> None:
        """Ask the page to remove what the cell has shown; it does so when the next output comes, if it is to wait."""
        self.shell.session.show({"output_type": "clear_output", "wait": wait})
        self.shell.session.room = MOST  # a line of progress that is written anew takes no more room


class Shell(InteractiveShell):
    """IPython without a terminal."""

    session: Session

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: a page has no event loop of its own to offer."""

    def ask_exit(self) -> None:
        """Stand for the end of a program, which a page does not have."""
        print(
            told(
                "A page has no program to leave. “Restart” gives you a fresh Python.",
                "페이지에는 끝낼 프로그램이 없습니다. “다시 시작”을 누르면 파이썬을 새로 시작합니다.",
            )
        )

    def init_magics(self) -> None:
        """Answer the magics that start another program as a command is answered."""
        super().init_magics()
        scripts = self.magics_manager.registry["ScriptMagics"].script_magics
        for kind, names in (("cell", ["script", *scripts]), ("line", ["script", *scripts, *INSTALLERS])):
            for name in names:
                self.register_magic_function(functools.partial(self._program, name), kind, name)

    def _program(self, name: str, line: str, cell: str | None = None) -> NoReturn:
        self.system(f"{'%' if cell is None else '%%'}{name} {line}".strip())

    def system(self, cmd: str) -> NoReturn:
        """Stand for a shell, which a page does not have."""
        raise OSError(
            told(
                f"{cmd!r} is a command for the shell of a computer, and a page has none. The packages of the book are "
                f"here already: import them. {ELSEWHERE[0]}",
                f"{cmd!r}: 컴퓨터의 셸에서 쓰는 명령인데, 페이지에는 셸이 없습니다. 이 책에 필요한 패키지는 "
                f"이미 있으니 바로 import하면 됩니다. {ELSEWHERE[1]}",
            )
        )

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> NoReturn:
        """Stand for a shell, which a page does not have."""
        self.system(cmd)

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
        message = {"type": msg_type, "content": content, "metadata": metadata or {}, "buffers": buffers or []}
        with at(self.session.place(self)):  # the page that shows the widget, whichever page's code changed it
            self.session.send(message)


def frames(error: BaseException, limit: int = 4) -> list[str]:
    """Return where an error passed through the reader's own cells, innermost last."""
    if isinstance(error, SyntaxError):
        return [f"line {error.lineno}:  {(error.text or '').strip()}".rstrip(": ")] if error.lineno else []
    found = []
    for frame in traceback.extract_tb(error.__traceback__):
        if CELL_FILE.match(frame.filename):
            inside = f" in {frame.name}" if frame.name != "<module>" else ""
            found.append(f"line {frame.lineno}{inside}:  {frame.line}".rstrip(": "))
    return found[-limit:]


def words(error: BaseException) -> str:
    """Return what an error says; of a package that no page has, what there is instead."""
    said = str(error.msg if isinstance(error, SyntaxError) else error)
    package = (getattr(error, "name", None) or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or package in ("", "d2lparams") or sys.modules.get(package):
        return said
    use, en, ko = "from d2lparams import autograd, init, nd, nn.", "", ""
    if package in RIVALS:
        en, ko = f" d2lparams stands in its place: {use}", f" 여기서는 d2lparams를 대신 씁니다: {use}"
    return told(
        f"No module named {package!r}: a page has d2lparams, numpy and matplotlib.{en} {ELSEWHERE[0]}",
        f"No module named {package!r}: 페이지에는 d2lparams, numpy, matplotlib이 있습니다.{ko} {ELSEWHERE[1]}",
    )


def report(error: BaseException, stb: list[str]) -> Message:
    """Return an error as an output: its name, its words, the reader's own lines, and the whole traceback."""
    # A cell that waits is stopped by cancelling it; for the reader both are the same.
    stopped = isinstance(error, asyncio.CancelledError | KeyboardInterrupt)
    return {
        "output_type": "error",
        "ename": "KeyboardInterrupt" if stopped else type(error).__name__,
        "evalue": words(error),
        "lines": frames(error),
        "traceback": ["\n".join(stb)],
    }


def no_keyboard(prompt: str = "") -> str:
    """Stand for `input`, which a page cannot offer."""
    raise RuntimeError(
        told(
            f"input({prompt!r}) needs a line of text, and a page has no place for one: set a variable instead.",
            f"input({prompt!r})에 쓸 글을 입력할 곳이 페이지에는 없습니다. 변수에 값을 넣어 쓰세요.",
        )
    )


def patient(sleep: Callable[[float], None]) -> Callable[[float], None]:
    """Return `time.sleep` in short naps: Python looks for a signal between them."""

    def naps(seconds: float) -> None:
        end = time.monotonic() + seconds
        sleep(min(seconds, NAP))  # which refuses what is no duration
        while (rest := end - time.monotonic()) > 0:
            sleep(min(rest, NAP))

    return naps


def remove_fragments(known: set[str], error: BaseException) -> None:
    """Remove what an interrupted import has loaded of its package, so that the package can be imported again.

    Python removes only the module that was interrupted.  Beside the modules that are complete its second version would
    find classes of its first, which matplotlib, for one, cannot have.

    Parameters
    ----------
    known : set of str
        The modules that were there before, which stay.
    error : BaseException
        The interruption: where it fell tells which packages were on their way in.
    """
    loading = {
        frame.f_globals.get("__name__", "").partition(".")[0]
        for frame, _ in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_name == "<module>"
    }
    for name in sys.modules.keys() - known:
        if name.partition(".")[0] in loading - {"__main__"}:
            del sys.modules[name]


def plain(value: Any) -> Any:
    """Return a value in the words of JSON, which has no numpy, and names for NaN and infinity, as Jupyter does it."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(part) for part in value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else str(float(value))
    return str(value)


def encode(message: Message) -> str:
    """Return a message as JSON that a browser can read."""
    try:
        return json.dumps(message, allow_nan=False)  # nearly always, and quicker
    except (TypeError, ValueError):
        return json.dumps(plain(message))
