"""The package as a whole: which file may know which, what it costs to import, that everything is documented."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import d2lparams
from d2lparams import init, nn, parameter

ROOT = Path(d2lparams.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if path.stem != "__init__")
STAGES = {  # of the figures: numbers, contract, drawing, hosts
    "setting": 0, "spec": 0, "paint": 1, "canvas": 1, "arguments": 1, "svg": 1, "marks": 1, "branches": 1, "static": 2,
    "display": 2, "plot": 2, "widget": 3, "histogram": 2, "paths": 2, "walk": 2, "product": 2, "learning": 2,
    "regex": 2, "designer": 2, "deferred": 2, "tied": 2, "drift": 2, "gpt2": 2, "recorded": 1, "tying": 2,
    "curves": 2, "heat": 2, "strip": 2, "network": 2, "areas": 2, "byte_map": 2, "play": 2,
    "moments": 2, "writing": 2, "chart_svg": 1, "chart": 2, "push": 1, "depth": 2, "precedence": 2, "units": 2,
    "passage": 2, "half": 2, "fans": 2, "race": 2, "runners": 2, "first_loss": 2,
    "circle": 2, "river": 2, "coordinates": 2, "ground": 1, "playground": 2,
    "growth": 2, "linked": 2, "sentence": 2,
    "unrolled": 2, "banded": 2,
    "damage": 2, "matching": 2, "precision": 2, "safe_write": 2,
    "tensors": 1, "open_file": 2, "compare_files": 2,
    "frozen": 2, "cuts": 2,
    "ward": 2, "evidence": 2, "clinic": 2, "diagnosis": 2,
    "imports": 2, "calls": 2,
}  # fmt: skip


def reading_order() -> list[str]:
    """Return the files of the core in the order that the package's docstring gives."""
    table = re.search(r"before it::\n\n(.*?)\n\n", d2lparams.__doc__, re.DOTALL)[1].splitlines()
    columns = [[line[:52], line[52:]] for line in table]
    rows = [row[side] for side in (0, 1) for row in columns]
    return [name for row in rows if row.strip() for name in re.match(r"\s*([a-z]+(?:, [a-z]+)*)", row)[1].split(", ")]


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, without those that only a type checker sees."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            dots, module = "." * node.level, node.module or ""
            found |= {dots + module} if module else {dots + alias.name for alias in node.names}
    return found


def test_the_docstring_lists_every_file_and_each_imports_only_files_before_it():
    order = reading_order()
    assert sorted(order) == sorted(path.stem for path in FILES if path.parent == ROOT) + ["view"]
    for path in FILES:
        if path.parent == ROOT:
            known = {f".{name}" for name in order[: order.index(path.stem)]}
            assert {name for name in imported(path) if name.startswith(".")} <= known, path.name


def test_the_core_never_imports_a_figure_and_a_figure_imports_only_stages_before_its_own():
    for path in FILES:
        own = {name[1:] for name in imported(path) if re.match(r"\.[a-z]", name)}
        if path.parent == ROOT:
            assert "view" not in own
            continue
        late = {name for name in own if STAGES[name] > STAGES[path.stem]}
        # A bundle is made when a notebook asks for it: the hosts are loaded then, inside functions.
        assert late <= {"spec": {"display"}, "display": {"widget"}}.get(path.stem, set()), path.name


def test_the_core_imports_numpy_and_the_standard_library_alone():
    for path in FILES:
        if path.parent == ROOT:
            outside = {name.split(".")[0] for name in imported(path) if not name.startswith(".")}
            assert outside - {"numpy"} <= set(sys.stdlib_module_names), path.name


def test_importing_the_package_loads_no_view_and_nothing_foreign():
    code = (
        "import sys, d2lparams; print(*{name.split('.')[0] for name in sys.modules} | {'view'} & set(vars(d2lparams)))"
    )
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    )
    assert not loaded & {"view", "matplotlib", "ipywidgets", "anywidget", "traitlets", "IPython"}


CALLS = """
import sys
calls = 0
def count(*_):
    global calls
    calls += 1
sys.setprofile(count)
import {}
sys.setprofile(None)
print(calls)"""


def test_importing_the_package_makes_at_most_1_15_times_the_calls_of_importing_numpy():
    """Calls are the same on a busy machine; `make bench` has the time."""

    def calls(name):
        command = [sys.executable, "-c", CALLS.format(name)]
        return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    assert 1 < calls("d2lparams") / calls("numpy") < 1.15


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_every_public_name_is_documented(path):
    module = importlib.import_module(".".join(("d2lparams", *path.relative_to(ROOT).with_suffix("").parts)))
    assert module.__doc__
    for name in module.__all__ if hasattr(module, "__all__") else [n for n in vars(module) if n[0] != "_"]:
        thing = getattr(module, name)
        if not callable(thing) or getattr(thing, "__module__", module.__name__) != module.__name__:
            continue
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue  # an alias of a type
        assert inspect.getdoc(thing), name
        for key, member in vars(thing).items() if inspect.isclass(thing) else ():
            if key[0] != "_" and (inspect.isfunction(member) or isinstance(member, property)):
                assert inspect.getdoc(getattr(thing, key)), f"{name}.{key}"


def test_the_way_from_initialize_to_values_goes_down_the_file_of_parameters():
    """Whoever reads it follows the calls without going back; a method of a base class stands above its subclasses."""
    net, down, up = nn.Dense(2, in_units=3), [], []
    network = init.Xavier()

    def look(frame, event, _):
        caller = frame.f_back
        if event == "call" and caller and frame.f_code.co_filename == caller.f_code.co_filename == parameter.__file__:
            here, there = frame.f_code, caller.f_code
            (down if here.co_firstlineno > there.co_firstlineno else up).append((there.co_name, here.co_name))

    sys.setprofile(look)
    try:
        net.initialize(network)
    finally:
        sys.setprofile(None)
    steps = [("initialize_all", "recipe"), ("initialize_all", "first_values"), ("first_values", "fill")]
    assert {*steps, ("initialize_all", "begin"), ("begin", "_hold")} <= {*down}
    assert {name for _, name in up} <= {"name", "__setattr__"}  # what reading and setting an attribute calls


def own_lines(function: ast.FunctionDef) -> int:
    """Return how many lines the statements of a function take, without its docstring and the functions inside it."""
    inner = [node for node in function.body if isinstance(node, ast.FunctionDef)]
    body = [node for node in function.body[bool(ast.get_docstring(function)) :] if node not in inner]
    return sum(node.end_lineno - node.lineno + 1 for node in body)


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_no_function_is_longer_than_a_reader_takes_in_at_once(path):
    """Forty lines of code; a file ends where its idea ends."""
    functions = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)]
    assert [function.name for function in functions if own_lines(function) > 40] == []
