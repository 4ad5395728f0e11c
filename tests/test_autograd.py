"""Recording, the walk back, and what may be changed when."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from d2lparams import Trainer, autograd, errors, init, loss, nd, nn


def variable(*values, grad_req="write"):
    x = nd.array(values)
    x.attach_grad(grad_req)
    return x


def test_nothing_is_recorded_outside_record():
    x = variable(1, 2)
    y = x * 2
    with pytest.raises(errors.GraphError, match="not recorded"):
        y.backward()


def test_uses_of_one_variable_add_up():
    x = variable(3.0)
    with autograd.record():
        y = x * x + x
    y.backward()
    assert x.grad.asscalar() == 7


def test_a_head_gradient_weighs_the_entries():
    x = variable(1, 2)
    with autograd.record():
        y = x * x
    y.backward(nd.array([10, 100]))
    assert x.grad.asnumpy().tolist() == [20, 400]
    with autograd.record():
        y = x * x
    with pytest.raises(errors.ShapeError, match=r"\(3,\).*\(2,\)"):
        y.backward(nd.ones(3))


def test_write_replaces_add_accumulates_and_null_keeps_none():
    w, a, n = variable(2.0), variable(2.0, grad_req="add"), variable(2.0, grad_req="null")
    for _ in range(2):
        with autograd.record():
            y = w * w + a * a + n * n
        y.backward()
    assert (w.grad.asscalar(), a.grad.asscalar(), n.grad) == (4, 8, None)


def test_a_second_backward_needs_retain_graph():
    x = variable(2.0)
    with autograd.record():
        y = x * x
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.asscalar() == 4
    with pytest.raises(errors.GraphError, match="retain_graph=True"):
        y.backward()


def test_pause_and_detach_cut_the_graph():
    x = variable(3.0)
    with autograd.record():
        with autograd.pause():
            constant = x * 2
        y = x * constant + x.detach() * x
    y.backward()
    assert x.grad.asscalar() == 6 + 3


def test_modes_nest_and_are_restored_after_an_error():
    with pytest.raises(ZeroDivisionError), autograd.record():
        assert autograd.is_recording() and autograd.is_training()
        with autograd.predict_mode():
            assert autograd.is_recording() and not autograd.is_training()
        1 / 0
    with autograd.train_mode():
        assert autograd.is_training() and not autograd.is_recording()
    assert not autograd.is_recording() and not autograd.is_training()


def test_a_chain_of_ten_thousand_operations_needs_no_recursion():
    x = variable(1.0)
    with autograd.record():
        y = x
        for _ in range(10_000):
            y = y + 1
    y.backward()
    assert x.grad.asscalar() == 1


def test_a_write_between_forward_and_backward_is_an_error_and_changes_no_gradient():
    x = variable(1, 2)
    with autograd.record():
        y = x * x
    x[0] = 5
    with pytest.raises(errors.InPlaceError, match="changed in place"):
        y.backward()
    assert x.grad.asnumpy().tolist() == [0, 0]


def test_a_write_through_a_view_is_noticed_too():
    x = variable(1, 2, 3)
    with autograd.record():
        y = x * x
    x[1:][0] = 9
    with pytest.raises(errors.InPlaceError):
        y.backward()


def test_a_write_that_no_gradient_depends_on_is_fine():
    x = variable(1, 2)
    with autograd.record():
        y = x + x
    x[0] = 5
    y.backward()
    assert x.grad.asnumpy().tolist() == [2, 2]


def test_overwriting_a_result_that_its_gradient_reads_is_an_error():
    x = variable(1.0)
    with autograd.record():
        y = x.exp()
        z = y * 1
    y[:] = 0
    with pytest.raises(errors.InPlaceError):
        z.backward()


def test_writing_a_variable_while_recording_is_refused_before_the_write():
    x = variable(1, 2)
    with autograd.record():
        for write in (lambda: x.__setitem__(0, 9), lambda: x.__iadd__(1)):
            with pytest.raises(errors.InPlaceError, match="Nothing was changed"):
                write()
    assert x.asnumpy().tolist() == [1, 2]


def test_augmented_assignment_of_a_recorded_result_makes_a_new_one():
    x = variable(3.0)
    with autograd.record():
        y = x * x
        first = y
        y /= 2
    y.backward()
    assert y is not first and x.grad.asscalar() == 3 and first.asscalar() == 9


def test_a_plain_array_may_be_written_while_recording():
    x, plain = variable(2.0), nd.zeros(1)
    with autograd.record():
        plain[:] = 5
        y = x * plain
    y.backward()
    assert x.grad.asscalar() == 5


def test_gradients_of_unreached_variables_stay():
    x, other = variable(2.0), variable(2.0)
    other.grad[:] = 7
    with autograd.record():
        y = x * 1
    y.backward()
    assert other.grad.asscalar() == 7


def test_one_gradient_handed_to_two_leaves_is_not_shared():
    a, b = variable(1.0), variable(1.0)
    with autograd.record():
        y = a + b
    y.backward()
    a.grad[:] = 100
    assert b.grad.asscalar() == 1


def test_a_variable_has_the_same_gradient_array_every_time():
    x = variable(1.0)
    assert x.grad is x.grad
    np.testing.assert_array_equal(x.grad.asnumpy(), [0])


def test_an_integer_array_cannot_have_a_gradient():
    with pytest.raises(errors.DTypeError, match="float32"):
        nd.array([1, 2], dtype="int32").attach_grad()


def test_a_scope_may_be_entered_again_inside_itself():
    scope = autograd.record()
    with scope, scope:
        assert autograd.is_recording()
    assert not autograd.is_recording() and not autograd.is_training()


def test_several_heads_go_back_in_one_pass_with_their_weights():
    x = variable(3.0)
    with autograd.record():
        y, z = x * x, x * 2
    autograd.backward([y, z], [None, nd.array([10])])
    assert x.grad.asscalar() == 6 + 20
    with pytest.raises(errors.ShapeError, match="one head gradient for each head"):
        autograd.backward([y, z], [None])
    with pytest.raises(errors.DTypeError, match="head gradient"):
        x.backward("x")


KINDS = {
    "negative": lambda x: -x,
    "times a number": lambda x: x * 2,
    "times an array": lambda x: x * nd.array([3, 4]),
    "divided": lambda x: x / nd.array([3, 4]),
    "exp": lambda x: x.exp(),
    "sqrt": lambda x: x.sqrt(),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_value_that_the_gradient_does_not_read_may_be_overwritten(name):
    gradients = []
    for late in (False, True):
        x = variable(1, 4)
        with autograd.record():
            y = KINDS[name](x)
        if late:
            x[:] = 99
        y.backward()
        gradients.append(x.grad.asnumpy().tolist())
    assert gradients[0] == gradients[1]


def late_change(compute, change):
    x = variable(1, 2)
    with autograd.record():
        y = compute(x)
    change(x, y)
    y.backward()
    return x.grad.asnumpy().tolist()


LABEL, TRUTH, ROWS, NUMBERS = nd.array([0, 1]), nd.array([1, 0]) > 0, nd.array([0, 0], "int64"), np.ones(2, np.float32)


@pytest.mark.parametrize(
    ("compute", "change"),
    [
        (lambda x: x.max(), lambda x, y: y.__setitem__(..., 100)),
        (lambda x: loss.SigmoidBinaryCrossEntropyLoss()(x, LABEL), lambda x, y: x.__setitem__(0, 7)),
        (lambda x: loss.SigmoidBinaryCrossEntropyLoss()(x, LABEL), lambda x, y: LABEL.__setitem__(0, 7)),
    ],
)
def test_no_operation_misses_a_late_change_of_what_its_gradient_reads(compute, change):
    with pytest.raises(errors.InPlaceError, match="changed in place"):
        late_change(compute, change)


@pytest.mark.parametrize(
    ("compute", "change", "gradient"),
    [
        (lambda x: x * NUMBERS, lambda x, y: NUMBERS.fill(0), [1, 1]),
        (lambda x: x[ROWS], lambda x, y: ROWS.__setitem__(slice(None), 1), [2, 0]),
        (lambda x: nd.where(TRUTH, x, x * 2), lambda x, y: TRUTH.__setitem__(slice(None), False), [1, 2]),
    ],
)
def test_constants_that_nobody_watches_are_copied_while_recording(compute, change, gradient):
    assert late_change(compute, change) == gradient


def test_a_running_sum_that_begins_as_a_plain_array_keeps_its_gradient():
    x, total = variable(2.0), nd.zeros(1)
    with autograd.record():
        for _ in range(3):
            total += x * x
    total.backward()
    assert x.grad.asscalar() == 12


def test_a_gradient_that_would_be_lost_by_writing_is_an_error_before_the_write():
    x, out = variable(2.0), nd.zeros(2)
    with autograd.record(), pytest.raises(errors.InPlaceError, match="would be lost.*nd.stack"):
        out[0] = x[0] * x[0]
    assert out.asnumpy().tolist() == [0, 0]


def test_pickle_keeps_variables_and_the_values_of_recorded_results():
    x = variable(1, 2)
    with autograd.record():
        y = x * 2
    x.grad[:] = 7
    thawed, copied = pickle.loads(pickle.dumps([x, y])), copy.deepcopy([x, y])
    assert thawed[1].asnumpy().tolist() == copied[1].asnumpy().tolist() == [2, 4]
    assert thawed[1].grad is copied[1].grad is None
    for twin in (thawed[0], copied[0], copy.copy(x)):
        assert not twin.grad.any()
        twin[0] = 5
        assert x[0].asscalar() == 1
        with autograd.record():
            z = twin * 3
        z.backward()
        assert twin.grad.asnumpy().tolist() == [3, 3] and (x.grad == 7).all()


WRITES = {
    "in place": lambda x: x.__imul__(2),
    "a view that is constant": lambda x: x.detach().__setitem__(0, 5.0),
    "an entry": lambda x: x.__setitem__(0, 5.0),
}


@pytest.mark.parametrize("name", WRITES)
def test_every_way_to_write_is_noticed_by_the_walk_back(name):
    x = variable(1.0, 2.0)
    with autograd.record():
        y = x * x
    WRITES[name](x)
    with pytest.raises(errors.InPlaceError, match="changed in place"):
        y.backward()


def test_a_step_of_the_trainer_counts_as_a_write():
    p = nn.Parameter("w_weight", (1,))
    p.initialize(init.One())
    trainer = Trainer([p], "sgd")
    with autograd.record():
        y, z = p.data() * 2, p.data() * p.data()
    y.backward()
    trainer.step(1)
    with pytest.raises(errors.InPlaceError, match="w_weight was changed in place"):
        z.backward()


def test_a_refused_write_says_what_was_to_be_written():
    x = variable(1.0)
    with autograd.record():
        for target, what in ((x, "A variable"), (x * 2, "A recorded result")):
            with pytest.raises(errors.InPlaceError, match=what):
                target[0] = 3.0


def test_a_gradient_request_is_one_of_three_words():
    with pytest.raises(errors.SettingError, match="'write', 'add' or 'null'"):
        nd.ones(1).attach_grad("bogus")


def test_one_head_may_stand_without_a_list_and_twice_in_one():
    x = variable(1.0, 2.0)
    for heads, weights, expected in (
        (lambda y: y, None, [2, 4]),
        (lambda y: y, nd.array([10, 100]), [20, 400]),
        (lambda y: [y, y], None, [4, 8]),
    ):
        with autograd.record():
            y = x * x
        autograd.backward(heads(y), weights)
        assert x.grad.asnumpy().tolist() == expected


def test_a_result_that_is_used_twice_is_walked_once():
    x = variable(1.0)
    with autograd.record():
        y = x
        for _ in range(100):
            y = y + y
    y.backward()
    assert x.grad.asscalar() == 2.0**100


def test_in_a_pause_layers_behave_as_in_prediction():
    with autograd.record():
        with autograd.pause():
            assert not autograd.is_training() and not autograd.is_recording()
        with autograd.pause(train_mode=True):
            assert autograd.is_training() and not autograd.is_recording()
