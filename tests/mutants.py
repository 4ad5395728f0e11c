"""`make mutants`: change the rules of the package, one small thing at a time, and see that a unit test notices.

A mutant is one place of the source written another way: `+` for `-`, `<=` for `<`, a condition negated, a number one
larger, two arguments exchanged, a statement left out, another letter in a rule.  Each runs in a process of its own,
forked from one that has numpy and pytest loaded, against those tests that went through the changed lines when the
unchanged package was tried.  Strings, messages, annotations and docstrings are left alone.

What no test notices has to stand in ``tests/survivors.toml`` with the reason why it is no fault, and at most
2 in 100 may stand there.  ::

    python -m tests.mutants                          all of them, some 20 minutes
    python -m tests.mutants --sample 100 --seed 7    some of them
    python -m tests.mutants --only ops.softmax       those of one module or function
    python -m tests.mutants --only files --part 2/4 tests/test_files.py tests/test_loading.py
                                                     a quarter of them, by some of the tests: the machine is free
                                                     between, and what these tests notice all of them do

Not mutmut (3.8), which changes no tables of rules and nothing with a decorator, nor cosmic-ray, which runs all tests
for every mutant.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import pickle
import random
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent.parent
SURVIVORS = ROOT / "tests" / "survivors.toml"
MODULES = ("arithmetic", "array", "ops", "loss", "autograd", "trainer", "init", "fills", "files")
BAR = 0.02  # the share that may survive
MEMORY = 8 << 30  # bytes that one try may ask for

Key = tuple[str, str, str]


class Mutant(NamedTuple):
    """One change: the bytes from `start` to `end` of a module become `now`.

    Attributes
    ----------
    where : str
        The module and what is being defined, such as ``arithmetic.PAIRS.divide``.
    was, now : str
        The place before and after, on one line each; with `where` they name the mutant wherever it stands.
    lines : tuple of int
        The first and the last line of the place, and of its statement.
    at_import : bool
        Whether it stands outside of all functions, so that no test in particular goes through it.
    """

    where: str
    was: str
    now: str
    start: int
    end: int
    lines: tuple[int, int, int, int]
    at_import: bool

    @property
    def module(self) -> str:
        """The file of the package."""
        return self.where.split(".")[0]

    @property
    def key(self) -> Key:
        """What a survivor is listed by."""
        return self.where, self.was, self.now


# ---- what is changed

OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
NAMES = dict(
    pair
    for one, other in [
        ("add", "subtract"), ("multiply", "divide"), ("maximum", "minimum"), ("greater", "greater_equal"),
        ("less", "less_equal"), ("equal", "not_equal"), ("max", "min"), ("sin", "cos"), ("zeros", "ones"),
        ("zeros_like", "ones_like"), ("exp", "expm1"), ("log", "log1p"), ("sum", "prod"), ("any", "all"),
    ]
    for pair in ((one, other), (other, one))
)  # fmt: skip
SYMMETRIC = {
    "add", "multiply", "maximum", "minimum", "equal", "not_equal", "max", "min", "array_equal", "result_type", "hypot",
    "logaddexp", "may_share_memory", "promote_types", "suppress", "swapaxes", "_same",
}  # fmt: skip


def with_fields(node: Any, **fields: Any) -> Any:
    """Return a copy of a node in which some fields are others."""
    twin = copy.copy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def changed_list(items: Sequence[Any], i: int, *new: Any) -> list[Any]:
    """Return a copy of a list in which the item `i` is replaced by `new`, or left out."""
    return [*items[:i], *new, *items[i + 1 :]]


def expressions(node: Any) -> Iterator[ast.AST]:
    """Yield what may stand for an expression instead of itself."""
    match node:
        case ast.Constant(value=value):
            yield from map(ast.Constant, other_values(value))
        case ast.BinOp(left=left, op=op, right=right):
            if type(op) in OPERATORS and not any(type(side) is ast.JoinedStr for side in (left, right)):
                yield with_fields(node, op=OPERATORS[type(op)]())
            if isinstance(op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
                yield with_fields(node, left=right, right=left)
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield node.operand
        case ast.Compare(ops=ops):
            for i, one in enumerate(ops):
                yield with_fields(node, ops=changed_list(ops, i, OPERATORS[type(one)]()))
        case ast.BoolOp():
            yield with_fields(node, op=OPERATORS[type(node.op)]())
        case ast.IfExp():
            yield with_fields(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.Attribute(attr=name) if name in NAMES:
            yield with_fields(node, attr=NAMES[name])
        case ast.Call(func=function, args=args, keywords=keywords):
            name = getattr(function, "attr", getattr(function, "id", ""))
            if len(args) > 1 and name not in SYMMETRIC and not any(type(a) is ast.Starred for a in args):
                yield with_fields(node, args=[*args[:-2], args[-1], args[-2]])
            for i in (i for i, keyword in enumerate(keywords) if not passed_over(keyword)):
                yield with_fields(node, keywords=changed_list(keywords, i))
            for i, rule in enumerate(args if name == "rule" else ()):
                yield from (with_fields(node, args=changed_list(args, i, twin)) for twin in other_names(rule))
        case ast.Lambda():
            yield from other_letters(node)


def other_values(value: Any) -> Iterator[Any]:
    """Yield the other truth value, or the numbers beside a number, and far from it if it is large."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        near = (value + 1, value - 1) if value < 16 else (value * 2, value // 2)
        yield from (number for number in near if number >= 0)


def other_letters(rule: ast.Lambda) -> Iterator[ast.AST]:
    """Yield a function that reads another of its parameters at one place."""
    letters = [a.arg for a in rule.args.args]
    for use in [n for n in ast.walk(rule.body) if isinstance(n, ast.Name) and n.id in letters]:
        for letter in sorted({*letters} - {use.id}):
            yield copy.deepcopy(rule, {id(use): ast.Name(letter, ast.Load())})


def other_names(rule: ast.AST) -> Iterator[ast.AST]:
    """Yield a rule of arithmetic that asks for another array: there the names of the parameters say what is read."""
    letters = [a.arg for a in rule.args.args] if isinstance(rule, ast.Lambda) else []
    for old in sorted({*letters} & {*"aby"}):
        for new in sorted({*"aby"} - {*letters}):
            twin = copy.deepcopy(rule)
            for node in ast.walk(twin):
                if isinstance(node, ast.Name) and node.id == old:
                    node.id = new
                elif isinstance(node, ast.arg) and node.arg == old:
                    node.arg = new
            yield twin


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand for a statement: nothing, or the same with its condition negated."""
    match node:
        case ast.Expr(value=ast.Call() | ast.Await() | ast.YieldFrom()) | ast.AugAssign() | ast.Raise():
            yield ast.Pass()
        case ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()


def passed_over(node: ast.AST) -> bool:
    """Return whether a place has nothing to do with what is calculated: words, types, whether a copy is spared."""
    match node:
        case ast.JoinedStr() | ast.keyword(arg="strict" | "copy") | ast.Call(func=ast.Attribute(attr="errstate")):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.Call(func=ast.Name(id="TypeVar")):
            return True
    return False


def mutants_of(module: str, source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its source."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    begins = [sum(map(len, lines[:i])) for i in range(len(lines) + 1)]
    found: list[Mutant] = []

    def note(node: Any, new: ast.AST, where: str, statement: Any, inside: bool) -> None:
        ends = begins[node.lineno - 1] + node.col_offset, begins[node.end_lineno - 1] + node.end_col_offset
        spans = node.lineno, node.end_lineno, statement.lineno, getattr(statement, "end_lineno", node.end_lineno)
        was, now = (ast.unparse(ast.fix_missing_locations(tree)) for tree in (node, new))
        if was != now:
            found.append(Mutant(where, was, now, *ends, spans, not inside))

    def visit(node: ast.AST, where: str, statement: ast.AST, inside: bool) -> None:
        if passed_over(node):
            return
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            where = f"{where}.{node.name}"
        elif isinstance(node, ast.Assign | ast.AnnAssign) and where == module:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            where = f"{where}.{ast.unparse(target)}"
        if isinstance(node, ast.stmt):
            statement = node
            for new in statements(node):
                note(node, new, where, statement, inside)
        elif isinstance(node, ast.expr):
            for new in expressions(node):
                note(node, new, where, statement, inside)
        if isinstance(node, ast.If | ast.While):  # where the condition alone is a line of the trace
            statement = node.test
            note(node.test, ast.UnaryOp(ast.Not(), node.test), where, statement, inside)
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "exc", "cause", "msg", "type"):
                continue
            row = isinstance(node, ast.Dict) and field == "values"
            within = inside or (isinstance(node, ast.FunctionDef | ast.Lambda) and field == "body")
            for i, child in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(child, ast.AST):
                    named = row and isinstance(node.keys[i], ast.Constant)  # type: ignore[attr-defined]
                    name = f"{where}.{node.keys[i].value}" if named else where  # type: ignore[attr-defined]
                    visit(child, name, statement, within)

    visit(ast.parse(source), module, ast.parse(source), False)
    return found


def apply(mutant: Mutant, source: str) -> str:
    """Return the source of a module with one change."""
    content = source.encode()
    now = mutant.now if mutant.now == "pass" else f"({mutant.now})"
    return (content[: mutant.start] + now.encode() + content[mutant.end :]).decode()


# ---- which tests went where


class Trace:
    """A plugin of pytest: note the lines of the package that each test goes through, and how long it takes."""

    def __init__(self, package: Path) -> None:
        self.package = f"{package}{os.sep}"
        self.lines: dict[tuple[str, int], set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = {}
        self.bad: set[str] = set()
        self.imported: set[tuple[str, int]] = set()
        self._seen: set[tuple[str, int]] = set()

    def _call(self, frame: Any, event: str, arg: object) -> Any:
        return self._line if frame.f_code.co_filename.startswith(self.package) else None

    def _line(self, frame: Any, event: str, arg: object) -> Any:
        self._seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line

    def _begin(self) -> None:
        self._seen = set()
        threading.settrace(self._call)
        sys.settrace(self._call)

    def _end(self) -> Iterator[tuple[str, int]]:
        sys.settrace(None)
        threading.settrace(None)
        return ((Path(file).stem, line) for file, line in self._seen)

    def pytest_collection(self) -> None:
        """Begin to look at what the import of the package does."""
        self._begin()

    def pytest_collection_finish(self) -> None:
        """Note it."""
        self.imported.update(self._end())

    def pytest_runtest_setup(self) -> None:
        """Begin to look at a test."""
        self._begin()

    def pytest_runtest_teardown(self, item: Any) -> None:
        """Note what was seen."""
        for place in self._end():
            self.lines[place].add(item.nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note the time, and what fails without any change."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.bad.add(report.nodeid)

    def tests(self, mutant: Mutant) -> list[str]:
        """Return the tests that a mutant has to fear, the fastest first."""
        first, last, begin, end = mutant.lines
        spans = [] if mutant.at_import else [range(first, last + 1), range(begin, end + 1)]
        near: set[str] = set()
        for span in spans:
            near = near or set().union(*(self.lines.get((mutant.module, line), set()) for line in span)) - self.bad
        if mutant.at_import or (not near and any((mutant.module, line) in self.imported for line in spans[0])):
            near = set().union(*(tests for (module, _), tests in self.lines.items() if module == mutant.module))
        return sorted(near - self.bad, key=lambda test: self.seconds[test])


class Only:
    """A plugin of pytest: run these tests in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.place = {test: i for i, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Drop and sort."""
        items[:] = sorted((item for item in items if item.nodeid in self.place), key=lambda i: self.place[i.nodeid])


# ---- running


class Changed(SourceFileLoader):
    """Import one module of the package from a changed source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        super().__init__(name, str(path))
        self.source = source

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Answer for the one module."""
        return spec_from_loader(name, self) if name == self.name else None

    def get_code(self, fullname: str) -> Any:
        """Compile the changed source."""
        return compile(self.source, self.path, "exec")


def run_pytest(place: Path, arguments: Sequence[str], *plugins: object) -> int:
    """Run pytest in this process on the copy in `place`, silently."""
    import pytest

    os.chdir(place)
    sys.path[:0] = [str(place)]
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    options = ["-p", "_hypothesis_pytestplugin", "--hypothesis-profile=mutants", "-q", "--tb=no", "--no-header"]
    return int(pytest.main([*options, f"--basetemp={place}-{os.getpid()}", *arguments], plugins=list(plugins)))


def in_child(work: Callable[[], int], seconds: int) -> int:
    """Run `work` in a forked process, which ends when it has calculated too long, and return its number."""
    if pid := os.fork():
        return pid
    code = 99
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))  # a loop without end is noticed too
        signal.alarm(20 * seconds)  # and so is waiting without end, at a pipe that nobody writes
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        code = work()
    finally:
        os._exit(code)


def try_unchanged(place: Path, tests: Sequence[str]) -> Trace:
    """Run the unit tests once on the unchanged copy and return what was seen."""
    trace, notes = Trace(place / "d2lparams"), place / "trace.pickle"

    def work() -> int:
        code = run_pytest(place, tests, trace)
        notes.write_bytes(pickle.dumps((dict(trace.lines), trace.seconds, trace.bad, trace.imported)))
        return code

    os.waitpid(in_child(work, 3600), 0)
    trace.lines, trace.seconds, trace.bad, trace.imported = pickle.loads(notes.read_bytes())
    return trace


def survivors(mutants: Sequence[Mutant], trace: Trace, place: Path, workers: int) -> Iterator[Mutant]:
    """Yield the mutants that no test notices, as soon as that is known."""
    sources = {name: (place / "d2lparams" / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}
    waiting = list(reversed(mutants))
    running: dict[int, Mutant] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            if not (tests := trace.tests(mutant)):
                yield mutant
                continue

            def work(mutant: Mutant = mutant, tests: list[str] = tests) -> int:
                name, path = f"d2lparams.{mutant.module}", place / "d2lparams" / f"{mutant.module}.py"
                sys.meta_path.insert(0, Changed(name, path, apply(mutant, sources[mutant.module])))
                return run_pytest(place, ["-x", *sorted({test.split("::")[0] for test in tests})], Only(tests))

            running[in_child(work, 20 + round(20 * sum(trace.seconds[test] for test in tests)))] = mutant
        if running:
            pid, status = os.wait()
            mutant = running.pop(pid)
            shutil.rmtree(f"{place}-{pid}", ignore_errors=True)
            if status == 0:
                yield mutant


def listed() -> dict[Key, str]:
    """Return the survivors that are known to be no fault, each with its reason."""
    entries = tomllib.loads(SURVIVORS.read_text(encoding="utf-8")).get("survivor", [])
    return {(entry["where"], entry["was"], entry["now"]): entry["why"] for entry in entries}


def all_mutants(only: str = "") -> list[Mutant]:
    """Return the mutants of all modules, or those whose place begins with `only`."""
    found = []
    for name in MODULES:
        source = (ROOT / "d2lparams" / f"{name}.py").read_text(encoding="utf-8")
        found += [mutant for mutant in mutants_of(name, source) if mutant.where.startswith(only)]
    return found


def main() -> NoReturn:
    """Try the mutants that the command line asks for, and exit with 1 if too much survives or a reason is missing."""
    parser = argparse.ArgumentParser(prog="make mutants", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sample", type=int, help="how many, chosen at random; by default all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="a module, or a function of one: ops, ops.softmax")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--part", default="1/1", help="one of several parts of them: 2/4 is the second quarter")
    parser.add_argument("tests", nargs="*", default=["tests"], help="files of tests; by default all")
    options = parser.parse_args()
    os.environ.update(OPENBLAS_NUM_THREADS="1", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    import hypothesis.extra.numpy  # noqa: F401  what every child needs is loaded once, before the fork
    import pytest  # noqa: F401
    import safetensors.numpy  # noqa: F401

    part, parts = map(int, options.part.split("/"))
    chosen = all_mutants(options.only)[part - 1 :: parts]
    if options.sample is not None and options.sample < len(chosen):
        chosen = random.Random(options.seed).sample(chosen, options.sample)
    known, alive, began = listed(), [], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        place = Path(folder) / "copy"
        for part in ("d2lparams", "tests"):
            shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__", "site", "book"))
        shutil.copy(ROOT / "pyproject.toml", place)
        trace = try_unchanged(place, options.tests)
        print(f"{len(trace.seconds)} tests, {len(trace.bad)} of them no use here; {len(chosen)} mutants", flush=True)
        for mutant in survivors(chosen, trace, place, options.workers):
            alive.append(mutant)
            if mutant.key not in known:
                tests = len(trace.tests(mutant))
                print(
                    f"\n{mutant.where}, line {mutant.lines[0]}, {tests} tests\n  - {mutant.was}\n  + {mutant.now}",
                    flush=True,
                )
    unlisted = [mutant for mutant in alive if mutant.key not in known]
    share = len(alive) / max(len(chosen), 1)
    print(
        f"\n{len(chosen)} mutants in {(time.monotonic() - began) / 60:.1f} minutes: {len(alive)} survived "
        f"({100 * share:.1f} %), of which {len(unlisted)} are not listed in {SURVIVORS.relative_to(ROOT)}"
    )
    raise SystemExit(1 if unlisted or share > BAR else 0)


if __name__ == "__main__":
    main()
