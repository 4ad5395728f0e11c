"""The one in-browser Python of the site, in `live/pyodide/`: what the cells of a page and JupyterLite both start.

Core and wheels come from `tools.assets`, each verified.  Our own package and the pure wheels that Pyodide does not have
are added to a copy of the official lock file, so that a notebook imports them with no `%pip` before.
"""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

from tools import assets
from tools.project import ROOT

FOLDER = Path("live", "pyodide")
CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
PAGE_LOCK = "page-lock.json"  # the same packages for the cells of a page, where fewer of them are loaded at once
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: the same sources give the same bytes
DEPENDS = ["numpy", "anywidget", "ipywidgets", "matplotlib"]  # of our package with its figures


def write_bytes(target: Path, data: bytes) -> Path:
    """Write a file only when its bytes are new; return its path."""
    if not target.exists() or target.read_bytes() != data:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return target


def packed(files: dict[str, bytes]) -> bytes:
    """Return a zip of files, the same bytes for the same files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def version() -> str:
    """Return the version of our package, read from its sources."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def own_wheel() -> tuple[str, bytes]:
    """Return the name and the bytes of a wheel of our package, made from the sources as they are."""
    name = f"d2lparams-{version()}"
    sources = sorted(path for path in (ROOT / "d2lparams").rglob("*") if path.is_file())
    kept = [path for path in sources if path.suffix in (".py", ".js", ".css", ".typed")]
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in kept}
    info = f"{name}.dist-info"
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: d2lparams\nVersion: {version()}\n".encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: d2lparams\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    lines = []
    for path, data in files.items():
        digest = urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        lines.append(f"{path},sha256={digest},{len(data)}")
    files[f"{info}/RECORD"] = ("\n".join([*lines, f"{info}/RECORD,,"]) + "\n").encode()
    return f"{name}-py3-none-any.whl", packed(files)


def entry(name: str, number: str, file: str, data: bytes, depends: list[str]) -> dict[str, Any]:
    """Return what the lock file says about a pure wheel."""
    return {
        "name": name,
        "version": number,
        "file_name": file,
        "install_dir": "site",
        "sha256": assets.sha256(data),
        "package_type": "package",
        "imports": [name.replace("-", "_")],
        "depends": depends,
        "unvendored_tests": False,
    }


def contents() -> dict[str, bytes]:
    """Return every file of the folder by its name."""
    files = {name: assets.member("pyodide", name) for name in CORE}
    lock = assets.official_lock()
    packages = {name: dict(lock["packages"][name]) for name in assets.needed(lock)}
    for package in packages.values():
        files[package["file_name"]] = assets.pyodide_wheel(package).read_bytes()
    for name, said in assets.listed()["pip"].items():
        files[said["file"]] = assets.wheel(name).read_bytes()
        packages[name] = entry(name, said["version"], said["file"], files[said["file"]], said["depends"])
    file, data = own_wheel()
    files[file] = data
    packages["d2lparams"] = entry("d2lparams", version(), file, data, DEPENDS)
    adapted = {"info": lock["info"], "packages": dict(sorted(packages.items()))}
    files[LOCK] = json.dumps(adapted, separators=(",", ":")).encode()
    later = set(assets.listed()["pyodide"]["later"])
    for package in packages.values():
        package["depends"] = [name for name in package["depends"] if name not in later]
    files[PAGE_LOCK] = json.dumps(adapted, separators=(",", ":")).encode()
    return files


def publish(site: Path) -> int:
    """Bring `live/pyodide/` of the site up to date; return its bytes."""
    files = contents()
    folder = site / FOLDER
    for name, data in files.items():
        write_bytes(folder / name, data)
    for old in folder.iterdir():
        if old.name not in files:
            old.unlink()
    return sum(len(data) for data in files.values())
