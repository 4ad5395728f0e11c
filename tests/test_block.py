"""Blocks: the tree, both namings, collection, hooks, summary, and the lessons of registration."""

from __future__ import annotations

import copy
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import doubled

from d2lparams import errors, init, nd, nn, random


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
@settings(max_examples=25)
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


# ---- walks


def nested_deep(levels):
    net = nn.Dense(2, in_units=2)
    for _ in range(levels):
        outer = nn.Sequential()
        outer.add(net)
        net = outer
    return net


def test_named_blocks_lists_every_path_parents_first():
    net = nested()
    paths = dict(net.named_blocks())
    assert list(paths)[:5] == ["", "0", "0.0", "0.0.0", "0.0.1"] and paths[""] is net and len(paths) == 15


def test_a_block_used_at_many_places_is_visited_once():
    net, seen = doubled(40), []
    net.initialize()
    net.apply(seen.append)
    assert len(net.collect_params()) == 2 and len(seen) == 41 and seen[-1] is net
    table = net.cast("float64").summary()
    assert (table.unique, table.naive, len(table.rows)) == (20, 20 * 2**40, 81)
    assert ("0", "1") in table.tied
    assert len(list(doubled(3).named_parameters())) == 2 * 2**3


def test_hooks_of_the_summary_are_registered_once_a_block():
    net = doubled(6)
    net.initialize()
    assert {row.output for row in net.summary(nd.ones((1, 4))).rows} == {(1, 4)}
    assert not any(block._hooks[1] for _, block in net.named_blocks())


def test_eight_hundred_levels_are_walked_and_a_forward_pass_too_deep_says_so():
    net = nested_deep(800)
    net.initialize()
    assert len(net.summary().rows) == 801 and net.zero_grad() is None and net.tied_groups() == []
    with pytest.raises(errors.RegistrationError, match="deeper than Python allows"):
        net(nd.ones((1, 2)))


def test_apply_visits_a_shared_block_before_all_that_hold_it():
    shared, net, seen = nn.Dense(1), nn.Sequential(), []
    left, right = nn.Sequential(), nn.Sequential()
    left.add(shared)
    right.add(nn.Dense(1), shared)
    net.add(right, left)
    net.apply(seen.append)
    assert seen == [right[0], shared, right, left, net]


# ---- forward


class Scaled(nn.Block):
    def forward(self, x, scale=1):
        return x * scale


def test_forward_takes_the_keywords_that_it_names():
    assert Scaled()(nd.ones(2), scale=3)[0].asscalar() == 3


CALLS = {
    "keyword": (lambda: nn.Dense(1)(nd.ones((1, 1)), scale=2), r"Dense takes 1 input, got 1 and scale=.*\(x"),
    "too many": (lambda: Scaled()(1, 2, 3), "Scaled takes 1 input, got 3"),
    "none": (lambda: Scaled()(), "takes 1 input, got 0"),
    "inside": (lambda: nn.Sequential()(nd.ones(1), train=True), "train="),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_forward_does_not_take_is_a_lesson(name):
    call, words = CALLS[name]
    with pytest.raises(errors.DTypeError, match=words):
        call()


def test_a_type_error_inside_forward_stays_what_it_is():
    class Wrong(nn.Block):
        def forward(self, x):
            return len(3)

    with pytest.raises(TypeError, match="has no len"):
        Wrong()(nd.ones(1))


# ---- names that nobody reads


FOREIGN = {
    "grad_req": "setattr", "requires_grad": "setattr", "trainable": "setattr", "requires_grad_": "setattr",
    "train": "record", "eval": "record", "parameters": "collect_params", "state_dict": "save_parameters",
    "initialise": "'initialize'", "cuda": "no devices", "hybridize": "as it is written",
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_what_other_frameworks_call_it_is_answered(name):
    net = mlp()
    with pytest.raises(errors.MissingNameError, match=FOREIGN[name]):
        getattr(net, name)
    if FOREIGN[name] == "setattr":
        with pytest.raises(errors.MissingNameError, match="frozen by"):
            setattr(net, name, False)


def test_an_attribute_of_a_readers_own_stays_free():
    class Own(nn.Block):
        trainable = None

    net = Own()
    net.width, net.trainable, net.lr = 3, True, 0.1
    assert (net.width, net.trainable, net.lr) == (3, True, 0.1) and not hasattr(net, "other")


def test_a_parameter_overwritten_by_an_array_is_answered_with_set_data():
    net = mlp()
    with pytest.raises(errors.RegistrationError, match=r"weight\.set_data\(values\)"):
        net[0].weight = nd.ones((256, 20))
    assert isinstance(net[0].weight, nn.Parameter)


@pytest.mark.parametrize(
    "call", [lambda net: net.initialize(ctx="cpu"), lambda net: net.collect_params().initialize(ctx=0)]
)
def test_a_device_gets_the_one_lesson(call):
    with pytest.raises(errors.SettingError, match="no device to choose"):
        call(mlp())


# ---- all or nothing


def test_a_cast_is_all_or_nothing_and_leaves_integers():
    net = nn.Block()
    net.table = net.params.get("table", shape=(1,), dtype="int64", init=init.Constant(100_000))
    net.scale = net.params.get("scale_weight", shape=(1,), init=init.Constant(1e30))
    net.initialize()
    for dtype in ("float16", "int32"):
        with pytest.raises(errors.DTypeError):
            net.cast(dtype)
    assert (net.table.dtype, net.scale.dtype) == (np.int64, np.float32)
    net.cast("float64")
    assert (net.table.dtype, net.table.data().asscalar(), net.scale.dtype) == (np.int64, 100_000, np.float64)


def test_a_block_copied_inside_its_scope_goes_on_counting_for_itself():
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(1))
        twin = pickle.loads(pickle.dumps(copy.deepcopy(net)))
        net.add(nn.Dense(1))
    with twin.name_scope():
        assert nn.Dense(1).name == net[1].name == "net_dense1"


def test_a_copy_has_no_hooks_of_the_original():
    net, seen = mlp(), []
    net.initialize()
    net.register_forward_pre_hook(lambda block, inputs: seen.append(block))
    copy.deepcopy(net)(nd.ones((1, 2)))
    assert seen == []


def test_the_first_forward_pass_of_many_threads_gives_the_seeded_network():
    def values(threads):
        random.seed(5)
        net = mlp()
        net.initialize()
        together = threading.Barrier(threads)

        def forward():
            together.wait()
            net(nd.ones((1, 30)))

        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(forward) for _ in range(threads)]:
                done.result()
        return net[0].weight.data().asnumpy()

    alone = values(1)
    for _ in range(5):
        np.testing.assert_array_equal(values(8), alone)


def test_names_made_by_many_threads_differ():
    with ThreadPoolExecutor(8) as pool:
        manager = nn.NameManager()
        names = list(pool.map(lambda _: manager.prefix_for("dense"), range(2000)))
    assert len(set(names)) == 2000


def test_a_wrong_name_among_thousands_gives_a_message_that_can_be_read():
    net = nn.Sequential()
    net.add(*[nn.Dense(1, in_units=1) for _ in range(3000)])
    for name in ("nothing like it", "x" * 100_000, 10**5000):
        with pytest.raises(errors.UnknownNameError) as caught:
            net.collect_params()[name]
        assert len(str(caught.value)) < 500


def test_a_copy_goes_as_deep_as_the_network_and_keeps_what_is_shared():
    net = nested_deep(600)
    net.initialize()
    twin = copy.deepcopy(net)
    assert len(dict(twin.named_blocks())) == 601
    assert copy.deepcopy(doubled(30)).summary().naive == 20 * 2**30


def test_an_attribute_asked_for_before_super_init_is_explained():
    class Early(nn.Block):
        def __init__(self):
            self.params.get("weight", shape=(1,))

    with pytest.raises(errors.MissingNameError, match="super"):
        Early()


def test_a_property_that_fails_inside_says_what_failed():
    class Wrong(nn.Block):
        @property
        def depth(self):
            return self.layrs

    with pytest.raises(errors.MissingNameError, match=r"Wrong\.layrs"):
        Wrong().depth


def test_a_number_may_become_a_parameter_and_what_is_not_there_cannot_be_deleted():
    net = nn.Block()
    net.scale = 3
    net.scale = nn.Parameter("scale_weight", (1,))
    del net.scale
    with pytest.raises(errors.MissingNameError, match="scale"):
        del net.scale
    assert len(net.params) == 0
