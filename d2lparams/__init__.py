"""d2lparams: a small numpy framework for studying the parameters of deep networks.

It follows the Gluon API: blocks with named parameters, deferred shapes, initializers, tying, autograd, a trainer.
Read it in this order, each file uses only files before it::

    errors      the mistakes a reader can make      parameter   a named array and its three states
    checks      what a reader passes in             collection  parameters by name
    context     what holds inside a with block      files       safetensors and npz, networks and files
    naming      dense0_weight, where it comes from  nd          functions that make arrays
    random      one seed, a stream per parameter    summary     the table of a network
    autograd    record, and walk back               block       the tree
    arithmetic  operations and their gradients      layers, nn  what networks are built from
    array       values with a memory                loss        losses as blocks
    ops         layers and losses, fused            trainer     a step against the gradient
    fills       the mathematics of initializers     gluon       the same under the names of the source section
    init        how a name becomes an initializer   stats       histograms in numbers
    language    of figures and exercises            view        pictures, loaded when asked for
                                                    exercise    what a check answers

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
    from . import stats, view

__all__ = [
    "Trainer",
    "autograd",
    "errors",
    "files",
    "init",
    "loss",
    "nd",
    "nn",
    "random",
    "stats",
    "view",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Pictures cost time to import, and a program that only computes needs none.
    if name in ("stats", "view"):
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
