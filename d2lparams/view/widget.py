"""A figure in a live kernel: ipywidgets for the controls, anywidget for the drawing, Python for every state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from .display import language
from .setting import read, written
from .spec import TABLE, Control, Figure, pick

__all__ = ["Scene", "live"]

HERE = Path(__file__).parent


class Scene(anywidget.AnyWidget):
    """The drawing: Python sends a scene, ``figure.js``, here as a module, draws it."""

    _esm = (HERE / "figure.js").read_text(encoding="utf-8") + "export default d2lFigure;\n"
    _css = (HERE / "figure.css").read_text(encoding="utf-8")
    scene = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode("both").tag(sync=True)


def _widget(control: Control, lang: str) -> Any:
    options = [(pick(option, lang), i) for i, option in enumerate(control.options)]
    label = pick(control.label, lang)
    style = {"description_width": "initial"}
    if control.kind == "slider":
        return ipywidgets.SelectionSlider(options=options, value=control.start, description=label, style=style)
    if control.kind == "toggle":
        return ipywidgets.Checkbox(value=bool(control.start), description=label, indent=False)
    if control.kind == "select":
        return ipywidgets.Dropdown(options=options, value=control.start, description=label, style=style)
    text = str(control.options[control.start])
    return ipywidgets.Text(value=text, description=label, style=style, continuous_update=True)


def live(figure: Figure, first: dict[str, Any] | None = None) -> Any:
    """Return a widget that shows `figure` and computes a new state whenever a control moves.

    Parameters
    ----------
    figure : Figure
    first : dict, optional
        The state at the start, if it has been computed already.
    """
    lang = language()
    controls = [_widget(control, lang) for control in figure.controls]
    start = figure.start()
    frame = {**figure.frame(), "summary": TABLE, "start": written(figure.controls, start)}
    state = first or figure.state(*start)
    drawing = Scene(scene={**frame, "state": state, "setting": frame["start"]}, language=lang)
    together = False  # several controls are on their way to one setting

    def update(_change: Any) -> None:
        if not together:
            values = [int(w.value) if isinstance(w.value, bool) else w.value for w in controls]
            drawing.scene = {**frame, "state": figure.state(*values), "setting": written(figure.controls, values)}

    def put(_widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        nonlocal together
        together = True
        for widget, value in zip(controls, read(figure.controls, content["set"]), strict=True):
            widget.value = bool(value) if isinstance(widget.value, bool) else value
        together = False
        update(None)

    for widget in controls:
        widget.observe(update, names="value")
    drawing.on_msg(put)
    return ipywidgets.VBox([ipywidgets.HBox(controls, layout={"flex_flow": "row wrap"}), drawing])
