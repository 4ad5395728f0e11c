"""A file read a piece at a time: the header first, then what is asked for, and lessons for what is no such file."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from d2lparams import errors, files, opened, real, view

RNG = np.random.default_rng(11)
ARRAYS = {
    "wide": RNG.normal(size=(40, 3000)).astype(np.float32),
    "half": RNG.normal(size=(300, 20, 3)).astype(np.float16),
    "whole": np.arange(-5, 6),
    "flags": np.array([True, False, True]),
    "scalar": np.array(2.5),
    "empty": np.zeros((3, 0), np.float32),
}


def written(folder: Path, kind: str) -> Path:
    """Return a file of the arrays, as somebody else's program writes it."""
    path = folder / f"net.{kind.partition(' ')[0]}"
    if kind == "safetensors":
        save_file(ARRAYS, path, {"made": "by the library"})
    elif kind == "npz packed":
        np.savez_compressed(path, **ARRAYS)
    elif kind == "npz turned":
        np.savez(path, **{name: np.array(array, order="F") for name, array in ARRAYS.items()})
    elif kind == "npz swapped":
        np.savez(path, **{name: array.astype(array.dtype.newbyteorder(">")) for name, array in ARRAYS.items()})
    else:
        np.savez(path, **ARRAYS)
    return path


KINDS = ["safetensors", "npz", "npz packed", "npz turned", "npz swapped"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_where_the_header_says_whoever_wrote_the_file(tmp_path, kind):
    file = opened.look(written(tmp_path, kind))
    assert file.kind == kind.partition(" ")[0] and file.places.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        place = file.place(name)
        assert (place.shape, place.size, place.nbytes) == (array.shape, array.size, array.nbytes)
        found = file.read(name)
        assert found.dtype == array.dtype and found.dtype.isnative
        np.testing.assert_array_equal(found, array)
    np.testing.assert_array_equal(file.values("wide", 2999, 3003), ARRAYS["wide"].reshape(-1)[2999:3003])


def test_the_header_alone_is_read_and_then_what_is_looked_at(tmp_path):
    path = tmp_path / "net.safetensors"
    files.save(path, ARRAYS)
    file = opened.look(path)
    assert file.taken < 1000 < file.size
    before = file.taken
    file.values("wide", 10, 20)
    assert file.taken == before + 40
    packed = opened.look(written(tmp_path, "npz packed"))
    before = packed.taken
    packed.values("wide", 10, 20)
    once = packed.taken - before
    packed.values("wide", 30, 40)
    assert packed.taken - before == once > 100_000  # unpacked as a whole, and kept


def sparse(path: Path, gigabytes: int) -> dict[str, int]:
    """Make a file of tensors with no number written but a few at the end; return what its header says."""
    rows = gigabytes * (1 << 30) // (4096 * 4 * 2)
    shape, size = [rows, 4096], rows * 4096 * 4
    header = {
        f"{i}.weight": {"dtype": "F32", "shape": shape, "data_offsets": [i * size, (i + 1) * size]} for i in (0, 1)
    }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as stream:
        stream.write(len(text).to_bytes(8, "little") + text)
        stream.truncate(8 + len(text) + 2 * size)
        stream.seek(-8, io.SEEK_END)
        stream.write(np.float32([1.5, -2.5]).tobytes())
    return {"rows": rows, "size": size}


def test_of_a_file_of_two_gigabytes_the_header_and_slices_are_read(tmp_path):
    path = tmp_path / "large.safetensors"
    made = sparse(path, 2)
    file = opened.look(path)
    assert file.size > 1 << 31 and file.taken < 300
    np.testing.assert_array_equal(file.values("1.weight", made["rows"] * 4096 - 2), [1.5, -2.5])
    sample = file.sample("1.weight")
    assert not sample.whole and sample.rows[0] == 0 and sample.rows[-1] == made["rows"] - 1
    assert sample.values[-1, -1] == -2.5
    assert file.taken < 1_000_000


@pytest.mark.parametrize("shape", [(5,), (700_000,), (50_000, 16), (900, 300), (40, 9000), (3, 200_000), (700_000, 1)])
def test_a_sample_is_all_or_lies_evenly_and_is_about_as_large_as_asked(tmp_path, shape):
    path, array = tmp_path / "a.safetensors", np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    files.save(path, {"a": array})
    sample = opened.look(path).sample("a")
    assert sample.whole == (array.size <= 2 * opened.MOST)
    assert sample.whole or sample.values.size <= 1.3 * opened.MOST
    flat = sample.values.reshape(-1)
    assert flat[0] == 0 and len(np.unique(flat)) == flat.size
    assert flat.max() >= 0.9 * array.max()
    for row, values in zip(sample.rows, sample.values, strict=sample.values.ndim == 2):
        np.testing.assert_array_equal(values, array.reshape(shape[0], -1)[row, : len(values)])


def test_a_name_or_a_slice_that_is_not_there_has_its_lesson(tmp_path):
    file = opened.look(written(tmp_path, "npz"))
    with pytest.raises(errors.UnknownNameError, match="Did you mean 'wide'"):
        file.read("wyde")
    with pytest.raises(errors.OutOfRangeError, match="has 11 numbers"):
        file.values("whole", 3, 12)
    with pytest.raises(errors.SettingError):
        file.sample("whole", 3)


def test_a_file_that_changes_while_it_is_open_is_not_read_on(tmp_path):
    path = written(tmp_path, "npz")
    file = opened.look(path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(errors.FileFormatError, match="Open it again"):
        file.values("wide", 0, 4)


def test_aliases_and_notes_are_those_that_loading_finds(tmp_path):
    path = tmp_path / "tied.npz"
    files.save(path, {"a": np.ones(3)}, aliases={"b": "a"}, metadata={"by": "us"})
    file = opened.look(path)
    assert file.aliases == {"b": "a"} and file.metadata == {"by": "us"} and file.place("b") is file.place("a")
    for name in ("lande", "bart", "silero", "digits"):
        source = real.FOLDER / f"{name}.safetensors"
        file, held = opened.look(source), files.load(source)
        assert file.metadata == held.metadata
        for key, array in held.arrays.items():
            np.testing.assert_array_equal(file.read(key), array)


def zipped(names: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return stream.getvalue()


class Trap:
    """What runs code when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was opened",))


def npy(array) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, allow_pickle=True)
    return stream.getvalue()


FOREIGN = {
    "net.pkl": (pickle.dumps(Trap()), "a pickle"),
    "net.pt": (zipped({"net/data.pkl": pickle.dumps(Trap()), "net/data/0": b"1234"}), "torch.save"),
    "net.gguf": (b"GGUF" + bytes(100), "llama.cpp"),
    "net.h5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"),
    "net.npy": (npy(np.ones(3)), "single array"),
    "net.gz": (b"\x1f\x8b" + bytes(100), "gzip"),
    "lfs.safetensors": (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    "login.safetensors": (b"<!DOCTYPE html><title>Log in</title>", "HTML"),
    "objects.npz": (zipped({"a.npy": npy(np.array([Trap()], object))}), "such as object"),
    "words.npz": (zipped({"a.txt": b"hello"}), "no array"),
    "text.safetensors": (b"hello world, this is a text", "can be trusted"),
    "nothing.safetensors": (b"", "0 bytes"),
    "long.safetensors": ((1 << 40).to_bytes(8, "little") + b"{}", "promise a header"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_or_hostile_file_has_a_lesson_and_nothing_of_it_is_run(tmp_path, name):
    data, lesson = FOREIGN[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(errors.FileFormatError, match=lesson):
        opened.look(tmp_path / name)


@pytest.mark.parametrize("kind", ["safetensors", "npz"])
def test_a_file_that_was_cut_off_is_told_when_it_is_opened(tmp_path, kind):
    path = written(tmp_path, kind)
    data = path.read_bytes()
    for end in (4, 20, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:end])
        with pytest.raises(errors.FileFormatError):
            opened.look(path)


def test_arrays_of_types_that_are_not_read_are_left_alone_and_named(tmp_path):
    np.savez(tmp_path / "a.npz", weight=np.ones(3), notes="made in May", objects=np.array([Trap()], object))
    file = opened.look(tmp_path / "a.npz")
    assert list(file.places) == ["weight"] and file.unread == {"notes": "<U11", "objects": "object"}
    header = {
        "packed": {"dtype": "F4", "shape": [4], "data_offsets": [0, 2]},
        "weight": {"dtype": "U8", "shape": [3], "data_offsets": [2, 5]},
    }
    text = json.dumps(header).encode()
    (tmp_path / "a.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + b"\1\2\3\4\5")
    file = opened.look(tmp_path / "a.safetensors")
    assert file.unread == {"packed": "F4"} and file.read("weight").tolist() == [3, 4, 5]
    say = view.open_file(tmp_path / "a.safetensors").compute(0, 0).say
    assert "packed (F4)" in say["en"] and "packed (F4)" in say["ko"]
    with pytest.raises(errors.FileFormatError, match="F4"):
        files.load(tmp_path / "a.safetensors")


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = written(tmp_path, "npz packed")
    monkeypatch.setattr(opened, "LARGEST", 1000)
    file = opened.look(path)
    with pytest.raises(errors.SettingError, match=r"np\.savez instead"):
        file.values("wide", 0, 1)
    np.testing.assert_array_equal(file.read("whole"), ARRAYS["whole"])


def test_a_chosen_file_is_the_one_in_its_folder_or_another_instead(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.SettingError, match="yours/second"):
        opened.chosen("second")
    assert opened.chosen("first", "other.npz") == Path("other.npz")
    (tmp_path / "yours" / "first").mkdir(parents=True)
    files.save(tmp_path / "yours" / "first" / "mine.npz", ARRAYS)
    assert opened.chosen("first", "other.npz").name == "mine.npz"
    with pytest.raises(errors.SettingError, match="place"):
        opened.chosen("../first")
