"""d2lparams: a small numpy framework for studying the parameters of deep networks.

It follows the Gluon API: blocks with named parameters, deferred shapes, initializers, tying, autograd, a trainer.
Read it in this order, each file uses only files before it::

    errors      the mistakes a reader can make      summary     the table of a network
    checks      what a reader passes in             block       the tree
    context     what holds inside a with block      layers, nn  what networks are built from
    naming      dense0_weight, where it comes from  loss        losses as blocks
    autograd    record, and walk back               trainer     a step against the gradient
    arithmetic  operations and their gradients      gluon       the same under the names of the source section
    array       values with a memory                stats       histograms in numbers
    fills       the mathematics of initializers     opened      a file, a piece at a time
    random      one seed, a stream per parameter    origins     which initializer numbers came from
    ops         layers and losses, fused            findings    what a file of weights is like
    init        how a name becomes an initializer   view        pictures, loaded when asked for
    language    of figures and exercises            exercise    what a check answers
    parameter   a named array and its three states  real        data and weights of the world
    collection  parameters by name                  signals     what goes through a network, and back
    files       safetensors and npz, of networks    patients    networks that learn badly
    nd          functions that make arrays

Examples
--------
>>> from d2lparams import nd, nn
>>> net = nn.Sequential()
>>> net.add(nn.Dense(256, activation='relu'), nn.Dense(10))
>>> net.initialize()
>>> net(nd.ones((2, 20))).shape
(2, 10)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import autograd, errors, files, init, loss, nd, nn, random
from .trainer import Trainer

if TYPE_CHECKING:
    from . import findings, opened, origins, patients, real, signals, stats, view

__all__ = [
    "Trainer", "autograd", "errors", "files", "findings", "init", "loss", "nd", "nn", "opened", "origins", "patients",
    "random", "real", "signals", "stats", "view",
]  # fmt: skip
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Pictures cost time to import, and a program that only computes needs none.
    if name in __all__:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
