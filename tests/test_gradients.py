"""Fused and written-out layers have one gradient, gradients keep their dtype on the way back, stacks add up."""

from __future__ import annotations

import numpy as np
import pytest
from gradients import check_gradient
from hypothesis import given, settings
from hypothesis import strategies as st
from operations import OPERATIONS, points, recorded, variables

from d2lparams import autograd, nd, ops

RNG = np.random.default_rng(11)


def test_the_check_itself_fails_on_a_wrong_gradient():
    def wrong(a):
        return nd.NDArray(np.sin(a._data)) if not autograd.is_recording() else a * 1.0

    with pytest.raises(AssertionError):
        check_gradient(wrong, RNG.uniform(0.5, 2.0, (3, 4)))


@pytest.mark.parametrize("activation", [None, *ops.ACTIVATIONS])
def test_fused_and_written_out_dense_have_the_same_gradients(activation):
    values = variables([RNG.uniform(-2, 2, shape) for shape in [(3, 4), (5, 4), (5,)]])
    gradients = []
    for fused in (True, False):
        with autograd.record():
            x, w, b = values
            y = ops.dense(x, w, b, activation) if fused else x @ w.T + b
            y = y if fused or activation is None else ops.activate(y, activation)
            loss = (y * y).sum()
        loss.backward()
        gradients.append([a.grad.asnumpy() for a in values])
    for one, other in zip(*gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


CONSTANTS = {
    "power of 2": lambda a: 2**a, "numpy scalar": lambda a: a * np.float64(1.5), "numpy array": lambda a: np.eye(4) - a
}  # fmt: skip


@pytest.mark.parametrize("name", [*OPERATIONS, *CONSTANTS])
def test_float32_stays_float32_forward_and_on_the_way_back(name):
    operation = OPERATIONS[name] if name in OPERATIONS else OPERATIONS["add"]._replace(ours=CONSTANTS[name])
    shapes = operation.shapes if name in OPERATIONS else ((4, 4),)
    y = recorded(operation, variables(points(operation._replace(shapes=shapes)), "float32"))
    seen = {}
    watch = y._node.vjp
    y._node.vjp = lambda g: seen.setdefault("back", watch(g))
    y.backward()
    assert y.dtype == np.float32
    assert name == "cast" or all(g.dtype == np.float32 for g in seen["back"] if g is not None)


@given(rows=st.integers(1, 4), inner=st.integers(1, 4), depth=st.integers(1, 5), seed=st.integers(0, 99))
@settings(max_examples=30)
def test_a_random_stack_of_dense_layers_has_the_right_gradient(rows, inner, depth, seed):
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal((inner, inner)) for _ in range(depth)]

    def stack(x, *w):
        for matrix in w:
            x = ops.dense(x, matrix, None, "tanh")
        return x

    check_gradient(stack, rng.standard_normal((rows, inner)), *weights, seed=seed)
