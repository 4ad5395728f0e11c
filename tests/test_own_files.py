"""A reader's own file as a figure: what it shows of each tensor, how little it reads, and two files side by side."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from d2lparams import errors, files, opened, real, view
from d2lparams.view.tensors import SHOWN

RNG = np.random.default_rng(2)
LIST, HISTOGRAM, HEAT, SPECTRUM = range(4)


@pytest.fixture
def path(tmp_path):
    """Return a file with something to say of each tensor."""
    drawn = RNG.normal(0, 0.02, (64, 32)).astype(np.float32)
    broken, dead = drawn.copy(), RNG.normal(0, 1, (64, 32)) * np.linspace(1, 3, 64)[:, None]
    broken[0, 0], dead[5] = np.nan, 0
    arrays = {
        "drawn": drawn, "copy": drawn.copy(), "broken": broken, "dead": dead, "zeros": np.zeros(40), "one": np.ones(1),
        "none": np.zeros((0, 3)), "lost": np.full((3, 3), np.nan), "codes": np.arange(12, dtype=np.uint8).reshape(3, 4),
        "flags": np.array([True, False]), "half": drawn[:, 0].astype(np.float16),
    }  # fmt: skip
    files.save(tmp_path / "net.safetensors", arrays, aliases={"tied": "drawn"})
    return tmp_path / "net.safetensors"


def test_the_list_says_what_stands_out(path):
    figure = view.open_file(path)
    names = list(figure.controls[1].options)
    notes = {}
    for which in range(len(names)):
        notes |= {row[0]: row[-1] for row in figure.compute(LIST, which).table[1:]}
    said = {name: note["en"] if isinstance(note, dict) else note for name, note in notes.items()}
    assert said == {
        "drawn": "has a copy", "copy": "has a copy", "broken": "not finite", "dead": "1 rows of 0", "one": "",
        "zeros": "0 everywhere", "none": "", "lost": "not finite", "codes": "", "flags": "", "half": "",
        "tied": "second name",
    }  # fmt: skip
    say = figure.compute(LIST, names.index("drawn")).say["en"]
    assert "12 names" not in say and "11 tensors" in say and "sigma 0.02" in say and "those of copy" in say


def test_every_tensor_can_be_looked_at_in_every_way_and_what_cannot_be_drawn_says_why(path):
    figure = view.open_file(path)
    for look in (LIST, HISTOGRAM, HEAT, SPECTRUM):
        for which, name in enumerate(figure.controls[1].options):
            state = figure.compute(look, which)
            assert name in state.say["en"] and name in state.say["ko"] and len(state.table) > 1
            assert state.marks or name in {"none", "lost"} or look == SPECTRUM, (look, name)


def test_of_a_large_file_only_what_is_shown_is_read(tmp_path, monkeypatch):
    files.save(tmp_path / "large.npz", {f"{i}.weight": np.zeros((1000, 500), np.float32) + i for i in range(20)})
    seen = []
    module = sys.modules["d2lparams.view.open_file"]
    monkeypatch.setattr(module, "look", lambda file: seen.append(opened.look(file)) or seen[-1])
    figure = view.open_file(tmp_path / "large.npz")
    header = seen[0].taken
    figure.compute(LIST, 0)
    assert seen[0].taken - header < SHOWN * 300_000 + 20 * 2000 < seen[0].size / 4
    before = seen[0].taken
    figure.compute(LIST, 1)
    assert seen[0].taken == before, "what was looked at is remembered"


def test_rows_that_no_word_reached_are_told_with_what_they_were_drawn_from():
    figure = view.open_file(real.FOLDER / "bart.safetensors")
    say = figure.compute(LIST, 0).say
    assert "13 of 66 rows look as they were drawn" in say["en"] and "sigma 0.02" in say["en"] and "55–65" in say["ko"]


def test_a_file_without_tensors_or_of_another_kind_is_no_figure(tmp_path):
    files.save(tmp_path / "empty.safetensors", {})
    with pytest.raises(errors.SettingError, match="nothing to show"):
        view.open_file(tmp_path / "empty.safetensors")
    (tmp_path / "net.pt").write_bytes(b"\x80\x02}q\x00.")
    with pytest.raises(errors.FileFormatError, match="a pickle"):
        view.open_file(tmp_path / "net.pt")
    with pytest.raises(FileNotFoundError):
        view.open_file(tmp_path / "nowhere.npz")


def test_two_files_show_what_moved_what_is_frozen_and_what_does_not_fit(tmp_path):
    first = {"a": np.ones(4), "b": np.ones((2, 2)), "c": np.zeros(3), "d": np.ones(2), "gone": np.ones(1)}
    second = {"a": np.full(4, 1.5), "b": np.ones((2, 2)), "c": np.ones(3), "d": np.ones(3), "new": np.ones(1)}
    files.save(tmp_path / "1.npz", first)
    files.save(tmp_path / "2.npz", second)
    figure = view.compare_files(tmp_path / "1.npz", tmp_path / "2.npz")
    state = figure.compute(0, 1)
    assert "a moved by 50.00% of its length" in state.say["en"] and "1 of 3 tensors are frozen" in state.say["en"]
    for words in ("first: gone", "second: new", "shape: d"):
        assert words in state.say["en"]
    assert [row[0] for row in state.table[1:]] == ["a", "b", "c", "gone", "new", "d"]
    order = [figure.compute(k, 1).say["en"].split("d. ", 1)[1] for k in range(3)]
    assert "all 4 numbers are the same in both" in order[-1] and "cannot be said" in order[1]
