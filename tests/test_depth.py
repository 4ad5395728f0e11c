"""A signal through many layers, who fills a parameter, units in training: the figures show what really happens."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from d2lparams import autograd, errors, init, nd, nn, random, view
from d2lparams.view.designer import SCALES, WIDTHS, _Design, _sizes
from d2lparams.view.precedence import GIVEN, ORDERS, ROLES, _run, _Setting
from d2lparams.view.push import expected, push, size_of
from d2lparams.view.units import FRAMES, UNITS, _different, _trained


@pytest.mark.parametrize("activation", [None, "relu", "tanh", "sigmoid"])
def test_a_push_is_what_a_network_of_the_package_does_forwards_and_backwards(activation):
    passage = push(init.Normal(0.3), activation, width=8, depth=3, batch=5)
    with nn.NameManager():
        net = nn.Sequential()
        for _ in range(3):
            net.add(nn.Dense(8, activation, use_bias=False, in_units=8))
    source = random.Stream(1)
    source.spawn()  # of the batch and the gradient
    for layer in net:
        with random.stream(source.spawn()):
            start = nd.zeros((8, 8))
            init.Normal(0.3)("weight", start)
        layer.weight.set_data(start)
    x = nd.array(passage.forward[0])
    x.attach_grad()
    with autograd.record():
        y = net(x)
    y.backward(nd.array(passage.backward[-1]))
    np.testing.assert_allclose(passage.forward[-1], y.asnumpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(passage.backward[0], x.grad.asnumpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("activation", [None, "relu", "tanh"])
@pytest.mark.parametrize("spread", [0.05, 1.0, 2.0, 50.0])
def test_wide_layers_do_what_theory_expects_in_both_directions(activation, spread):
    # 512 wide, ten layers: the logarithm of a size strays by about 0.1; 0.3 is three times that.
    passage, theory = push(init.Normal((spread / 512) ** 0.5), activation), expected(activation, spread)
    for arrays, sizes in zip((passage.forward, passage.backward), theory, strict=True):
        measured = [size_of(array) for array in arrays]
        assert len(measured) == len(sizes) == 11
        assert np.abs(np.log(measured) - np.log(sizes)).max() < 0.3


def test_theory_keeps_the_size_where_the_rules_of_thumb_say_so():
    for activation, spread in ((None, 1.0), ("relu", 2.0)):
        for sizes in expected(activation, spread, 30):
            np.testing.assert_allclose(sizes, 1, rtol=1e-3)
    assert expected("tanh", 1.0, 10)[0][-1] == pytest.approx(0.228, abs=0.002)


def test_without_a_way_back_the_way_forward_is_the_same():
    there, both = (push("xavier", "tanh", width=16, back=back) for back in (False, True))
    assert not there.backward and np.array_equal(there.forward, both.forward)


def test_a_push_answers_wrong_settings():
    for wrong, kind in (({"activation": "rely"}, errors.UnknownNameError), ({"width": 0}, errors.SettingError)):
        with pytest.raises(kind):
            push("xavier", **wrong)


def test_the_designer_computes_every_scale_from_one_run():
    for kind, zeros in itertools.product(("uniform", "normal", "two sides"), (0.0, 0.5)):
        sizes = _sizes(kind, zeros, WIDTHS[0], "relu")

        class Scaled(_Design):
            def _init_weight(self, name, data):
                super()._init_weight(name, data)
                data *= 0.07

        real = push(Scaled(kind, zeros), "relu", WIDTHS[0], 10, 32).forward
        np.testing.assert_allclose([s * 0.07**k for k, s in enumerate(sizes)], list(map(size_of, real)), rtol=1e-4)


@pytest.mark.parametrize(("kind", "variance"), [("uniform", 1 / 3), ("normal", 1.0), ("two sides", 7 / 12)])
def test_the_designs_have_the_variance_that_the_designer_names(kind, variance):
    # A million draws: the relative error of their mean square is below 0.002, of the share of zeros 0.0005.
    for zeros in (0.0, 0.5):
        data = nd.zeros((1000, 1000))
        with random.stream(random.Stream(4)):
            _Design(kind, zeros)._init_weight("w", data)
        values = data.asnumpy()
        assert (values == 0).mean() == pytest.approx(zeros, abs=0.003)
        assert values.var() == pytest.approx((1 - zeros) * variance, rel=0.01)
        if kind == "two sides":
            assert np.abs(values[values != 0]).min() >= 0.5


def test_the_designer_says_the_variance_of_the_text_and_not_the_width_that_it_asks_for():
    figure = view.designer()
    start = figure.state(*figure.start())
    assert "0.001633" in start["say"]["en"] and "612" not in str(start) and "1,224" not in str(start)
    assert "29.17" in figure.state(2, SCALES.index(10.0), 1, 0)["say"]["ko"]


def test_ten_layers_die_at_a_hundredth_and_saturate_at_one():
    figure = view.depth()
    assert "3.3e" in figure.state(*figure.start())["say"]["en"]
    last = figure.state(7, 0, 0)["table"][-1]
    assert float(last[1]) > 0.97


def rule(setting):
    """Return what the text says that a parameter ends as, written without the package."""
    by_role = GIVEN[3] if setting.role == "weight" else 0.0
    value = None
    known = setting.known or setting.role == "bias"  # a bias has as many entries as its layer has units
    for call in setting.order:
        if value is None or setting.force or not known:
            value = GIVEN[1] if call == "p" else GIVEN[2] if setting.own else by_role
    return value


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("own", "force", "known"), list(itertools.product((False, True), repeat=3)))
def test_the_first_line_that_applies_decides_in_a_call_and_the_last_call_wins(role, order, own, force, known):
    setting = _Setting(role, own, order, force, known)
    moments = _run(setting)
    assert moments[-1].value == rule(setting) and moments[-1].state == "ready"
    heard = [moment for moment in moments if moment.line]
    assert heard and all(moment.line == min(moment.spoken) for moment in heard)
    assert ("net(x)" in [moment.step for moment in moments]) == (role == "weight" and not known)


def test_equal_units_stay_one_and_others_part():
    equal, half, random_ones = (_trained(start) for start in range(3))
    assert len(equal) == FRAMES and {_different(frame.weight) for frame in equal} == {1}
    assert {_different(frame.grad) for frame in equal} == {1}
    assert _different(half[0].weight) == 1 and _different(half[0].grad) == UNITS
    assert all(_different(frame.weight) == UNITS for frame in [*half[1:], *random_ones])
    assert equal[-1].loss > 2 * max(half[-1].loss, random_ones[-1].loss)
