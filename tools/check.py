"""`make test`: everything that can be wrong with the project, in the order of what is cheap to find out.

Every step runs even when an earlier one failed, unless the site it needs could not be built; the closing table says
what failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tools import browser
from tools.project import ROOT, notebooks

PYTEST = [sys.executable, "-m", "pytest"]
JUPYTER_BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]


def steps() -> list[tuple[str, list[str]]]:
    """Return the steps: what each shows, and its command."""
    books = [str(path.relative_to(ROOT)) for path in notebooks()]
    nbval = ["--nbval", "--nbval-current-env", "-p", "tools.nbval_figures", "-n", "2", "--dist", "loadfile"]
    return [
        ("units", [*PYTEST, "d2lparams", "tools", "tests", "--ignore=tests/book", "--ignore=tests/site", "-n", "2"]),
        ("contract", [*PYTEST, "tests/book", "-n", "2"]),
        ("notebooks", [*PYTEST, *nbval, *books]),
        ("book", [*JUPYTER_BOOK, ".", "-W", "--keep-going", "--quiet"]),
        ("editions", [sys.executable, "-m", "tools.build"]),
        ("site", [*PYTEST, "tests/site", "-n", "2", "--dist", "loadfile"]),
    ]


def main() -> None:
    """Run the steps named on the command line, or all, and exit with 1 if any failed."""
    os.environ["D2L_BROWSER"] = browser.executable()
    wanted = sys.argv[1:]
    rows, failed = [], set()
    for name, command in steps():
        if (wanted and name not in wanted) or (name == "site" and "editions" in failed):
            continue
        print(f"\n=== {name} ===", flush=True)
        began = time.monotonic()
        code = subprocess.run(command, cwd=ROOT).returncode
        rows.append(f"  {name:10} {'ok' if code == 0 else 'FAILED':7} {time.monotonic() - began:6.0f} s")
        if code:
            failed.add(name)
    print("\n" + "\n".join(rows))
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
