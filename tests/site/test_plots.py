"""What matplotlib draws in a page: legible in both schemes, heard in the page's language, printed, fit for a phone.

The cell is one that a chapter could have, run in the page; a page that was built holds the same markup, which
`tests/book/test_tools.py` follows from a kernel into every edition.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import pytest
from axe import accessible
from hosting import Host
from live_pages import cell, go_live, press, run
from paper import read_sheets
from playwright.sync_api import Locator, Page, expect
from site_pages import arrive, drawn

from tools.project import documents
from tools.text.words import EDITIONS

PLOT = """import matplotlib.pyplot as plt
from d2lparams import view
view.plot_style()
fig, ax = plt.subplots()
for n, name in enumerate(["tied · 묶음", "free · 따로"], 1):
    ax.plot([n / k for k in range(1, 40)], label=name)
ax.plot([1] * 39, "k", lw=1)
ax.set(xlabel="step · 스텝", ylabel="loss · 손실", title="1 / n", yscale="log")
ax.legend()
view.describe(fig, en="The loss falls.", ko="손실이 줄어듭니다.")"""
NAMES = {"en": "The loss falls.", "ko": "손실이 줄어듭니다.", "both": "The loss falls. · 손실이 줄어듭니다."}
# How much lighter or darker each word and curve is than what lies behind it (WCAG 2.2).
CONTRASTS = """(picture) => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const light = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
    const [r, g, b] = parts.map((part) => (part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const contrast = (colour) => (Math.max(light(colour), paper) + .05) / (Math.min(light(colour), paper) + .05);
  const all = (what, property) => [...picture.querySelectorAll(what)].map((node) => getComputedStyle(node)[property]);
  return [all("text", "fill"), all('path[stroke-width="2"], path[stroke-width="1"]', "stroke")]
    .map((colours) => colours.map(contrast));
}"""


def plotted(page: Page, edition: str) -> Locator:
    """Run the cell in a live page; return the picture, which is found by its name."""
    shown = run(page, 1, PLOT)
    picture = shown.get_by_role("img", name=NAMES[edition], exact=True)
    expect(picture).to_be_visible()
    expect(shown.locator(".output")).to_have_count(1)  # no warning, and no second picture
    drawn(page)
    return picture


def inks(picture: Locator, scheme: Literal["light", "dark"]) -> list[float]:
    """Return the contrasts of a picture's words in a scheme, after asking that they and its curves can be seen."""
    picture.page.emulate_media(color_scheme=scheme)
    drawn(picture.page)
    texts, curves = picture.evaluate(CONTRASTS)
    assert len(texts) > 8 and min(texts) >= 4.5
    assert len(curves) >= 3 and min(curves) >= 3
    return list(texts)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_picture_is_legible_and_named_fits_a_phone_and_is_printed_with_its_words(
    tab: Page, address: str, edition: str
) -> None:
    go_live(tab, address, f"{edition}/{documents()[1]}.html")
    picture = plotted(tab, edition)
    said = " ".join(picture.locator("text").all_text_contents())
    assert ("step" in said, "스텝" in said) == (edition != "ko", edition != "en")
    box = picture.bounding_box()
    assert box and 480 <= box["width"] <= 640
    assert inks(picture, "light") != inks(picture, "dark")
    accessible(tab)
    tab.set_viewport_size({"width": 320, "height": 640})
    drawn(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    assert picture.locator("text").first.evaluate("(text) => text.getBoundingClientRect().height") >= 9
    tab.emulate_media(media="print")
    assert picture.evaluate("(node) => getComputedStyle(node.closest('figure')).breakInside") == "avoid"
    printed = "".join(sheet.text for sheet in read_sheets(tab.pdf()))
    wanted = {"en": "free", "ko": "따로", "both": "free · 따로"}[edition]
    assert wanted.replace(" ", "") in re.sub(r"\s+", "", printed)


def test_matplotlib_is_fetched_when_a_cell_asks_for_it_and_not_before(
    new_page: Callable[..., Page], address: str
) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    Host.asked.clear()
    arrive(page, f"{address}en/{documents()[1]}.html")
    press(page)
    run(page, 1, "from d2lparams import view\nview.describe")
    assert not [path for path in Host.asked if "matplotlib-3" in path]
    plotted(page, "en")
    assert [path for path in Host.asked if "matplotlib-3" in path]
    expect(cell(page, 1).locator(".d2l-output img")).to_have_count(0)
