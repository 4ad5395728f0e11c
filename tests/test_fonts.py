"""The cut of the typeface: all that the book needs, little else, under its licence and the same on every machine."""

import base64
import gzip
import io
import re

import pytest
from fontTools.ttLib import TTFont

from tools import project
from tools.site import fonts

LIMIT = 200_000  # bytes of all five fonts, as they travel


@pytest.fixture(scope="module")
def characters():
    """The characters of the book and of its interface."""
    return fonts.used()


@pytest.fixture(scope="module")
def files(characters):
    """The files of the folder by name."""
    return fonts.contents(characters)


def opened(files, part, weight):
    data = re.findall('base64,([^"]+)', files[f"{part}.css"].decode())[list(fonts.STYLES).index(weight)]
    return TTFont(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("weight", fonts.STYLES)
def test_every_syllable_of_the_book_is_in_the_cut(files, weight):
    text = "".join(path.read_text(encoding="utf-8") for path in project.notebooks())
    syllables = {letter for letter in text if "가" <= letter <= "힣"}
    assert len(syllables) > 300
    has = {chr(code) for part in fonts.PARTS for code in opened(files, part, weight).getBestCmap()}
    assert syllables <= has
    assert set(map(chr, range(0x20, 0x7F))) | set("–—‘’“”…×→−≤√") <= has


@pytest.mark.parametrize("weight", fonts.STYLES)
def test_an_english_page_needs_the_latin_part_alone(files, weight):
    latin, hangul = (set(opened(files, part, weight).getBestCmap()) for part in fonts.PARTS)
    assert {letter for letter in map(chr, latin) if "가" <= letter <= "힣"} == set(fonts.SWITCH)
    assert not latin & hangul


def test_the_fonts_are_light_and_bring_their_licence(files):
    assert set(files) == set(fonts.FILES)
    weights = {name: len(gzip.compress(data)) for name, data in files.items() if name.endswith(".css")}
    assert all(weight > 10_000 for weight in weights.values()) and sum(weights.values()) <= LIMIT
    licence = files["LICENSE.txt"].decode()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence and "Reserved Font Name 'Pretendard'" in licence


@pytest.mark.parametrize("weight", fonts.STYLES)
@pytest.mark.parametrize("part", fonts.PARTS)
def test_a_cut_keeps_its_copyright_under_another_name(files, part, weight):
    names = opened(files, part, weight)["name"]
    assert "Kil Hyung-jin" in names.getDebugName(0) and "Open Font License" in names.getDebugName(13)
    assert names.getDebugName(1) == fonts.FAMILY
    assert not [n for n in names.names if n.nameID not in (0, 13, 14) and "pretendard" in str(n).lower()]


def test_formulas_have_a_font_that_stretches_braces_and_roots(files):
    font = TTFont(io.BytesIO(base64.b64decode(re.findall('base64,([^"]+)', files["math.css"].decode())[0])))
    stretched = font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
    letters = font.getBestCmap()
    assert {letters[ord(letter)] for letter in "({[|√"} <= set(stretched)
    assert {0x1D465, ord("σ"), ord("√"), ord("∑")} <= set(letters)
    assert font["name"].getDebugName(1) == fonts.FORMULAS
    assert b"Open Font License" in files["LICENSE-math.txt"] or b"OPEN FONT LICENSE" in files["LICENSE-math.txt"]


def test_the_same_characters_give_the_same_bytes(characters, files):
    assert fonts.contents(characters) == files


@pytest.mark.parametrize("part", fonts.PARTS)
def test_a_style_sheet_holds_every_font_of_its_part_with_its_characters(files, part):
    sheet = files[f"{part}.css"].decode()
    assert sheet.count("url(") == sheet.count('url("data:font/woff2;base64,') == len(fonts.STYLES)
    assert f"unicode-range: {fonts.ranges(set(opened(files, part, 400).getBestCmap()))};" in sheet


def test_a_new_character_cuts_anew_and_nothing_else_does(tmp_path, monkeypatch):
    cuts = []
    monkeypatch.setattr(fonts, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(fonts, "FOLDER", tmp_path / "fonts")
    monkeypatch.setattr(fonts, "used", lambda: "".join(sorted("A가나" + "다" * len(cuts))))
    monkeypatch.setattr(fonts, "contents", lambda letters: cuts.append(letters) or dict.fromkeys(fonts.FILES, b"font"))
    assert fonts.publish()
    assert fonts.publish()  # 다 is new
    monkeypatch.setattr(fonts, "used", lambda: cuts[-1])
    before = [(fonts.FOLDER / name).stat().st_mtime_ns for name in fonts.FILES]
    assert not fonts.publish()
    assert [(fonts.FOLDER / name).stat().st_mtime_ns for name in fonts.FILES] == before
    (fonts.FOLDER / "latin.css").unlink()
    assert fonts.publish()
