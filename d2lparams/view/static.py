"""A figure in a page without a kernel: picture, table and spec as HTML; ``figure.js`` makes it respond."""

from __future__ import annotations

import hashlib
import json
from html import escape
from typing import Any

from .paint import on_paper, paints
from .spec import TABLE, Words, start_key, voices
from .svg import first

__all__ = ["files", "html"]

DOT = '<span class="d2l-dot" aria-hidden="true"> · </span>'
# Inside a script, letters that could end it, open a comment in it, or end a line of it are written as escapes.
ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<\u2028\u2029"}


def marked(words: Words, lang: str) -> str:
    """Return words as HTML; where both languages stand, each is marked as what it is."""
    texts = [(name, escape(text, quote=False)) for name, text in voices(words, lang)]
    return texts[0][1] if len(texts) == 1 else DOT.join(f'<span lang="{name}">{text}</span>' for name, text in texts)


def html(spec: dict[str, Any], lang: str = "both", folder: str | None = None) -> str:
    """Return the ``<figure>`` of a spec in the language of the page.

    Parameters
    ----------
    spec : dict
        As `build` returns it.
    lang : {'en', 'ko', 'both'}
    folder : str, optional
        Where the page finds the `files` of states that stand apart; without one the page has all states in itself.
    """
    state, said = spec["states"][start_key(spec)], painted(spec)
    if "chunks" in spec and folder is not None:
        said["chunks"] = {at: f"{folder}{chunk_name(spec, at)}.js" for at in spec["chunks"]}
    return (
        f'<figure class="d2l-figure d2l-{escape(spec["kind"])}" id="{spec["id"]}" data-language="{lang}">'
        f'<figcaption class="d2l-title">{marked(spec["title"], lang)}</figcaption>'
        f'<div class="d2l-controls"></div><div class="d2l-stage">{first(said, lang)}</div>'
        f'<p class="d2l-say" role="status">{marked(state["say"], lang)}</p>'
        f'<details class="d2l-data"><summary>{marked(TABLE, lang)}</summary>'
        f"{table(state['table'], lang)}</details>"
        f'<script type="application/json" class="d2l-spec">{data(said)}</script></figure>'
    )


def data(value: Any) -> str:
    """Return a value as JSON that can stand in a script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(ESCAPES)


def chunk_name(spec: dict[str, Any], at: str) -> str:
    """Return the name of a file of states: it changes with what it holds, so that none is taken for an older one."""
    return f"{spec['kind']}-{at.replace(',', '-')}-{hashlib.sha256(data(spec['chunks'][at]).encode()).hexdigest()[:8]}"


def files(spec: dict[str, Any]) -> dict[str, str]:
    """Return the files of states that a page fetches when they are asked for, by their names.

    They are scripts, since a page that was opened from a file may fetch nothing else.
    """
    found = {}
    for at, chunk in spec.get("chunks", {}).items():
        name = chunk_name(spec, at)
        found[f"{name}.js"] = f"d2lFigure.take({json.dumps(name)},{data(chunk)});\n"
    return found


def painted(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a spec that says how its marks look where they lose their classes, on paper of their own.

    So they do in the reader's views of browsers, which may be dark.
    """
    match = spec.get("match", {"names": (), "styles": ()})
    typed = [[*mark[:-1], style] for mark in spec["parts"][: len(match["names"])] for style in match["styles"]]
    base = on_paper(spec["size"], spec["base"])
    apart = [mark for chunk in spec.get("chunks", {}).values() for mark in chunk["parts"]]
    return {**spec, "base": base, "paint": paints([*base, *spec["parts"], *typed, *apart])}


def table(rows: list[list[Any]], lang: str) -> str:
    """Return the table of a state; its first row is the head."""
    if not rows:
        return '<div class="d2l-table"></div>'

    def line(row: list[Any], tag: str) -> str:
        texts = [marked(cell, lang) for cell in row]
        tags = [tag if text else "td" for text in texts]  # a corner without words heads nothing
        cells = "".join(f"<{tag}>{text}</{tag}>" for tag, text in zip(tags, texts, strict=True))
        return f"<tr>{cells}</tr>"

    body = "".join(line(row, "td") for row in rows[1:])
    return f'<div class="d2l-table"><table><thead>{line(rows[0], "th")}</thead><tbody>{body}</tbody></table></div>'
