"""What "Run this page" loads, in `live/` of the site: our modules, Python, CodeMirror, widget manager, KaTeX, marked.

Every part is verified by `tools.assets` and served as it is but for two adaptations, each checked: CodeMirror's modules
name each other by file, since a browser knows no packages, and the widget manager is cut down to the modules that a
page uses.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from tools import assets, pyodide
from tools.project import ROOT, write_new
from tools.sphinx_mathml import KATEX

SOURCE = ROOT / "site" / "live"
FOLDER = "live"
START = "start.json"  # how much a click loads
IMPORT = re.compile(r"""^((?:import|export)\s[^;'"]*?from\s+)(['"])([^'"./][^'"]*)\2""", re.M)
# The file of each CodeMirror package that browsers import.
EDITOR = {
    "@codemirror/autocomplete": "dist/index.js",
    "@codemirror/commands": "dist/index.js",
    "@codemirror/lang-python": "dist/index.js",
    "@codemirror/language": "dist/index.js",
    "@codemirror/state": "dist/index.js",
    "@codemirror/streamparser": "dist/index.js",
    "@codemirror/view": "dist/index.js",
    "@lezer/common": "dist/index.js",
    "@lezer/highlight": "dist/index.js",
    "@lezer/lr": "dist/index.js",
    "@lezer/python": "dist/index.js",
    "@marijn/find-cluster-break": "src/index.js",
    "crelt": "index.js",
    "style-mod": "src/style-mod.js",
    "w3c-keyname": "index.js",
}
MANAGER = "dist/libembed-amd.js"
# The manager compiles two schemas it then does not use, and for that asks to run text as code, which a strict policy
# refuses.
SCHEMAS = re.compile(r",(\w+)=new\(\w+\(\)\);\1\.compile\(\w+\),\1\.compile\(\w+\);")
MANAGER_MODULES = ("@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/html-manager")


def editor_file(package: str) -> str:
    """Return the name under which a module of CodeMirror is served."""
    return f"editor/{package.lstrip('@').replace('/', '-')}.js"


def linked(name: str, text: str, up: str) -> str:
    """Return a module whose imports of packages name files, `up` being the way to the live folder."""

    def to_file(found: re.Match[str]) -> str:
        if found[3] not in EDITOR:
            raise assets.missing(found[3], f"{name} imports it, and EDITOR in tools/live.py does not list it")
        return f'{found[1]}"{up}{editor_file(found[3])}"'

    return IMPORT.sub(to_file, text)


def manager_modules() -> dict[str, str]:
    """Return the modules of the widget manager, cut from its one file at its own definitions."""
    bundle, found = SCHEMAS.subn(";", assets.member("@jupyter-widgets/html-manager", MANAGER).decode())
    parts = re.split(r'(?=^define\("|;define\(")', bundle, flags=re.M)
    named = {found[1]: part.lstrip(";") for part in parts if (found := re.match(r';?define\("([^"]+)"', part))}
    absent = [name for name in MANAGER_MODULES if name not in named]
    if absent or not found:
        raise assets.missing(f"A part of {MANAGER}", "this version of html-manager is packed in another way")
    return {name: named[name] for name in MANAGER_MODULES}


def contents() -> dict[str, str]:
    """Return every file of the folder but Python's own, by its path."""
    files = {}
    for path in sorted(path for path in SOURCE.iterdir() if path.is_file()):
        text = path.read_text(encoding="utf-8")
        files[path.name] = linked(path.name, text, "./") if path.suffix == ".js" else text
    for package, file in EDITOR.items():
        files[editor_file(package)] = linked(package, assets.member(package, file).decode(), "../")
    files["widgets/require.js"] = assets.member("requirejs", "require.js").decode()
    for name, text in manager_modules().items():
        files[f"widgets/{name}.js"] = text
    files["widgets/anywidget.js"] = assets.wheel_member("anywidget", "anywidget/nbextension/index.js").decode()
    katex = KATEX.read_text(encoding="utf-8")
    files["marked.mjs"] = assets.member("marked", "lib/marked.esm.js").decode().split("//# sourceMappingURL")[0]
    # KaTeX is packed for scripts and node; this makes a module of it.
    files["katex.mjs"] = (
        f"const module = {{exports: {{}}}}, exports = module.exports;\n{katex}\nexport default module.exports;\n"
    )
    return files


def start_bytes(folder: Path) -> int:
    """Return how many bytes a click loads into Python."""
    packages = json.loads((folder / pyodide.PAGE_LOCK).read_text(encoding="utf-8"))["packages"]
    wanted, waiting = set(), ["d2lparams"]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += [depend.lower().replace("_", "-") for depend in packages[name]["depends"]]
    files = [packages[name]["file_name"] for name in wanted] + [pyodide.PAGE_LOCK, *pyodide.CORE]
    return sum((folder / file).stat().st_size for file in files if file != "pyodide.js")


def publish(site: Path) -> None:
    """Bring `live/` of the site up to date."""
    pyodide.publish(site)
    folder = site / FOLDER
    files = contents()
    for name, text in files.items():
        write_new(folder / name, text)
    write_new(folder / START, json.dumps({"bytes": start_bytes(site / pyodide.FOLDER)}))
    for old in folder.rglob("*"):
        name = old.relative_to(folder).as_posix()
        if old.is_file() and name not in files and name != START and not name.startswith("pyodide/"):
            old.unlink()
