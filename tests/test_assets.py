"""What the site serves is fetched once, verified by hashes, and a fault stops the build with the way on."""

import io
import re
import subprocess
import tarfile
import tomllib
import zipfile

import pytest

from tools import internals
from tools.project import files_below
from tools.site import assets, live, pyodide

ENTRY = {"file_name": "a-1-py3-none-any.whl", "sha256": assets.sha256(b"good"), "depends": []}
FILE = ENTRY["file_name"]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache with lists of one package, and clients that fetch nothing."""
    for name, folder in (("CACHE", "."), ("WHEELS", "wheels"), ("PYODIDE", "pyodide"), ("LISTS", "lists")):
        (tmp_path / folder).mkdir(exist_ok=True)
        monkeypatch.setattr(assets, name, tmp_path / folder)
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "WANTED", ["a"])
    lock = {"info": {"version": "1"}, "packages": {"a": ENTRY}}
    monkeypatch.setattr(assets, "official_lock", lambda: lock)
    (tmp_path / "lists" / "wheels.txt").write_text(f"# one\nb-c==2 --hash=sha256:{assets.sha256(b'good')}\n")
    (tmp_path / "lists" / "carrier.txt").write_text("")
    ended = subprocess.CompletedProcess([], 1, stdout="", stderr="no network")
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: ended)
    return tmp_path


def release(cache, data):
    with tarfile.open(cache / "pyodide-1.tar.bz2", "w:bz2") as archive:
        entry = tarfile.TarInfo(f"pyodide/{FILE}")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))


def carry(cache, data):
    carrier = cache / "wheels" / "carrier-1-py3-none-any.whl"
    with zipfile.ZipFile(carrier, "w") as archive:
        archive.writestr(f"inside/{FILE}", data)
    line = f"carrier==1 --hash=sha256:{assets.sha256(carrier.read_bytes())}\n"
    (cache / "lists" / "carrier.txt").write_text(line)


def test_a_wheel_with_the_listed_hash_is_taken_from_the_cache(cache):
    (cache / "wheels" / "b_c-2-py3-none-any.whl").write_bytes(b"good")
    assert assets.wheels("wheels.txt") == {"b-c": cache / "wheels" / "b_c-2-py3-none-any.whl"}


@pytest.mark.parametrize("data", [b"evil", None])
def test_an_altered_or_missing_wheel_stops_the_build_and_says_what_to_do(cache, data):
    if data:
        (cache / "wheels" / "b_c-2-py3-none-any.whl").write_bytes(data)
    with pytest.raises(assets.AssetError, match="no network") as stopped:
        assets.wheels("wheels.txt")
    assert "site/wheels.txt" in str(stopped.value) and "D2L_ASSETS" in str(stopped.value)


def test_npm_packages_that_cannot_be_installed_stop_the_build(cache, monkeypatch):
    monkeypatch.setattr(internals, "npm", lambda *args: subprocess.CompletedProcess([], 1, "", "integrity"))
    (cache / "lists" / "package-lock.json").write_text("{}")
    with pytest.raises(assets.AssetError, match="npm packages of lists: integrity"):
        assets.installed(cache / "lists", cache / "npm")
    assert not (cache / "npm" / "node_modules").exists()


def test_npm_packages_are_installed_once_for_a_lock(cache, monkeypatch):
    asked = []
    monkeypatch.setattr(
        internals, "npm", lambda *args: asked.append(args) or subprocess.CompletedProcess([], 0, "", "")
    )
    for lock in ("{}", "{}", '{"new": 1}'):
        (cache / "lists" / "package-lock.json").write_text(lock)
        assets.installed(cache / "lists", cache / "npm")
    assert len(asked) == 2 and "ci" in asked[0][0] and "--ignore-scripts" in asked[0][0]


@pytest.mark.parametrize("source", [release, carry])
def test_a_wheel_of_pyodide_is_taken_from_any_source_that_has_its_bytes(cache, source):
    source(cache, b"good")
    assert assets.pyodide_wheels() == {FILE: b"good"}


def test_a_source_with_other_bytes_than_the_official_list_is_passed_over(cache):
    release(cache, b"evil")
    carry(cache, b"good")
    assert assets.pyodide_wheels() == {FILE: b"good"}


def test_a_wheel_that_no_source_has_stops_the_build_and_is_named(cache):
    release(cache, b"evil")
    with pytest.raises(assets.AssetError, match=f"{FILE}: no source has it"):
        assets.pyodide_wheels()
    assert not (cache / "pyodide" / FILE).exists()


def test_a_wheel_of_pyodide_altered_in_the_cache_is_fetched_again(cache):
    (cache / "pyodide" / FILE).write_bytes(b"evil")
    release(cache, b"good")
    assert assets.pyodide_wheels() == {FILE: b"good"}


def test_dependencies_are_those_of_the_official_list():
    lock = {"packages": {"a": {"depends": ["B_c"]}, "b-c": {"depends": []}, "d": {"depends": []}}}
    assert assets.needed(lock, ["a"]) == ["a", "b-c"]


def test_the_editor_has_every_package_that_its_modules_import():
    files = live.modules()
    editor = {name.removeprefix("editor/") for name in files if name.startswith("editor/")}
    named = {name for text in files.values() for name in re.findall(r'from "[./]+/editor/([^"]+)"', text)}
    assert named == editor and "codemirror-view.js" in editor
    assert not any(live.IMPORT.search(files[f"editor/{name}"]) for name in editor)


def test_a_wheel_of_the_package_holds_every_file_of_it_in_the_page_and_where_pip_makes_it():
    folder = pyodide.ROOT / "d2lparams"
    every = {path.relative_to(folder).as_posix() for path in files_below(folder)}
    assert "data/LICENSES.txt" in every
    with zipfile.ZipFile(io.BytesIO(pyodide.own_wheel()[1])) as archive:
        assert {f"d2lparams/{name}" for name in every} <= set(archive.namelist())
    said = tomllib.loads((pyodide.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = said["tool"]["setuptools"]["package-data"]["d2lparams"]
    packed = {path.relative_to(folder).as_posix() for pattern in patterns for path in folder.glob(pattern)}
    assert {name for name in every if not name.endswith(".py")} == packed
