"""Draw `site/card.png`, the picture shown where a page's address is shared: `python -m tools.site.card`.

It is committed, since drawing it needs a browser and a font with Hangul; only a new title asks for a new one.
"""

from html import escape

from tools import browser
from tools.project import CARD
from tools.text.words import TITLE

WIDTH, HEIGHT = 1200, 630
# A network as the book draws it: blocks hold blocks, equal colours are one tensor.
EDGES = [((960, 150), (850, 305)), ((960, 150), (1070, 305)), ((850, 305), (790, 460)), ((850, 305), (910, 460))]
EDGES += [((1070, 305), (1010, 460)), ((1070, 305), (1130, 460))]
NODES = [(960, 150, 40, "#ffffff"), (850, 305, 34, "#ffffff"), (1070, 305, 34, "#ffffff")]
NODES += [(790, 460, 30, "#ffc78f"), (910, 460, 30, "#8fd3ff"), (1010, 460, 30, "#ffc78f"), (1130, 460, 30, "#a8e6cf")]


def page() -> str:
    """Return the card as a page."""
    lines = "".join(f'<line x1="{a}" y1="{b}" x2="{c}" y2="{d}"/>' for (a, b), (c, d) in EDGES)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="{r}" fill="{colour}"/>' for x, y, r, colour in NODES)
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><style>
body {{ margin: 0; background: #0b4a80; color: #fff; font-family: Pretendard, "Noto Sans CJK KR", sans-serif; }}
svg {{ position: absolute; inset: 0; }} line {{ stroke: #fff; stroke-width: 6; opacity: .7; }}
main {{ position: absolute; left: 80px; top: 130px; width: 660px; }}
h1 {{ font-size: 84px; line-height: 1.08; margin: 0 0 34px; letter-spacing: -.02em; }}
p {{ font-size: 50px; line-height: 1.3; margin: 0; color: #ffd9b0; font-weight: 600; }}
</style><svg width="{WIDTH}" height="{HEIGHT}" aria-hidden="true">{lines}{dots}</svg>
<main><h1>{escape(TITLE["en"])}</h1><p lang="ko">{escape(TITLE["ko"])}</p></main></html>"""


def main() -> None:
    """Draw the card and store it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=browser.executable(), args=browser.FLAGS)
        sheet = running.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        sheet.set_content(page())
        sheet.screenshot(path=CARD)
        running.close()
    print(f"{CARD.name}: {CARD.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
