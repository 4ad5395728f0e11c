"""`make fuzz`: let the suite's property tests try other examples than those of every day, for as long as one likes.

A round runs every test of ``tests/`` that hypothesis feeds, with one seed and a thousand examples each; rounds follow
each other, each with the next seed, until the time is over or one fails.  What failed is printed with the smallest
example, and with the command that finds it again.  ::

    python -m tests.fuzz --minutes 60
    python -m tests.fuzz --seed 7 --minutes 0 -k programs    one round
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent


def main() -> NoReturn:
    """Run rounds until the time is over, and exit with 1 at the first that fails."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--minutes", type=float, default=5.0, help="no round begins after this time")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first round; by default the clock")
    parser.add_argument("-k", default="", help="only tests with these words in their names, as pytest takes them")
    options = parser.parse_args()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests",
        "--ignore=tests/book",
        "--ignore=tests/site",
        "-m",
        "hypothesis",
    ]
    command += ["-q", "-x", "-n", "2", "--hypothesis-profile=fuzz", *(["-k", options.k] if options.k else [])]
    began, seed = time.monotonic(), options.seed
    while True:
        if subprocess.run([*command, f"--hypothesis-seed={seed}"], cwd=ROOT).returncode:
            print(
                f"\nAgain with:  python -m tests.fuzz --minutes 0 --seed {seed} {f'-k {options.k!r}' * bool(options.k)}"
            )
            raise SystemExit(1)
        seed += 1
        if time.monotonic() - began > 60 * options.minutes:
            print(f"\n{seed - options.seed} rounds, seeds {options.seed} to {seed - 1}: nothing found")
            raise SystemExit(0)


if __name__ == "__main__":
    main()
