"""Damaged files: what a bad disk, a broken download or a hostile sender makes of a file of weights."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Iterator

import numpy as np

NUMBERS = [-1, 0, 1, 2, 3, 63, 64, 255, 2**31, 2**32 - 1, 2**53, 2**63 - 1, 2**63, 2**64, 10**4000, 0.5, 1e999]
WORDS = ["", "F32", "F64", "BF16", "F8_E4M3", "BOOL", "C64", "F4", "Q8", "\ud800", "0.weight", "x" * 5000]
VALUES = [*NUMBERS, *WORDS, None, True, [], {}, [[]], [1] * 100, [2**62] * 64, {"a": 1}, {"dtype": "F32"}]


def pick(rng: np.random.Generator, choices):
    """Return one of `choices`, unconverted."""
    return choices[int(rng.integers(len(choices)))]


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """Return `content` with one to three faults."""
    edit = edit_zip if content[:2] == b"PK" else edit_header
    for _ in range(int(rng.integers(1, 4))):
        content = pick(rng, [truncate, flip, flip, splice, overwrite, edit, edit, edit])(content, rng)
    return content


def damaged_files(originals: list[bytes], seed: int) -> Iterator[bytes]:
    """Yield damaged copies of `originals` in turn, without end and the same for the same seed."""
    rng = np.random.default_rng(seed)
    while True:
        for content in originals:
            yield damaged(content, rng)


def truncate(content: bytes, rng: np.random.Generator) -> bytes:
    """Cut the file off, or add to it."""
    return content[: int(rng.integers(len(content) + 1))] + pick(rng, [b"", b"", b"\0", bytes(100)])


def flip(content: bytes, rng: np.random.Generator) -> bytes:
    """Flip up to eight bits, more often near the beginning and the end, where the tables are."""
    changed = bytearray(content)
    for _ in range(int(rng.integers(1, 9)) if changed else 0):
        near = int(rng.integers(min(len(changed), pick(rng, [64, 400, 1 << 40]))))
        changed[pick(rng, [near, -1 - near])] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def splice(content: bytes, rng: np.random.Generator) -> bytes:
    """Repeat, drop or move a piece."""
    begin, end, to = sorted(int(n) for n in rng.integers(len(content) + 1, size=3))
    return pick(rng, [content[:end] + content[begin:], content[:begin] + content[end:], content[to:] + content[:to]])


def overwrite(content: bytes, rng: np.random.Generator) -> bytes:
    """Write a hostile number over a few bytes: a length, an offset, a size."""
    number = pick(rng, NUMBERS[1:13]) & 0xFFFFFFFFFFFFFFFF
    word = number.to_bytes(8, "little")[: pick(rng, [2, 4, 8])]
    place = int(rng.integers(min(len(content), pick(rng, [16, 400, 1 << 40])) + 1))
    return content[:place] + word + content[place + len(word) :]


def edit_header(content: bytes, rng: np.random.Generator) -> bytes:
    """Change the JSON of a safetensors file: it is well-formed, and lies."""
    try:
        length = int.from_bytes(content[:8], "little")
        header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
        entry = pick(rng, sorted(header))
        fields = header[entry]
    except (ValueError, TypeError, IndexError, RecursionError):
        return content  # an earlier fault has left no header to edit
    if isinstance(fields, dict) and fields and rng.random() < 0.8:
        key = pick(rng, sorted(fields))
        if isinstance(fields[key], list) and fields[key] and rng.random() < 0.7:
            fields[key][int(rng.integers(len(fields[key])))] = pick(rng, VALUES)
        else:
            fields[key] = pick(rng, VALUES)
    else:
        header[pick(rng, [entry, "new", *WORDS])] = pick(rng, [fields, *VALUES])
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def edit_zip(content: bytes, rng: np.random.Generator) -> bytes:
    """Change a field of a member's two headers, or write the archive anew with a member that lies."""
    if rng.random() < 0.5:
        sign, size = pick(rng, [(b"PK\x01\x02", 46), (b"PK\x03\x04", 30), (b"PK\x05\x06", 22)])
        places = [found.start() for found in re.finditer(re.escape(sign), content)]
        if not places:
            return content
        place = pick(rng, places) + int(rng.integers(4, size - 4))
        return content[:place] + struct.pack("<I", pick(rng, NUMBERS[1:10])) + content[place + 4 :]
    lie = pick(rng, ["(10**12,)", "(-1,)", "(1000000000000,)", "()", "'x'", "(" * 300, "(2,2,", "(0," * 3])
    kind = pick(rng, ["<f4", "|O", "<c8", "<U9", ">f8", "|b1", "<f16", "x" * 90])
    head = f"{{'descr': '{kind}', 'fortran_order': {pick(rng, ['True', 'False', '9'])}, 'shape': {lie}}}\n".encode()
    start = b"\x93NUMPY" + pick(rng, [b"\1\0", b"\2\0", b"\3\0", b"\7\7"]) + struct.pack("<H", len(head)) + head
    file = io.BytesIO()
    with zipfile.ZipFile(
        file, "w", pick(rng, [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    ) as archive:
        for name in ("0.weight.npy", pick(rng, ["0.bias.npy", "__metadata__.npy", "a.pkl"])):
            archive.writestr(name, start + bytes(pick(rng, [0, 16, 4000])))
    return file.getvalue()
