"""Every page: no violation of WCAG 2.2 AA or of best practice that axe finds.

The schemes take turns from page to page: nothing but colours differs, and all pages have them from one style sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import pytest
from playwright.sync_api import Page
from site_pages import BOTH_AND_A_FEW, OTHER_PAGES, PAGES, RESULTS, arrive, moved, unfold, watch

from tools.project import documents
from tools.site.assets import member

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return {checked: found.passes.length, violations: found.violations.flatMap(({id, help, nodes}) =>
    nodes.map(({target, failureSummary}) => `${id} (${help}) at ${target}: ${failureSummary}`))};
}"""
RING = "(node) => node.matches(':focus-visible') ? getComputedStyle(node).outlineWidth : ''"
# What a reader can do to a figure without a mouse, by the kind of its control.
KEYS = {"checkbox": ["Space"], "select-one": ["ArrowDown"], "text": ["x"], "button": ["Enter"]}
KEYS["range"] = ["ArrowRight", "ArrowLeft"]  # it may stand at an end


@pytest.mark.parametrize(
    ("path", "scheme"), list(zip([*BOTH_AND_A_FEW, *OTHER_PAGES, *RESULTS], cycle(("light", "dark")), strict=False))
)
def test_axe_finds_nothing(new_page: Callable[..., Page], address: str, path: str, scheme: str) -> None:
    page = new_page(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    arrive(page, address + path)
    unfold(page)  # what is folded is checked as it looks open
    page.evaluate(member("axe-core", "axe.min.js").decode())
    result = page.evaluate(RUN, RULES)
    assert result["checked"] > 10
    assert not result["violations"], "\n".join(result["violations"][:8])


@pytest.mark.parametrize("path", [*BOTH_AND_A_FEW, *OTHER_PAGES, *RESULTS])
def test_a_phone_never_scrolls_sideways(new_page: Callable[..., Page], address: str, path: str) -> None:
    page = new_page(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    arrive(page, address + path)
    unfold(page)
    wide = """() => [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > 321)
      .map((node) => node.outerHTML.slice(0, 90))"""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.evaluate(wide)[:5]


@pytest.mark.parametrize("width", [320, 390, 640])
@pytest.mark.parametrize("style", [":root { --sans: monospace }", "html { font-size: 200% }"], ids=["wide", "large"])
@pytest.mark.parametrize("path", [path for path in PAGES if path.endswith(f"/{documents()[0]}.html")])
def test_the_header_holds_wide_and_large_letters(
    new_page: Callable[..., Page], address: str, path: str, style: str, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 640}, is_mobile=True, has_touch=True)
    arrive(page, address + path)
    page.add_style_tag(content=style)
    assert page.locator("header.top").evaluate("(node) => node.scrollWidth") <= width
    boxes = [item.bounding_box() for item in page.locator("header.top :is(a, input, button)").all()]
    assert len(boxes) == 7 and all(boxes)
    for i, box in enumerate(boxes):
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width and box["height"] >= 24
        for other in boxes[:i]:  # side by side or one above the other
            assert other and (
                min(box["x"] + box["width"], other["x"] + other["width"]) <= max(box["x"], other["x"]) + 1
                or min(box["y"] + box["height"], other["y"] + other["height"]) <= max(box["y"], other["y"]) + 1
            )


@pytest.mark.parametrize("path", BOTH_AND_A_FEW)
def test_every_figure_moves_by_keyboard_and_says_what_it_shows(page: Page, address: str, path: str) -> None:
    arrive(page, address + path)
    unfold(page)
    assert page.locator("figure.d2l-figure:not([data-ready])").count() == 0
    for figure in page.locator("figure.d2l-figure").all():
        assert figure.locator(".d2l-say").get_attribute("role") == "status"
        watch(figure)
        for control in figure.locator(".d2l-controls :is(input, select, button)").all():
            if not control.is_visible():  # a press that is offered when there is something to ask
                continue
            control.focus()
            ring = control.evaluate(RING)
            assert ring == "3px", control.evaluate("(node) => node.outerHTML")
            kind = str(control.evaluate("(node) => node.type"))
            for key in KEYS[kind]:
                page.keyboard.press(key)
                control.evaluate("() => new Promise(requestAnimationFrame)")
        moved(figure)
