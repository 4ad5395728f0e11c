"""Damaged files under seeds of hypothesis, so that `make fuzz` tries others for as long as one likes."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from damage import damaged_files
from hypothesis import given
from hypothesis import strategies as st

from d2lparams import errors, files


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("originals")
    arrays = {"0.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "0.bias": np.ones(2), "mask": np.eye(2) > 0}
    for name in ("a.safetensors", "a.npz"):
        files.save(folder / name, arrays, {"1.weight": "0.weight"}, {"made": "here"})
    return folder, [(folder / name).read_bytes() for name in ("a.safetensors", "a.npz")]


@given(seed=st.integers(0, 2**32 - 1))
def test_a_damaged_file_gives_arrays_or_a_lesson_and_no_other_error(originals, seed):
    folder, contents = originals
    for content, _ in zip(damaged_files(contents, seed), contents, strict=False):
        (folder / "bad").write_bytes(content)
        with contextlib.suppress(errors.FileFormatError):  # anything else fails the test
            saved = files.load(folder / "bad")
            assert set(saved.aliases.values()) <= set(saved.arrays)
