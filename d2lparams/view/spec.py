"""The contract of figures: a JSON-able description that every host draws alike.

Python computes everything, layout included: a figure is a set of controls and, for every combination of their values,
a scene of marks in final coordinates, a sentence for readers who hear the page, and a table of the numbers behind the
picture.  The hosts (a static page, a live kernel, a browser kernel) only draw.  Words are given in both languages; what
no document can hold in them (half a surrogate pair, a control character) is shown as U+FFFD.

Marks are short lists, because a page carries many::

    ["r", x, y, width, height, class]        a rectangle
    ["l", x1, y1, x2, y2, class]             a line
    ["p", [x, y, x, y, ...], class]          a polyline
    ["g", [x, y, x, y, ...], class]          a filled polygon: a band, an area, the head of an arrow
    ["c", x, y, radius, class]               a circle
    ["t", x, y, anchor, text, class]         text; anchor is start, middle or end
    ["h", x, y, cell width, cell height, columns, levels, class]
        a grid of coloured cells, a letter for each, row by row: a to o are -7 to 7 (h is 0; orange is negative, blue
        positive), A to I are 0 to 8, J to Q 0 to 7 in the colour c, a full stop is no cell
    ["s", x, y, width, unit, "heights", class]
        steps that stand at y: the bars of a histogram, each `width` wide, of 0 to 51 units: a to z, then A to Z

Where both languages stand, a text is one line with a dot between them, or two lines if its class says where:
``amid`` its place, from there upward (``above``) or downward (``below``).  A word takes half as much room again on a
phone, where it is larger in a smaller drawing.

A class is one or more of these words (``figure.css``), so that a dark page and a printed one need no other drawing::

    a b c d e f          the colour of a tensor: what is filled, or the line
    see pale band        how much of it: over others, a tint, the range over seeds
    minus plus more      orange for negative, blue for positive, blue for any amount; with k0 to k8, how much: of a
                         fill the shade, of a line the width
    theory rule axis grid    lines: thin and dark, dashed, as axes have them
    tick label note code strong upon on    texts; a note is a direct label, in its colour; upon stands on the tint of a
                         colour, on on the full one
    chosen outline row   boxes: chosen with a tint, framed, one of many
    node tile faint      a circle with words in it, cells that stand apart, what is not looked at
    block branch thin way    of a tree: a box, the line to it, a line to a tensor, the line that is chosen
    square point ring round sum    a rim of paper or, around what is chosen, of ink; round corners; a total
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import SettingError
from . import setting

__all__ = [
    "TABLE", "Control", "Figure", "Mark", "State", "Text", "Words", "both", "clean", "key_of", "pick", "scene",
    "start_key", "voices",
]  # fmt: skip

Mark = list[Any]
Text = dict[str, str]  # {"en": ..., "ko": ...}
Words = str | Text
# Neither XML nor HTML can hold these, nor UTF-8 a lone surrogate.
UNFIT = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def both(en: str, ko: str) -> Text:
    """Return a text in both languages."""
    return {"en": en, "ko": ko}


def several(count: int | str, noun: str) -> str:
    """Return a count with its noun in English.

    >>> several(1, "step"), several("2,000", "step")
    ('1 step', '2,000 steps')
    """
    return f"{count} {noun}{'s' * (str(count) != '1')}"


TABLE = both("The numbers behind the picture", "그림에 쓰인 수")


def voices(words: Words, language: str) -> list[tuple[str, str]]:
    """Return words as pairs of a language and a text: one pair, or two where ``'both'`` languages differ."""
    if isinstance(words, str):
        return [("", words)]
    if language != "both":
        return [(language, words[language])]
    return [("en", words["en"])] + [("ko", words["ko"])] * (words["en"] != words["ko"])


def pick(words: Words, language: str) -> str:
    """Return words in ``'en'``, ``'ko'`` or ``'both'``."""
    return " · ".join(text for _, text in voices(words, language))


def clean(value: Any) -> Any:
    """Return a copy of a JSON-able value whose texts can stand in any document, with numbers to two decimals."""
    if isinstance(value, str):
        return UNFIT.sub("\ufffd", value)
    if isinstance(value, float):  # a hundredth of a unit is less than anyone sees
        return int(value) if value.is_integer() else round(float(value), 2)
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    return [clean(item) for item in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class Control:
    """Something the reader moves.

    Attributes
    ----------
    name : str
    kind : {'slider', 'player', 'select', 'toggle', 'text', 'words'}
        A player is a slider that moves by itself when it is asked to.  A text field has what is typed, which every host
        can answer; words are one of the options, by its position, or what a reader types, which Python alone answers.
    label : words
    options : list of words
        What each position means; a toggle has two, off and on.  For a text field: presets.
    start : int
        The position at first.
    kept : sequence of int, optional
        The positions, the start among them, that a page without a kernel has states of, in order; by default all.
    values : list of str
        What stands for each position in a link: its English words, see `setting.values`.
    """

    name: str
    kind: str
    label: Words
    options: Sequence[Words]
    start: int = 0
    kept: Sequence[int] | None = None
    values: list[str] = field(init=False)

    def __post_init__(self) -> None:
        if not self.options:
            raise SettingError(f"The figure has nothing to show: there is no {self.name} to choose.")
        options = clean(list(self.options))
        self.__dict__.update(label=clean(self.label), options=options, values=setting.values(self.kind, options))

    def content(self, whole: bool = True) -> dict[str, Any]:
        """Return the control as hosts take it, `whole` or with the positions alone that a page keeps."""
        said = asdict(self)
        kept = said.pop("kept")
        if whole or kept is None:
            return said
        few = {name: [said[name][position] for position in kept] for name in ("options", "values")}
        return {**said, **few, "start": kept.index(self.start)}


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
    """Return all marks of one state of a spec, also of one that stands apart."""
    chunk = next(chunk for chunk in (spec, *spec.get("chunks", {}).values()) if key in chunk["states"])
    return [*spec["base"], *(chunk["parts"][i] for i in chunk["states"][key]["marks"])]


def start_key(spec: dict[str, Any]) -> str:
    """Return the key of the state in which a figure starts."""
    return key_of([control["start"] for control in spec["controls"] if control["kind"] != "text"])


@dataclass
class Chunk:
    """States that share their marks: each mark is written once, a state holds the numbers of its own."""

    parts: dict[str, int] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)

    def add(self, key: str, state: dict[str, Any]) -> None:
        """Add a state as `Figure.state` returns it."""
        texts = [json.dumps(mark, ensure_ascii=False, allow_nan=False) for mark in state["marks"]]
        self.states[key] = {**state, "marks": [self.parts.setdefault(text, len(self.parts)) for text in texts]}

    def content(self) -> dict[str, Any]:
        """Return the marks and the states."""
        return {"parts": [json.loads(text) for text in self.parts], "states": self.states}


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
        From one value for each control (a position, or what is typed) to a `State`.
    base : list of mark
        Marks that all states share.
    match : dict, optional
        For a pattern typed on a static page: names, classes and messages.
    apart : sequence of str
        Names of controls: a page has at first the states in which these have their start, and fetches the others, in
        one file for each combination of their positions, when they are asked for.
    pins : bool
        Whether a reader can pin what the figure shows, to see another setting beside it.
    """

    kind: str
    title: Words
    size: tuple[int, int]
    controls: Sequence[Control]
    compute: Callable[..., State]
    base: list[Mark] = field(default_factory=list)
    match: dict[str, Any] | None = None
    apart: Sequence[str] = ()
    pins: bool = False

    def __post_init__(self) -> None:
        self.__dict__.update(title=clean(self.title), base=clean(self.base), match=clean(self.match))

    def start(self) -> list[Any]:
        """Return the value of every control at first."""
        return [c.options[c.start] if c.kind == "text" else c.start for c in self.controls]

    def state(self, *values: Any) -> dict[str, Any]:
        """Compute one state, as hosts take it."""
        found = self.compute(*values)
        return {"marks": clean(found.marks), "say": clean(found.say), "table": clean(found.table)}

    def frame(self) -> dict[str, Any]:
        """Return what all states share, as hosts take it."""
        shared = {"kind": self.kind, "title": self.title, "size": list(self.size), "base": self.base}
        return {**shared, "pins": True} if self.pins else shared

    def spec(self) -> dict[str, Any]:
        """Compute all states and return the description that a page without a kernel draws from.

        Where some stand apart, ``apart`` has the positions of the controls that tell which, among the values of a
        state that are no text, and ``chunks`` their parts and states by the values of these.
        """
        choices: list[Sequence[Any]] = [
            [c.options[c.start]] if c.kind == "text" else c.kept or range(len(c.options)) for c in self.controls
        ]
        named = [c.name for c in self.controls if c.kind != "text"]
        telling: list[int] = [named.index(name) for name in self.apart]
        chunks: dict[str, Chunk] = {}
        for values in itertools.product(*choices):
            at = [kept.index(v) for v, kept in zip(values, choices, strict=True) if not isinstance(v, str)]
            chunk = chunks.setdefault(key_of([at[i] for i in telling]), Chunk())
            chunk.add(key_of(at), self.state(*values))
        controls = [control.content(whole=False) for control in self.controls]
        starts = [control["start"] for control in controls if control["kind"] != "text"]
        first = chunks.pop(key_of([starts[i] for i in telling]))
        content: dict[str, Any] = {**self.frame(), "controls": controls, **first.content()}
        if chunks:
            content |= {"apart": telling, "chunks": {at: chunk.content() for at, chunk in chunks.items()}}
        if self.match:
            content["match"] = self.match
        return {"id": f"figure-{self.kind}", **content}  # the first of its kind on a page; a page counts the others

    def __repr__(self) -> str:
        return f"<{self.kind} figure: {pick(self.title, 'en')}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from .display import bundle  # the hosts are built on the contract, not the other way round

        return bundle(self)
