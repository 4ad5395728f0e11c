"""Dictionaries of parameters: by name, agreeing with what is asked, all or none."""

from __future__ import annotations

import warnings

import pytest

from d2lparams import errors, init, nn
from d2lparams.collection import ParameterDict


def test_a_dictionary_prints_its_prefix_and_one_parameter_a_line():
    d = ParameterDict("net_")
    d.get("weight", shape=(1,))
    assert repr(d) == "net_ (\n  Parameter net_weight (shape=(1,), dtype=float32)\n)"


def test_get_returns_the_same_parameter_and_checks_what_is_asked():
    d = ParameterDict("net_")
    p = d.get("weight", shape=(2, 0), allow_deferred_init=True)
    assert d.get("weight", shape=(2, 3)) is p and p.shape == (2, 3)
    with pytest.raises(errors.ShapeError, match="net_weight"):
        d.get("weight", shape=(4, 3))
    with pytest.raises(errors.NameConflictError, match="float64"):
        d.get("weight", dtype="float64")
    with pytest.raises(errors.RegistrationError, match="nonsense"):
        d.get("other", nonsense=1)


def test_a_missing_name_is_answered_with_the_nearest():
    d = ParameterDict()
    d.get("dense0_weight", shape=(1,))
    with pytest.raises(errors.UnknownNameError, match="Did you mean 'dense0_weight'"):
        d["dense0_weigth"]


def test_two_parameters_with_one_name_are_refused_and_nothing_is_added():
    d, other = ParameterDict(), ParameterDict()
    d.get("weight", shape=(1,))
    other.get("new", shape=(1,))
    other.get("weight", shape=(1,))
    with pytest.raises(errors.NameConflictError, match="weight"):
        d.update(other)
    assert list(d) == ["weight"]


def test_settings_for_all_and_an_unknown_setting():
    d = ParameterDict()
    p = d.get("weight", shape=(1,))
    d.setattr("grad_req", "null")
    assert p.grad_req == "null"
    with pytest.raises(errors.UnknownNameError, match="lr_mult"):
        d.setattr("lr_mul", 2)


def test_many_are_initialized_or_none():
    d = ParameterDict()
    good, bad = d.get("a_weight", shape=(2,)), d.get("thing", shape=(2,))
    with pytest.raises(errors.InitializerError, match="thing"):
        d.initialize()
    assert good.state == bad.state == "declared"


def test_one_warning_for_many_parameters():
    net = nn.Dense(2, in_units=2)
    net.initialize()
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        net.initialize()
    assert len(seen) == 1 and seen[0].filename == __file__


def test_every_setting_that_is_asked_for_has_to_agree():
    d = ParameterDict()
    p = d.get("weight", shape=(2,), grad_req="null", lr_mult=2)
    assert d.get("weight", grad_req="null", lr_mult=2.0) is p
    for setting in ({"grad_req": "add"}, {"lr_mult": 3}, {"wd_mult": 0}, {"role": "bias"}):
        with pytest.raises(errors.NameConflictError, match=f"weight exists with {next(iter(setting))}"):
            d.get("weight", **setting)
    with pytest.raises(errors.RegistrationError, match="nonsense"):
        d.get("weight", nonsense=1)
    assert (p.grad_req, p.lr_mult, p.wd_mult, p.role) == ("null", 2, 1, "weight")


def test_a_wrong_setting_changes_no_parameter():
    d = ParameterDict()
    p, q = d.get("a_weight", shape=(1,)), d.get("b_weight", shape=(1,))
    for name, value in (("grad_req", "bogus"), ("lr_mult", "x"), ("init", "onse")):
        with pytest.raises(errors.D2LError):
            d.setattr(name, value)
    assert [(r.grad_req, r.lr_mult, r.init) for r in (p, q)] == [("write", 1, None)] * 2


def test_a_network_with_a_constant_can_be_frozen_freed_and_given_an_initializer():
    net = nn.Block()
    net.fixed = net.params.get_constant("fixed_weight", [3.0])
    net.free = net.params.get("free_weight", shape=(1,))
    for request in ("null", "write"):
        net.collect_params().setattr("grad_req", request)
    net.collect_params().setattr("init", init.One())
    net.initialize()
    assert (net.fixed.grad_req, net.free.grad_req) == ("null", "write")
    assert (net.fixed.data().asscalar(), net.free.data().asscalar()) == (3, 1)


LESSONS = {
    "name": (lambda: ParameterDict().get(3), errors.RegistrationError, "'weight'"),
    "an array": (lambda: ParameterDict().add([1.0]), errors.RegistrationError, "Only parameters.*list"),
    "a list": (lambda: ParameterDict().update([1]), errors.RegistrationError, "net.params"),
    "pattern": (lambda: ParameterDict().select(3), errors.PatternError, "string"),
    "bytes": (lambda: ParameterDict().select(b"x"), errors.PatternError, "string"),
    "setting": (lambda: ParameterDict().setattr(3, 1), errors.UnknownNameError, "lr_mult"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_mistake_gets_a_lesson(name):
    mistake, kind, words = LESSONS[name]
    with pytest.raises(kind, match=words):
        mistake()


FOREIGN = ["grad_req", "requires_grad", "trainable", "lr_mult", "gradreq"]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_setting_on_the_dictionary_is_refused_with_the_way_to_set_all(name):
    params = nn.Dense(2).collect_params()
    with pytest.raises(errors.MissingNameError, match=r"setattr\('grad_req', 'null'\)"):
        setattr(params, name, "null")
    assert {p.grad_req for p in params.values()} == {"write"}


def test_what_a_dictionary_lacks_is_answered():
    params = nn.Dense(2).params
    for name, words in {"grad": r"params\[name\]", "save": "save_parameters", "itmes": "'items'"}.items():
        with pytest.raises(errors.MissingNameError, match=words):
            getattr(params, name)


def test_a_parameter_of_another_network_has_its_name_for_good():
    d = ParameterDict("a_")
    p = nn.Parameter("w_weight", (1,))
    d.add(p)
    block = nn.Block(prefix="b_")
    block.w = p
    assert p.name == "w_weight" and list(block.params) == ["w_weight"]
