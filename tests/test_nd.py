"""The array type: creation, printing, indexing, views, and its lessons."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from d2lparams import errors, nd


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
    "words": (lambda: nd.array(["a"]), errors.DTypeError, "not numbers"),
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


def test_one_hot_and_arange():
    assert nd.one_hot(nd.array([1, 0]), 3).asnumpy().tolist() == [[0, 1, 0], [1, 0, 0]]
    assert nd.arange(3).asnumpy().tolist() == [0, 1, 2]
