"""The fonts of the site's style sheets, and a browser on a system that has one odd font."""

from __future__ import annotations

import base64
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fontTools.ttLib import TTFont
from playwright.sync_api import Browser

from tools import browser as browsers
from tools.site import fonts


def cuts(part: str) -> list[TTFont]:
    """Return the fonts that a style sheet of the site holds."""
    sheet = (fonts.FOLDER / f"{part}.css").read_text(encoding="utf-8")
    return [TTFont(io.BytesIO(base64.b64decode(data))) for data in re.findall('base64,([^"]+)', sheet)]


@contextmanager
def odd_system(chromium: Browser, folder: Path, stretch: float) -> Iterator[Browser]:
    """Yield a browser whose system has one font: without Hangul, and with letters `stretch` times as wide and high."""
    font = cuts("latin")[0]
    font.flavor = None
    for name, (advance, bearing) in font["hmtx"].metrics.items():
        font["hmtx"].metrics[name] = round(advance * stretch), bearing
    for key in ("ascent", "descent"):
        setattr(font["hhea"], key, round(getattr(font["hhea"], key) * stretch))
    for name in font["name"].names:
        name.string = "Odd Sans"
    font.save(folder / "odd.otf")
    settings = folder / "fonts.conf"
    settings.write_text(f"<fontconfig><dir>{folder}</dir><cachedir>{folder}</cachedir></fontconfig>")
    browser = chromium.browser_type.launch(
        executable_path=browsers.executable(), args=browsers.FLAGS, env={**os.environ, "FONTCONFIG_FILE": str(settings)}
    )
    yield browser
    browser.close()
