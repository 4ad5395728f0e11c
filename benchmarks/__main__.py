"""Measure everything, print the table as it grows, and exit with 1 if a bar was missed; `--record` keeps figures."""

from __future__ import annotations

import platform
import sys
from itertools import chain

import numpy as np

from benchmarks import record, starting, training


def main() -> None:
    print(f"Python {platform.python_version()}, numpy {np.__version__}, one thread; medians of interleaved repeats\n")
    table = []
    for row in chain(training.rows(), starting.rows()):
        table.append(row)
        print(row, flush=True)
    if "--record" in sys.argv[1:]:
        record.write(table)
        print(f"\nkept in {record.PATH.relative_to(record.ROOT)}")
        return
    raise SystemExit(0 if all(row.met for row in table) else 1)


if __name__ == "__main__":
    main()
