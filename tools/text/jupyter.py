"""A chapter as the notebook of one edition, in the Markdown that Jupyter knows; the notebooks of JupyterLite.

The book's notebooks are written for Sphinx too: labels before headings, directives, links to labels.  Here labels
go, directives become quotations, links lead to the notebook or heading they mean, words that set a figure are words,
and what a page folds is folded as JupyterLab does it. JupyterLite has them in folders, named by their titles.
"""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from urllib.parse import quote

from d2lparams.view.spec import pick
from tools.project import BOOK, documents
from tools.text import figures
from tools.text.cells import Cell, Notebook, for_slides, language, source, tags
from tools.text.markdown import FENCE, HEADING, LABEL, prose_lines, sections
from tools.text.numbers import numbers, renumbered
from tools.text.words import ADMONITIONS, EDITIONS, LANGUAGES, TEXT_FOLDS, title

FOLDERS = {edition: pick(LANGUAGES, edition) for edition in EDITIONS}
DIRECTIVE = re.compile(r"^\s*[:`]{3,}\{(\w+)\}\s*(.*)$")
LINK = re.compile(r"(?<!!)\[(?P<words>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^)\s]+)\)")
KERNEL = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
FOREIGN = re.compile(r'[\\/:*?"<>|#%]')  # what a file system or an address takes for something else


def file_name(name: str, edition: str) -> str:
    """Return the path of a chapter's notebook among JupyterLite's files: its folder, number and title."""
    words, number = FOREIGN.sub("", title(name, edition)), numbers().get(name) or after(name)
    return f"{FOLDERS[edition]}/{number.zfill(2) if number[0].isdigit() else number} {words}.ipynb"


def after(name: str) -> str:
    """Return what sorts a page without a number behind the chapter that it follows: 00 if it follows none."""
    listed, known = documents(), numbers()
    before = [known[one] for one in listed[: listed.index(name) if name in listed else 0] if one in known]
    return f"{before[-1].zfill(2)}+" if before else "0"


def address(name: str, edition: str) -> str:
    """Return the address that opens a chapter's notebook, relative to the folder of JupyterLite."""
    return f"notebooks/index.html?path={quote(file_name(name, edition))}"


def numbered(words: str, name: str) -> str:
    """Return the title of a chapter with its number."""
    number = numbers().get(name)
    return f"{number}. {words}" if number else words


@functools.cache
def headings(name: str, edition: str) -> dict[str, str]:
    """Return the labels of a chapter with the fragments that JupyterLab gives their headings."""
    found = {}
    for cell in json.loads((BOOK / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown" and language(cell) in ("", "ko" if edition == "ko" else "en"):
            for part in sections(source(cell)):
                if part.label and part.level:
                    words = numbered(part.title, name) if part.level == 1 else part.title
                    found[part.label] = quote(re.sub(r"[`*_$]", "", words).replace(" ", "-"))
    return found


# Where a label of another chapter is, for an edition and a language of the text; nothing where nobody knows.
Away = Callable[[str, str, str, str], str]


def beside(chapter: str, label: str, edition: str, spoken: str) -> str:
    """Return where a label of another chapter is among JupyterLite's files, relative to their folder."""
    heading = headings(chapter, spoken).get(label, "")
    return quote(file_name(chapter, edition).split("/")[1]) + (f"#{heading}" if heading else "")


def linked(words: str, target: str, name: str, edition: str, spoken: str, away: Away) -> str:
    """Return a link in a text of one language as Jupyter follows it, or its words where it would lead nowhere."""
    file, _, label = target.partition("#")
    chapter = file.removesuffix(".ipynb") if file.endswith(".ipynb") else ("" if file else name)
    if chapter not in documents():
        return f"[{words}]({target})"
    where = f"#{headings(name, spoken).get(label, '')}" if chapter == name else away(chapter, label, edition, spoken)
    return f"[{words}]({where})" if where else words


def plain(text: str, name: str, edition: str, spoken: str, away: Away = beside) -> str:
    """Return Markdown for Sphinx as Markdown for Jupyter."""
    lines: list[str] = []
    quoted = ""  # the fence of the directive that is being turned into a quotation
    for line, prose in prose_lines(text):
        directive = None if quoted else DIRECTIVE.match(line)
        if prose and LABEL.match(line):
            continue
        if directive and (mark := FENCE.match(line)):
            quoted = mark[1]
            kind = directive[1]
            said = directive[2] or (ADMONITIONS.get(kind, kind) if spoken == "ko" else kind.capitalize())
            lines += [f"> **{said}**", ">"]
        elif quoted and line.strip() == quoted:
            quoted = ""
        elif prose and (heading := HEADING.match(line)) and heading[1] == "#":
            lines.append(f"# {numbered(heading[2], name)}")
        elif not (quoted and re.match(r"^\s*:[\w-]+:", line)):
            lines.append(f"> {line}" if quoted else line)
    text = re.sub(r"^(\s*\$\$)\s+\([^()\s]+\)\s*$", r"\1", "\n".join(lines), flags=re.M)
    text = figures.LINK.sub(lambda found: found[0] if found["file"] else found["words"], text)
    return LINK.sub(lambda found: linked(found["words"], found["target"], name, edition, spoken, away), text)


def markdown_cell(cell: Cell, name: str, edition: str, away: Away) -> Cell:
    """Return a text cell; a hint or solution opens on a click."""
    spoken = language(cell) if edition == "both" and language(cell) else edition
    text = plain(source(cell), name, edition, spoken, away)
    tag = next((tag for tag in tags(cell) if tag in ("hint", "solution")), "")
    if tag:
        text = f"<details>\n<summary>{pick(TEXT_FOLDS[tag], spoken)}</summary>\n\n{text}\n\n</details>"
    return {"id": cell["id"], "cell_type": "markdown", "metadata": {}, "source": text}


def code_cell(cell: Cell) -> Cell:
    """Return a code cell with its pictures and texts; what a page folds is folded. Its outputs can be changed."""
    outputs = [{**one, "data": {**one["data"]}} if "data" in one else {**one} for one in cell["outputs"]]
    result = {**cell, "outputs": outputs}
    marks = set(tags(cell))
    hidden = {"source_hidden": True} if marks & {"hide-input", "check", "solution"} else {}
    if "solution" in marks:
        hidden["outputs_hidden"] = True
    result["metadata"] = {"tags": sorted(marks), **({"jupyter": hidden} if hidden else {})}
    for counted in (result, *result["outputs"]):  # nothing has run yet
        if "execution_count" in counted:
            counted["execution_count"] = None
    return result


def version(cells: list[Cell]) -> str:
    """Return some letters that change with what is written in a notebook; a copy that a reader saves keeps them."""
    written = json.dumps([(cell["cell_type"], source(cell)) for cell in cells], ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:12]


def derive(notebook: Notebook, name: str, edition: str, away: Away = beside) -> Notebook:
    """Return a chapter as the notebook of one edition, whose cells have the ids that they have in the book.

    Parameters
    ----------
    notebook : the JSON of the chapter, which is not changed.
    name : of the chapter.
    edition : `en`, `ko` or `both`.
    away : where links to other chapters lead, which is JupyterLite's files if nothing else is said.
    """
    cells, known = [], numbers()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cells.append(code_cell(cell))
        elif for_slides(cell):
            continue  # it is for slides
        elif edition == "both" or language(cell) in ("", edition):
            cells.append(markdown_cell({**cell, "source": renumbered(source(cell), known)}, name, edition, away))
    metadata = {"kernelspec": KERNEL, "d2l": {"book": version(cells)}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def all_notebooks() -> dict[str, str]:
    """Return the text of every notebook of every edition by its path, with the outputs that the book stores."""
    found = {}
    headings.cache_clear()
    for name in documents():
        path = BOOK / f"{name}.ipynb"
        if path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
            for edition in FOLDERS:
                text = json.dumps(derive(stored, name, edition), ensure_ascii=False, indent=1)
                found[file_name(name, edition)] = text + "\n"
    return found
