"""The typeface of the book, cut to the characters that the book uses: `fonts/` of the site, one copy for all editions.

Pretendard has every Hangul syllable there is, 0.8 MB a weight; the book uses a twentieth of them.  Two weights are cut
in two: letters, signs and the syllables of the language switch, which are all that an English page needs, and the
rest of the Hangul.  The browser takes a file when a page has a character of its range.

The font's licence asks that an altered copy has another name, so the cut is called `FAMILY`.
"""

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
FILES = [*(f"{part}-{weight}.woff2" for weight in STYLES for part in PARTS), "fonts.css", "LICENSE.txt"]
STAMP = BUILD / "stamps" / "fonts"
HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
SWITCH = "한국어"
# Latin, punctuation, super- and subscripts, arrows, mathematics: as far as the font has them, so that a new word in
# English needs no new cut. What the book uses beyond these is added.
ALWAYS = [(0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x203A), (0x2060, 0x2060), (0x2070, 0x209C), (0x2190, 0x2199)]
ALWAYS += [(0x2200, 0x22FF)]
FEATURES = ["kern", "tnum"]  # not calt: it would draw -> as an arrow and 3x3 with a multiplication sign
# What stands in while the cut is on its way: system fonts, made as wide and as high as the cut so that no line breaks
# elsewhere when it comes. Arial and its twins by the English text of the book, Hangul by the width of its syllables,
# 0.864 against 0.92; Apple's has Pretendard's width.
STAND_IN = {
    ("latin", 400): (["Arial", "Liberation Sans", "Arimo"], "101.4%", "93.9%", "23.8%"),
    ("latin", 700): (["Arial Bold", "Liberation Sans Bold", "Arimo Bold"], "99.6%", "95.6%", "24.2%"),
    ("hangul", 400): (["Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic"], "93.9%", "101.4%", "25.7%"),
    ("hangul", 700): (
        ["Noto Sans KR Bold", "Noto Sans CJK KR Bold", "Malgun Gothic Bold"],
        "93.9%",
        "101.4%",
        "25.7%",
    ),
}


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


def face(name: str, weight: int, codes: set[int]) -> str:
    """Return the rule that lets pages use a file."""
    return (
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {WEIGHTS[weight]}; font-display: swap;\n'
        f'  src: url("{name}") format("woff2"); unicode-range: {ranges(codes)}; }}\n'
    )


def stand_in(part: str, weight: int) -> str:
    """Return the rule for what is shown until a file is there."""
    names, size, ascent, descent = STAND_IN[part, weight]
    local = ", ".join(f'local("{name}")' for name in names)
    only = "unicode-range: U+1100-11FF, U+3131-318E, U+AC00-D7A3; " if part == "hangul" else ""
    return (
        f'@font-face {{ font-family: "{FAMILY} Stand-in"; font-weight: {WEIGHTS[weight]}; src: {local}; {only}'
        f"size-adjust: {size}; ascent-override: {ascent}; descent-override: {descent}; line-gap-override: 0%; }}\n"
    )


def contents(characters: str) -> dict[str, bytes]:
    """Return the files of the folder by name: four fonts, their style sheet and their licence."""
    files: dict[str, bytes] = {"LICENSE.txt": assets.member(PACKAGE, "LICENSE")}
    rules = [
        f"/* {FAMILY} is cut from Pretendard (SIL Open Font License 1.1, LICENSE.txt) by tools/site/fonts.py. */\n"
    ]
    for weight, style in STYLES.items():
        font = assets.member(PACKAGE, SOURCE.format(weight=weight))
        for part, codes in parts(characters).items():
            name = f"{part}-{weight}.woff2"
            files[name], has = cut(font, codes, style)
            rules += [face(name, weight, has), stand_in(part, weight)]
    return {**files, "fonts.css": "".join(rules).encode()}


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
