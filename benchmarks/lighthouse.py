"""Google's Lighthouse, from npm at the version of `lighthouse_package/package-lock.json`, on one page at a time."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import Row
from tools import browser, internals
from tools.project import BUILD
from tools.site import assets

PACKAGE = Path(__file__).parent / "lighthouse_package"
FOLDER = BUILD / "cache" / "lighthouse"
ALWAYS_FULL = ("accessibility", "best-practices", "seo")


def run(address: str, path: str, preset: str, bar: float) -> Iterator[Row]:
    """Yield the four figures of a page; `bar` is the least performance.

    Parameters
    ----------
    address, path : str
        What is measured, and its name in the table.
    preset : {'desktop', 'mobile'}
    """
    flags = " ".join(["--headless=new", *browser.FLAGS])
    script = assets.installed(PACKAGE, FOLDER) / "lighthouse" / "cli" / "index.js"
    command = [internals.node(), str(script), address, "--output=json", "--quiet", f"--chrome-flags={flags}"]
    command += ["--preset=desktop"] if preset == "desktop" else []
    env = {**os.environ, "CHROME_PATH": browser.executable()}
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    report = json.loads(ran.stdout)
    scores = {name: round(100 * category["score"]) for name, category in report["categories"].items()}
    yield Row(f"Lighthouse {preset}, {path}: performance", scores["performance"], "", bar, least=True)
    for name in ALWAYS_FULL:
        faults = [
            audit["title"]
            for ref in report["categories"][name]["auditRefs"]
            if (audit := report["audits"][ref["id"]])["score"] not in (None, 1) and ref["weight"]
        ]
        yield Row(f"Lighthouse {preset}, {path}: {name}", scores[name], "", 100, "; ".join(faults), least=True)
