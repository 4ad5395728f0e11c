"""Printed sheets as a reader sees them: their size, their letters, the line at their foot.

pdfium reads them, which draws PDFs in Chromium; pypdf, which knows what a PDF is made of, takes ten times as long.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from pypdfium2 import PdfDocument, PdfTextPage


class Sheet(NamedTuple):
    """A printed sheet: its width and height in points, its text, and the letters of its lowest line."""

    size: tuple[float, float]
    text: str
    foot: str

    @property
    def letters(self) -> str:
        """Return the letters of the text."""
        return squeezed(self.text)


def squeezed(text: str) -> str:
    """Return the letters of a text: PDF breaks lines elsewhere, keeps no spaces for certain, and has ligatures."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def lowest(page: PdfTextPage) -> str:
    """Return the letters of the line that stands lowest on a sheet, wherever it stands in the file."""
    pieces = [(box[1], page.get_text_bounded(*box)) for box in map(page.get_rect, range(page.count_rects()))]
    pieces = [(bottom, text) for bottom, text in pieces if text.strip()]
    foot = min((bottom for bottom, _ in pieces), default=0) + 4  # points: a bracket hangs lower than a letter
    return squeezed("".join(text for bottom, text in pieces if bottom < foot))


def read_sheets(pdf: bytes) -> list[Sheet]:
    """Return the sheets of a PDF in order."""
    found = []
    with PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            found.append(Sheet(page.get_size(), text.get_text_bounded(), lowest(text)))
    return found
