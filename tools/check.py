"""`make test`: everything that can be wrong with the project, what is cheap to find out before what takes its time.

Every step runs even when an earlier one failed, unless the site it needs could not be built; the closing table says
what failed. `python -m tools.check units` runs one step. The step `hub` runs only when it is named, which
`make test-hub` does: it installs an environment as a lecturer would, from the network.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import IO

from tools import browser
from tools.project import ROOT, notebooks

PYTHON = [sys.executable, "-m"]
# nbval brings a client of kernels into every process of a test: it comes where notebooks are run.
PYTEST = [*PYTHON, "pytest", "-p", "no:nbval"]
JUPYTER_BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
APART = ("hub",)  # steps that run only when they are named
# Steps that begin with the first one and are told when it is their turn: they use one processor, and so does the first.
BESIDE = ("lint", "graders")
LINTERS = ("ruff check .", "ruff format --check .", "mypy", "tools.site.lint")
# In the order of their names: xdist would put files of few tests last, which are those of the longest ones.
BY_FILE = ["--dist", "loadfile", "--no-loadscope-reorder"]
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", "tests/book/nbval.cfg"]


def steps() -> dict[str, list[list[str]]]:
    """Return the commands of every step by its name."""
    books = [str(path.relative_to(ROOT)) for path in notebooks()]
    others = [f"--ignore=tests/{folder}" for folder in ("book", "graders", "hub", "site")]
    return {
        "book": [[*JUPYTER_BOOK, ".", "-W", "--keep-going", "--quiet"]],
        "lint": [[*PYTHON, *tool.split()] for tool in LINTERS],
        # A file in one process: what its tests share is made once.
        "units": [[*PYTEST, "d2lparams", "tools", "tests", *others, "-n", "2", "--dist", "loadfile"]],
        "contract": [[*PYTEST, "tests/book", "-n", "2", "--dist", "loadfile"]],
        "notebooks": [[*PYTHON, "pytest", *NBVAL, "-n", "2", *BY_FILE, *books]],
        "graders": [[*PYTEST, "tests/graders"]],
        "editions": [[*PYTHON, "tools.site.build"]],
        # One worker more than processors: a page that is waited for computes nothing.
        "site": [[*PYTEST, "tests/site", "--ignore=tests/site/browsers", "-n", "3", *BY_FILE]],
        "browsers": [
            [*PYTHON, "tools.browser"],
            [*PYTEST, "tests/site/browsers", "-n", "2", "--dist", "loadgroup"],
        ],
        "hub": [[*PYTEST, "tests/hub", "-rP"]],  # with what it says of time, disk and memory
    }


def run(name: str, log: IO[str] | None = None) -> tuple[bool, float]:
    """Run the commands of a step, told in `log` if given; return whether all went well, and the seconds it took."""
    began = time.monotonic()
    told = {} if log is None else {"stdout": log, "stderr": subprocess.STDOUT}
    codes = [subprocess.run(command, cwd=ROOT, **told).returncode for command in steps()[name]]  # type: ignore[call-overload]
    return not any(codes), time.monotonic() - began


def ended(name: str, running: Future[tuple[bool, float]], log: IO[str]) -> tuple[bool, float]:
    """Wait for a step that runs beside others, and say what it said."""
    result = running.result()
    log.seek(0)
    shutil.copyfileobj(log, sys.stdout)
    return result


def main() -> None:
    """Run the steps named on the command line, or all but those apart, and exit with 1 if any failed."""
    wanted = sys.argv[1:] or [name for name in steps() if name not in APART]
    if unknown := set(wanted) - set(steps()):
        raise SystemExit(f"no step {', '.join(sorted(unknown))}; there are {', '.join(steps())}")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers share the processors
    if {"site", "hub"} & set(wanted):
        os.environ["D2L_BROWSER"] = browser.executable()
    rows, failed = [], set()
    with ThreadPoolExecutor() as pool, ExitStack() as stack:
        logs = {name: stack.enter_context(tempfile.TemporaryFile("w+")) for name in wanted[1:] if name in BESIDE}
        beside = {name: pool.submit(run, name, log) for name, log in logs.items()}
        for name in wanted:
            if name in ("site", "browsers") and "editions" in failed:
                continue
            print(f"\n=== {name} ===", flush=True)
            well, seconds = ended(name, beside[name], logs[name]) if name in beside else run(name)
            rows.append(f"  {name:10} {'ok' if well else 'FAILED':7} {seconds:6.0f} s")
            failed |= set() if well else {name}
    print("\n" + "\n".join(rows))
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
