"""`python -m tools.hangul`: make the font with which matplotlib measures Hangul, `d2lparams/view/hangul.ttf`.

Its one glyph is a box as wide as a syllable of Pretendard, the same for all of Hangul (a table of the format "many to
one" says so in a few bytes). Nobody sees it: a picture holds its words as text, and readers see their own letters.
"""

import io

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from d2lparams.view.chart import FAMILY, HANGUL
from tools.project import write_new

# Jamo, compatibility jamo, punctuation of East Asia, syllables.
CODES = [(0x1100, 0x11FF), (0x3000, 0x303F), (0x3131, 0x318E), (0xAC00, 0xD7A3)]
UNITS, ADVANCE, BOX = 1000, 870, (60, -100, 810, 760)  # of an em of 1000; the box is left, low, right, high
ASCENT, DESCENT = 952, -241


def font() -> bytes:
    """Return the font, the same bytes every time."""
    pen = TTGlyphPen(None)
    left, low, right, high = BOX
    pen.moveTo((left, low))
    for corner in ((left, high), (right, high), (right, low)):
        pen.lineTo(corner)
    pen.closePath()
    glyph = pen.glyph()
    made = FontBuilder(UNITS, isTTF=True)
    made.setupGlyphOrder([".notdef", "box"])
    made.setupGlyf({".notdef": glyph, "box": glyph})
    made.setupHorizontalMetrics({".notdef": (ADVANCE, left), "box": (ADVANCE, left)})
    made.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    made.setupCharacterMap({CODES[-1][0]: "box"})
    made.setupNameTable({"familyName": FAMILY, "styleName": "Regular"})
    made.setupOS2()
    made.setupPost()
    table = CmapSubtable.newSubtable(13)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.format, table.reserved, table.length, table.nGroups = 13, 0, 0, 0
    table.cmap = {code: "box" for first, last in CODES for code in range(first, last + 1)}
    made.font["cmap"].tables = [table]
    made.font["head"].created = made.font["head"].modified = 0
    made.font.recalcTimestamp = False
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


if __name__ == "__main__":
    write_new(HANGUL, font())
