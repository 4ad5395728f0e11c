"""Every operation: its gradient by finite differences, and that it keeps float32 in float32."""

from __future__ import annotations

import numpy as np
import pytest
from gradients import check_gradient
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lparams import autograd, nd, ops
from d2lparams.arithmetic import PAIRS, SINGLES
from d2lparams.array import pair, single

RNG = np.random.default_rng(11)
SHAPES = [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1), (1, 4)), ((2, 3, 4), (3, 1)), ((), (3, 4))]


def positive(shape):
    return RNG.uniform(0.5, 2.0, shape)


def mixed(shape):
    """Away from zero, where abs and relu have a corner."""
    return positive(shape) * RNG.choice([-1.0, 1.0], shape)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_a_two_input_operation_has_the_gradient_of_finite_differences(name, left, right):
    check_gradient(lambda a, b: pair(name, a, b), positive(left), positive(right))


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_constant_operand_leaves_the_gradient_of_the_other(name, swapped):
    check_gradient(lambda a: pair(name, a, 1.7, swapped), positive((3, 4)))


@pytest.mark.parametrize("name", SINGLES)
def test_a_one_input_operation_has_the_gradient_of_finite_differences(name):
    check_gradient(lambda a: single(name, a), positive((3, 4)))


@pytest.mark.parametrize("name", ops.ACTIVATIONS)
def test_an_activation_has_the_gradient_of_finite_differences(name):
    check_gradient(lambda a: ops.activate(a, name), mixed((3, 4)))


OTHERS = {
    "abs": (lambda a: a.abs(), [(3, 4)]),
    "sum": (lambda a: a.sum(), [(3, 4)]),
    "sum axis": (lambda a: a.sum(axis=1), [(3, 4)]),
    "sum two axes": (lambda a: a.sum(axis=(0, 2)), [(2, 3, 4)]),
    "mean keepdims": (lambda a: a.mean(axis=0, keepdims=True), [(3, 4)]),
    "var": (lambda a: a.var(axis=1), [(3, 4)]),
    "std": (lambda a: a.std(), [(3, 4)]),
    "norm": (lambda a: a.norm(), [(3, 4)]),
    "max": (lambda a: a.max(axis=1), [(3, 4)]),
    "min": (lambda a: a.min(), [(3, 4)]),
    "reshape": (lambda a: a.reshape(2, -1) * 2, [(3, 4)]),
    "transpose": (lambda a: a.transpose(2, 0, 1), [(2, 3, 4)]),
    "T": (lambda a: a.T, [(3, 4)]),
    "flatten": (lambda a: a.flatten(), [(2, 3, 4)]),
    "slice": (lambda a: a[1:, ::2], [(3, 4)]),
    "row": (lambda a: a[0] * a[2], [(3, 4)]),
    "repeated index": (lambda a: a[nd.array([0, 2, 0], "int64")], [(3, 4)]),
    "repeated column": (lambda a: a[:, nd.array([1, 1], "int64")], [(3, 4)]),
    "mask": (lambda a: a[a > 0], [(3, 4)]),
    "matmul": (lambda a, b: a @ b, [(3, 4), (4, 5)]),
    "stacked matmul": (lambda a, b: a @ b, [(2, 3, 4), (2, 4, 5)]),
    "concat": (lambda a, b: nd.concat(a, b, dim=1), [(3, 4), (3, 2)]),
    "stack": (lambda a, b: nd.stack(a, b, axis=1), [(3, 4), (3, 4)]),
    "where": (lambda a, b: nd.where(nd.array(np.eye(3, 4)) > 0, a, b), [(3, 4), (3, 4)]),
    "dense": (lambda x, w, b: ops.dense(x, w, b, "tanh"), [(3, 4), (5, 4), (5,)]),
    "dense without bias": (lambda x, w: ops.dense(x, w), [(3, 4), (5, 4)]),
    "dense along the last axis": (lambda x, w, b: ops.dense(x, w, b, "sigmoid"), [(2, 3, 4), (5, 4), (5,)]),
    "embedding": (lambda w: ops.embedding(nd.array([[0, 2], [2, 1]]), w), [(3, 4)]),
    "layer norm": (lambda x, g, b: ops.layer_norm(x, g, b, 1e-5), [(3, 4), (4,), (4,)]),
    "softmax": (ops.softmax, [(3, 4)]),
    "log softmax": (ops.log_softmax, [(3, 4)]),
    "l2": (lambda p, t: ops.l2(p, t, 0.7), [(3, 4), (3, 4)]),
    "l1": (ops.l1, [(3, 4), (3, 4)]),
    "softmax cross entropy": (lambda z: ops.softmax_cross_entropy(z, nd.array([0, 3, 1])), [(3, 4)]),
    "sigmoid cross entropy": (
        lambda z: ops.sigmoid_cross_entropy(z, nd.array(np.eye(3, 4), "float64")),
        [(3, 4)],
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_operation_has_the_gradient_of_finite_differences(name):
    function, shapes = OTHERS[name]
    check_gradient(function, *(mixed(shape) for shape in shapes))


def test_the_check_itself_fails_on_a_wrong_gradient():
    def wrong(a):
        return nd.NDArray(np.sin(a._data)) if not autograd.is_recording() else a * 1.0

    with pytest.raises(AssertionError):
        check_gradient(wrong, positive((3, 4)))


@pytest.mark.parametrize("activation", [None, *ops.ACTIVATIONS])
def test_fused_and_written_out_dense_have_the_same_gradients(activation):
    values = [nd.array(mixed(shape), "float64") for shape in [(3, 4), (5, 4), (5,)]]
    gradients = []
    for fused in (True, False):
        for a in values:
            a.attach_grad()
        with autograd.record():
            x, w, b = values
            y = ops.dense(x, w, b, activation) if fused else x @ w.T + b
            y = y if fused or activation is None else ops.activate(y, activation)
            loss = (y * y).sum()
        loss.backward()
        gradients.append([a.grad.asnumpy() for a in values])
    for one, other in zip(*gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


@pytest.mark.parametrize("name", [*PAIRS, *SINGLES, *ops.ACTIVATIONS, *OTHERS])
def test_float32_stays_float32_forward_and_backward(name):
    if name in PAIRS:
        shapes, function = [(3, 4), (3, 4)], lambda a, b: pair(name, pair(name, a, b), np.float64(1.5))
    elif name in SINGLES:
        shapes, function = [(3, 4)], lambda a: single(name, a)
    elif name in ops.ACTIVATIONS:
        shapes, function = [(3, 4)], lambda a: ops.activate(a, name)
    elif name == "sigmoid cross entropy":
        shapes, function = [(3, 4)], lambda z: ops.sigmoid_cross_entropy(z, nd.array(np.eye(3, 4)))
    else:
        function, shapes = OTHERS[name]
    arrays = [nd.array(positive(shape)) for shape in shapes]
    for a in arrays:
        a.attach_grad()
    with autograd.record():
        y = function(*arrays)
    seen = {}
    watch = y._node.vjp
    y._node.vjp = lambda g: seen.setdefault("back", watch(g))
    y.backward()
    assert y.dtype == np.float32
    assert all(g.dtype == np.float32 for g in seen["back"] if g is not None)


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
