"""What the site serves is fetched once and verified always: altered and missing files stop the build."""

import zipfile

import pytest

from tools import assets

PACKAGE = "requirejs"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, with a list of one package of ours instead of the real one."""
    monkeypatch.setattr(assets, "CACHE", tmp_path)
    entry = {"version": "1", "integrity": assets.integrity(b"good")}
    source = {"package": "carrier", "version": "1", "file": "carrier.whl", "folder": "wheels"}
    wheel = {"version": "1", "file": "pure.whl", "sha256": assets.sha256(b"good")}
    whole = {"npm": {PACKAGE: entry}, "pip": {"pure": wheel}, "pyodide": {"packages": ["a"], "sources": [source]}}
    monkeypatch.setattr(assets, "listed", lambda: whole)
    monkeypatch.setattr(assets, "run", lambda name, command: None)
    assets.source_bytes.cache_clear()
    return tmp_path


def test_an_archive_with_the_listed_hash_is_taken_from_the_cache(cache):
    (cache / "requirejs-1.tgz").write_bytes(b"good")
    assert assets.npm_archive(PACKAGE) == cache / "requirejs-1.tgz"


@pytest.mark.parametrize(("file", "read"), [("requirejs-1.tgz", lambda: assets.npm_archive(PACKAGE)),
                                            ("pure.whl", lambda: assets.wheel("pure"))])  # fmt: skip
def test_an_altered_file_stops_the_build_and_is_named(cache, file, read):
    (cache / file).write_bytes(b"evil")
    with pytest.raises(assets.AssetError) as stopped:
        read()
    assert file in str(stopped.value) and "Remove it and run `make assets`" in str(stopped.value)


def test_a_missing_file_stops_the_build_and_says_what_to_do(cache):
    with pytest.raises(assets.AssetError, match="could not be fetched") as stopped:
        assets.npm_archive(PACKAGE)
    assert "requirejs-1.tgz" in str(stopped.value) and "D2L_ASSETS" in str(stopped.value)


def carry(cache, data):

    with zipfile.ZipFile(cache / "carrier.whl", "w") as archive:
        archive.writestr("wheels/a.whl", data)


def test_a_wheel_of_pyodide_is_taken_from_any_source_that_has_its_bytes(cache):
    carry(cache, b"good")
    path = assets.pyodide_wheel({"file_name": "a.whl", "sha256": assets.sha256(b"good")})
    assert path.read_bytes() == b"good"


def test_a_source_with_other_bytes_than_the_official_lock_is_not_used(cache):
    carry(cache, b"evil")
    with pytest.raises(assets.AssetError, match="a.whl could not be fetched: no source has it"):
        assets.pyodide_wheel({"file_name": "a.whl", "sha256": assets.sha256(b"good")})
    assert not (cache / "pyodide" / "a.whl").exists()


def test_a_wheel_of_pyodide_altered_in_the_cache_is_found(cache):
    carry(cache, b"good")
    entry = {"file_name": "a.whl", "sha256": assets.sha256(b"good")}
    assets.pyodide_wheel(entry).write_bytes(b"evil")
    with pytest.raises(assets.AssetError, match=r"a\.whl is not the file"):
        assets.pyodide_wheel(entry)


def test_dependencies_are_those_of_the_official_lock(cache):
    lock = {"packages": {"a": {"depends": ["B_c"]}, "b-c": {"depends": []}, "d": {"depends": []}}}
    assert assets.needed(lock) == ["a", "b-c"]
