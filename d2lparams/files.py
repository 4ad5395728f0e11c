"""Arrays in files: safetensors, read and written by hand, and npz.  Never pickle: no file is executed by loading it.

A safetensors file is eight bytes with the length of a header, the header (JSON: for each name its dtype, shape and
place), and the bytes of the arrays.  Because a file may come from anywhere, `load` checks what it promises before it
reserves memory for it.  An alias is a second name for an array: a tied parameter is written once.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from .array import NDArray, plain
from .checks import MOST_AXES, Array, Shape, as_values, exactly
from .errors import D2LError, DTypeError, FileFormatError, LoadError, NameConflictError, SettingError
from .parameter import Parameter

__all__ = ["LoadReport", "Location", "Saved", "load", "load_arrays", "load_block", "save", "save_arrays", "save_block"]

Location = str | os.PathLike[str]
Texts = Mapping[str, str] | None
DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1",
}  # fmt: skip
NAMES = {np.dtype(code): name for name, code in DTYPES.items()}
NOTES = "__metadata__"  # an entry of a safetensors header, and a member of an npz file: a table of strings
ALIASES = "d2lparams.aliases"  # a key of that table
CONTAINER = "d2lparams.container"  # another: what `save_arrays` was given
RESERVED = (NOTES, ALIASES)
LONGEST_HEADER = 100_000_000  # bytes, the limit of the format's own library
LONGEST_NAME = 16_000  # letters; a zip file holds 65,535 bytes
LONGEST_PATH = 4096
ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")  # the beginning of a zip file with members, and of an empty one
SWELL = 1100  # deflate packs zeros to a thousandth, nothing further


@dataclass(frozen=True)
class Saved:
    """What a file holds.

    Attributes
    ----------
    arrays : dict of str to ndarray
    aliases : dict of str to str
        From a second name to the name in `arrays`.
    metadata : dict of str to str
    """

    arrays: dict[str, Array]
    aliases: dict[str, str]
    metadata: dict[str, str]

    def find(self, name: str) -> Array | None:
        """Return the array of that name or alias, or None.

        PyTorch's ``save_model`` writes tied tensors once, too, and notes each other name in the metadata.
        """
        return self.arrays.get(self.aliases.get(name, name), self.arrays.get(self.metadata.get(name, name)))


def save(file: Location, arrays: Mapping[str, Any], aliases: Texts = None, metadata: Texts = None) -> None:
    """Write arrays to a file; if that fails, an older file of that name is still there.

    Parameters
    ----------
    file : path
        Ending in ``.safetensors`` or ``.npz``.
    arrays : mapping of str to NDArray or ndarray
        Of floats, integers or truth values.
    aliases : mapping of str to str, optional
        From a second name to a name in `arrays`.
    metadata : mapping of str to str, optional
    """
    path, second, notes = as_path(file), {} if aliases is None else aliases, {} if metadata is None else metadata
    write = {".safetensors": _write_safetensors, ".npz": _write_npz}.get(path.suffix.lower())
    if write is None:
        raise SettingError(f"{path.name[-60:]!r} ends in neither .safetensors nor .npz, the formats that are written.")
    if not all(isinstance(table, Mapping) for table in (arrays, second, notes)):
        raise DTypeError(
            f"Arrays, aliases and metadata are dicts by name, got {arrays!r:.60}. A network is saved by "
            "net.save_parameters(file), a list of arrays by save_arrays."
        )
    for word in (*arrays, *second, *notes, *notes.values()):
        long = word in arrays and len(word) > LONGEST_NAME if _is_text(word) else True
        if long or "\0" in word or word in RESERVED:
            raise SettingError(f"{word!r:.60} cannot stand in a file: names and metadata are text, not {RESERVED}.")
    ready = _writable(arrays)
    for alias, name in second.items():
        if not isinstance(name, str) or name not in ready or alias in ready:
            raise SettingError(f"The alias {alias!r:.60} has to be a new name for an array, not for {name!r:.60}.")
    with _replacing(path) as stream:
        write(stream, ready, {**notes, ALIASES: json.dumps(dict(second))} if second else dict(notes))


def load(file: Location) -> Saved:
    """Read a safetensors or npz file, whatever it is called.

    The types of 8 bits (``F8_E4M3`` ...) and ``BF16``, which numpy lacks, become float32 without loss.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    FileFormatError
        If it is truncated, of another format, no regular file, or not what its header promises; or if it holds arrays
        of a type that is not read.
    """
    path = as_path(file)
    mode_of(path, FileFormatError)
    with trusting(path), path.open("rb") as stream:
        zipped = stream.read(4) in ZIPPED
        stream.seek(0)
        return (_read_npz if zipped else _read_safetensors)(stream, os.fstat(stream.fileno()).st_size)


@contextlib.contextmanager
def trusting(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong in reading a file into a lesson; no memory, and a disk that fails, are not its fault."""
    try:
        yield
    except (OSError, MemoryError, FileFormatError):
        raise
    except UnreadType as error:
        raise FileFormatError(
            f"{path.name:.100} was not loaded: {error}, which is not read. Types that are: "
            f"{', '.join(READ)}. Convert it where it was made, to float32 for example."
        ) from error
    except Exception as error:  # numpy and zipfile raise many kinds for damaged files
        why = f"{str(error) or repr(error):.300}"
        raise FileFormatError(
            f"{path.name:.100} is no safetensors or npz file that can be trusted: {why}. Nothing was loaded. Copy "
            "or download it again, or export the weights anew; a pickled file (.pt, .pkl) has to be converted "
            "where it was made."
        ) from error


# ---- places in the file system


def as_path(file: Any) -> Path:
    with contextlib.suppress(TypeError, ValueError):  # no path, bytes, or half a character
        text = os.fspath(file)
        if len(text) <= LONGEST_PATH and "\0" not in text and os.fsencode(text):  # of no letters: no bytes
            return Path(text)
    raise SettingError(f"A file is named by a text or a pathlib.Path such as 'net.safetensors', got {file!r:.60}.")


def mode_of(path: Path, refusal: type[D2LError]) -> int:
    """Return the mode of a regular file; others could wait for ever (a pipe), never end, or not be replaced."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a device, a pipe or a socket"
        raise refusal(f"{path.name or path!s:.100} is {kind}, and weights are kept in regular files. Name a file.")
    return stat.S_IMODE(mode)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a stream; what was written replaces the file in one step, with its mode, or after an error not at all."""
    target = Path(os.path.realpath(path))  # a link stays a link: what it points at is written
    if not target.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {str(target.parent)[-100:]} to write {path.name[-60:]} into.")
    mode = None
    with contextlib.suppress(FileNotFoundError):
        mode = mode_of(target, SettingError)
        target.open("ab").close()  # what cannot be opened is not replaced either
    temporary = target.with_name(f"{target.name[:40]}.{os.urandom(6).hex()}.part")
    try:
        with temporary.open("xb") as stream:
            if mode is not None:
                temporary.chmod(mode)  # before there is anything to read in it
            yield stream
            stream.flush()
            os.fsync(stream.fileno())  # else a power cut could leave the new name with half the bytes
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):  # the file is there; Windows opens no folders
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


# ---- safetensors


class UnreadType(Exception):
    """A file is whole, as far as one can tell, but holds arrays of a type that is not read."""


class Entry(NamedTuple):
    begin: int
    end: int
    name: str
    dtype: str
    shape: tuple[int, ...]


def _write_safetensors(stream: BinaryIO, arrays: dict[str, Array], notes: dict[str, str]) -> None:
    header: dict[str, Any] = {NOTES: notes} if notes else {}
    place = 0
    # Widest first, as the format's own library does: then every array is aligned to its dtype.
    ordered = sorted(arrays.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    for name, array in ordered:
        span = [place, place + array.nbytes]
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": span}
        place += array.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    if len(text) > LONGEST_HEADER:
        raise SettingError(f"Names and metadata take {len(text):,} bytes; safetensors allows {LONGEST_HEADER:,}.")
    stream.write(len(text).to_bytes(8, "little") + text)
    for _, array in ordered:
        stream.write(array.reshape(-1).view(np.uint8).data)


def _read_safetensors(stream: BinaryIO, size: int) -> Saved:
    header = read_header(stream, size)
    notes = header.pop(NOTES, {})
    arrays = {entry.name: _read_entry(stream, entry) for entry in layout(header, size - stream.tell())}
    return with_notes(arrays, notes)


def read_header(stream: BinaryIO, size: int) -> dict[str, Any]:
    if size < 8:
        raise ValueError(f"it has {size} bytes, and a safetensors file begins with 8 bytes of length")
    length = int.from_bytes(stream.read(8), "little")
    if length > LONGEST_HEADER or 8 + length > size:
        raise ValueError(f"its first 8 bytes promise a header of {length:,} bytes, but the file has {size:,}")
    try:
        header = json.loads(stream.read(length).decode(), object_pairs_hook=_no_duplicates, parse_int=_as_length)
    except RecursionError:
        raise ValueError("the header is nested too deeply") from None
    if not isinstance(header, dict):
        raise ValueError("the header is no JSON object")
    return header


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(table := dict(pairs)) != len(pairs):
        raise ValueError("a name occurs twice in the header")
    return table


def _as_length(digits: str) -> int:
    if len(digits) > 19 or int(digits) >= 2**63:  # before the product of a shape could grow without end
        raise ValueError(f"the header holds a length of {len(digits)} digits")
    return int(digits)


def layout(header: dict[str, Any], room: int, unread: dict[str, str] | None = None) -> list[Entry]:
    """Return the places of the arrays in order; they must cover the `room` bytes without hole or overlap.

    An array of a type that is not read is an error, unless there is a dict `unread` to put its name and its type into.
    """
    entries = sorted(_entry(name, entry, unread) for name, entry in header.items())
    covered = 0
    for entry in entries:
        if entry.begin != covered:
            raise ValueError(f"there is a hole or an overlap before {entry.name!r:.60}")
        covered = entry.end
    if covered != room:
        raise ValueError(f"the arrays take {covered:,} bytes, but {room:,} are there: it was cut off or extended")
    return entries


def _entry(name: str, entry: Any, unread: dict[str, str] | None) -> Entry:
    fields = entry if isinstance(entry, dict) else {}
    parts: list[Any] = [fields.get(key) for key in ("dtype", "shape", "data_offsets")]
    word, shape, place = parts
    fit = isinstance(word, str) and isinstance(shape, list) and isinstance(place, list) and len(fields) == 3
    if not fit or len(place) != 2 or len(shape) > MOST_AXES or not _is_text(name):
        raise ValueError(f"the entry of {name!r:.60} is not dtype, shape and data_offsets, of {MOST_AXES} axes at most")
    if not all(type(n) is int and n >= 0 for n in (*shape, *place)):
        raise ValueError(f"the shape or the place of {name!r:.60} is not made of whole numbers")
    if word not in READ:
        if unread is None:
            raise UnreadType(f"{name!r:.60} is of the type {word!r:.30}")
        unread[name] = word
    elif place[1] - place[0] != math.prod(shape) * np.dtype(READ[word][0]).itemsize:
        raise ValueError(f"{name!r:.60} of shape {shape!s:.100} does not fill its {place[1] - place[0]} bytes")
    return Entry(place[0], place[1], name, word, tuple(shape))


def _read_entry(stream: BinaryIO, entry: Entry) -> Array:
    stored, decoded = READ[entry.dtype]
    values = np.empty(math.prod(entry.shape), stored)
    if stream.readinto(values.view(np.uint8)) != values.nbytes:  # type: ignore[attr-defined]
        raise ValueError("it became shorter while it was read")
    return native(decoded(values)).reshape(entry.shape)


def native(values: Array) -> Array:
    """Return `values` in the byte order of the machine."""
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _float8(fraction: int, bias: int, top: Sequence[float] = ()) -> Array:
    """Return what the 256 codes of an 8-bit float stand for.

    Parameters
    ----------
    fraction : int
        How many bits the fraction has; the exponent has the other seven.
    bias : int
        What is taken from the exponent.
    top : sequence of float
        What the largest codes stand for instead of numbers; if nothing, minus zero is the only NaN (types ``FNUZ``).
    """
    exponent, rest = np.divmod(np.arange(128), 1 << fraction)
    whole = rest + ((exponent > 0) << fraction)  # subnormal numbers lack the hidden bit
    half = np.ldexp(whole, (np.maximum(exponent, 1) - bias - fraction).astype(np.intc))
    half[128 - len(top) :] = top
    table = np.concatenate([half, -half]).astype(np.float32)
    if not top:
        table[128] = np.nan
    return table


def _powers(codes: Array) -> Array:
    return np.append(np.ldexp(1.0, np.arange(-127, 128, dtype=np.intc)), np.nan).astype(np.float32)[codes]


# For each type in a file the type of numpy's that is read, and what that stands for, as numpy lacks some.
READ: dict[str, tuple[str, Callable[[Array], Array]]] = {
    name: (code, lambda values: values) for name, code in DTYPES.items()
} | {
    "BOOL": ("|u1", lambda codes: codes != 0),  # a byte of 2 would make a bool that is neither True nor False
    "BF16": ("<u2", lambda codes: (codes.astype(np.uint32) << 16).view(np.float32)),  # the upper half of a float32
    "F8_E4M3": ("|u1", lambda codes: _float8(3, 7, [np.nan])[codes]),
    "F8_E5M2": ("|u1", lambda codes: _float8(2, 15, [np.inf, np.nan, np.nan, np.nan])[codes]),
    "F8_E4M3FNUZ": ("|u1", lambda codes: _float8(3, 8)[codes]),
    "F8_E5M2FNUZ": ("|u1", lambda codes: _float8(2, 16)[codes]),
    "F8_E8M0": ("|u1", _powers),  # scales: powers of two
}


# ---- npz


def _write_npz(stream: BinaryIO, arrays: dict[str, Array], notes: dict[str, str]) -> None:
    import zipfile  # a tenth of the whole import, and most programs never meet an npz file

    members = {**arrays, NOTES: np.array(json.dumps(notes))} if notes else arrays
    with zipfile.ZipFile(stream, "w") as archive:  # not np.savez, which takes some names for its own arguments
        for name, array in members.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def unzip(stream: BinaryIO) -> Any:
    """Return the `ZipFile` in a stream."""
    import zipfile

    try:
        return zipfile.ZipFile(stream)
    except zipfile.BadZipFile as error:
        raise ValueError(f"its table of members, at the end, cannot be read ({error}): it was cut off") from error


def _read_npz(stream: BinaryIO, size: int) -> Saved:
    archive = unzip(stream)
    check_members(archive.infolist(), size)
    arrays = {item.filename.removesuffix(".npy"): read_member(archive, item) for item in archive.infolist()}
    return with_notes(arrays, json.loads(str(arrays.pop(NOTES, "{}"))))


def check_members(items: Sequence[Any], size: int) -> None:
    """Raise unless the members lie in the `size` bytes one after another and can be unpacked to what they promise."""
    if sum(item.file_size for item in items) > SWELL * size:
        raise ValueError(f"it would unpack to more than {SWELL} times its size")
    names, covered = set(), 0
    for item in sorted(items, key=lambda item: item.header_offset):
        end = item.header_offset + item.compress_size
        if item.filename in names or not item.filename.endswith(".npy") or item.compress_type not in (0, 8):
            raise ValueError(f"the member {item.filename!r:.60} occurs twice, or is no array, stored or deflated")
        if item.header_offset < covered or end > size:
            raise ValueError(f"the member {item.filename!r:.60} overlaps another, or the end of the file")
        names.add(item.filename)
        covered = end


def member_header(member: Any, item: Any, name: str) -> tuple[Shape, bool, np.dtype[Any], int]:
    """Return shape, whether columns come first, type and length of the header of an array; it is as long as it says."""
    version = np.lib.format.read_magic(member)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(member)
    if name != NOTES and dtype.newbyteorder("<") not in NAMES:
        raise UnreadType(f"{name!r:.60} is of the type {dtype!s:.30}")
    if math.prod(shape) * dtype.itemsize != item.file_size - member.tell():
        raise ValueError(f"the header of {name!r:.60} promises another length")
    return shape, fortran, dtype, member.tell()


def read_member(archive: Any, item: Any) -> Array:
    """Read one array, but only if it says that it is as long as it is: nothing is reserved on a false promise."""
    name = item.filename.removesuffix(".npy")
    try:
        with archive.open(item) as member:
            member_header(member, item, name)
        with archive.open(item) as member:  # not seek(0), after which the checksum would not be compared
            values = np.lib.format.read_array(member, allow_pickle=False)
    except EOFError as error:
        raise ValueError(f"it ends inside the member {name!r:.60}") from error
    return np.asarray(native(values), order="C")


# ---- shared checks


def _writable(arrays: Mapping[str, Any]) -> dict[str, Array]:
    """Return the arrays as they are written: contiguous, little-endian, of a type that the formats have."""
    ready = {}
    for name, value in arrays.items():
        array = np.asarray(as_values(plain(value), f"{name!r:.60} cannot be saved as"), order="C")
        little = array.dtype.newbyteorder("<")
        if little not in NAMES:
            raise DTypeError(f"{name!r:.60} holds {array.dtype}, which safetensors cannot. Cast it first.")
        ready[name] = array.astype(little, copy=False)
    return ready


def _is_text(word: Any) -> bool:
    return isinstance(word, str) and not any("\ud800" <= letter <= "\udfff" for letter in word)


def with_notes(arrays: dict[str, Array], notes: Any) -> Saved:
    if not isinstance(notes, dict) or not all(map(_is_text, (*notes, *notes.values()))):
        raise ValueError("the metadata is no table of strings")
    aliases = json.loads(notes.pop(ALIASES, "{}"))
    if not isinstance(aliases, dict) or not all(
        _is_text(alias) and alias not in arrays and isinstance(name, str) and name in arrays
        for alias, name in aliases.items()
    ):
        raise ValueError("an alias names no array of the file")
    return Saved(arrays, aliases, notes)


# ---- lists and dicts of arrays


def save_arrays(file: Location, data: Any) -> None:
    """Write an array, a list or a dict of arrays, as Gluon's ``nd.save`` does.

    Parameters
    ----------
    file : path
        Ending in ``.safetensors`` or ``.npz``.
    data : NDArray, list of NDArray or dict of str to NDArray
    """
    items = [data] if isinstance(data, NDArray) else data
    if isinstance(items, list | tuple):
        save(file, {str(i): array for i, array in enumerate(items)}, metadata={CONTAINER: "list"})
    else:
        save(file, items)


def load_arrays(file: Location) -> list[NDArray] | dict[str, NDArray]:
    """Return the arrays of a file: a list if `save_arrays` was given one array or a list, else a dict by name."""
    saved = load(file)
    arrays = {name: NDArray(array) for name, array in saved.arrays.items()}
    arrays |= {alias: NDArray(saved.arrays[name].copy()) for alias, name in saved.aliases.items()}
    numbered = [str(i) for i in range(len(arrays))]
    listed = saved.metadata.get(CONTAINER) == "list" and arrays.keys() == set(numbered)
    return [arrays[name] for name in numbered] if listed else arrays


# ---- networks and files

Named = Iterable[tuple[str, Parameter]]


@dataclass(frozen=True, repr=False)
class LoadReport:
    """What `load_parameters` did; it prints as a short table.

    Attributes
    ----------
    file : str
    loaded, missing : tuple of str
        Paths of parameters that took values, and of those that the file holds nothing for; a tied one comes once.
    extra : tuple of str
        Names in the file that the network has no parameter for.
    mismatched : tuple of (str, tuple, tuple or None)
        Paths with the shape in the file and the shape in the network; they were left as they are.
    """

    file: str
    loaded: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    mismatched: tuple[tuple[str, Shape, Shape | None], ...]

    def __repr__(self) -> str:
        shapes = [f"{path:.60} {theirs!s:.60} in the file, {ours!s:.60} here" for path, theirs, ours in self.mismatched]
        rows = {"loaded": self.loaded, "missing": self.missing, "extra": self.extra, "mismatched": shapes}
        return "\n".join([self.file, *(_row(name, items) for name, items in rows.items() if items)])


def _row(name: str, items: Sequence[str]) -> str:
    more = f" and {len(items) - 4:,} more" if len(items) > 4 else ""
    return f"  {name:10} {len(items):5}   " + "; ".join(f"{item:.180}" for item in items[:4]) + more


def paths_of(named: Named) -> dict[Parameter, list[str]]:
    """Return the paths of every parameter: several of one that is tied."""
    paths: dict[Parameter, list[str]] = {}
    for path, parameter in named:
        paths.setdefault(parameter, []).append(path)
    return paths


def save_block(named: Named, file: Location) -> None:
    """Write every parameter once, under the first of its paths; the other paths become aliases."""
    named, seen = tuple(named), dict[str, Parameter]()
    for path, parameter in named:
        if seen.setdefault(path, parameter) is not parameter:
            raise NameConflictError(
                f"Two different parameters, {seen[path].name:.60} and {parameter.name:.60}, have the path {path:.60}, "
                "under which they would be saved. Give one of them another name or attribute. Nothing was written."
            )
    paths = paths_of(named)
    aliases = {path: group[0] for group in paths.values() for path in group[1:]}
    save(file, {group[0]: parameter.data() for parameter, group in paths.items()}, aliases)


def load_block(
    named: Named, file: Location, allow_missing: bool, ignore_extra: bool, cast_dtype: bool, only_matching: bool
) -> LoadReport:
    """Read a file into the parameters; see `Block.load_parameters`."""
    saved, paths = load(file), paths_of(named)
    report, chosen = _match(f"{Path(file).name:.100}", saved, paths)
    unlike = (report.missing and not allow_missing) or (report.extra and not ignore_extra) or report.mismatched
    if (unlike and not only_matching) or (not chosen and (paths or saved.arrays)):  # no effect at all is a mistake, too
        allowed = (
            "allow_missing=True leaves what is missing as it is, ignore_extra=True leaves what is extra in the file, "
            "only_matching=True takes just what fits."
        )
        raise LoadError(
            f"The network and the file differ, so nothing was loaded:\n{replace(report, loaded=())!r}\nNames are "
            "structural paths, so the file may come from another network. "
            f"{allowed if chosen else 'No array fits a parameter in name and shape, and no flag allows that.'}"
        )
    ready = [(parameter, _converted(parameter, path, values, cast_dtype)) for path, parameter, values in chosen]
    del saved, chosen  # so that each array is let go of when it is written
    while ready:
        parameter, values = ready.pop()
        parameter.set_data(values)
    return report


def _match(
    file: str, saved: Saved, paths: dict[Parameter, list[str]]
) -> tuple[LoadReport, list[tuple[str, Parameter, Array]]]:
    """Return what can be loaded into what, as a report and as arrays."""
    missing, mismatched, chosen = [], [], []
    for parameter, group in paths.items():
        found = [(path, array) for path in group if (array := saved.find(path)) is not None]
        if not found:
            missing.append(group[0])
            continue
        (path, values), known = found[0], parameter.shape
        for other, array in found[1:]:
            if array is not values and not np.array_equal(values, array, equal_nan=True):
                raise LoadError(
                    f"The network ties {path:.60} and {other:.60} (Parameter {parameter.name:.60}), but {file} holds "
                    "different values for them, so nothing was loaded. Load it into a network without the tie, or "
                    "delete one of the two from the file."
                )
        if parameter.fits(values.shape):
            chosen.append((path, parameter, values))
        else:
            mismatched.append((path, values.shape, known))
    extra = (saved.arrays.keys() | saved.aliases.keys()).difference(*paths.values())
    loaded = tuple(path for path, _, _ in chosen)
    return LoadReport(file, loaded, tuple(missing), tuple(sorted(extra)), tuple(mismatched)), chosen


def _converted(parameter: Parameter, path: str, values: Array, cast_dtype: bool) -> Array:
    """Return the values in the parameter's dtype; changes nothing, and says if a value cannot be kept."""
    whose = f"Nothing was loaded: {path:.60} is {values.dtype} in the file, Parameter {parameter.name:.60}"
    if values.dtype != parameter.dtype and not cast_dtype:
        raise LoadError(f"{whose} is {parameter.dtype}. cast_dtype=True converts it, net.cast() changes the network.")
    try:
        return exactly(values, parameter.dtype, whose)
    except DTypeError as error:
        raise LoadError(f"{error} Use net.cast({values.dtype.name!r}).") from error
