"""The figures of files compute what they show: damage is tried, a partial load is loaded, bits are those of numpy."""

from __future__ import annotations

import numpy as np
import pytest

from d2lparams import errors, files, nn, view
from d2lparams.view.damage import KINDS, outcomes
from d2lparams.view.precision import TYPES, VALUES, bits
from d2lparams.view.safe_write import BESIDE, IN_PLACE, verdicts


def test_every_damaged_byte_is_refused_or_changes_what_the_figure_says():
    content, found = outcomes()
    body = 8 + int.from_bytes(content[:8], "little")
    assert len(found) == len(content) and {one.kind for one in found} == set(KINDS)
    assert [one.kind for one in found[body:]] == ["number"] * (len(content) - body)  # no number has a check sum
    assert "number" not in {one.kind for one in found[:body]}
    assert all(bool(one.lesson) is (one.kind in ("refused", "names")) for one in found)


def test_the_sentence_of_a_damaged_number_says_what_it_was_and_what_it_is():
    content, _ = outcomes()
    figure = view.damage()
    body = 8 + int.from_bytes(content[:8], "little")
    assert "a 0.5 has become 0.125" in figure.compute(body + 3).say["en"]
    assert "G32" in figure.compute(figure.controls[0].start).say["en"]


def saved(tmp_path):
    """Return a file of three layers, and a network that shares the first with it and half of the second."""
    old, new = nn.Sequential(), nn.Sequential()
    old.add(nn.Dense(3, in_units=2), nn.Dense(3, in_units=3), nn.Dense(10, in_units=3))
    new.add(nn.Dense(3, in_units=2), nn.Dense(3, in_units=3, use_bias=False), nn.Dense(4, in_units=3), nn.Dense(1))
    for net in (old, new):
        net.initialize()
    old.save_parameters(tmp_path / "a.safetensors")
    return tmp_path / "a.safetensors", new


def test_a_partial_load_is_drawn_as_it_is_reported_and_changes_nothing(tmp_path):
    file, net = saved(tmp_path)
    before = net[0].weight.data().asnumpy()
    figure = view.matching(file, net)
    says = [figure.compute(which).say["en"] for which in range(5)]
    assert all("nothing is loaded" in say for say in says[1:]) and "3 of 7 parameters take values" in says[0]
    np.testing.assert_array_equal(net[0].weight.data().asnumpy(), before)
    report = net.load_parameters(file, only_matching=True)
    taken = {mark[4] for mark in figure.compute(0).marks if mark[0] == "t" and mark[-1] == "code strong"}
    assert taken == set(report.loaded) == {"0.weight", "0.bias", "1.weight"}
    lines = [mark for mark in figure.compute(0).marks if mark[0] == "l" and mark[-1] == "a"]
    assert len(lines) == 3 and len([m for m in figure.compute(0).marks if m[-1] == "b thin"]) == len(report.mismatched)
    for name in (*report.missing, *report.extra):
        assert name in says[0]


def test_a_file_that_fits_needs_no_flag_and_a_tie_takes_one_array_for_both_names(tmp_path):
    layer, net = nn.Dense(2, in_units=2, use_bias=False), nn.Sequential()
    net.add(layer, nn.Dense(2, in_units=2, use_bias=False, params=layer.params))
    net.initialize()
    files.save(tmp_path / "a.safetensors", {"0.weight": np.ones((2, 2), np.float16)})
    figure = view.matching(tmp_path / "a.safetensors", net)
    assert "2 of 2 parameters take values" in figure.compute(1).say["en"]


def test_a_map_of_too_many_names_is_refused(tmp_path):
    net = nn.Sequential()
    net.add(*[nn.Dense(1, in_units=1) for _ in range(9)])
    net.initialize()
    net.save_parameters(tmp_path / "a.npz")
    with pytest.raises(errors.SettingError, match="16 names"):
        view.matching(tmp_path / "a.npz", net)


@pytest.mark.parametrize("kind", TYPES)
def test_bits_are_as_many_as_the_type_has_and_stand_for_the_nearest_number(kind):
    exponent, fraction = TYPES[kind]
    for value in (*VALUES, -0.1, 0.0, np.inf, 1.00390625, 1.01171875):  # the last two lie between two bfloat16
        text, kept = bits(value, kind)
        assert len(text) == 1 + exponent + fraction and set(text) <= {"0", "1"}
        power = int(text[1 : 1 + exponent], 2)
        share = int(text[1 + exponent :], 2) / 2**fraction
        bias = 2 ** (exponent - 1) - 1
        whole = np.inf if power == 2 * bias + 1 else 2.0 ** (max(power, 1) - bias) * ((power > 0) + share)
        assert kept == (-whole if text[0] == "1" else whole)
        if np.isfinite(kept) and power:
            assert abs(kept - value) <= abs(value) * 2.0 ** (-fraction - 1)
    assert bits(1.00390625, "bfloat16")[1] == 1.0 and bits(1.01171875, "bfloat16")[1] == 1.015625  # to even


def test_what_a_file_of_bfloat16_holds_is_what_the_bits_say(tmp_path):
    for value in VALUES:
        text, kept = bits(value, "bfloat16")
        decoded = files.READ["BF16"][1](np.array([int(text, 2)], "<u2"))
        assert decoded[0] == np.float32(kept)


def test_a_file_written_beside_is_whole_after_every_crash_and_one_in_place_is_not():
    said = verdicts()
    assert not said["old"] and not said["new"] and "promise a header" in said["torn"] and "0 bytes" in said["empty"]
    for step in BESIDE:
        assert {step.killed, step.cut} <= {"old", "new"}
    assert {step.killed for step in IN_PLACE} == {step.cut for step in IN_PLACE} == {"old", "empty", "torn", "new"}


def test_the_steps_of_writing_are_those_of_the_package(tmp_path, monkeypatch):
    """What `files.save` asks of the system, in the order of the figure."""
    asked, replace, sync = [], files.os.replace, files.os.fsync
    monkeypatch.setattr(files.os, "replace", lambda *a: (asked.append("replace"), replace(*a))[1])
    monkeypatch.setattr(files.os, "fsync", lambda *a: (asked.append("fsync"), sync(*a))[1])
    files.save(tmp_path / "a.safetensors", {"w": np.ones(2)})
    assert asked[:2] == ["fsync", "replace"] and [step.code for step in BESIDE][4:6] == ["fsync", "replace"]
