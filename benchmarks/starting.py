"""What it costs to start: importing the package, filling parameters, and finding them by name."""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.timing import Row, median, micro, ratio_row
from d2lparams import init, nd, nn
from d2lparams.parameter import Parameter

MILLIONS = (2500, 4000)
IMPORT = "import time; t = time.process_time(); import {}; print(time.process_time() - t)"


def filling() -> Iterator[Row]:
    """Yield the time of filling ten million values against the bare generator writing float32 in place."""
    parameter = Parameter("w_weight", MILLIONS)
    rng, buffer = np.random.default_rng(0), np.zeros(MILLIONS, np.float32)
    for name, initializer, bare, bar in (
        ("uniform", init.Uniform(0.07), lambda: rng.random(out=buffer, dtype=np.float32), 1.25),
        ("normal", init.Normal(0.01), lambda: rng.standard_normal(out=buffer, dtype=np.float32), 1.1),
    ):

        def initialize(initializer: init.Initializer = initializer) -> None:
            parameter.initialize(initializer, force_reinit=True)

        yield from ratio_row(f"initialize 10 million values, {name}", [initialize, bare], bar, 1, 11)


def layers() -> Iterator[Row]:
    """Yield the times of initializing 2,000 layers and of selecting their weights."""
    nets = []

    def build() -> None:
        net = nn.Sequential()
        net.add(*[nn.Dense(16, in_units=16) for _ in range(2000)])
        nets[:] = [net]

    taken = median(lambda: nets[0].initialize(), 9, build)
    yield Row("initialize 2,000 layers", taken * 1e3, "ms", 110)
    taken = median(lambda: nets[0].collect_params(".*weight"), 15)
    yield Row("collect 2,000 weights by regex", taken * 1e3, "ms", 10)


def importing() -> Iterator[Row]:
    """Yield the time of ``import d2lparams`` in a fresh process over that of ``import numpy``."""
    taken: dict[str, list[float]] = {"numpy": [], "d2lparams": []}
    keeping = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}  # a reader's Python keeps what it has compiled
    for _ in range(15):
        for module, times in taken.items():
            done = subprocess.run(
                [sys.executable, "-c", IMPORT.format(module)], capture_output=True, check=True, text=True, env=keeping
            )
            times.append(float(done.stdout))
    ours, bare = (statistics.median(taken[module]) for module in ("d2lparams", "numpy"))
    yield Row("import d2lparams", ours / bare, "x numpy", 1.25, f"{micro(ours)} to {micro(bare)}")


def moving(weights: nd.NDArray) -> Callable[[], None]:
    """Return a move of the figure's slider of bins, each time to another place: a kernel draws the figure anew."""
    from d2lparams import view
    from d2lparams.view.widget import live

    drawing = live(view.histogram(weights))
    place = [control["name"] for control in drawing.controls].index("bins")
    moves = itertools.cycle((0, 1, 2, 3))

    def move() -> None:
        drawing.values = [*drawing.values[:place], next(moves), *drawing.values[place + 1 :]]

    return move


def looking() -> Iterator[Row]:
    """Yield the times of a histogram of a million weights, and of one move of its figure in a kernel, drawn anew.

    Numpy's own histogram, for comparison, only counts.
    """
    from d2lparams import stats

    weights = nd.random.normal(shape=(1000, 1000))
    bare = weights.asnumpy().reshape(-1)
    taken = median(lambda: stats.histogram(weights), 15)
    yield Row("histogram of a million weights", taken * 1e3, "ms", 5)
    counting = [lambda: stats.histogram(weights), lambda: np.histogram(bare, 40)]
    yield from ratio_row("histogram and summary of a million weights, numpy histogram", counting, 1.25, 1, 11)
    taken = median(moving(weights), 9)
    yield Row("move the histogram of a million weights", taken * 1e3, "ms", 50)


def rows() -> Iterator[Row]:
    """Yield all figures of this file."""
    for part in (filling, layers, importing, looking):
        yield from part()
