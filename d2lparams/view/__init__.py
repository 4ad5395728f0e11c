"""Pictures of parameters that respond: in a notebook, in the built page, and on paper.

Four layers, each importing only those above it: `stats` (numbers), ``setting`` and `spec` (the contract), drawing
(``canvas``, ``svg``, ``figure.js``), hosts (``static`` for a page, ``widget`` for a kernel).  A figure is the last
expression of a cell::

    view.paths(net)                     the tree, in which tied paths meet in one node
    view.walk(net)                      how collect_params() goes over it, step by step
    view.product(layer, x)              y = x W^T + b, one output at a time
    view.learning()                     a small network while it learns
    view.regex(net)                     which names a pattern selects
    view.histogram(net)                 a tensor, a layer, a whole network, an array
    view.compare(before, after)         two states; `before = view.snapshot(net)`
    view.designer()                     a distribution, its variance and the fan-in it suits
    view.deferred(make, width=20)       construct, initialize, run
    view.tied()                         two layers, one matrix
    view.plot_histogram(a, b)           printed, with matplotlib

`set_language('en' | 'ko' | 'both')` chooses the language of live figures.
"""

from __future__ import annotations

from .deferred import deferred
from .designer import designer
from .display import MIME, set_language
from .histogram import compare, snapshot
from .histogram import histogram_figure as histogram
from .learning import learning
from .paths import paths
from .plot import plot_histogram
from .product import product
from .regex import regex
from .spec import Figure
from .tied import tied
from .walk import walk

__all__ = [
    "MIME",
    "Figure",
    "compare",
    "deferred",
    "designer",
    "histogram",
    "learning",
    "paths",
    "plot_histogram",
    "product",
    "regex",
    "set_language",
    "snapshot",
    "tied",
    "walk",
]
