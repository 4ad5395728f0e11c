"""What a start decides, and how large it should be: the figures of these chapters compute what they show."""

from __future__ import annotations

import importlib
import itertools
import json

import numpy as np
import pytest

from d2lparams import autograd, errors, init, loss, nd, nn, random, view
from d2lparams.view.circle import DEPTH as LAYERS
from d2lparams.view.circle import SEEDS, products
from d2lparams.view.fans import RULES, SHAPES, measured_moments, theory
from d2lparams.view.first_loss import SIGMAS, loss_of, scores
from d2lparams.view.half import MEANS, SLOPES, moments
from d2lparams.view.passage import DEPTH, WIDTHS, of_networks
from d2lparams.view.push import expected, push
from d2lparams.view.river import BLOCKS, KINDS, streams
from d2lparams.view.river import theory as expected_stream
from d2lparams.view.runners import STARTS, Frame, trained

coordinates = importlib.import_module("d2lparams.view.coordinates")  # the name in `view` is the figure


def test_a_push_through_layers_of_several_widths_has_their_shapes():
    run = push("xavier", "relu", [5, 3, 7], 2, batch=4)
    assert [a.shape for a in run.forward] == [a.shape for a in run.backward] == [(4, 5), (4, 3), (4, 7)]
    with pytest.raises(errors.SettingError, match="width"):
        push("xavier", width=[5, 0])


@pytest.mark.parametrize("activation", [None, "relu", "tanh"])
def test_thirty_layers_stray_less_the_wider_they_are_and_around_the_theory(activation):
    spread = 2.0 if activation == "relu" else 1.0
    hoped = np.array(expected(activation, spread, DEPTH)) ** 2
    away = [np.abs(np.log(of_networks(spread, activation, width) / hoped[:, None])) for width in WIDTHS]
    # At 256 units a ReLU network of thirty layers strays by a factor of e at most in 8 draws out of 10.
    assert away[2][:, :, [0, -1]].mean() < 1 and away[0].mean() > 2 * away[2].mean()


def test_what_relu_leaves_is_what_a_million_sums_say():
    z = np.random.default_rng(3).standard_normal(1_000_000)
    for slope, mean in itertools.product(SLOPES, MEANS):
        y = np.where(z + mean > 0, z + mean, slope * (z + mean))
        before, right, after, variance = moments(slope, mean)
        wanted = ((z + mean) ** 2).mean(), (np.maximum(z + mean, 0) ** 2).mean(), (y**2).mean(), y.var()
        np.testing.assert_allclose((before, right, after, variance), wanted, rtol=0.01)
    assert moments(0.0, 0.0) == pytest.approx((1, 0.5, 0.5, 0.5 - 1 / (2 * np.pi)), abs=1e-6)


@pytest.mark.parametrize(("shape", "rule"), list(itertools.product(SHAPES, RULES)))
def test_layers_of_any_widths_do_what_the_fans_say(shape, rule):
    # A mean over 48 networks: the narrowest strays by a tenth.
    np.testing.assert_allclose(measured_moments(shape, rule), theory(shape, rule), rtol=0.3)


def test_one_fan_leaves_over_the_ends_alone_and_both_lose_wherever_widths_differ():
    for shape, sizes in SHAPES.items():
        kept, back = theory(shape, "in")
        np.testing.assert_allclose(kept, 1)
        assert back[0] == pytest.approx(sizes[-1] / sizes[0])
    assert theory("wide and narrow", "avg")[:, [-1, 0]].diagonal() == pytest.approx([0.64**3] * 2)


def _recorded(problem, name):
    return [Frame(*values[:4], tuple(values[4])) for values in view.recorded("race")[problem][name]]


def test_the_race_leaves_two_at_their_start_and_two_learn_of_which_one_knows_more():
    zero, small, xavier, large = (_recorded("moons", name) for name in STARTS)
    for run in (zero, small):
        assert [frame.loss for frame in run] == pytest.approx([np.log(2)] * len(run), abs=0.001)
    assert large[0].loss > 5 and large[-1].loss < xavier[-1].loss < 0.05
    assert xavier[-1].right > 0.97 > large[-1].right > 0.93


def test_on_digits_the_large_start_loses_and_two_still_do_not_move():
    zero, small, xavier, large = (_recorded("digits", name) for name in STARTS)
    for run in (zero, small):
        assert [frame.loss for frame in run] == pytest.approx([np.log(10)] * len(run), abs=0.001)
        assert run[-1].moved < 1e-4 and run[-1].layers == run[0].layers
    assert xavier[-1].loss < 0.2 and xavier[-1].right > 0.9
    assert large[0].loss > 5 and large[-1].right < 0.75


@pytest.mark.parametrize(("problem", "name"), [("moons", "zero"), ("moons", "σ = 1"), ("digits", "Xavier")])
def test_a_race_that_is_run_again_gives_what_was_recorded(problem, name):
    again, kept = trained(STARTS[name], problem), _recorded(problem, name)
    for one, other in zip(again, kept, strict=True):
        assert one[1:4] == pytest.approx(other[1:4], rel=0.02, abs=0.003)
        assert np.mean([a != b for a, b in zip(one.field, other.field, strict=True)]) < 0.02


def test_what_is_drawn_of_digits_are_probabilities_a_row_for_each_digit():
    unsure, sure = (_recorded("digits", name)[-1].field for name in ("zero", "Xavier"))
    assert set(unsure) == {"B"} and len(sure) == 100  # 1/10 is the first of eight steps
    assert all(sure[11 * digit] == max(sure[10 * digit : 10 * digit + 10]) for digit in range(10))


def test_a_reader_races_initializers_of_his_own():
    figure = view.race({"mine": init.Normal(0.5), "yours": "he"})
    assert [row[0] for row in figure.state(0, 0, 0)["table"]] == [{"en": "start", "ko": "초깃값"}, "mine", "yours"]
    with pytest.raises(errors.UnknownNameError, match="xavier"):
        view.race({"mine": "xaviar"})
    with pytest.raises(errors.SettingError, match="mine="):
        view.race(init.Normal(0.3))


class Mine(init.Initializer):
    """A reader's own start."""

    def _init_weight(self, name, data):
        data[:] = nd.random.normal(0, data.shape[1] ** -0.5, shape=data.shape)


def test_a_start_of_ones_own_joins_the_four_under_its_name_and_draws_the_same_numbers_each_time():
    nd.random.seed(1)
    drawn = nd.random.normal(shape=(3,)).asnumpy()
    nd.random.seed(1)
    first, second = (view.race(mine=Mine()).state(0, 1, 25) for _ in range(2))
    assert first == second and np.array_equal(nd.random.normal(shape=(3,)).asnumpy(), drawn)
    assert [row[0] for row in first["table"][1:]] == [*STARTS, "Mine"]
    last = [row[0] for row in view.race(mine=init.Xavier("gaussian")).state(0, 0, 0)["table"]]
    assert last[-1] == "Xavier 2"


@pytest.mark.parametrize("start", [init.Normal(1e200), init.Constant(float("nan"))], ids=["too large", "not a number"])
def test_a_start_that_no_number_can_follow_is_drawn_all_the_same(start):
    for below in (0, 1):
        state = view.race(mine=start).state(0, below, 3)
        assert json.dumps(state, allow_nan=False)
        assert state["table"][-1][1] == "NaN" or state["table"][-1][1].endswith("e+200")


def test_the_first_loss_is_that_of_a_network_of_the_package_and_ln_10_at_small_weights():
    given = scores(0.3)
    truth = np.random.default_rng(2).integers(0, 10, len(given))
    wanted = loss.SoftmaxCrossEntropyLoss()(nd.array(given, "float64"), nd.array(truth)).mean().asscalar()
    chances, found = loss_of(given)
    assert found == pytest.approx(wanted, rel=1e-6) and chances.sum(axis=1) == pytest.approx(1)
    assert loss_of(scores(0.001))[1] == pytest.approx(np.log(10), abs=0.001)


def test_the_curve_of_first_losses_goes_no_further_than_the_reader_has_gone():
    """Where it becomes flat is what the chapter asks."""
    figure = view.first_loss()
    for at in range(len(SIGMAS)):
        marks = figure.compute(at, 0).marks
        here = next(mark for mark in marks if mark[0] == "c")
        line = next((mark[1] for mark in marks if mark[0] == "p"), here[1:3])
        assert line[:2] == pytest.approx(here[1:3], abs=0.1) and len(line) == 2 * (len(SIGMAS) - at)


@pytest.mark.parametrize("seed", SEEDS)
def test_gaussian_layers_make_a_needle_and_orthogonal_ones_turn_the_circle(seed):
    needles = [run.values[0] / run.values[-1] for run in products("gaussian", 2, seed)]
    assert needles[5] > 10 and needles[LAYERS] > 1e4
    for size in (2, 100):
        turned = products("orthogonal", size, seed)[LAYERS]
        np.testing.assert_allclose(turned.matrix @ turned.matrix.T, np.eye(size), atol=1e-12)


def test_singular_values_of_a_product_are_those_of_numpy_and_go_on_where_its_digits_end():
    run = products("gaussian", 100, 1)
    np.testing.assert_allclose(run[2].values, np.linalg.svd(run[2].matrix, compute_uv=False), rtol=1e-6)
    source, determinant = random.Stream(1), 0.0  # of which the logarithm is the sum of those of the factors
    for _ in range(LAYERS):
        weight = nd.zeros((100, 100), "float64")
        with random.stream(source.spawn()):
            init.LeCun()._init_weight("dense_weight", weight)
        determinant += np.linalg.slogdet(weight.asnumpy())[1]
    assert np.log(run[LAYERS].values).sum() == pytest.approx(determinant, rel=1e-6)
    assert run[LAYERS].values[0] / run[LAYERS].values[-1] > 1e24
    # The mean square of the singular values, which is what the variance keeps.
    assert 0.5 < (run[LAYERS].values ** 2).mean() < 2


def test_a_stream_grows_as_its_branches_say():
    for kind in KINDS:
        found = np.median(streams(kind), axis=0)
        np.testing.assert_allclose(np.log(found), np.log(expected_stream(kind)), atol=0.6)
    assert (streams("zero") == 1).all() and streams("plain").shape[1] == BLOCKS + 1


def test_a_normed_branch_of_the_figure_is_that_of_the_package():
    rng, width = np.random.default_rng(1), 128
    x = rng.standard_normal((32, width))
    first, last = rng.standard_normal((2, width, width)) * width**-0.5
    branch = nn.Sequential()
    branch.add(nn.LayerNorm(width), nn.Dense(width, "relu", in_units=width), nn.Dense(width, in_units=width))
    branch.initialize()
    branch[1].weight.set_data(2**0.5 * first)
    branch[2].weight.set_data(last)
    stream = nd.array(x, "float32")
    size = ((stream + branch(stream)) ** 2).mean().asscalar() / (x**2).mean()
    assert streams("norm")[0, 1] == pytest.approx(size, rel=1e-4)


def test_the_coordinate_check_fans_out_in_the_standard_and_stays_a_line_in_mup():
    standard, mup = (coordinates.sizes(kind)[..., 0].mean(0) for kind in coordinates.KINDS)  # (widths, steps + 1)
    np.testing.assert_allclose(standard[0], mup[0], rtol=1e-6)  # where both are one
    assert standard[-1, 3] > 8 * standard[0, 3]
    assert mup[:, 3].max() < 1.3 * mup[:, 3].min()


def test_a_coordinate_check_is_what_one_trains_by_hand():
    net, (images, labels) = coordinates.network(64, "mup", 1), coordinates.batch()
    with autograd.record():
        mean = loss.SoftmaxCrossEntropyLoss()(net(images), labels).mean()
    mean.backward()
    before, grad = net[2].weight.data().asnumpy(), net[2].weight.grad().asnumpy()
    after = before - coordinates.RATE * np.sign(grad)  # Adam's first step has one size for all weights
    hidden = net[:2]
    for layer in hidden:
        layer.weight.set_data(layer.weight.data() - coordinates.RATE * nd.array(np.sign(layer.weight.grad().asnumpy())))
    logits = hidden(images).asnumpy() @ after.T
    assert np.sqrt((logits**2).mean()) == pytest.approx(coordinates.sizes("mup")[0, 0, 1, 0], rel=1e-3)
