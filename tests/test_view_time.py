"""Figures of what happens one thing after another: a write in a training step, a training, a first batch."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from d2lparams import Trainer, autograd, init, nd, nn, random, view
from d2lparams.view.deferred import watch
from d2lparams.view.writing import MOMENTS, WRITES, run

IN_PLACE, SET_DATA, BATCH = WRITES


# ---- a write in a training step of (w * w * x - 3) ** 2 / 2


@pytest.mark.parametrize(
    ("write", "verdicts"),
    [
        (IN_PLACE, ["fine", "refused at once", "detected at backward", "fine", "fine"]),
        (SET_DATA, ["fine", "fine", "detected at backward", "fine", "fine"]),
        (BATCH, ["fine", "detected at backward", "detected at backward", "fine", "fine"]),
    ],
)
def test_a_write_is_refused_while_recording_and_detected_where_the_gradient_needs_the_old_value(write, verdicts):
    assert [run(write, moment).verdict["en"] for moment in range(5)] == verdicts


@pytest.mark.parametrize(("write", "moment"), list(itertools.product(WRITES, range(5))))
def test_a_gradient_that_is_found_is_the_one_of_the_forward_pass(write, moment):
    found = run(write, moment)
    w, x = found.w[1], found.x[1]
    assert found.gradient is None or found.gradient == pytest.approx((w * w * x - 3) * 2 * w * x)
    assert (found.gradient is None) == (len(found.w) < 9)


def test_a_step_starts_from_the_value_that_is_there():
    found = run(SET_DATA, 1)
    assert (found.w[1], found.w[2], found.gradient) == (2, 1, 4) and found.w[-1] == pytest.approx(1 - 0.1 * 4)


def test_a_refused_write_changes_nothing_and_a_detected_one_stays():
    assert run(IN_PLACE, 1).w[-1] == 2 and run(IN_PLACE, 2).w[-1] == 1 and run(BATCH, 1).x[-1] == 0.5


def test_the_picture_says_at_which_value_the_gradient_was_taken():
    figure = view.writing()
    taken = figure.compute(list(WRITES).index(SET_DATA), 1).say["en"]
    assert "4, taken at w = 2" in taken and "in the end w is 0.6" in taken
    assert len(figure.spec()["states"]) == len(WRITES) * len(MOMENTS)


# ---- a training, step after step


def trained(steps, frozen=""):
    """Return the moments of a small network that learns to answer 1."""
    random.seed(3)
    with nn.NameManager():
        net = nn.Sequential()
        net.add(nn.Dense(2, in_units=3), nn.Dense(1, in_units=2, weight_initializer="zeros"))
    net.initialize(init.Normal(0.5))
    if frozen:
        net.collect_params(frozen).setattr("grad_req", "null")
    trainer, seen = Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1}), []
    for _ in range(steps):
        with autograd.record():
            error = (net(nd.ones((4, 3))) - 1) ** 2
        error.backward()
        seen.append(view.moment(net))
        trainer.step(4)
    return seen


def heats(marks):
    return [mark[6] for mark in marks if mark[0] == "h"]


def test_a_moment_is_a_copy_and_knows_what_has_no_gradient():
    first, second = trained(2, frozen="dense0_weight")
    assert first["dense0_weight"][1] is None and first["dense1_weight"][1].shape == (1, 2)
    assert (first["dense1_weight"][0] == 0).all() and (second["dense1_weight"][0] != 0).any()


def test_gradients_wake_from_the_end_and_a_frozen_weight_has_an_empty_frame():
    figure = view.moments(trained(2), trained(2, frozen="dense1"))
    before, after = (heats(figure.compute(step).marks) for step in (0, 1))
    # of the first run two values and two gradients, of the second two values and one gradient
    assert len(before) == len(after) == 7
    assert set(before[2]) == {"h"} and set(before[3]) != {"h"} and set(after[2]) != {"h"}
    assert set(before[6]) == set(after[6]) == {"h"}
    frames = [mark for mark in figure.compute(0).marks if mark[-1] == "near"]
    assert len(frames) == 1 and "\u2013" in [mark[4] for mark in figure.compute(0).marks if mark[0] == "t"]


def test_values_of_all_runs_and_steps_have_one_scale():
    small = {"w": (np.array([[0.1]]), np.array([[1.0]]))}
    large = {"w": (np.array([[-10.0]]), np.array([[1.0]]))}
    figure = view.moments([small, small], [small, large], steps=[0, 7])
    assert heats(figure.compute(0).marks)[0] == heats(figure.compute(1).marks)[0] == "i"
    assert heats(figure.compute(1).marks)[2] == "a" and figure.compute(1).say["en"].startswith("Step 7,")


def test_a_training_that_broke_is_shown_all_the_same():
    broken = {"w": (np.array([[np.nan, 1.0]]), np.array([[np.inf, 2.0]]))}
    assert heats(view.moments([broken]).compute(0).marks) == [".o", ".o"]


# ---- a first batch


class Fork(nn.Block):
    """Three layers, of which the batch meets the last and the first, in this order."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.late = nn.Dense(2)
        self.never = nn.Dense(4)
        self.early = nn.Dense(3)

    def forward(self, x):
        return self.late(self.early(x))


def test_layers_stand_in_the_order_of_the_batch_and_an_unreached_one_behind_the_layer_it_follows():
    found = watch(Fork, 5)
    assert list(found.kinds) == ["early", "late", "never"] and list(found.outputs) == ["early", "late"]


def test_each_frame_has_the_shapes_and_states_of_its_moment():
    found = watch(Fork, 5)
    states = [{path: layer[0].state for path, layer in frame.items()} for frame in found.frames]
    assert [set(frame.values()) for frame in states[:2]] == [{"declared"}, {"deferred"}]
    assert states[2] == {"late": "deferred", "never": "deferred", "early": "ready"}
    assert states[3] == {"late": "ready", "never": "deferred", "early": "ready"}
    assert found.frames[3]["late"][0].shape == (2, 3)


def test_the_last_frame_names_what_the_batch_has_passed_by():
    figure = view.deferred(Fork, width=5)
    says = [state["say"]["en"] for state in figure.spec()["states"].values()]
    assert [("never" in say) for say in says] == [False, False, False, True]
    dashed = [mark for mark in figure.compute(3).marks if mark[0] == "r" and mark[-1] == "near" and mark[3] > 300]
    assert len(dashed) == 1


def test_a_figure_leaves_the_reader_the_same_initial_values():
    def values():
        net = nn.Dense(2, in_units=2)
        net.initialize()
        return net.weight.data().asnumpy()

    random.seed(3)
    alone = values()
    random.seed(3)
    view.deferred(Fork, width=5).spec()
    assert (values() == alone).all()


# ---- patterns


def test_names_that_only_search_would_find_are_told_apart():
    figure = view.regex(nn.Dense(2, in_units=2, prefix="dense0_"))
    state = figure.compute("weight")
    assert [row[1] if isinstance(row[1], str) else row[1]["en"] for row in state.table[1:]] == ["only re.search", ""]
    assert "0 names" in state.say["en"] and "1 more" in state.say["en"]
    assert [mark[-1] for mark in state.marks[:2]] == ["near", "row"]
