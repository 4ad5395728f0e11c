"""What the figures of freezing and of cut gradients tell, held to networks that do the same."""

from __future__ import annotations

import gzip
import itertools
import json

import numpy as np
import pytest

from d2lparams import view
from d2lparams.view.cuts import DETACH, NO_CUT, NULL, PAUSE, run
from d2lparams.view.frozen import FREE, GRADIENT_0, HOLD, NEW_TRAINER, RATE_0, STEPS, training
from d2lparams.view.frozen import NULL as FROZEN

SGD, MOMENTUM, ADAM = range(3)
BODY = 8 * 44  # bytes of the values of layers 1 and 2: 44 numbers of 8 bytes
CASES = list(itertools.product((SGD, MOMENTUM, ADAM), (False, True)))


def moves(way, optimizer, decay):
    """Return how far each step moves layers 1 and 2, after they are held."""
    return np.array([frame.lengths[0] for frame in training(way, optimizer, decay)[HOLD + 1 :]])


@pytest.mark.parametrize(("optimizer", "decay"), CASES)
def test_a_learning_rate_of_zero_leaves_momentum_alone(optimizer, decay):
    found = moves(RATE_0, optimizer, decay)
    if optimizer == MOMENTUM:
        np.testing.assert_allclose(found[1:] / found[:-1], 0.9, rtol=1e-9)
    assert found.any() == (optimizer == MOMENTUM)


@pytest.mark.parametrize(("optimizer", "decay"), CASES)
def test_a_gradient_of_zero_leaves_momentum_and_decay(optimizer, decay):
    assert moves(GRADIENT_0, optimizer, decay).any() == (optimizer != SGD or decay)


@pytest.mark.parametrize(("optimizer", "decay"), CASES)
def test_what_is_frozen_stands_still_and_what_is_free_moves_at_every_step(optimizer, decay):
    assert not moves(FROZEN, optimizer, decay).any() and not moves(NEW_TRAINER, optimizer, decay).any()
    assert moves(FREE, optimizer, decay).all()
    for way in (FREE, RATE_0, GRADIENT_0, FROZEN, NEW_TRAINER):
        assert all(frame.lengths[1] > 0 for frame in training(way, optimizer, decay)[1:])


def test_freezing_frees_gradients_and_a_new_trainer_the_moments_too():
    held = {way: training(way, ADAM, False)[STEPS].held[0] for way in (RATE_0, GRADIENT_0, FROZEN, NEW_TRAINER)}
    assert held[RATE_0] == held[GRADIENT_0] == (BODY,) * 4
    assert held[FROZEN] == (BODY, 0, BODY, BODY)
    assert held[NEW_TRAINER] == (BODY, 0, 0, 0)


def test_a_page_has_the_figure_of_what_is_frozen_in_parts_that_are_small():
    spec = view.frozen().spec()
    parts = [spec.pop("chunks"), spec][::-1]
    sizes = [len(gzip.compress(json.dumps(part).encode())) for part in (spec, *parts[1].values())]
    assert max(sizes) < 48_000, sizes


@pytest.mark.parametrize(
    ("tool", "place", "skip", "receive", "stale"),
    [
        (NO_CUT, 1, False, "ABC", ""),
        (NULL, 0, False, "BC", ""),
        (NULL, 1, False, "AC", ""),
        (NULL, 2, True, "AB", ""),
        (DETACH, 0, False, "ABC", ""),
        (DETACH, 1, False, "BC", "A"),
        (DETACH, 1, True, "ABC", ""),
        (DETACH, 2, True, "C", "A, B"),
        (PAUSE, 0, False, "BC", "A"),
        (PAUSE, 1, False, "C", "A, B"),
        (PAUSE, 1, True, "AC", "B"),
    ],
)
def test_a_cut_stops_one_route_and_the_trainer_says_who_lacks_a_gradient(tool, place, skip, receive, stale):
    done = run(tool, place, skip)
    assert "".join(name for name, norm in zip("ABC", done.norms, strict=True) if norm is not None) == receive
    assert done.stale == stale and not done.error


@pytest.mark.parametrize("skip", [False, True])
def test_a_pause_around_the_last_layer_leaves_nothing_to_go_back_through(skip):
    done = run(PAUSE, 2, skip)
    assert done.error and done.norms == [None] * 3 and not any(done.flows.values())


def test_a_way_back_is_coloured_only_as_far_as_something_above_needs_a_gradient():
    assert run(NULL, 1, False).flows == {"C": True, "S": True, "B": False, "h": True, "skip": False, "A": True}
    assert not run(NULL, 0, False).flows["h"]  # nothing before B is trained
    other = run(DETACH, 1, True)
    assert other.flows["skip"] and not other.flows["h"] and other.norms[0] != run(NO_CUT, 1, True).norms[0]
