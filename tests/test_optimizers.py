"""The steps of the optimizers, beside the same in plain numpy, number for number."""

from __future__ import annotations

import numpy as np
import pytest

from d2lparams import Trainer, autograd, nd, nn

STEPS = np.random.default_rng(3).standard_normal((5, 4))
START = np.array([1.0, -2.0, 0.5, 3.0])


def sgd(w, gradients, learning_rate=0.01, momentum=0.0, wd=0.0):
    m = np.zeros_like(w)
    for g in gradients:
        m = momentum * m - learning_rate * (g + wd * w)
        w = w + m
    return w


def adam(w, gradients, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, wd=0.0):
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t, plain in enumerate(gradients, 1):
        g = plain + wd * w
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        w = w - learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w


RULES = {"sgd": sgd, "adam": adam}
SETTINGS = [
    ("sgd", {}),
    ("sgd", {"learning_rate": 0.1}),
    ("sgd", {"learning_rate": 0.1, "wd": 0.3}),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.8}),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.8, "wd": 0.3}),
    ("adam", {}),
    ("adam", {"learning_rate": 0.1, "wd": 0.3}),
    ("adam", {"learning_rate": 0.1, "beta1": 0.5, "beta2": 0.7, "epsilon": 0.2}),
]


def moved(optimizer, settings, dtype="float64", batch=1, **factors):
    """Return a parameter after one step for each row of STEPS, which times `batch` is its gradient."""
    parameter = nn.Parameter("w_weight", shape=START.shape, dtype=dtype, **factors)
    parameter.set_data(START)
    trainer = Trainer([parameter], optimizer, settings)
    for row in STEPS:
        with autograd.record():
            total = (parameter.data() * nd.array(row * batch, dtype)).sum()
        total.backward()
        trainer.step(batch)
    return parameter.data().asnumpy()


@pytest.mark.parametrize(("optimizer", "settings"), SETTINGS)
@pytest.mark.parametrize(("dtype", "close"), [("float64", 1e-12), ("float32", 1e-5), ("float16", 2e-2)])
def test_an_optimizer_makes_the_steps_of_its_formula_in_every_dtype(optimizer, settings, dtype, close):
    if dtype == "float16" and optimizer == "adam":
        settings = {"epsilon": 1e-3, **settings}  # 1e-8 is no number in float16
    found = moved(optimizer, settings, dtype)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, RULES[optimizer](START, STEPS, **settings), rtol=close, atol=close)


@pytest.mark.parametrize(("optimizer", "settings"), SETTINGS)
def test_the_gradient_is_divided_by_the_size_of_the_batch(optimizer, settings):
    np.testing.assert_allclose(moved(optimizer, settings, batch=8), moved(optimizer, settings), rtol=1e-12)


@pytest.mark.parametrize("optimizer", RULES)
def test_the_factors_of_a_parameter_multiply_rate_and_decay(optimizer):
    found = moved(optimizer, {"learning_rate": 0.1, "wd": 0.3}, lr_mult=0.5, wd_mult=3.0)
    expected = RULES[optimizer](START, STEPS, learning_rate=0.05, wd=0.9)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
