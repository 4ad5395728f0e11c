"""A pytest plugin that teaches nbval to compare figures: by their specs, with a small tolerance.

nbval compares outputs character by character. For printed text that is right; a figure's coordinates may
differ in their last digit from one BLAS to another, and its picture is drawn from the spec anyway. So the spec's
numbers are compared within `TOLERANCE`, everything else in it exactly, and the drawn picture not at all.
"""

from __future__ import annotations

import math
import os
import re
from typing import Any

import nbval.plugin
import pytest

from tools.editions import FIGURE

DRAWN = (FIGURE, "image/svg+xml", "text/html")
TOLERANCE = {"rel_tol": 1e-3, "abs_tol": 0.02}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def difference(new: Any, old: Any, where: str = "spec") -> str:
    """Return where two specs differ by more than the tolerance, or the empty string.

    >>> difference({"x": [1.0, 2.0]}, {"x": [1.0, 2.00001]})
    ''
    >>> difference({"x": [1.0, 2.5]}, {"x": [1.0, 2.0]})
    'spec.x[1]: 2.5 instead of 2.0'
    """
    if isinstance(new, dict) and isinstance(old, dict):
        if new.keys() != old.keys():
            return f"{where}: keys {sorted(new)} instead of {sorted(old)}"
        # The id is a hash of the rest, so it says nothing new.
        found = (difference(new[k], old[k], f"{where}.{k}") for k in new if k != "id")
        return next((one for one in found if one), "")
    if isinstance(new, list) and isinstance(old, list):
        if len(new) != len(old):
            return f"{where}: {len(new)} items instead of {len(old)}"
        found = (difference(a, b, f"{where}[{i}]") for i, (a, b) in enumerate(zip(new, old, strict=True)))
        return next((one for one in found if one), "")
    numbers = (int, float)
    if isinstance(new, numbers) and isinstance(old, numbers) and not isinstance(new, bool):
        same = math.isclose(new, old, **TOLERANCE)
    elif isinstance(new, str) and isinstance(old, str):
        # Paths and formatted values: the numbers within the tolerance, the letters between them equal.
        same = NUMBER.split(new) == NUMBER.split(old) and all(
            math.isclose(float(a), float(b), **TOLERANCE)
            for a, b in zip(NUMBER.findall(new), NUMBER.findall(old), strict=True)
        )
    else:
        same = type(new) is type(old) and new == old
    return "" if same else f"{where}: {new} instead of {old}"


def specs(outputs: list[Any]) -> list[Any]:
    """Return the figure specs among a cell's outputs."""
    return [output["data"][FIGURE] for output in outputs if FIGURE in output.get("data", {})]


def pytest_configure(config: pytest.Config) -> None:
    """Let nbval's cells compare figures our way, and all else its own."""
    os.environ["D2L_FIGURES"] = "spec"  # what the kernels show is compared with what is stored
    exact = nbval.plugin.IPyNbCell.compare_outputs

    def compare(self: Any, test: Any, ref: Any, skip_compare: Any = None) -> bool:
        skipped = (*(skip_compare or self.parent.skip_compare), *DRAWN)
        if not exact(self, test, ref, skipped):
            return False
        problem = difference(specs(test), specs(ref))
        if problem:
            self.comparison_traceback = [f"the figure differs, {problem}"]
        return not problem

    nbval.plugin.IPyNbCell.compare_outputs = compare
