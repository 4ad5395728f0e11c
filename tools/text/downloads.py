"""The notebooks that a page offers for download: one edition each, with solutions or without, to be run in any Jupyter.

A cell of their own before the first one of the book installs the package, with what its figures need, where it is
missing: from a wheel in the folder of the notebook or of an unpacked site, else from the published site or the
repository, as far as these are known. It lets figures and checks speak the language of the edition too. Links to other
chapters lead to the published pages; where these are not known either, they are words.
"""

import json
from itertools import product
from textwrap import wrap
from typing import Any

from d2lparams.view import MIME as FIGURE
from d2lparams.view.chart_svg import in_language
from d2lparams.view.spec import both
from d2lparams.view.svg import first, image
from tools.project import BOOK, base_url, documents, repository_url, wheel
from tools.text.cells import Cell, Notebook, read, tags
from tools.text.editions import heard
from tools.text.execute import executed
from tools.text.jupyter import derive
from tools.text.pictures import PICTURE
from tools.text.words import EDITIONS, sentences

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
INSTALL = "install"  # the id of the cell
WHEELS = "live/pyodide/"  # where a site has the wheel of the package, seen from the top
COMMENT = both(
    "# Run this cell first. It installs d2lparams, the package of the book, where it is missing.",
    "# 먼저 이 셀을 실행하세요. 책의 패키지 d2lparams가 없으면 설치합니다.",
)
LESSON = both(
    "d2lparams, matplotlib or both are missing and could not be installed. On the site that this notebook comes from, "
    "fetch {wheel}, put it beside this notebook, and run this cell again; pip takes all else from the Internet.",
    "d2lparams나 matplotlib이 없고, 설치하지도 못했습니다. 이 노트북을 내려받은 사이트에서 {wheel} 파일을 받아 "
    "이 노트북 옆에 놓고 이 셀을 다시 실행하세요. 나머지 패키지는 pip가 인터넷에서 받습니다.",
)
CODE = """{comment}
import subprocess
import sys
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

SOURCES = [{sources}
]
wheels = [*Path().glob("d2lparams-*.whl"), *Path("..").glob("{folder}d2lparams-*.whl")]
for source in [wheel.resolve().as_uri() for wheel in wheels] + SOURCES:
    if not all(map(find_spec, ["d2lparams", "anywidget", "matplotlib"])):
        pip = [sys.executable, "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, f"d2lparams[view] @ {{source}}"])
        invalidate_caches()
if not (find_spec("d2lparams") and find_spec("matplotlib")):
    raise ImportError(
{lesson}
    )

from d2lparams import view

view.set_language("{edition}")"""


def file_name(name: str, edition: str, solutions: bool) -> str:
    """Return the name of a chapter's file."""
    return f"{name}-{edition}{'' if solutions else '-exercises'}.ipynb"


def kinds(notebook: Notebook) -> tuple[bool, ...]:
    """Return for each notebook that a chapter is offered as whether it has the solutions."""
    return (True, False) if any("solution" in tags(cell) for cell in notebook["cells"]) else (True,)


def file_names(name: str, edition: str) -> list[str]:
    """Return the names of the files that a chapter is offered as, the one with solutions first."""
    path = BOOK / f"{name}.ipynb"
    return [file_name(name, edition, solutions) for solutions in kinds(read(path))] if path.exists() else []


def offered(name: str, edition: str, up: str = "../") -> dict[str, Any]:
    """Return what a page needs to know to offer its notebooks: their addresses, and that of the package's wheel.

    Parameters
    ----------
    name : of the page.
    edition : `en`, `ko` or `both`.
    up : the way from the page to the top of the site.
    """
    addresses = [f"{up}notebooks/{file}" for file in file_names(name, edition)]
    return {"downloads": addresses, "wheel": up + WHEELS + wheel()}


def online(chapter: str, label: str, edition: str, spoken: str) -> str:
    """Return the address of a label in the published edition, nothing where that is not known."""
    fragment = f"#{label}" if label else ""
    return f"{base}{edition}/{chapter}.html{fragment}" if (base := base_url()) else ""


def sources() -> list[str]:
    """Return the addresses of the package, the site's wheel first, as far as they are known."""
    known = [f"{base_url()}{WHEELS}{wheel()}"] if base_url() else []
    if repository := repository_url():
        hub = repository.startswith("https://github.com/")
        known.append(f"{repository}/archive/HEAD.zip" if hub else f"{repository}/-/archive/HEAD/d2lparams.zip")
    return known


def installing(edition: str) -> Cell:
    """Return the cell that installs the package, with its words in the languages of the edition."""
    spoken = [lang for lang in ("en", "ko") if edition in (lang, "both")]
    lesson = sentences(LESSON, edition).replace("{wheel}", WHEELS + wheel())
    text = CODE.format(
        comment="\n".join(COMMENT[lang] for lang in spoken),
        sources="".join(f'\n    "{source}",' for source in sources()),
        folder=WHEELS,
        edition=edition,
        lesson="\n".join(f'        "{line} "' for line in wrap(lesson, 68, break_long_words=False)),
    )
    cell = {"id": INSTALL, "cell_type": "code", "metadata": {"tags": [INSTALL]}, "source": text}
    return {**cell, "execution_count": None, "outputs": []}


def notebook(stored: Notebook, name: str, edition: str, *, solutions: bool = True) -> Notebook:
    """Return a chapter for download.

    Parameters
    ----------
    stored : the JSON of the chapter, as it is stored or with the outputs that its code gives today.
    name : of the chapter.
    edition : `en`, `ko` or `both`.
    solutions : whether they are there.
    """
    kept = [cell for cell in stored["cells"] if solutions or "solution" not in tags(cell)]
    made = derive({**stored, "cells": kept}, name, edition, online)
    for output in (output for cell in made["cells"] for output in cell.get("outputs", [])):
        speak(output, edition)
    code = next((n for n, cell in enumerate(made["cells"]) if cell["cell_type"] == "code"), None)
    if code is not None:
        made["cells"].insert(code, installing(edition))
    ours = {"page": name, **made["metadata"]["d2l"]}  # which chapter it is, and of which version
    return {**made, "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}, "d2l": ours}}


def speak(output: dict[str, Any], edition: str) -> None:
    """Let an output say what it says in an edition; a picture that is stored in both languages stays so."""
    data = output.get("data", {})
    if "text" in output:
        output["text"] = heard("".join(output["text"]), edition)
    if spec := data.pop(FIGURE, None):
        data |= {"text/html": image(first(spec, edition))}
    elif PICTURE in data:
        data |= {"text/html": image(in_language("".join(data[PICTURE]), edition))}
    data.pop(PICTURE, None)


def all_notebooks() -> dict[str, str]:
    """Return the text of every notebook of every edition by the name of its file."""
    found = {}
    for name in documents():
        if (path := BOOK / f"{name}.ipynb").exists():
            stored = executed(path)
            for edition, solutions in product(EDITIONS, kinds(stored)):
                made = notebook(stored, name, edition, solutions=solutions)
                found[file_name(name, edition, solutions)] = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    return found
