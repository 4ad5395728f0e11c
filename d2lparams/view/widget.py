"""A figure in a live kernel: ipywidgets for the controls, anywidget for the drawing, Python for every state."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from .display import language
from .spec import Control, Figure, pick
from .static import TABLE

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


def live(figure: Figure) -> Any:
    """Return a widget that shows `figure` and computes a new state whenever a control moves."""
    lang = language()
    controls = [_widget(control, lang) for control in figure.controls]
    summary = {"en": TABLE["en"], "ko": TABLE["ko"]}

    def scene() -> dict[str, Any]:
        values = [int(w.value) if isinstance(w.value, bool) else w.value for w in controls]
        return {
            "kind": figure.kind,
            "title": figure.title,
            "size": list(figure.size),
            "base": figure.base,
            "summary": summary,
            "state": asdict(figure.compute(*values)),
        }

    drawing = Scene(scene=scene(), language=lang)

    def update(_change: Any) -> None:
        drawing.scene = scene()

    for widget in controls:
        widget.observe(update, names="value")
    return ipywidgets.VBox([ipywidgets.HBox(controls, layout={"flex_flow": "row wrap"}), drawing])
