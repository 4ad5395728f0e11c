"""JupyterLite at `lite/` of the site: the book's notebooks in every edition, run by the site's own in-browser Python.

JupyterLite's builder makes the applications once for a version; the notebooks and their listings are laid in
here, so that a change of prose costs nothing.  No asset and no package is asked of another host.
"""

import importlib.metadata
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from d2lparams.view.spec import pick
from tools import internals
from tools.project import BUILD, ROOT, SITE, digest, files_below, remove_others, write_new
from tools.text import jupyter
from tools.text.words import TITLE

APPS = BUILD / "lite"  # the applications, without notebooks
FOLDER = SITE / "lite"
SOURCE = ROOT / "site" / "lite"  # what tells of a saved copy that hides a newer chapter
PACKAGES = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyterlab-widgets", "anywidget")
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": pick(TITLE, "both"),
        "exposeAppInBrowser": True,  # so that a test, or a teacher, can reach the commands
        "litePluginSettings": {
            KERNEL: {"pyodideUrl": "./../live/pyodide/pyodide.js", "disablePyPIFallback": True},
        },
    },
}
OVERRIDES: dict[str, Any] = {
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": True},
}


def versions() -> str:
    """Return what the applications are made of."""
    made = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    return "\n".join([*made, digest([Path(__file__), Path(internals.__file__)])])


def applications() -> Path:
    """Return the folder of the applications, built only for another version."""
    stamp = APPS / "versions.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != versions():
        for old in BUILD.glob(f"{APPS.name}*"):
            shutil.rmtree(old, ignore_errors=True)
        # In a folder of its own: a builder that outlives the build that called it writes into no other's.
        folder = Path(tempfile.mkdtemp(prefix=f"{APPS.name}-", dir=BUILD))
        internals.build_lite(folder, SETTINGS, OVERRIDES)
        write_new(folder / stamp.name, versions())
        folder.rename(APPS)
    return APPS / "built"


def contents() -> dict[Path, str | bytes]:
    """Return every file of the folder by its path in it."""
    built, notebooks = applications(), jupyter.all_notebooks()
    files: dict[Path, str | bytes] = {path.relative_to(built): path.read_bytes() for path in files_below(built)}
    files |= {Path(path): text for path, text in internals.lite_files(notebooks).items()}
    written = {path: json.loads(text)["metadata"]["d2l"]["book"] for path, text in notebooks.items()}
    files[Path("versions.json")] = json.dumps(written, ensure_ascii=False, indent=1) + "\n"
    return files | {Path(path.name): path.read_bytes() for path in SOURCE.iterdir()}


def publish() -> None:
    """Bring `lite/` of the site up to date."""
    files = contents()
    for path, content in files.items():
        write_new(FOLDER / path, content)
    remove_others(FOLDER, [FOLDER / path for path in files])
