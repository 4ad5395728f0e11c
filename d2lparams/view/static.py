"""A figure in a page without a kernel: picture, table and spec as HTML; ``figure.js`` makes it respond."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from .spec import TABLE, Words, start_key, voices
from .svg import first

__all__ = ["html"]

DOT = '<span class="d2l-dot" aria-hidden="true"> · </span>'
# Inside a script, letters that could end it, open a comment in it, or end a line of it are written as escapes.
ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<\u2028\u2029"}


def marked(words: Words, lang: str) -> str:
    """Return words as HTML; where both languages stand, each is marked as what it is."""
    texts = [(name, escape(text, quote=False)) for name, text in voices(words, lang)]
    return texts[0][1] if len(texts) == 1 else DOT.join(f'<span lang="{name}">{text}</span>' for name, text in texts)


def html(spec: dict[str, Any], lang: str = "both") -> str:
    """Return the ``<figure>`` of a spec in the language of the page.

    Parameters
    ----------
    spec : dict
        As `build` returns it.
    lang : {'en', 'ko', 'both'}
    """
    state = spec["states"][start_key(spec)]
    data = json.dumps(spec, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(ESCAPES)
    return (
        f'<figure class="d2l-figure d2l-{escape(spec["kind"])}" id="{spec["id"]}" data-language="{lang}">'
        f'<figcaption class="d2l-title">{marked(spec["title"], lang)}</figcaption>'
        f'<div class="d2l-controls"></div><div class="d2l-stage">{first(spec, lang)}</div>'
        f'<p class="d2l-say" role="status">{marked(state["say"], lang)}</p>'
        f'<details class="d2l-data"><summary>{marked(TABLE, lang)}</summary>'
        f"{table(state['table'], lang)}</details>"
        f'<script type="application/json" class="d2l-spec">{data}</script></figure>'
    )


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
