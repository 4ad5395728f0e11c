"""The race of chapter "Why initialization matters": run once, kept in `d2lparams/view/race.json`.

``python -m tools.race`` trains the network of the race from its four starts on both problems, in some seconds, and
writes the file.  From weights as large as 1 the digits end elsewhere on a machine that rounds in another order: what is
kept is what the chapter tells of.
"""

from __future__ import annotations

import json
from typing import Any

from d2lparams.view.runners import PROBLEMS, STARTS, STEPS, Frame, trained
from tools.project import ROOT

__all__ = ["kept", "study"]

PATH = ROOT / "d2lparams" / "view" / "race.json"


def kept(frame: Frame) -> list[Any]:
    """Return what is written of a frame, in its order: numbers with as many digits as are shown, and one more."""
    numbers = (float(f"{value:.4g}") for value in (frame.loss, frame.right, frame.moved))
    return [frame.field, *numbers, list(frame.layers)]


def study() -> dict[str, Any]:
    """Run everything and return what is kept."""
    runs = {name: {word: list(map(kept, trained(start, name))) for word, start in STARTS.items()} for name in PROBLEMS}
    return {"steps": list(STEPS), **runs}


if __name__ == "__main__":
    found = study()
    lines = [f'"steps":{found.pop("steps")}']
    for name, runs in found.items():
        texts = (f"  {json.dumps(word)}:{json.dumps(run, separators=(',', ':'))}" for word, run in runs.items())
        lines.append(f'"{name}":{{\n' + ",\n".join(texts) + "\n}")
    PATH.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")
