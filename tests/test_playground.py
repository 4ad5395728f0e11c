"""The playground: what it measures, what stays when a knob moves, the theory beside it, its states on a page."""

from __future__ import annotations

import gzip
import itertools
import json
from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from d2lparams import view
from d2lparams.view import setting, static
from d2lparams.view.ground import SHAPES, STARTS, Setting, _Watched, lost, measured, pushed, sizes, theory
from d2lparams.view.spec import Control, Figure, State, both, scene
from tools.project import BOOK
from tools.text.cells import read, source

SMALL = Setting(depth=4, shape="16")
KNOBS = {
    "activation": "tanh", "start": "He", "gain": 3.0, "depth": 2, "shape": "128 → 16", "layout": "io",
}  # fmt: skip


def weights(monkeypatch, given):
    """Return the weights of the network of a setting."""
    kept = []

    def remembering(fill, name, data):
        plain(fill, name, data)
        kept.append(data.asnumpy())

    plain = _Watched._init_weight
    with monkeypatch.context() as patched:
        patched.setattr(_Watched, "_init_weight", remembering)
        passage, _ = pushed(given)
    return passage, kept


@pytest.mark.parametrize("knob", [name for name in KNOBS if name != "shape"])
def test_batch_and_gradient_stay_whatever_knob_moves_and_a_seed_draws_them_anew(knob):
    before, after = pushed(SMALL)[0], pushed(replace(SMALL, **{knob: KNOBS[knob]}))[0]
    assert np.array_equal(before.forward[0], after.forward[0])
    assert np.array_equal(before.backward[-1], after.backward[-1])
    other = pushed(replace(SMALL, seed=2))[0]
    assert not np.array_equal(before.forward[0], other.forward[0])


def test_weights_are_the_same_draws_scaled_and_a_deeper_network_begins_with_the_layers_of_a_shallower(monkeypatch):
    def of(**knobs):
        return weights(monkeypatch, replace(SMALL, **{"start": "LeCun", **knobs}))[1]

    plain, deep = of(), of(depth=9)
    for scaled, times in ((of(start="He"), sqrt(2)), (of(gain=3.0), 3.0), (of(activation="tanh"), 1.0), (deep, 1.0)):
        for one, other in zip(plain, scaled, strict=scaled is not deep):
            np.testing.assert_allclose(other, one * times, rtol=1e-5)


NORMAL = np.random.default_rng(5).standard_normal(200_000)
WAYS = {  # an activation and its slope
    None: (lambda z: z, np.ones_like),
    "relu": (lambda z: np.maximum(z, 0), lambda z: z > 0),
    "leaky": (lambda z: np.where(z > 0, z, 0.2 * z), lambda z: np.where(z > 0, 1, 0.2)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: 1 / (2 + np.exp(z) + np.exp(-z))),
}


def by_chance(activation, q):
    """Return the mean squares of an activation and of its slope over 200,000 normal sums of mean square q."""
    y, slope = (way(sqrt(q) * NORMAL) for way in WAYS[activation])
    return (y**2).mean(), (slope.astype(float) ** 2).mean()


VARIANCES = {  # of a weight between n and m units, written without the package
    "zero": lambda n, m: 0, "normal": lambda n, m: 1e-4, "uniform": lambda n, m: 0.14**2 / 12,
    "LeCun": lambda n, m: 1 / n, "Xavier": lambda n, m: 2 / (n + m), "He": lambda n, m: 2 / n,
    "orthogonal": lambda n, m: 1 / max(n, m),
}  # fmt: skip


@pytest.mark.parametrize("activation", [None, "relu", "leaky", "tanh", "sigmoid"])
@pytest.mark.parametrize(("start", "shape", "layout"), [
    *((start, "64", "oi") for start in VARIANCES), ("He", "128 → 16", "oi"), ("He", "128 → 16", "io"),
])  # fmt: skip
def test_the_lines_of_theory_are_those_of_a_formula_written_anew(activation, start, shape, layout):
    given = Setting(activation, start, 1.5, 3, shape, layout)
    units, q, slopes = sizes(given), [1.0], []
    for n, m in itertools.pairwise(units):
        v = 1.5**2 * VARIANCES[start](*((n, m) if layout == "oi" else (m, n)))
        y, slope = by_chance(activation, n * v * q[-1])
        q.append(y)
        slopes.append(m * v * slope)
    back = [np.prod(slopes[layer:]) for layer in range(4)]
    np.testing.assert_allclose(theory(given), [q, back], rtol=0.04)


@pytest.mark.parametrize("start", [start for start in STARTS if start not in ("zero", "constant")])
@pytest.mark.parametrize("activation", [None, "relu", "leaky", "tanh", "sigmoid"])
def test_wide_layers_do_what_theory_says(activation, start):
    run = measured(Setting(activation, start, depth=3, shape="128"))
    # Three layers of 128 units stray by a factor of 1.5 at most.
    assert np.abs(np.log(run.moments / run.theory)).max() < np.log(1.5)


def test_equal_weights_have_no_theory_and_zero_leaves_nothing():
    assert measured(replace(SMALL, start="constant")).theory is None
    run = measured(replace(SMALL, start="zero"))
    assert not run.moments[0, 1:].any() and not run.theory[0, 1:].any() and run.lost[1:].tolist() == [1.0] * 4


def test_histograms_count_every_value_once_and_the_lost_are_those_one_counts_by_hand():
    run, (passage, seen) = measured(SMALL), pushed(SMALL)
    assert run.signal.sum(axis=0).tolist() == run.gradient.sum(axis=0).tolist() == [32 * 16] * 5
    assert run.weights.sum(axis=0).tolist() == [16 * 16] * 4 and np.array_equal(run.weights, np.stack(seen, 1))
    outputs = passage.forward[-1]
    assert run.lost[-1] == np.mean([not outputs[:, unit].any() for unit in range(16)])
    assert run.signal[-1, -1] == (outputs < 3 / 17).sum()
    assert lost("tanh", np.array([[0.995, -0.995, 0.9, 0.0]])) == 0.5
    assert lost("sigmoid", np.array([[0.996, 0.004, 0.994, 0.5]])) == 0.5


def test_the_layout_is_no_matter_where_layers_are_square_and_turns_the_fans_where_they_are_not():
    assert measured(SMALL) is measured(replace(SMALL, layout="io"))
    right, wrong = (theory(Setting("relu", "He", shape="128 → 16", layout=layout)) for layout in ("oi", "io"))
    np.testing.assert_allclose((right[0, -1], right[1, 0], wrong[0, -1], wrong[1, 0]), (1, 1 / 8, 8, 1), rtol=1e-6)


def test_layers_fall_by_one_factor_from_the_first_width_to_the_last():
    units = sizes(Setting(shape="128 → 16", depth=30))
    assert (units[0], units[10], units[20], units[30]) == (128, 64, 32, 16)
    assert [len(set(sizes(Setting(shape=shape)))) for shape in SHAPES] == [1, 1, 1, 1, 1, len(set(units))]


@pytest.fixture(scope="module")
def page():
    return view.playground().spec()


def test_every_state_of_the_page_is_what_a_kernel_computes(page):
    figure = view.playground()
    chunks = [page, *page["chunks"].values()]
    keys = [key for chunk in chunks for key in chunk["states"]]
    whole = [control.kept or range(len(control.options)) for control in figure.controls]
    assert len(keys) == len(set(keys)) == np.prod([len(kept) for kept in whole])
    measured.__globals__["_measured"].cache_clear()  # so that it is computed again
    for key in keys[::37]:
        state = figure.state(*(kept[int(at)] for kept, at in zip(whole, key.split(","), strict=True)))
        said = next(chunk["states"][key] for chunk in chunks if key in chunk["states"])
        assert (scene(page, key), said["say"], said["table"]) == (state["marks"], state["say"], state["table"])


def test_the_numbers_of_settings_are_those_that_the_page_says(page):
    figure = view.playground()
    counts = [len(control.kept or control.options) for control in figure.controls]
    said = "".join(source(cell) for cell in read(BOOK / "playground.ipynb")["cells"])
    for count in (np.prod(counts), np.prod([len(control.options) for control in figure.controls])):
        assert said.count(f"{count:,}") == 2  # in either language


def test_a_page_has_its_first_settings_at_once_and_fetches_others_in_small_files(page):
    first, files = static.html(page, "en", "../figures/"), static.files(page)
    assert len(gzip.compress(first.encode())) < 48_000
    assert len(files) == 23 and max(len(gzip.compress(text.encode())) for text in files.values()) < 48_000
    said = json.loads(first.split('class="d2l-spec">')[1].split("</script>")[0])
    assert sorted(said["chunks"].values()) == sorted(f"../figures/{name}" for name in files)
    for at, address in said["chunks"].items():
        name, content = files[address.removeprefix("../figures/")].removeprefix("d2lFigure.take(")[:-3].split(",", 1)
        assert address == f"../figures/{json.loads(name)}.js" and json.loads(content) == page["chunks"][at]


def test_a_page_that_stands_alone_has_all_settings_in_itself(page):
    said = json.loads(static.html(page, "en").split('class="d2l-spec">')[1].split("</script>")[0])
    assert said["chunks"] == page["chunks"]


def test_a_link_of_the_page_means_the_same_in_a_kernel_and_comes_back_as_it_was(page):
    figure = view.playground()
    for values in ([0] * 7, [4, 7, 10, 0, 5, 1, 4], figure.start()):
        text = setting.written(figure.controls, values)
        assert setting.read(figure.controls, text) == values
    for at, (control, whole) in enumerate(zip(page["controls"], figure.controls, strict=True)):
        for word in control["values"]:
            said = setting.read(figure.controls, f"{control['name']}={word}")
            assert said[at] == whole.values.index(word)


def test_a_figure_keeps_some_positions_for_a_page_and_sets_some_states_apart():
    def compute(n, m):
        return State([["r", n, m, 1, 1, "a"]], both(f"{n}", f"{m}"), [["n"], [str(n)]])

    slider = Control("n", "slider", "n", list("abcde"), 2, kept=(0, 2, 4))
    controls = [slider, Control("m", "select", "m", list("xy"), 1)]
    content = Figure("pair", "Pair", (9, 9), controls, compute, apart=["n"]).spec()
    assert content["controls"][0]["values"] == ["a", "c", "e"] and content["controls"][0]["start"] == 1
    assert list(content["states"]) == ["1,0", "1,1"]
    assert content["apart"] == [0] and list(content["chunks"]) == ["0", "2"]
    assert scene(content, "2,1") == [["r", 4, 1, 1, 1, "a"]] and content["states"]["1,0"]["say"]["en"] == "2"
    assert "chunks" not in Figure("pair", "Pair", (9, 9), controls, compute).spec()
