"""What a reader plots with matplotlib: one picture that fits every host, in both languages and both schemes."""

import logging
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from d2lparams import errors, view
from d2lparams.view import chart
from d2lparams.view.chart_svg import in_language, tidy
from d2lparams.view.svg import image
from tools import hangul

CSS = Path(chart.__file__).with_name("figure.css").read_text(encoding="utf-8")
SENTENCES = {"en": 'The loss falls & "stays" < 0.1.', "ko": "손실이 0.1보다 작아집니다."}


@pytest.fixture(autouse=True)
def pyplot():
    """Return pyplot in the look of the book, as it was found afterwards."""
    import matplotlib as mpl

    mpl.use("agg")
    with mpl.rc_context():
        view.plot_style()
        yield mpl.pyplot
        mpl.pyplot.close("all")


def losses(plt, **settings):
    """Return a figure with all that a chapter plots: curves, a band, theory, points, a legend, words for both."""
    fig, ax = plt.subplots()
    steps = np.arange(100)
    for name, time in (("tied · 묶음", 30), ("free · 따로", 50)):
        ax.plot(steps, np.exp(-steps / time), label=name)
    ax.fill_between(steps, 0.1, np.exp(-steps / 40), alpha=0.25)
    ax.plot(steps, np.full(100, 0.1), "k", lw=1)
    ax.scatter(steps[::10], np.exp(-steps[::10] / 30))
    ax.text(60, 0.5, "theory · 이론", color="C1")
    ax.set(xlabel="step · 스텝", ylabel="loss · 손실", yscale="log", **settings)
    ax.legend()
    return fig


def words(svg):
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("}text")]


def test_a_picture_says_what_it_shows_in_the_language_of_its_host(pyplot):
    fig = losses(pyplot)
    view.describe(fig, **SENTENCES)
    svg = chart.draw(fig)
    for lang, label in (*SENTENCES.items(), ("both", " · ".join(SENTENCES.values()))):
        root = ElementTree.fromstring(in_language(svg, lang))
        assert (root.get("role"), root.get("aria-label")) == ("img", label)


def test_a_word_in_both_languages_is_shown_in_that_of_the_host(pyplot):
    svg = chart.draw(losses(pyplot))
    said = {lang: set(words(in_language(svg, lang))) for lang in ("en", "ko", "both")}
    assert {"tied", "free", "step", "loss", "theory"} <= said["en"]
    assert {"묶음", "따로", "스텝", "손실", "이론"} <= said["ko"]
    assert {"tied · 묶음", "step · 스텝"} <= said["both"]
    assert not re.search("[가-힣]", in_language(svg, "en"))


def test_a_category_and_a_word_that_is_no_pair_stay_whole(pyplot):
    fig, ax = pyplot.subplots()
    ax.bar(["tied · 묶음", "a · b", "묶음"], [1, 2, 3])
    assert {"tied", "a · b", "묶음"} <= set(words(in_language(chart.draw(fig), "en")))


def test_the_same_figure_is_the_same_picture_on_every_run(pyplot):
    """Here and in a process of its own, whose sets have another order."""
    code = (
        "import matplotlib as mpl; mpl.use('agg'); import sys; sys.path.insert(0, 'tests'); import test_chart as t\n"
        "from d2lparams.view import chart, plot_style; plot_style(); print(chart.draw(t.losses(mpl.pyplot)))"
    )
    first = chart.draw(losses(pyplot))
    second = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8").stdout
    assert second == f"{first}\n" and first.startswith("<svg ")
    assert not re.search(r"20\d\d-\d\d|<metadata|<!--|<style|matplotlib", first)


def test_every_colour_of_the_style_turns_with_the_page(pyplot):
    svg = chart.draw(losses(pyplot))
    drawn = set(re.findall(r'(fill|stroke)="(#[0-9a-f]{6})"', svg))
    assert {colour for _, colour in drawn} >= {chart.CYCLE[0], chart.CYCLE[1], chart.LINE, chart.SOFT, "#000000"}
    for prop, colour in drawn | {(prop, colour) for prop in ("fill", "stroke") for colour in chart.CYCLE}:
        assert f'.d2l-chart [{prop}="{colour}"]' in CSS
    assert "style=" not in svg and "font-family" not in svg.split(">", 1)[1]


def test_the_cycle_is_that_of_the_other_figures():
    light = dict(re.findall(r"--d2l-(\w+): (#\w+);", CSS.split("}")[0]))
    assert [light[name] for name in "abcdef"] == chart.CYCLE
    assert [light[name] for name in ("ink", "soft", "line", "grid")] == [chart.INK, chart.SOFT, chart.LINE, chart.GRID]


def test_a_picture_is_as_wide_as_other_figures_and_nothing_that_sticks_out_is_cut(pyplot):
    assert 'viewBox="0 0 480 270"' in chart.draw(losses(pyplot))
    wide = chart.draw(losses(pyplot, title="a long title · 아주 긴 제목 " * 4))
    assert float(re.search(r'viewBox="0 0 ([\d.]+)', wide)[1]) > 600


def test_hangul_is_measured_as_wide_as_it_is_and_warns_nobody(pyplot, caplog):
    fig = losses(pyplot, title="층마다 다른 값, ㄱ에서 힣까지")
    (title,) = [text for text in fig.findobj(pyplot.Text) if "층마다" in text.get_text()]
    with caplog.at_level(logging.WARNING):
        chart.draw(fig)  # and a warning of Python's is an error here
        ten = fig.text(0, 0, "가" * 10, fontsize=10).get_window_extent()
    assert not caplog.records and title.get_window_extent().width > 0
    assert ten.width * 72 / fig.dpi == pytest.approx(87, rel=0.03)


def test_the_font_that_measures_is_what_its_tool_makes():
    assert chart.HANGUL.read_bytes() == hangul.font() == hangul.font()


def test_what_is_referred_to_has_a_name_that_no_other_picture_has(pyplot):
    pictures = [chart.draw(losses(pyplot, title=title)) for title in ("one", "two")]
    named = [set(re.findall(r' id="([^"]+)"', svg)) for svg in pictures]
    assert not named[0] & named[1] and all(named)
    for svg, names in zip(pictures, named, strict=True):
        assert names == set(re.findall(r'"(?:url\()?#([^")]+)\)?"', svg)) - set(re.findall('"#([0-9a-f]{6})"', svg))


def test_letters_of_a_formula_stand_beside_each_other_in_any_typeface(pyplot):
    svg = chart.draw(losses(pyplot))
    powers = [text for text in words(svg) if text.startswith("10")]
    assert powers and all(re.fullmatch("10−?[0-9]", text) for text in powers)
    tick = re.search(r"<text[^>]*>(?:<tspan[^>]*>[^<]*</tspan>)+</text>", svg)[0]
    assert tick.count("<tspan") == 2  # the base and the exponent


def test_the_styles_of_an_older_matplotlib_are_read_too():
    old = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g id="a"><text style="font: italic 700 14px '
        "'DejaVu Sans', sans-serif; text-anchor: middle; fill: #56616c\">x</text>"
        "<text style=\"font: 9.8px 'DejaVu Sans Mono'\">y</text></g></svg>"
    )
    x, y = re.findall(r"<text[^>]*>", tidy(old, "a"))
    assert {'font-style="italic"', 'font-weight="700"', 'font-size="14"', 'fill="#56616c"'} < set(x[:-1].split())
    assert {'font-size="9.8"', 'font-family="monospace"'} < set(y[:-1].split())


def test_a_notebook_gets_text_and_picture_and_a_page_of_its_own_html(pyplot, monkeypatch):
    fig = losses(pyplot)
    view.describe(fig, **SENTENCES)
    stored = chart.bundle(fig)
    assert stored == {"text/plain": " · ".join(SENTENCES.values()), "text/html": image(chart.draw(fig))}
    monkeypatch.setitem(sys.modules, "live_shell", sys)
    view.set_language("ko")
    try:
        live = chart.bundle(fig)
    finally:
        view.set_language("both")
    assert live["text/html"] == chart.as_html(chart.draw(fig), "ko")
    assert set(live) == {"text/plain", "text/html"}


def test_a_figure_that_nobody_described_says_its_own_words(pyplot):
    fig, ax = pyplot.subplots()
    assert chart.bundle(fig)["text/plain"] == "A figure · 그림"
    ax.set(title="σ", ylabel="loss · 손실")
    assert chart.bundle(fig)["text/plain"] == "A figure: σ, loss · 그림: σ, 손실"


@pytest.mark.parametrize("said", [{"en": "", "ko": "손실"}, {"en": "loss", "ko": None}, {"en": 3, "ko": "손실"}])
def test_a_description_needs_both_languages(pyplot, said):
    with pytest.raises(errors.DTypeError, match="each language"):
        view.describe(pyplot.figure(), **said)


def test_what_is_no_figure_gets_a_lesson(pyplot):
    for wrong in (pyplot.subplots()[1], "fig", None):
        with pytest.raises(errors.DTypeError, match=r"ax\.figure"):
            view.describe(wrong, en="a", ko="가")


def test_a_histogram_has_the_look_of_the_book_and_says_its_numbers(pyplot):
    axes = view.plot_histogram(np.linspace(-1, 1, 101))
    assert "mean and standard deviation" in chart.bundle(axes.figure)["text/plain"]
    assert tuple(axes.figure.get_size_inches() * 72) == (chart.WIDTH, chart.HEIGHT)
