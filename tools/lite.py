"""JupyterLite at `lite/` of the site: the book's notebooks in every edition, run by the site's own in-browser Python.

JupyterLite's builder makes the applications once for a version; the notebooks and their listings are laid in
here, so that a change of prose costs nothing.  No asset and no package is asked of another host.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools import execute, lite_notebooks
from tools.project import BUILD, TITLE, write_new

APPS = BUILD / "lite"  # the applications, without notebooks
FOLDER = "lite"
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension", "anywidget")
PACKAGES = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyterlab-widgets", "anywidget")
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
WHEN = "2026-01-01T00:00:00Z"  # a fixed time: the same book gives the same files
SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": TITLE["both"],
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
    return "\n".join([*made, execute.digest([Path(__file__)])])


def build_apps() -> bool:
    """Let JupyterLite build its applications, unless they are there; return whether it had to."""
    stamp = APPS / "versions.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == versions():
        return False
    shutil.rmtree(APPS, ignore_errors=True)
    source = APPS / "source"
    write_new(source / "jupyter-lite.json", json.dumps(SETTINGS))
    write_new(source / "overrides.json", json.dumps(OVERRIDES))
    shared = Path(sys.prefix, "share", "jupyter", "labextensions")
    build = {
        "apps": ["lab", "notebooks", "tree"],
        "federated_extensions": [str(shared / name) for name in EXTENSIONS],
        "ignore_sys_prefix": ["federated_extensions"],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(APPS / "built"),
        "cache_dir": str(APPS / "cache"),
    }
    write_new(source / "jupyter_lite_config.json", json.dumps({"LiteBuildConfig": build}))
    ran = subprocess.run(
        [sys.executable, "-m", "jupyterlite_core", "build"], cwd=source, capture_output=True, text=True
    )
    if ran.returncode:
        raise SystemExit(f"JupyterLite did not build:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    finish(APPS / "built")
    write_new(stamp, versions())
    return True


def finish(built: Path) -> None:
    """Give JupyterLite's pages a language, an icon, and scripts in files, which a strict policy asks for."""
    for page in built.rglob("index.html"):
        text = page.read_text(encoding="utf-8").replace("<html>", '<html lang="en">', 1)
        for number, script in enumerate(re.findall(r"<script>(.*?)</script>", text, re.S)):
            write_new(page.with_name(f"start{number}.js"), script)
            text = text.replace(f"<script>{script}</script>", f'<script src="./start{number}.js"></script>')
        if 'rel="icon"' not in text:
            up = "../" * len(page.relative_to(built).parts)
            icon = f'<link rel="icon" href="{up}en/_static/icon.svg" type="image/svg+xml" />'
            text = text.replace("</head>", f"{icon}</head>", 1)
        page.write_text(text, encoding="utf-8")


def entry(path: str, kind: str, size: int | None = None, content: list[Any] | None = None) -> dict[str, Any]:
    """Return what Jupyter's contents service says about a file or folder."""
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "type": kind,
        "format": "json" if kind == "directory" else None,
        "mimetype": None,
        "created": WHEN,
        "last_modified": WHEN,
        "size": size,
        "writable": True,
        "hash": None,
        "hash_algorithm": None,
        "content": content,
    }


def listings(notebooks: dict[str, str]) -> dict[str, str]:
    """Return the listings of the folders by the path of their file."""
    folders = {path.split("/")[0]: entry(path.split("/")[0], "directory") for path in notebooks}
    found = {"": entry("", "directory", content=list(folders.values()))}
    for folder in folders:
        files = [
            entry(path, "notebook", len(text.encode()))
            for path, text in notebooks.items()
            if path.startswith(f"{folder}/")
        ]
        found[folder] = entry(folder, "directory", content=files)
    return {
        f"api/contents/{folder}/all.json".replace("//", "/"): json.dumps(said, ensure_ascii=False, indent=1)
        for folder, said in found.items()
    }


def publish(site: Path) -> bool:
    """Bring `lite/` of the site up to date; return whether the applications were built anew."""
    built = build_apps()
    target = site / FOLDER
    if built or not (target / "jupyter-lite.json").exists():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(APPS / "built", target)
    notebooks = lite_notebooks.all_notebooks(execute.STAGE)
    files = {f"files/{path}": text for path, text in notebooks.items()} | listings(notebooks)
    for path, text in files.items():
        write_new(target / path, text)
    for folder in ("files", "api/contents"):
        for old in (target / folder).rglob("*"):
            if old.is_file() and old.relative_to(target).as_posix() not in files:
                old.unlink()
    return built
