"""Pictures of parameters that respond: in a notebook, in the built page, and on paper.

Four layers, each importing only those above it: `stats` (numbers), ``setting`` and `spec` (the contract), drawing
(``canvas``, ``svg``, ``figure.js``), hosts (``static`` for a page, ``widget`` for a kernel).  A figure is the last
expression of a cell::

    view.paths(net)                     the tree, in which tied paths meet in one node
    view.walk(net)                      how collect_params() goes over it, step by step
    view.product(layer, x)              y = x W^T + b, one output at a time
    view.learning()                     a small network while it learns
    view.regex(net)                     which names a pattern selects
    view.linked()                       a tensor as colours and as a histogram, row by row
    view.sentence()                     a sentence through a real network, whole or damaged
    view.growth()                       the weights of each layer while it learns digits
    view.histogram(net)                 a tensor, a layer, a whole network, an array
    view.compare(before, after)         two states; `before = view.snapshot(net)`
    view.designer()                     a distribution, and a signal through ten layers of such weights
    view.depth()                        ten layers under one another, forwards and backwards
    view.playground()                   a deep network before its first step, for every start
    view.race(mine=init.Normal(0.3))    one network learns from several starts, and from yours
    view.first_loss()                   how sure a network is before its first step
    view.passage()                      thirty layers, there and back, for every n v
    view.half()                         what ReLU leaves of a bell of sums
    view.circle()                       a circle through L layers: Gaussian weights, orthogonal ones
    view.river()                        a stream through 24 residual blocks
    view.coordinates()                  the coordinate check: sizes after a few steps, over the width
    view.fans()                         layers of different widths: one variance, two conditions
    view.precedence()                   which initializer wins
    view.units()                        hidden units in training: equal ones stay one
    view.deferred(make, width=20)       construct, initialize, run
    view.moments(run, run)              values and gradients of a training; `run.append(view.moment(net))` at each step
    view.writing()                      a write in the middle of a training step
    view.tied()                         two layers, one matrix, and the gradients that add
    view.drift()                        one matrix and two copies, in training
    view.gpt2()                         where the numbers of a large model are
    view.tying()                        when tying helps, as `recorded("tying")` has it
    view.unrolled()                     one weight at every step: its gradient as a sum over the steps
    view.banded()                       a convolution as a matrix that is cut and tied
    view.curves({"plain": a, "tied": b})    measured over seeds, with names, bands and theory
    view.heat(net[0].weight)            a matrix as colours, row by row
    view.strip(net, x)                  what arrives at each layer
    view.network(net)                   units and edges, coloured by sign
    view.areas(net)                     sizes to scale
    view.byte_map("net.safetensors")    a file, byte by byte
    view.open_file("net.safetensors")   a file of any size: its tensors, and what each is like
    view.compare_files(first, second)   two files of one network: what moved, and what is frozen
    view.damage()                       a file with one bit turned over
    view.matching("net.safetensors", net)    what a partial load takes and leaves
    view.precision([0.1, 70000])        a number in 32 bits and in 16
    view.safe_write()                   a crash while a file is written
    view.frozen()                       layers that are held in four ways: what still moves, and the bytes held
    view.cuts()                         where the gradient is cut, and who still receives one
    view.clinic()                       five networks that do not learn: instruments, a diagnosis, a cure
    view.diagnosis()                    a chart from symptom to cause
    view.imports()                      the files of this package, and which of them use which
    view.calls()                        a weight from `Dense` to its first step, call by call
    view.play([view.heat(w) for w in history])   any of them over steps
    view.plot_histogram(a, b)           printed, with matplotlib

What they are drawn with is there for other figures: axes in ``canvas``, cells, arrows, networks and areas in ``marks``.
What a reader plots himself with matplotlib takes the look of the book after ``view.plot_style()``, and
``view.describe(fig, en=..., ko=...)`` says what it shows.

`set_language('en' | 'ko' | 'both')` chooses the language of live figures.
"""

from __future__ import annotations

from .areas import areas
from .banded import banded
from .byte_map import byte_map
from .calls import calls
from .chart import describe, plot_style
from .circle import circle
from .clinic import clinic
from .compare_files import compare_files
from .coordinates import coordinates
from .curves import curves
from .cuts import cuts
from .damage import damage
from .deferred import deferred
from .depth import depth
from .designer import designer
from .diagnosis import diagnosis
from .display import MIME, set_language
from .drift import drift
from .fans import fans
from .first_loss import first_loss
from .frozen import frozen
from .gpt2 import gpt2
from .growth import growth
from .half import half
from .heat import heat
from .histogram import compare, snapshot
from .histogram import histogram_figure as histogram
from .imports import imports
from .learning import learning
from .linked import linked
from .matching import matching
from .moments import moment, moments
from .network import network
from .open_file import open_file
from .passage import passage
from .paths import paths
from .play import play
from .playground import playground
from .plot import plot_histogram
from .precedence import precedence
from .precision import precision
from .product import product
from .race import race
from .recorded import recorded
from .regex import regex
from .river import river
from .safe_write import safe_write
from .sentence import sentence
from .spec import Figure
from .strip import strip
from .tied import tied
from .tying import tying
from .units import units
from .unrolled import unrolled
from .walk import walk
from .writing import writing

__all__ = [
    "MIME",
    "Figure",
    "areas",
    "banded",
    "byte_map",
    "calls",
    "circle",
    "clinic",
    "compare",
    "compare_files",
    "coordinates",
    "curves",
    "cuts",
    "damage",
    "deferred",
    "depth",
    "describe",
    "designer",
    "diagnosis",
    "drift",
    "fans",
    "first_loss",
    "frozen",
    "gpt2",
    "growth",
    "half",
    "heat",
    "histogram",
    "imports",
    "moment",
    "moments",
    "learning",
    "linked",
    "matching",
    "network",
    "open_file",
    "passage",
    "paths",
    "play",
    "playground",
    "plot_histogram",
    "plot_style",
    "precedence",
    "precision",
    "product",
    "race",
    "recorded",
    "regex",
    "river",
    "sentence",
    "safe_write",
    "set_language",
    "snapshot",
    "strip",
    "tied",
    "tying",
    "writing",
    "units",
    "unrolled",
    "walk",
]
