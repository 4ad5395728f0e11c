"""The public names of the package, and which of them a piece of code in a text means.

The reference is a page made of docstrings: `listing` is what Sphinx is told to show of a module, and every name has a
fragment there that reads as a reader writes it, `nn.Dense` or `nn.Block.collect_params`. `meant` finds the name that
`net.collect_params('.*weight')` in a sentence means, for `tools.sphinx.reference` to make a link of it; where several
could be meant it finds none.
"""

import ast
import functools
import importlib
import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from sphinx.pycode import ModuleAnalyzer

PACKAGE = "d2lparams"
PAGE = "reference"
DIRECTIVE = "docstrings"  # in which `listing` stands: reStructuredText on a page of Markdown
# In the order of the page; what two of them have is told in the first.
MODULES = (
    "nn", "init", "nd", "autograd", "loss", "trainer", "view", "signals", "stats", "random", "files", "real",
    "patients", "opened", "origins", "findings", "errors", "exercise",
)  # fmt: skip
# How the texts of the book call things: by a variable whose kind a reader knows.
KINDS = {
    "net": "nn.Sequential",
    **dict.fromkeys(("layer", "block", "dense", "shared", "twin", "self", "mlp", "other"), "nn.Block"),
    **dict.fromkeys(("p", "w", "weight", "bias", "gamma", "param", "parameter"), "nn.Parameter"),
    **dict.fromkeys(("x", "y", "a", "data()", "grad()", "l", "loss", "losses", "error", "value"), "nd.NDArray"),
    **dict.fromkeys(("params", "collect_params()"), "nn.ParameterDict"),
    "trainer": "trainer.Trainer",
}
FOREIGN = ("np", "numpy", "torch", "mx", "mxnet", "plt", "fig", "ax", "keras", "jax", "nnx", "eqx", "tf", "inspect")


def names(module: ModuleType) -> list[str]:
    """Return the public names of a module that have a docstring of their own: classes, functions, documented values.

    >>> names(importlib.import_module("d2lparams.loss"))[:2]
    ['L1Loss', 'L2Loss']
    """
    here = module.__name__
    listed = getattr(module, "__all__", None) or [
        name for name, thing in vars(module).items() if inspect.isclass(thing) and thing.__module__ == here
    ]
    return [name for name in listed if _kind(module, name)]


def _kind(module: ModuleType, name: str) -> str:
    """Return how Sphinx calls what a name stands for; the empty string for what has no words of its own."""
    thing = getattr(module, name)
    if inspect.isclass(thing):
        return "exception" if issubclass(thing, Exception) else "class"
    if inspect.isfunction(thing):
        return "function"
    return "data" if ("", name) in _values(module.__name__) else ""


@functools.cache
def _values(module: str) -> dict[tuple[str, str], list[str]]:
    """Return the values of a module that have a comment which begins with ``#:``."""
    return ModuleAnalyzer.for_module(module).find_attr_docs()


def modules() -> Iterator[tuple[str, ModuleType]]:
    """Yield the modules of the reference with the names that a reader calls them."""
    for name in MODULES:
        yield name, importlib.import_module(f"{PACKAGE}.{name}")


@functools.cache
def entries() -> dict[str, dict[str, str]]:
    """Return for each module its names with what they are, each thing once."""
    found: dict[str, dict[str, str]] = {}
    seen: set[int] = set()
    for called, module in modules():
        found[called] = {}
        for name in names(module):
            thing, kind = getattr(module, name), _kind(module, name)
            if inspect.isclass(thing) and id(thing) in seen:
                continue
            seen.add(id(thing))
            found[called][name] = kind
    return found


def listing(module: str) -> str:
    """Return what Sphinx is told to show of a module, in reStructuredText."""
    blocks = []
    for name, kind in entries()[module].items():
        members = "\n   :members:" if kind in ("class", "exception") else ""
        blocks.append(f".. auto{kind}:: {PACKAGE}.{module}.{name}{members}\n")
    return "\n".join(blocks)


def fragment(name: str) -> str:
    """Return the fragment of a name that Sphinx has given the package's.

    >>> fragment("d2lparams.nn.Block.collect_params")
    'nn.Block.collect_params'
    """
    return name.removeprefix(f"{PACKAGE}.")


@functools.cache
def fragments() -> dict[str, Any]:
    """Return everything that has a place on the page by its fragment: classes and their members, functions, values."""
    found: dict[str, Any] = {}
    for called, module in modules():
        for name, kind in entries()[called].items():
            found[f"{called}.{name}"] = thing = getattr(module, name)
            for key, member in vars(thing).items() if kind == "class" else ():
                documented = inspect.isfunction(member) or isinstance(member, property)
                if key[0] != "_" and documented and member.__doc__:
                    found[f"{called}.{name}.{key}"] = member
    return found


@functools.cache
def _owners() -> dict[str, list[str]]:
    """Return for each last part of a fragment the fragments that end in it."""
    found: dict[str, list[str]] = {}
    for one in fragments():
        found.setdefault(one.rpartition(".")[2], []).append(one)
    return found


def _inherited(kind: str, name: str) -> str | None:
    """Return the place of a member of a class, its own or that of a class which it derives from."""
    known = fragments()
    for base in known[kind].__mro__:
        place = next((one for one, thing in known.items() if thing is base and one.count(".") == 1), None)
        if place and f"{place}.{name}" in known:
            return f"{place}.{name}"
    return None


def meant(code: str) -> str | None:
    """Return the fragment of the name that a piece of code means, or None if it is none, or may be several.

    >>> meant("init.Xavier()"), meant("net.collect_params('.*weight')"), meant("Xavier"), meant("p.set_data(values)")
    ('init.Xavier', 'nn.Block.collect_params', 'init.Xavier', 'nn.Parameter.set_data')
    >>> meant("record()"), meant("net.initialize(init.He())"), meant("trainer.step(32)"), meant("weight.data()[:] = 0")
    ('autograd.record', 'nn.Block.initialize', 'trainer.Trainer.step', 'nn.Parameter.data')
    >>> meant("initialize()"), meant("np.mean(x)"), meant("net[0].weight"), meant("shape"), meant("Constant")
    (None, None, None, None, None)
    """
    written = re.sub(r"^with |:$", "", re.split(r" [-+*/]?= ", code.strip())[0])
    try:
        node: Any = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    while isinstance(node, ast.Subscript):
        node = node.value
    called = isinstance(node, ast.Call)
    node = node.func if isinstance(node, ast.Call) else node
    if isinstance(node, ast.Name):
        return _alone(node.id, called)
    return _member(node) if isinstance(node, ast.Attribute) else None


def _alone(name: str, called: bool) -> str | None:
    """Return what a name means that stands by itself: a plain word, `shape` or `data`, is a word."""
    telling = called or "_" in name.strip("_") or not name.islower()
    owners = _owners().get(name, [])
    return owners[0] if telling and len(owners) == 1 else None


def _member(node: ast.Attribute) -> str | None:
    """Return what a name behind a dot means: a module's, a member of what stands before it, or the only one."""
    written, known = ast.unparse(node), fragments()
    if written.split(".")[0] in FOREIGN:
        return None
    full = {"gluon.Trainer": "trainer.Trainer", "nd.random.seed": "random.seed"}.get(written, written)
    full = fragment(full).removeprefix("gluon.")
    if full in known:
        return full
    value: Any = node.value
    while isinstance(value, ast.Subscript):
        value = value.value
    call = isinstance(value, ast.Call)
    value = value.func if isinstance(value, ast.Call) else value
    last = ast.unparse(value).rpartition(".")[2] + "()" * call
    if last in KINDS:
        return _inherited(KINDS[last], node.attr)
    if last in MODULES or isinstance(value, ast.Name) and last in ("gluon", PACKAGE):
        return None
    owners = [one for one in _owners().get(node.attr, []) if one.count(".") == 2]
    return owners[0] if len(owners) == 1 else None
