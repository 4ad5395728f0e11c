"""Recording, the walk back, and what may be changed when."""

from __future__ import annotations

import numpy as np
import pytest

from d2lparams import autograd, errors, nd


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
