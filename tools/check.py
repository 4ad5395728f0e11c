"""`make test`: everything that can be wrong with the project, in the order of what is cheap to find out.

Every step runs even when an earlier one failed, unless the site it needs could not be built; the closing table says
what failed. `python -m tools.check units` runs one step. The step `hub` runs only when it is named, which
`make test-hub` does: it installs an environment as a lecturer would, from the network.
"""

import os
import subprocess
import sys
import time

from tools import browser
from tools.project import ROOT, notebooks

PYTHON = [sys.executable, "-m"]
PYTEST = [*PYTHON, "pytest"]
JUPYTER_BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
APART = ("hub",)  # steps that run only when they are named
LINTERS = ("ruff check .", "ruff format --check .", "mypy", "tools.site.lint")
# In the order of their names: xdist would put files of few tests last, which are those of the longest ones.
BY_FILE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", "tests/book/nbval.cfg"]


def steps() -> dict[str, list[list[str]]]:
    """Return the commands of every step by its name."""
    books = [str(path.relative_to(ROOT)) for path in notebooks()]
    others = [f"--ignore=tests/{folder}" for folder in ("book", "graders", "hub", "site")]
    return {
        "lint": [[*PYTHON, *tool.split()] for tool in LINTERS],
        "units": [[*PYTEST, "d2lparams", "tools", "tests", *others, "-n", "2"]],
        "contract": [[*PYTEST, "tests/book", "-n", "2"]],
        "notebooks": [[*PYTEST, *NBVAL, *BY_FILE, *books]],
        "graders": [[*PYTEST, "tests/graders"]],
        "book": [[*JUPYTER_BOOK, ".", "-W", "--keep-going", "--quiet"]],
        "editions": [[*PYTHON, "tools.site.build"]],
        "site": [[*PYTEST, "tests/site", "--ignore=tests/site/browsers", *BY_FILE]],
        "browsers": [
            [*PYTHON, "tools.browser"],
            [*PYTEST, "tests/site/browsers", "-n", "2", "--dist", "loadgroup"],
        ],
        "hub": [[*PYTEST, "tests/hub", "-rP"]],  # with what it says of time, disk and memory
    }


def main() -> None:
    """Run the steps named on the command line, or all but those apart, and exit with 1 if any failed."""
    wanted = sys.argv[1:] or [name for name in steps() if name not in APART]
    if unknown := set(wanted) - set(steps()):
        raise SystemExit(f"no step {', '.join(sorted(unknown))}; there are {', '.join(steps())}")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers share the processors
    if {"site", "hub"} & set(wanted):
        os.environ["D2L_BROWSER"] = browser.executable()
    rows, failed = [], set()
    for name in wanted:
        if name in ("site", "browsers") and "editions" in failed:
            continue
        print(f"\n=== {name} ===", flush=True)
        began = time.monotonic()
        codes = [subprocess.run(command, cwd=ROOT).returncode for command in steps()[name]]
        rows.append(f"  {name:10} {'FAILED' if any(codes) else 'ok':7} {time.monotonic() - began:6.0f} s")
        if any(codes):
            failed.add(name)
    print("\n" + "\n".join(rows))
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
