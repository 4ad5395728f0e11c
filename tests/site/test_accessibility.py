"""Every page, opened once on a wide screen: accessible to axe, and every figure to a keyboard.

The schemes take turns from page to page: nothing but colours differs, and all pages have them from one style sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle, product

import pytest
from axe import accessible
from conftest import WIDE, visitors
from figure_words import faults
from playwright.sync_api import BrowserContext, Page
from site_pages import BOTH_AND_A_FEW, OTHER_PAGES, PAGES, RESULTS, arrive, moved, unfold, watch

from tools.project import documents

RING = "(node) => node.matches(':focus-visible') ? getComputedStyle(node).outlineWidth : ''"
# What a reader can do to a figure without a mouse, by the kind of its control.
KEYS = {"checkbox": ["Space"], "select-one": ["ArrowDown"], "text": ["x"], "button": ["Enter"]}
KEYS["range"] = ["ArrowRight", "ArrowLeft"]  # it may stand at an end


SCREENS = list(zip([*BOTH_AND_A_FEW, *OTHER_PAGES, *RESULTS], cycle(("light", "dark")), strict=False))


@pytest.fixture(scope="module", params=SCREENS, ids="-".join)
def opened(place: Callable[..., BrowserContext], address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return a page with all its folds open: once for all tests, in their order."""
    path, scheme = request.param
    with visitors(place) as open_tab:
        page = open_tab(color_scheme=scheme, reduced_motion="reduce", viewport=WIDE)
        arrive(page, address + path)
        unfold(page)  # what is folded is checked as it looks open
        yield page


def test_axe_finds_nothing(opened: Page) -> None:
    accessible(opened)


def test_every_figure_moves_by_keyboard_and_says_what_it_shows(opened: Page) -> None:
    opened.emulate_media(reduced_motion="no-preference")
    assert opened.locator("figure.d2l-figure:not([data-ready])").count() == 0
    for figure in opened.locator("figure.d2l-figure").all():
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
                opened.keyboard.press(key)
                control.evaluate("() => new Promise(requestAnimationFrame)")
        moved(figure)


def test_words_of_figures_are_large_whole_inside_their_boxes_and_apart(opened: Page) -> None:
    assert not faults(opened)


# Words in letters of another width, and large ones.
STYLES = [":root { --sans: monospace }", "html { font-size: 200% }"]
STYLE = """(text) => {
  const make = () => document.head.appendChild(Object.assign(document.createElement("style"), {id: "odd"}));
  (document.querySelector("#odd") ?? make()).textContent = text;
}"""


@pytest.mark.parametrize("path", [path for path in PAGES if path.endswith(f"/{documents()[0]}.html")])
def test_the_header_holds_wide_and_large_letters(new_tab: Callable[..., Page], address: str, path: str) -> None:
    page = new_tab(viewport={"width": 640, "height": 640}, is_mobile=True, has_touch=True)
    arrive(page, address + path)
    for style, width in product(STYLES, (320, 390, 640)):
        page.evaluate(STYLE, style)
        page.set_viewport_size({"width": width, "height": 640})
        assert page.locator("header.top").evaluate("(node) => node.scrollWidth") <= width, (style, width)
        boxes = [item.bounding_box() for item in page.locator("header.top :is(a, input, button)").all()]
        assert len(boxes) == 7 and all(boxes)
        for i, box in enumerate(boxes):
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= width and box["height"] >= 24, (style, width)
            for other in boxes[:i]:  # side by side or one above the other
                assert other and (
                    min(box["x"] + box["width"], other["x"] + other["width"]) <= max(box["x"], other["x"]) + 1
                    or min(box["y"] + box["height"], other["y"] + other["height"]) <= max(box["y"], other["y"]) + 1
                ), (style, width)
