"""Byte code in the archives of the in-browser Python: what a page imports is compiled by the build, not at each start.

Compiling took more than half of a start.  A compiled module takes the place of its source, since an archive is loaded
whole; what no page imports when it starts stays as it is.  In our own package, whose source the book shows and pip may
install elsewhere, it stands beside its source.  The Python that will read the byte code makes it, inside node.
"""

import hashlib
import io
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from tools import internals
from tools.project import BUILD, ROOT, files_below, wheel, write_new
from tools.site.assets import PYTHON, alone
from tools.site.zip import packed, recorded

CACHE = BUILD / "cache" / "bytecode"
LIVE = ROOT / "site" / "live"
TAG = f"cpython-{PYTHON.replace('.', '')}"  # of the names of its byte code

# Starts a page's Python of the files of a folder, lets a cell draw and fail, and writes what COMPILE makes to a file.
SCRIPT = """
const { readFileSync, readdirSync, writeFileSync } = await import("node:fs");
const { pathToFileURL } = await import("node:url");
const [indexURL, live, lock, file] = process.argv.slice(1);
const { loadPyodide } = await import(pathToFileURL(indexURL + "pyodide.mjs"));
const packages = ["d2lparams", "matplotlib"], env = { HOME: "/home/reader", PYTHONHASHSEED: "0" };
const pyodide = await loadPyodide({ indexURL, lockFileURL: indexURL + lock, packages, env, stdout() {} });
const folder = pyodide.runPython("import site; site.getsitepackages()[0]");
for (const name of readdirSync(live).filter((name) => name.endsWith(".py"))) {
  pyodide.FS.writeFile(folder + "/" + name, readFileSync(live + name));
}
pyodide.pyimport("live_terminal");
const session = await pyodide.pyimport("live_session").boot(() => {});
await session.execute(0, "", "both", "", "import matplotlib.pyplot as plt\\nplt.plot([1])\\n1 / 0");
writeFileSync(file, pyodide.FS.readFile(pyodide.runPython(readFileSync(0, "utf8"))));
process.exit();
"""

# Packs the byte code of all modules that are there, each by the path that its source has in an archive. Where there is
# source beside it, Python compares its hash.
COMPILE = """
import py_compile, site, sys, tempfile, zipfile
from pathlib import Path

mode, folder = py_compile.PycInvalidationMode.CHECKED_HASH, Path(tempfile.mkdtemp())
roots = (site.getsitepackages()[0] + "/", next(path for path in sys.path if path.endswith(".zip")) + "/")
with zipfile.ZipFile(folder / "bytecode.zip", "w") as archive:
    for module in list(sys.modules.values()):
        spec = getattr(module, "__spec__", None)
        root = next((root for root in roots if spec and spec.origin and spec.origin.startswith(root)), None)
        if root and spec.origin.endswith(".py"):
            source, made = folder / "module.py", folder / "module.pyc"
            source.write_text(spec.loader.get_source(spec.name), "utf-8")
            py_compile.compile(source, made, spec.origin, True, invalidation_mode=mode)
            archive.write(made, spec.origin.removeprefix(root))
str(folder / "bytecode.zip")
"""


def fingerprint(files: dict[str, bytes]) -> str:
    """Return a hash of all that byte code is made of."""
    total = hashlib.sha256((SCRIPT + COMPILE).encode())
    modules = {path.name: path.read_bytes() for path in files_below(LIVE) if path.suffix == ".py"}
    for name, data in sorted((files | modules).items()):
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()[:16]


def modules(files: dict[str, bytes], lock: str) -> dict[str, bytes]:
    """Return the byte code of what a page of these files imports, by the path of its source."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            write_new(Path(folder, "in", name), data)
        given = [f"{folder}/in/", f"{LIVE}/", lock, f"{folder}/out.zip"]
        command = [internals.node(), "--input-type=module", "-e", SCRIPT, *given]
        ran = subprocess.run(command, input=COMPILE, capture_output=True, encoding="utf-8")
        if ran.returncode:
            raise SystemExit(f"The in-browser Python could not compile what it imports:\n{ran.stderr[-1500:]}")
        with zipfile.ZipFile(f"{folder}/out.zip") as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def entries(archive: bytes) -> dict[str, bytes]:
    """Return what an archive has, by its path."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def instead(archive: bytes, found: dict[str, bytes]) -> bytes:
    """Return an archive in which byte code stands for the sources of which there is some, else the archive as it is.

    >>> archive = packed({"a.py": b"1", "b.py": b"2"})
    >>> entries(instead(archive, {"a.py": b"compiled", "c.py": b""}))
    {'a.pyc': b'compiled', 'b.py': b'2'}
    """
    files = entries(archive)
    if found.keys().isdisjoint(files):
        return archive
    return packed({f"{name}c" if name in found else name: found.get(name, data) for name, data in files.items()})


def beside(archive: bytes, found: dict[str, bytes]) -> bytes:
    """Return a wheel that has its byte code where Python looks for it beside the source."""
    files = entries(archive)
    for name in sorted(files.keys() & found.keys()):
        path = PurePosixPath(name)
        files[f"{path.parent}/__pycache__/{path.stem}.{TAG}.pyc"] = found[name]
    return packed(recorded(files, next(name for name in files if name.endswith(".dist-info/RECORD"))))


def with_bytecode(files: dict[str, bytes], lock: str) -> dict[str, bytes]:
    """Return the files of a Python whose pages read a lock, with byte code in its archives, which a cache keeps."""
    folder = CACHE / fingerprint(files)
    archives = [name for name in files if name.endswith((".whl", ".zip"))]
    with alone(CACHE):
        if not folder.exists():
            found = modules(files, lock)
            for path in CACHE.glob("*/"):
                shutil.rmtree(path)
            for name in archives:
                change = beside if name == wheel() else instead
                write_new(CACHE / "new" / name, change(files[name], found))
            (CACHE / "new").rename(folder)
    return files | {name: (folder / name).read_bytes() for name in archives}
