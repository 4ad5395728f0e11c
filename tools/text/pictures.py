"""Pictures that cells show: found in what the cells put out, and compared as they look."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from typing import Any

import numpy as np

PICTURE = "image/svg+xml"
STORED = re.compile(r'src="data:image/svg\+xml;base64,([^"]+)"')
STYLE = re.compile(r"<style>.*?</style>", re.S)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
NAME = re.compile(r"d2l-[0-9a-f]{8}-")  # of a part, made from the bytes of its picture
LINE = re.compile(r'(?<= d=")M[-\d. eLM]+z?(?=")')  # a path of straight lines between absolute places
TOLERANCE = {"rel_tol": 1e-3, "abs_tol": 0.02}  # of coordinates; another BLAS has other last digits
NEAR = 0.15  # of a drawing 480 wide: matplotlib leaves out a point of a curve that is nearer than a ninth to the others


def pictures(cell_outputs: list[dict[str, Any]]) -> list[str]:
    """Return the pictures that a cell shows, as the SVG that a page styles."""
    shown = [output.get("data", {}) for output in cell_outputs]
    drawn = (
        "".join(data[PICTURE]) if PICTURE in data else inside("".join(data.get("text/html", ""))) for data in shown
    )
    return [STYLE.sub("", picture) for picture in drawn if picture]


def inside(html: str) -> str:
    """Return the picture that is stored in HTML, or the empty string."""
    found = STORED.search(html)
    return b64decode(found[1]).decode() if found else ""


def alike(new: str, old: str) -> bool:
    """Return whether two pictures look the same: the last digits of numbers and the points on a curve may be others.

    >>> alike('<rect x="1.001"></rect>', '<rect x="1"></rect>'), alike('<rect x="1.5"></rect>', '<rect x="1"></rect>')
    (True, False)
    >>> alike('<path d="M0 0L9 9"></path>', '<path d="M0 0L4 4.1 9 9"></path>')
    True
    """
    lines = LINE.findall(new), LINE.findall(old)
    new, old = (LINE.sub("", NAME.sub("", picture)) for picture in (new, old))
    numbers = zip(NUMBER.findall(new), NUMBER.findall(old), strict=False)
    return (
        NUMBER.split(new) == NUMBER.split(old)
        and all(math.isclose(float(a), float(b), **TOLERANCE) for a, b in numbers)
        and len(lines[0]) == len(lines[1])
        and all(max(_far(a, b), _far(b, a)) < NEAR for a, b in zip(*lines, strict=True))
    )


def _far(line: str, other: str) -> float:
    """Return how far the points of a line are from another line, at most.

    >>> round(_far("M0 0L2 1", "M0 0L4 0"), 3)
    1.0
    """
    points, ends = (np.array(NUMBER.findall(path), float).reshape(-1, 2) for path in (line, other))
    starts, along = ends[:-1], np.diff(ends, axis=0)
    if not len(along):
        return float(np.hypot(*(points - ends).T).max())
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = ((points[:, None] - starts) * along).sum(axis=2) / length
    nearest = starts + np.clip(share, 0, 1)[..., None] * along
    return float(np.hypot(*(points[:, None] - nearest).transpose(2, 0, 1)).min(axis=1).max())
