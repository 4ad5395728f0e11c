"""Parameters: states, shapes, values, gradients, settings."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

from d2lparams import autograd, errors, init, nd, nn, random
from d2lparams.parameter import Constant, Parameter


def ready(shape=(2, 3), **settings):
    p = Parameter("w_weight", shape, **settings)
    p.initialize()
    return p


def test_a_parameter_prints_its_name_shape_and_dtype():
    assert repr(Parameter("dense0_weight", (256, 20))) == "Parameter dense0_weight (shape=(256, 20), dtype=float32)"


def test_the_three_states():
    p = Parameter("w_weight", (2, 0), allow_deferred_init=True)
    assert p.state == "declared"
    p.initialize()
    assert p.state == "deferred"
    p.complete_shape((2, 5))
    assert (p.state, p.shape) == ("ready", (2, 5))


def test_reading_before_initialize_and_before_the_shape_are_different_errors():
    p = Parameter("w_weight", (2, 0), allow_deferred_init=True)
    with pytest.raises(errors.NotInitializedError, match=r"w_weight.*initialize\(\)"):
        p.data()
    p.initialize()
    with pytest.raises(errors.DeferredInitializationError, match=r"w_weight.*\(2, 0\).*net\(x\)"):
        p.grad()


def test_an_unknown_shape_without_deferral_is_refused():
    p = Parameter("w_weight", (2, 0))
    with pytest.raises(errors.ShapeError, match="allow_deferred_init"):
        p.initialize()
    assert p.state == "declared"


def test_only_unknown_lengths_can_be_filled_in():
    p = Parameter("w_weight", (2, 0))
    with pytest.raises(errors.ShapeError, match=r"w_weight has shape \(2, 0\).*\(3, 8\)"):
        p.shape = (3, 8)
    p.shape = (2, 8)
    assert p.shape == (2, 8)


def test_data_is_live_and_always_the_same_object():
    p = ready()
    p.data()[:] += 1
    p.data()[0, 0] = 42
    assert p.data() is p.data() and p.data()[0, 0].asscalar() == 42
    assert p.grad() is p.grad() and not p.grad().any()


def test_set_data_takes_lists_and_arrays_of_the_exact_shape():
    p = ready((2, 2))
    live = p.data()
    p.set_data([[1, 2], [3, 4]])
    assert live.asnumpy().tolist() == [[1, 2], [3, 4]]
    with pytest.raises(errors.ShapeError, match=r"\(2, 2\).*\(2,\)"):
        p.set_data([1, 2])
    assert live.asnumpy().tolist() == [[1, 2], [3, 4]]


def test_set_data_gives_a_deferred_parameter_its_shape():
    p = Parameter("w_weight", (2, 0), allow_deferred_init=True)
    p.initialize()
    p.set_data(np.ones((2, 4)))
    assert p.state == "ready" and p.shape == (2, 4)


def test_set_data_while_recording_keeps_the_old_value_for_the_gradient():
    p = ready((1,))
    p.set_data([3.0])
    with autograd.record():
        y = p.data() * p.data()
        p.set_data([10.0])
        z = p.data() * 2
    y.backward()
    assert p.grad().asscalar() == 6 and z.asscalar() == 20


def test_changing_a_parameter_between_forward_and_backward_names_it():
    p = ready((1,))
    with autograd.record():
        y = p.data() * p.data()
    p.set_data([5.0])
    with pytest.raises(errors.InPlaceError, match="Parameter w_weight"):
        y.backward()


def test_initializing_again_warns_at_the_callers_line_and_keeps_the_values():
    p = ready()
    before = p.data().asnumpy()
    with pytest.warns(UserWarning, match="w_weight.*force_reinit=True") as seen:
        p.initialize()
    assert seen[0].filename == __file__
    np.testing.assert_array_equal(p.data().asnumpy(), before)


def test_force_reinit_keeps_the_object_draws_new_values_and_clears_the_gradient():
    p = ready()
    live, before = p.data(), p.data().asnumpy()
    p.grad()[:] = 1
    p.initialize(force_reinit=True)
    assert p.data() is live and not (live == nd.array(before)).any() and not p.grad().any()


def test_a_failing_initializer_leaves_the_old_values():
    class Broken(init.Initializer):
        def _init_weight(self, name, data):
            data[:] = 0
            raise RuntimeError("no")

    p = ready()
    before = p.data().asnumpy()
    with pytest.raises(RuntimeError, match="no"):
        p.initialize(Broken(), force_reinit=True)
    np.testing.assert_array_equal(p.data().asnumpy(), before)


def test_grad_req_null_drops_the_gradient_and_back_gives_zeros():
    p = ready((1,))
    p.grad()[:] = 5
    p.grad_req = "null"
    with pytest.raises(errors.SettingError, match="grad_req='null'"):
        p.grad()
    p.grad_req = "write"
    assert p.grad().asscalar() == 0
    with pytest.raises(errors.SettingError, match="bogus"):
        p.grad_req = "bogus"


def test_cast_converts_values_and_gradient():
    p = ready((2,))
    p.cast("float64")
    assert p.data().dtype == p.grad().dtype == np.float64
    assert "dtype=float64" in repr(p)


def test_a_deep_copy_has_values_and_gradient_of_its_own():
    p = ready((2,))
    twin = copy.deepcopy(p)
    twin.data()[:] = 9
    with autograd.record():
        y = twin.data() * 1
    y.backward()
    assert not (p.data() == 9).any() and not p.grad().any() and twin.grad().all()


def test_a_constant_is_never_trained():
    c = Constant("mean", [1, 2])
    c.initialize()
    assert c.data().asnumpy().tolist() == [1, 2]
    with pytest.raises(errors.SettingError, match="never trained"):
        c.grad_req = "write"


def test_a_constant_refuses_an_initializer_of_its_own_and_keeps_its_value():
    c = Constant("mean", [1, 2])
    c.initialize()
    with pytest.raises(errors.SettingError, match="fixed value"):
        c.initialize(init.One(), force_reinit=True)
    assert c.data().asnumpy().tolist() == [1, 2]


def test_a_network_initializer_keeps_a_constant():
    net = nn.Block()
    net.scale = net.params.get_constant("scale_weight", [3.0])
    net.initialize(init.One())
    assert net.scale.data().asscalar() == 3


def test_a_cast_that_would_cut_off_fractions_is_refused_and_changes_nothing():
    p = ready()
    before = p.data().asnumpy()
    with pytest.raises(errors.DTypeError, match="w_weight holds real numbers.*int32"):
        p.cast("int32")
    assert p.dtype == p.data().dtype == np.float32
    np.testing.assert_array_equal(p.data().asnumpy(), before)


def test_numbers_of_half_precision_are_drawn_too_and_whole_numbers_have_no_gradient():
    assert ready(dtype="float16").data().dtype == np.float16
    whole = ready(dtype="int32", init=init.Constant(3))
    assert whole.data().dtype == np.int32 and (whole.data() == 3).all()
    with pytest.raises(errors.SettingError, match="int32"):
        whole.grad()
    with pytest.raises(errors.InitializerError, match="fraction"):
        ready(dtype="int32", init=init.Uniform(0.5))


def test_a_copy_of_a_waiting_parameter_draws_the_same_values():
    p = Parameter("w_weight", (2, 0), allow_deferred_init=True)
    p.initialize()
    twin, thawed = copy.deepcopy(p), pickle.loads(pickle.dumps(p))
    for one in (p, twin, thawed):
        one.complete_shape((2, 3))
    assert (p.data() == twin.data()).all() and (p.data() == thawed.data()).all()


@pytest.mark.parametrize("setting", ["lr_mult", "wd_mult"])
def test_a_factor_is_a_number_from_the_start_so_that_no_step_stops_halfway(setting):
    with pytest.raises(errors.SettingError, match=setting):
        Parameter("w_weight", **{setting: "x"})
    p = ready()
    with pytest.raises(errors.SettingError, match=setting):
        setattr(p, setting, float("nan"))
    assert getattr(p, setting) == 1


def test_an_initializer_may_be_set_by_name_later():
    p = Parameter("w_weight", (2,))
    p.init = "ones"
    p.initialize()
    assert (p.data() == 1).all()
    with pytest.raises(errors.UnknownNameError, match="'ones'"):
        p.init = "onse"
    assert p.init == init.One()


LESSONS = {
    "name": (lambda: Parameter(3), errors.RegistrationError, "dense0_weight"),
    "shape": (lambda: Parameter("w", 2.5), errors.ShapeError, "Parameter w.*2.5"),
    "dtype": (lambda: Parameter("w", (1,), "flot32"), errors.DTypeError, "'flot32'"),
    "words": (lambda: Parameter("w", (1,), str), errors.DTypeError, "numbers"),
    "no dtype": (lambda: ready().cast(None), errors.DTypeError, "None"),
    "ragged": (lambda: ready().set_data([[1], [1, 2]]), errors.ShapeError, "different lengths"),
    "a parameter": (lambda: ready().set_data(ready()), errors.DTypeError, r"\.data\(\)"),
    "constant of words": (lambda: Constant("c", "x"), errors.DTypeError, "Constant c"),
    "constant of nothing": (lambda: Constant("c", None), errors.DTypeError, "Constant c"),
    "empty constant": (lambda: Constant("c", []), errors.ShapeError, "at least one number"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_mistake_gets_a_lesson(name):
    mistake, kind, words = LESSONS[name]
    with pytest.raises(kind, match=words):
        mistake()


# ---- random streams


def test_a_seed_repeats_everything_and_two_seeds_differ():
    def draw(seed):
        random.seed(seed)
        return nd.random.normal(shape=(3,)).asnumpy().tolist(), ready().data().asnumpy().tolist()

    assert draw(3) == draw(3) and draw(3) != draw(4)


def test_a_deferred_layer_draws_the_same_values_as_one_that_knows_its_width():
    values = []
    for width in (0, 20):
        random.seed(5)
        net = nn.Sequential()
        net.add(nn.Dense(4, in_units=width), nn.Dense(3, in_units=4))
        net.initialize()
        nd.random.uniform(shape=(7,))
        net(nd.ones((1, 20)))
        values.append(net[0].weight.data().asnumpy())
    np.testing.assert_array_equal(*values)


def test_adding_a_layer_does_not_change_the_values_of_those_before():
    values = []
    for extra in (0, 1):
        random.seed(5)
        net = nn.Sequential()
        net.add(nn.Dense(4, in_units=3), *[nn.Dense(2, in_units=4) for _ in range(extra)])
        net.initialize()
        values.append(net[0].weight.data().asnumpy())
    np.testing.assert_array_equal(*values)


@pytest.mark.parametrize("value", [-1, 1.5, "a", True, None])
def test_a_seed_is_a_whole_number(value):
    with pytest.raises(errors.SettingError, match="seed"):
        random.seed(value)


# ---- settings and names that nobody reads


FOREIGN = {
    "requires_grad": (False, "grad_req = 'null'"),
    "trainable": (False, "grad_req = 'null'"),
    "gradreq": ("null", "grad_req = 'null'"),
    "data": (nd.ones((2, 3)), r"set_data\(values\)"),
    "grad": (None, r"zero_grad\(\)"),
    "dtype": ("float64", r"cast\('float64'\)"),
    "name": (None, "frozen"),
    "state": ("ready", "only read"),
    "lr_mul": (2, "'lr_mult'"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_name_that_nobody_reads_is_refused_with_what_it_is_called_here(name):
    value, words = FOREIGN[name]
    p = ready()
    with pytest.raises(errors.MissingNameError, match=words):
        setattr(p, name, value)
    assert p.data() is p.data() and p.name == "w_weight" and p.dtype == np.float32


@pytest.mark.parametrize("use", [lambda p: p + 1, lambda p: 2 * p, lambda p: p[0], np.mean, np.exp, lambda p: p > 0,
                                 lambda p: nd.ones((2, 3)) * p, lambda p: np.ones(3) * p, float, abs])  # fmt: skip
def test_a_parameter_used_as_an_array_says_where_its_values_are(use):
    with pytest.raises(errors.DTypeError, match=r"\.data\(\)"):
        use(ready())


def test_reading_what_other_frameworks_call_it_is_answered():
    for name, words in {
        "requires_grad_": "null",
        "numpy": "asnumpy",
        "list_ctx": "no devices",
        "shap": "'shape'",
    }.items():
        with pytest.raises(errors.MissingNameError, match=words):
            getattr(ready(), name)
    assert not hasattr(ready(), "__fspath__")


@pytest.mark.parametrize("read", [lambda p: p.initialize(ctx="gpu"), lambda p: p.data("cpu"), lambda p: p.grad(ctx=0)])
def test_a_device_is_answered_with_one_lesson(read):
    with pytest.raises(errors.SettingError, match="no device to choose"):
        read(ready())


def test_a_role_is_checked_when_it_is_set_too():
    p = Parameter("w_weight", (1,))
    with pytest.raises(errors.SettingError, match="wieght"):
        p.role = "wieght"
    p.initialize()


# ---- values that do not fit


def test_values_that_would_become_others_are_refused_and_nothing_changes():
    small = ready((2,), dtype="int8", init="ones")
    half = ready((2,), dtype="float16", init="ones")
    for p, values, words in (
        (small, [1.7, 3], "int8.*1.7"),
        (small, [1, 300], "300"),
        (small, [1, np.nan], "nan"),
        (half, [1, 1e30], "float16.*1e.30.*infinite"),
    ):
        with pytest.raises(errors.DTypeError, match=words):
            p.set_data(values)
        assert (p.data() == 1).all()
    half.set_data([np.inf, 0.1])
    assert half.data()[0].asscalar() == np.inf


def test_converting_and_taking_are_two_steps_of_which_the_second_cannot_fail():
    p = Parameter("w_weight", (2, 0), allow_deferred_init=True)
    values = p.converted(np.arange(6, dtype=np.float64).reshape(3, 2).T)
    assert (p.state, p.shape) == ("declared", (2, 0)) and values.dtype == np.float32 and values.flags.c_contiguous
    p.adopt(values)
    assert p.state == "ready" and p.data().asnumpy().tolist() == [[0, 2, 4], [1, 3, 5]]


def test_one_number_for_all_is_answered_with_the_way_to_fill():
    with pytest.raises(errors.ShapeError, match=r"\(2, 3\).*\(\).*data\(\)\[:\]"):
        ready().set_data(0.0)


def test_a_cast_to_half_precision_that_would_give_infinity_is_refused():
    p = ready((2,))
    p.set_data([1, 1e30])
    with pytest.raises(errors.DTypeError, match=r"w_weight holds float16.*infinite"):
        p.cast("float16")
    assert p.dtype == np.float32 and p.data()[1].asscalar() == np.float32(1e30)


@pytest.mark.parametrize("number", [2**53 + 1, 2**62 + 1, -(2**63)])
def test_whole_numbers_are_exact_in_constants_and_in_parameters(number):
    p = ready((1,), dtype="int64", init=init.Constant(number))
    c = Constant("c", np.array([number]))
    c.initialize()
    assert p.data().asscalar() == c.data().asscalar() == number and c.dtype == np.int64
    given = ready((1,), dtype="int64", init=init.FromArrays({"w_weight": np.array([number])}))
    assert given.data().asscalar() == number
    with pytest.raises(errors.DTypeError, match="exactly"):
        Constant("c", [2**24 + 1])


def test_a_constant_keeps_its_value_through_casts():
    c = Constant("c", 0.1)
    c.initialize()
    c.cast("float64")
    assert c.data().asscalar() == 0.1 and Constant("c", nd.array([0.1], "float64")).dtype == np.float64
    c.set_data(0.25)
    c.cast("float32")
    assert c.data().asscalar() == 0.25


# ---- gradients and copies


def test_a_change_of_grad_req_gives_zeros_and_old_graphs_still_arrive():
    p = ready((1,))
    with autograd.record():
        y = p.data() * 2
    p.grad_req = "null"
    p.grad_req = "write"
    y.backward()
    assert p.grad().asscalar() == 2
    p.grad_req = "add"
    assert p.grad().asscalar() == 0
    for total in (3, 6):
        with autograd.record():
            y = p.data() * 3
        y.backward()
        assert p.grad().asscalar() == total
    p.grad_req = "add"
    assert p.grad().asscalar() == 6


def test_freezing_frees_the_gradient_as_soon_as_no_graph_leads_to_it():
    p = ready((3,))
    with autograd.record():
        y = p.data() * 2
    buffer = weakref.ref(p.grad()._data)
    p.grad_req = "null"
    gc.collect()
    assert buffer() is not None
    del y
    gc.collect()
    assert buffer() is None
    p.grad_req = "write"
    assert p.grad().asnumpy().tolist() == [0, 0, 0]


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_every_copy_has_the_values_and_a_gradient_of_zeros(twin):
    p = ready((2,), lr_mult=3)
    p.grad()[:] = 5
    other = twin(p)
    assert (other.data() == p.data()).all() and not other.grad().any() and other.lr_mult == 3
    other.data()[:] = 9
    assert not (p.data() == 9).any() and (p.grad() == 5).all()


def test_a_shape_beyond_memory_is_a_lesson():
    with pytest.raises(errors.ShapeError, match="w_weight.*memory"):
        ready((2**70,))


def test_a_readers_own_kind_of_parameter_may_have_attributes_of_its_own():
    class Noted(Parameter):
        pass

    p = Noted("w_weight", (1,))
    p.note = "mine"
    assert copy.deepcopy(p).note == "mine"


def test_a_shallow_copy_has_values_of_its_own_too():
    p = Parameter("w_weight", shape=(2,))
    p.initialize()
    before, q = p.data().asnumpy(), copy.copy(p)
    q.data()[:] = 5
    assert np.array_equal(p.data().asnumpy(), before) and q.name == p.name
