"""What every operation owes: value and gradient of its reference, its dtype, no wrong gradient after a write."""

from __future__ import annotations

import operator

import numpy as np
import pytest
from operations import ACTIVATIONS, OPERATIONS, PAIRS, SINGLES, Operation, head, points, recorded, slopes, variables

from d2lparams import arithmetic, autograd, errors, nd, ops


def gradients(result, inputs):
    result.backward(nd.array(head(result.shape), str(result.dtype)))
    return [array.grad.asnumpy() for array in inputs]


def test_every_row_of_the_tables_is_tried_here():
    assert list(PAIRS) == list(arithmetic.PAIRS)
    assert list(SINGLES) == list(arithmetic.SINGLES)
    assert list(ACTIVATIONS) == list(ops.ACTIVATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_the_value_and_the_gradient_of_its_reference(name):
    operation = OPERATIONS[name]
    values = points(operation)
    inputs = variables(values)
    result = recorded(operation, inputs)
    np.testing.assert_allclose(result.asnumpy(), operation.reference(*values), rtol=1e-12, atol=1e-14)
    expected = slopes(operation.reference, values, head(result.shape))
    for found, slope in zip(gradients(result, inputs), expected, strict=True):
        np.testing.assert_allclose(found, slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_computes_the_same_with_and_without_recording(name):
    inputs = variables(points(OPERATIONS[name]))
    np.testing.assert_array_equal(
        recorded(OPERATIONS[name], inputs).asnumpy(), OPERATIONS[name].ours(*inputs).asnumpy()
    )


@pytest.mark.parametrize(("dtype", "close"), [("float16", 2e-2), ("float32", 2e-6), ("float64", 1e-12)])
@pytest.mark.parametrize("name", OPERATIONS)
def test_real_numbers_stay_in_their_dtype_and_are_right_in_it(name, dtype, close):
    operation = OPERATIONS[name]
    inputs = variables(points(operation), dtype)
    result = recorded(operation, inputs)
    exact = [array.asnumpy().astype(np.float64) for array in inputs]
    assert result.dtype == dtype
    np.testing.assert_allclose(result.asnumpy(), operation.reference(*exact), rtol=close, atol=close)
    expected = slopes(operation.reference, exact, head(result.shape))
    for found, slope in zip(gradients(result, inputs), expected, strict=True):
        assert found.dtype == dtype
        np.testing.assert_allclose(found, slope, rtol=4 * close + 1e-6, atol=4 * close + 1e-8)


SWAPPABLE = ("add", "subtract", "multiply", "divide", "floor_divide", "mod", "power")
WHOLE = PAIRS | SINGLES | ACTIVATIONS
KEPT = {
    "add", "subtract", "multiply", "floor_divide", "mod", "power", "maximum", "minimum", "positive", "negative", "abs",
    "square",
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "int64"])
@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers_give_whole_numbers_or_float32(name, dtype):
    inputs = [nd.array([[5, 2], [3, 4]], dtype), nd.array([[1, 2], [2, 3]], dtype)][: len(WHOLE[name].shapes)]
    if name == "negative" and dtype == "uint8":
        return
    result = WHOLE[name].ours(*inputs)
    expected = WHOLE[name].reference(*(array.asnumpy().astype(np.float64) for array in inputs))
    assert result.dtype == (dtype if name in KEPT else "float32")
    np.testing.assert_allclose(result.asnumpy(), expected, rtol=2e-6)


@pytest.mark.parametrize("name", PAIRS)
def test_a_constant_operand_is_the_same_as_an_array(name):
    values = points(PAIRS[name])
    for constant in (values[1], values[1].tolist(), nd.array(values[1], "float64"), 1.7, np.float32(1.5)):
        first = np.broadcast_to(np.asarray(constant, np.float64), (3, 4))
        for swapped in (False, *([True] if name in SWAPPABLE else [])):
            (a,) = variables(values[:1])
            with autograd.record():
                result = PAIRS[name].ours(*((constant, a) if swapped else (a, constant)))
            order = [first, values[0]] if swapped else [values[0], first]
            np.testing.assert_allclose(result.asnumpy(), PAIRS[name].reference(*order), rtol=1e-12)
            expected = slopes(PAIRS[name].reference, order, head((3, 4)))[int(swapped)]
            np.testing.assert_allclose(gradients(result, [a])[0], expected, rtol=1e-6)


BROADCAST = [
    ((3, 4), (4,)),
    ((4,), (3, 4)),
    ((3, 1), (1, 4)),
    ((2, 3, 4), (3, 1)),
    ((), (3, 4)),
    ((1, 1), (3, 1)),
    ((0, 1), (4,)),
]


@pytest.mark.parametrize("shapes", BROADCAST)
@pytest.mark.parametrize("name", PAIRS)
def test_an_input_that_was_repeated_receives_the_sum(name, shapes):
    operation = Operation(*PAIRS[name][:2], shapes, PAIRS[name].low)
    values = points(operation)
    inputs = variables(values)
    result = recorded(operation, inputs)
    np.testing.assert_allclose(result.asnumpy(), operation.reference(*values), rtol=1e-12)
    expected = slopes(operation.reference, values, head(result.shape))
    for found, slope in zip(gradients(result, inputs), expected, strict=True):
        np.testing.assert_allclose(found, slope, rtol=1e-6, atol=1e-8)


def write_late(name, place, constant=False):
    """Return the gradients without and with a late write of the input number `place`, or of the result (-1)."""
    operation = OPERATIONS[name]
    found = []
    for late in (False, True):
        inputs = variables(points(operation))
        if constant:
            inputs[place].attach_grad("null")
        result = recorded(operation, inputs)
        if late:
            target = result if place < 0 else inputs[place]
            target[...] = target.asnumpy()[...] * -0.5 + 7
        trained = [array for array in inputs if array.grad is not None]
        found.append(gradients(result, trained))
    return found


LATE = [(name, place) for name, operation in OPERATIONS.items() for place in range(-1, len(operation.shapes))]


@pytest.mark.parametrize(("name", "place"), LATE)
def test_a_late_write_is_an_error_or_changes_no_gradient(name, place):
    for constant in {False, place >= 0 and len(OPERATIONS[name].shapes) > 1}:
        try:
            true, found = write_late(name, place, constant)
        except errors.InPlaceError:
            continue
        for one, other in zip(true, found, strict=True):
            np.testing.assert_array_equal(one, other)


# What the gradient of a rule does not read may be overwritten: inputs by number, the result as -1.
FREE = {
    "add": (0, 1, -1), "subtract": (0, 1, -1), "multiply": (-1,), "negative": (0, -1), "abs": (-1,), "exp": (0,),
    "log": (-1,), "sqrt": (0,), "square": (-1,), "sin": (-1,), "cos": (-1,), "relu": (0,), "sigmoid": (0,),
    "tanh": (0,), "softrelu": (0,), "softsign": (0,), "sum": (0, -1), "reshape": (), "concat": (0, 1, -1),
    "where": (0, 1, -1), "matmul": (-1,), "dense": (2, -1), "dense without bias": (-1,), "softmax": (0,),
    "log softmax": (0,), "mean": (0, -1), "repeated rows": (0, -1), "embedding": (0, -1),
    "softmax cross entropy": (0, -1), "sigmoid cross entropy": (-1,),
}  # fmt: skip


@pytest.mark.parametrize(("name", "place"), [(name, place) for name in FREE for place in FREE[name]])
def test_what_a_gradient_does_not_read_may_be_overwritten(name, place):
    true, found = write_late(name, place)
    for one, other in zip(true, found, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("name", "trained"), [("multiply", 0), ("multiply", 1), ("divide", 0)])
def test_an_input_that_only_the_gradient_of_a_constant_reads_may_be_overwritten(name, trained):
    inputs = variables(points(OPERATIONS[name]))
    for i, array in enumerate(inputs):
        array.attach_grad("write" if i == trained else "null")
    true = gradients(recorded(OPERATIONS[name], inputs), [inputs[trained]])
    result = recorded(OPERATIONS[name], inputs)
    inputs[trained][...] = 5
    np.testing.assert_array_equal(gradients(result, [inputs[trained]]), true)


# Corners: inputs, and the gradient of each when the result is summed.  Where entries tie they share it equally.
CORNERS = {
    "maximum": ([[1, 2, 3], [1, 3, 2]], [[0.5, 0, 1], [0.5, 1, 0]]),
    "minimum": ([[1, 2, 3], [1, 3, 2]], [[0.5, 1, 0], [0.5, 0, 1]]),
    "abs": ([[-2, 0, 3]], [[-1, 0, 1]]),
    "relu": ([[-2, 0, 3]], [[0, 0, 1]]),
    "softsign": ([[0]], [[1]]),
    "max": ([[3, 1, 3]], [[0.5, 0, 0.5]]),
    "min": ([[1, 3, 1, 1]], [[1 / 3, 0, 1 / 3, 1 / 3]]),
    "max along an axis": ([[[3, 3, 1], [0, 5, 5]]], [[[0.5, 0.5, 0], [0, 0.5, 0.5]]]),
    "power": ([[0, 0, 0, 2, 4], [0, 1, 2, 0, -0.5]], [[0, 1, 0, 0, -1 / 16], [0, 0, 0, np.log(2), np.log(2)]]),
    "square": ([[0]], [[0]]),
    "leaky relu": ([[0]], [[0.2]]),
    "norm": ([[0, 0]], [[0, 0]]),
    "std": ([[2, 2]], [[0, 0]]),
}


@pytest.mark.parametrize("name", CORNERS)
def test_a_corner_has_the_slope_that_is_promised(name):
    values, slopes_there = CORNERS[name]
    inputs = variables(values)
    recorded(OPERATIONS[name], inputs).backward()
    for array, slope in zip(inputs, slopes_there, strict=True):
        np.testing.assert_allclose(array.grad.asnumpy(), slope, rtol=1e-12)


@pytest.mark.parametrize("shape", [(12,), (3, 4), (4,), (3, 1)])
def test_a_bias_has_one_number_for_each_unit(shape):
    with pytest.raises(errors.ShapeError, match=r"bias \(units,\)"):
        ops.dense(nd.ones((3, 4)), nd.ones((3, 4)), nd.ones(shape))


def test_backward_of_several_heads_frees_the_graph_unless_it_is_kept():
    (x,) = variables([[1.0, 2.0]])
    result = recorded(OPERATIONS["square"], [x])
    autograd.backward([result], retain_graph=True)
    autograd.backward([result])
    with pytest.raises(errors.GraphError, match="retain_graph=True"):
        autograd.backward([result])


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_comparisons_are_those_of_numpy_below_at_and_above(name):
    compare, left, right = getattr(operator, name), np.array([1, 2, 3]), np.array([2, 2, 2])
    ours = nd.array(left)
    for other in (nd.array(right), right, 2, 2.0):
        np.testing.assert_array_equal(compare(ours, other).asnumpy(), compare(left, right))
