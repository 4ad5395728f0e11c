"""The figures of the first chapter: paths, the walk over them, a product, and a network that learns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from trees import build, conflict, doubled, recipes

from d2lparams import nd, nn, view
from d2lparams.view.branches import MOST_BLOCKS, MOST_TENSORS, Branches
from d2lparams.view.learning import NUMBERS, STEPS, moons


def tied():
    """Return the network that the chapter begins with."""
    with nn.NameManager():
        shared = nn.Dense(8, in_units=8)
        body = nn.Sequential()
        body.add(nn.Dense(8, in_units=20), shared, nn.Dense(8, params=shared.params))
        net = nn.Sequential()
        net.add(body, nn.Dense(10, in_units=8))
    return net


def of(marks, *words):
    return [mark for mark in marks if set(words) <= set(mark[-1].split())]


# ---- paths


def test_a_tied_tensor_is_one_node_with_a_line_from_each_of_its_users():
    figure = view.paths(tied())
    nodes = [mark for mark in figure.base if mark[0] == "c"]
    assert len(nodes) == 6 and len(of(figure.base, "thin")) == 8
    ends = [tuple(mark[3:5]) for mark in of(figure.base, "thin")]
    assert sorted(ends.count(tuple(node[1:3])) for node in nodes) == [1, 1, 1, 1, 2, 2]


def test_a_line_and_its_node_have_one_colour_and_every_node_a_letter_of_its_own():
    base = view.paths(tied()).base
    colour = {tuple(mark[1:3]): mark[-1] for mark in base if mark[0] == "c"}
    assert all(colour[tuple(mark[3:5])] == mark[-1].split()[0] for mark in of(base, "thin"))
    assert sorted(colour.values()) == list("abcdef")
    assert [mark[4] for mark in of(base, "letter")] == list("ABCDEF")


def test_all_paths_to_the_chosen_tensor_are_strong_and_named():
    state = view.paths(tied()).compute(2)
    assert state.say["en"].endswith("2 paths lead to it: 0.1.weight, 0.2.weight.") and "2개" in state.say["ko"]
    assert len(of(state.marks, "way")) == 3 + 2  # net to 0, 0 to 1 and 2, and two lines to the tensor


def test_counting_along_paths_counts_a_tied_tensor_twice():
    figure = view.paths(tied())
    assert [mark[4] for mark in of(figure.base, "strong")] == ["402", "330"]
    bars = of(figure.base, "square")
    longer = sum(mark[3] for mark in bars if mark[2] == bars[0][2])
    shorter = sum(mark[3] for mark in bars if mark[2] != bars[0][2])
    assert shorter / longer == pytest.approx(330 / 402, abs=0.01)
    assert [row[-1] for row in figure.compute(0).table[-2:]] == ["402", "330"]


def test_a_network_that_ties_nothing_is_counted_once():
    net = nn.Sequential()
    net.add(nn.Dense(256, in_units=20), nn.Dense(10, in_units=256))
    assert [mark[4] for mark in of(view.paths(net).base, "strong")] == ["7,946"]


def test_a_shape_that_is_not_known_yet_is_a_question_mark():
    state = view.paths(nn.Dense(3)).compute(0)
    assert "(3, ?), ? numbers" in state.say["en"]


@given(recipe=recipes())
@settings(max_examples=60, deadline=None)
def test_every_use_of_any_network_has_its_line_and_no_two_things_stand_in_one_place(recipe):
    net, paths = build(recipe)
    if not paths or conflict(paths):
        return
    tree = Branches(net)
    if not tree.cut:
        assert [(use.path, use.parameter) for use in tree.uses] == list(net.named_parameters())
        assert list(tree.order) == list(net.collect_params().values())
    heights = sorted(tree.nodes.values())
    assert all(after - before >= tree.row - 0.2 for before, after in zip(heights, heights[1:], strict=False))
    assert len(set(tree.at.values())) == len(tree.at)
    assert all(0 < y < tree.height for y in [*heights, *(y for _, y in tree.at.values())])


def test_the_names_of_blocks_stand_whole_three_boxes_deep():
    body, branch, net = nn.Sequential(), nn.Block(), nn.Sequential()
    body.add(nn.Dense(2, in_units=2))
    branch.body, branch.head = body, nn.Dense(2, in_units=2)
    net.add(branch)
    words = [mark[4] for mark in view.paths(net).base if mark[0] == "t"]
    assert all(name in words for name in ("net", "body", "head"))


def test_a_network_that_was_given_a_name_is_called_by_it():
    net = nn.Sequential(prefix="encoder_")
    net.add(nn.Dense(2, in_units=2))
    words = [mark[4] for mark in view.paths(net).base if mark[0] == "t"]
    assert "encoder" in words and "net" not in words


def test_a_large_network_says_how_much_is_left_out():
    wide = nn.Sequential()
    wide.add(*[nn.Dense(3, in_units=3) for _ in range(60)])
    tree = Branches(wide)
    assert len(tree.order) == MOST_TENSORS and tree.left_out == 120 - MOST_TENSORS
    words = [mark[4]["en"] for mark in view.paths(wide).base if mark[0] == "t" and isinstance(mark[4], dict)]
    assert any("80 more tensors" in text for text in words)


def test_a_tensor_of_very_many_paths_is_drawn_with_some_and_its_sentence_says_so():
    figure = view.paths(doubled(30))
    assert len(Branches(doubled(30)).blocks) == MOST_BLOCKS
    say = figure.compute(0).say["en"]
    assert "At least" in say and len(say) < 700 and len(figure.base) < 1500


# ---- the walk


def test_the_walk_collects_what_collect_params_returns_in_its_order():
    net = tied()
    figure = view.walk(net)
    last = figure.compute(len(figure.controls[0].options) - 1)
    assert [row[1] for row in last.table[1:]] == list(net.collect_params()) and "330 numbers" in last.say["en"]


def test_the_walk_passes_over_what_is_already_in_the_list():
    figure = view.walk(tied())
    states = [figure.compute(at) for at in range(len(figure.controls[0].options))]
    passed = [at for at, state in enumerate(states) if "passed over" in state.say["en"]]
    assert len(passed) == 2 and all(states[at].table == states[at - 1].table for at in passed)
    assert figure.controls[0].start == passed[0] - 1


def test_the_walk_enters_a_block_that_is_used_twice_once():
    layer, net = nn.Dense(2, in_units=2), nn.Sequential()
    net.add(layer, layer)
    figure = view.walk(net)
    says = [figure.compute(at).say["en"] for at in range(len(figure.controls[0].options))]
    assert sum("is added" in say for say in says) == 2 and "visited before" in says[-1]


# ---- the product


def test_the_steps_of_a_product_add_up_to_the_output_of_the_layer():
    layer = nn.Dense(3, in_units=4)
    layer.initialize("xavier")
    layer.bias.set_data([1.0, -2.0, 0.5])
    x = nd.random.normal(shape=(1, 4))
    figure = view.product(layer, x)
    for row, expected in enumerate(layer(x).asnumpy()[0]):
        with_bias, without = figure.compute(row, 1), figure.compute(row, 0)
        assert float(with_bias.table[-1][-1].replace("\u2212", "-")) == pytest.approx(expected, rel=6e-3, abs=1e-3)
        assert len(with_bias.table) == len(without.table) + 1 == 6


def test_the_bars_of_a_product_stand_where_the_last_one_ended():
    figure = view.product()
    for row in range(3):
        marks = figure.compute(row, 1).marks
        links = of(marks, "axis")[1:]
        bars = [m for m in marks if m[0] == "r" and m[-1] in ("plus", "minus")]
        assert len(bars) == len(links) == 6
        for link, bar, after in zip(links, bars, bars[1:], strict=False):
            assert link[2] in (bar[2], round(bar[2] + bar[4], 1))
            assert min(abs(link[2] - end) for end in (after[2], after[2] + after[4])) < 0.2


def test_the_frame_is_around_the_row_of_the_chosen_output():
    figure = view.product()
    frames = [of(figure.compute(row, 1).marks, "outline")[0] for row in range(3)]
    assert len({frame[2] for frame in frames}) == 3 and len({frame[1] for frame in frames}) == 1


# ---- learning


def test_a_random_start_learns_the_moons_and_an_equal_one_does_not():
    figure = view.learning()
    shares = [figure.compute(start, len(STEPS) - 1).table[-1][-1] for start in (0, 1)]
    assert shares[0] == "100%" and int(shares[1].rstrip("%")) < 95


def test_from_an_equal_start_the_hidden_units_stay_equal():
    from d2lparams.view.learning import _moments

    first, last = _moments(True)[-1].weights
    assert (first == first[0]).all() and (last == last[0, 0]).all() and not np.allclose(first, 0.5)


def test_the_network_that_learns_holds_the_numbers_of_its_title():
    from d2lparams.view.learning import _network

    assert sum(p.data().size for p in _network(False).collect_params().values()) == NUMBERS
    assert str(NUMBERS) in view.learning().title["en"] and len(moons()[0]) == 80
