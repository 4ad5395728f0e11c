"""The page that reads the package: its figures say what the package does, its text names what is shown."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import test_architecture as architecture

import d2lparams
from d2lparams import view
from d2lparams.view.calls import STAGES, run, traced
from d2lparams.view.imports import SPINE, imported, modules, reading_order
from tools.project import BOOK
from tools.text import editions
from tools.text.cells import language, read, source, tags

ROOT = Path(d2lparams.__file__).parent
CELLS = read(BOOK / "inside.ipynb")["cells"]
SHOWN = {cell["id"]: "".join("".join(o["text"]) for o in cell["outputs"]) for cell in CELLS if "source" in tags(cell)}
PACKAGE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("*.py")))


def test_what_is_shown_stands_in_the_package_and_goes_through_the_spine_in_its_order():
    lines = {line.strip() for line in PACKAGE.splitlines()}
    assert not [line for text in SHOWN.values() for line in text.splitlines() if line.strip() not in lines]
    asked = re.findall(r"source\((\w+)", "\n".join(source(cell) for cell in CELLS if "source" in tags(cell)))
    firsts = [asked.index(name) for name in SPINE]
    assert firsts == sorted(firsts) and min(asked.count(name) for name in SPINE) >= 3


def test_every_name_of_the_text_is_one_of_the_package_or_of_the_page():
    code = "\n".join(source(cell) for cell in CELLS if cell["cell_type"] == "code")
    known = set(re.findall(r"\w+", PACKAGE + code)) | set(d2lparams.__all__) | {"d2lparams"}
    text = "\n".join(source(cell) for cell in CELLS if language(cell))
    assert not {word for span in re.findall(r"`([^`]+)`", text) for word in re.findall(r"[A-Za-z_]\w*", span)} - known


def test_the_figure_of_imports_has_every_import_and_none_goes_down():
    assert reading_order() == [name for name in architecture.reading_order() if name != "view"]
    for at, module in enumerate(modules()):
        found = architecture.imported(ROOT / f"{module.name}.py")
        assert (
            module.uses
            == {name[1:] for name in found if name.startswith(".")}
            == imported((ROOT / f"{module.name}.py").read_text(encoding="utf-8"))
        )
        assert module.uses <= {before.name for before in modules()[:at]}


def test_the_calls_of_a_weight_are_those_of_the_package_and_its_states_the_three():
    stages = run()
    assert [stage.state for stage in stages] == ["declared", "deferred", *["ready"] * 4]
    assert [stage.shape for stage in stages[1:3]] == ["(2, ?)", "(2, 3)"]
    passed = [name for stage in stages for _, name in stage.calls]
    wanted = ["Dense.__init__", "initialize_all", "Parameter.complete_shape", "Node.__init__", "run_backward"]
    assert [name for name in passed if name in wanted and passed.index(name)] == wanted[1:3] + ["Node.__init__"] * 2 + [
        "run_backward"
    ]
    for file, name in {call for stage in stages for call in stage.calls}:
        first = name.split(".")[0]
        assert first in {getattr(n, "name", "") for n in ast.parse((ROOT / f"{file}.py").read_text("utf-8")).body}
    fewest = min(range(len(stages)), key=lambda at: len(stages[at].calls))
    files = [len({file for file, _ in stage.calls}) for stage in stages]
    assert STAGES[fewest] == "l.backward()" and len(stages[fewest].calls) == 8 and files.index(max(files)) == 2
    moved = stages[4].values - stages[4].gradient / 4
    assert abs(stages[5].values - moved).max() < 1e-6  # a learning rate of 1, a batch of 4


def test_tracing_leaves_the_profiler_that_was_there():
    assert traced(lambda: view.imports().title) == []


def test_a_page_shows_source_code_in_its_colours():
    made = editions.transform({"cells": CELLS, "metadata": {}}, "ko")
    outputs = [output for cell in made["cells"] if "source" in tags(cell) for output in cell["outputs"]]
    assert len(outputs) == len(SHOWN)
    assert all(output["data"]["text/markdown"].startswith("```python\n") for output in outputs)
