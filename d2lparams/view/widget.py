"""A figure in a live kernel: the controls and the drawing of a page, Python for every state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .display import language
from .paint import on_paper, paints
from .spec import TABLE, Figure

__all__ = ["Scene", "live"]

HERE = Path(__file__).parent


class Scene(anywidget.AnyWidget):
    """The figure that ``figure.js``, here as a module, draws: it sends the values of its controls, Python a scene."""

    _esm = (HERE / "figure.js").read_text(encoding="utf-8") + "export default d2lFigure;\n"
    _css = (HERE / "figure.css").read_text(encoding="utf-8")
    scene = traitlets.Dict().tag(sync=True)
    controls: Any = traitlets.List().tag(sync=True)
    values: Any = traitlets.List().tag(sync=True)
    language = traitlets.Unicode("both").tag(sync=True)
    place = traitlets.Unicode().tag(sync=True)  # what the picture is named by that it takes the place of, if any


def live(figure: Figure, first: dict[str, Any] | None = None, place: str = "") -> Any:
    """Return a widget that shows `figure` and computes a new state whenever a control moves.

    Parameters
    ----------
    figure : Figure
    first : dict, optional
        The state at the start, if it has been computed already.
    place : str, optional
        The name of the picture that the widget takes the place of.
    """
    frame = {**figure.frame(), "summary": TABLE, "base": on_paper(figure.size, figure.base)}

    def scene(state: dict[str, Any]) -> dict[str, Any]:
        # A reader's view of a live page takes this drawing, too, out of its style sheet.
        return {**frame, "state": {**state, "paint": paints([*frame["base"], *state["marks"]])}}

    start = figure.start()
    drawing = Scene(
        scene=scene(first or figure.state(*start)),
        language=language(),
        controls=[control.content() for control in figure.controls],
        values=start,
        place=place,
    )

    def update(_change: Any) -> None:
        drawing.scene = scene(figure.state(*drawing.values))

    drawing.observe(update, names="values")
    return drawing
