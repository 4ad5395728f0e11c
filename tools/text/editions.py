"""A bilingual notebook as one edition: English, Korean, or both side by side.

The notebooks of `book/` hold every paragraph twice, an English cell followed by its Korean pair. `transform` keeps
the cells of one language (`en`, `ko`) or joins each pair (`both`): headings become one heading with both
titles, the text below them two columns, since a heading may not stand inside a column. Labels are kept once, so all
editions have the same fragments; links say the numbers that chapters have. Hints, solutions and checks are folded, and
figures are drawn without a kernel, each with an anchor of its own. What answers a question is marked as waiting, and
what only slides show or their lecturer reads is marked as that.
"""

import copy
import re
from itertools import zip_longest
from typing import Any

from d2lparams.exercise import OPENINGS
from d2lparams.view import MIME as FIGURE
from d2lparams.view import chart, static
from d2lparams.view.spec import both, pick
from tools.text import figures, predictions, reference
from tools.text.cells import WIDGET, Cell, Notebook, for_slides, language, pairs, source, tags
from tools.text.markdown import LABEL, prose_lines, sections
from tools.text.numbers import numbers, renumbered
from tools.text.pictures import PICTURE
from tools.text.words import ADMONITIONS, EDITIONS, TEXT_FOLDS, markdown

MARK = 'class="d2l-chart"'  # a picture that matplotlib has drawn
MARKS = {"slide": "d2l-short", "note": "d2l-note"}  # by which slides know them
LONG = 90  # characters in a printed line


def transform(notebook: Notebook, edition: str, folder: str | None = None) -> Notebook:
    """Return a copy of the notebook that holds one edition.

    Parameters
    ----------
    notebook : the JSON of a bilingual notebook; it is not changed.
    edition : `en`, `ko` or `both`.
    folder : where the pages find states of figures that stand apart, or None where each page has all in itself.

    Raises
    ------
    ValueError
        For an edition of another name, and for pairs whose headings differ.
    """
    if edition not in EDITIONS:
        raise ValueError(f"no edition {edition!r}; there are {', '.join(EDITIONS)}")
    # The insides of figures, most of an executed notebook, are not changed and need no copy.
    result = copy.deepcopy(notebook, {id(figure): {**figure} for figure in figures.anchors(notebook).values()})
    for anchor, figure in figures.anchors(result).items():
        figure["id"] = anchor
    known = numbers()
    for cell in result["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = renumbered(source(cell), known)
    cells: list[Cell] = []
    for cell, partner in pairs(result["cells"]):
        if cell["cell_type"] == "code":
            cells.append(_code(cell, edition, folder))
            if "reference" in tags(cell):
                cells.append(_documented(cell, edition))
        elif partner is not None and for_slides(cell):
            cells.append(_spoken(cell, partner, edition))
        elif partner is not None and edition == "both":
            cells.append(_joined(cell, partner))
        elif partner is not None:
            cells.append(_folded(partner if edition == "ko" else cell, edition))
        elif not language(cell) or edition in (language(cell), "both"):
            cells.append(_folded(cell, edition))
    for cell, wait in list(predictions.waits(cells)):
        _held(cell, wait.marks())
    result["cells"] = cells
    result["metadata"].pop("widgets", None)
    return result


def _folded(cell: Cell, edition: str) -> Cell:
    """Fold a Markdown cell that is a hint or part of a solution."""
    tag = next((tag for tag in tags(cell) if tag in ("hint", "solution")), "")
    if tag:
        cell["source"] = _fold(source(cell), tag, edition)
    return cell


def _fold(text: str, tag: str, edition: str) -> str:
    fence = _fence(text)
    title = markdown(TEXT_FOLDS[tag], edition)
    # A dropdown calls its title a header; readers' views drop what is called so, unless it is called content as well.
    classes = f":class-container: d2l-{tag}\n:class-title: d2l-content"
    return f"{fence}{{dropdown}} {title}\n{classes}\n\n{text}\n{fence}"


def _fence(text: str) -> str:
    """Return a colon fence longer than any inside the text."""
    longest = max((len(run) for run in re.findall(r"^\s*(:{3,})", text, flags=re.M)), default=2)
    return ":" * (longest + 1)


def _spoken(english: Cell, korean: Cell, edition: str) -> Cell:
    """Return a pair that slides show or their lecturer reads, who may want notes in another language than slides."""
    left, right, kind = source(english), source(korean), for_slides(english)
    if kind == "note":
        parts = [(left, "d2l-en language-en"), (right, "d2l-ko language-ko")]
        fence = max(_fence(left), _fence(right))
        text = "\n".join(f"{fence}{{div}} {name}\n{words}\n{fence}" for words, name in parts)
    else:
        text = _columns(left, right) if edition == "both" else pick(both(left, right), edition)
    fence = _fence(text)
    english["source"] = f"{fence}{{div}} {MARKS[kind]}\n{text}\n{fence}"
    return english


def _held(cell: Cell, marks: list[str]) -> None:
    """Mark a cell that waits for a prediction, for `tools.sphinx.predictions` and the page."""
    if cell["cell_type"] == "code":
        cell["metadata"]["tags"] = [*tags(cell), *marks]
    else:
        fence = _fence(text := source(cell))
        cell["source"] = f"{fence}{{div}} {' '.join(marks)}\n{text}\n{fence}"


def _joined(english: Cell, korean: Cell) -> Cell:
    """Return one cell for a pair: its headings in both languages, its text in two columns."""
    parts = []
    for left, right in zip_longest(sections(source(english)), sections(source(korean))):
        if left is None or right is None or (left.level, left.label) != (right.level, right.label):
            raise ValueError(f"cell {english.get('id')}: the headings of the pair differ")
        if left.level:
            label = f"({left.label})=\n" if left.label else ""
            parts.append(f"{label}{'#' * left.level} {markdown(both(left.title, right.title), 'both')}")
        if left.body or right.body:
            parts.append(_columns(left.body, right.body))
    text = "\n\n".join(parts)
    tag = next((tag for tag in tags(english) if tag in ("hint", "solution")), "")
    english["source"] = _fold(text, tag, "both") if tag else text
    english["metadata"]["tags"] = [tag for tag in tags(english) if tag != "lang-en"]
    return english


def _columns(english: str, korean: str) -> str:
    if english == korean:  # a formula or an image that needs no words
        return english
    korean = _second_copy(korean)
    inner = max(_fence(english), _fence(korean))
    outer = inner + ":"
    return (
        f"{outer}{{div}} d2l-pair\n{inner}{{div}} d2l-en\n{english}\n{inner}\n"
        f"{inner}{{div}} d2l-ko language-ko\n{korean}\n{inner}\n{outer}"
    )


def _second_copy(text: str) -> str:
    """Return the Korean text for a page that has the English too: labels are the English's, footnotes its own."""
    lines = []
    for line, prose in prose_lines(text):
        if (prose and LABEL.match(line)) or re.match(r"^\s*:(?:name|label):\s", line):
            continue
        if prose:
            line = re.sub(r"\[\^([^\]\s]+)\]", r"[^\1-ko]", line)
        line = re.sub(r"(\$\$)\s+\([^()\s]+\)\s*$", r"\1", line)
        admonition = re.match(r"^(\s*[:`]{3,})\{(\w+)\}\s*$", line)
        if admonition and admonition[2] in ADMONITIONS:
            kind = admonition[2]
            lines += [f"{admonition[1]}{{admonition}} {ADMONITIONS[kind]}", f":class: {kind}"]
            continue
        lines.append(line)
    return "\n".join(lines)


def _code(cell: Cell, edition: str, folder: str | None) -> Cell:
    """Fold what is tagged so, and replace figures by pictures that need no kernel."""
    marks = tags(cell)
    fold = next((tag for tag in ("solution", "check", "hide-input") if tag in marks), "")
    if fold:
        # A solution is folded with its output; a check and a figure show theirs.
        wanted = "hide-cell" if fold == "solution" else "hide-input"
        others = [tag for tag in marks if tag not in ("hide-input", "hide-cell")]
        cell["metadata"]["tags"] = [*others, wanted]
        # The name of the fold, for `tools.sphinx.editions` to write its title.
        cell["metadata"]["mystnb"] = {"code_prompt_show": fold, "code_prompt_hide": fold}
    if "source" in marks:
        cell["outputs"] = [listing(output["text"]) if "text" in output else output for output in cell["outputs"]]
    if "reference" in marks:
        cell["outputs"] = []  # what it prints in a notebook is told in full below it
    for output in cell.get("outputs", []):
        if "text" in output:
            output["text"] = heard("".join(output["text"]), edition)
    texts = [output.get("text", "") for output in cell.get("outputs", [])]
    if any(len(line) > LONG for text in texts for line in text.splitlines()):
        cell["metadata"]["tags"] = [*tags(cell), "wrap-output"]  # a message is prose: it wraps, where a table must not
    for output in cell.get("outputs", []):
        if FIGURE in (data := output.get("data", {})):
            drawn = static.html(data[FIGURE], edition, folder)
            output["data"] = {"text/plain": data["text/plain"], "text/html": drawn}
        elif MARK in (picture := "".join(data.get(PICTURE, ""))):
            output["data"] = {"text/plain": data["text/plain"], "text/html": chart.as_html(picture, edition)}
        data.pop(WIDGET, None)
    return cell


def _documented(cell: Cell, edition: str) -> Cell:
    """Return a cell with the reference of the module that a cell lists; docstrings are English in every edition."""
    module = re.search(r"\w+(?='\))", source(cell))
    text = f"```{{{reference.DIRECTIVE}}}\n{reference.listing(module[0])}```" if module else ""
    wrapped = f":::{{div}} language-en\n{text}\n:::" if edition == "ko" else text
    return {"cell_type": "markdown", "id": f"{cell['id']}r", "metadata": {}, "source": wrapped}


def listing(printed: str | list[str]) -> dict[str, Any]:
    """Return printed source code as an output that a page shows in the colours of code.

    >>> print(listing("x = 1")["data"]["text/markdown"])
    ```python
    x = 1
    ```
    """
    text = "".join(printed).rstrip()
    data = {"text/plain": text, "text/markdown": f"```python\n{text}\n```"}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def heard(printed: str, edition: str) -> str:
    """Return what a cell printed without what the check of an exercise said in the other language."""
    foreign = tuple(opening for name, words in OPENINGS.items() if edition not in (name, "both") for opening in words)
    return "".join(line for line in printed.splitlines(keepends=True) if not line.startswith(foreign))
