"""Measure everything, print the table as it grows, and exit with 1 if a bar was missed."""

from __future__ import annotations

import platform
from itertools import chain

import numpy as np

from benchmarks import starting, training


def main() -> None:
    print(f"Python {platform.python_version()}, numpy {np.__version__}, one thread; medians of interleaved repeats\n")
    missed = 0
    for row in chain(training.rows(), starting.rows()):
        missed += not row.met
        print(row, flush=True)
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
