"""What the appendix "Speed" shows, as `d2lparams/view/speed.json`: a table, steps of five sizes, and their parts.

``python -m benchmarks --record`` measures and writes it, in some minutes on one thread. All are ratios to the same
step written by hand in numpy, measured turn about, so that a machine with a bad mood has it for both. A ratio is the
median over the repeats, with its quartiles; a repeat compares times that were taken one after the other. The time is
that of the processor in this process: what others have it do in between does not count.
"""

from __future__ import annotations

import datetime
import json
import platform
import statistics
from typing import Any

import numpy as np

from benchmarks import timing, training
from benchmarks.timing import Row, turns
from tools.project import ROOT

PATH = ROOT / "d2lparams" / "view" / "speed.json"
# Widths, batch, how many steps in a row, how many repeats.
SIZES = (
    ((8, 4, 1), 4, 400, 41),
    ((20, 256, 10), 2, 300, 41),
    ((64, 128, 10), 32, 200, 41),
    ((784, 256, 10), 128, 10, 41),
    ((784, 1024, 1024, 10), 256, 1, 31),
)


def digits(value: float, count: int = 3) -> float:
    """Return a number with as many digits as are kept."""
    return float(f"{value:.{count}g}")


def quartiles(values: list[float]) -> list[float]:
    """Return the lower quartile, the median and the upper quartile."""
    return [digits(value) for value in statistics.quantiles(values, n=4)]


def shares(step: training.Step, times: int) -> list[float]:
    """Return the time of each part in so many steps; what a look at the clock costs is taken off."""
    clock, taken = timing.CLOCK, [0.0] * len(step)
    began = clock()
    for _ in range(1000):
        clock()
    look = (clock() - began) / 1000
    for _ in range(times):
        for place, part in enumerate(step):
            began = clock()
            part()
            taken[place] += clock() - began - look
    return [one / times for one in taken]


def size(widths: tuple[int, ...], batch: int, times: int, repeats: int) -> dict[str, Any]:
    """Return what is kept of a network: the time of numpy's step, the ratios of the others, the parts of all."""
    steps = {name: make(widths, batch) for name, make in training.makers().items()}
    measured = dict(zip(steps, turns([training.whole(s) for s in steps.values()], times, repeats), strict=True))
    hand = measured["numpy"]
    ratios = {
        name: quartiles([one / bare for one, bare in zip(taken, hand, strict=True)])
        for name, taken in measured.items()
        if name != "numpy"
    }
    parts: dict[str, list[float]] = {}
    rounds = [{name: shares(step, times) for name, step in steps.items()} for _ in range(repeats)]
    for name in steps:
        each = zip(*([part / sum(one["numpy"]) for part in one[name]] for one in rounds), strict=True)
        parts[name] = [digits(statistics.median(part)) for part in each]
    bare = digits(statistics.median(hand) * 1e6)
    return {"widths": list(widths), "batch": batch, "microseconds": bare, "ratios": ratios, "parts": parts}


def study(table: list[Row]) -> dict[str, Any]:
    """Return the whole record.

    Parameters
    ----------
    table : list of Row
        What ``python -m benchmarks`` has printed.
    """
    versions = {"Python": platform.python_version(), "numpy": np.__version__}
    if training.torch:
        versions["PyTorch"] = training.torch.__version__.partition("+")[0]
    kept = [{"what": r.what, "figure": digits(r.figure), "unit": r.unit, "bar": r.bar, "least": r.least} for r in table]
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": platform.machine(),
        "versions": versions,
        "parts": list(training.PARTS),
        "sizes": [size(*one) for one in SIZES],
        "table": kept,
    }


def write(table: list[Row]) -> None:
    """Measure what is kept beside the table, and write the record, a line for each size and each row."""
    found = study(table)
    lines = []
    for key, value in found.items():
        if key in ("sizes", "table"):
            rows = ",\n".join(f"  {json.dumps(row)}" for row in value)
            lines.append(f'"{key}":[\n{rows}\n]')
        else:
            lines.append(f'"{key}":{json.dumps(value)}')
    PATH.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")
