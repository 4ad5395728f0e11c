"""Blocks: the tree, both namings, collection, hooks, summary, and the lessons of registration."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lparams import errors, init, nd, nn


@pytest.fixture(autouse=True)
def fresh():
    with nn.NameManager():
        yield


def mlp():
    net = nn.Sequential()
    net.add(nn.Dense(256, activation="relu"), nn.Dense(10))
    return net


def nested():
    def block1():
        net = nn.Sequential()
        net.add(nn.Dense(32, activation="relu"), nn.Dense(16, activation="relu"))
        return net

    def block2():
        net = nn.Sequential()
        net.add(*[block1() for _ in range(4)])
        return net

    net = nn.Sequential()
    net.add(block2(), nn.Dense(10))
    return net


class FancyMLP(nn.Block):
    """The block of the source book: one layer used twice, a constant, and Python control flow."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.rand_weight = self.params.get_constant("rand_weight", nd.random.uniform(shape=(20, 20)))
        self.dense = nn.Dense(20, activation="relu")

    def forward(self, x):
        x = self.dense(x)
        x = nd.relu(nd.dot(x, self.rand_weight.data()) + 1)
        x = self.dense(x)
        while x.norm().asscalar() > 1:
            x /= 2
        if x.norm().asscalar() < 0.8:
            x *= 10
        return x.sum()


def test_the_mlp_has_7946_numbers_and_the_nested_net_4586_in_18_tensors():
    net, rube = mlp(), nested()
    for block in (net, rube):
        block.initialize()
        block(nd.ones((2, 20)))
    assert net.summary().unique == 5376 + 2570 == 7946
    assert rube.summary().unique == 4586 and len(rube.collect_params()) == 18


def test_names_are_the_class_and_a_number_and_explicit_prefixes_use_up_none():
    assert [nn.Dense(1).name, nn.Dense(1, prefix="out_").name, nn.Dense(1).name] == ["dense0", "out", "dense1"]
    assert nn.Dense(1, prefix="bar").weight.name == "barweight"


def test_a_name_scope_prefixes_and_counts_for_itself():
    net = nn.Sequential(prefix="model_")
    with net.name_scope():
        net.add(nn.Dense(1), nn.Dense(1, prefix="out_"))
    with net.name_scope():
        net.add(nn.Dense(1))
    assert [layer.name for layer in net] == ["model_dense0", "model_out", "model_dense1"]


def test_structural_paths_follow_the_attributes():
    net = nested()
    paths = dict(net.named_parameters())
    assert "0.1.0.bias" in paths and paths["0.1.0.bias"] is net[0][1][0].bias


def test_printing_shows_the_tree_and_unknown_widths_as_none():
    net = mlp()
    assert repr(net) == "Sequential(\n  (0): Dense(None -> 256, Activation(relu))\n  (1): Dense(None -> 10, linear)\n)"
    assert "bound method Block.collect_params of Sequential" in repr(net.collect_params)


def test_collect_params_matches_from_the_start_of_the_name():
    net = mlp()
    assert list(net.collect_params(".*weight")) == ["dense0_weight", "dense1_weight"]
    assert list(net.collect_params("dense0.*")) == ["dense0_weight", "dense0_bias"]
    assert len(net.collect_params("weight")) == 0
    assert len(net.collect_params("")) == len(net.collect_params()) == 4


@pytest.mark.parametrize("pattern", ["*weight", "(", "[a-"])
def test_a_bad_pattern_says_where(pattern):
    with pytest.raises(errors.PatternError, match="no regular expression.*position"):
        mlp().collect_params(pattern)


def test_two_parameters_with_one_name_are_an_error_that_names_both_paths():
    net = nn.Sequential()
    net.add(nn.Dense(1, prefix="a_"), nn.Dense(1, prefix="a_"))
    with pytest.raises(errors.NameConflictError, match=r"a_weight.*0\.weight.*1\.weight"):
        net.collect_params()


def test_a_parameter_assigned_to_an_attribute_is_registered():
    class Scale(nn.Block):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter("free_weight", (3,))

    block = Scale()
    assert list(block.params) == ["scale0_free_weight"] and list(dict(block.named_parameters())) == ["w"]
    block.initialize()
    assert block.w.state == "ready"


def test_fancy_mlp_trains_although_it_halves_in_place():
    from d2lparams import autograd

    net = FancyMLP()
    net.initialize()
    with autograd.record():
        y = net(nd.random.uniform(shape=(2, 20)))
    y.backward()
    assert net.dense.weight.grad().any() and net.rand_weight.grad_req == "null"
    assert list(net.collect_params()) == ["fancymlp0_rand_weight", "dense0_weight", "dense0_bias"]


def test_an_attribute_before_super_init_is_explained():
    class Early(nn.Block):
        def __init__(self):
            self.dense = nn.Dense(1)

    with pytest.raises(errors.RegistrationError, match="super"):
        Early()


def test_a_child_cannot_become_a_number_but_another_block_may_take_its_place():
    net = FancyMLP()
    with pytest.raises(errors.RegistrationError, match=r"FancyMLP\.dense"):
        net.dense = 3
    net.dense = nn.Dense(7)
    assert net.dense.units == 7 and dict(net.named_children())["dense"] is net.dense


def test_add_checks_all_its_arguments_first():
    net = nn.Sequential()
    with pytest.raises(errors.RegistrationError, match="Nothing was added"):
        net.add(nn.Dense(1), 3)
    assert len(net) == 0


def test_indexing_slicing_and_iterating_share_the_layers():
    net = mlp()
    assert net[-1] is net[1] and list(net) == [net[0], net[1]]
    part = net[1:]
    assert type(part) is nn.Sequential and part.prefix == net.prefix and part[0] is net[1]
    with pytest.raises(IndexError, match="2 blocks"):
        net[7]


def test_apply_visits_children_first_and_returns_the_block():
    net, seen = mlp(), []
    assert net.apply(lambda block: seen.append(block.name)) is net
    assert seen == ["dense0", "dense1", "sequential0"]


def test_the_summary_counts_a_shared_parameter_once():
    net = nn.Sequential()
    shared = nn.Dense(8, in_units=8)
    net.add(nn.Dense(8, in_units=20), shared, nn.Dense(8, in_units=8, params=shared.params), nn.Dense(10, in_units=8))
    net.initialize()
    table = net.summary(nd.ones((2, 20)))
    assert (table.unique, table.naive) == (330, 402)
    assert "(2, 10)" in repr(table) and "1.weight = 2.weight" in repr(table) and "330 parameters" in repr(table)
    net(nd.ones((2, 20)))  # its hooks are gone
    assert not any(block._hooks[1] for block in net)


def test_a_deep_copy_keeps_ties_and_is_independent():
    net = nn.Sequential()
    layer = nn.Dense(4, in_units=4)
    net.add(layer, layer)
    net.initialize(init.One())
    twin = copy.deepcopy(net)
    assert twin.tied_groups() == net.tied_groups() == [["0.weight", "1.weight"], ["0.bias", "1.bias"]]
    twin[0].weight.data()[:] = 5
    assert twin[1].weight.data()[0, 0].asscalar() == 5 and net[0].weight.data()[0, 0].asscalar() == 1


def test_a_block_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="forward"):
        nn.Block()(1)


def test_cast_and_zero_grad_reach_every_parameter():
    net = mlp()
    net.initialize()
    net(nd.ones((1, 3)))
    net[0].weight.grad()[:] = 1
    net.zero_grad()
    assert not net[0].weight.grad().any()
    assert net.cast("float64")(nd.ones((1, 3), "float64")).dtype == "float64"


@given(widths=st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=3), min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_any_tree_collects_each_parameter_once_and_in_structural_order(widths):
    with nn.NameManager():
        net = nn.Sequential()
        for group in widths:
            inner = nn.Sequential()
            inner.add(*[nn.Dense(units) for units in group])
            net.add(inner)
        collected = list(net.collect_params().values())
        assert collected == [p for _, p in net.named_parameters()]
        assert len(collected) == 2 * sum(map(len, widths))


def test_a_parameter_under_two_attributes_hides_no_other():
    block = nn.Block()
    block.a = block.b = block.params.get("w", shape=(1,), role="weight")
    block.params.get("v", shape=(1,), role="weight")
    assert [path for path, _ in block.named_parameters()] == ["a", "b", "v"]
    assert len(block.collect_params()) == 2


def test_a_cast_is_refused_before_the_first_parameter():
    net = mlp()
    net.initialize()
    for dtype in ("flot32", "int32"):
        with pytest.raises(errors.DTypeError):
            net.cast(dtype)
    assert {p.dtype for p in net.collect_params().values()} == {np.dtype("float32")}
