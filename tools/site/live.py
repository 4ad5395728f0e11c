"""What "Run this page" loads, in `live/` of the site: our modules, Python, CodeMirror, widget manager, KaTeX, marked.

Every part is served as `tools.site.assets` has it but for the adaptations of `tools.internals`, and that CodeMirror's
modules name each other by file, since a browser knows no packages: its packages are those that our modules import, and
what these import.
"""

import json
import re

from tools import internals
from tools.project import ROOT, SITE, remove_others, write_new
from tools.site import assets, pyodide

SOURCE = ROOT / "site" / "live"
FOLDER = SITE / "live"
IMPORT = re.compile(r"""^((?:import|export)\s[^;'"]*?from\s+)(['"])([^'"./][^'"]*)\2""", re.M)


def editor_file(package: str) -> str:
    """Return the name under which a module of CodeMirror is served."""
    return f"editor/{package.lstrip('@').replace('/', '-')}.js"


def linked(text: str, up: str) -> str:
    """Return a module whose imports of packages name files, `up` being the way to the live folder."""
    return IMPORT.sub(lambda found: f'{found[1]}"{up}{editor_file(found[3])}"', text)


def module(package: str) -> str:
    """Return what a package gives to those who import it."""
    said = json.loads(assets.member(package, "package.json"))
    return assets.member(package, said["exports"]["import"]).decode()


def modules() -> dict[str, str]:
    """Return our modules and the editor's, by their path."""
    files, waiting = {}, set()
    for path in sorted(path for path in SOURCE.iterdir() if path.is_file()):
        text = path.read_text(encoding="utf-8")
        files[path.name] = linked(text, "./") if path.suffix == ".js" else text
        waiting |= {found[3] for found in IMPORT.finditer(text) if path.suffix == ".js"}
    while waiting:
        text = module(package := waiting.pop())
        files[editor_file(package)] = linked(text, "../")
        waiting |= {found[3] for found in IMPORT.finditer(text) if editor_file(found[3]) not in files}
    return files


def contents(python: dict[str, bytes]) -> dict[str, str]:
    """Return every file of the folder but Python's own (`python`), by its path."""
    files = modules()
    files["widgets/require.js"] = assets.member("requirejs", "require.js").decode()
    manager = assets.member("@jupyter-widgets/html-manager", internals.MANAGER).decode()
    files |= {f"widgets/{name}.js": text for name, text in internals.manager_modules(manager).items()}
    files["widgets/anywidget.js"] = internals.anywidget(assets.wheels("wheels.txt")["anywidget"])
    files["marked.mjs"] = internals.without_map(assets.member("marked", internals.MARKED).decode())
    files["katex.mjs"] = internals.katex_module()
    files["start.json"] = json.dumps({"bytes": pyodide.start_bytes(python)})
    return files


def publish() -> None:
    """Bring `live/` of the site up to date."""
    python = pyodide.publish()
    files = {FOLDER / name: text for name, text in contents(python).items()}
    for path, text in files.items():
        write_new(path, text)
    remove_others(FOLDER, [*files, *pyodide.FOLDER.iterdir()])
