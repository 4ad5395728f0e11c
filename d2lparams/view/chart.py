"""What a reader plots with matplotlib, shown as a picture of the book.

::

    import matplotlib.pyplot as plt
    view.plot_style()
    fig, ax = plt.subplots()
    ax.plot(losses)
    ax.set(xlabel="step · 스텝", ylabel="loss · 손실")
    view.describe(fig, en="The loss falls to 0.2.", ko="손실이 0.2까지 줄어듭니다.")

A picture is SVG whose words are text: it takes the letters of its page, and its colours are those of ``STYLE``, which
``figure.css`` turns in the dark.  A word in both languages is one string with a middle dot: a host shows the half that
its readers read.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from ..checks import shown
from ..errors import DTypeError
from .chart_svg import half, in_language, tidy
from .display import language, wants_spec
from .paint import PALETTE
from .spec import Text, both, clean, pick
from .svg import box, image

__all__ = ["STYLE", "as_html", "bundle", "describe", "plot_style"]

# One glyph, as wide as a syllable, for every Hangul letter: matplotlib measures with it, readers see their own letters.
HANGUL = Path(__file__).with_name("hangul.ttf")
FAMILY = "D2L Hangul Widths"
INK, SOFT, LINE, GRID = (PALETTE[name] for name in ("ink", "soft", "line", "grid"))
CYCLE = [PALETTE[name] for name in "abcdef"]
RECT = re.compile(r'<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"></rect>')  # to which curves are cut
WIDTH, HEIGHT = 480, 270  # the units of a drawing, as in other figures
STYLE: dict[Any, Any] = {
    "figure.figsize": (WIDTH / 72, HEIGHT / 72),
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",  # where nothing turns colours, dark lines stand on their own paper
    "font.family": ["DejaVu Sans", FAMILY],  # the first comes with matplotlib: every machine lays out alike
    "font.size": 18,  # 12 px on a phone; where a picture is wide ``figure.css`` makes its words smaller
    "axes.titlesize": 18,
    "axes.labelsize": 18,
    "xtick.labelsize": 18,
    "ytick.labelsize": 18,
    "legend.fontsize": 18,
    "legend.frameon": False,
    "legend.labelspacing": 0.3,
    "legend.borderpad": 0.2,
    "legend.handlelength": 1.2,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.2,
    "text.color": INK,
    "axes.labelcolor": SOFT,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": SOFT,
    "axes.edgecolor": LINE,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "axes.prop_cycle": f"cycler(color={CYCLE})",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": GRID,
    "lines.linewidth": 2,
    "svg.fonttype": "none",
    "svg.hashsalt": "d2lparams",
}
_described: WeakKeyDictionary[Any, Text] = WeakKeyDictionary()


def plot_style() -> None:
    """Give matplotlib the look of the book from now on, and let a notebook show its figures as pictures of the book."""
    import matplotlib.pyplot as plt  # a page loads it when a cell asks for it
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    if FAMILY not in font_manager.fontManager.get_font_names():
        font_manager.fontManager.addfont(HANGUL)
    plt.rcParams.update(STYLE)
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    if shell is not None:
        # Not a formatter for SVG: the inline backend adds its own for PNG, whenever it is loaded.
        shell.display_formatter.ipython_display_formatter.for_type(Figure, _show)


def describe(fig: Any, *, en: str, ko: str) -> None:
    """Say what a figure of matplotlib shows, for those who hear the page.

    Parameters
    ----------
    fig : matplotlib Figure
    en, ko : str
        The result in one sentence, in English and in Korean.
    """
    if not (isinstance(en, str) and en.strip() and isinstance(ko, str) and ko.strip()):
        raise DTypeError(f"A description is a sentence in each language, got en={shown(en)}, ko={shown(ko)}.")
    figures = sys.modules.get("matplotlib.figure")  # a figure is made by what is loaded
    if figures is None or not isinstance(fig, figures.Figure):
        raise DTypeError(f"This describes a figure of matplotlib, got {shown(fig)}; the figure of axes is ax.figure.")
    _described[fig] = clean(both(en, ko))


def _words(fig: Any) -> Text:
    """Return the description of a figure; where nobody wrote one, the words that stand in it."""
    if fig in _described:
        return _described[fig]
    said = [text for ax in fig.axes for text in (ax.get_title(), ax.get_ylabel(), ax.get_xlabel()) if text]
    english, korean = (", ".join(half(text, lang) for text in said) for lang in ("en", "ko"))
    return both(f"A figure: {english}", f"그림: {korean}") if said else both("A figure", "그림")


def draw(fig: Any) -> str:
    """Return a figure as SVG in both languages, whole and the same for the same figure."""
    from matplotlib.transforms import Bbox

    stream = io.StringIO()
    fig.draw_without_rendering()
    # What sticks out, a legend beside the axes or a long word, is not cut off.
    box = Bbox.union([fig.bbox_inches, fig.get_tightbbox()])
    none = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    fig.savefig(stream, format="svg", metadata=none, bbox_inches=box, dpi=144)
    return tidy(stream.getvalue(), pick(_words(fig), "both"))


def as_html(svg: str, lang: str) -> str:
    """Return a picture for a page, in its language; a path cuts its curves, since a rectangle may lose its height."""

    def boxed(found: re.Match[str]) -> str:
        x, y, width, height = map(float, found.groups())
        return f'<path d="{box(x, y, width, height)}"></path>'

    return f'<figure class="d2l-plot">{RECT.sub(boxed, in_language(svg, lang))}</figure>'


def bundle(fig: Any) -> dict[str, str]:
    """Return what a notebook shows and stores of a figure: its description and the picture, for a page as HTML."""
    svg, text = draw(fig), {"text/plain": pick(_words(fig), "both")}
    if "live_shell" in sys.modules:  # a page with a Python of its own
        return text | {"text/html": as_html(svg, language())}
    return text | ({"image/svg+xml": svg} if wants_spec() else {"text/html": image(in_language(svg, language()))})


def _show(fig: Any) -> None:
    from IPython.display import display

    display(bundle(fig), raw=True)  # type: ignore[no-untyped-call]
