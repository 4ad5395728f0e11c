"""JupyterLite at `lite/` of the site: the book's notebooks in every edition, run by the site's own in-browser Python.

JupyterLite's builder makes the applications once for a version; the notebooks and their listings are laid in
here, so that a change of prose costs nothing.  No asset and no package is asked of another host.
"""

import importlib.metadata
import json
import shutil
from pathlib import Path
from typing import Any

from d2lparams.view.spec import pick
from tools import internals
from tools.project import BUILD, ROOT, SITE, digest, remove_others, write_new
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


def publish() -> None:
    """Bring `lite/` of the site up to date; the applications are built only for another version."""
    stamp = APPS / "versions.txt"
    known = stamp.exists() and stamp.read_text(encoding="utf-8") == versions()
    if not known:
        shutil.rmtree(APPS, ignore_errors=True)
        internals.build_lite(APPS, SETTINGS, OVERRIDES)
    if not known or not (FOLDER / "jupyter-lite.json").exists():
        shutil.rmtree(FOLDER, ignore_errors=True)
        shutil.copytree(APPS / "built", FOLDER)
    write_new(stamp, versions())
    notebooks = jupyter.all_notebooks()
    files = {FOLDER / path: text for path, text in internals.lite_files(notebooks).items()}
    for path, text in files.items():
        write_new(path, text)
    written = {path: json.loads(text)["metadata"]["d2l"]["book"] for path, text in notebooks.items()}
    write_new(FOLDER / "versions.json", json.dumps(written, ensure_ascii=False, indent=1) + "\n")
    for path in SOURCE.iterdir():
        write_new(FOLDER / path.name, path.read_bytes())
    for folder in ("files", "api/contents"):
        remove_others(FOLDER / folder, files)
