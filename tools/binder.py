"""`make test-binder`: what a Binder image holds, tried without Binder.

Installs exactly what `binder/` asks for into a fresh environment, and runs every notebook in that environment's kernel.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.project import ROOT, notebooks
from tools.text import execute

KERNEL = "binder"


def fresh_environment(folder: Path) -> None:
    """Make a new environment that holds what `binder/` asks for, with a kernel named `binder`."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    # What repo2docker does: the requirements, then the lines of postBuild.
    subprocess.run([*pip, "-r", str(ROOT / "binder" / "requirements.txt")], check=True, cwd=ROOT / "binder")
    steps = (ROOT / "binder" / "postBuild").read_text(encoding="utf-8").splitlines()
    for step in [line for line in steps if line.startswith("python ")]:
        subprocess.run([str(python), *step.split()[1:]], check=True, cwd=ROOT)
    command = [str(python), "-m", "ipykernel", "install", "--prefix", str(folder), "--name", KERNEL]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    """Run all notebooks of the book in a fresh environment and exit with 1 if any shows something else than stored."""
    began = time.monotonic()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        fresh_environment(Path(folder))
        print(f"installed in {time.monotonic() - began:.0f} s", flush=True)
        os.environ["JUPYTER_PATH"] = str(Path(folder, "share", "jupyter"))
        for path in notebooks():
            fresh = execute.run(path, KERNEL)
            wrong = execute.differences(path, fresh)
            failed += bool(wrong)
            said = f"other outputs in {', '.join(wrong)}" if wrong else f"{len(fresh)} cells as stored"
            print(f"{path.name}: {said}", flush=True)
    print(f"{len(notebooks()) - failed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
