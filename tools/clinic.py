"""The patients of chapter "Diagnose": trained once, with each cure and without, kept in `d2lparams/view/clinic.json`.

``python -m tools.clinic`` takes some ten seconds.  Where a wrong cure makes a network burst, the last digit of a
rounding decides where a run ends: what is kept is what the chapter tells of.  Runs that are one and the same, since the
cure changes nothing or makes the patient the healthy network, are written once.
"""

from __future__ import annotations

import json
import math
from typing import Any

from d2lparams.patients import CURES
from d2lparams.view.ward import PATIENTS, Run, examined
from tools.project import ROOT

__all__ = ["kept", "study"]

PATH = ROOT / "d2lparams" / "view" / "clinic.json"


def _short(value: Any) -> Any:
    """Return a number with the digits that are shown and one more; null for what no float holds."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return float(f"{value:.3g}") if math.isfinite(value) else None
    return [_short(item) for item in value]


def kept(run: Run) -> list[Any]:
    """Return what is written of a run."""
    found: list[Any] = _short(run)
    return found


def study() -> dict[str, Any]:
    """Train everybody and return what is kept: the runs, and which of them is whose."""
    cases = [("healthy", None), *((name, cure) for name in PATIENTS for cure in (None, *CURES))]
    runs: list[list[Any]] = []
    which = {}
    for name, cure in cases:
        run = kept(examined(name, cure))
        if run not in runs:
            runs.append(run)
        which[f"{name} {cure}" if cure else name] = runs.index(run)
    return {"which": which, "runs": runs}


if __name__ == "__main__":
    found = study()
    lines = ",\n".join(json.dumps(run, separators=(",", ":")) for run in found["runs"])
    PATH.write_text(f'{{"which":{json.dumps(found["which"])},\n"runs":[\n{lines}\n]}}\n', encoding="utf-8")
