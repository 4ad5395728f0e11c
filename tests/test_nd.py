"""The array type: creation, printing, indexing, views, and its lessons."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from d2lparams import errors, nd, nn


def test_lists_and_float64_arrays_become_float32_and_other_arrays_keep_their_type():
    assert nd.array([1, 2]).dtype == np.float32
    assert nd.array(np.zeros(2)).dtype == np.float32
    assert nd.array(np.zeros(2, np.int64)).dtype == np.int64
    assert nd.array([1, 2], dtype="float64").dtype == np.float64


def test_an_array_prints_its_values_and_its_shape():
    assert repr(nd.array([[1, 2]])) == "\n[[1. 2.]]\n<NDArray 1x2>"
    assert repr(nd.array(3)) == "\n3.0\n<NDArray scalar>"


def test_asnumpy_copies_and_basic_slices_are_views():
    a = nd.zeros((2, 3))
    a.asnumpy()[:] = 1
    assert not a.any()
    a[0][1] = 5
    a[:, 2:][:] = 7
    assert a.asnumpy().tolist() == [[0, 5, 7], [0, 0, 7]]


def test_a_mask_selects_entries():
    a = nd.array([1, -2, 3])
    assert a[a > 0].asnumpy().tolist() == [1, 3]


def test_a_numpy_array_on_the_left_gives_an_ndarray():
    result = np.ones(2, np.float64) + nd.array([1, 2])
    assert type(result) is nd.NDArray and result.dtype == np.float32


def test_integers_divide_to_float32():
    assert (nd.array([1, 2], "int32") / 2).dtype == np.float32
    assert (nd.array([1, 2]) > 1).mean().dtype == np.float32


def test_one_entry_is_a_number_and_more_are_a_lesson():
    assert float(nd.array([2.5])) == 2.5 and int(nd.array(3)) == 3 and bool(nd.array([1]))
    with pytest.raises(errors.ShapeError, match="ambiguous"):
        bool(nd.ones(2))
    with pytest.raises(errors.ShapeError, match="not one number"):
        nd.ones(2).asscalar()


LESSONS = {
    "add": (lambda: nd.ones(3) + nd.ones(2), errors.ShapeError, r"\(3,\) and \(2,\)"),
    "product": (lambda: nd.ones((2, 3)) @ nd.ones((2, 3)), errors.ShapeError, r"\(2, 3\)"),
    "product with a list": (lambda: nd.ones((2, 3)) @ [1], errors.DTypeError, "nd.array"),
    "string operand": (lambda: nd.ones(2) + "a", errors.DTypeError, "no number"),
    "assignment": (lambda: nd.ones(2).__setitem__(0, [1, 2]), errors.ShapeError, "broadcast"),
    "reshape": (lambda: nd.ones(4).reshape(3, 2), errors.ShapeError, "4 entries"),
    "axis": (lambda: nd.ones((2, 2)).sum(axis=2), errors.ShapeError, "no axis 2"),
    "ragged": (lambda: nd.array([[1], [1, 2]]), errors.ShapeError, "different lengths"),
    "words": (lambda: nd.array(["a"]), errors.DTypeError, "no number"),
    "join": (lambda: nd.concat(nd.ones((2, 2)), nd.ones((3, 3))), errors.ShapeError, "join"),
    "uniform": (lambda: nd.random.uniform(1, 0), errors.SettingError, "low <= high"),
    "normal": (lambda: nd.random.normal(scale=-1), errors.SettingError, "standard deviation"),
    "empty": (lambda: nd.zeros((0, 2)).max(), errors.ShapeError, "no entries"),
    "in place": (lambda: nd.ones(1).__iadd__(nd.ones(3)), errors.ShapeError, "in place"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_mistake_gets_a_lesson(name):
    mistake, kind, words = LESSONS[name]
    with pytest.raises(kind, match=words):
        mistake()


def test_a_failed_assignment_changes_nothing():
    a = nd.ones((2, 2))
    with pytest.raises(errors.ShapeError):
        a[0] = [1, 2, 3]
    assert a.asnumpy().tolist() == [[1, 1], [1, 1]]


def test_a_deep_copy_has_memory_of_its_own():
    a = nd.ones(2)
    b = copy.deepcopy(a)
    b[:] = 5
    assert a.asnumpy().tolist() == [1, 1]


METHODS = [name for name in nd.__all__ if hasattr(nd.NDArray, name)]


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_a_function_too_and_takes_arrays_of_ours_alone(name):
    a, more = nd.array([[4.0, 1.0], [2.0, 3.0]]), {"reshape": ((4,),)}.get(name, ())
    assert (getattr(nd, name)(a, *more) == getattr(a, name)(*more)).all()
    with pytest.raises(errors.DTypeError, match=r"nd\.array\(x\)"):
        getattr(nd, name)([[4.0, 1.0], [2.0, 3.0]], *more)


def test_what_the_source_section_calls_as_a_function_is_one():
    assert {"sum", "mean", "var", "std", "tanh", "reshape", "transpose", "flatten"} <= {*METHODS}


def test_one_hot_and_arange():
    assert nd.one_hot(nd.array([1, 0]), 3).asnumpy().tolist() == [[0, 1, 0], [1, 0, 0]]
    assert nd.arange(3).asnumpy().tolist() == [0, 1, 2]


WRONG = {
    "dtype": (lambda: nd.zeros(2, "flot32"), errors.DTypeError, "'flot32'"),
    "two numbers": (lambda: nd.zeros(2, 3), errors.DTypeError, "not 3"),
    "negative": (lambda: nd.ones((2, -1)), errors.ShapeError, "0 or more"),
    "no shape": (lambda: nd.ones(None), errors.ShapeError, "None"),
    "filled with words": (lambda: nd.full(2, "a"), errors.DTypeError, "no number"),
    "no step": (lambda: nd.arange(0, 3, 0), errors.SettingError, "step"),
    "one hot": (lambda: nd.one_hot(nd.array([5]), 3), errors.ShapeError, "0 to 2, but the batch holds 5"),
    "fraction": (lambda: nd.one_hot(nd.array([0.5]), 3), errors.DTypeError, "whole numbers.*0.5"),
    "list operand": (lambda: nd.exp([1.0]), errors.DTypeError, r"nd\.array\(x\)"),
    "parameter": (lambda: nd.exp(nn.Parameter("w")), errors.DTypeError, r"p\.data\(\)"),
    "ragged operand": (lambda: nd.ones(2) + [[1], [1, 2]], errors.ShapeError, "different lengths"),
    "truth": (lambda: (nd.ones(2) > 0) - (nd.ones(2) > 0), errors.DTypeError, "astype"),
    "minus truth": (lambda: -(nd.ones(2) > 0), errors.DTypeError, "astype"),
    "comparison": (lambda: nd.ones((2, 3)) == nd.ones(2), errors.ShapeError, "compare"),
    "order of words": (lambda: nd.ones(2) < "x", errors.DTypeError, "no number"),
    "nothing written": (lambda: nd.ones(2).__setitem__(0, None), errors.DTypeError, "None"),
    "too large": (lambda: nd.array([1], "int8").__setitem__(0, 300), errors.DTypeError, "int8"),
    "half in place": (lambda: nd.array([1], "int32").__iadd__(0.5), errors.DTypeError, "int32.*Nothing was changed"),
    "axis word": (lambda: nd.ones(2).sum(axis="x"), errors.ShapeError, "no axis 'x'"),
    "axis twice": (lambda: nd.ones((2, 2)).sum(axis=(0, 0)), errors.ShapeError, "each once"),
    "argmax": (lambda: nd.ones(2).argmax(axis=1), errors.ShapeError, "no axis 1"),
    "transpose": (lambda: nd.ones((2, 3)).transpose(0, 5), errors.ShapeError, "order"),
    "flatten": (lambda: nd.array(1).flatten(), errors.ShapeError, "first axis"),
    "astype": (lambda: nd.ones(1).astype("complex64"), errors.DTypeError, "complex64"),
    "no parts": (lambda: nd.concat(), errors.ShapeError, "at least one"),
    "stack axis": (lambda: nd.stack(nd.ones(2), axis=3), errors.ShapeError, "no axis 3"),
    "where": (lambda: nd.where(nd.ones(1), nd.ones(1), 0), errors.DTypeError, "where"),
    "no classes": (lambda: nd.softmax(nd.zeros((2, 0))), errors.ShapeError, "no classes"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_shape_type_or_axis_gets_a_lesson_of_our_own(name):
    mistake, kind, words = WRONG[name]
    with pytest.raises(kind, match=words):
        mistake()


@pytest.mark.parametrize("function", [nd.sigmoid, nd.tanh, nd.relu, nd.softmax, nd.log_softmax, nd.exp])
@pytest.mark.parametrize("kind", ["int64", "bool"])
def test_whole_numbers_and_truth_values_give_float32(function, kind):
    assert function(nd.array([[1, 0]], kind)).dtype == np.float32


def test_stack_puts_the_new_axis_where_it_is_asked_and_takes_a_list():
    a = nd.array([[1, 2], [3, 4]])
    for axis in (0, 1, 2, -1):
        expected = np.stack([a.asnumpy(), a.asnumpy()], axis)
        np.testing.assert_array_equal(nd.stack([a, a], axis=axis).asnumpy(), expected)


def test_a_single_number_can_be_formatted():
    assert f"{nd.array(0.25):.1f}" == "0.2" and f"{nd.array(2)}" == repr(nd.array(2))


def test_an_empty_batch_keeps_its_axes():
    assert nd.zeros((0, 2, 3)).flatten().shape == (0, 6)
