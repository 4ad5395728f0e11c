"""The contract of figures: a JSON-able description that every host draws alike.

Python computes everything, layout included: a figure is a set of controls and, for every combination of their values,
a scene of marks in final coordinates, a sentence for readers who hear the page, and a table of the numbers behind the
picture.  The hosts (a static page, a live kernel, a browser kernel) only draw.  Words are given in both languages.

Marks are short lists, because a page carries many::

    ["r", x, y, width, height, class]        a rectangle
    ["l", x1, y1, x2, y2, class]             a line
    ["p", [x, y, x, y, ...], class]          a polyline
    ["c", x, y, radius, class]               a circle
    ["t", x, y, anchor, text, class]         text; anchor is start, middle or end
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ..block import Block
from ..errors import DTypeError, SettingError

__all__ = [
    "Control", "Figure", "Mark", "State", "Text", "Words", "both", "key_of", "network", "pick", "scene", "start_key",
]  # fmt: skip

Mark = list[Any]
Text = dict[str, str]  # {"en": ..., "ko": ...}
Words = str | Text


def both(en: str, ko: str) -> Text:
    """Return a text in both languages."""
    return {"en": en, "ko": ko}


def network(value: Any) -> Block:
    """Return `value` if it is a network or a layer, else raise `DTypeError`."""
    if not isinstance(value, Block):
        raise DTypeError(f"This looks at a network or a layer, got {value!r:.60}.")
    return value


def pick(words: Words, language: str) -> str:
    """Return words in ``'en'``, ``'ko'`` or ``'both'``."""
    if isinstance(words, str):
        return words
    if language == "both":
        return words["en"] if words["en"] == words["ko"] else f"{words['en']} · {words['ko']}"
    return words[language]


@dataclass(frozen=True)
class Control:
    """Something the reader moves.

    Attributes
    ----------
    name : str
    kind : {'slider', 'select', 'toggle', 'text'}
    label : words
    options : list of words
        What each position means; a toggle has two, off and on.  For a text field: presets.
    start : int
        The position at first.
    """

    name: str
    kind: str
    label: Words
    options: Sequence[Words]
    start: int = 0


@dataclass(frozen=True)
class State:
    """What a figure shows for one combination of values.

    Attributes
    ----------
    marks : list of mark
    say : Text
        The result in one sentence.
    table : list of rows
        The first row is the head.
    """

    marks: list[Mark]
    say: Text
    table: list[list[Words]] = field(default_factory=list)


def key_of(values: Sequence[int]) -> str:
    """Return the key of a state: the positions of the controls, joined by commas."""
    return ",".join(map(str, values))


def scene(spec: dict[str, Any], key: str) -> list[Mark]:
    """Return all marks of one state of a spec."""
    return [*spec["base"], *(spec["parts"][i] for i in spec["states"][key]["marks"])]


def start_key(spec: dict[str, Any]) -> str:
    """Return the key of the state in which a figure starts."""
    return key_of([control["start"] for control in spec["controls"] if control["kind"] != "text"])


@dataclass(frozen=True)
class Figure:
    """Everything that is needed to draw a figure in any host.

    Attributes
    ----------
    kind : str
        The name of the figure, for styles and tests.
    title : words
    size : tuple of int
        Width and height of the drawing.
    controls : sequence of Control
    compute : callable
        From one value for each control (a position, or the words in a text field) to a `State`.
    base : list of mark
        Marks that all states share.
    match : dict, optional
        For a pattern typed on a static page: names, classes and messages.
    """

    kind: str
    title: Words
    size: tuple[int, int]
    controls: Sequence[Control]
    compute: Callable[..., State]
    base: list[Mark] = field(default_factory=list)
    match: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        for control in self.controls:
            if not control.options:
                raise SettingError(f"The {self.kind} figure has nothing to show: there is no {control.name} to choose.")

    def start(self) -> list[Any]:
        """Return the value of every control at first."""
        return [c.options[c.start] if c.kind == "text" else c.start for c in self.controls]

    def spec(self) -> dict[str, Any]:
        """Compute all states and return the description that hosts draw from."""
        choices: list[Sequence[Any]] = [
            [c.options[c.start]] if c.kind == "text" else range(len(c.options)) for c in self.controls
        ]
        parts: dict[str, int] = {}  # states share most of their marks: each is written once, states hold its number
        states = {}
        for values in itertools.product(*choices):
            state = asdict(self.compute(*values))
            texts = [json.dumps(mark, ensure_ascii=False) for mark in state["marks"]]
            state["marks"] = [parts.setdefault(text, len(parts)) for text in texts]
            states[key_of([v for v in values if not isinstance(v, str)])] = state
        content: dict[str, Any] = {
            "kind": self.kind,
            "title": self.title,
            "size": list(self.size),
            "controls": [{**asdict(control), "options": list(control.options)} for control in self.controls],
            "base": self.base,
            "parts": [json.loads(text) for text in parts],
            "states": states,
        }
        if self.match:
            content["match"] = self.match
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        # From the content, not random: a page built twice is the same page.
        return {"id": "d2l-" + hashlib.sha256(text.encode()).hexdigest()[:10], **content}

    def __repr__(self) -> str:
        return f"<{self.kind} figure: {pick(self.title, 'en')}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from .display import bundle  # the hosts are built on the contract, not the other way round

        return bundle(self)
