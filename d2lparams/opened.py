"""A file of weights, read a piece at a time: its header first, then only what is looked at.

`look` checks a safetensors or npz file as strictly as `files.load` does, but it reads no numbers: of 2 GB it takes the
few kilobytes that say where each tensor lies.  Numbers come when they are asked for, a slice or a sample.  No file is
executed, and one of another format is told by its first bytes.
"""

from __future__ import annotations

import io
import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from . import files
from .checks import Array, Shape, as_count, one_of
from .errors import FileFormatError, OutOfRangeError, SettingError, UnknownNameError, nearest, shown

__all__ = ["MOST", "Opened", "Place", "Sample", "chosen", "look"]

MOST = 1 << 16  # values of a tensor that are read where nobody asks for more
RUN = 1 << 13  # values that are read in one piece, where a tensor has so many
FEW = 16  # rows; of a matrix with fewer, pieces of rows are read
LARGEST = 1 << 28  # bytes of a tensor that has to be unpacked as a whole
PIECE = 1 << 20  # values that are compared at a time
PROOF = 1 << 24  # values; of tensors with more, samples are compared

CONVERT = "Convert it where it was made"
FOREIGN = {  # how files begin that are taken for weights, and what to do about them
    b"\x80": f"a pickle. To open one is to run the code in it, so nothing here does. {CONVERT}: in PyTorch "
    "safetensors.torch.save_file(torch.load(file, weights_only=True), 'weights.safetensors')",
    b"GGUF": "a GGUF file, as llama.cpp has it, whose numbers are packed in blocks of a few bits each. Take the "
    "safetensors file that it was made from",
    b"\x89HDF": f"an HDF5 file, as Keras writes .h5. {CONVERT}: np.savez('weights.npz', *model.get_weights())",
    b"\x93NUMPY": "a single array, .npy. Put it into a file of arrays: np.savez('weights.npz', name=np.load(file))",
    b"\x1f\x8b": "packed with gzip. Unpack it first",
    b"version http": "a note of Git LFS that stands in the place of the file, which was not fetched: git lfs pull",
    b"<": "a page of HTML, such as a host sends in the place of a file that one has to log in for. Download it again",
}
PICKLED = (
    "a zip file with a pickle in it, as torch.save writes it (.pt, .pth, .bin). To open one is to run the code in it, "
    f"so nothing here does. {CONVERT}: "
    "safetensors.torch.save_file(torch.load(file, weights_only=True), 'weights.safetensors')"
)


class Place(NamedTuple):
    """Where a tensor lies in a file.

    ``dtype`` is the name of its type in safetensors; ``begin`` the offset in the file, or -1 where the tensor is packed
    and can only be read as a whole; ``nbytes`` what it takes, unpacked.
    """

    name: str
    dtype: str
    shape: Shape
    begin: int
    nbytes: int
    stored: np.dtype[Any]
    decoded: Callable[[Array], Array]

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    @property
    def sides(self) -> tuple[int, int]:
        """Rows and columns, all axes but the first taken as one; a vector is one row."""
        rows = self.shape[0] if len(self.shape) > 1 else 1
        return rows, self.size // rows if rows else 0


class Sample(NamedTuple):
    """Some numbers of a tensor: all, or runs of them that lie evenly in it.

    ``values`` is of shape (rows, columns), or (n,) for what has no rows, or too few, ``rows`` says which rows they are,
    ``whole`` whether they are all.
    """

    values: Array
    rows: Array
    whole: bool


class _Metered(io.FileIO):
    """A file that counts the bytes that are read of it."""

    taken = 0

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer."""
        count = super().readinto(buffer) or 0
        self.taken += count
        return count

    def read(self, size: int | None = -1) -> bytes:
        """Read so many bytes, or all."""
        data = super().read(-1 if size is None else size) or b""
        self.taken += len(data)
        return data


@dataclass
class Opened:
    """A file whose header was read.

    Attributes
    ----------
    path : Path
    kind : {'safetensors', 'npz'}
    size : int
        Bytes of the file.
    places : dict of str to Place
        In the order in which they lie in the file.
    aliases : dict of str to str
        From a second name to the name in `places`.
    metadata : dict of str to str
    unread : dict of str to str
        Arrays of types that are not read, texts for example, with the names of the types: they are left alone.
    taken : int
        How many bytes were read so far.
    """

    path: Path
    kind: str
    size: int
    places: dict[str, Place]
    aliases: dict[str, str]
    metadata: dict[str, str]
    unread: dict[str, str]
    taken: int
    _unpacked: dict[str, Array] = field(default_factory=dict, repr=False)

    def place(self, name: str) -> Place:
        """Return where a tensor of that name, or alias, lies."""
        found = self.places.get(self.aliases.get(name, name))
        if found is None:
            raise UnknownNameError(f"{self.path.name:.100} has no {shown(name)}. {nearest(name, self.places)}")
        return found

    def values(self, name: str, start: int = 0, stop: int | None = None) -> Array:
        """Return numbers of a tensor, counted through all its axes; no others are read.

        Parameters
        ----------
        name : str
        start, stop : int
            From the first number to the one before the last; by default all.

        Returns
        -------
        ndarray of shape (stop - start,)
            Of the type in the file; what numpy lacks is float32.
        """
        place = self.place(name)
        last = place.size if stop is None else as_count(stop, "stop", 0)
        if not 0 <= as_count(start, "start", 0) <= last <= place.size:
            raise OutOfRangeError(f"{place.name:.60} has {place.size:,} numbers, none from {start} to {last}.")
        if place.begin < 0:
            return self._whole(place)[start:last].copy()
        raw = np.empty(last - start, place.stored)
        with self._stream() as stream:
            stream.seek(place.begin + start * place.stored.itemsize)
            buffer = memoryview(raw.view(np.uint8))  # type: ignore[arg-type]
            while buffer and (count := stream.readinto(buffer)):
                buffer = buffer[count:]
            self.taken += stream.taken
        if buffer:
            raise FileFormatError(f"{self.path.name:.100} became shorter since it was opened. Open it again.")
        return files.native(place.decoded(raw))

    def read(self, name: str) -> Array:
        """Return a whole tensor, of its shape."""
        return self.values(name).reshape(self.place(name).shape)

    def sample(self, name: str, most: int = MOST) -> Sample:
        """Return about `most` numbers of a tensor, or all if there are no more than twice as many.

        Of a matrix these are rows, or their beginnings if they are long: runs of neighbouring rows that lie evenly from
        the first to the last.  Of a vector they are runs of numbers.
        """
        place, most = self.place(name), as_count(most, "most", RUN)
        rows, columns = place.sides
        if place.size <= 2 * most:
            values = self.values(name)
            flat = len(place.shape) < 2
            return Sample(values if flat else values.reshape(rows, columns), np.arange(0 if flat else rows), True)
        if rows < FEW:
            starts = np.linspace(0, place.size - RUN, most // RUN).astype(np.int64)
            parts = [self.values(name, int(start), int(start) + RUN) for start in starts]
            return Sample(np.concatenate(parts), np.arange(0), False)
        width = min(columns, most // FEW)
        run = max(1, RUN // columns)  # neighbouring rows that are read in one piece
        starts = np.linspace(0, rows - run, max(FEW // run, most // (run * width), 1)).astype(np.int64)
        found = []
        for start in np.unique(starts).tolist():
            stop = (start + run) * columns if run > 1 else start * columns + width
            found.append(self.values(name, start * columns, stop).reshape(run, -1)[:, :width])
        which = (np.unique(starts)[:, None] + np.arange(run)).ravel()
        return Sample(np.concatenate(found), which, False)

    def same(self, name: str, other: Opened, others: str) -> bool:
        """Return whether two tensors hold the same numbers in the same shape; it stops at the first that differs.

        Of tensors with more than `PROOF` numbers samples are compared: reading gigabytes for a yes would take minutes.
        """
        one, two = self.place(name), other.place(others)
        if one.shape != two.shape:
            return False
        if one.size > PROOF:
            return _alike(self.sample(name).values, other.sample(others).values)
        for start in range(0, one.size, PIECE):
            stop = min(start + PIECE, one.size)
            ours, theirs = self.values(name, start, stop), other.values(others, start, stop)
            if not _alike(ours, theirs):
                return False
        return True

    def _stream(self) -> _Metered:
        stream = _Metered(self.path)
        if (now := os.fstat(stream.fileno()).st_size) != self.size:
            stream.close()
            raise FileFormatError(
                f"{self.path.name:.100} had {self.size:,} bytes when it was opened and has {now:,} now. Open it again."
            )
        return stream

    def _whole(self, place: Place) -> Array:
        """Return all numbers of a packed tensor, of which the last one is kept."""
        if place.nbytes > LARGEST:
            raise SettingError(
                f"{place.name:.60} is packed and takes {place.nbytes:,} bytes unpacked, more than the {LARGEST:,} that "
                "are unpacked here. Write the file with np.savez instead of np.savez_compressed, or as safetensors."
            )
        if place.name not in self._unpacked:
            self._unpacked.clear()
            with files.trusting(self.path), self._stream() as stream, files.unzip(stream) as archive:
                values = files.read_member(archive, archive.getinfo(f"{place.name}.npy"))
                self.taken += stream.taken
            self._unpacked[place.name] = values.reshape(-1)
        return self._unpacked[place.name]


def look(file: files.Location) -> Opened:
    """Open a safetensors or npz file by reading its header; it is checked, and no number is read.

    Parameters
    ----------
    file : path

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    FileFormatError
        If it is truncated, of another format, no regular file, or not what its header promises.

    Examples
    --------
    >>> from d2lparams import real
    >>> found = look(real.FOLDER / "bart.safetensors")
    >>> found.places["model.shared.weight"].shape, found.taken < 1000 < found.size
    ((63, 128), True)
    """
    path = files.as_path(file)
    files.mode_of(path, FileFormatError)
    path = Path(os.path.realpath(path))  # a link may lead elsewhere later
    with _Metered(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        head = stream.read(16)
        stream.seek(0)
        zipped = head[:4] in files.ZIPPED
        known = None if zipped or head[8:9] == b"{" else next((FOREIGN[k] for k in FOREIGN if head.startswith(k)), None)
        if known is not None:
            raise FileFormatError(f"{path.name:.100} is {known}.")
        unread: dict[str, str] = {}
        with files.trusting(path):
            read = _npz if zipped else _safetensors
            places, saved = read(stream, size, path, unread)
            if unread and not places:
                raise files.UnreadType("all of it is of types such as " + ", ".join(set(unread.values())))
        kind = "npz" if zipped else "safetensors"
        return Opened(path, kind, size, places, saved.aliases, saved.metadata, unread, stream.taken)


def chosen(place: str = "first", instead: files.Location | None = None) -> Path:
    """Return the file that a reader has chosen on a page of the book, or put into the folder ``yours/first``.

    Parameters
    ----------
    place : {'first', 'second'}
        The place on the page, which is the name of the folder as well.
    instead : path, optional
        The file to take where none was chosen.

    Raises
    ------
    SettingError
        If none was chosen and there is none to take instead.
    """
    folder = Path("yours", one_of(place, ("first", "second"), "place"))
    found = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    if not found and instead is None:
        raise SettingError(f"No file was chosen. Choose one above the cell, or put one into the folder yours/{place}.")
    return found[0] if found else files.as_path(instead)


def _alike(one: Array, other: Array) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind == other.dtype.kind == "f")


Read = tuple[dict[str, Place], files.Saved]


def _safetensors(stream: _Metered, size: int, path: Path, unread: dict[str, str]) -> Read:
    header = files.read_header(stream, size)
    notes = header.pop(files.NOTES, {})
    begin, places = stream.tell(), {}
    for entry in files.layout(header, size - begin, unread):
        if entry.name in unread:
            continue
        code, decoded = files.READ[entry.dtype]
        where = begin + entry.begin, entry.end - entry.begin
        places[entry.name] = Place(entry.name, entry.dtype, entry.shape, *where, np.dtype(code), decoded)
    return places, files.with_notes(dict.fromkeys(places, np.empty(0)), notes)


def _npz(stream: _Metered, size: int, path: Path, unread: dict[str, str]) -> Read:
    import json

    with files.unzip(stream) as archive:
        items = archive.infolist()
        if any(item.filename.endswith("data.pkl") for item in items):
            raise FileFormatError(f"{path.name:.100} is {PICKLED}.")
        files.check_members(items, size)
        places = {}
        notes = "{}"
        for item in items:
            name = item.filename.removesuffix(".npy")
            if name == files.NOTES:
                notes = str(files.read_member(archive, item))
                continue
            try:
                places[name] = _member(archive, item, stream)
            except files.UnreadType as error:
                unread[name] = str(error).rpartition(" ")[2]
    return places, files.with_notes(dict.fromkeys(places, np.empty(0)), json.loads(notes))


def _member(archive: Any, item: Any, stream: _Metered) -> Place:
    """Return where the numbers of a member of an npz file lie."""
    name = item.filename.removesuffix(".npy")
    with archive.open(item) as member:
        shape, fortran, dtype, length = files.member_header(member, item, name)
    begin = -1
    if item.compress_type == 0 and not (fortran and len(shape) > 1):
        stream.seek(item.header_offset + 26)
        lengths = stream.read(4)  # of the name and of what follows it, before the member itself
        begin = item.header_offset + 30 + length
        begin += int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    word = files.NAMES[dtype.newbyteorder("<")]
    return Place(name, word, shape, begin, math.prod(shape) * dtype.itemsize, dtype, lambda values: values)
