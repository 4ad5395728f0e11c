"""What a figure is set to, as a link says it: ``scale=0.01&shape=two-sides``.

A control is named by its name, a position by the English words of its option, so that an author can write a link, a
reader can read it, and it means the same in every language, also when options are added.  A link tells the whole
setting: what it does not name is as it was at first, and the sentence around it says what the reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

if TYPE_CHECKING:
    from .spec import Control

__all__ = ["faults", "read", "values", "written"]

WORD = re.compile(r"[\w.+-]+")
PLAIN = "!*'()+"  # what encodeURIComponent leaves as it is, and the plus sign, which is no blank here


def values(kind: str, options: Sequence[Any]) -> list[str]:
    """Return what stands in a link for each position of a control.

    The words of an option, the English ones, with a hyphen for what lies between them; a toggle is off or on, a text
    field has what is typed, and so has a choice of words where they are the reader's own.  Where two positions read
    alike, the later has its number as well.

    >>> values("select", ["a → b", {"en": "two sides", "ko": "양쪽"}, "(0.5)", "\N{MINUS SIGN}0.5", "two-sides"])
    ['a-b', 'two-sides', '0.5', '-0.5', 'two-sides-4']
    """
    texts = [option if isinstance(option, str) else option["en"] for option in options]
    if kind == "text":
        return texts
    if kind == "toggle":
        return ["off", "on"]
    found: list[str] = []
    for position, text in enumerate(texts):
        word = "-".join(WORD.findall(text.replace("\N{MINUS SIGN}", "-"))) or str(position)
        while word in found:
            word += f"-{position}"
        found.append(word)
    return found


def said(text: str) -> dict[str, str]:
    """Return what a link says, by the names of controls; of two values for one name, the first."""
    return dict(reversed(parse_qsl(text.replace("+", "%2B"), keep_blank_values=True)))


def written(controls: Sequence[Control], now: Sequence[Any]) -> str:
    """Return the setting in which the controls have these values, as it stands in a link."""
    pairs = []
    for control, value in zip(controls, now, strict=True):
        word = value if isinstance(value, str) else control.values[value]
        pairs.append(f"{control.name}={quote(word, safe=PLAIN, errors='replace')}")
    return "&".join(pairs)


def read(controls: Sequence[Control], text: str) -> list[Any]:
    """Return one value for each control: what a link says, the start where it says nothing that can be followed."""
    found = said(text)

    def value(control: Control) -> Any:
        word = found.get(control.name)
        if control.kind == "text":
            return control.values[control.start] if word is None else word
        if control.kind == "words" and word is not None and word not in control.values:
            return word  # the reader's own
        return control.values.index(word) if word in control.values else control.start

    return [value(control) for control in controls]


def faults(controls: Sequence[dict[str, Any]], text: str) -> list[str]:
    """Return what a link asks of a figure that it cannot do, one lesson each.

    Parameters
    ----------
    controls : sequence of dict
        As a spec has them.
    text : str
        What stands after the question mark of the link.
    """
    known = {control["name"]: control for control in controls}
    lessons = []
    for name, word in said(text).items():
        if name not in known:
            lessons.append(f"there is no control {name!r}, but {', '.join(known) or 'none at all'}")
        elif known[name]["kind"] != "text" and word not in known[name]["values"]:
            lessons.append(f"{name} cannot be {word!r}; it is one of {', '.join(known[name]['values'])}")
    return lessons or ([] if said(text) else ["nothing is set: write control=value after the question mark"])
