"""The layers: what they compute, their deferred shapes, and their lessons."""

from __future__ import annotations

import re

import numpy as np
import pytest

from d2lparams import autograd, errors, init, nd, nn


def dense(units=3, **settings):
    layer = nn.Dense(units, **settings)
    layer.initialize(init.Normal(1.0))
    return layer


def test_dense_computes_the_affine_map_and_its_activation():
    layer = dense(activation="relu")
    x = np.arange(8.0).reshape(2, 4).astype(np.float32)
    y = layer(nd.array(x)).asnumpy()
    w, b = layer.weight.data().asnumpy(), layer.bias.data().asnumpy()
    np.testing.assert_allclose(y, np.maximum(x @ w.T + b, 0), rtol=1e-5)


def test_flatten_joins_the_axes_and_without_it_the_last_axis_is_mapped():
    x = nd.ones((2, 3, 5))
    flat, last = dense(), dense(flatten=False)
    assert flat(x).shape == (2, 3) and flat.weight.shape == (3, 15)
    assert last(x).shape == (2, 3, 3) and last.weight.shape == (3, 5)


def test_without_bias_there_is_none():
    assert dense(use_bias=False, in_units=2).bias is None


def test_only_the_weight_of_a_dense_layer_waits_for_the_width():
    layer = dense()
    assert (layer.weight.state, layer.bias.state) == ("deferred", "ready")
    assert layer.weight.shape == (3, 0) and "None -> 3" in repr(layer)
    layer(nd.ones((1, 4)))
    assert layer.weight.state == "ready" and "4 -> 3" in repr(layer)


def test_a_never_initialized_layer_says_initialize():
    with pytest.raises(errors.NotInitializedError, match=r"net\.initialize\(\)"):
        nn.Dense(1)(nd.ones((1, 2)))


def test_the_wrong_width_names_the_layer_and_both_widths_and_changes_nothing():
    layer = dense(in_units=4)
    with pytest.raises(errors.ShapeError, match=r"dense.*\(2, 5\).*5 wide.*\(3, 4\).*in_units=5"):
        layer(nd.ones((2, 5)))
    assert layer.weight.shape == (3, 4)


LESSONS = {
    "activation": (lambda: nn.Dense(1, activation="rlu"), errors.UnknownNameError, "'relu'"),
    "activation layer": (lambda: nn.Activation("bogus"), errors.UnknownNameError, "Known names"),
    "units": (lambda: nn.Dense(0), errors.SettingError, "units"),
    "fractional units": (lambda: nn.Dense(2.5), errors.SettingError, "whole number"),
    "in_units": (lambda: nn.Dense(1, in_units=-1), errors.SettingError, "in_units"),
    "params": (lambda: nn.Dense(1, params={}), errors.RegistrationError, "shared.params"),
    "numpy input": (lambda: dense(in_units=2)(np.ones((1, 2))), errors.DTypeError, "nd.array"),
    "no batch": (lambda: dense(in_units=2)(nd.ones(2)), errors.ShapeError, r"reshape\(1, -1\)"),
    "rate": (lambda: nn.Dropout(1.0), errors.SettingError, "share"),
    "table": (lambda: nn.Embedding(3, 0), errors.SettingError, "output_dim"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_mistake_gets_a_lesson(name):
    mistake, kind, words = LESSONS[name]
    with pytest.raises(kind, match=words):
        mistake()


def test_a_refused_layer_uses_up_no_name():
    with nn.NameManager():
        with pytest.raises(errors.UnknownNameError):
            nn.Dense(1, activation="rlu")
        assert nn.Dense(1).name == "dense0"


def test_embedding_takes_rows_and_says_when_an_index_is_outside():
    table = nn.Embedding(4, 2)
    table.initialize()
    assert table(nd.array([[0, 3]])).shape == (1, 2, 2)
    with pytest.raises(errors.ShapeError, match=r"4 rows.*0 to 3.*4"):
        table(nd.array([4]))


def test_dropout_acts_in_training_only_and_keeps_the_mean():
    nd.random.seed(0)
    layer, x = nn.Dropout(0.25), nd.ones((400, 100))
    assert layer(x) is x
    with autograd.record():
        y = layer(x)
    # 40,000 entries: the share of zeros has standard deviation 0.0022, the bound is 5 of them.
    assert abs(float((y == 0).mean()) - 0.25) < 0.011
    assert set(np.unique(y.asnumpy()).tolist()) <= {0.0, float(np.float32(1 / 0.75))}


def test_layer_norm_gives_rows_of_mean_zero_and_variance_one():
    layer = nn.LayerNorm(8)
    layer.initialize()
    y = layer(nd.random.normal(3, 5, shape=(4, 8))).asnumpy()
    np.testing.assert_allclose(y.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(y.var(axis=1), 1, atol=1e-3)


def test_roles_weight_by_the_initializer_bias_zero_gamma_one():
    net = nn.Sequential()
    net.add(nn.Dense(2, in_units=2), nn.LayerNorm(2))
    net.initialize(init.Constant(7))
    values = {p.role: p.data().asnumpy().ravel().tolist() for _, p in net.named_parameters()}
    assert values == {"weight": [7] * 4, "bias": [0, 0], "gamma": [1, 1], "beta": [0, 0]}


def test_precedence_parameter_then_own_then_network():
    layer = nn.Dense(1, in_units=1, weight_initializer="ones", bias_initializer=init.Constant(3))
    layer.initialize(init.Constant(7))
    assert (layer.weight.data().asscalar(), layer.bias.data().asscalar()) == (1, 3)
    layer.weight.initialize(init.Constant(9), force_reinit=True)
    layer.bias.initialize("ones", force_reinit=True)
    assert (layer.weight.data().asscalar(), layer.bias.data().asscalar()) == (9, 1)


def test_flatten_and_activation_layers():
    net = nn.Sequential()
    net.add(nn.Flatten(), nn.Activation("tanh"), nn.LeakyReLU(0.5))
    assert net(nd.zeros((2, 3, 4))).shape == (2, 12)
    assert "Activation(tanh)" in repr(net) and "LeakyReLU(0.5)" in repr(net)
    assert nn.LeakyReLU(0.5)(nd.array([-2.0, 3.0])).asnumpy().tolist() == [-1.0, 3.0]


MORE = {
    "two inputs": (lambda: dense()(nd.ones((1, 2)), 3), errors.DTypeError, "Dense takes 1 input, got 2"),
    "no input": (lambda: nn.Sequential()(), errors.DTypeError, "Sequential takes 1 input, got 0"),
    "names": (lambda: nn.NameManager(3), errors.RegistrationError, "'model_'"),
    "prefix": (lambda: nn.Sequential(nn.Dense(1)), errors.RegistrationError, r"net\.add\(\)"),
    "word as index": (lambda: nn.Sequential()["x"], errors.RegistrationError, "numbers"),
    "list of activations": (lambda: nn.Dense(1, activation=["relu"]), errors.UnknownNameError, "activation"),
    "dtype": (lambda: nn.Dense(1, dtype="flot32"), errors.DTypeError, "'flot32'"),
    "rate of words": (lambda: nn.Dropout("x"), errors.SettingError, "dropout rate"),
    "epsilon": (lambda: nn.LayerNorm(2, epsilon=-1), errors.SettingError, "epsilon"),
    "no width": (lambda: dense()(nd.ones((2, 0))), errors.ShapeError, "hold no numbers"),
}


@pytest.mark.parametrize("name", MORE)
def test_a_wrong_call_gets_a_lesson_too(name):
    mistake, kind, words = MORE[name]
    with pytest.raises(kind, match=words):
        mistake()


@pytest.mark.parametrize("width", [1, 4])
def test_layer_norm_refuses_rows_of_another_width_instead_of_repeating_them(width):
    layer = nn.LayerNorm(3)
    layer.initialize()
    with pytest.raises(errors.ShapeError, match=rf"\({width},\).*\(3,\)"):
        layer(nd.ones((2, width)))


def test_layer_norm_is_told_its_axis_and_which_parameters_it_has_as_in_gluon():
    x = nd.random.normal(3, 5, shape=(2, 4, 3))
    layer = nn.LayerNorm(axis=1, center=False, gamma_initializer=init.Constant(2))
    layer.initialize(init.Constant(7))
    y = layer(x).asnumpy()
    assert [p.role for p in layer.params.values()] == ["gamma"] and layer.beta is None
    np.testing.assert_allclose(y.std(axis=1), 2, atol=1e-3)
    np.testing.assert_allclose(
        y, 2 * nn.LayerNorm(4, center=False, scale=False)(x.transpose(0, 2, 1)).transpose(0, 2, 1).asnumpy()
    )
    assert (
        repr(layer) == "LayerNorm((4,), eps=1e-05, axis=1, center=False)"
        and repr(nn.LayerNorm(4)) == "LayerNorm((4,), eps=1e-05)"
    )
    with pytest.raises(errors.ShapeError, match="no axis 3"):
        nn.LayerNorm(axis=3)(x)


def test_layer_norm_learns_its_width_from_the_first_batch():
    layer = nn.LayerNorm()
    layer.initialize()
    assert [p.state for p in layer.params.values()] == ["deferred"] * 2
    assert layer(nd.ones((2, 5))).shape == (2, 5) and layer.gamma.shape == layer.beta.shape == (5,)
    with pytest.raises(errors.ShapeError, match=r"\(4,\).*\(5,\)"):
        layer(nd.ones((2, 4)))


def test_a_layer_refused_for_its_dtype_or_initializer_uses_up_no_name_either():
    with nn.NameManager():
        for settings in ({"dtype": "flot32"}, {"weight_initializer": "xaver"}, {"units": "3"}):
            with pytest.raises(errors.D2LError):
                nn.Dense(**{"units": 3, **settings})
        assert nn.Dense(np.int64(1)).name == "dense0"


def test_an_empty_batch_gives_an_empty_result_of_the_right_shape():
    assert dense(in_units=4)(nd.ones((0, 2, 2))).shape == (0, 3)
    assert dense(in_units=4, flatten=False)(nd.ones((0, 2, 4))).shape == (0, 2, 3)


def test_a_batch_of_whole_numbers_is_computed_in_float32():
    x = nd.array(np.ones((2, 4), np.int64))
    assert dense(in_units=4)(x).dtype == np.float32
    with autograd.record():
        assert nn.Dropout(0.5)(x).dtype == np.float32


@pytest.mark.parametrize("index", [1.5, float("nan")])
def test_an_embedding_takes_whole_numbers_only(index):
    table = nn.Embedding(4, 2)
    table.initialize()
    with pytest.raises(errors.DTypeError, match=f"whole numbers.*{index}"):
        table(nd.array([index]))


@pytest.mark.parametrize("shape", [(5,), (3, 1), (1, 3)])
def test_a_bias_of_another_shape_is_refused_when_it_is_assigned_and_when_it_is_used(shape):
    layer = dense(in_units=2)
    before = layer.bias
    with pytest.raises(errors.ShapeError, match=r"new_bias.*\(3,\).*" + re.escape(str(shape))):
        layer.bias = nn.Parameter("new_bias", shape)
    assert layer.bias is before and list(layer.params.values()) == [layer.weight, before]
    del layer.bias
    layer.bias = nn.Parameter("new_bias", shape)
    layer.initialize(force_reinit=True)
    with pytest.raises(errors.ShapeError, match=re.escape(str(shape))):
        layer(nd.ones((1, 2)))
