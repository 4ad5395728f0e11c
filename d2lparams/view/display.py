"""What a notebook shows and stores of a figure: text and a picture always, a live widget where a kernel runs.

These need the first state alone.  A page without a kernel needs every state: ``D2L_FIGURES=spec`` in the environment of
the kernel asks for the spec instead of the widget, as the build of the book does.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING, Any

from ..language import language, set_language
from .svg import draw, first

if TYPE_CHECKING:
    from .spec import Figure

__all__ = ["MIME", "bundle", "language", "set_language"]

MIME = "application/vnd.d2lparams.figure+json"
KERNELS = {"ipykernel", "pyodide_kernel", "live_shell"}  # the last two run in a browser: JupyterLite, a page


def bundle(figure: Figure) -> dict[str, Any]:
    """Return the representations of a figure: the spec where it is asked for, else a widget where one can live."""
    text = {"text/plain": repr(figure)}
    if os.environ.get("D2L_FIGURES") == "spec":
        spec = figure.spec()
        return {**text, MIME: spec, "image/svg+xml": first(spec)}
    state = figure.state(*figure.start())
    picture = {"image/svg+xml": draw([*figure.base, *state["marks"]], figure.size, state["say"])}
    if not (KERNELS & sys.modules.keys() and importlib.util.find_spec("anywidget")):
        return text | picture
    from .widget import live

    widget: dict[str, Any]
    widget, _ = live(figure, state)._repr_mimebundle_()  # what comes with it is for other hosts than ours
    return widget | text | picture
