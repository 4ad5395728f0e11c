"""How long a chapter takes to read, and how many exercises it has."""

from tools.project import BOOK
from tools.text.cells import Cell, for_slides, language, read, source, tags
from tools.text.pictures import PICTURE
from tools.text.reference import PAGE
from tools.text.words import metadata

PACE, LINES, LOOK = 180, 10, 2  # words and lines of code that one reads in a minute; minutes for a picture


def cells(name: str) -> list[Cell]:
    """Return the cells of a chapter that a reader sees, of its texts the English ones."""
    return [cell for cell in read(BOOK / f"{name}.ipynb")["cells"] if language(cell) != "ko" and not for_slides(cell)]


def looked_up(name: str) -> bool:
    """Return whether nobody reads a page from its beginning to its end: it is made of data or of docstrings."""
    return "made" in metadata(name) or name == PAGE


def minutes(name: str) -> int:
    """Return about how long a chapter takes before its exercises, its words, code and pictures, in steps of five."""
    spent = 0.0
    for cell in cells(name):
        if f"({name}-exercises)=" in source(cell):
            break
        if cell["cell_type"] == "markdown":
            spent += len(source(cell).split()) / PACE
        elif "hide-input" not in tags(cell):
            spent += len(source(cell).splitlines()) / LINES
        spent += sum(PICTURE in output.get("data", {}) for output in cell.get("outputs", [])) * LOOK
    return max(5, 5 * round(spent / 5))


def exercises(name: str) -> int:
    """Return how many exercises a chapter has."""
    return sum("check" in tags(cell) for cell in cells(name))
