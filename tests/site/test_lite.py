"""JupyterLite runs a notebook: outputs as stored, our package at once, no other host asked. All others are as that one.

The kernel is the Pyodide of the pages, in which every chapter runs in `test_live.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page
from site_pages import PAGES, parsed

from tools.project import SITE, documents
from tools.text import jupyter
from tools.text.cells import WIDGET, source
from tools.text.execute import text
from tools.text.pictures import pictures
from tools.text.words import EDITIONS
from tools.text.words import title as title_of

LITE = SITE / "lite"
OPEN = """() => window.jupyterapp && window.jupyterapp.shell.currentWidget?.content?.model?.cells?.length > 0"""
# Runs all cells and tells when every one has its number, as a reader's menu does.
RUN = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .filter((cell) => cell.model.type === 'code')
  .map((cell) => ({id: cell.model.id, outputs: cell.model.outputs.toJSON()}))"""
RAN = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .filter((cell) => cell.model.type === 'code' && cell.model.sharedModel.source.trim())
  .every((cell) => cell.model.executionCount > 0 && cell.model.executionState === 'idle')"""

SHOW_FIGURE = """() => {
  const {content} = window.jupyterapp.shell.currentWidget;
  const drawn = ({data}) => String(data?.["text/html"]).includes("data-d2l-place");
  return content.scrollToItem(content.widgets.findIndex(({model}) => model.outputs?.toJSON().some(drawn)));
}"""


def notebook(name: str, edition: str) -> dict[str, Any]:
    """Return a notebook as JupyterLite serves it."""
    found: dict[str, Any] = json.loads((LITE / "files" / jupyter.file_name(name, edition)).read_text("utf-8"))
    return found


def move_a_figure(page: Page) -> None:
    """Move the first slider of the first figure: Python must draw the figure anew."""
    page.evaluate(SHOW_FIGURE)
    figure = page.locator(".jp-OutputArea figure.d2l-figure").first
    said = figure.locator(".d2l-say")
    said.wait_for()  # it is drawn after its controls
    before, slider = said.inner_text(), figure.get_by_role("slider").first
    at_its_end = slider.evaluate("({value, max}) => value === max")
    slider.press("ArrowLeft" if at_its_end else "ArrowRight")
    page.wait_for_function("([node, old]) => node.innerText !== old", arg=[said.element_handle(), before])


def come_back(page: Page) -> None:
    """Save the notebook and open it again, with another Python: pictures stand where figures were, nothing is dead."""
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    page.wait_for_function(OPEN)
    picture = page.locator("[data-d2l-place] img").first
    picture.wait_for(state="attached")  # a notebook that opens draws what is in view, and hides the rest
    assert picture.evaluate("async (node) => { await node.decode(); return node.naturalWidth; }") > 0
    assert not page.get_by_text("model not found").count()


def responds(outputs: list[dict[str, Any]]) -> bool:
    """Return whether a cell shows a figure of the book, which comes to life, not one that matplotlib has drawn."""
    return any("d2l-scene" in picture for picture in pictures(outputs))


def test_a_notebook_runs_as_it_was_stored(new_page: Callable[..., Page], address: str) -> None:
    name, edition = documents()[1], "ko"  # whose files have Korean names
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}lite/{jupyter.address(name, edition)}")
    page.wait_for_function(OPEN)
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")
    page.evaluate(RUN)
    page.wait_for_function(RAN)
    stored = {cell["id"]: cell["outputs"] for cell in notebook(name, edition)["cells"] if cell["cell_type"] == "code"}
    for cell in page.evaluate(CELLS):
        printed = [
            output for output in cell["outputs"] if "building the font cache" not in "".join(output.get("text", ""))
        ]
        assert text(printed) == text(stored[cell["id"]]), cell["id"]
        figure = responds(stored[cell["id"]])
        shown = [output.get("data", {}) for output in cell["outputs"]]
        assert len([data for data in shown if "data-d2l-place" in "".join(data.get("text/html", ""))]) == figure
        assert not any(WIDGET in data for data in shown), cell["id"]  # dead as soon as its kernel is gone
    move_a_figure(page)
    come_back(page)


def test_the_notebooks_are_listed_with_their_titles() -> None:
    top = json.loads((LITE / "api/contents/all.json").read_text("utf-8"))
    assert [folder["path"] for folder in top["content"]] == list(jupyter.FOLDERS.values())
    for edition, folder in jupyter.FOLDERS.items():
        listed = json.loads((LITE / "api/contents" / folder / "all.json").read_text("utf-8"))["content"]
        assert len(listed) == len(documents())
        for name, entry in zip(documents(), listed, strict=True):
            title = jupyter.FOREIGN.sub("", title_of(name, edition))
            assert entry["name"].endswith(f"{title}.ipynb")
            assert (LITE / "files" / entry["path"]).stat().st_size == entry["size"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_as_its_own_notebook(path: str) -> None:
    page = parsed(path)
    edition, name = path.removesuffix(".html").split("/", 1)
    links = [str(link["href"]) for link in page.select(".d2l-elsewhere a") if "lite/notebooks" in str(link["href"])]
    assert [unquote(link).split("?path=")[1] for link in links] == [jupyter.file_name(name, edition)]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", documents())
def test_a_notebook_speaks_its_language_in_plain_markdown(name: str, edition: str) -> None:
    cells = notebook(name, edition)["cells"]
    prose = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "markdown")
    # The glossary says in English what a term is called in Korean.
    assert any("가" <= letter <= "힣" for letter in prose) == (edition != "en" or name == "glossary")
    english = source(next(cell for cell in notebook(name, "en")["cells"] if cell["cell_type"] == "markdown"))
    assert (english[:60] in prose) == (edition != "ko")
    for mark in (")=\n", ":::", "```{", "{ref}", "]()"):
        assert mark not in prose, mark
    folder = LITE / "files" / jupyter.FOLDERS[edition]
    linked = re.findall(r"\]\(([^)#]+\.ipynb)", prose)
    assert not [target for target in linked if not (folder / unquote(target)).is_file()]
    for cell in cells:
        assert not any("vnd.d2lparams" in str(output) for output in cell.get("outputs", []))
