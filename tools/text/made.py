"""Write the appendices that are made of what the book holds: `python -m tools.text.made` or `make made`.

Their notebooks are made as the others are written, pairs of cells with labels and links, so that every edition, view
and download has them; `tests/book/test_made.py` says when one is older than what it is made of.
"""

from typing import Any

from d2lparams.view.spec import Text
from tools.project import BOOK
from tools.text import computed, every_number, glossary, rosetta
from tools.text.cells import Cell, Notebook
from tools.text.notebooks import english_hash, write

PAGES = {"rosetta": rosetta.page, "glossary": glossary.page, "numbers": every_number.page}


def half(at: int, language: str, text: Text) -> Cell:
    """Return the cell of a pair that is in one language."""
    metadata = {"tags": [f"lang-{language}"]}
    return {"cell_type": "markdown", "id": f"p{at:02}-{language}", "metadata": metadata, "source": text[language]}


def notebook(said: dict[str, Any], texts: list[Text | str]) -> Notebook:
    """Return a notebook of texts, each a pair of cells, or one cell where it is the same in both languages."""
    cells: list[Cell] = []
    for at, text in enumerate(texts, start=1):
        if isinstance(text, str):
            cells.append({"cell_type": "markdown", "id": f"p{at:02}", "metadata": {}, "source": text})
            continue
        english, korean = half(at, "en", text), half(at, "ko", text)
        korean["metadata"]["d2l"] = {"source": english_hash(english)}
        cells += [english, korean]
    return {"cells": cells, "metadata": {"d2l": said}, "nbformat": 4, "nbformat_minor": 5}


def main() -> None:
    """Make every page."""
    for name, page in PAGES.items():
        made = every_number.page(computed.shown) if name == "numbers" else page()
        print(f"{name}.ipynb: {write(BOOK / f'{name}.ipynb', notebook(*made))}")


if __name__ == "__main__":
    main()
