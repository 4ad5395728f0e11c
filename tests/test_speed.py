"""The record of speed: its parts fit together, the page shows it and says of it only what it holds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks import record, starting, timing, training
from benchmarks.timing import Row
from d2lparams import nd, view
from tools.project import BOOK
from tools.text.cells import read, source

KEPT = view.recorded("speed")
SIZES = KEPT["sizes"]


def test_the_record_has_every_size_with_all_its_parts():
    assert [(tuple(one["widths"]), one["batch"]) for one in SIZES] == [
        (widths, batch) for widths, batch, *_ in record.SIZES
    ]
    assert KEPT["parts"] == list(training.PARTS)
    who = ["d2lparams", "numpy", *(["PyTorch"] if "PyTorch" in KEPT["versions"] else [])]
    for one in SIZES:
        assert list(one["parts"]) == who and list(one["ratios"]) == [name for name in who if name != "numpy"]
        assert all(low <= mid <= high for low, mid, high in one["ratios"].values())
        assert all(len(parts) == len(training.PARTS) and min(parts) > 0 for parts in one["parts"].values())
        # Parts and whole were timed apart, and a look at the clock between parts costs a little.
        assert sum(one["parts"]["numpy"]) == pytest.approx(1, abs=0.15)


def test_the_table_has_the_step_and_every_figure_is_finite():
    rows = [Row(r["what"], r["figure"], r["unit"], r["bar"], least=r["least"]) for r in KEPT["table"]]
    assert len(rows) > 10 and rows[0].what.startswith("training step") and all(math.isfinite(r.figure) for r in rows)


def test_what_the_page_says_of_the_record_holds():
    ratios = [one["ratios"]["d2lparams"][1] for one in SIZES]
    assert ratios[0] == max(ratios) and ratios[-1] == min(ratios) and ratios[-1] < 1.3 < ratios[1]
    torch = [one["ratios"].get("PyTorch", [9, 9, 9])[1] for one in SIZES]
    assert all(other > mine for other, mine in zip(torch[:3], ratios, strict=False))
    small, large = SIZES[1]["parts"], SIZES[-1]["parts"]
    more = [ours - bare for ours, bare in zip(small["d2lparams"], small["numpy"], strict=True)]
    assert min(more) > 0 and sorted(more)[-2:] == sorted([more[0], more[2]])
    assert all(abs(ours - bare) < 0.25 for ours, bare in zip(large["d2lparams"], large["numpy"], strict=True))


def test_the_page_says_how_the_record_is_made_and_prints_its_date():
    cells = read(BOOK / "speed.ipynb")["cells"]
    assert "make bench-record" in "".join(map(source, cells))
    printed = "".join("".join(output.get("text", "")) for cell in cells for output in cell.get("outputs", []))
    assert KEPT["date"] in printed and KEPT["table"][0]["what"] in printed
    assert f"{SIZES[0]['ratios']['d2lparams'][1]:.2f}" in printed


def parameters(step: list[Any], names: tuple[str, ...]) -> Iterator[Any]:
    """Yield what the parts of a step keep under these names."""
    for part in step:
        held = dict(
            zip(part.__code__.co_freevars, (cell.cell_contents for cell in part.__closure__ or ()), strict=True)
        )
        yield from (held[name] for name in names if name in held)


def test_all_who_make_a_step_do_the_same():
    widths, batch = (6, 5, 3), 4
    ours, hand = training.ours(widths, batch), training.by_hand(widths, batch)
    net, weights = next(parameters(ours, ("net",))), next(parameters(hand, ("weights",)))
    biases = next(parameters(hand, ("biases",)))
    for layer, weight in zip(net, weights, strict=True):
        layer.weight.set_data(weight)
    for _ in range(3):
        training.whole(ours)()
        training.whole(hand)()
    for layer, weight, bias in zip(net, weights, biases, strict=True):
        assert layer.weight.data().asnumpy() == pytest.approx(weight, abs=1e-6)
        assert layer.bias.data().asnumpy() == pytest.approx(bias, abs=1e-6)


def test_a_move_of_the_histogram_draws_it_anew():
    move, seen = starting.moving(nd.array([[0.0, 1.0, 3.0]])), []
    (drawing,) = (cell.cell_contents for cell in move.__closure__ if hasattr(cell.cell_contents, "scene"))
    for _ in range(2):
        move()
        seen.append(drawing.scene["state"])
    assert seen[0] != seen[1]


def test_a_size_is_measured_in_quartiles_and_parts(monkeypatch):
    clock = iter(range(10**9))
    monkeypatch.setattr(timing, "CLOCK", lambda: float(next(clock)))
    found = record.size((3, 4, 2), 2, 2, 5)
    assert found["ratios"]["d2lparams"] == [1, 1, 1] and len(found["parts"]["numpy"]) == 4
