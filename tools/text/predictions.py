"""Predictions: what waits until a reader has made up his mind.

The tag `predict` marks the cells that ask: the pair of a paragraph that ends with the question and, where a figure is
part of it, the cell of that figure. What follows, up to the next heading or the next question, tells the answer and
waits under one press: printed output, figures, explaining paragraphs. Code is read before one predicts, so it stays;
that of a figure waits with it, and so does a cell that comes after the first explaining paragraph. A question that is
asked in the answer to another comes after it, with all that belongs to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.text.cells import Cell, for_slides, source, tags
from tools.text.markdown import sections

TAG = "predict"


@dataclass(frozen=True)
class Wait:
    """What a cell waits for: the answer to a question (from 1; 0 for none), with its code or not, and to one before."""

    question: int
    whole: bool
    after: int

    def marks(self) -> list[str]:
        """Return the names by which a page knows it."""
        own = ["d2l-wait", f"d2l-wait-{self.question}", *["d2l-all"] * self.whole] if self.question else []
        return own + ([f"d2l-after-{self.after}"] if self.after else [])


def waits(cells: list[Cell]) -> Iterator[tuple[Cell, Wait]]:
    """Yield what waits, and for what.

    Parameters
    ----------
    cells : of a notebook in one edition, each pair as one cell.
    """
    asked, question, after, told = 0, 0, 0, False  # since the start, and of this section
    for cell in cells:
        if for_slides(cell):
            continue  # no part of the page
        text, asks = cell["cell_type"] == "markdown", TAG in tags(cell)
        if text and any(part.level for part in sections(source(cell))):
            question = after = 0
        answers = question and (text or not asks)
        told = told or text
        if answers or after:
            yield cell, Wait(question if answers else 0, bool(answers) and (told or "hide-input" in tags(cell)), after)
        if asks and text:
            asked += 1
            question, after, told = asked, question, False
