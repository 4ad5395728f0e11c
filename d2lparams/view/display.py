"""What a notebook shows and stores of a figure: text and a picture always, a live widget where a kernel runs.

These need the first state alone.  A page without a kernel needs every state: ``D2L_FIGURES=spec`` in the environment of
the kernel asks for the spec instead of the widget, as the build of the book does.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ..language import language, set_language
from .svg import draw, first, image

if TYPE_CHECKING:
    from .spec import Figure

__all__ = ["MIME", "bundle", "language", "set_language", "wants_spec"]

MIME = "application/vnd.d2lparams.figure+json"
KERNELS = {"ipykernel", "pyodide_kernel", "live_shell"}  # the last two run in a browser: JupyterLite, a page


def wants_spec() -> bool:
    """Return whether pages are built from what the kernel shows: they want specs, and pictures as they are drawn."""
    return os.environ.get("D2L_FIGURES") == "spec"


def takes_places() -> bool:
    """Return whether the page of this kernel makes a widget as soon as Python does, before anything shows it.

    JupyterLab, Notebook and JupyterLite do.  There a picture is stored alone, and the widget takes its place: a stored
    view outranks the picture, and says "model not found" where its kernel is gone.  Visual Studio Code and Colab make a
    widget for a view, also where they use the kernel of a Jupyter server.
    """
    session = os.environ.get("JPY_SESSION_NAME", "")  # what a Jupyter server calls the notebook
    lab = bool(session) and "-jvsc-" not in session and "google.colab" not in sys.modules
    return lab or "pyodide_kernel" in sys.modules


def bundle(figure: Figure) -> dict[str, Any]:
    """Return the representations of a figure: the spec where it is asked for, else a widget where one can live."""
    text = {"text/plain": repr(figure)}
    if wants_spec():
        spec = figure.spec()
        return {**text, MIME: spec, "image/svg+xml": first(spec)}
    state = figure.state(*figure.start())
    picture = {"text/html": image(draw([*figure.base, *state["marks"]], figure.size, state["say"], language()))}
    if not (KERNELS & sys.modules.keys() and importlib.util.find_spec("anywidget")):
        return text | picture
    from .widget import live

    if takes_places():
        drawing = live(figure, state, place=uuid4().hex)
        return text | {"text/html": f'<div data-d2l-place="{drawing.place}">{picture["text/html"]}</div>'}
    widget: dict[str, Any]
    widget, _ = live(figure, state)._repr_mimebundle_()  # what comes with it is for other hosts than ours
    return widget | text | picture
