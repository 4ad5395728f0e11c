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
    view.designer()                     a distribution, and a signal through ten layers of such weights
    view.depth()                        ten layers under one another, forwards and backwards
    view.precedence()                   which initializer wins
    view.units()                        hidden units in training: equal ones stay one
    view.deferred(make, width=20)       construct, initialize, run
    view.moments(run, run)              values and gradients of a training; `run.append(view.moment(net))` at each step
    view.writing()                      a write in the middle of a training step
    view.tied()                         two layers, one matrix, and the gradients that add
    view.drift()                        one matrix and two copies, in training
    view.gpt2()                         where the numbers of a large model are
    view.tying()                        when tying helps, as `recorded("tying")` has it
    view.curves({"plain": a, "tied": b})    measured over seeds, with names, bands and theory
    view.heat(net[0].weight)            a matrix as colours, row by row
    view.strip(net, x)                  what arrives at each layer
    view.network(net)                   units and edges, coloured by sign
    view.areas(net)                     sizes to scale
    view.byte_map("net.safetensors")    a file, byte by byte
    view.play([view.heat(w) for w in history])   any of them over steps
    view.plot_histogram(a, b)           printed, with matplotlib

What they are drawn with is there for other figures: axes in ``canvas``, cells, arrows, networks and areas in ``marks``.
What a reader plots himself with matplotlib takes the look of the book after ``view.plot_style()``, and
``view.describe(fig, en=..., ko=...)`` says what it shows.

`set_language('en' | 'ko' | 'both')` chooses the language of live figures.
"""

from __future__ import annotations

from .areas import areas
from .byte_map import byte_map
from .chart import describe, plot_style
from .curves import curves
from .deferred import deferred
from .depth import depth
from .designer import designer
from .display import MIME, set_language
from .drift import drift
from .gpt2 import gpt2
from .heat import heat
from .histogram import compare, snapshot
from .histogram import histogram_figure as histogram
from .learning import learning
from .moments import moment, moments
from .network import network
from .paths import paths
from .play import play
from .plot import plot_histogram
from .precedence import precedence
from .product import product
from .recorded import recorded
from .regex import regex
from .spec import Figure
from .strip import strip
from .tied import tied
from .tying import tying
from .units import units
from .walk import walk
from .writing import writing

__all__ = [
    "MIME",
    "Figure",
    "areas",
    "byte_map",
    "compare",
    "curves",
    "deferred",
    "depth",
    "describe",
    "designer",
    "drift",
    "gpt2",
    "heat",
    "histogram",
    "moment",
    "moments",
    "learning",
    "network",
    "paths",
    "play",
    "plot_histogram",
    "plot_style",
    "precedence",
    "product",
    "recorded",
    "regex",
    "set_language",
    "snapshot",
    "strip",
    "tied",
    "tying",
    "writing",
    "units",
    "walk",
]
