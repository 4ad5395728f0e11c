"""One weight at many places: the figures of a cell over its steps and of a convolution as a matrix."""

from __future__ import annotations

import importlib
import itertools

import numpy as np
import pytest

from d2lparams import autograd, nd, view

banded, unrolled = (importlib.import_module(f"d2lparams.view.{name}") for name in ("banded", "unrolled"))
FULL, BAND, TIED = range(3)


@pytest.mark.parametrize(("weight", "steps"), list(itertools.product(unrolled.FACTORS, (1, 7, unrolled.MOST))))
def test_the_gradient_of_a_cell_is_the_sum_of_its_steps_and_each_is_a_power_of_the_weight(weight, steps):
    terms, total = unrolled.run(weight, steps)
    np.testing.assert_allclose(terms, weight ** np.arange(steps)[::-1], rtol=1e-12)
    assert total == pytest.approx(sum(terms), rel=1e-12)


@pytest.mark.parametrize("weight", unrolled.FACTORS)
def test_the_gradient_of_a_cell_is_the_slope_of_its_last_state(weight):
    def last(w, steps):
        state = 1.0
        for _ in range(steps):
            state = w * state + (1 - weight)
        return state

    slope = (last(weight + 1e-6, 12) - last(weight - 1e-6, 12)) / 2e-6
    assert unrolled.run(weight, 12)[1] == pytest.approx(slope, rel=1e-6)


def test_the_drawn_terms_fill_the_whole_bar_and_none_leaves_the_scale():
    left, top, width, height = unrolled.STACK
    for count, factor in itertools.product(range(unrolled.MOST), range(len(unrolled.FACTORS))):
        marks = view.unrolled().compute(count, factor).marks
        bars = [mark for mark in marks if mark[0] == "r" and mark[2] == top and mark[4] == height]
        assert len(bars) == count + 1 and sum(bar[3] for bar in bars) == pytest.approx(width, abs=1)
        assert bars[0][1] == left
        low, high = unrolled.SPAN
        assert all(low < term < high for term in unrolled.run(unrolled.FACTORS[factor], count + 1)[0])


def test_every_step_of_the_picture_is_joined_to_the_one_weight():
    marks = view.unrolled().compute(6, 0).marks
    lines = [mark for mark in marks if mark[0] == "l" and mark[-1] == f"{unrolled.WEIGHT} thin"]
    squares = [mark for mark in marks if mark[0] == "r" and mark[-1] == unrolled.WEIGHT]
    assert len(lines) == len(squares) == 7 and len({(line[1], line[2]) for line in lines}) == 1
    assert [line[3] for line in lines] == pytest.approx([square[1] + square[3] / 2 for square in squares])


def test_a_tied_band_multiplies_as_a_kernel_slides():
    slid = np.convolve(banded.SIGNAL, banded.KERNEL[::-1], "valid")
    np.testing.assert_array_equal(banded.matrix(TIED) @ banded.SIGNAL, slid)


def test_the_numbers_of_each_matrix_are_those_that_stand_in_it():
    full, band, tied = (banded.matrix(kind) for kind in (FULL, BAND, TIED))
    assert banded.NUMBERS == (full.size, np.count_nonzero(band), len(banded.KERNEL)) == (120, 30, 3)
    assert np.count_nonzero(tied) == 30 and len(set(tied[tied != 0])) == 3  # a parameter has one colour, and no other
    assert ((band != 0) == (tied != 0)).all() and len({tuple(row) for row in full}) == len(full)


def test_the_gradient_of_a_kernel_is_the_sum_along_its_diagonal_of_that_of_the_matrix():
    places = np.stack([np.eye(*banded.matrix(TIED).shape, k) for k in range(len(banded.KERNEL))], axis=-1)
    kernel = nd.array(banded.KERNEL, "float64")
    matrix = nd.array(banded.matrix(TIED), "float64")
    x = nd.array(banded.SIGNAL[:, None], "float64")
    for leaf in (kernel, matrix):
        leaf.attach_grad()
        with autograd.record():
            weights = (nd.array(places, "float64") * kernel).sum(axis=-1) if leaf is kernel else matrix
            loss = ((weights @ x) ** 2).sum()
        loss.backward()
    grads = kernel.grad.asnumpy(), matrix.grad.asnumpy()
    np.testing.assert_allclose(grads[0], [np.trace(grads[1], offset) for offset in range(len(banded.KERNEL))])


def test_the_written_sum_of_an_output_is_the_output():
    for row, kind in itertools.product(range(banded.OUTPUTS), (BAND, TIED)):
        texts = [mark[4] for mark in view.banded().compute(row, kind).marks if mark[0] == "t" and "=" in mark[4]]
        ((_name, terms, value),) = (text.replace("\u2212", "-").replace("·", "*").split(" = ") for text in texts)
        assert eval(terms) == int(value) == banded.matrix(kind)[row] @ banded.SIGNAL
