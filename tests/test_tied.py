"""Tied parameters: one object by three ways, gradients that add, one update, one draw, one array in the file."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from gradients import check_gradient

from d2lparams import Trainer, autograd, errors, init, nd, nn, ops


def by_params(layer):
    return nn.Dense(4, in_units=4, activation="tanh", params=layer.params)


def by_assignment(layer):
    other = nn.Dense(4, in_units=4, activation="tanh")
    other.weight, other.bias = layer.weight, layer.bias
    return other


def by_adding_twice(layer):
    return layer


WAYS = [by_params, by_assignment, by_adding_twice]


def tied_net(way):
    net, layer = nn.Sequential(), nn.Dense(4, in_units=4, activation="tanh")
    net.add(layer, way(layer))
    net.initialize(init.Normal(0.5))
    return net


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_tying_gives_one_object(way):
    net = tied_net(way)
    assert net[0].weight is net[1].weight
    assert net.tied_groups() == [["0.weight", "1.weight"], ["0.bias", "1.bias"]]
    assert len(net.collect_params()) == 2
    net[0].weight.data()[0, 0] = 100
    assert net[1].weight.data()[0, 0].asscalar() == 100


def test_equal_values_are_no_tie():
    net = nn.Sequential()
    net.add(nn.Dense(4, in_units=4), nn.Dense(4, in_units=4))
    net.initialize(init.One())
    assert (net[0].weight.data() == net[1].weight.data()).all() and net.tied_groups() == []


@pytest.mark.parametrize("way", WAYS)
def test_the_gradient_is_the_sum_over_the_uses(way):
    net = tied_net(way)
    x = nd.random.normal(shape=(3, 4))
    with autograd.record():
        y = net(x).sum()
    y.backward()
    untied = nn.Sequential()
    untied.add(*[nn.Dense(4, in_units=4, activation="tanh") for _ in range(2)])
    untied.initialize()
    for layer in untied:
        layer.weight.set_data(net[0].weight.data())
        layer.bias.set_data(net[0].bias.data())
    with autograd.record():
        y = untied(x).sum()
    y.backward()
    total = untied[0].weight.grad() + untied[1].weight.grad()
    np.testing.assert_allclose(net[0].weight.grad().asnumpy(), total.asnumpy(), rtol=1e-5, atol=1e-7)


def test_the_tied_gradient_agrees_with_finite_differences():
    rng = np.random.default_rng(2)
    check_gradient(
        lambda x, w, b: ops.dense(ops.dense(x, w, b, "tanh"), w, b, "tanh"),
        rng.standard_normal((3, 4)),
        rng.standard_normal((4, 4)),
        rng.standard_normal(4),
    )


@pytest.mark.parametrize("way", WAYS)
def test_the_trainer_moves_a_tied_parameter_once(way):
    net = tied_net(way)
    params = list(net.collect_params().values())
    trainer = Trainer([*params, *params], "sgd", {"learning_rate": 0.5})
    before = net[0].weight.data().asnumpy()
    with autograd.record():
        y = net(nd.ones((1, 4))).sum()
    y.backward()
    trainer.step(1)
    expected = before - np.float32(0.5) * net[0].weight.grad().asnumpy()
    np.testing.assert_allclose(net[1].weight.data().asnumpy(), expected, rtol=1e-6)


def test_initialize_draws_a_tied_parameter_once():
    drawn = []

    class Counting(init.Initializer):
        def _init_weight(self, name, data):
            drawn.append(name)

    net = tied_net(by_params)
    net.initialize(Counting(), force_reinit=True)
    assert len(drawn) == 1


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
@pytest.mark.parametrize("way", WAYS)
def test_the_tie_survives_saving_loading_and_copying(tmp_path, way, suffix):
    net = tied_net(way)
    file = tmp_path / f"tied{suffix}"
    net.save_parameters(file)
    other = tied_net(way)
    other.load_parameters(file)
    for twin in (other, copy.deepcopy(net)):
        assert twin[0].weight is twin[1].weight
        np.testing.assert_array_equal(twin[1].weight.data().asnumpy(), net[0].weight.data().asnumpy())


def test_a_tied_file_loads_into_a_network_without_the_tie(tmp_path):
    net = tied_net(by_params)
    net.save_parameters(tmp_path / "tied.npz")
    untied = nn.Sequential()
    untied.add(*[nn.Dense(4, in_units=4) for _ in range(2)])
    untied.load_parameters(tmp_path / "tied.npz")
    assert untied[0].weight is not untied[1].weight
    assert (untied[0].weight.data() == untied[1].weight.data()).all()


def test_an_untied_file_with_different_values_does_not_load_into_a_tie(tmp_path):
    untied = nn.Sequential()
    untied.add(*[nn.Dense(4, in_units=4) for _ in range(2)])
    untied.initialize()
    untied.save_parameters(tmp_path / "untied.npz")
    net = tied_net(by_params)
    before = net[0].weight.data().asnumpy()
    with pytest.raises(errors.LoadError, match=r"ties 0\.weight and 1\.weight"):
        net.load_parameters(tmp_path / "untied.npz")
    np.testing.assert_array_equal(net[0].weight.data().asnumpy(), before)


def test_breaking_a_tie_by_assigning_a_new_parameter():
    net = tied_net(by_params)
    net[1].weight = nn.Parameter("own_weight", (4, 4))
    net[1].weight.set_data(net[0].weight.data())
    assert net.tied_groups() == [["0.bias", "1.bias"]]
    net[0].weight.data()[0, 0] = 100
    assert net[1].weight.data()[0, 0].asscalar() != 100
    assert (
        net[1].weight.name.endswith("own_weight")
        and net[1].weight.name in net[1].params
        and net[0].weight.name not in net[1].params
    )


def test_shapes_that_do_not_fit_cannot_be_tied():
    layer = nn.Dense(8, in_units=20)
    with pytest.raises(errors.ShapeError, match=r"\(8, 20\).*\(9, 0\)"):
        nn.Dense(9, params=layer.params)


def test_a_tied_layer_of_another_width_fails_at_the_forward_pass_with_both_shapes():
    net, layer = nn.Sequential(), nn.Dense(8)
    net.add(layer, nn.Dense(8, params=layer.params))
    net.initialize()
    with pytest.raises(errors.ShapeError, match=r"8 wide.*\(8, 20\)"):
        net(nd.ones((2, 20)))


def test_conflicting_initializers_of_a_shared_parameter_are_refused():
    layer = nn.Dense(4, weight_initializer="ones")
    with pytest.raises(errors.NameConflictError, match="one initializer"):
        nn.Dense(4, weight_initializer="zeros", params=layer.params)


# ---- whole trees


class Encoder(nn.Block):
    def __init__(self, scoped=False, units=4, **kwargs):
        super().__init__(**kwargs)
        self.gain = self.params.get("gain", shape=(1,), init="ones")
        with self.name_scope() if scoped else nn.NameManager():
            self.body = nn.Sequential()
            self.body.add(nn.Dense(units, in_units=3), nn.Activation("tanh"), nn.Dense(2))

    def forward(self, x):
        return self.body(x) * self.gain.data()


@pytest.mark.parametrize("scoped", [False, True])
@pytest.mark.parametrize("given", [lambda net: net.params, lambda net: net.collect_params(), lambda net: net])
def test_params_of_a_block_share_its_whole_tree(given, scoped):
    one = Encoder(scoped)
    two = Encoder(scoped, params=given(one))
    assert dict(one.named_parameters()) == dict(two.named_parameters())
    pair = nn.Sequential()
    pair.add(one, two)
    pair.initialize()
    one(nd.ones((1, 3)))
    assert two(nd.ones((1, 3))).shape == (1, 2) and len(pair.collect_params()) == 5
    assert list(two.body[0].params) == list(one.body[0].params)


def test_a_row_shares_layer_by_layer_as_it_grows():
    one, two = nn.Sequential(), None
    one.add(nn.Dense(3, in_units=2), nn.Dense(1))
    two = nn.Sequential(params=one.params)
    two.add(nn.Dense(3, in_units=2))
    two.add(nn.Dense(1))
    assert two[0].weight is one[0].weight and two[1].bias is one[1].bias
    two[0].params.get("weight")
    assert len(two.collect_params()) == 4


def grown(one):
    two = nn.Sequential(params=one.params)
    two.add(nn.Dense(3, in_units=2), nn.Dense(1, in_units=3), nn.Dense(1))


def with_values(one):
    layer = nn.Dense(3, in_units=2)
    layer.initialize()
    nn.Sequential(params=one.params).add(layer)


REFUSED = {
    "another layer": (grown, errors.RegistrationError, r"no parameter 2\.weight to share"),
    "values of its own": (with_values, errors.RegistrationError, r"0\.weight holds values"),
    "another width": (
        lambda one: nn.Sequential(params=one.params).add(nn.Dense(4)),
        errors.ShapeError,
        r"\(3, 2\).*\(4",
    ),
    "another dtype": (
        lambda one: nn.Sequential(params=one.params).add(nn.Dense(3, dtype="float64")),
        errors.NameConflictError,
        "float64",
    ),
    "another layer's initializer": (
        lambda one: nn.Sequential(params=one.params).add(nn.Dense(3, weight_initializer="zeros")),
        errors.NameConflictError,
        "one initializer",
    ),
    "a selection": (
        lambda one: nn.Sequential(params=one.collect_params(".*")).add(nn.Dense(3)),
        errors.RegistrationError,
        "no parameter 0.weight",
    ),
    "a layer of a row": (lambda one: nn.Dense(3, params=one.params), errors.RegistrationError, "shares nothing"),
    "a bias": (
        lambda one: nn.Dense(3, in_units=2, params=one[0].params, bias_initializer="zeros"),
        errors.NameConflictError,
        "one initializer",
    ),
    "assigned": (lambda one: setattr(one[1], "weight", one[0].weight), errors.ShapeError, r"\(1, 0\).*\(3, 2\)"),
    "a list": (lambda one: nn.Dense(3, params=[one]), errors.RegistrationError, "params= takes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_shared_is_refused_and_nothing_has_changed(name):
    mistake, kind, words = REFUSED[name]
    with nn.NameManager():
        one = nn.Sequential()
        one.add(nn.Dense(3, in_units=2, weight_initializer="ones", bias_initializer="ones"), nn.Dense(1))
        before = [(path, id(p), p.shape, p.init) for path, p in one.named_parameters()]
        with pytest.raises(kind, match=words):
            mistake(one)
        assert [(path, id(p), p.shape, p.init) for path, p in one.named_parameters()] == before


def test_a_refused_layer_has_changed_no_shape_and_used_up_no_number():
    with nn.NameManager():
        donor = nn.Dense(4, bias_initializer="ones")
        with pytest.raises(errors.NameConflictError):
            nn.Dense(4, in_units=7, params=donor.params, bias_initializer="zeros")
        assert donor.weight.shape == (4, 0) and nn.Dense(1).name == "dense1"


def test_a_layer_without_bias_may_be_tied_to_one_that_has_its_own():
    read = nn.Embedding(6, 4)
    write = nn.Dense(6, in_units=4, params=read.params)
    assert write.weight is read.weight and write.bias.name == f"{read.name}_bias"


def test_a_twin_shares_a_constant_and_refuses_another():
    class Fixed(nn.Block):
        def __init__(self, value, **kwargs):
            super().__init__(**kwargs)
            self.c = self.params.get_constant("c", value)

    one = Fixed(0.5)
    assert Fixed(0.5, params=one.params).c is one.c
    with pytest.raises(errors.NameConflictError, match="not the constant"):
        Fixed(0.7, params=one.params)


def test_a_copy_of_a_pair_keeps_its_ties():
    pair = nn.Sequential()
    one = Encoder()
    pair.add(one, Encoder(params=one))
    pair.initialize()
    twin = copy.deepcopy(pair)
    assert twin[0].body[0].weight is twin[1].body[0].weight is not one.body[0].weight
    assert twin.tied_groups() == pair.tied_groups() and len(twin.tied_groups()) == 5
