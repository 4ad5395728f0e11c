"""The parts of a block: their names, what may be one, what hides in containers, hooks."""

from __future__ import annotations

import warnings

import pytest

from d2lparams import errors, nd, nn


def mlp():
    net = nn.Sequential()
    net.add(nn.Dense(256, activation="relu"), nn.Dense(10))
    return net


def test_blocks_in_a_list_are_warned_about():
    class Hidden(nn.Block):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Dense(1)]

    with pytest.warns(UserWarning, match=r"Hidden\.layers is a list.*nn\.Sequential"):
        Hidden().collect_params()


def test_hooks_run_and_can_be_removed():
    net, seen = mlp(), []
    net.initialize()
    first = net[0].register_forward_pre_hook(lambda block, inputs: seen.append("before"))
    second = net[0].register_forward_hook(lambda block, inputs, output: seen.append(output.shape))
    net(nd.ones((2, 20)))
    first.detach()
    second.detach()
    net(nd.ones((2, 20)))
    assert seen == ["before", (2, 256)]


def test_a_child_never_takes_the_name_of_another():
    net = nn.Sequential()
    net.register_child(nn.Dense(1), "1")
    net.add(nn.Dense(2), nn.Dense(3))
    assert [child.units for child in net] == [1, 2, 3]
    for name in ("1", "", "a.b", 7):
        with pytest.raises(errors.RegistrationError, match="name of its own"):
            net.register_child(nn.Dense(4), name)
    assert len(net) == 3


def test_a_block_cannot_hold_itself():
    outer, inner = nn.Sequential(), nn.Sequential()
    outer.add(inner)
    for add in (lambda: inner.add(outer), lambda: outer.add(outer), lambda: setattr(inner, "up", outer)):
        with pytest.raises(errors.RegistrationError, match="cannot hold itself"):
            add()
    assert len(outer) == 1 and len(inner) == 0


def test_hidden_blocks_are_found_in_containers_of_containers_at_the_callers_line():
    outer, inner = nn.Sequential(), nn.Block()
    inner.stages = {"first": [(nn.Dense(1),)]}
    outer.add(inner)
    with pytest.warns(UserWarning, match="stages is a dict that holds blocks") as seen:
        outer.initialize()
    assert seen[0].filename == __file__


def test_a_hook_is_a_function_and_its_handle_removes_no_other():
    net, seen = mlp(), []
    with pytest.raises(errors.RegistrationError, match="hook"):
        net.register_forward_hook(3)
    handles = [net.register_forward_pre_hook(lambda *_, log=seen.append: log(1))] * 2
    other = net.register_forward_pre_hook(handles[0]._hook)
    for handle in handles:
        handle.detach()
    net.initialize()
    net(nd.ones((1, 2)))
    assert seen == [1]
    other.detach()


def test_a_deleted_attribute_leaves_the_network():
    net = nn.Block()
    net.dense, net.w = nn.Dense(1), nn.Parameter("w_weight", (1,))
    del net.dense, net.w
    assert not list(net.named_parameters()) and not net.params and "dense" not in repr(net)


def test_what_a_block_is_called_and_holds_cannot_be_overwritten_by_accident():
    net = mlp()
    for name in ("params", "prefix", "name"):
        with pytest.raises(AttributeError, match=name):
            setattr(net, name, None)


def test_a_block_that_is_registered_deeper_may_be_kept_in_a_list_too():
    net, inner = nn.Sequential(), nn.Sequential()
    inner.add(nn.Dense(1, in_units=1))
    net.add(inner)
    net.favourites = [inner[0]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.collect_params()


def test_a_name_with_a_dot_is_no_attribute_of_a_child():
    with pytest.raises(errors.RegistrationError, match="without dots"):
        setattr(nn.Block(), "a.b", nn.Dense(1))


def test_scopes_left_in_another_order_leave_nothing_behind():
    def scoped(block):
        with block.name_scope():
            yield nn.Dense(1).name

    with nn.NameManager():
        one, two = scoped(nn.Sequential(prefix="a_")), scoped(nn.Sequential(prefix="b_"))
        assert [next(one), next(two)] == ["a_dense0", "b_dense0"]
        one.close()
        assert nn.Dense(1).name == "b_dense1"
        two.close()
        assert nn.Dense(1).name == "dense0"


# ---- a parameter made by hand


class Gain(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.gain = nn.Parameter("gain_weight", (1,))


def test_a_block_with_a_parameter_made_by_hand_can_be_used_twice():
    net = nn.Sequential()
    net.add(Gain(prefix="a_"), Gain(prefix="b_"))
    assert list(net.collect_params()) == ["a_gain_weight", "b_gain_weight"]


def test_the_first_block_that_takes_a_parameter_gives_it_the_label_for_good():
    first, second = Gain(prefix="a_"), Gain(prefix="b_")
    second.gain = first.gain
    assert second.gain.name == "a_gain_weight" and list(second.params) == ["a_gain_weight"]
    whole = nn.Parameter("b_weight", (1,))
    second.other = whole
    assert whole.name == "b_weight"


def test_a_refused_parameter_keeps_its_name_and_the_block_its_own():
    block = Gain(prefix="a_")
    block.other = nn.Parameter("other", (1,))
    twin = nn.Parameter("other", (1,))
    with pytest.raises(errors.NameConflictError, match="a_other"):
        block.gain = twin
    assert twin.name == "other" and list(block.params) == ["a_gain_weight", "a_other"] and block.gain.shape == (1,)


# ---- Sequential, changed by position


def numbers(net):
    return [(path, block.units) for path, block in net.named_children()]


def layers(*units):
    net = nn.Sequential()
    net.add(*[nn.Dense(n, in_units=1) for n in units])
    return net


def test_a_layer_is_replaced_inserted_and_removed_by_position_and_paths_stay_numbers():
    net = layers(1, 2, 3)
    net[0], net[-1] = nn.Dense(10), nn.Dense(30)
    net.insert(1, nn.Dense(15))
    assert numbers(net) == [("0", 10), ("1", 15), ("2", 2), ("3", 30)]
    assert net.pop().units == 30 and net.pop(0).units == 10
    del net[-1]
    net.insert(-99, nn.Dense(5))
    net.insert(99, nn.Dense(25))
    assert numbers(net) == [("0", 5), ("1", 15), ("2", 25)]
    assert list(dict(net.named_parameters()))[0] == "0.weight" and len(net.collect_params()) == 6


def test_a_layer_that_is_an_attribute_too_leaves_with_its_attribute():
    net = layers(1)
    net.head = nn.Dense(9)
    net.insert(0, nn.Dense(7))
    net[-1] = nn.Dense(8)
    assert net.head is net[-1] and numbers(net) == [("0", 7), ("1", 1), ("head", 8)]
    assert net.pop() is not None and "head" not in vars(net)


SEQUENTIAL = {
    "slice": (lambda net: net.__setitem__(slice(0, 1), [nn.Dense(1)]), errors.RegistrationError, "Slices.*read only"),
    "del slice": (lambda net: net.__delitem__(slice(0, 1)), errors.RegistrationError, "read only"),
    "no block": (lambda net: net.__setitem__(0, 3), errors.RegistrationError, "Only blocks"),
    "no number": (lambda net: net.insert("0", nn.Dense(1)), errors.RegistrationError, "number and a block"),
    "inserted number": (lambda net: net.insert(0, 3), errors.RegistrationError, "Only blocks"),
    "itself": (lambda net: net.__setitem__(0, net), errors.RegistrationError, "hold itself"),
    "added itself": (lambda net: net.add(nn.Dense(1), net), errors.RegistrationError, "hold itself"),
    "outside": (lambda net: net.pop(5), errors.OutOfRangeError, "2 blocks"),
    "far outside": (lambda net: net[10**400], errors.OutOfRangeError, "2 blocks"),
    "truth": (lambda net: net[True], errors.RegistrationError, "numbers"),
    "words": (lambda net: net["a":"b"], errors.RegistrationError, "slice"),
    "empty": (lambda net: nn.Sequential().pop(), errors.OutOfRangeError, "0 blocks"),
    "keyword": (lambda net: nn.Dense(2, bias=False), errors.RegistrationError, "use_bias"),
    "widths": (lambda net: nn.Dense(2, in_features=3), errors.RegistrationError, "in_units"),
    "dropout": (lambda net: nn.Dropout(p=0.5, rate=0.1), errors.RegistrationError, "rate"),
    "own block": (lambda net: Gain(widht=1), errors.RegistrationError, "takes no 'widht'"),
}


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_a_change_that_cannot_be_made_changes_nothing(name):
    change, kind, words = SEQUENTIAL[name]
    net = layers(1, 2)
    before = numbers(net)
    with pytest.raises(kind, match=words):
        change(net)
    assert numbers(net) == before


def test_a_slice_of_a_readers_own_class_is_a_plain_row_under_the_same_prefix():
    class MLP(nn.Sequential):
        def __init__(self):
            super().__init__()
            self.add(nn.Dense(1), nn.Dense(2))

    with nn.NameManager(), nn.Sequential(prefix="outer_").name_scope():
        net = MLP()
        part = net[:1]
    assert len(part) == 1 and part[0] is net[0] and part.prefix == net.prefix == "outer_mlp0_"
