"""The archives of the in-browser Python get byte code: made once, packed where Python looks, and told when it fails."""

import base64
import hashlib

import pytest

from tools.site import bytecode
from tools.site.bytecode import beside, entries, with_bytecode
from tools.site.zip import packed, recorded

RECORD = "a-1.dist-info/RECORD"
FILES = {
    "core.wasm": b"core",
    "stdlib.zip": packed({"json.py": b"json", "cgi.py": b"cgi"}),
    "other.whl": packed({"other.py": b"other"}),
    bytecode.wheel(): packed(recorded({"a/b.py": b"b", "a/c.py": b"c"}, RECORD)),
}
FOUND = {"json.py": b"compiled json", "a/b.py": b"compiled b", "of_no_archive.py": b""}


@pytest.fixture
def compilations(tmp_path, monkeypatch):
    """The compilations that were asked for, of an empty cache."""
    asked = []
    monkeypatch.setattr(bytecode, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(bytecode, "modules", lambda files, lock: asked.append((files, lock)) or FOUND)
    return asked


def test_byte_code_takes_the_place_of_a_source_and_stands_beside_that_of_our_package(compilations):
    got = with_bytecode(FILES, "lock.json")
    assert got.keys() == FILES.keys() and compilations == [(FILES, "lock.json")]
    assert entries(got["stdlib.zip"]) == {"json.pyc": b"compiled json", "cgi.py": b"cgi"}
    assert got["other.whl"] == FILES["other.whl"] and got["core.wasm"] == b"core"
    ours = entries(got[bytecode.wheel()])
    assert ours["a/b.py"] == b"b" and ours["a/__pycache__/b.cpython-312.pyc"] == b"compiled b"


def test_a_wheel_with_byte_code_records_every_file_of_it():
    files = entries(beside(FILES[bytecode.wheel()], FOUND))
    lines = [line.split(",") for line in files[RECORD].decode().splitlines()]
    assert {path for path, *_ in lines} == files.keys() and len(lines) == len(files) == 4
    for path, said, size in lines:
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[path]).digest()).decode().rstrip("=")
        assert path == RECORD or (said, size) == (f"sha256={digest}", str(len(files[path])))


def test_what_has_not_changed_is_not_compiled_again_and_the_cache_keeps_the_newest(compilations, tmp_path):
    first = with_bytecode(FILES, "lock.json")
    assert with_bytecode(FILES, "lock.json") == first and len(compilations) == 1
    with_bytecode(FILES | {"core.wasm": b"new"}, "lock.json")
    assert len(compilations) == 2 and len([*(tmp_path / "cache").glob("*/")]) == 1


def test_what_was_left_half_made_is_made_anew(compilations, tmp_path):
    (tmp_path / "cache" / "new").mkdir(parents=True)
    (tmp_path / "cache" / "new" / "gone.whl").write_bytes(b"half")
    with_bytecode(FILES, "lock.json")
    assert [path.name for path in (tmp_path / "cache").rglob("gone.whl")] == []


def test_a_python_that_does_not_start_stops_the_build_with_what_it_said():
    with pytest.raises(SystemExit, match=r"could not compile(.|\n)*no such Python"):
        bytecode.modules({"pyodide.mjs": b"throw new Error('no such Python')"}, "lock.json")
