"""IPython without its terminal, which takes half of IPython's imports and cannot be opened in a page.

Imported before IPython, this module puts a lesson in the terminal's place, and the packages behind it need not come.
"""

from __future__ import annotations

import sys
import types
from typing import Any, NoReturn

TERMINAL = "IPython.terminal.embed"  # what IPython imports of its terminal when it is imported itself


def embed(*arguments: Any, **options: Any) -> NoReturn:
    """Stand for IPython's shell within a program, which asks a terminal."""
    from live_shell import told  # which imports IPython

    raise RuntimeError(
        told(
            "IPython.embed() asks a terminal, and a page has none: look at your variables in a cell of their own.",
            "IPython.embed()는 터미널에 물어보는데, 페이지에는 터미널이 없습니다. 변수는 다른 셀에서 살펴보세요.",
        )
    )


stand_in = types.ModuleType(TERMINAL)
stand_in.embed = embed  # type: ignore[attr-defined]
sys.modules.setdefault(TERMINAL, stand_in)
