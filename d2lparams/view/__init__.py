"""Pictures of parameters that respond: in a notebook, in the built page, and on paper.

Four layers, each importing only those above it: `stats` (numbers), `spec` (the contract), drawing (``canvas``, ``svg``,
``figure.js``), hosts (``static`` for a page, ``widget`` for a kernel).  A figure is the last expression of a cell::

    view.tree(net)                      the tree, one colour and letter for each tensor
    view.regex(net)                     which names a pattern selects
    view.histogram(net)                 a tensor, a layer, a whole network, an array
    view.compare(before, after)         two states; `before = view.snapshot(net)`
    view.designer()                     a distribution, its variance and the fan-in it suits
    view.deferred(make, width=20)       construct, initialize, run
    view.moments(run, run)              values and gradients of a training; `run.append(view.moment(net))` at each step
    view.writing()                      a write in the middle of a training step
    view.tied()                         two layers, one matrix
    view.plot_histogram(a, b)           printed, with matplotlib

What a reader plots himself with matplotlib takes the look of the book after ``view.plot_style()``, and
``view.describe(fig, en=..., ko=...)`` says what it shows.

`set_language('en' | 'ko' | 'both')` chooses the language of live figures.
"""

from __future__ import annotations

from .chart import describe, plot_style
from .deferred import deferred
from .designer import designer
from .display import MIME, set_language
from .histogram import compare, snapshot
from .histogram import histogram_figure as histogram
from .moments import moment, moments
from .plot import plot_histogram
from .regex import regex
from .spec import Figure
from .tied import tied
from .tree import tree
from .writing import writing

__all__ = [
    "MIME",
    "Figure",
    "compare",
    "deferred",
    "describe",
    "designer",
    "histogram",
    "moment",
    "moments",
    "plot_histogram",
    "plot_style",
    "regex",
    "set_language",
    "snapshot",
    "tied",
    "tree",
    "writing",
]
