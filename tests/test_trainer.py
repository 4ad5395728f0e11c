"""The trainer and the losses: numbers worked out by hand, and the lessons."""

from __future__ import annotations

import numpy as np
import pytest

from d2lparams import Trainer, autograd, errors, files, init, loss, nd, nn, ops, random
from d2lparams.parameter import Parameter
from d2lparams.trainer import SGD, Optimizer


def parameter(value=1.0, name="w_weight"):
    p = Parameter(name, (1,))
    p.set_data([value])
    return p


def step(trainer, p, times=1, batch_size=1, factor=2.0):
    for _ in range(times):
        with autograd.record():
            y = p.data() * factor
        y.backward()
        trainer.step(batch_size)
    return p.data().asscalar()


def test_sgd_moves_against_the_gradient_divided_by_the_batch_size():
    p = parameter()
    assert step(Trainer([p], "sgd", {"learning_rate": 0.1}), p, batch_size=4) == pytest.approx(1 - 0.1 * 2 / 4)


def test_weight_decay_pulls_toward_zero():
    p = parameter()
    trainer = Trainer([p], "sgd", {"learning_rate": 0.1, "wd": 0.5})
    assert step(trainer, p) == pytest.approx(1 - 0.1 * (2 + 0.5 * 1))


def test_momentum_remembers_the_last_step():
    p = parameter()
    m, w = 0.0, 1.0
    for _ in range(3):
        m = 0.9 * m - 0.1 * (2 + 0.01 * w)
        w += m
    trainer = Trainer([p], "sgd", {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01})
    assert step(trainer, p, 3) == pytest.approx(w, rel=1e-5)


def test_adam_follows_algorithm_1_of_the_paper():
    p = parameter()
    m = v = 0.0
    w = 1.0
    for t in range(1, 4):
        m, v = 0.9 * m + 0.1 * 2, 0.999 * v + 0.001 * 4
        w -= 0.01 * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8)
    assert step(Trainer([p], "adam", {"learning_rate": 0.01}), p, 3) == pytest.approx(w, rel=1e-5)


def test_lr_mult_and_wd_mult_are_read_at_each_step():
    p = parameter()
    p.lr_mult, p.wd_mult = 10, 0
    trainer = Trainer([p], "sgd", {"learning_rate": 0.01, "wd": 0.5})
    assert step(trainer, p) == pytest.approx(1 - 0.1 * 2)


def test_a_frozen_parameter_does_not_move():
    p, frozen = parameter(), parameter(name="f_weight")
    frozen.grad_req = "null"
    step(Trainer([p, frozen]), p)
    assert frozen.data().asscalar() == 1


def test_a_stale_gradient_is_an_error_before_anything_moves():
    p, other = parameter(), parameter(name="other_weight")
    trainer = Trainer([p, other])
    with pytest.raises(errors.StaleGradientError, match="other_weight.*Nothing has moved"):
        step(trainer, p)
    assert p.data().asscalar() == 1
    trainer.step(1, ignore_stale_grad=True)
    assert p.data().asscalar() != 1 and other.data().asscalar() == 1


def test_a_layer_that_the_forward_never_reached_is_named_at_the_step():
    net = nn.Sequential()
    net.add(nn.Dense(1, in_units=1))
    lost = nn.Dense(1, prefix="lost_")
    lost.initialize()
    net.initialize()
    trainer = Trainer([*net.collect_params().values(), *lost.collect_params().values()])
    with autograd.record():
        y = net(nd.ones((1, 1)))
    y.backward()
    with pytest.raises(errors.DeferredInitializationError, match="lost_weight.*never reached"):
        trainer.step(1)


def test_the_trainer_follows_a_reinitialized_parameter():
    net = nn.Dense(1, in_units=1)
    net.initialize()
    trainer = Trainer(net.collect_params(), "sgd", {"learning_rate": 1.0})
    net.initialize("ones", force_reinit=True)
    with autograd.record():
        y = net(nd.ones((1, 1)))
    y.backward()
    trainer.step(1)
    assert net.weight.data().asscalar() == 0


def test_the_learning_rate_can_be_changed():
    trainer = Trainer([parameter()])
    trainer.set_learning_rate(0.5)
    assert trainer.learning_rate == 0.5
    with pytest.raises(AttributeError):
        trainer.learning_rate = 1


LESSONS = {
    "optimizer": (lambda: Trainer([], "sdg"), errors.UnknownNameError, "'sgd'"),
    "setting": (lambda: Trainer([], "sgd", {"bogus": 1}), errors.SettingError, "bogus"),
    "negative": (lambda: Trainer([], "sgd", {"learning_rate": -1}), errors.SettingError, "learning_rate"),
    "beta": (lambda: Trainer([], "adam", {"beta1": 1.0}), errors.SettingError, "beta1"),
    "no parameters": (lambda: Trainer([1]), errors.DTypeError, "collect_params"),
    "batch size": (lambda: Trainer([parameter()]).step(0), errors.SettingError, "batch_size"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_mistake_gets_a_lesson(name):
    mistake, kind, words = LESSONS[name]
    with pytest.raises(kind, match=words):
        mistake()


# ---- losses


def test_l2_is_half_the_mean_square_of_each_sample():
    values = loss.L2Loss()(nd.array([[1, 2], [3, 4]]), nd.array([[0, 0], [3, 2]]))
    assert values.asnumpy().tolist() == [0.5 * (1 + 4) / 2, 0.5 * (0 + 4) / 2]


def test_l1_is_the_mean_distance_of_each_sample():
    assert loss.L1Loss(weight=2)(nd.array([[1, -3]]), nd.zeros((1, 2))).asnumpy().tolist() == [4]


def test_a_uniform_prediction_over_ten_classes_loses_ln_10():
    values = loss.SoftmaxCrossEntropyLoss()(nd.zeros((1, 10)), nd.array([3]))
    assert round(values.asscalar(), 4) == 2.3026


def test_huge_scores_overflow_nowhere():
    values = loss.SoftmaxCrossEntropyLoss()(nd.array([[1e4, -1e4]]), nd.array([1]))
    binary = loss.SigmoidBinaryCrossEntropyLoss()(nd.array([[1e4], [-1e4]]), nd.array([[0], [1]]))
    assert values.asscalar() == 2e4 and binary.asnumpy().tolist() == [1e4, 1e4]


def test_losses_check_shapes_and_labels():
    with pytest.raises(errors.ShapeError, match=r"\(2, 1\).*\(2,\)"):
        loss.L2Loss()(nd.ones((2, 1)), nd.ones(2))
    with pytest.raises(errors.ShapeError, match="3 classes.*0 to 2"):
        loss.SoftmaxCrossEntropyLoss()(nd.ones((1, 3)), nd.array([3]))
    with pytest.raises(errors.DTypeError, match="nd.array"):
        loss.L2Loss()(nd.ones((2, 1)), np.ones((2, 1)))


def test_a_small_network_learns_xor():
    nd.random.seed(1)
    x, t = nd.array([[0, 0], [0, 1], [1, 0], [1, 1]]), nd.array([0, 1, 1, 0])
    net = nn.Sequential()
    net.add(nn.Dense(8, "tanh"), nn.Dense(2))
    net.initialize("xavier")
    trainer, measure = Trainer(_deferred(net, x), "adam", {"learning_rate": 0.05}), loss.SoftmaxCrossEntropyLoss()
    for _ in range(200):
        with autograd.record():
            value = measure(net(x), t)
        value.backward()
        trainer.step(4)
    assert (net(x).argmax(axis=1) == t.astype("int64")).all() and value.mean().asscalar() < 0.05


def _deferred(net, x):
    net(x)
    return net.collect_params()


def test_a_trainer_prints_its_optimizer_and_how_many_parameters_it_moves():
    trainer = Trainer([parameter()], "sgd", {"learning_rate": 0.5})
    assert repr(trainer) == "Trainer(1 parameters, SGD(learning_rate=0.5, wd=0.0, momentum=0.0))"


MORE = {
    "network": (lambda: Trainer(nn.Dense(1)), errors.DTypeError, "got Dense.*collect_params"),
    "one parameter": (lambda: Trainer(parameter()), errors.DTypeError, "several parameters"),
    "method": (lambda: Trainer(nn.Dense(1).collect_params), errors.DTypeError, "got method"),
    "list of optimizers": (lambda: Trainer([], ["sgd"]), errors.UnknownNameError, "optimizer"),
    "rate alone": (lambda: Trainer([], "sgd", 0.1), errors.SettingError, "dict such as"),
    "epsilon": (lambda: Trainer([], "adam", {"epsilon": "x"}), errors.SettingError, "epsilon"),
    "words": (lambda: Trainer([parameter()]).step("x"), errors.SettingError, "batch_size"),
    "endless": (lambda: Trainer([parameter()]).step(float("inf")), errors.SettingError, "batch_size"),
    "one argument": (lambda: loss.L2Loss()(nd.ones((1, 1))), errors.DTypeError, "takes 2 inputs, got 1"),
    "weight": (lambda: loss.L2Loss(weight="x"), errors.SettingError, "weight of a loss"),
    "prediction": (lambda: loss.L2Loss()([1.0], nd.ones(1)), errors.DTypeError, "L2Loss"),
    "one number": (lambda: loss.L2Loss()(nd.array(1), nd.array(1)), errors.ShapeError, "batch"),
    "class": (lambda: loss.SoftmaxCrossEntropyLoss()(nd.ones((1, 3)), nd.array([0.5])), errors.DTypeError, "0.5"),
}


@pytest.mark.parametrize("name", MORE)
def test_a_wrong_argument_gets_a_lesson_too(name):
    mistake, kind, words = MORE[name]
    with pytest.raises(kind, match=words):
        mistake()


@pytest.mark.parametrize("kind", [loss.L2Loss, loss.L1Loss, loss.SigmoidBinaryCrossEntropyLoss])
def test_losses_take_empty_batches_and_whole_labels_in_float32(kind):
    assert kind()(nd.zeros((0, 3)), nd.zeros((0, 3))).shape == (0,)
    value = kind()(nd.ones((2, 3)), nd.array(np.ones((2, 3), np.int64)))
    assert value.shape == (2,) and value.dtype == np.float32


def test_the_label_of_a_binary_loss_may_be_a_variable():
    scores, label = nd.array([[1, -2]]), nd.array([[0.5, 0.5]])
    label.attach_grad()
    with autograd.record():
        value = loss.SigmoidBinaryCrossEntropyLoss()(scores, label)
    value.backward()
    assert label.grad.asnumpy().tolist() == [[-0.5, 1]]


# ---- what a trainer does not know


def trained(net, trainer, x=None, **settings):
    with autograd.record():
        y = net(nd.ones((1, 2)) if x is None else x)
    y.backward()
    trainer.step(1, **settings)


def small(*units):
    net = nn.Sequential()
    net.add(*[nn.Dense(n, in_units=2) for n in units])
    net.initialize()
    return net


def replaced(net):
    net[0].weight = nn.Parameter("new_weight", (2, 2))
    net[0].weight.initialize()


def tied(net):
    net[0].weight = net[1].weight


def grown(net):
    net.add(nn.Dense(1, in_units=2))
    net[-1].initialize()


@pytest.mark.parametrize("ignore", [False, True])
@pytest.mark.parametrize("change", [replaced, tied, grown])
def test_a_network_changed_after_the_trainer_was_made_is_named_before_anything_moves(change, ignore):
    net = small(2, 2)
    trainer = Trainer(net.collect_params())
    trained(net, trainer)
    change(net)
    before = {path: p.data().asnumpy() for path, p in net.named_parameters()}
    for _ in range(2):
        with pytest.raises(errors.StaleGradientError, match=r"other parameters than when.*Make a new one"):
            trained(net, trainer, ignore_stale_grad=ignore)
    for path, p in net.named_parameters():
        np.testing.assert_array_equal(p.data().asnumpy(), before[path])
    trained(net, Trainer(net.collect_params()))


def test_blocks_made_elsewhere_and_frozen_parts_change_nothing():
    net = small(2)
    trainer = Trainer(net.collect_params())
    small(3)
    net.fixed = net.params.get_constant("fixed", 1.0)
    net.fixed.initialize()
    trained(net, trainer)


def test_a_gradient_that_another_trainer_has_used_is_named_as_such():
    net = small(2)
    one, two = Trainer(net.collect_params()), Trainer(net.collect_params())
    trained(net, one)
    with pytest.raises(errors.StaleGradientError, match="Another trainer has used"):
        two.step(1)
    with pytest.raises(errors.StaleGradientError, match="not refreshed"):
        one.step(1)


# ---- settings


SETTINGS = {
    "lr": "set_learning_rate", "learning_rate": "set_learning_rate", "momentum": r"optimizer\.momentum",
    "zero_grad": "zero_grad", "state_dict": "save_states", "learning_rat": "'learning_rate'",
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_of_another_name_is_refused_with_the_right_one(name):
    trainer = Trainer([parameter()], "sgd", {"learning_rate": 0.5})
    with pytest.raises(errors.MissingNameError, match=SETTINGS[name]):
        setattr(trainer, name, 0.1)
    if name != "learning_rate":
        with pytest.raises(errors.MissingNameError, match=SETTINGS[name]):
            getattr(trainer, name)
    assert trainer.learning_rate == 0.5


NUMBERS = {
    "nothing to move": (lambda: Trainer([]), "no parameters.*collect_params"),
    "momentum": (lambda: Trainer([parameter()], "sgd", {"momentum": 1.0}), r"momentum is a finite number in \[0, 1\)"),
    "huge batch": (lambda: Trainer([parameter()]).step(10**400), "batch_size"),
    "huge rate": (lambda: Trainer([parameter()], "sgd", {"learning_rate": 10**400}), "learning_rate"),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_out_of_range_gets_a_lesson(name):
    mistake, words = NUMBERS[name]
    with pytest.raises(errors.SettingError, match=words):
        mistake()


# ---- states in files


def moving(optimizer, settings, name="w_weight"):
    p = parameter(name=name)
    trainer = Trainer([p], optimizer, settings)
    return p, trainer


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
@pytest.mark.parametrize(("optimizer", "settings"), [("sgd", {"momentum": 0.9, "wd": 0.1}), ("adam", {}), ("sgd", {})])
def test_training_goes_on_from_a_file_as_if_it_had_not_stopped(tmp_path, optimizer, settings, suffix):
    p, trainer = moving(optimizer, settings)
    step(trainer, p, 3)
    trainer.set_learning_rate(0.03)
    trainer.save_states(tmp_path / f"states{suffix}")
    q, other = moving(optimizer, settings)
    q.set_data(p.data())
    other.load_states(tmp_path / f"states{suffix}")
    assert other.learning_rate == 0.03
    assert step(other, q, 3) == step(trainer, p, 3)


def test_states_are_found_by_path_whatever_the_labels(tmp_path):
    def made():
        net = small(2, 1)
        return net, Trainer(net.collect_params(), "adam")

    (net, trainer), (_, other) = made(), made()
    trained(net, trainer)
    trainer.save_states(tmp_path / "states.npz")
    other.load_states(tmp_path / "states.npz")
    assert sorted(files.load(tmp_path / "states.npz").arrays)[:3] == ["0.bias/m", "0.bias/t", "0.bias/v"]


STATES = {
    "another optimizer": (lambda: moving("sgd", {})[1], "optimizer are 'Adam'"),
    "another name": (lambda: moving("adam", {}, "v_weight")[1], "v_weight"),
    "more parameters": (lambda: Trainer([parameter(), parameter(name="b_bias")], "adam"), "b_bias"),
}


@pytest.mark.parametrize("name", STATES)
def test_states_of_another_trainer_are_refused_and_nothing_changes(tmp_path, name):
    p, trainer = moving("adam", {"learning_rate": 0.5})
    step(trainer, p, 2)
    trainer.save_states(tmp_path / "states.safetensors")
    make, words = STATES[name]
    other = make()
    before = other.learning_rate
    with pytest.raises(errors.LoadError, match=words):
        other.load_states(tmp_path / "states.safetensors")
    assert other.learning_rate == before and not any(other._states.values())


def damaged(**changes):
    """Return the arrays of a good file with some of them changed; None leaves one out."""
    good = {"w_weight/t": np.array(2), "w_weight/m": np.ones(1, "f4"), "w_weight/v": np.ones(1, "f4")}
    return {k: v for k, v in {**good, **{f"w_weight/{n}": v for n, v in changes.items()}}.items() if v is not None}


@pytest.mark.parametrize(
    "arrays",
    [damaged(v=None), damaged(t=np.array(-1)), damaged(m=np.ones(2, "f4")), damaged(t=np.ones(1, "f4")),
     damaged(m=np.ones(1)), damaged(x=np.ones(1)), {"v_weight/m": np.ones(1, "f4")}],
)  # fmt: skip
def test_a_file_that_lacks_a_state_or_holds_another_is_refused(tmp_path, arrays):
    _, trainer = moving("adam", {})
    trainer.save_states(tmp_path / "good.npz")
    files.save(tmp_path / "bad.npz", arrays, metadata=files.load(tmp_path / "good.npz").metadata)
    with pytest.raises(errors.LoadError, match="Nothing was loaded"):
        trainer.load_states(tmp_path / "bad.npz")


def test_a_file_of_parameters_is_no_file_of_states(tmp_path):
    net = small(2)
    net.save_parameters(tmp_path / "net.npz")
    with pytest.raises(errors.LoadError, match="no states"):
        Trainer(net.collect_params()).load_states(tmp_path / "net.npz")


def test_two_parameters_of_one_name_cannot_be_told_apart_in_a_file(tmp_path):
    with pytest.raises(errors.NameConflictError, match="one name"):
        Trainer([parameter(), parameter()]).save_states(tmp_path / "states.npz")


def test_an_optimizer_with_settings_that_are_no_numbers_cannot_be_written(tmp_path):
    class Odd(SGD):
        def __init__(self):
            super().__init__()
            self.schedule = print

    with pytest.raises(errors.SettingError, match="no numbers"):
        Trainer([parameter()], Odd()).save_states(tmp_path / "states.npz")
    assert not list(tmp_path.iterdir())


def test_adam_takes_its_steps_in_single_precision_for_half_precision_weights():
    layer = nn.Dense(1, in_units=2, dtype="float16", use_bias=False)
    layer.initialize(init.One())
    trainer = Trainer(layer.collect_params(), "adam", {"learning_rate": 0.5})
    with autograd.record():
        y = layer(nd.array([[0, 1e-3]], "float16"))
    y.backward()
    trainer.step(1)
    assert layer.weight.data().asnumpy() == pytest.approx(np.array([[1.0, 0.5]]), abs=1e-2)


@pytest.mark.parametrize(("optimizer", "settings"), [("sgd", {"momentum": 0.9}), ("adam", {})])
def test_what_an_optimizer_remembers_follows_a_cast(tmp_path, optimizer, settings):
    layer = nn.Dense(1, in_units=2)
    layer.initialize()
    trainer = Trainer(layer.collect_params(), optimizer, settings)
    for dtype in ("float32", "float64", "float16"):
        layer.cast(dtype)
        with autograd.record():
            y = layer(nd.ones((1, 2), dtype)).sum()
        y.backward()
        trainer.step(1)
        trainer.save_states(tmp_path / "states.npz")
        trainer.load_states(tmp_path / "states.npz")


def test_an_optimizer_of_ones_own_needs_an_update_and_has_no_decay():
    p = parameter()
    optimizer = Optimizer(0.1)
    assert optimizer.wd == 0
    with pytest.raises(NotImplementedError, match="Write how it changes an array"):
        step(Trainer([p], optimizer), p)
    with pytest.raises(errors.SettingError, match="settings already"):
        Trainer([p], SGD(), {"learning_rate": 0.1})


def test_a_step_after_a_cast_has_the_digits_of_the_new_type():
    p = parameter()
    trainer = Trainer([p], "sgd", {"learning_rate": 0.1})
    step(trainer, p)
    p.cast("float64")
    p.set_data([0.0])
    assert step(trainer, p) == -0.1 * 2


@pytest.mark.parametrize("size", [1, 1.0, np.int64(1), np.float32(1)])
def test_a_batch_of_one_counts_in_any_type(size):
    p = parameter()
    assert step(Trainer([p], "sgd", {"learning_rate": 0.5}), p, batch_size=size) == 0


def test_states_replace_what_was_remembered_and_may_be_of_one_number(tmp_path):
    p = Parameter("w_weight", ())
    p.set_data(1.0)
    trainer = Trainer([p], "sgd", {"momentum": 0.5, "learning_rate": 0.5})
    trainer.save_states(tmp_path / "before.npz")
    step(trainer, p)
    trainer.save_states(tmp_path / "after.npz")
    trainer.load_states(tmp_path / "after.npz")
    assert trainer._states[p]["momentum"] == -1.0 and trainer._states[p]["momentum"].shape == ()
    trainer.load_states(tmp_path / "before.npz")
    assert trainer._states[p] == {}


def test_states_of_parameters_of_another_shape_are_refused_even_before_the_first_step(tmp_path):
    _, trainer = moving("sgd", {})
    trainer.save_states(tmp_path / "states.npz")
    other = Parameter("w_weight", (2,))
    with pytest.raises(errors.LoadError, match="Its parameters are"):
        Trainer([other]).load_states(tmp_path / "states.npz")


def test_states_of_a_network_that_uses_its_parts_again_and_again_are_named_at_once(tmp_path):
    net = nn.Dense(1, in_units=1)
    for _ in range(40):
        twice = nn.Sequential()
        twice.add(net, net)
        net = twice
    net.initialize()
    Trainer(net.collect_params()).save_states(tmp_path / "states.npz")
    assert files.load(tmp_path / "states.npz").metadata


@pytest.mark.parametrize("name", ["L1Loss", "L2Loss", "SoftmaxCrossEntropyLoss", "SigmoidBinaryCrossEntropyLoss"])
def test_a_loss_has_the_name_it_is_given_and_weighs_1_unless_told(name):
    kind = getattr(loss, name)
    assert kind(prefix="cost_").name == "cost"
    with pytest.raises(errors.RegistrationError, match="'reduction'"):
        kind(reduction="sum")
    p, label = nd.array([[0.2, 0.4]]), nd.array([1] if name.startswith("Soft") else [[0, 1]])
    operation = {"L1": ops.l1, "L2": ops.l2, "So": ops.softmax_cross_entropy, "Si": ops.sigmoid_cross_entropy}[name[:2]]
    assert kind()(p, label).asnumpy() == operation(p, label).asnumpy() == kind(0.5)(p, label).asnumpy() * 2


def test_losses_take_whole_numbers_and_empty_samples_and_refuse_what_does_not_fit():
    whole = loss.L2Loss()(nd.array([[3], [5]], "int32"), nd.array([[1], [1]], "int32"))
    assert whole.dtype == np.float32 and whole.asnumpy().tolist() == [2, 8]
    for kind in (loss.L2Loss, loss.SigmoidBinaryCrossEntropyLoss):
        assert kind()(nd.zeros((2, 0)), nd.zeros((2, 0))).asnumpy().tolist() == [0, 0]
    with pytest.raises(errors.DTypeError, match="L2Loss computes with NDArrays, got list"):
        loss.L2Loss()(nd.ones((1, 1)), [[1.0]])
    for scores, labels in (((3,), (3,)), ((2, 3), (3,)), ((2, 3, 4), (2,))):
        with pytest.raises(errors.ShapeError, match="takes scores"):
            loss.SoftmaxCrossEntropyLoss()(nd.ones(scores), nd.ones(labels))


def test_the_rows_of_a_softmax_do_not_see_one_another():
    scores = nd.array([[1000.0, 1001.0], [0.0, 1.0]])
    np.testing.assert_allclose(nd.log_softmax(scores).asnumpy()[0], nd.log_softmax(scores).asnumpy()[1], rtol=1e-4)


def test_dropout_draws_in_float32_and_leaves_alone_what_it_need_not_touch():
    x = nd.ones(1000)
    with autograd.record():
        nd.random.seed(3)
        found = nd.Dropout(x, 0.25)
        assert nd.Dropout(x, 0) is x
    nd.random.seed(3)
    kept = random.generator().random(1000, dtype=np.float32) >= 0.25
    assert found.asnumpy().tolist() == np.where(kept, np.float32(4 / 3), 0).tolist()
    with pytest.raises(errors.SettingError, match="share of entries"):
        nd.Dropout(x, 1)
