"""Bring an environment up to what the tasks need, from hash-locked requirements: .venv, or one of its own for a group.

Uses the standard library alone, since it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def python(venv: Path = VENV) -> Path:
    """Return the Python of an environment."""
    return venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def suitable_python() -> str:
    """Return a Python of at least 3.11: the running one, else the newest of that name on the PATH."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(14, OLDEST[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    raise SystemExit(
        f"This needs Python {OLDEST[0]}.{OLDEST[1]} or later; {sys.executable} is {sys.version.split()[0]}.\n"
        "Install a newer one and run the task with it, for instance: /path/to/python3 -m tools serve"
    )


def create(venv: Path) -> None:
    """Create an environment when there is none that works."""
    own = python(venv)
    if own.exists() and subprocess.run([own, "-c", "import pip"], capture_output=True).returncode == 0:
        return
    if subprocess.run([suitable_python(), "-m", "venv", "--clear", str(venv)]).returncode:
        raise SystemExit("Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv")


def locked(group: str) -> str:
    """Return the lock of a group."""
    return (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")


def wanted(group: str) -> str:
    """Return a hash of all that the environment of a group is made from."""
    made = locked(group) + (ROOT / "pyproject.toml").read_text(encoding="utf-8") + sys.platform
    return hashlib.sha256(made.encode()).hexdigest()


def install(group: str, venv: Path) -> None:
    """Install the locked requirements of `group`, then this project as an editable package."""
    # The lock is complete, so pip has nothing to resolve; byte code is compiled when first imported.
    pip = [str(python(venv)), "-m", "pip", "--disable-pip-version-check", "install", "--no-deps"]
    lock = ROOT / "requirements" / f"{group}.txt"
    command = [*pip, "--no-compile", "--progress-bar=off", "--require-hashes", "-r", str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", errors="replace") as running:
        assert running.stdout is not None
        report(running.stdout, locked(group).count("=="), venv.name)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    subprocess.run([*pip, "--quiet", "--no-build-isolation", "-e", str(ROOT)], check=True)


def report(lines: Iterable[str], total: int, name: str) -> None:
    """Turn what pip says into a line that counts the packages."""
    seen = 0
    for line in lines:
        if line.startswith(("Collecting ", "Ignoring ", "Requirement already satisfied")):
            seen += 1
            if sys.stdout.isatty():
                print(f"\r  {seen} of {total} packages fetched", end="", flush=True)
            elif seen % 30 == 0:
                print(f"  {seen} of {total} packages fetched", flush=True)
        elif line.startswith("Installing collected"):
            print(f"{chr(10) if sys.stdout.isatty() else ''}  writing them into {name}", flush=True)


def ensure(group: str, venv: Path = VENV) -> Path:
    """Bring an environment up to a group, unless it was made from the same locks; `test` has all that `book` has.

    Returns
    -------
    Path
        Its Python.
    """
    for known in {group, "test"}:
        stamp = venv / f".{known}"
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted(known) and python(venv).exists():
            return python(venv)
    began = time.monotonic()
    total = locked(group).count("==")
    print(f"Installing {total} locked packages into {venv.name}: a minute or two, once ...", flush=True)
    create(venv)
    try:
        install(group, venv)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"Installing failed (pip's message is above): {error}") from error
    (venv / f".{group}").write_text(wanted(group), encoding="utf-8")
    print(f"Environment ready in {time.monotonic() - began:.0f} s", flush=True)
    return python(venv)


if __name__ == "__main__":
    ensure(sys.argv[1])
