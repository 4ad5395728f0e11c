"""The SVG that matplotlib writes, made fit to stand in a page.

Styles become attributes, which the style sheet of a page may overrule; words lose the family they were measured in;
what nothing refers to loses its name, what is referred to is named after the content: a page may hold many pictures,
and a book built twice is the same book.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from html import escape
from xml.etree import ElementTree

__all__ = ["half", "in_language", "tidy"]

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
PAIR = re.compile(r"([^가-힣]*) · (.*[가-힣].*)", re.S)  # a word in both languages
WORDS = re.compile(r'(<text[^>]*>|aria-label=")([^<"]*)')
NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
COORDINATES = {"d", "x", "y", "width", "height", "points", "transform", "stroke-width", "stroke-dasharray", "font-size"}
FONT = re.compile(r"(?:(italic|oblique) )?(?:(\d+) )?([\d.]+)px (.*)")  # as matplotlib before 3.9 writes it
REFERENCE = re.compile(r"(?:url\()?#([^)]+)\)?")


def half(words: str, language: str) -> str:
    """Return the half of a word in both languages that readers of one language read; other words as they are.

    >>> half("loss · 손실", "en"), half("loss · 손실", "both"), half("a · b", "ko")
    ('loss', 'loss · 손실', 'a · b')
    """
    found = PAIR.fullmatch(words)
    return found[("en", "ko").index(language) + 1] if found and language != "both" else words


def in_language(svg: str, language: str) -> str:
    """Return a picture in ``'en'``, ``'ko'`` or, as it is stored, ``'both'`` languages."""
    return WORDS.sub(lambda found: found[1] + half(found[2], language), svg)


def rounded(text: str) -> str:
    """Return a text whose numbers have at most two decimals.

    >>> rounded("M 12.50001 -0.001 L 480 3.14159")
    'M 12.5 0 L 480 3.14'
    """

    def short(found: re.Match[str]) -> str:
        return re.sub(r"^-0$", "0", f"{float(found[0]):.2f}".rstrip("0").rstrip("."))

    return NUMBER.sub(short, text)


def path(d: str) -> str:
    """Return the data of a path without blanks and letters that it can do without.

    >>> path("M 0 0 L 1.5 2 L 3 4 z")
    'M0 0L1.5 2 3 4z'
    """
    steps: list[str] = []
    last = ""
    for letter, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", rounded(d)):
        steps.append(("" if letter == last else letter) + " ".join(numbers.split()))
        if letter == last:
            steps[-1] = " " + steps[-1]
        last = letter
    return "".join(steps)


def attributes(style: str) -> dict[str, str]:
    """Return a style as attributes; of the letters only what differs from those of the page."""
    said = dict(part.strip().split(": ", 1) for part in style.split(";") if part.strip())
    if short := FONT.fullmatch(said.pop("font", "")):
        names = ("font-style", "font-weight", "font-size", "font-family")
        said |= {name: value for name, value in zip(names, short.groups(), strict=True) if value}
    if "mono" in said.pop("font-family", "").lower():
        said["font-family"] = "monospace"
    return {name: value.removesuffix("px") for name, value in said.items()}


def flat(node: ElementTree.Element) -> list[ElementTree.Element]:
    """Return a node, tidied with all below it; a group that says nothing is left out, its parts are not."""
    node.tag = node.tag.removeprefix(SVG)
    if node.tag in ("metadata", "style"):
        return []
    given = {name.removeprefix(XLINK): value for name, value in node.attrib.items()}
    given |= attributes(given.pop("style", ""))
    if given.get("transform", "").startswith("rotate(-0 "):
        del given["transform"]
    given = {name: rounded(value) if name in COORDINATES else value for name, value in given.items()}
    if "d" in given:
        given["d"] = path(node.attrib["d"])
    node.attrib = given
    parts = [part for child in list(node) for part in flat(child)]
    node[:] = parts
    for part in (node, *parts):
        part.tail = None
        part.text = part.text if part.tag in ("text", "tspan") and (part.text or "").strip() else None
    if node.tag == "text":
        runs(node)
    bare = node.tag in ("g", "defs") and not set(given) - {"id"}
    return parts if bare and (node.tag == "g" or not parts) else [node]


def runs(text: ElementTree.Element) -> None:
    """Let letters of a formula follow each other, in shares of its size: places are those of another typeface."""
    kept: list[ElementTree.Element] = []
    for part in text:
        part.attrib["x"] = part.attrib["x"].split()[0]
        same = {name: value for name, value in part.attrib.items() if name != "x"}
        if kept and same == {name: value for name, value in kept[-1].attrib.items() if name != "x"}:
            kept[-1].text = f"{kept[-1].text or ''}{part.text or ''}"
        else:
            kept.append(part)
    places = [float(part.attrib["x"]) for part in kept]
    for part, before, place in zip(kept[1:], places, places[1:], strict=False):
        if place > before:  # not under each other, as in a fraction
            del part.attrib["x"]
    sizes = [float(part.attrib.pop("font-size")) for part in kept if "font-size" in part.attrib]
    if kept and len(sizes) == len(kept):
        text.attrib["font-size"] = f"{max(sizes):g}"
        for part, size in zip(kept, sizes, strict=True):
            if size < max(sizes):
                part.attrib["font-size"] = f"{size / max(sizes):.2g}em"
    text[:] = kept


def renamed(root: ElementTree.Element, name: Callable[[int], str]) -> None:
    """Give what is referred to new names, by their order, and take all others."""
    used: dict[str, str] = {}
    for node in root.iter():
        for key, value in node.attrib.items():
            refers = key == "href" or value.startswith("url(")
            if refers and (found := REFERENCE.fullmatch(value)):
                new = used.setdefault(found[1], name(len(used)))
                node.attrib[key] = f"#{new}" if key == "href" else f"url(#{new})"
    for node in root.iter():
        if (old := node.attrib.pop("id", None)) in used:
            node.attrib["id"] = used[str(old)]


def tidy(svg: str, label: str) -> str:
    """Return a picture that matplotlib has written, fit to stand in a page.

    Parameters
    ----------
    svg : str
        With words as text (``svg.fonttype`` is ``none``).
    label : str
        What the picture shows, for readers who hear it.
    """
    tree = ElementTree.fromstring(svg)
    (root,) = flat(tree)
    box = rounded(root.attrib["viewBox"])
    _, _, width, height = box.split()
    renamed(root, str)
    key = hashlib.sha256(ElementTree.tostring(root)).hexdigest()[:8]
    renamed(root, lambda number: f"d2l-{key}-{number}")
    inner = "".join(ElementTree.tostring(part, encoding="unicode", short_empty_elements=False) for part in root)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="d2l-chart" viewBox="{box}" width="{width}" height="{height}" '
        'font-family="sans-serif" stroke-linejoin="round" role="img" '
        f'aria-label="{escape(label)}">{inner}</svg>'
    )
