"""The typeface of the book, cut to the characters that the book uses: `fonts/` of the site, one copy for all editions.

Pretendard has every Hangul syllable there is, 0.8 MB a weight; the book uses a twentieth of them.  Two weights are cut
in two: letters, signs and the syllables of the language switch, which are all that an English page needs, and the
rest of the Hangul.  Each part is a style sheet that holds its fonts: a page is never painted in another typeface first,
and so never moves when its own comes, whatever fonts the reader's system has.

The font's licence asks that an altered copy has another name, so the cut is called `FAMILY`.
"""

import base64
import importlib.metadata
import io
import re
from pathlib import Path

from tools.project import BOOK, BUILD, ROOT, SITE, digest, files_below, write_new
from tools.site import assets
from tools.text import execute

FOLDER = SITE / "fonts"
FAMILY = "D2L Sans"
PACKAGE = "@fontsource/pretendard"
SOURCE = "files/pretendard-latin-{weight}-normal.woff"  # all scripts, whatever its name; it opens faster than woff2
STYLES = {400: "Regular", 700: "Bold"}
WEIGHTS = {400: "400 500", 700: "600 900"}  # the file, and the weights of the style sheets that it stands for
PARTS = ("latin", "hangul")
FILES = [*(f"{part}.css" for part in PARTS), "LICENSE.txt"]
STAMP = BUILD / "stamps" / "fonts"
HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
SWITCH = "한국어"
# Latin, punctuation, super- and subscripts, arrows, mathematics: as far as the font has them, so that a new word in
# English needs no new cut. What the book uses beyond these is added.
ALWAYS = [(0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x203A), (0x2060, 0x2060), (0x2070, 0x209C), (0x2190, 0x2199)]
ALWAYS += [(0x2200, 0x22FF)]
FEATURES = ["kern", "tnum"]  # not calt: it would draw -> as an arrow and 3x3 with a multiplication sign


def used() -> str:
    """Return every character of the book and of its interface once, in order."""
    folders = [ROOT / "site", ROOT / "tools", ROOT / "d2lparams" / "view", BOOK, execute.CACHE]
    kinds = (".ipynb", ".md", ".py", ".js", ".html", ".css", ".json")
    paths = [path for folder in folders for path in files_below(folder) if path.suffix in kinds]
    found: set[str] = set().union(*(path.read_text(encoding="utf-8") for path in paths))
    return "".join(sorted(letter for letter in found if letter.isprintable()))


def parts(characters: str) -> dict[str, set[int]]:
    """Return the code points that each part is to have, as far as the font has them."""
    always = {code for first, last in ALWAYS for code in range(first, last + 1)}
    hangul = {ord(letter) for letter in HANGUL.findall(characters)} - set(map(ord, SWITCH))
    return {"latin": (always | set(map(ord, characters + SWITCH))) - hangul, "hangul": hangul}


def cut(font: bytes, codes: set[int], style: str) -> tuple[bytes, set[int]]:
    """Return a woff2 font of just these code points, and those of them that it has; the same bytes every time."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(layout_features=FEATURES, hinting=False, glyph_names=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]  # with the copyright and the licence
    options.name_languages = [0x409]
    options.drop_tables += ["DSIG"]
    opened = TTFont(io.BytesIO(font), lazy=True, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(opened)
    plain = FAMILY.replace(" ", "")
    for identity, name in {1: FAMILY, 3: f"{plain}-{style}", 4: f"{FAMILY} {style}", 6: f"{plain}-{style}"}.items():
        opened["name"].setName(name, identity, 3, 1, 0x409)
    opened.flavor = "woff2"
    stream = io.BytesIO()
    opened.save(stream, reorderTables=False)
    return stream.getvalue(), set(opened.getBestCmap())


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


def face(font: bytes, weight: int, codes: set[int]) -> str:
    """Return the rule that brings a font."""
    data = base64.b64encode(font).decode()
    return (
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {WEIGHTS[weight]}; unicode-range: {ranges(codes)};\n'
        f'  src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
    )


def contents(characters: str) -> dict[str, bytes]:
    """Return the files of the folder by name: the style sheets of both parts and the licence."""
    head = f"/* {FAMILY} is cut from Pretendard (SIL Open Font License 1.1, LICENSE.txt) by tools/site/fonts.py. */\n"
    sources = {weight: assets.member(PACKAGE, SOURCE.format(weight=weight)) for weight in STYLES}
    files = {"LICENSE.txt": assets.member(PACKAGE, "LICENSE")}
    for part, codes in parts(characters).items():
        cuts = {weight: cut(sources[weight], codes, style) for weight, style in STYLES.items()}
        rules = [face(font, weight, has) for weight, (font, has) in cuts.items()]
        files[f"{part}.css"] = "".join([head, *rules]).encode()
    return files


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
    for name, data in contents(characters).items():
        write_new(FOLDER / name, data)
    write_new(STAMP, wanted(characters))
    return True
