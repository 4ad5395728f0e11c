"""How long the slides of a chapter take a lecturer, place by place.

Slides are the page itself, and an address names a place on it: a heading by its label, a cell by its id, a figure by
its anchor. `places_on` finds the cells of each, `seconds` says how long they take. It is an estimate, made by counting
what has to be said and what has to be looked at; who has taught the chapter knows better, and writes longer minutes.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from d2lparams.view import MIME as FIGURE
from tools.project import BOOK
from tools.text.cells import Cell, for_slides, language, read, source, tags
from tools.text.figures import PREFIX
from tools.text.markdown import prose_lines, sections
from tools.text.pictures import pictures

# A room listens, looks at the wall and writes: it takes half as long again as a reader (PACE in length.py).
SPOKEN = 120
# Of a longer paragraph a slide shows these many words (WORDS in site/js/outline.js); the rest may be left to the page.
SHOWN = 55
LINE = 3  # seconds for a line of code that is seen: one points at the lines that matter, and reads out no import
ASK = 45  # seconds of silence after a question that the room is to answer before it sees
RESULT, PLOT, MOVE = (
    15,
    45,
    90,
)  # seconds for printed lines, for a plot with axes to be named, for a figure that is moved
EXERCISE, HARD = 5 * 60, 10 * 60  # seconds that students work; a title says which takes ten minutes
TEN = re.compile(r"ten minutes|\(hard\)")
SETUP = re.compile(
    r"import |from |\s|\)|#|$|[\w.]*random\.seed\(|nn\.fresh_names\(|np\.set_printoptions\(|view\.plot_style\("
)
KIND = re.compile(r"<([\w-]+) figure: ")  # what a stored output calls a figure whose picture pages draw anew


def all_cells(name: str) -> list[Cell]:
    """Return the cells of a page in both languages."""
    return list(read(BOOK / f"{name}.ipynb")["cells"])


def seen(name: str) -> list[Cell]:
    """Return the cells of a chapter that stand on its slides, in English; one for slides is in the place of others.

    It knows the cells that it stands for, and if one of them asks for a prediction, so does it.
    """
    found: list[Cell] = []
    for cell in all_cells(name):
        if language(cell) == "ko" or for_slides(cell) == "note":
            continue
        if for_slides(cell) == "slide":
            said: list[Cell] = []
            while found and found[-1]["cell_type"] == "markdown" and not headed(found[-1]):
                said.append(found.pop())
            asks = [tag for one in said for tag in tags(one) if tag == "predict"]
            if found and headed(found[-1]):
                said.append(found[-1])
                heading = source(found[-1]).partition("\n\n")[0]
                found[-1] = {**found[-1], "source": heading}
            cell = {**cell, "metadata": {"tags": [*tags(cell), *asks]}, "stands for": [one["id"] for one in said]}
        found.append(cell)
    return found


def names(cell: Cell) -> list[str]:
    """Return by which names kits know a cell of the slides: its id, and those of the texts in whose place it stands."""
    return [re.sub(r"-en$", "", name) for name in [cell["id"], *cell.get("stands for", [])]]


def headed(cell: Cell) -> bool:
    """Return whether a text begins a section."""
    return cell["cell_type"] == "markdown" and any(part.level for part in sections(source(cell)))


def kind(cell: Cell) -> str:
    """Return of which kind the figure is that a cell shows, the empty string for none."""
    for output in cell.get("outputs", []):
        data: dict[str, Any] = output.get("data", {})
        if FIGURE in data:
            return str(data[FIGURE]["kind"])
        if found := KIND.search("".join(data.get("text/plain", ""))):
            return found[1]
    return ""


@functools.cache
def places_on(name: str) -> dict[str, list[Cell]]:
    """Return the cells at each place of a chapter that an address can name: headings, cells, figures, in order."""
    found: dict[str, list[Cell]] = {}
    kinds: Counter[str] = Counter()
    here = ""
    for cell in seen(name):
        labels = [part.label for part in sections(source(cell)) if part.level] if headed(cell) else []
        here = next((label for label in labels if label), here)
        found.setdefault(here, []).append(cell)
        for own in names(cell):
            found.setdefault(own, []).append(cell)
        if figure := kind(cell):
            kinds[figure] += 1
            found[PREFIX + figure + (f"-{kinds[figure]}" if kinds[figure] > 1 else "")] = [cell]
    found.pop("", None)
    return found


def words(text: str) -> int:
    """Return how many words of a text a slide shows: of a paragraph no more than fit, of fences and formulas none."""
    told = "\n".join(line for line, prose in prose_lines(text) if prose and not re.match(r"\(.+\)=$", line))
    return sum(
        min(SHOWN, len(paragraph.split())) for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*|]|\d+\.) ?)", told)
    )


def seconds(cells: Iterable[Cell]) -> int:
    """Return how long a lecturer needs at least for these cells: to say, ask, point, show and wait.

    An exercise is as long as students work at it, whatever its cells hold.
    """
    spent = 0.0
    for cell in cells:
        text, has = source(cell), set(tags(cell))
        if cell["cell_type"] == "markdown":
            if re.search(r"^\(\w+-exercise-.+\)=$", text, re.M):
                return HARD if TEN.search(text) else EXERCISE
            spent += 0 if has & {"hint", "solution"} else words(text) * 60 / SPOKEN + ASK * ("predict" in has)
            continue
        lines = [line for line in text.splitlines() if line.strip()]
        if not has & {"hide-input", "check", "solution"} and not all(map(SETUP.match, lines)):
            spent += LINE * len(lines)
        spent += MOVE if kind(cell) else PLOT if pictures(cell.get("outputs", [])) else 0
        spent += RESULT * any("text" in output for output in cell.get("outputs", []))
    return round(spent)


def taught(name: str, label: str) -> bool:
    """Return whether a place is a section that a lecture may go through: no exercise, no list of sources."""
    return label.startswith(name) and not label.startswith(f"{name}-exercise") and label != f"{name}-sources"
