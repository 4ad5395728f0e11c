"""`python -m tools.rosetta [LIBRARY ...]`: execute what the Rosetta appendix says, with the libraries that are there.

Needs nothing but Python and the libraries themselves; `requirements/rosetta.in` says which, in which versions. The
snippets of a library (`tools/text/rosetta.toml`) are executed one after the other as one program, in a folder that is
thrown away. A statement that ends in ``#> value`` has to show this value, one that ends in ``#! Error`` to raise it.
Each library runs in a process of its own, since two of them share what JAX keeps for the whole process.
"""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from contextlib import redirect_stdout
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("text") / "rosetta.toml"
ROOT = Path(__file__).resolve().parent.parent
NEEDS = {  # the modules without which the snippets of a library cannot run
    "d2lparams": ["d2lparams"],
    "torch": ["torch", "safetensors"],
    "keras": ["keras", "jax", "h5py"],
    "flax": ["flax", "jax", "optax", "orbax"],
    "equinox": ["equinox", "jax"],
}
CLAIM = re.compile(r"#([>!]) (.*)$")


class Untrue(AssertionError):
    """A snippet does not do what it says."""


def data() -> dict[str, Any]:
    """Return what the file of snippets says."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def snippets(library: str) -> list[tuple[str, str]]:
    """Return the snippets of a library in order, each with the name of its task or trap."""
    said = data()
    found = [(task["id"], task["code"][library]) for task in said["task"] if library in task["code"]]
    return found + [(trap["title"]["en"], trap["code"]) for trap in said["trap"] if trap["library"] == library]


def missing(library: str) -> list[str]:
    """Return the modules that a library's snippets need and that are not installed."""
    return [name for name in NEEDS[library] if not find_spec(name)]


def claim(node: ast.stmt, lines: list[str]) -> tuple[str, str]:
    """Return what a statement claims: the sign of the claim and its words, or two empty strings."""
    found = CLAIM.search(lines[(node.end_lineno or node.lineno) - 1])
    return (found[1], found[2].strip()) if found else ("", "")


def execute(code: str, names: dict[str, Any]) -> int:
    """Execute a snippet in a namespace; return how many claims it has proved.

    Raises
    ------
    Untrue
        For a value that is another, and an error that does not come or is another.
    """
    lines, proved = code.splitlines(), 0
    for node in ast.parse(code).body:
        sign, words = claim(node, lines)
        text = ast.get_source_segment(code, node)
        try:
            if isinstance(node, ast.Expr) and sign == ">":
                shown = repr(eval(compile(ast.Expression(node.value), "<rosetta>", "eval"), names))
                if shown != words:
                    raise Untrue(f"{text} is {shown}, not {words}")
            else:
                with redirect_stdout(io.StringIO()):  # a table of the network would hide what is proved
                    exec(compile(ast.Module([node], []), "<rosetta>", "exec"), names)
                if sign == "!":
                    raise Untrue(f"{text} raises no {words}")
        except Untrue:
            raise
        except Exception as error:
            if sign != "!" or type(error).__name__ != words:
                raise Untrue(f"{text} raises {type(error).__name__}: {error}") from error
        proved += bool(sign)
    return proved


def run(library: str) -> str:
    """Execute the snippets of a library here; return a line that says what was proved."""
    names: dict[str, Any] = {"__name__": "rosetta"}
    proved = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, code in snippets(library):
            try:
                proved += execute(code, names)
            except Untrue as error:
                raise Untrue(f"{library}, {name}: {error}") from error
        os.chdir(ROOT)
    known = "of this folder" if library == "d2lparams" else version(library)
    return f"{library} {known}: {len(snippets(library))} snippets, {proved} claims"


def main() -> None:
    """Execute the libraries that the command line names, or all that are there."""
    asked = sys.argv[1:]
    if asked[:1] == ["--here"]:
        print(run(asked[1]))
        return
    if unknown := set(asked) - set(NEEDS):
        raise SystemExit(f"no library {', '.join(sorted(unknown))}; there are {', '.join(NEEDS)}")
    failed = False
    for library in asked or NEEDS:
        if absent := missing(library):
            print(f"{library}: left out, {', '.join(absent)} not installed", flush=True)
            failed |= bool(asked)
            continue
        command = [sys.executable, "-m", "tools.rosetta", "--here", library]
        settings = {
            "KERAS_BACKEND": "jax",
            "JAX_PLATFORMS": "cpu",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONPATH": str(ROOT),
        }
        failed |= subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}).returncode != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
