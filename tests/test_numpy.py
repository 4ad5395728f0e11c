"""Where numpy and this package meet: what students type works where it is plain what is meant, else it is a lesson."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

from d2lparams import autograd, errors, gluon, nd, nn


@pytest.fixture
def x():
    values = nd.array([[1.0, 2.0], [3.0, 4.0]])
    values.attach_grad()
    return values


SAME = {
    "exp": (np.exp, lambda v: v.exp()),
    "square": (np.square, lambda v: v.square()),
    "sum": (np.sum, lambda v: v.sum()),
    "mean along an axis": (lambda v: np.mean(v, axis=0), lambda v: v.mean(axis=0)),
    "largest": (lambda v: np.max(v, axis=1, keepdims=True), lambda v: v.max(axis=1, keepdims=True)),
    "reshape": (lambda v: np.reshape(v, (4,)), lambda v: v.reshape(4)),
    "numpy scalar on the left": (lambda v: np.float64(3) - v, lambda v: 3 - v),
    "numpy array on the left": (lambda v: np.array([1.0, 2.0]) / v, lambda v: nd.array([1.0, 2.0]) / v),
    "numpy matrix on the left": (lambda v: np.ones((3, 2)) @ v, lambda v: nd.ones((3, 2)) @ v),
    "numpy matrix on the right": (lambda v: np.matmul(v, np.ones((2, 3))), lambda v: v @ nd.ones((2, 3))),
    "plus": (lambda v: +v, lambda v: v * 1),
}


@pytest.mark.parametrize("name", SAME)
def test_a_function_of_numpy_is_the_operation_of_that_name_with_its_gradient(name, x):
    ours, meant = SAME[name]
    grads = []
    for function in (ours, meant):
        with autograd.record():
            y = function(x)
        assert isinstance(y, nd.NDArray) and y.dtype == np.float32
        y.backward()
        grads.append((y.asnumpy(), x.grad.asnumpy()))
    np.testing.assert_array_equal(grads[0][0], grads[1][0])
    np.testing.assert_array_equal(grads[0][1], grads[1][1])


CUT = {
    "norm": np.linalg.norm,
    "where": lambda v: np.where([[True, False]], v, v),
    "stack": lambda v: np.stack([v, v]),
    "dot": lambda v: np.dot(v, v),
    "array of results": lambda v: nd.array([v.sum(), v.mean()]),
    "cumulated": lambda v: np.add.reduce(v),
    "other functions": np.arctan,
    "array": np.asarray,
}


@pytest.mark.parametrize("name", CUT)
def test_a_recorded_array_that_becomes_numpy_is_a_lesson_not_a_cut_graph(name, x):
    with autograd.record(), pytest.raises(errors.GraphError, match=r"detach\(\)"):
        CUT[name](x)
    CUT[name](x)  # where nothing is recorded there is nothing to lose
    with autograd.record():
        CUT[name](x.detach())


def test_facts_may_be_asked_while_recording(x):
    with autograd.record():
        assert np.shape(x) == (2, 2) and np.ndim(x) == 2 and np.size(x) == 4 and len(x) == 2
        assert f"{x.sum():.1f}" == "10.0" and float(x.sum()) == 10 and round(x.mean(), 1) == 2.5


def test_comparisons_and_their_logic_work_from_both_sides(x):
    inside = (x > 1) & (x < 4)
    assert inside.asnumpy().tolist() == [[False, True], [True, False]]
    assert (~inside | (x == 2)).asnumpy().tolist() == [[True, True], [False, True]]
    assert (np.array([[1, 5]]) < x).asnumpy().tolist() == [[False, False], [True, False]]
    assert (np.float64(2) >= x).asnumpy().tolist() == [[True, True], [False, False]]
    with pytest.raises(errors.DTypeError, match="bitwise_and"):
        x & 1.5


def test_whole_quotients_and_remainders_are_numpys(x):
    assert (x // 2).asnumpy().tolist() == [[0, 1], [1, 2]] and (x % 2).asnumpy().tolist() == [[1, 0], [1, 0]]
    y = x.detach()
    y **= 2
    assert y.asnumpy().tolist() == [[1, 4], [9, 16]] and x.asnumpy().tolist() == [[1, 4], [9, 16]]


PLACES = {
    "row": lambda v: v[5],
    "negative": lambda v: v[-3],
    "too many": lambda v: v[0, 0, 0],
    "mask": lambda v: v[nd.array([True, False, True], "bool")],
    "words": lambda v: v["a"],
    "in a tuple": lambda v: v[0, [3]],
    "written": lambda v: v.__setitem__(7, 1.0),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_place_outside_an_array_is_a_lesson_and_an_index_error(name, x):
    with pytest.raises(IndexError, match=r"shape \(2, 2\)") as caught:
        PLACES[name](x)
    assert isinstance(caught.value, errors.OutOfRangeError)


def test_an_index_is_made_of_whole_numbers(x):
    assert x[nd.array([1, 0])].asnumpy().tolist() == [[3, 4], [1, 2]]
    for fraction in (nd.array([1.7]), [0.5], np.array([np.nan])):
        with pytest.raises(errors.DTypeError, match="whole numbers"):
            x[fraction]


def test_a_list_that_is_an_index_may_change_before_the_walk_back(x):
    rows = [0, 0]
    with autograd.record():
        y = x[rows].sum() + x[(rows, [0, 1])].sum()
    rows[:] = [1, 1]
    y.backward()
    assert x.grad.asnumpy().tolist() == [[3, 3], [0, 0]]


def test_a_gradient_that_is_overwritten_after_its_use_is_told(x):
    w = nd.ones((2, 2))
    w.attach_grad()
    for overwrite in (lambda: (x * x).sum(), lambda: (x + x).sum()):
        with autograd.record():
            y = (w * x.grad).sum()
            z = overwrite()
        z.backward()
        with pytest.raises(errors.InPlaceError, match="changed in place"):
            y.backward()
    p = nn.Parameter("w_weight", shape=(2, 2))
    p.initialize()
    with autograd.record():
        y = (w * p.grad()).sum()
    p.zero_grad()
    with pytest.raises(errors.InPlaceError):
        y.backward()


def test_a_walk_back_that_fails_frees_nothing_and_changes_nothing(x):
    from d2lparams.array import attach

    with autograd.record():
        broken = attach(x._data * 2, (x,), lambda g: (_ for _ in ()).throw(MemoryError("no room")))
        y = (broken * 3).sum()
    for _ in range(2):
        with pytest.raises(MemoryError):
            y.backward()
    assert not x.grad.asnumpy().any()


HUGE = [10**400, -(10**400), 2**70, None, "a", b"x", "", float("nan"), object(), 1.5, True, "\0", [[1], [1, 2]], -1]
CALLS = {
    "zeros": nd.zeros,
    "zeros of a type": lambda v: nd.zeros(1, v),
    "array": nd.array,
    "full": lambda v: nd.full(2, v),
    "arange": nd.arange,
    "one hot": lambda v: nd.one_hot(nd.array([0]), v),
    "uniform": lambda v: nd.random.uniform(v, 3),
    "normal": lambda v: nd.random.normal(0, v, 2),
    "size": lambda v: nd.random.normal(size=v) if v is not None else nd.zeros(None),
    "seed": nd.random.seed,
    "plus": lambda v: nd.ones(2) + v,
    "power": lambda v: 2 ** nd.ones(2) ** v,
    "in place": lambda v: nd.ones(2).__iadd__(v),
    "less": lambda v: nd.ones(2) < v,
    "written": lambda v: nd.ones(2).__setitem__(0, v),
    "sum": lambda v: nd.ones((2, 2)).sum(axis=v),
    "reshape": lambda v: nd.ones(4).reshape(v),
    "transpose": lambda v: nd.ones((2, 2)).transpose(v, v),
    "stack": lambda v: nd.stack(nd.ones(2), axis=v),
    "concat": lambda v: nd.concat(nd.ones((2, 2)), dim=v),
    "dtype": lambda v: nd.ones(2).astype(v),
    "attach_grad": lambda v: nd.ones(2).attach_grad(v),
    "exp": nd.exp,
    "mean": nd.mean,
    "dot": lambda v: nd.dot(nd.ones(2), v),
    "Dropout": lambda v: nd.Dropout(nd.ones(2), v),
    "device": lambda v: nd.ones(2, ctx=v) if v is not None else nd.zeros(None),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("value", HUGE, ids=lambda v: str(type(v).__name__) + (repr(v)[:8] if type(v) is str else ""))
def test_nothing_a_beginner_passes_raises_a_foreign_exception(name, value):
    with contextlib.suppress(errors.D2LError):
        CALLS[name](value)
    nd.random.seed(0)


def test_the_names_of_the_source_section_are_there():
    assert gluon.nn is nn and gluon.Trainer and gluon.ParameterDict and gluon.Parameter
    assert nd.random_normal(size=(2, 3)).shape == nd.random.uniform(size=(2, 3)).shape == (2, 3)
    a, b = nd.array([3.0, 4.0]), nd.empty(2)
    assert a.copyto(b) is b and b.asnumpy().tolist() == [3, 4] and a.astype("float32", copy=False) is not a
    for name, expected in (("sum", 7), ("mean", 3.5), ("norm", 5), ("max", 4), ("min", 3), ("argmax", 1)):
        assert getattr(nd, name)(a).asscalar() == expected
    assert nd.power(a, 2).asnumpy().tolist() == nd.square(a).asnumpy().tolist() == [9, 16]


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_arrays_are_saved_and_loaded_as_they_were_given(tmp_path, suffix):
    a, b = nd.array([1.0, 2.0]), nd.array([[3]], "int64")
    for given in ([a, b], {"x": a, "y": b}):
        nd.save(tmp_path / f"arrays{suffix}", given)
        found = nd.load(tmp_path / f"arrays{suffix}")
        assert type(found) is type(given)
        pairs = zip(found, given, strict=True) if type(given) is list else [(found[k], given[k]) for k in given]
        assert all(one.dtype == other.dtype and (one == other).all() for one, other in pairs)


WRITING = {
    "copyto": lambda x: np.copyto(x, 5),
    "fill_diagonal": lambda x: np.fill_diagonal(x, 5),
    "put": lambda x: np.put(x, [0], 5),
    "putmask": lambda x: np.putmask(x, x == 0, 5),
    "at": lambda x: np.add.at(x, (0, 0), 1),
    "out": lambda x: np.sum(x, axis=0, out=x[0]),
    "out of a ufunc": lambda x: np.exp(x, out=x),
}


@pytest.mark.parametrize("name", WRITING)
def test_a_function_of_numpy_that_would_write_says_that_it_cannot(name):
    with pytest.raises(errors.DTypeError, match="cannot write into an NDArray"):
        WRITING[name](nd.zeros((2, 2)))


def test_functions_of_numpy_with_settings_of_their_own_get_the_values():
    x = nd.array([[1.0, 2.0], [3.0, 0.0]])
    assert np.sum(x, 0, np.float64).dtype == np.float64 and np.all(x, axis=0).tolist() == [True, False]
    assert np.argmax(x, axis=0, keepdims=True).shape == (1, 2) and np.sum(a=x) == 6
    with pytest.raises(errors.ShapeError, match="one axis"):
        x.argmax(axis=(0, 1))
    with pytest.raises(errors.DTypeError, match=r"2\*\*63"):
        nd.arange(4)[np.array([2**64 - 1], "uint64")]


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "sin", "cos", "tanh"])
def test_a_real_function_of_numpy_takes_whole_numbers_as_float32(name):
    y = getattr(np, name)(nd.array([1, 2], "int32"))
    assert isinstance(y, nd.NDArray) and y.dtype == np.float32


BOTH = (
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.bitwise_and, np.bitwise_or,
    np.bitwise_xor, np.add, np.subtract, np.multiply, np.maximum, np.power, np.floor_divide,
)  # fmt: skip


@pytest.mark.parametrize("function", BOTH, ids=lambda f: f.__name__)
def test_a_function_of_two_takes_our_arrays_on_either_side_and_on_both(function):
    left, right = np.array([1, 2, 3]), np.array([2, 2, 2])
    a, b = nd.array(left), nd.array(right)
    for one, other in ((a, b), (left, b), (a, right)):
        result = function(one, other)
        assert isinstance(result, nd.NDArray)
        np.testing.assert_array_equal(result.asnumpy(), function(left, right))


@pytest.mark.parametrize("name", ["sum", "mean", "var", "std", "max", "min", "argmax", "all", "any", "transpose"])
def test_a_function_of_numpy_is_the_method_of_that_name(name):
    values = np.array([[1.0, 0.0], [2.0, 5.0]], np.float32)
    result, expected = getattr(np, name)(nd.array(values)), getattr(np, name)(values)
    assert isinstance(result, bool if name in ("all", "any") else nd.NDArray)
    np.testing.assert_allclose(result if name in ("all", "any") else result.asnumpy(), expected, rtol=1e-6)
    if name in ("all", "any"):  # ours are of the whole array
        assert getattr(np, name)(nd.array(values), 0).tolist() == getattr(values, name)(0).tolist()


def test_a_type_that_is_asked_of_numpy_is_given():
    x = nd.array([1.0, 2.0])
    assert np.asarray(x, "float64").dtype == np.float64 and np.add(x, x, dtype="float64").dtype == np.float64


def test_an_array_is_a_number_a_length_and_an_index_where_it_can_be():
    assert len(nd.ones(3)) == 3 and len(nd.ones((2, 3))) == 2 and [1, 2, 3][nd.array(2, "int64")] == 3
    with pytest.raises(errors.ShapeError, match="no length"):
        len(nd.array(1))
    with pytest.raises(errors.DTypeError, match="count or index"):
        [1, 2, 3][nd.array(2)]
    assert nd.array([1, 0]).any() and not nd.array([1, 0]).all() and not nd.array([0, 0]).any()


def test_an_axis_is_a_number_and_an_array_has_an_entry_that_is_the_largest():
    for axis in ("", b"\0", 1.0, "0"):
        with pytest.raises(errors.ShapeError, match="no axis"):
            nd.ones((2, 3)).sum(axis=axis)
    with pytest.raises(errors.ShapeError, match="none is the largest"):
        nd.zeros(0).argmax()


def test_a_cast_copies_unless_it_need_not(x):
    assert not np.shares_memory(x.astype("float32")._data, x._data)
    assert np.shares_memory(x.astype("float32", copy=False)._data, x._data)
    with autograd.record():
        whole = x.astype("int32")
    assert whole.grad is None and whole._node is None
