"""Files: what is written is read, by us and by the format's own library; what is damaged is refused as a whole."""

from __future__ import annotations

import contextlib
import json
import pickle
import zipfile

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lparams import errors, serialize

ARRAYS = {
    "0.weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "0.bias": np.array([1.5], np.float64),
    "half": np.array([0.5], np.float16),
    "whole": np.array([[-1], [2]], np.int64),
    "mask": np.array([True, False]),
    "scalar": np.array(3, np.int32),
    "empty": np.zeros((0, 4), np.float32),
    "bytes": np.array([0, 255], np.uint8),
}


def same(one, other):
    assert sorted(one) == sorted(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])
        assert one[name].dtype == other[name].dtype
        assert one[name].shape == other[name].shape


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_arrays_aliases_and_metadata_come_back(tmp_path, suffix):
    file = tmp_path / f"a{suffix}"
    serialize.save(file, ARRAYS, {"1.weight": "0.weight"}, {"made by": "a test, 시험"})
    saved = serialize.load(file)
    same(saved.arrays, ARRAYS)
    assert saved.aliases == {"1.weight": "0.weight"}
    assert saved.metadata == {"made by": "a test, 시험"}


def test_the_formats_own_library_reads_our_files(tmp_path):
    file = tmp_path / "a.safetensors"
    serialize.save(file, ARRAYS, {"1.weight": "0.weight"})
    same(safetensors.numpy.load_file(file), ARRAYS)


def test_we_read_files_of_the_formats_own_library(tmp_path):
    file = tmp_path / "a.safetensors"
    safetensors.numpy.save_file(ARRAYS, file, metadata={"format": "np"})
    saved = serialize.load(file)
    same(saved.arrays, ARRAYS)
    assert saved.metadata == {"format": "np"}


def test_we_read_what_numpy_writes(tmp_path):
    np.savez(tmp_path / "a.npz", **ARRAYS)
    same(serialize.load(tmp_path / "a.npz").arrays, ARRAYS)


def test_arrays_are_aligned_and_in_the_order_of_the_library(tmp_path):
    serialize.save(tmp_path / "ours.safetensors", ARRAYS)
    content = (tmp_path / "ours.safetensors").read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    assert length % 8 == 0
    for name, entry in header.items():
        assert entry["data_offsets"][0] % ARRAYS[name].itemsize == 0


def test_the_format_is_known_by_its_first_bytes_not_by_its_name(tmp_path):
    serialize.save(tmp_path / "a.npz", ARRAYS)
    (tmp_path / "a.npz").rename(tmp_path / "a.weights")
    same(serialize.load(tmp_path / "a.weights").arrays, ARRAYS)


def test_every_truncation_and_extension_is_refused(tmp_path):
    file = tmp_path / "a.safetensors"
    serialize.save(file, {"w": ARRAYS["0.weight"]})
    content = file.read_bytes()
    for length in range(len(content)):
        file.write_bytes(content[:length])
        with pytest.raises(errors.FileFormatError, match="Nothing was loaded"):
            serialize.load(file)
    file.write_bytes(content + b"\0")
    with pytest.raises(errors.FileFormatError, match="cut off or extended"):
        serialize.load(file)


def test_every_truncation_of_an_npz_is_refused(tmp_path):
    file = tmp_path / "a.npz"
    serialize.save(file, {"w": ARRAYS["0.weight"]})
    content = file.read_bytes()
    for length in range(0, len(content), 7):
        file.write_bytes(content[:length])
        with pytest.raises(errors.FileFormatError):
            serialize.load(file)


@given(place=st.integers(0, 140), value=st.integers(0, 255))
@settings(max_examples=300)
def test_a_changed_byte_gives_arrays_or_a_lesson_and_never_another_error(tmp_path_factory, place, value):
    file = tmp_path_factory.getbasetemp() / "flipped.safetensors"
    serialize.save(file, {"w": ARRAYS["0.weight"], "b": ARRAYS["0.bias"]}, {"c": "w"})
    content = bytearray(file.read_bytes())
    content[place] = value
    file.write_bytes(content)
    with contextlib.suppress(errors.FileFormatError):  # anything else fails the test
        saved = serialize.load(file)
        assert all(isinstance(array, np.ndarray) for array in saved.arrays.values())


def header_file(path, header, data=b""):
    text = json.dumps(header).encode() if isinstance(header, dict) else header
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


F32 = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
BAD = {
    "a hole": ({"a": {**F32, "data_offsets": [4, 8]}}, b"\0" * 8, "hole"),
    "an overlap": ({"a": F32, "b": {**F32, "data_offsets": [2, 6]}}, b"\0" * 6, "overlap"),
    "a wrong size": ({"a": {**F32, "shape": [2]}}, b"\0" * 4, "does not fill"),
    "a negative length": ({"a": {**F32, "shape": [-1]}}, b"\0" * 4, "whole numbers"),
    "a foreign dtype": ({"a": {**F32, "dtype": "BF16"}}, b"\0" * 4, "BF16"),
    "a missing entry": ({"a": {"dtype": "F32"}}, b"", "dtype, shape and data_offsets"),
    "a name twice": (b'{"a":{},"a":{}}', b"", "twice"),
    "no object": (b"[1]", b"", "no JSON object"),
    "metadata of numbers": ({"__metadata__": {"a": 1}}, b"", "table of strings"),
    "an alias to nothing": ({"__metadata__": {"d2lparams.aliases": '{"a":"b"}'}}, b"", "alias"),
    "nesting without end": (b"[" * 200_000, b"", "Nothing was loaded"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_header_that_lies_is_refused(tmp_path, name):
    header, data, words = BAD[name]
    with pytest.raises(errors.FileFormatError, match=words):
        serialize.load(header_file(tmp_path / "bad.safetensors", header, data))


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was executed",))


def test_a_pickle_is_never_executed(tmp_path):
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(Bomb()))
    np.savez(tmp_path / "a.npz", w=np.array([Bomb()], dtype=object))
    for name in ("a.pkl", "a.npz"):
        with pytest.raises(errors.FileFormatError):
            serialize.load(tmp_path / name)


def test_an_archive_that_would_swell_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("w.npy", bytes(50_000_000))
    with pytest.raises(errors.FileFormatError, match="thousand times"):
        serialize.load(tmp_path / "a.npz")


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "a.safetensors"
    serialize.save(file, {"w": ARRAYS["0.weight"]})
    before = file.read_bytes()
    monkeypatch.setattr(serialize.os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        serialize.save(file, {"w": ARRAYS["0.weight"] + 1})
    assert file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [file.name]


def test_what_cannot_be_written_is_said(tmp_path):
    with pytest.raises(errors.SettingError, match=r"\.safetensors nor \.npz"):
        serialize.save(tmp_path / "a.pt", ARRAYS)
    with pytest.raises(errors.SettingError, match="complex64"):
        serialize.save(tmp_path / "a.npz", {"z": np.zeros(1, np.complex64)})
    with pytest.raises(errors.SettingError, match="alias"):
        serialize.save(tmp_path / "a.npz", ARRAYS, {"x": "nothing"})


names = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=8)
arrays = st.lists(st.integers(0, 3), max_size=3).map(
    lambda shape: np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
)


@given(content=st.dictionaries(names, arrays, max_size=4))
@settings(max_examples=50)
def test_any_names_and_shapes_make_a_round_trip(tmp_path_factory, content):
    content = {name: array for name, array in content.items() if name != "__metadata__"}
    file = tmp_path_factory.getbasetemp() / "round.safetensors"
    serialize.save(file, content)
    same(serialize.load(file).arrays, content)
    same(safetensors.numpy.load_file(file), content)


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_no_name_is_special_and_what_cannot_be_a_name_is_refused(tmp_path, suffix):
    file = tmp_path / f"a{suffix}"
    odd = {
        name: np.array([i], np.float32) for i, name in enumerate(["file", "allow_pickle", "a", "a.npy", "../x", "층"])
    }
    serialize.save(file, odd)
    same(serialize.load(file).arrays, odd)
    before = file.read_bytes()
    for name in (1, "a\0b", "\ud800", "__metadata__", "d2lparams.aliases"):
        with pytest.raises(errors.SettingError, match="cannot stand in a file"):
            serialize.save(file, {name: np.ones(1)})
    with pytest.raises(errors.SettingError, match="metadata are text"):
        serialize.save(file, odd, metadata={"epoch": 3})
    assert file.read_bytes() == before


def test_compressed_zeros_are_no_bomb(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", w=np.zeros((3000, 1000), np.float32))
    assert serialize.load(tmp_path / "a.npz").arrays["w"].shape == (3000, 1000)


def test_a_member_that_promises_more_than_it_holds_reserves_no_memory(tmp_path):
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}"
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("w.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(16))
    with pytest.raises(errors.FileFormatError, match="promises another length"):
        serialize.load(tmp_path / "a.npz")


def test_truth_values_of_a_foreign_file_are_true_or_false(tmp_path):
    entry = {"dtype": "BOOL", "shape": [3], "data_offsets": [0, 3]}
    mask = serialize.load(header_file(tmp_path / "a.safetensors", {"m": entry}, bytes([0, 2, 255]))).arrays["m"]
    assert mask.view(np.uint8).tolist() == [0, 1, 1]


def test_a_save_follows_links_keeps_the_usual_permissions_and_names_a_missing_folder(tmp_path):
    (tmp_path / "link.npz").symlink_to(tmp_path / "target.npz")
    serialize.save(tmp_path / "link.npz", {"w": np.ones(1)})
    (tmp_path / "plain").touch()
    assert (tmp_path / "link.npz").is_symlink() and (tmp_path / "target.npz").is_file()
    assert (tmp_path / "target.npz").stat().st_mode == (tmp_path / "plain").stat().st_mode
    with pytest.raises(FileNotFoundError, match="no folder .*missing to write a.npz into"):
        serialize.save(tmp_path / "missing" / "a.npz", {})
