"""What a notebook stores and shows of a figure: text, picture, and a live widget where a kernel runs, else the spec."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING, Any

from ..errors import SettingError
from .svg import first

if TYPE_CHECKING:
    from .spec import Figure

__all__ = ["MIME", "bundle", "language", "set_language"]

MIME = "application/vnd.d2lparams.figure+json"
KERNELS = {"ipykernel", "pyodide_kernel", "live_shell"}  # the last two run in a browser: JupyterLite, a page
_language = "both"


def set_language(language: str) -> None:
    """Show live figures in ``'en'``, ``'ko'`` or ``'both'`` languages from now on."""
    global _language
    if language not in ("en", "ko", "both"):
        raise SettingError(f"language is 'en', 'ko' or 'both', got {language!r}.")
    _language = language


def language() -> str:
    """Return the language of live figures."""
    return _language


def bundle(figure: Figure) -> dict[str, Any]:
    """Return the representations of a figure: a widget inside a kernel that can show one, else its spec."""
    spec = figure.spec()
    result: dict[str, Any] = {"text/plain": repr(figure), MIME: spec, "image/svg+xml": first(spec)}
    wanted = os.environ.get("D2L_FIGURES") != "spec"
    if wanted and KERNELS & sys.modules.keys() and importlib.util.find_spec("anywidget"):
        from .widget import live

        del result[MIME]
        result = {**live(figure)._repr_mimebundle_(), **result}
    return result
