"""Results that take too long for a page: made once by a tool of the project, kept beside the figures that draw them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..checks import shown
from ..errors import UnknownNameError

__all__ = ["recorded"]

HERE = Path(__file__).parent


def recorded(name: str) -> dict[str, Any]:
    """Return the recorded results of a study.

    Parameters
    ----------
    name : {'clinic', 'race', 'speed', 'tying'}
        ``'tying'`` is when tying helps, made by ``python -m tools.tying``; ``'race'`` is what the four starts of the
        race do, made by ``python -m tools.race``; ``'clinic'`` is how its patients fare, made by
        ``python -m tools.clinic``; ``'speed'`` is what a training step costs, made by
        ``python -m benchmarks --record``.

    Raises
    ------
    UnknownNameError
        If there is no such study.

    Examples
    --------
    >>> study = recorded("tying")
    >>> study["seeds"], study["cases"][0]["examples"]
    (20, 500)
    """
    names = sorted(path.stem for path in HERE.glob("*.json"))
    if not (isinstance(name, str) and name in names):
        raise UnknownNameError(f"There is a record of {', '.join(names)}, but not of {shown(name)}.")
    content: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return content
