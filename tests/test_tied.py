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
