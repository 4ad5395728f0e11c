"""Where the style sheets do not rule: colours that the reader's system forces, and views that drop classes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from conftest import WIDE
from playwright.sync_api import Page
from site_pages import PAGES, arrive

from d2lparams import view
from d2lparams.view import paint, widget
from d2lparams.view.spec import Figure

LOOKS = """(drop) => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true }), known = {};
  const seen = (colour) => {
    if (!(colour in known)) {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      known[colour] = `rgb(${[...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).join()})`;
    }
    return known[colour];
  };
  return [...document.querySelectorAll("article svg.d2l-scene, svg[data-bare]")].flatMap((svg) => {
  const all = [svg, ...svg.querySelectorAll("*")];
  if (drop) {
    svg.dataset.bare = "";
    all.forEach((node) => node.removeAttribute("class"));
  }
  return all.slice(1).map((node) => {
    const look = getComputedStyle(node), has = (name) => look[name] !== "none" && look[name];
    if (node.tagName === "g") return "cells";
    if (node.tagName === "tspan" || node.parentNode.tagName === "g") {
      return seen(look.fill) + (has("stroke") && seen(look.stroke));
    }
    if (node.tagName === "text") return ["text", look.opacity, seen(look.fill), look.fontWeight].join(" "); // no halo
    const line = has("stroke") && [seen(look.stroke), look.strokeWidth, look.strokeDasharray];
    const fill = has("fill") && [seen(look.fill), look.fillOpacity];
    return [node.tagName, look.opacity, fill, line, look.fontWeight].join(" ");
  });
  });
}"""
SIZES = """() => [...document.querySelectorAll("article svg.d2l-scene text")].map((node) => {
  const { fontSize, fontFamily } = getComputedStyle(node);
  return [fontSize, fontFamily].join(" ");
})"""
UNPAINT = """(names) => document.querySelectorAll("article svg.d2l-scene, article svg.d2l-scene *").forEach((node) => {
  names.forEach((name) => node.removeAttribute(name));
})"""
MOVED = """() => document.querySelectorAll("figure.d2l-figure").forEach((figure) => {
  const last = figure.querySelector("input[type=range]");
  if (!last) return;
  last.value = last.max;
  last.dispatchEvent(new Event("input", { bubbles: true }));
})"""


@pytest.fixture
def page(new_tab: Callable[..., Page]) -> Page:
    """Return a page on a wide screen in the module's context."""
    return new_tab(viewport=WIDE)


ENGLISH = [path for path in PAGES if path.startswith("en/")]


@pytest.mark.parametrize(("path", "moved"), list(zip(ENGLISH, cycle((False, True)), strict=False)))
def test_a_figure_that_loses_its_classes_keeps_its_look(page: Page, address: str, path: str, moved: bool) -> None:
    arrive(page, address + path)
    if moved:
        page.evaluate(MOVED)
    before, after = page.evaluate(LOOKS, False), page.evaluate(LOOKS, True)
    assert len(before) == len(after)
    # Paper alone is seen only then: its page has its own.
    papers = page.locator("svg[data-bare]").count()
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert len(changed) == papers and all("rgb(255,255,255)" in new for _, new in changed), changed[:3]
    assert page.locator("svg[data-bare] rect").count() == 0  # readers' views give it the height `auto`, which is none


def test_words_have_no_halo_that_could_lie_on_them() -> None:
    assert not [name for name, said in paint.RULES.items() if name.startswith("text") and "stroke" in said]


RENDERED = """([scene, controls]) => {
  const known = {scene, controls, values: controls.map(({start}) => start), language: "en"};
  const model = {get: (name) => known[name], set() {}, save_changes() {}, on() {}, off() {}};
  const el = document.createElement("div");
  document.querySelector("article").replaceChildren(el);
  d2lFigure.render({model, el});
}"""


@pytest.mark.parametrize("figure", [view.playground, view.learning, view.fans, view.half])
def test_a_figure_of_a_kernel_that_loses_its_classes_keeps_its_look(
    page: Page, address: str, figure: Callable[[], Figure]
) -> None:
    drawing = widget.live(figure())
    arrive(page, f"{address}en/tree.html")
    page.evaluate(RENDERED, [drawing.scene, drawing.controls])
    before, after = page.evaluate(LOOKS, False), page.evaluate(LOOKS, True)
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert len(before) > 20 and len(changed) == 1 and "rgb(255,255,255)" in changed[0][1], changed[:3]  # its paper


@pytest.mark.parametrize("path", ENGLISH)
def test_where_the_style_sheet_rules_the_paint_says_nothing(
    new_tab: Callable[..., Page], address: str, path: str
) -> None:
    page = new_tab(viewport={"width": 390, "height": 844}, color_scheme="dark")
    arrive(page, address + path)
    painted = page.evaluate(LOOKS, False), page.evaluate(SIZES)
    page.evaluate(UNPAINT, sorted({name for said in paint.RULES.values() for name in said} - {"vector-effect"}))
    assert (page.evaluate(LOOKS, False), page.evaluate(SIZES)) == painted


CONTRAST = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const paper = document.createElement("div");
  paper.style.background = "Canvas";
  document.body.append(paper);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const linear = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const ground = getComputedStyle(paper).backgroundColor;
  const worst = (selector, name) => [...document.querySelectorAll(selector)]
    .map((node) => ratio(getComputedStyle(node)[name], ground)).reduce((a, b) => Math.min(a, b), 21);
  const words = "article :is(.d2l-scene text:is(.tick, .label), .d2l-chart text)";
  return {
    words: worst(words, "fill"), hues: worst(".d2l-scene :is(line, polyline):is(.a, .b, .c, .d, .e, .f)", "stroke"),
    marks: [".languages a", ".chapters a"].map((list) => (
      ratio(getComputedStyle(document.querySelector(`${list}[aria-current]`)).backgroundColor, ground))),
  };
}"""


@pytest.mark.parametrize("chosen", ["light", "dark"])
@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("path", ["en/tree.html", "ko/initializers.html", "both/tree.html"])
def test_forced_colours_leave_words_marks_and_the_current_page_to_be_seen(
    new_tab: Callable[..., Page], address: str, path: str, system: Any, chosen: str
) -> None:
    page = new_tab(viewport={"width": 1280, "height": 900}, forced_colors="active", color_scheme=system)
    page.add_init_script(f"localStorage.setItem('d2l-theme', '{chosen}')")
    arrive(page, address + path)
    seen = page.evaluate(CONTRAST)
    assert seen["words"] >= 7 and seen["hues"] >= 3 and min(seen["marks"]) >= 3, seen
    # A switch that is drawn would be the same on and off; the second title of the current page is marked as the first.
    assert page.locator(".d2l-predict input").evaluate("(node) => getComputedStyle(node).appearance") == "auto"
    inside = "(link) => [link, ...link.querySelectorAll('*')].map((node) => getComputedStyle(node).color)"
    assert len(set(page.locator(".chapters a[aria-current]").evaluate(inside))) == 1
    for control in (".languages a", ".d2l-figure input", ".d2l-run"):
        page.locator(control).first.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")  # a focus by keyboard
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", control
