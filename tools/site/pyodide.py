"""The one in-browser Python of the site, in `live/pyodide/`: what the cells of a page and JupyterLite both start.

Core and wheels come from `tools.site.assets`, each verified, and get byte code from `tools.site.bytecode`.  Our own
package and the pure wheels that Pyodide does not have are added to a copy of the official lock file, so that a notebook
imports them with no `%pip` before.
"""

import json
from typing import Any

from tools.project import ROOT, SITE, files_below, package, remove_others, wheel, write_new
from tools.site import assets, bytecode
from tools.site.zip import packed, recorded

FOLDER = SITE / "live" / "pyodide"
CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
PAGE_LOCK = "page-lock.json"  # the same packages for the cells of a page, where fewer of them are loaded at once
# What they need of Pyodide's packages and of each other: our own with its figures, and the wheels of site/wheels.txt.
OWN = ["numpy", "anywidget", "ipywidgets", "matplotlib"]
PURE = {
    "ipywidgets": ["ipython", "comm", "traitlets"],
    "comm": [],
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "psygnal": [],
    "typing-extensions": [],
}
# What a page starts without: matplotlib comes when a cell asks for it, IPython has no terminal and completes nothing.
LATER = {"matplotlib", "jedi", "prompt_toolkit", "wcwidth"}


def metadata() -> str:
    """Return what the wheel of our package says of itself: pip installs what it needs, wherever it is fetched from."""
    said = package()
    lines = ["Metadata-Version: 2.1", f"Name: {said['name']}", f"Version: {said['version']}"]
    lines += [f"Summary: {said['description']}", f"Requires-Python: {said['requires-python']}"]
    lines += [f"Requires-Dist: {needed}" for needed in said["dependencies"]]
    lines += ["Provides-Extra: view"]
    lines += [f'Requires-Dist: {needed}; extra == "view"' for needed in said["optional-dependencies"]["view"]]
    return "\n".join(lines) + "\n"


def own_wheel() -> tuple[str, bytes]:
    """Return the name and the bytes of a wheel of our package, made from the sources as they are."""
    name = f"d2lparams-{package()['version']}"
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files_below(ROOT / "d2lparams")}
    info = f"{name}.dist-info"
    files[f"{info}/METADATA"] = metadata().encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: d2lparams\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    return wheel(), packed(recorded(files, f"{info}/RECORD"))


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


def locks(packages: dict[str, dict[str, Any]], info: Any) -> dict[str, bytes]:
    """Return the two lock files: of JupyterLite, and of pages, which load less at the start."""
    page = {
        name: {**said, "depends": [name for name in said["depends"] if name not in LATER]}
        for name, said in packages.items()
    }
    return {
        file: json.dumps({"info": info, "packages": dict(sorted(said.items()))}, separators=(",", ":")).encode()
        for file, said in ((LOCK, packages), (PAGE_LOCK, page))
    }


def contents() -> dict[str, bytes]:
    """Return every file of the folder by its name."""
    lock = assets.official_lock()
    files = {name: assets.member("pyodide", name) for name in CORE} | assets.pyodide_wheels()
    packages = {name: dict(lock["packages"][name]) for name in assets.needed(lock, assets.WANTED)}
    for name, path in assets.wheels("wheels.txt").items():
        files[path.name] = path.read_bytes()
        number = assets.requirements("wheels.txt")[name][0]
        packages[name] = entry(name, number, path.name, files[path.name], PURE[name])
    file, data = own_wheel()
    files[file] = data
    packages["d2lparams"] = entry("d2lparams", package()["version"], file, data, OWN)
    files = bytecode.with_bytecode(files | locks(packages, lock["info"]), PAGE_LOCK)
    for said in packages.values():
        said["sha256"] = assets.sha256(files[said["file_name"]])
    return files | locks(packages, lock["info"])


def start_bytes(files: dict[str, bytes]) -> int:
    """Return how many bytes of the folder's files a click loads into Python."""
    lock = json.loads(files[PAGE_LOCK])
    wheels = [lock["packages"][name]["file_name"] for name in assets.needed(lock, ["d2lparams"])]
    return sum(len(files[name]) for name in (*wheels, PAGE_LOCK, *CORE) if name != "pyodide.js")


def publish() -> dict[str, bytes]:
    """Bring `live/pyodide/` of the site up to date, and return its files by their name."""
    files = contents()
    for name, data in files.items():
        write_new(FOLDER / name, data)
    remove_others(FOLDER, [FOLDER / name for name in files])
    return files
