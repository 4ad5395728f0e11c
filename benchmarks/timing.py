"""Time one piece of code against another, fairly: turn about, so that both meet the same moods of the machine.

The clock is that of the processor in this process: what others have the machine do in between does not count.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

CLOCK = time.process_time


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, and the most (or least) it may be; None: told for comparison only."""

    what: str
    figure: float
    unit: str
    bar: float | None
    note: str = ""
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is within its bar."""
        return self.bar is None or (self.figure >= self.bar if self.least else self.figure <= self.bar)

    def __str__(self) -> str:
        bound = "" if self.bar is None else f"at {'least' if self.least else 'most'} {self.bar:g}"
        verdict = "" if self.bar is None else "met" if self.met else "MISSED"
        return f"{self.what:56} {self.figure:8.2f} {self.unit:8} {bound:13} {verdict:7} {self.note}".rstrip()


def seconds(work: Callable[[], object], times: int = 1) -> float:
    """Return the time of one call of `work`, from `times` calls in a row."""
    began = CLOCK()
    for _ in range(times):
        work()
    return (CLOCK() - began) / times


def turns(works: list[Callable[[], object]], times: int, repeats: int) -> list[list[float]]:
    """Return for each work the time of a call in each repeat; all have their turn in every one, in changing order."""
    for work in works:
        work()
    measured: list[list[float]] = [[] for _ in works]
    gc.collect()
    for repeat in range(repeats):
        order = list(enumerate(works))
        for place, work in order if repeat % 2 else reversed(order):
            measured[place].append(seconds(work, times))
    return measured


def compare(works: list[Callable[[], object]], times: int, repeats: int) -> list[float]:
    """Return the median time of each work, measured turn about."""
    return [statistics.median(one) for one in turns(works, times, repeats)]


def median(work: Callable[[], object], repeats: int, prepare: Callable[[], object] = lambda: None) -> float:
    """Return the median time of `work`, with `prepare` called before each, untimed."""
    measured = []
    for _ in range(repeats):
        prepare()
        measured.append(seconds(work))
    return statistics.median(measured)


def ratio_row(what: str, works: list[Callable[[], object]], bar: float, times: int, repeats: int) -> list[Row]:
    """Return the row of the first work over the second, and a row for a third if there is one."""
    ours, bare, *rest = compare(works, times, repeats)
    rows = [Row(what, ours / bare, "x numpy", bar, f"{micro(ours)} to {micro(bare)}")]
    rows += [Row(f"{what}, PyTorch", other / bare, "x numpy", None, micro(other)) for other in rest]
    return rows


def micro(time_taken: float) -> str:
    """Return a time in the unit that suits it."""
    return f"{time_taken * 1e6:.0f} us" if time_taken < 1e-3 else f"{time_taken * 1e3:.1f} ms"
