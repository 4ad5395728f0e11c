"""Watching a network: outputs and gradients layer by layer, and that nothing changes by it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from d2lparams import autograd, errors, init, nd, nn, signals


def tanh_net(depth=4, width=8, seed=1):
    nd.random.seed(seed)
    net = nn.Sequential()
    net.add(*(nn.Dense(width, activation="tanh", in_units=width) for _ in range(depth)))
    net.initialize(init.Normal(0.5))
    net.cast("float64")
    return net


X = np.random.default_rng(2).standard_normal((5, 8))


def run(net, x):
    with autograd.record():
        total = (net(x) ** 2).sum()
    total.backward()
    return total.asscalar()


def test_the_outputs_and_gradients_are_those_of_every_layer():
    net = tanh_net()
    with signals.watch(net) as seen:
        run(net, nd.array(X, "float64"))
    h, hidden = X, []
    for layer in net:
        h = np.tanh(h @ layer.weight.data().asnumpy().T)
        hidden.append(h)
    g = 2 * hidden[-1]
    for row, want, layer in zip(reversed(seen), reversed(hidden), reversed(list(net)), strict=True):
        np.testing.assert_allclose(row.output, want, rtol=1e-12)
        np.testing.assert_allclose(row.gradient, g, rtol=1e-10)
        assert row.gradient_size == pytest.approx(np.sqrt((g**2).mean()))
        g = (g * (1 - want**2)) @ layer.weight.data().asnumpy()
    assert [row.path for row in seen] == ["0", "1", "2", "3"] and len(seen[1:]) == 3


def test_a_gradient_is_that_of_finite_differences():
    net, step = tanh_net(3), 1e-6
    with signals.watch(net) as seen:
        run(net, nd.array(X, "float64"))

    def loss_from(values):
        return float((net[2](net[1](nd.array(values, "float64"))).asnumpy() ** 2).sum())

    start = seen[0].output
    for place in [(0, 0), (3, 5), (4, 7)]:
        nudge = np.zeros_like(start)
        nudge[place] = step
        slope = (loss_from(start + nudge) - loss_from(start - nudge)) / (2 * step)
        assert seen[0].gradient[place] == pytest.approx(slope, rel=1e-6)


def test_an_output_used_twice_has_the_sum_of_both_gradients():
    layer = nn.Dense(1, in_units=1, use_bias=False)
    layer.initialize(init.One())
    with signals.watch(layer) as seen, autograd.record():
        y = layer(nd.array([[2.0]]))
        (3 * y + 4 * y).backward()
    assert seen[0].gradient.tolist() == [[7.0]] and seen[0].path == ""


def test_a_layer_that_is_used_twice_comes_twice():
    shared = nn.Dense(4, in_units=4)
    net = nn.Sequential()
    net.add(shared, shared)
    net.initialize(init.Xavier())
    with signals.watch(net) as seen:
        run(net, nd.ones((2, 4)))
    assert [row.path for row in seen] == ["0", "0"]
    assert not np.array_equal(seen[0].gradient, seen[1].gradient)


def test_nothing_changes_by_being_watched():
    plain, watched = tanh_net(), tanh_net()
    before = run(plain, nd.array(X, "float64"))
    with signals.watch(watched) as seen:
        assert run(watched, nd.array(X, "float64")) == before
    for one, other in zip(plain.collect_params().values(), watched.collect_params().values(), strict=True):
        np.testing.assert_array_equal(one.grad().asnumpy(), other.grad().asnumpy())
    run(watched, nd.array(X, "float64"))
    assert len(seen) == 4  # the hooks are gone


def test_the_hooks_are_gone_after_an_error_too():
    net = tanh_net()
    with pytest.raises(errors.ShapeError), signals.watch(net):
        net(nd.ones((2, 3)))
    assert not any(block._hooks[1] for block in net)


def test_without_recording_there_are_outputs_and_no_gradients():
    net = tanh_net()
    with signals.watch(net) as seen:
        net(nd.array(X, "float64"))
    assert all(row.gradient is None and math.isnan(row.gradient_size) for row in seen)
    assert "nan" in repr(seen)


def test_an_output_is_as_it_was_when_it_was_written_later():
    net = nn.Dense(2, in_units=2)
    net.initialize(init.One())
    with signals.watch(net) as seen:
        y = net(nd.ones((1, 2)))
    y[:] = 0
    assert seen[0].output.tolist() == [[2.0, 2.0]]


def test_dead_and_saturated_units_are_counted():
    net = nn.Sequential()
    net.add(nn.Dense(4, activation="relu", in_units=1, use_bias=False), nn.Activation("tanh"))
    net.initialize()
    net[0].weight.set_data(nd.array([[5.0], [-1.0], [0.0], [0.0]]))
    with signals.watch(net) as seen:
        net(nd.array([[1.0], [-2.0]]))
    assert seen[0].dead == 0.5  # the first two live, each for one of the examples
    assert seen[1].saturated() == 0.125 and seen[1].saturated(0.05) == 0.25


def test_sizes_keep_their_digits_at_both_ends_of_the_numbers():
    for value in (1e-300, 1.0, 1e300):
        assert signals.Signal("", "", np.full((3, 2), value)).size == pytest.approx(value)
    assert signals.Signal("", "", np.full(3, np.float16(60000))).size == pytest.approx(60000, rel=1e-3)
    assert signals.Signal("", "", np.array([1, math.inf])).size == math.inf
    assert signals.Signal("", "", np.zeros(3)).size == 0 and math.isnan(signals.Signal("", "", np.zeros((0, 2))).size)


def test_which_layers_are_watched_can_be_chosen():
    net = nn.Sequential()
    net.add(tanh_net(2), nn.Dense(1, in_units=8, dtype="float64"))
    net[1].initialize()
    with signals.watch(net, lambda block: isinstance(block, nn.Sequential)) as seen:
        run(net, nd.array(X, "float64"))
    assert [(row.path, row.kind) for row in seen] == [("0", "Sequential"), ("", "Sequential")]
    assert all(row.gradient is not None for row in seen)


def test_only_a_network_can_be_watched():
    with pytest.raises(errors.DTypeError, match="network"):
        signals.watch([1, 2])
