"""Random programs: values and gradients of complex-step numpy, whatever is written in between."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from programs import Machine, derivative, inputs, run_ours, steps

from d2lparams import errors, nd


def reference(program, given):
    """Return the values of all arrays and, for each trained input, its slope along a direction of its own."""
    directions = [np.random.default_rng(i).uniform(0.5, 1.5, x.values.shape) for i, x in enumerate(given)]
    slopes = []
    for i, x in enumerate(given):
        only = [d if i == k else np.zeros_like(d) for k, d in enumerate(directions)]
        values, slope = derivative(program, given, only)
        assume(all(np.isfinite(v).all() and np.abs(v.real).max(initial=0) < 1e6 for v in values))
        slopes.append(slope if x.trained else 0.0)
    return [value.real for value in values], slopes, directions


@given(program=steps(), given=inputs(), late=st.none() | st.integers(0, 63))
def test_a_program_has_the_values_and_the_gradient_of_numpy_or_says_what_was_overwritten(program, given, late):
    values, slopes, directions = reference(program, given)
    machine, arrays, total = run_ours(program, given)
    assert len(machine.pool) == len(values)
    for ours, value in zip(machine.pool, values, strict=True):
        np.testing.assert_allclose(ours.asnumpy(), value, rtol=1e-9, atol=1e-9)
    written = late is not None or any(step.name in ("fill", "write") or "in place" in step.name for step in program)
    if late is not None:
        machine.pool[late % len(machine.pool)][...] = 0.375
    try:
        total.backward()
    except errors.InPlaceError:
        assert written, "nothing was written"
        assert not any(array.grad.asnumpy().any() for array in arrays if array.grad is not None)
        return
    for array, slope, direction in zip(arrays, slopes, directions, strict=True):
        if array.grad is not None:
            np.testing.assert_allclose((array.grad.asnumpy() * direction).sum(), slope, rtol=1e-7, atol=1e-7)


@given(program=steps(), given=inputs())
def test_a_second_pass_gives_the_same_gradient_and_add_sums_them(program, given):
    machine, arrays, total = run_ours(program, given)
    trained = [array for array in arrays if array.grad is not None]
    try:
        total.backward(retain_graph=True)
    except errors.InPlaceError:
        return
    once = [array.grad.asnumpy() for array in trained]
    for array in trained:
        array.grad[...] = 0
    total.backward()
    for array, first in zip(trained, once, strict=True):
        np.testing.assert_array_equal(array.grad.asnumpy(), first)


@given(program=steps(8), given=inputs(), dtype=st.sampled_from(["float16", "float32", "float64"]))
def test_a_program_stays_in_the_dtype_of_its_inputs(program, given, dtype):
    with np.errstate(all="ignore"):
        machine, arrays, _ = run_ours(program, given, dtype)
    assert {str(array.dtype) for array in machine.pool} == {dtype}


MIXING = ("add", "subtract", "multiply", "divide", "where", "concat", "matmul", "maximum")


@given(program=steps(8, MIXING), given=inputs(), whole=st.sampled_from(["int8", "uint8", "int32", "int64", "bool"]))
def test_whole_numbers_mix_with_float32_as_the_numbers_that_they_are(program, given, whole):
    arrays = [nd.array(np.abs(x.values), "float32" if i == 0 else whole) for i, x in enumerate(given)]
    both = [Machine([f(a) for a in arrays], ["plain"] * len(arrays), k) for k, f in enumerate((nd.NDArray.copy, exact))]
    for step in program:
        pool = both[0].pool
        if "float32" in (pool[step.first % len(pool)].dtype, pool[step.second % len(pool)].dtype):
            for machine in both:
                machine.step(step)
    for ours, value in list(zip(both[0].pool, both[1].pool, strict=True))[len(arrays) :]:
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours.asnumpy(), value.real, rtol=1e-4, atol=1e-5)


def exact(array):
    return array.asnumpy().astype(np.complex128)
