"""Right numbers in every type: no gradient of 0 where there is one, no NaN where there is a limit, no lost sums."""

from __future__ import annotations

import numpy as np
import pytest

from d2lparams import autograd, errors, loss, nd, nn, ops

HALF, SINGLE, DOUBLE = (np.dtype(f"float{bits}") for bits in (16, 32, 64))


def gradient(function, *values, dtype="float64"):
    """Return the gradients of the sum of ``function(*arrays)``."""
    arrays = [nd.array(v, dtype) for v in values]
    for x in arrays:
        x.attach_grad()
    with autograd.record():
        y = function(*arrays)
    y.backward()
    return [x.grad.asnumpy() for x in arrays]


def test_a_whole_number_to_a_power_has_its_logarithm_as_slope():
    x = [1.0, 2.0]
    expected = np.log(2) * 2.0 ** np.array(x)
    bases = (2, np.int64(2), np.array([2, 2]), [2, 2])
    for base in bases:
        np.testing.assert_allclose(gradient(lambda v, base=base: base**v, x)[0], expected)
    np.testing.assert_allclose(gradient(lambda v: nd.array([2, 2], "int32") ** v, x)[0], expected)
    np.testing.assert_allclose(gradient(lambda v: 2**v, x, dtype="float32")[0], expected, rtol=1e-6)


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "sin", "cos"])
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int64", "bool"])
def test_a_real_function_of_whole_numbers_is_computed_in_float32(name, dtype):
    values = np.array([1, 1], bool) if dtype == "bool" else np.array([1, 12], dtype)
    y = getattr(nd, name)(nd.array(values, dtype))
    assert y.dtype == SINGLE
    np.testing.assert_allclose(y.asnumpy(), getattr(np, name)(values.astype("float64")), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_result_without_axes_keeps_its_type_through_any_number_of_operations(dtype):
    x = nd.array([1.0, 2.0], dtype)
    for y in (x.sum() * 2 * 3 / 4 - 1, x.mean() ** 2 + 1, -x.max() * x.min(), x.norm() * 2 * 2, x.std() + x.var() + 1):
        assert y.dtype == np.dtype(dtype) and y.shape == ()


def test_what_has_no_axes_is_changed_in_place_like_any_array():
    x, w = nd.array([1.0, 3.0]), nd.array([2.0])
    m = x.mean()
    m *= 2
    m += nd.array(1)
    total = x.sum()
    total += w.sum()
    assert m.asscalar() == 5 and total.asscalar() == 6 and m.dtype == SINGLE


SMALL = {"norm": lambda x: x.norm(), "mean": lambda x: x.mean(), "var": lambda x: x.var(), "std": lambda x: x.std()}


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int64", "bool"])
def test_a_real_summary_of_small_integers_does_not_wrap(name, dtype):
    values = np.array([100, 101, 0]).astype(dtype)
    expected = SMALL[name](nd.array(values.astype("float64"), "float64")).asscalar()
    result = SMALL[name](nd.array(values, dtype))
    assert result.asscalar() == pytest.approx(expected, rel=1e-6) and result.dtype == SINGLE


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64"])
def test_whole_numbers_stay_whole_until_a_real_one_is_called_for(dtype):
    x = nd.array([[2, 3], [4, 100]], dtype)
    for name in ("sum", "max", "min"):
        assert getattr(x, name)().dtype == getattr(x.asnumpy(), name)().dtype
    assert (x * 1).dtype == x.dtype and (x * 1.5).dtype == SINGLE
    assert nd.array([2**30] * 4, "int32").sum().asscalar() == 2**32


@pytest.mark.parametrize("shapes", [((2,), (2,)), ((2, 3), (3,)), ((3, 1), (1, 4)), ((), (2, 3)), ((2, 3, 4),) * 2])
def test_whole_numbers_to_a_negative_power_are_a_lesson_on_types_not_on_shapes(shapes):
    left, right = (np.full(shape, value) for shape, value in zip(shapes, (2, -1), strict=True))
    for a, b in ((left, right), (right + 3, left - 3)):
        with pytest.raises(errors.DTypeError, match="astype"):
            nd.array(a, "int64") ** nd.array(b, "int64")


def test_shapes_that_do_not_broadcast_are_named():
    for left, right in [((2,), (3,)), ((3, 2), (3,)), ((2, 2), (2, 3)), ((1, 2), (4, 3))]:
        with pytest.raises(errors.ShapeError, match="from the right"):
            nd.ones(left) + nd.ones(right)


def test_half_precision_is_summed_in_single_precision():
    x = nd.full(100_000, 0.1, "float16")
    assert x.mean().asscalar() == pytest.approx(0.1, rel=1e-3) and x.mean().dtype == HALF
    assert nd.ones(70_000, "float16").mean().asscalar() == 1
    assert nd.full((4, 3000), 0.1, "float16").sum(axis=1).asnumpy() == pytest.approx([300] * 4, rel=1e-3)
    assert nd.full(9000, 0.5, "float16").norm().asscalar() == pytest.approx(np.sqrt(2250), rel=1e-3)
    wide = nd.array(np.where(np.arange(20_000) % 2, 300, -300), "float16")
    assert wide.var().asscalar() == np.inf and wide.std().asscalar() == 300  # 90,000 is no float16, 300 is


def test_losses_and_layers_hold_in_half_precision():
    x, zero = nd.full((2, 3000), 300, "float16"), nd.zeros((2, 3000), "float16")
    assert loss.L1Loss()(x, zero).asnumpy().tolist() == [300, 300]
    assert loss.L2Loss(1e-3)(x, zero).asnumpy() == pytest.approx([45, 45], rel=1e-3)
    layer = nn.LayerNorm(3000)
    layer.initialize()
    layer.cast("float16")
    rows = layer(nd.array(np.tile([400.0, -400.0], 1500)[None], "float16"))
    assert rows.dtype == HALF and np.abs(rows.asnumpy()).tolist() == [[1.0] * 3000]


# At 0 a product with an infinite slope would be NaN: the limit is taken instead, as PyTorch does.
LIMITS = {
    "power 0": (lambda x: x**0, [0.0, 2.0], [0, 0]),
    "power 0.0": (lambda x: x**0.0, [0.0, 2.0], [0, 0]),
    "power of an array": (lambda x: x ** nd.array([0, 1, 2], "float64"), [0.0, 0.0, 0.0], [0, 1, 0]),
    "polynomial": (lambda x: sum(c * x**k for k, c in enumerate([5, 3, 2])), [0.0], [3]),
    "exponent of 0": (lambda x: nd.zeros(1, "float64") ** x, [2.0], [0]),
    "norm": (lambda x: x.norm(), [0.0, 0.0], [0, 0]),
    "std of equal values": (lambda x: x.std(), [2.0, 2.0], [0, 0]),
    "std along an axis": (lambda x: x.reshape(2, 2).std(axis=1).sum(), [2.0, 2.0, 1.0, 3.0], [0, 0, -0.5, 0.5]),
    "root of relu": (lambda x: nd.relu(x).sqrt(), [-1.0, 0.0, 4.0], [0, 0, 0.25]),
    "inverse of relu": (lambda x: 1 / nd.relu(x), [-1.0, 0.0, 2.0], [0, 0, -0.25]),
    "log of relu": (lambda x: nd.log(nd.relu(x)), [-1.0, 0.0, 2.0], [0, 0, 0.5]),
    "root of a maximum": (lambda x: nd.maximum(x, 0).sqrt(), [-1.0, 4.0], [0, 0.25]),
    "root of a minimum": (lambda x: (-nd.minimum(x, 0)).sqrt(), [1.0, -4.0], [0, -0.25]),
    "root of a size": (lambda x: abs(x).sqrt(), [0.0, 4.0], [0, 0.25]),
    "root of the largest": (lambda x: (x - 2).max().sqrt() + 0 * x.sum(), [1.0, 3.0], [0, 0.5]),
    "root chosen by where": (
        lambda x: nd.where(x > 0, x, nd.zeros(2, "float64")).sqrt(), [-1.0, 4.0], [0, 0.25]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")  # 1 / 0 and log(0) forward are numpy's to tell
def test_where_the_value_is_0_the_gradient_is_the_limit(name):
    function, x, expected = LIMITS[name]
    np.testing.assert_allclose(gradient(function, x)[0], expected)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_what_a_mask_drops_is_0_even_under_an_infinite_gradient(dtype):
    x = nd.array([-1.0, 2.0], dtype)
    for function in (nd.relu, lambda v: nd.maximum(v, 0), lambda v: nd.where(v > 0, v, nd.zeros(2, dtype))):
        x.attach_grad()
        with autograd.record():
            y = function(x)
        y.backward(nd.array([np.inf, 1.0], dtype))
        assert x.grad.asnumpy().tolist() == [0, 1] and x.grad.dtype == np.dtype(dtype)


def test_dropped_entries_pass_no_infinite_gradient():
    nd.random.seed(1)
    x = nd.ones(100)
    x.attach_grad()
    with autograd.record():
        y = nd.Dropout(x, 0.5)
    y.backward(nd.full(100, np.inf))
    dropped = y.asnumpy() == 0
    assert dropped.any() and not x.grad.asnumpy()[dropped].any() and np.isinf(x.grad.asnumpy()[~dropped]).all()


def test_the_mean_of_nothing_is_nan_as_in_numpy():
    for empty in (nd.zeros(0), nd.zeros((0, 3))):
        assert all(np.isnan(getattr(empty, name)().asscalar()) for name in ("mean", "var", "std"))
        assert empty.sum().asscalar() == 0
    assert nd.zeros((0, 3)).mean(axis=1).shape == (0,) and np.isnan(nd.zeros((0, 3)).mean(axis=0).asnumpy()).all()


def test_a_remainder_and_a_whole_quotient_have_the_gradients_of_almost_everywhere():
    a, b = gradient(lambda a, b: a % b, [7.5, -7.5], [2.0, 2.0])
    assert a.tolist() == [1, 1] and b.tolist() == [-3, 4]
    assert [g.tolist() for g in gradient(lambda a, b: a // b, [7.5], [2.0])] == [[0], [0]]


def test_random_numbers_stay_below_their_upper_end_in_every_type():
    for dtype in ("float16", "float32", "float64"):
        values = nd.random.uniform(0, 1, 200_000, dtype).asnumpy()
        assert values.dtype == dtype and values.min() >= 0 and values.max() < 1
    assert nd.random.uniform(2, 2, 3).asnumpy().tolist() == [2, 2, 2]


def test_a_product_takes_vectors_and_stacks_that_repeat():
    rng = np.random.default_rng(3)
    for left, right in [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4))]:
        a, b = rng.standard_normal(left), rng.standard_normal(right)
        np.testing.assert_allclose(nd.dot(nd.array(a, "float64"), nd.array(b, "float64")).asnumpy(), np.matmul(a, b))
        one, two = gradient(nd.dot, a, b)
        ones = np.ones(np.matmul(a, b).shape)
        step = 1e-6 * rng.standard_normal(left)
        slope = (np.matmul(a + step, b) - np.matmul(a - step, b)).sum() / 2
        assert (one * step).sum() == pytest.approx(slope, rel=1e-6) and one.shape == left and two.shape == right
        assert ones.size


@pytest.mark.parametrize("dtype", [">f4", ">f8", ">i4"])
def test_arrays_of_another_byte_order_become_native(dtype):
    a = nd.array(np.array([1, 2], dtype), None if dtype != ">f8" else "float64")
    assert a.dtype.isnative and a.asnumpy().tolist() == [1, 2]
    assert nd.array(np.asfortranarray(np.ones((2, 3)))).asnumpy().flags.c_contiguous


def test_whole_numbers_keep_what_they_are_or_are_refused():
    a = nd.array([1, 2], "int8")
    for wrong in (1.7, [300, 1], np.nan, 2.5e9):
        with pytest.raises(errors.DTypeError, match="int8.*Nothing was changed"):
            a[:] = wrong
    assert a.asnumpy().tolist() == [1, 2]
    a[0] = 5.0
    assert a.asnumpy().tolist() == [5, 2]


OWN = {
    "softmax": nd.softmax, "log softmax": nd.log_softmax, "std": lambda x: x.std(), "norm": lambda x: x.norm(),
    "exp": nd.exp, "largest": lambda x: x.max(), "root": nd.sqrt,
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_result_that_its_own_gradient_reads_may_not_be_overwritten_unnoticed(name, dtype):
    x = nd.array([1.0, 2.0], dtype)
    x.attach_grad()
    with autograd.record():
        y = OWN[name](x)
    y[...] = 7
    with pytest.raises(errors.InPlaceError):
        y.backward()


def test_arrays_that_are_joined_have_the_type_of_the_widest_real_one():
    for kinds, expected in (
        (("float32", "int64"), "float32"),
        (("int8", "float16"), "float16"),
        (("int8", "int32"), "int32"),
    ):
        parts = [nd.ones((1, 2), kind) for kind in kinds]
        assert nd.concat(*parts).dtype == expected and nd.concat(*parts[::-1], dim=0).dtype == expected
    assert (5 // nd.array([2.0])).asscalar() == 2 and (5 % nd.array([2.0])).asscalar() == 1


# float16 counts to 2048 one by one, and no further.
HALVES = {
    "bias": lambda x: ops.dense(nd.ones((5000, 1), "float16"), nd.ones((2, 1), "float16"), x),
    "embedding": lambda x: ops.embedding(nd.zeros(5000), x.reshape(1, 2)),
    "repeated index": lambda x: x.reshape(1, 2)[[0] * 5000],
    "broadcast": lambda x: x + nd.zeros((5000, 2), "float16"),
}


@pytest.mark.parametrize("name", HALVES)
def test_a_gradient_over_many_uses_is_summed_in_single_precision(name):
    assert gradient(HALVES[name], [1.0, 2.0], dtype="float16")[0].tolist() == [5000, 5000]


def test_a_mean_and_a_tie_of_many_half_precision_entries_have_their_small_gradients():
    assert gradient(lambda x: x.mean(), np.ones(70_000), dtype="float16")[0] == pytest.approx(1 / 70_000, rel=0.02)
    assert gradient(lambda x: x.max(axis=0), np.zeros((5000, 2)), dtype="float16")[0] == pytest.approx(2e-4, rel=1e-3)
