"""Files: what is written is read, by us and by the format's own library; what is damaged is refused as a whole."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from damage import damaged_files
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lparams import errors, files, init, nd, nn

ARRAYS = {
    "0.weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "0.bias": np.array([1.5], np.float64),
    "half": np.array([0.5], np.float16),
    "whole": np.array([[-1], [2]], np.int64),
    "mask": np.array([True, False]),
    "scalar": np.array(3, np.int32),
    "empty": np.zeros((0, 4), np.float32),
    "bytes": np.array([0, 255], np.uint8),
    "unsigned": np.array([2**64 - 1], np.uint64),
    "pixels": np.array([65535], np.uint16),
    "index": np.array([2**32 - 1], np.uint32),
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
    files.save(file, ARRAYS, {"1.weight": "0.weight"}, {"made by": "a test, 시험"})
    saved = files.load(file)
    same(saved.arrays, ARRAYS)
    assert saved.aliases == {"1.weight": "0.weight"}
    assert saved.metadata == {"made by": "a test, 시험"}


def test_the_formats_own_library_reads_our_files(tmp_path):
    file = tmp_path / "a.safetensors"
    files.save(file, ARRAYS, {"1.weight": "0.weight"})
    same(safetensors.numpy.load_file(file), ARRAYS)


def test_we_read_files_of_the_formats_own_library(tmp_path):
    file = tmp_path / "a.safetensors"
    safetensors.numpy.save_file(ARRAYS, file, metadata={"format": "np"})
    saved = files.load(file)
    same(saved.arrays, ARRAYS)
    assert saved.metadata == {"format": "np"}


def test_we_read_what_numpy_writes(tmp_path):
    np.savez(tmp_path / "a.npz", **ARRAYS)
    same(files.load(tmp_path / "a.npz").arrays, ARRAYS)


def test_arrays_are_aligned_and_in_the_order_of_the_library(tmp_path):
    files.save(tmp_path / "ours.safetensors", ARRAYS)
    content = (tmp_path / "ours.safetensors").read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    assert length % 8 == 0
    sizes = [ARRAYS[name].itemsize for name in header]
    assert sizes == sorted(sizes, reverse=True) and len({*sizes}) > 1
    for name, entry in header.items():
        assert entry["data_offsets"][0] % ARRAYS[name].itemsize == 0


def test_the_format_is_known_by_its_first_bytes_not_by_its_name(tmp_path):
    files.save(tmp_path / "a.npz", ARRAYS)
    (tmp_path / "a.npz").rename(tmp_path / "a.weights")
    same(files.load(tmp_path / "a.weights").arrays, ARRAYS)


def test_every_truncation_and_extension_is_refused(tmp_path):
    file = tmp_path / "a.safetensors"
    files.save(file, {"w": ARRAYS["0.weight"]})
    content = file.read_bytes()
    for length in range(len(content)):
        file.write_bytes(content[:length])
        with pytest.raises(errors.FileFormatError, match="Nothing was loaded"):
            files.load(file)
    file.write_bytes(content + b"\0")
    with pytest.raises(errors.FileFormatError, match="cut off or extended"):
        files.load(file)


def test_every_truncation_of_an_npz_is_refused(tmp_path):
    file = tmp_path / "a.npz"
    files.save(file, {"w": ARRAYS["0.weight"]})
    content = file.read_bytes()
    for length in range(0, len(content), 7):
        file.write_bytes(content[:length])
        with pytest.raises(errors.FileFormatError):
            files.load(file)


@given(place=st.integers(0, 140), value=st.integers(0, 255))
@settings(max_examples=300)
def test_a_changed_byte_gives_arrays_or_a_lesson_and_never_another_error(tmp_path_factory, place, value):
    file, whole = (tmp_path_factory.getbasetemp() / f"{name}.safetensors" for name in ("flipped", "whole"))
    if not whole.exists():
        files.save(whole, {"w": ARRAYS["0.weight"], "b": ARRAYS["0.bias"]}, {"c": "w"})
    content = bytearray(whole.read_bytes())
    content[place] = value
    file.write_bytes(content)
    with contextlib.suppress(errors.FileFormatError):  # anything else fails the test
        saved = files.load(file)
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
    "too many axes": ({"a": {**F32, "shape": [1] * 65}}, b"\0" * 4, "64 axes at most"),
    "a length of thousands of digits": ({"a": {**F32, "shape": [10**4000]}}, b"", "length of 4001 digits"),
    "a length beyond 63 bits": ({"a": {**F32, "shape": [2**63]}}, b"", "length of 19 digits"),
    "half a letter": ({"\ud800": F32}, b"\0" * 4, "dtype, shape and data_offsets"),
    "a missing entry": ({"a": {"dtype": "F32"}}, b"", "dtype, shape and data_offsets"),
    "a name twice": (b'{"a":{},"a":{}}', b"", "twice"),
    "no object": (b"[1]", b"", "no JSON object"),
    "metadata of numbers": ({"__metadata__": {"a": 1}}, b"", "table of strings"),
    "an alias to nothing": ({"__metadata__": {"d2lparams.aliases": '{"a":"b"}'}}, b"", "alias"),
    "nesting without end": (b"[" * 200_000, b"", "nested too deeply"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_header_that_lies_is_refused(tmp_path, name):
    header, data, words = BAD[name]
    with pytest.raises(errors.FileFormatError, match=words):
        files.load(header_file(tmp_path / "bad.safetensors", header, data))


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was executed",))


def test_a_pickle_is_never_executed(tmp_path):
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(Bomb()))
    np.savez(tmp_path / "a.npz", w=np.array([Bomb()], dtype=object))
    for name in ("a.pkl", "a.npz"):
        with pytest.raises(errors.FileFormatError):
            files.load(tmp_path / name)


def zipped(path, method=zipfile.ZIP_DEFLATED, **members):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return bytearray(path.read_bytes())


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def test_an_archive_is_judged_by_its_real_size_not_by_what_it_says_of_itself(tmp_path):
    content = zipped(tmp_path / "a.npz", zipfile.ZIP_STORED, w=npy(np.zeros(10, np.float32)))
    for sign, field in ((b"PK\x01\x02", 20), (b"PK\x03\x04", 18)):  # both sizes, packed and whole
        content[content.index(sign) + field : content.index(sign) + field + 8] = struct.pack("<II", 10**8, 10**8)
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(errors.FileFormatError, match="times its size"):
        files.load(tmp_path / "a.npz")


def test_members_that_share_their_bytes_or_are_packed_in_other_ways_than_numpys_are_refused(tmp_path):
    content = zipped(tmp_path / "a.npz", a=npy(np.zeros(1000)), b=npy(np.zeros(1000)))
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = bytes(4)  # b begins where a begins
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(errors.FileFormatError, match="overlaps another"):
        files.load(tmp_path / "a.npz")
    zipped(tmp_path / "a.npz", zipfile.ZIP_LZMA, w=npy(np.zeros(9)))
    with pytest.raises(errors.FileFormatError, match="stored or deflated"):
        files.load(tmp_path / "a.npz")


def test_an_archive_cut_inside_a_member_says_so(tmp_path):
    content = zipped(tmp_path / "a.npz", w=npy(np.random.default_rng(0).normal(size=500)))
    table = content.index(b"PK\x01\x02")
    (tmp_path / "a.npz").write_bytes(content[: table - 999] + content[table:])
    with pytest.raises(errors.FileFormatError, match=r"trusted: \w.*Nothing was loaded"):
        files.load(tmp_path / "a.npz")
    (tmp_path / "a.npz").write_bytes(content[:table])
    with pytest.raises(errors.FileFormatError, match="it was cut off"):
        files.load(tmp_path / "a.npz")


def test_a_changed_byte_in_an_archive_is_noticed_by_its_checksum(tmp_path):
    content = zipped(tmp_path / "a.npz", zipfile.ZIP_STORED, w=npy(np.ones(100)))
    content[content.index(b"PK\x01\x02") - 5] ^= 1
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(errors.FileFormatError, match="CRC"):
        files.load(tmp_path / "a.npz")


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "a.safetensors"
    files.save(file, {"w": ARRAYS["0.weight"]})
    before = file.read_bytes()
    monkeypatch.setattr(files.os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        files.save(file, {"w": ARRAYS["0.weight"] + 1})
    assert file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [file.name]


def test_what_cannot_be_written_is_said(tmp_path):
    with pytest.raises(errors.SettingError, match=r"\.safetensors nor \.npz"):
        files.save(tmp_path / "a.pt", ARRAYS)
    with pytest.raises(errors.DTypeError, match="complex64"):
        files.save(tmp_path / "a.npz", {"z": np.zeros(1, np.complex64)})
    with pytest.raises(errors.SettingError, match="alias"):
        files.save(tmp_path / "a.npz", ARRAYS, {"x": "nothing"})


names = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=8)
arrays = st.lists(st.integers(0, 3), max_size=3).map(
    lambda shape: np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
)


@given(content=st.dictionaries(names, arrays, max_size=4))
@settings(max_examples=50)
def test_any_names_and_shapes_make_a_round_trip(tmp_path_factory, content):
    content = {name: array for name, array in content.items() if name != "__metadata__"}
    file = tmp_path_factory.getbasetemp() / "round.safetensors"
    files.save(file, content)
    same(files.load(file).arrays, content)
    same(safetensors.numpy.load_file(file), content)


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_no_name_is_special_and_what_cannot_be_a_name_is_refused(tmp_path, suffix):
    file = tmp_path / f"a{suffix}"
    odd = {
        name: np.array([i], np.float32) for i, name in enumerate(["file", "allow_pickle", "a", "a.npy", "../x", "층"])
    }
    files.save(file, odd)
    same(files.load(file).arrays, odd)
    before = file.read_bytes()
    for name in (1, "a\0b", "\ud800", "__metadata__", "d2lparams.aliases"):
        with pytest.raises(errors.SettingError, match="cannot stand in a file"):
            files.save(file, {name: np.ones(1)})
    with pytest.raises(errors.SettingError, match="metadata are text"):
        files.save(file, odd, metadata={"epoch": 3})
    assert file.read_bytes() == before


def test_compressed_zeros_are_no_bomb(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", w=np.zeros((3000, 1000), np.float32))
    assert files.load(tmp_path / "a.npz").arrays["w"].shape == (3000, 1000)


def test_a_member_that_promises_more_than_it_holds_reserves_no_memory(tmp_path):
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}"
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("w.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(16))
    with pytest.raises(errors.FileFormatError, match="promises another length"):
        files.load(tmp_path / "a.npz")


def test_truth_values_of_a_foreign_file_are_true_or_false(tmp_path):
    entry = {"dtype": "BOOL", "shape": [3], "data_offsets": [0, 3]}
    mask = files.load(header_file(tmp_path / "a.safetensors", {"m": entry}, bytes([0, 2, 255]))).arrays["m"]
    assert mask.view(np.uint8).tolist() == [0, 1, 1]


def test_a_save_follows_links_keeps_the_usual_permissions_and_names_a_missing_folder(tmp_path):
    (tmp_path / "link.npz").symlink_to(tmp_path / "target.npz")
    files.save(tmp_path / "link.npz", {"w": np.ones(1)})
    (tmp_path / "plain").touch()
    assert (tmp_path / "link.npz").is_symlink() and (tmp_path / "target.npz").is_file()
    assert (tmp_path / "target.npz").stat().st_mode == (tmp_path / "plain").stat().st_mode
    with pytest.raises(FileNotFoundError, match="no folder .*missing to write a.npz into"):
        files.save(tmp_path / "missing" / "a.npz", {})


# ---- types that numpy lacks


def foreign(path, dtype, codes):
    """Write codes as the format's own library writes a tensor of that type."""
    spec = safetensors.TensorSpec(
        dtype=dtype, shape=list(codes.shape), data_ptr=codes.ctypes.data, data_len=codes.nbytes
    )
    path.write_bytes(safetensors.serialize({"w": spec}))
    return path


def value(code, fraction, bias):
    """Return what a code of eight bits stands for, after the definition: sign, exponent, fraction."""
    sign, exponent, rest = -1.0 if code & 128 else 1.0, code % 128 >> fraction, code % (1 << fraction)
    if exponent == 0:
        return sign * rest * 2.0 ** (1 - bias - fraction)
    return sign * (1 + rest / (1 << fraction)) * 2.0 ** (exponent - bias)


NAN, INF = float("nan"), float("inf")
FLOATS = {  # fraction, bias, what is no number, the largest number
    "float8_e4m3fn": (3, 7, {127: NAN, 255: NAN}, 448),
    "float8_e5m2": (2, 15, {124: INF, 252: -INF, **dict.fromkeys((125, 126, 127, 253, 254, 255), NAN)}, 57344),
    "float8_e4m3fnuz": (3, 8, {128: NAN}, 240),
    "float8_e5m2fnuz": (2, 16, {128: NAN}, 57344),
}


@pytest.mark.parametrize("dtype", FLOATS)
def test_every_code_of_an_8_bit_float_becomes_its_float32(tmp_path, dtype):
    fraction, bias, special, largest = FLOATS[dtype]
    codes = np.arange(256, dtype=np.uint8).reshape(2, 128)
    loaded = files.load(foreign(tmp_path / "a.safetensors", dtype, codes)).arrays["w"]
    expected = np.array([special.get(code, value(code, fraction, bias)) for code in range(256)], np.float32)
    np.testing.assert_array_equal(loaded, expected.reshape(2, 128), strict=True)
    assert (np.signbit(loaded) == np.signbit(expected.reshape(2, 128)))[~np.isnan(loaded)].all()
    assert loaded[np.isfinite(loaded)].max() == largest


def test_every_code_of_a_power_of_two_and_of_a_bfloat16_becomes_its_float32(tmp_path):
    codes = np.arange(256, dtype=np.uint8)
    powers = files.load(foreign(tmp_path / "a.safetensors", "float8_e8m0fnu", codes)).arrays["w"]
    np.testing.assert_array_equal(powers, np.array([*(2.0**n for n in range(-127, 128)), NAN], np.float32))
    every = np.arange(2**16, dtype="<u2").reshape(256, 256)
    brain = files.load(foreign(tmp_path / "a.safetensors", "bfloat16", every)).arrays["w"]
    assert brain.dtype == np.float32 and brain.shape == (256, 256)
    assert (brain.view(np.uint32) == every.astype(np.uint32) * 65536).all()
    scalar = files.load(foreign(tmp_path / "a.safetensors", "bfloat16", np.array(0x3F80, "<u2"))).arrays["w"]
    assert scalar.shape == () and scalar == 1


def test_a_type_that_is_not_read_is_named_with_those_that_are_and_no_word_of_damage(tmp_path):
    file = foreign(tmp_path / "a.safetensors", "complex64", np.zeros(2, np.complex64))
    np.savez(tmp_path / "b.npz", w=np.zeros(2, np.complex64))
    for path, name in ((file, "C64"), (tmp_path / "b.npz", "complex64")):
        with pytest.raises(errors.FileFormatError, match=rf"{name}.*F64.*U64.*BOOL.*BF16.*F8_E4M3") as caught:
            files.load(path)
        assert "download" not in str(caught.value)
    with pytest.raises(errors.FileFormatError, match="'Q8'"):
        files.load(header_file(tmp_path / "a.safetensors", {"a": {**F32, "dtype": "Q8"}}, bytes(4)))


# ---- places in the file system


def test_what_is_no_regular_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    (tmp_path / "null.npz").symlink_to("/dev/null")
    (tmp_path / "zero.npz").symlink_to("/dev/zero")
    (tmp_path / "folder.npz").mkdir()
    for name in ("pipe", "null", "zero", "folder"):
        file = tmp_path / f"{name}.npz"
        words = rf"is {'a folder' if name == 'folder' else 'a device, a pipe or a socket'}, .*regular files"
        with pytest.raises(errors.FileFormatError, match=words):
            files.load(file)
        with pytest.raises(errors.SettingError, match=words):
            files.save(file, ARRAYS)
    assert (tmp_path / "null.npz").is_symlink() and (tmp_path / "pipe.npz").is_fifo()


def test_a_file_keeps_its_mode_and_is_never_readable_by_more_people(tmp_path, monkeypatch):
    file, modes = tmp_path / "a.safetensors", []
    files.save(file, ARRAYS)
    replace = os.replace
    monkeypatch.setattr(files.os, "replace", lambda a, b: (modes.append(Path(a).stat().st_mode), replace(a, b)))
    for mode in (0o600, 0o640):
        file.chmod(mode)
        files.save(file, ARRAYS)
        assert modes[-1] & 0o777 == file.stat().st_mode & 0o777 == mode


def test_what_open_would_refuse_is_refused(tmp_path, monkeypatch):
    """The operating system is asked, so that the owner of all rights may write what others may not."""
    file = tmp_path / "a.npz"
    files.save(file, ARRAYS)
    before, opened = file.read_bytes(), Path.open

    def refuse(path, mode="r", *rest):
        if path == file and mode != "rb":
            raise PermissionError(13, "Permission denied")
        return opened(path, mode, *rest)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PermissionError):
        files.save(file, {})
    assert file.read_bytes() == before and os.listdir(tmp_path) == ["a.npz"]


def test_bytes_are_on_the_disk_before_the_name_points_at_them_and_the_folder_afterwards(tmp_path, monkeypatch):
    calls, sync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(files.os, "fsync", lambda n: (calls.append("sync"), sync(n)))
    monkeypatch.setattr(files.os, "replace", lambda a, b: (calls.append("replace"), replace(a, b)))
    files.save(tmp_path / "a.npz", ARRAYS)
    assert calls == ["sync", "replace", "sync"]


def test_a_run_that_was_killed_while_saving_stands_in_nobodys_way(tmp_path):
    code = (
        "import os, sys; from d2lparams import files; import numpy as np\n"
        "files.os.replace = lambda *_: os._exit(9)\n"
        "files.save(sys.argv[1], {'w': np.ones(3)})"
    )
    file = tmp_path / "a.safetensors"
    files.save(file, {"w": np.zeros(3)})
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", code, file]).returncode == 9
    assert len(list(tmp_path.glob("*.part"))) == 2 and not files.load(file).arrays["w"].any()
    files.save(file, ARRAYS)
    same(files.load(file).arrays, ARRAYS)


WRONG = {
    "no path": lambda file: files.load(None),
    "a number for a path": lambda file: files.load(3),
    "bytes for a path": lambda file: files.load(b"a.npz"),
    "an open file": lambda file: files.load(io.BytesIO()),
    "an empty path": lambda file: files.load(""),
    "a path with NUL": lambda file: files.load("a\0.npz"),
    "half a letter in a path": lambda file: files.load("\ud800.npz"),
    "a path without end": lambda file: files.load("a" * 10**6),
    "NUL in a path to write": lambda file: files.save("a\0.npz", {}),
    "no path to write": lambda file: nn.Dense(1, in_units=1).save_parameters(None),
    "no dict": lambda file: files.save(file, None),
    "a list": lambda file: files.save(file, [np.ones(1)]),
    "a network": lambda file: files.save(file, nn.Dense(1)),
    "a parameter": lambda file: files.save(file, {"a": nn.Dense(1).weight}),
    "nothing in a dict": lambda file: files.save(file, {"a": None}),
    "words in a dict": lambda file: files.save(file, {"a": "b"}),
    "rows of different lengths": lambda file: files.save(file, {"a": [[1], [2, 3]]}),
    "an integer beyond any type": lambda file: files.save(file, {"a": 10**400}),
    "a long double": lambda file: files.save(file, {"a": np.ones(1, np.complex128)}),
    "a number for a name": lambda file: files.save(file, {1: np.ones(1)}),
    "a name without end": lambda file: files.save(file, {"a" * 10**6: np.ones(1)}),
    "a list for aliases": lambda file: files.save(file, {}, ["a"]),
    "a number for an alias": lambda file: files.save(file, {"a": np.ones(1)}, {"b": 3}),
    "a list in the metadata": lambda file: files.save(file, {}, None, {"a": ["b"]}),
    "a number for arrays": lambda file: files.save_arrays(file, 3),
    "a set of arrays": lambda file: files.save_arrays(file, {1, 2}),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_a_wrong_argument_is_a_short_lesson_and_no_file(tmp_path, name, suffix):
    with pytest.raises(errors.D2LError) as caught:
        WRONG[name](tmp_path / f"a{suffix}")
    assert 40 < len(str(caught.value)) < 400
    assert os.listdir(tmp_path) == []


# ---- lists and dicts of arrays


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_arrays_come_back_as_the_list_or_dict_that_they_were(tmp_path, suffix):
    file = tmp_path / f"a{suffix}"
    many = [nd.full((2,), i) for i in range(12)]
    for data, back in ((many[3], [many[3]]), (many, many), (tuple(many), many), ([], [])):
        files.save_arrays(file, data)
        loaded = files.load_arrays(file)
        assert isinstance(loaded, list) and [a.asnumpy().tolist() for a in loaded] == [
            a.asnumpy().tolist() for a in back
        ]
    files.save_arrays(file, {"1": many[1], "0": many[0]})
    loaded = files.load_arrays(file)
    assert isinstance(loaded, dict) and (loaded["1"] == many[1]).all() and (loaded["0"] == many[0]).all()


def test_an_alias_becomes_an_array_of_its_own(tmp_path):
    files.save(tmp_path / "a.npz", {"w": nd.ones(2)}, {"v": "w"})
    loaded = files.load_arrays(tmp_path / "a.npz")
    loaded["v"][:] = 5
    assert (loaded["w"] == 1).all()


# ---- damage, and how much memory a file may ask for


@pytest.fixture
def originals(tmp_path):
    """Four small files of a network with a tie, in every form."""
    net, layer = nn.Sequential(), nn.Dense(4, in_units=4)
    net.add(layer, layer, nn.Dense(2, in_units=4))
    net.initialize(init.Normal(1.0))
    for suffix in (".safetensors", ".npz"):
        net.save_parameters(tmp_path / f"net{suffix}")
    np.savez_compressed(tmp_path / "packed.npz", **files.load(tmp_path / "net.npz").arrays)
    codes = np.arange(16, dtype=np.uint8).reshape(4, 4)
    return net, [
        *((tmp_path / name).read_bytes() for name in ("net.safetensors", "net.npz", "packed.npz")),
        foreign(tmp_path / "wide.safetensors", "float8_e5m2", codes).read_bytes(),
    ]


def attempt(net, file, content, **flags):
    """Load, and return what came of it; after an error the network has to hold the bits that it held."""
    file.unlink(missing_ok=True)  # some disks are slow to write over a file
    file.write_bytes(content)
    before = [p.data().asnumpy().tobytes() for p in net.collect_params().values()]
    try:
        net.load_parameters(file, **flags)
    except (errors.FileFormatError, errors.LoadError) as error:
        message = str(error)
    else:
        return "loaded"
    assert 60 < len(message) < 2000
    assert [p.data().asnumpy().tobytes() for p in net.collect_params().values()] == before
    return "refused"


def test_a_damaged_file_is_refused_or_loads_and_nothing_is_half_done(tmp_path, originals):
    net, contents = originals
    rng, outcomes = np.random.default_rng(7), []
    for content, _ in zip(damaged_files(contents, seed=7), range(1500), strict=False):
        flags = ("allow_missing", "ignore_extra", "cast_dtype", "only_matching")
        outcomes.append(attempt(net, tmp_path / "bad", content, **dict(zip(flags, rng.random(4) < 0.4, strict=True))))
    assert outcomes.count("refused") > 500 and outcomes.count("loaded") > 50


def test_a_damaged_file_asks_for_little_memory(tmp_path, originals):
    tracemalloc.start()
    for content, _ in zip(damaged_files(originals[1], seed=8), range(150), strict=False):
        attempt(originals[0], tmp_path / "bad", content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_a_file_is_in_memory_once_when_it_is_read_and_not_again_when_it_is_written(tmp_path, suffix):
    arrays = {str(i): np.full((500, 1000), i, np.float32) for i in range(10)}
    size = sum(array.nbytes for array in arrays.values())
    tracemalloc.start()
    files.save(tmp_path / f"a{suffix}", arrays)
    assert tracemalloc.get_traced_memory()[1] < 0.3 * size
    saved = files.load(tmp_path / f"a{suffix}")
    assert tracemalloc.get_traced_memory()[1] < 1.3 * size
    tracemalloc.stop()
    assert saved.arrays["9"][499, 999] == 9


# ---- limits: what stands at them is taken, what goes beyond them is refused before any work


@pytest.mark.parametrize(("length", "words"), [(60_000_000, "JSON|Expecting"), (100_000_001, "promise a header")])
def test_a_header_may_be_as_long_as_the_format_allows(tmp_path, length, words):
    file = tmp_path / "a.safetensors"
    with file.open("wb") as stream:
        stream.write(length.to_bytes(8, "little"))
        stream.truncate(8 + length)  # takes no room on the disk
    with pytest.raises(errors.FileFormatError, match=words):
        files.load(file)


def test_a_header_of_just_the_longest_length_is_written_and_read(tmp_path, monkeypatch):
    file = tmp_path / "a.safetensors"
    files.save(file, ARRAYS)
    length = int.from_bytes(file.read_bytes()[:8], "little")
    monkeypatch.setattr(files, "LONGEST_HEADER", length)
    files.save(file, ARRAYS)
    same(files.load(file).arrays, ARRAYS)
    monkeypatch.setattr(files, "LONGEST_HEADER", length - 1)
    with pytest.raises(errors.SettingError, match=f"take {length:,} bytes"):
        files.save(file, ARRAYS)
    with pytest.raises(errors.FileFormatError, match="promise a header"):
        files.load(file)


@pytest.mark.parametrize(
    ("content", "words"),
    [(bytes(7), "it has 7 bytes"), (bytes(8), "Expecting"), (b"\3" + bytes(7) + b"{}", "promise a header of 3 bytes")],
    ids=["no length", "no header", "a header that lacks a byte"],
)
def test_a_file_that_ends_in_its_header_says_where(tmp_path, content, words):
    (tmp_path / "a.safetensors").write_bytes(content)
    with pytest.raises(errors.FileFormatError, match=words):
        files.load(tmp_path / "a.safetensors")


def test_a_name_stands_in_the_file_in_its_own_letters(tmp_path):
    files.save(tmp_path / "a.safetensors", {"가중치": np.ones(1)})
    assert '"가중치"'.encode() in (tmp_path / "a.safetensors").read_bytes()


def test_a_name_and_a_path_may_be_as_long_as_their_limits(tmp_path):
    longest = "x" * 16_000
    for suffix in (".npz", ".safetensors"):
        files.save(tmp_path / f"a{suffix}", {longest: np.ones(1)})
        assert list(files.load(tmp_path / f"a{suffix}").arrays) == [longest]
        with pytest.raises(errors.SettingError, match="cannot stand in a file"):
            files.save(tmp_path / f"b{suffix}", {longest + "x": np.ones(1)})
    folder = str(tmp_path)
    path = folder + "/" * (4096 - len(folder) - len("/a.npz")) + "/a.npz"
    assert len(path) == 4096
    assert Path(files.as_path(path)) == tmp_path / "a.npz"
    assert files.as_path("a") == Path("a")
    for wrong in ("/" + path, ""):
        with pytest.raises(errors.SettingError, match="named by a text"):
            files.load(wrong)


@pytest.mark.parametrize(("swollen", "words"), [(1500, "more than 1100 times"), (900, "promises another length")])
def test_a_file_may_unpack_to_what_deflate_can_pack(tmp_path, swollen, words):
    file = tmp_path / "a.npz"
    np.savez_compressed(file, w=np.zeros(1_000_000, np.uint8))  # packed to a thousandth
    assert files.load(file).arrays["w"].size == 1_000_000
    with zipfile.ZipFile(file, "a") as archive:
        archive.infolist()[0].file_size = swollen * file.stat().st_size
        archive.comment = b"changed"  # so that the table of members is written anew
    with pytest.raises(errors.FileFormatError, match=words):
        files.load(file)
