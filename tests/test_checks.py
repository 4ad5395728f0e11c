"""What a reader passes in: numbers, dtypes and shapes in the form that the package works with, or a lesson."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2lparams import checks, errors
from d2lparams.checks import fitted
from d2lparams.errors import listed, nearest
from d2lparams.parameter import merge_shapes

lengths = st.lists(st.integers(0, 5), max_size=4)


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int8(2)])
def test_numbers_of_any_kind_become_floats(value):
    assert type(checks.as_number(value, "sigma")) is float and checks.as_number(value, "sigma", 2) == 2


@pytest.mark.parametrize("value", [True, "2", None, [2], 2j, math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_refused_by_the_name_of_its_setting(value):
    with pytest.raises(errors.SettingError, match="sigma is a finite number"):
        checks.as_number(value, "sigma")


def test_a_number_below_the_least_says_the_least():
    with pytest.raises(errors.SettingError, match="sigma is a finite number of 0 or more, got -1"):
        checks.as_number(-1, "sigma", 0)
    with pytest.raises(errors.SettingError, match="units is a whole number of 1 or more, got 0"):
        checks.as_count(0, "units")


@pytest.mark.parametrize("value", [True, 2.0, "2", None])
def test_a_count_is_a_whole_number(value):
    assert type(checks.as_count(np.int64(2), "units")) is int
    with pytest.raises(errors.SettingError, match="whole number"):
        checks.as_count(value, "units")


@pytest.mark.parametrize("dtype", ["float32", np.float64, np.dtype("int8"), bool, ">f4"])
def test_a_dtype_of_numbers_is_returned_in_the_machines_byte_order(dtype):
    assert checks.as_dtype(dtype, "An array") == np.dtype(dtype).newbyteorder("=")


@pytest.mark.parametrize("dtype", [None, "flot32", str, object, "complex64", np.longdouble, 3, [("x", "f4")], "M8[s]"])
def test_a_dtype_of_anything_else_is_refused(dtype):
    with pytest.raises(errors.DTypeError, match="An array holds numbers of a type such as 'float32'"):
        checks.as_dtype(dtype, "An array")


@pytest.mark.parametrize("value", ["x", None, [None], 1j, object(), np.array(["2020"], "M8[Y]"), 2**70, {}])
def test_values_are_numbers(value):
    with pytest.raises(errors.DTypeError, match="Cannot take .*no number"):
        checks.as_values(value, "Cannot take")


@given(shape=lengths)
def test_a_shape_is_a_tuple_of_whole_numbers(shape):
    assert checks.as_shape(shape, "an array") == tuple(shape)
    assert checks.as_shape(np.array(shape, int).tolist(), "an array") == tuple(shape)
    with pytest.raises(errors.ShapeError, match="an array"):
        checks.as_shape([*shape, -1], "an array")


@given(shape=lengths, unknown=st.lists(st.booleans(), min_size=4, max_size=4))
def test_merging_fills_in_what_is_unknown_and_keeps_what_is_known(shape, unknown):
    known = tuple(0 if hole else n for n, hole in zip(shape, unknown, strict=False))
    assert merge_shapes(known, tuple(shape), "w") == tuple(shape)
    assert merge_shapes(None, tuple(shape), "w") == tuple(shape)
    with pytest.raises(errors.ShapeError, match="Parameter w"):
        merge_shapes(known, (*shape, 1), "w")


@pytest.mark.parametrize("shape", [None, 2.5, "ab", (True, 2), (2, None), {2}])
def test_what_is_no_shape_is_refused(shape):
    assert checks.as_shape(3, "an array") == (3,)
    with pytest.raises(errors.ShapeError, match="whole numbers"):
        checks.as_shape(shape, "an array")


def test_a_hint_is_short_however_much_is_known():
    many = [f"layer{n}_weight" for n in range(5000)]
    assert nearest("layer7_weigth", many).startswith("Did you mean 'layer")
    assert "and 4,988 more" in nearest("xyz", many) and len(nearest("xyz", many)) < 400
    assert nearest(10**5000, ["a"]) == nearest(None, ["a"]) == "Known names: a."
    assert listed([]) == "nothing" and listed(["a", "b", "c"], 2) == "a, b and 1 more"


@pytest.mark.parametrize(("values", "dtype"), [([1.5], "int32"), ([300], "int8"), ([-1], "uint8"), ([1e30], "float16")])
def test_values_that_would_become_others_do_not_fit(values, dtype):
    with pytest.raises(errors.DTypeError, match=f"w holds {dtype}"):
        fitted(np.array(values), np.dtype(dtype), "w")


def test_values_that_fit_are_copied_row_by_row():
    values = np.arange(6.0).reshape(2, 3).T
    copied = fitted(values, np.dtype("float64"), "w")
    assert copied.flags.c_contiguous and not np.shares_memory(copied, values)
    np.testing.assert_array_equal(fitted(np.array([np.inf, np.nan]), np.dtype("float16"), "w"), [np.inf, np.nan])
