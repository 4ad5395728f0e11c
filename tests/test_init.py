"""Initializers: their formulas, their precedence, their lessons.

Statistical bounds are five standard errors of the estimate: a correct initializer fails one in about 1.7 million seeds,
and the seeds are fixed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lparams import errors, fills, init, nd, nn, random
from d2lparams.init import create, register
from d2lparams.parameter import Parameter

N = 400 * 300


def draw(initializer, shape=(400, 300), name="w_weight", dtype="float32"):
    random.seed(3)
    p = Parameter(name, shape, dtype)
    p.initialize(initializer)
    return p.data().asnumpy()


def check_spread(values, sigma, kurtosis_excess=0.0):
    """Mean 0 and standard deviation sigma, to five standard errors."""
    assert abs(values.mean()) < 5 * sigma / math.sqrt(values.size)
    error = sigma * math.sqrt((kurtosis_excess + 2) / (4 * values.size))
    assert abs(values.std() - sigma) < 5 * error


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_default_is_uniform_between_minus_and_plus_007(dtype):
    values = draw(None, dtype=dtype)
    assert values.dtype == dtype
    assert 0.0699 < np.abs(values).max() <= np.float32(0.07)
    check_spread(values, 0.07 / math.sqrt(3), -1.2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_normal_has_the_standard_deviation_it_is_given(dtype):
    check_spread(draw(init.Normal(0.3), dtype=dtype), 0.3)


def test_truncated_normal_stays_within_two_sigma_and_says_what_is_left():
    values = draw(init.TruncatedNormal(sigma=0.5))
    assert np.abs(values).max() <= 1.0
    check_spread(values, 0.8796 * 0.5, -0.63)


@pytest.mark.parametrize(
    ("initializer", "sigma"),
    [
        (init.Xavier(), math.sqrt(2 / 700)),
        (init.Xavier("gaussian", "in", 2.0), math.sqrt(2 / 300)),
        (init.Xavier("uniform", "out", 3.0), math.sqrt(1 / 400)),
        (init.He(), math.sqrt(2 / 300)),
        (init.He(slope=1.0), math.sqrt(1 / 300)),
        (init.MSRAPrelu(), math.sqrt(2 / (1 + 0.25**2) / 350)),
        (init.LeCun(), math.sqrt(1 / 300)),
    ],
)
def test_the_fan_decides_the_spread(initializer, sigma):
    check_spread(draw(initializer), sigma)


def test_xavier_of_the_source_net_reaches_0147442():
    bound = math.sqrt(3 / ((256 + 20) / 2))
    assert round(bound, 6) == 0.147442
    assert 0.99 * bound < np.abs(draw(init.Xavier(), (256, 20))).max() <= bound


@pytest.mark.parametrize("shape", [(40, 30), (30, 40), (20, 20), (8, 3, 2, 2)])
def test_orthogonal_rows_or_columns_have_the_length_scale(shape):
    w = draw(init.Orthogonal(scale=1.5), shape, dtype="float64").reshape(shape[0], -1)
    gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(gram, 2.25 * np.eye(len(gram)), atol=1e-12)


def test_bilinear_upsampling_by_two():
    kernel = draw(init.Bilinear(), (1, 1, 4, 4))[0, 0]
    np.testing.assert_allclose(kernel[1], np.array([0.25, 0.75, 0.75, 0.25]) * 0.75)


def test_lstm_bias_opens_the_forget_gate():
    assert draw(init.LSTMBias(2.0), (8,)).tolist() == [0, 0, 2, 2, 0, 0, 0, 0]


def test_constant_takes_numbers_lists_and_arrays():
    assert (draw(init.Constant(42), (2, 2)) == 42).all()
    assert draw(init.Constant([1, 2]), (2, 2)).tolist() == [[1, 2], [1, 2]]
    assert draw(init.Constant(nd.array([[3], [4]])), (2, 2)).tolist() == [[3, 3], [4, 4]]


def test_my_init_of_the_source_has_mean_0_half_zeros_and_variance_29_17():
    class MyInit(init.Initializer):
        def _init_weight(self, name, data):
            data[:] = nd.random.uniform(low=-10, high=10, shape=data.shape)
            data *= data.abs() >= 5

    values = draw(MyInit())
    variance = (10**3 - 5**3) / (3 * 5) / 2
    assert round(variance, 4) == 29.1667
    assert abs((values == 0).mean() - 0.5) < 5 * 0.5 / math.sqrt(N)
    check_spread(values, math.sqrt(variance), 0.5)


def test_mixed_reaches_biases_and_the_first_pattern_wins():
    layer = nn.Dense(2, in_units=2)
    layer.initialize(init.Mixed([".*bias", ".*weight", ".*"], [init.Constant(3), "ones", "zeros"]))
    assert layer.bias.data().asnumpy().tolist() == [3, 3]
    assert layer.weight.data().asnumpy().tolist() == [[1, 1], [1, 1]]


def test_from_arrays_copies_by_name_and_asks_the_default_for_the_rest():
    with nn.NameManager():
        layer = nn.Dense(1, in_units=2)
    layer.initialize(init.FromArrays({"dense0_weight": [[5, 6]]}, default=init.One()))
    assert layer.weight.data().asnumpy().tolist() == [[5, 6]]
    assert layer.bias.data().asnumpy().tolist() == [0]


@pytest.mark.parametrize(
    "word", ["xavier", "Xavier", "zeros", "ones", "normal", "gaussian", "he", "msraprelu", "lecun"]
)
def test_a_name_in_any_case_gives_an_initializer(word):
    assert isinstance(create(word), init.Initializer)


def test_a_readers_own_class_can_be_registered():
    @register
    class Fives(init.Initializer):
        def _init_weight(self, name, data):
            data[:] = 5

    assert (draw("fives", (2, 2)) == 5).all()


def vector(initializer):
    return lambda: draw(initializer, (3,), name="thing_bias")


LESSONS = {
    "unknown": (lambda: create("xaver"), errors.UnknownNameError, "Did you mean 'xavier'"),
    "class": (lambda: create(init.Normal), errors.InitializerError, r"Normal\(\)"),
    "number": (lambda: create(3), errors.InitializerError, r"Constant\(3\)"),
    "none": (lambda: create(None), errors.InitializerError, "instance or a name"),
    "settings": (lambda: create("constant"), errors.InitializerError, "needs settings"),
    "sigma": (lambda: init.Normal(-1), errors.SettingError, "sigma.*0 or more"),
    "nan": (lambda: init.Uniform(math.nan), errors.SettingError, "finite"),
    "type": (lambda: init.Xavier("triangle"), errors.SettingError, "rnd_type"),
    "factor": (lambda: init.He("middle"), errors.SettingError, "factor_type"),
    "vector": (vector(init.Xavier()), errors.InitializerError, r"thing_bias.*\(3,\).*vector"),
    "orthogonal vector": (vector(init.Orthogonal()), errors.InitializerError, "vector"),
    "bilinear": (vector(init.Bilinear()), errors.InitializerError, "height, width"),
    "lstm": (vector(init.LSTMBias()), errors.InitializerError, "four equal parts"),
    "constant shape": (vector(init.Constant([1, 2])), errors.ShapeError, r"\(2,\).*\(3,\)"),
    "constant words": (lambda: init.Constant("a"), errors.DTypeError, "no number"),
    "base": (vector(init.Initializer()), errors.InitializerError, "_init_weight"),
    "mixed lengths": (lambda: init.Mixed(["a"], []), errors.SettingError, "one initializer for each"),
    "mixed pattern": (lambda: init.Mixed(["*"], ["zeros"]), errors.PatternError, "regular expression"),
    "mixed no match": (vector(init.Mixed(["x"], ["zeros"])), errors.InitializerError, r"Add '\.\*'"),
    "array missing": (vector(init.FromArrays({"thing_bia": [1]})), errors.InitializerError, "thing_bia"),
    "array shape": (vector(init.FromArrays({"thing_bias": [1]})), errors.ShapeError, r"\(1,\)"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_mistake_gets_a_lesson(name):
    mistake, kind, words = LESSONS[name]
    with pytest.raises(kind, match=words):
        mistake()


def test_a_parameter_without_a_role_is_a_question():
    class Odd(nn.Block):
        def __init__(self):
            super().__init__()
            self.thing = self.params.get("thing", shape=(2,))

    with pytest.raises(errors.InitializerError, match=r"thing.*init=.*role="):
        Odd().initialize()


@given(shape=st.lists(st.integers(1, 7), min_size=2, max_size=4), seed=st.integers(0, 50))
@settings(max_examples=40)
def test_fills_depend_on_the_seed_alone_and_not_on_the_size_of_the_pieces(shape, seed):
    whole = np.empty(shape, np.float32)
    fills.normal(whole, np.random.default_rng(seed), 0.0, 2.0)
    again = np.empty(shape, np.float32)
    fills.normal(again, np.random.default_rng(seed), 0.0, 2.0)
    np.testing.assert_array_equal(whole, again)
    assert whole.dtype == np.float32
    assert fills.fans(shape)[0] * shape[0] == whole.size


WRONG = {
    "mixed of nothing": (lambda: init.Mixed(None, None), errors.SettingError, "one initializer for each"),
    "arrays of words": (lambda: init.FromArrays("x"), errors.SettingError, "dict"),
    "array of words": (lambda: init.FromArrays({"a": "x"}), errors.DTypeError, "copy to a"),
    "complex array": (lambda: init.FromArrays({"a": [1j]}), errors.DTypeError, "no number"),
    "ragged": (lambda: init.Constant([[1], [1, 2]]), errors.ShapeError, "different lengths"),
    "register": (lambda: register(int), errors.InitializerError, "derived from Initializer"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_gets_a_lesson(name):
    mistake, kind, words = WRONG[name]
    with pytest.raises(kind, match=words):
        mistake()


def test_from_arrays_keeps_copies():
    array = np.ones((2, 2))
    initializer = init.FromArrays({"w_weight": array})
    array[:] = 7
    assert (draw(initializer, (2, 2)) == 1).all()


def test_the_default_of_from_arrays_fills_a_parameter_that_owns_it_or_that_mixed_sends():
    given = init.FromArrays({"other": [1.0]}, default="ones")
    layer = nn.Dense(2, in_units=2, bias_initializer=given)
    layer.initialize(init.Mixed([".*"], [given]))
    assert (layer.bias.data() == 1).all() and (layer.weight.data() == 1).all()


@pytest.mark.parametrize("size", [1 << 15, (1 << 16) + 1, 100_000])
def test_a_large_uniform_fill_has_the_values_that_numpy_draws(size):
    ours, numpys = np.empty(size, np.float32), np.empty(size, np.float32)
    one, two = (np.random.default_rng(7) for _ in range(2))
    fills.uniform(ours, one, -0.07, 0.07)
    two.random(out=numpys, dtype=np.float32)
    numpys *= 0.14
    numpys -= 0.07
    np.testing.assert_array_equal(ours, numpys)
    assert one.random(dtype=np.float32) == two.random(dtype=np.float32)  # and leaves the stream where numpy does


# ---- layouts


@pytest.mark.parametrize(
    ("layout", "shape", "fan_in", "fan_out"),
    [("oi", (40, 30), 30, 40), ("io", (30, 40), 30, 40), ("oi", (8, 3, 2, 2), 12, 32), ("io", (3, 8, 2, 2), 12, 32),
     ("hwio", (2, 2, 3, 8), 12, 32)],
)  # fmt: skip
def test_an_initializer_is_told_which_axis_counts_the_inputs(layout, shape, fan_in, fan_out):
    axes = layout.index("i"), layout.index("o")
    assert fills.fans(shape, *axes) == (fan_in, fan_out)
    bound = np.abs(draw(init.Xavier(factor_type="in", layout=layout), shape)).max()
    assert 0.9 * math.sqrt(3 / fan_in) < bound <= math.sqrt(3 / fan_in)
    for other in (init.He(layout=layout), init.MSRAPrelu(layout=layout), init.LeCun(layout)):
        assert draw(other, shape).std() < 1.5 * math.sqrt(2 / fan_in)


def test_he_keeps_the_second_moment_of_a_weight_that_is_used_as_x_times_w():
    w = draw(init.He(layout="io"), (400, 100))
    check_spread(w, math.sqrt(2 / 400))


def test_orthogonal_takes_kernels_of_any_layout():
    w = np.moveaxis(draw(init.Orthogonal(1.0, layout="hwio"), (2, 2, 3, 8), dtype="float64"), 3, 0).reshape(8, -1)
    np.testing.assert_allclose(w @ w.T, np.eye(8), atol=1e-12)


def test_an_initializer_says_which_layout_it_assumes():
    assert repr(init.He()) == "He(factor_type='in', slope=0.0, layout='oi')"
    with pytest.raises(errors.SettingError, match=r"'io' for \(in, out\)"):
        init.Xavier(layout="ab")
    with pytest.raises(errors.InitializerError, match="layout 'hwio'.*fewer axes"):
        draw(init.He(layout="hwio"), (3, 2))


# ---- equality and exact numbers


def test_initializers_are_equal_by_type_and_settings_and_arrays_by_their_values():
    def large(middle):
        array = np.zeros((60, 60))
        array[30, 30] = middle
        return array

    assert init.FromArrays({"w": large(1)}) != init.FromArrays({"w": large(2)})
    assert init.FromArrays({"w": large(1)}, "ones") == init.FromArrays({"w": large(1)}, init.One())
    assert init.Constant([1, 2]) == init.Constant(np.array([1, 2])) != init.Constant([1, 3])
    assert init.Constant(math.nan) == init.Constant(math.nan) and hash(init.Constant([1])) == hash(init.Constant([1]))
    assert init.Mixed(["a"], ["ones"]) == init.Mixed(["a"], ["ones"]) != init.Mixed(["b"], ["ones"])
    assert init.He() != init.MSRAPrelu("in", 0.0) and init.Normal(1) != 3


@pytest.mark.parametrize("initializer", [init.Uniform(3e38), init.Normal(1e38), init.TruncatedNormal(0.0, 1e38),
                                         init.Orthogonal(1e39), init.Constant(1e39)])  # fmt: skip
def test_numbers_that_would_be_infinite_are_refused(initializer):
    with pytest.raises(errors.D2LError, match="infinite"):
        draw(initializer, (2, 2))
    assert np.isfinite(draw(initializer, (2, 2), dtype="float64")).all()


def test_a_constant_of_fractions_does_not_fill_whole_numbers():
    with pytest.raises(errors.DTypeError, match="w_weight holds int64.*0.5"):
        draw(init.Constant(0.5), (2,), dtype="int64")


@pytest.mark.parametrize("role", ["bias", "beta", "gamma"])
def test_a_role_decides_whatever_the_array_held(role):
    data = nd.full((3,), 7.0)
    init.Normal()(f"x_{role}", data, role=role)
    assert data.asnumpy().tolist() == [float(role == "gamma")] * 3
    init.Zero()._init_weight("x_weight", data)
    assert data.asnumpy().tolist() == [0, 0, 0]


def test_xavier_draws_from_minus_to_plus_its_scale_and_takes_a_magnitude_below_1():
    found = []
    for initializer in (init.Xavier(magnitude=0.5), init.Uniform(0.5)):  # of (2, 2) the scale is sqrt(0.5 / 2)
        random.seed(4)
        found.append(nd.zeros((2, 2)))
        initializer._init_weight("x_weight", found[-1])
    np.testing.assert_allclose(found[0].asnumpy(), found[1].asnumpy(), rtol=1e-6)


def test_a_scale_below_1_is_a_scale():
    random.seed(2)
    for kind in (init.Uniform, init.Normal, lambda s: init.TruncatedNormal(0.0, s), init.Orthogonal):
        data = nd.zeros((4, 4))
        kind(0.5)._init_weight("x_weight", data)
        assert 0.05 < data.std().asscalar() < 0.8


def test_an_lstm_bias_is_a_vector_of_four_parts_whatever_it_held():
    data = nd.full((12,), 7.0)
    init.LSTMBias()("x_bias", data, role="bias")
    assert data.asnumpy().tolist() == [0] * 3 + [1] * 3 + [0] * 6
    for size in (3, 6, 9):
        with pytest.raises(errors.InitializerError, match="four equal parts"):
            init.LSTMBias()("x_bias", nd.zeros(size), role="bias")


def test_the_default_of_from_arrays_is_asked_by_role():
    data = nd.zeros(3)
    init.FromArrays({}, default="normal")("x_gamma", data, role="gamma")
    assert data.asnumpy().tolist() == [1, 1, 1]
