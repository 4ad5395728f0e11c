"""Arrays in files: safetensors, read and written by hand, and npz.  Never pickle: no file is executed by loading it.

A safetensors file is eight bytes with the length of a header, the header (JSON: for each name its dtype, shape and
place), and the bytes of the arrays.  Because a file may come from anywhere, `load` checks everything it promises before
it returns anything.  An alias is a second name for an array: a tied parameter is written once.
"""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from .errors import FileFormatError, LoadError, NameConflictError, SettingError, ShapeError
from .parameter import Parameter, merge_shapes

__all__ = ["Location", "Saved", "load", "load_block", "save", "save_block"]

Array = npt.NDArray[Any]
Location = str | os.PathLike[str]
DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
    "U8": "|u1", "BOOL": "|b1",
}  # fmt: skip
NAMES = {np.dtype(code): name for name, code in DTYPES.items()}
ALIASES = "d2lparams.aliases"  # a key of the metadata, and a member of an npz file
RESERVED = ("__metadata__", ALIASES)
LONGEST_HEADER = 100_000_000  # the limit of the format's own library


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


def save(
    file: Location,
    arrays: Mapping[str, Array],
    aliases: Mapping[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write arrays to a file; if that fails, an older file of that name is still there.

    Parameters
    ----------
    file : path
        Ending in ``.safetensors`` or ``.npz``.
    arrays : mapping of str to ndarray
        Of floats, integers or truth values.
    aliases : mapping of str to str, optional
        From a second name to a name in `arrays`.
    metadata : mapping of str to str, optional
    """
    writers: dict[str, Callable[..., None]] = {".safetensors": _write_safetensors, ".npz": _write_npz}
    suffix = Path(file).suffix.lower()
    if suffix not in writers:
        raise SettingError(
            f"{Path(file).name!r} ends in neither .safetensors nor .npz, the formats that can be written."
        )
    path = Path(file).resolve()  # a link stays a link: what it points at is written
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} to write {path.name} into. Make it first.")
    ready = {name: np.ascontiguousarray(array).reshape(np.shape(array)) for name, array in arrays.items()}
    for name, array in ready.items():
        if array.dtype.newbyteorder("<") not in NAMES:
            raise SettingError(f"{name} holds {array.dtype}, which safetensors cannot. Cast it first.")
    second, notes = dict(aliases or {}), dict(metadata or {})
    for word in (*ready, *second, *notes, *notes.values()):
        text = isinstance(word, str) and not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in word)
        if not text or word in RESERVED:
            raise SettingError(f"{word!r:.60} cannot stand in a file: names and metadata are text, not {RESERVED}.")
    for alias, name in second.items():
        if name not in ready or alias in ready:
            raise SettingError(f"The alias {alias!r} has to be a new name for one of the arrays, not for {name!r}.")
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with temporary.open("wb") as stream:
            writers[suffix](stream, ready, second, notes)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def load(file: Location) -> Saved:
    """Read a safetensors or npz file, whatever it is called.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    FileFormatError
        If it is truncated, of another format, or not what its header promises.
    """
    path = Path(file)
    with path.open("rb") as stream:
        zipped = stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")  # with members, and empty
    return _read_npz(path) if zipped else _read_safetensors(path)


# ---- safetensors


def _write_safetensors(
    stream: BinaryIO, arrays: dict[str, Array], aliases: dict[str, str], metadata: dict[str, str]
) -> None:
    header: dict[str, Any] = {}
    notes = {**metadata, ALIASES: json.dumps(aliases)} if aliases else metadata
    if notes:
        header["__metadata__"] = notes
    place = 0
    # Widest first, as the format's own library does: then every array is aligned to its dtype.
    ordered = sorted(arrays.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    for name, array in ordered:
        little = array.dtype.newbyteorder("<")
        header[name] = {
            "dtype": NAMES[little], "shape": list(array.shape), "data_offsets": [place, place + array.nbytes],
        }  # fmt: skip
        place += array.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    stream.write(len(text).to_bytes(8, "little") + text)
    for _, array in ordered:
        stream.write(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())


def _read_safetensors(path: Path) -> Saved:
    content = path.read_bytes()
    if len(content) < 8:
        raise _foreign(path, f"it has {len(content)} bytes, and a safetensors file begins with 8 bytes of length")
    length = int.from_bytes(content[:8], "little")
    if length > LONGEST_HEADER or 8 + length > len(content):
        raise _foreign(
            path, f"its first 8 bytes promise a header of {length:,} bytes, but the file has {len(content):,}"
        )
    try:
        header = json.loads(content[8 : 8 + length].decode(), object_pairs_hook=_no_duplicates)
        if not isinstance(header, dict):
            raise ValueError("the header is no JSON object")
        notes = header.pop("__metadata__", {})
        if not isinstance(notes, dict) or not all(isinstance(value, str) for value in notes.values()):
            raise ValueError("the metadata is no table of strings")
        arrays = _cut(header, memoryview(content)[8 + length :])
        aliases = _checked_aliases(json.loads(notes.pop(ALIASES, "{}")), arrays)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _foreign(path, str(error)) from error
    return Saved(arrays, aliases, notes)


def _cut(header: dict[str, Any], data: memoryview) -> dict[str, Array]:
    """Cut the bytes into the arrays that the header describes; they must cover the bytes without hole or overlap."""
    places = []
    for name, entry in header.items():
        if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
            raise ValueError(f"the entry of {name!r} is not dtype, shape and data_offsets")
        if not isinstance(entry["dtype"], str) or entry["dtype"] not in DTYPES:
            raise ValueError(f"{name!r} has the dtype {entry['dtype']!r}, which numpy has no type for")
        if not all(isinstance(entry[key], list) for key in ("shape", "data_offsets")):
            raise ValueError(f"the shape or the place of {name!r} is no list")
        numbers = [*entry["shape"], *entry["data_offsets"]]
        if not all(type(n) is int and n >= 0 for n in numbers) or len(entry["data_offsets"]) != 2:
            raise ValueError(f"the shape or the place of {name!r} is not made of whole numbers")
        dtype, (begin, end) = np.dtype(DTYPES[entry["dtype"]]), entry["data_offsets"]
        if end - begin != math.prod(entry["shape"]) * dtype.itemsize:
            raise ValueError(f"{name!r} of shape {entry['shape']} does not fill its {end - begin} bytes")
        places.append((begin, end, name, dtype, tuple(entry["shape"])))
    covered = 0
    for begin, end, name, _, _ in sorted(places):
        if begin != covered:
            raise ValueError(f"there is a hole or an overlap before {name!r}")
        covered = end
    if covered != len(data):
        raise ValueError(f"the arrays take {covered:,} bytes, but {len(data):,} are there: it was cut off or extended")
    return {
        # Truth values are read as numbers first: a byte of 2 would make neither True nor False.
        name: np.frombuffer(data[begin:end], "u1" if dtype.kind == "b" else dtype).reshape(shape).astype(_native(dtype))
        for begin, end, name, dtype, shape in places
    }


def _native(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return dtype.newbyteorder("=")


# ---- npz


def _write_npz(stream: BinaryIO, arrays: dict[str, Array], aliases: dict[str, str], metadata: dict[str, str]) -> None:
    import zipfile  # a tenth of the whole import, and most programs never meet an npz file

    members = dict(arrays)
    if aliases or metadata:
        members[ALIASES] = np.array(json.dumps({"aliases": aliases, "metadata": metadata}))
    with zipfile.ZipFile(stream, "w") as archive:  # not np.savez, which takes some names for its own arguments
        for name, array in members.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def _read_npz(path: Path) -> Saved:
    import zipfile

    arrays: dict[str, Array] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            items = archive.infolist()
            packed, whole = sum(item.compress_size for item in items), sum(item.file_size for item in items)
            # Deflate packs zeros to a thousandth, nothing further.
            if whole > (1100 if whole < 1 << 30 else 1000) * max(packed, 1000):
                raise ValueError("it would unpack to more than a thousand times its size")
            for item in items:
                name = item.filename.removesuffix(".npy")
                if name in arrays or name == item.filename:
                    raise ValueError(f"the member {item.filename!r} occurs twice, or is no array")
                with archive.open(item) as member:
                    arrays[name] = _read_member(member, item.file_size)
        notes = json.loads(str(arrays.pop(ALIASES))) if ALIASES in arrays else {}
        if not isinstance(notes, dict):
            raise ValueError("its table of aliases is no table")
        if not all(array.dtype.newbyteorder("<") in NAMES for array in arrays.values()):
            raise ValueError("a member is no array of numbers")
        aliases = _checked_aliases(notes.get("aliases", {}), arrays)
        metadata = {str(key): str(value) for key, value in notes.get("metadata", {}).items()}
    except Exception as error:  # numpy and zipfile raise many kinds for damaged files
        raise _foreign(path, str(error)) from error
    return Saved(
        {name: array.astype(_native(array.dtype), copy=False) for name, array in arrays.items()}, aliases, metadata
    )


def _read_member(member: IO[bytes], size: int) -> Array:
    """Read one array, but only if it says that it is as long as it is: nothing is reserved on a false promise."""
    version = np.lib.format.read_magic(member)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(member)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != size - member.tell():
        raise ValueError("a member holds Python objects, or its header promises another length")
    member.seek(0)
    return np.lib.format.read_array(member, allow_pickle=False)


# ---- shared checks


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name occurs twice in the header")
    return dict(pairs)


def _checked_aliases(aliases: Any, arrays: dict[str, Array]) -> dict[str, str]:
    if not isinstance(aliases, dict) or any(
        k in arrays or not isinstance(v, str) or v not in arrays for k, v in aliases.items()
    ):
        raise ValueError("an alias names no array of the file")
    return aliases


def _foreign(path: Path, why: str) -> FileFormatError:
    return FileFormatError(
        f"{path.name} is no safetensors or npz file that can be trusted: {why}. Nothing was loaded. Copy or download "
        "it again, or export the weights anew; a pickled file (.pt, .pkl) has to be converted where it was made."
    )


# ---- networks and files

Named = Iterable[tuple[str, Parameter]]


def save_block(named: Named, file: Location) -> None:
    """Write every parameter once, under the first of its paths; the other paths become aliases."""
    first: dict[Parameter, str] = {}
    aliases = {}
    seen: dict[str, Parameter] = {}
    for path, parameter in named:
        if seen.setdefault(path, parameter) is not parameter:
            raise NameConflictError(
                f"Two different parameters, {seen[path].name} and {parameter.name}, have the path {path}, under which "
                "they would be saved. Give one of them another name or attribute. Nothing was written."
            )
        if first.setdefault(parameter, path) != path:
            aliases[path] = first[parameter]
    save(file, {path: parameter.data()._data for parameter, path in first.items()}, aliases)


def load_block(
    named: Named,
    file: Location,
    allow_missing: bool = False,
    ignore_extra: bool = False,
    cast_dtype: bool = False,
) -> None:
    """Read a file into the parameters; see `Block.load_parameters`."""
    saved = load(file)
    arrays = dict(saved.arrays)
    arrays.update({alias: saved.arrays[path] for alias, path in saved.aliases.items()})
    paths: dict[Parameter, list[str]] = {}
    for path, parameter in named:
        paths.setdefault(parameter, []).append(path)
    known = {path for group in paths.values() for path in group}
    missing = [group[0] for group in paths.values() if not any(path in arrays for path in group)]
    extra = sorted(set(arrays) - known)
    if missing and not allow_missing:
        raise LoadError(
            f"{file} holds no values for {_listed(missing)}; it holds {_listed(sorted(arrays))}. Names are structural "
            "paths, so the file may come from a network of another shape. allow_missing=True leaves them as they are."
        )
    if extra and not ignore_extra:
        raise LoadError(
            f"{file} holds {_listed(extra)}, but the network has no such parameter; it has {_listed(sorted(known))}. "
            "ignore_extra=True leaves them in the file."
        )
    pairs = [
        (
            parameter,
            _chosen(parameter, [(path, arrays[path]) for path in group if path in arrays], cast_dtype),
        )
        for parameter, group in paths.items()
        if any(path in arrays for path in group)
    ]
    for parameter, values in pairs:
        parameter.set_data(values)


def _chosen(parameter: Parameter, found: list[tuple[str, Array]], cast_dtype: bool) -> Array:
    """Return the one array for a parameter after checking that the file agrees with itself and with the parameter."""
    path, values = found[0]
    for other, array in found[1:]:
        if array is not values and not np.array_equal(values, array, equal_nan=True):
            raise LoadError(
                f"The network ties {path} and {other} (Parameter {parameter.name}), but the file holds different "
                "values for them. Load it into a network without the tie, or delete one of the two from the file."
            )
    try:
        merge_shapes(parameter.shape, values.shape, parameter.name)
        if 0 in values.shape:
            raise ShapeError(f"It is empty in the file, of shape {values.shape}.")
    except ShapeError as error:
        raise LoadError(f"{path} cannot be loaded. {error} Nothing was loaded.") from error
    if values.dtype != parameter.dtype and not cast_dtype:
        raise LoadError(
            f"{path} is {values.dtype} in the file, but Parameter {parameter.name} is {parameter.dtype}. "
            "cast_dtype=True converts it, net.cast() changes the network. Nothing was loaded."
        )
    return values


def _listed(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "") if names else "nothing"
