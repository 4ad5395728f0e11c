"""The parts of a block: their names, what may be one, what hides in containers, hooks."""

from __future__ import annotations

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
