"""The typeface of the book, cut to the characters that the book uses: `fonts/` of the site, one copy for all editions.

Pretendard has every Hangul syllable there is, 0.8 MB a weight; the book uses a twentieth of them.  Two weights are cut
in two: letters, signs and the syllables of the language switch, which are all that an English page needs, and the
rest of the Hangul.  Each part is a style sheet that holds its fonts: a page is never painted in another typeface first,
and so never moves when its own comes, whatever fonts the reader's system has.

Formulas have a font of their own, since stretched braces, roots that meet their bars and fractions at the right height
need a table that few systems' fonts have.  It has letters, Greek and operators, and pages with formulas load it.

The fonts' licences ask that an altered copy has another name, so the cuts are called `FAMILY` and `FORMULAS`.
"""

from __future__ import annotations

import base64
import importlib.metadata
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tools.project import BOOK, BUILD, ROOT, SITE, digest, files_below, notebooks, write_new
from tools.site import assets
from tools.text import execute

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FOLDER = SITE / "fonts"
FAMILY = "D2L Sans"
PACKAGE = "@fontsource/pretendard"
SOURCE = "files/pretendard-latin-{weight}-normal.woff"  # all scripts, whatever its name; it opens faster than woff2
STYLES = {400: "Regular", 700: "Bold"}
WEIGHTS = {400: "400 500", 700: "600 900"}  # the file, and the weights of the style sheets that it stands for
PARTS = ("latin", "hangul")
FORMULAS = "D2L Math"
MATH_PACKAGE = "@fontsource/stix-two-math"
MATH_SOURCE = "files/stix-two-math-latin-400-normal.woff"
BAR = 56  # thousandths of the size: a pixel at the size of the text
CLEAR = 64  # more room below the bar of a root, since a browser rounds the place of the letters up, by up to a pixel
FILES = [*(f"{part}.css" for part in PARTS), "LICENSE.txt", "math.css", "LICENSE-math.txt"]
STAMP = BUILD / "stamps" / "fonts"
HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
SWITCH = "한국어"
# Latin, punctuation, super- and subscripts, arrows, mathematics: as far as the font has them, so that a new word in
# English needs no new cut. What the book uses beyond these is added.
ALWAYS = [(0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x203A), (0x2060, 0x2060), (0x2070, 0x209C), (0x2190, 0x2199)]
ALWAYS += [(0x2200, 0x22FF)]
# What formulas are written with, whichever the book uses today: letters, upright and italic (a browser draws an x as
# U+1D465), Greek, primes, invisible operators, arrows, operators, brackets.
MATH = [(0x20, 0x7E), (0xB0, 0xB1), (0xB7, 0xB7), (0xD7, 0xD7), (0xF7, 0xF7), (0x302, 0x304), (0x393, 0x3C9)]
MATH += [(0x3D1, 0x3D6)]
MATH += [(0x2010, 0x2014), (0x2016, 0x2016), (0x2026, 0x2026), (0x2032, 0x2034), (0x203E, 0x203E), (0x2061, 0x2064)]
MATH += [(0x2102, 0x2102), (0x210E, 0x210E), (0x2113, 0x2115), (0x211D, 0x211D), (0x2124, 0x2124), (0x2190, 0x2194)]
MATH += [(0x21A6, 0x21A6), (0x21D0, 0x21D4), (0x2200, 0x222B), (0x2236, 0x226B), (0x2282, 0x2287), (0x2295, 0x2299)]
MATH += [(0x22A4, 0x22A5), (0x22C5, 0x22C6), (0x22EE, 0x22F1), (0x2308, 0x230B), (0x23DE, 0x23DF), (0x27E8, 0x27E9)]
MATH += [(0x1D434, 0x1D467), (0x1D6FC, 0x1D71B)]
# The last two shape small letters and accents of formulas. Not calt: it would draw -> as an arrow and 3x3 with a
# multiplication sign.
FEATURES = ["kern", "tnum", "ssty", "flac"]


def used() -> str:
    """Return every character of the book and of its interface once, in order."""
    folders = [ROOT / "site", ROOT / "tools", ROOT / "d2lparams" / "view", BOOK]
    kinds = (".ipynb", ".md", ".py", ".js", ".html", ".css", ".json")
    paths = [path for folder in folders for path in files_below(folder) if path.suffix in kinds]
    paths += (ROOT / "d2lparams").glob("*.py")  # whose docstrings are the reference
    paths += filter(Path.exists, map(execute.remembered, notebooks()))
    found: set[str] = set().union(*(path.read_text(encoding="utf-8") for path in paths))
    return "".join(sorted(letter for letter in found if letter.isprintable()))


def parts(characters: str) -> dict[str, set[int]]:
    """Return the code points that each part is to have, as far as the font has them."""
    hangul = {ord(letter) for letter in HANGUL.findall(characters)} - set(map(ord, SWITCH))
    return {"latin": (spread(ALWAYS) | set(map(ord, characters + SWITCH))) - hangul, "hangul": hangul}


def spread(ranges: list[tuple[int, int]]) -> set[int]:
    """Return the code points of ranges, both ends included."""
    return {code for first, last in ranges for code in range(first, last + 1)}


def opened(font: bytes) -> TTFont:
    """Return a font whose tables are read when they are asked for, and which keeps its date when it is saved."""
    from fontTools.ttLib import TTFont

    return TTFont(io.BytesIO(font), lazy=True, recalcTimestamp=False)


def cut(font: TTFont, codes: set[int], family: str, style: str) -> tuple[bytes, set[int]]:
    """Cut a font; return it as woff2 with just these code points, and those of them that it has.

    The bytes are the same every time.
    """
    from fontTools import subset

    options = subset.Options(layout_features=FEATURES, hinting=False, glyph_names=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]  # with the copyright and the licence
    options.name_languages = [0x409]
    options.drop_tables += ["DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    plain = family.replace(" ", "")
    for identity, name in {1: family, 3: f"{plain}-{style}", 4: f"{family} {style}", 6: f"{plain}-{style}"}.items():
        font["name"].setName(name, identity, 3, 1, 0x409)
    font.flavor = "woff2"
    stream = io.BytesIO()
    font.save(stream, reorderTables=False)
    return stream.getvalue(), set(font.getBestCmap())


def fit_roots(font: TTFont) -> TTFont:
    """Give the font of formulas roots that close: a thin bar, clear of letters, and tall signs that are narrow.

    A browser reserves the width of the widest sign for every root, so that a gap follows a small one, and draws the bar
    on whole pixels: a bar of 1.2 pixels is sometimes one and sometimes two of them, beside its sign.
    """
    constants, variants = font["MATH"].table.MathConstants, font["MATH"].table.MathVariants
    constants.RadicalRuleThickness.Value = constants.FractionRuleThickness.Value = BAR
    constants.RadicalVerticalGap.Value += CLEAR
    constants.RadicalDisplayStyleVerticalGap.Value += CLEAR
    small = font.getBestCmap()[ord("√")]
    taller = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(small)]
    names = [record.VariantGlyph for record in taller.MathGlyphVariantRecord]
    names += [part.glyph for part in taller.GlyphAssembly.PartRecords]
    width = font["hmtx"][small][0]
    for name in dict.fromkeys(names):
        narrower = width / font["hmtx"][name][0]
        font["glyf"][name].coordinates.scale((narrower, 1))
        font["glyf"][name].recalcBounds(font["glyf"])
        font["hmtx"][name] = width, font["glyf"][name].xMin
    return font


def ranges(codes: set[int]) -> str:
    """Return code points as a `unicode-range`.

    >>> ranges({0x41, 0x42, 0x43, 0x2192})
    'U+41-43, U+2192'
    """
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in runs)


def face(font: bytes, family: str, weights: str, codes: set[int]) -> str:
    """Return the rule that brings a font."""
    data = base64.b64encode(font).decode()
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weights}; unicode-range: {ranges(codes)};\n'
        f'  src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
    )


def contents(characters: str) -> dict[str, bytes]:
    """Return the files of the folder by name: the style sheets and the licences."""
    sources = {weight: assets.member(PACKAGE, SOURCE.format(weight=weight)) for weight in STYLES}
    files = {
        "LICENSE.txt": assets.member(PACKAGE, "LICENSE"),
        "LICENSE-math.txt": assets.member(MATH_PACKAGE, "LICENSE"),
    }
    for part, codes in parts(characters).items():
        cuts = {weight: cut(opened(sources[weight]), codes, FAMILY, style) for weight, style in STYLES.items()}
        rules = [face(font, FAMILY, WEIGHTS[weight], has) for weight, (font, has) in cuts.items()]
        files[f"{part}.css"] = "".join([_head(FAMILY, "Pretendard", "LICENSE.txt"), *rules]).encode()
    formulas = fit_roots(opened(assets.member(MATH_PACKAGE, MATH_SOURCE)))
    font, has = cut(formulas, spread(MATH), FORMULAS, "Regular")
    rule = face(font, FORMULAS, "400", has)
    files["math.css"] = f"{_head(FORMULAS, 'STIX Two Math', 'LICENSE-math.txt')}{rule}".encode()
    return files


def _head(family: str, source: str, licence: str) -> str:
    return f"/* {family} is cut from {source} (SIL Open Font License 1.1, {licence}) by tools/site/fonts.py. */\n"


def wanted(characters: str) -> str:
    """Return all that the files depend on."""
    versions = [importlib.metadata.version(name) for name in ("fonttools", "brotli")]
    made = [digest([Path(__file__), assets.LISTS / "package-lock.json"]), *versions, characters]
    return "\n".join(made)


def publish() -> bool:
    """Bring `fonts/` of the site up to date; return whether something had to be cut."""
    characters = used()
    known = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    if known == wanted(characters) and all((FOLDER / name).exists() for name in FILES):
        return False
    STAMP.unlink(missing_ok=True)
    for name, data in contents(characters).items():
        write_new(FOLDER / name, data)
    write_new(STAMP, wanted(characters))
    return True
