"""Every operation that has a gradient, beside the same in plain numpy: what the tests of rules walk through.

The right-hand column is written for float64 and knows nothing of the package, so that values and, by finite
differences, gradients can be compared with it.  The rows of `PAIRS`, `SINGLES` and `ACTIVATIONS` stand here under the
names that they have there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from d2lparams import autograd, nd, ops

Shape = tuple[int, ...]


class Operation(NamedTuple):
    """An operation of ours, its reference, and the shapes of the inputs that it is tried on.

    Attributes
    ----------
    ours : callable
        From arrays of ours to one.
    reference : callable
        The same from numpy arrays of float64.
    shapes : tuple of shapes
    low : float
        Inputs are drawn from [low, 2), and none is closer to 0, or to another, than 0.01.
    """

    ours: Callable[..., Any]
    reference: Callable[..., Any]
    shapes: tuple[Shape, ...]
    low: float = -2.0


ONE, TWO = ((3, 4),), ((3, 4), (3, 4))
ROWS = np.array([[0, 2], [2, 1]])
CLASSES = np.array([0, 3, 1])
HALVES = np.linspace(0, 1, 12).reshape(3, 4)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def log_softmax(z):
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


def layer_norm(x, gamma, beta):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 0.1) * gamma + beta


PAIRS = {
    "add": Operation(lambda a, b: a + b, lambda a, b: a + b, TWO),
    "subtract": Operation(lambda a, b: a - b, lambda a, b: a - b, TWO),
    "multiply": Operation(lambda a, b: a * b, lambda a, b: a * b, TWO),
    "divide": Operation(lambda a, b: a / b, lambda a, b: a / b, TWO),
    "floor_divide": Operation(lambda a, b: a // b, lambda a, b: a // b, TWO, 0.3),
    "mod": Operation(lambda a, b: a % b, lambda a, b: a % b, TWO, 0.3),
    "power": Operation(lambda a, b: a**b, lambda a, b: a**b, TWO, 0.3),
    "maximum": Operation(nd.maximum, np.maximum, TWO),
    "minimum": Operation(nd.minimum, np.minimum, TWO),
}
SINGLES = {
    "positive": Operation(lambda a: +a, lambda a: a, ONE),
    "negative": Operation(lambda a: -a, lambda a: -a, ONE),
    "abs": Operation(nd.abs, np.abs, ONE),
    "exp": Operation(nd.exp, np.exp, ONE),
    "log": Operation(nd.log, np.log, ONE, 0.3),
    "sqrt": Operation(lambda a: a.sqrt(), np.sqrt, ONE, 0.3),
    "square": Operation(lambda a: a.square(), lambda a: a * a, ONE),
    "sin": Operation(nd.sin, np.sin, ONE),
    "tanh": Operation(nd.tanh, np.tanh, ONE),
    "cos": Operation(nd.cos, np.cos, ONE),
}
ACTIVATIONS = {
    "relu": Operation(lambda a: ops.activate(a, "relu"), lambda a: np.where(a > 0, a, 0), ONE),
    "sigmoid": Operation(lambda a: ops.activate(a, "sigmoid"), sigmoid, ONE),
    "tanh": Operation(lambda a: ops.activate(a, "tanh"), np.tanh, ONE),
    "softrelu": Operation(lambda a: ops.activate(a, "softrelu"), lambda a: np.log(1 + np.exp(a)), ONE),
    "softsign": Operation(lambda a: ops.activate(a, "softsign"), lambda a: a / (1 + np.abs(a)), ONE),
}
REDUCTIONS = {
    "sum": Operation(lambda a: a.sum(), np.sum, ONE),
    "sum along an axis": Operation(lambda a: a.sum(axis=1), lambda a: a.sum(1), ONE),
    "sum along two axes": Operation(lambda a: a.sum(axis=(0, -1)), lambda a: a.sum((0, 2)), ((2, 3, 4),)),
    "sum with kept axes": Operation(lambda a: a.sum(0, keepdims=True), lambda a: a.sum(0, keepdims=True), ONE),
    "mean": Operation(lambda a: a.mean(), np.mean, ONE),
    "mean along an axis": Operation(lambda a: a.mean(axis=0), lambda a: a.mean(0), ONE),
    "mean with kept axes": Operation(lambda a: a.mean(1, keepdims=True), lambda a: a.mean(1, keepdims=True), ONE),
    "var": Operation(lambda a: a.var(), np.var, ONE),
    "var along an axis": Operation(lambda a: a.var(axis=1, keepdims=True), lambda a: a.var(1, keepdims=True), ONE),
    "std": Operation(lambda a: a.std(), np.std, ONE),
    "std along an axis": Operation(lambda a: a.std(axis=0), lambda a: a.std(0), ONE),
    "std with kept axes": Operation(lambda a: a.std(1, keepdims=True), lambda a: a.std(1, keepdims=True), ONE),
    "std of rows of a stack": Operation(lambda a: a.std(axis=2), lambda a: a.std(2), ((3, 1, 4),)),
    "norm": Operation(lambda a: a.norm(), lambda a: np.sqrt((a * a).sum()), ONE),
    "max": Operation(lambda a: a.max(), np.max, ONE),
    "max along an axis": Operation(lambda a: a.max(axis=1), lambda a: a.max(1), ONE),
    "min": Operation(lambda a: a.min(), np.min, ONE),
    "min with kept axes": Operation(lambda a: a.min(0, keepdims=True), lambda a: a.min(0, keepdims=True), ONE),
}
SHAPES = {
    "reshape": Operation(lambda a: a.reshape(2, -1), lambda a: a.reshape(2, 6), ONE),
    "transpose": Operation(lambda a: a.transpose(2, 0, 1), lambda a: a.transpose(2, 0, 1), ((2, 3, 4),)),
    "transpose from the end": Operation(lambda a: a.transpose(1, -1, 0), lambda a: a.transpose(1, 2, 0), ((2, 3, 4),)),
    "transpose by a tuple": Operation(lambda a: a.transpose((2, 0, 1)), lambda a: a.transpose(2, 0, 1), ((2, 3, 4),)),
    "reshape by a list": Operation(lambda a: a.reshape([4, 3]), lambda a: a.reshape(4, 3), ONE),
    "T": Operation(lambda a: a.T, lambda a: a.T, ONE),
    "flatten": Operation(lambda a: a.flatten(), lambda a: a.reshape(2, 12), ((2, 3, 4),)),
    "slice": Operation(lambda a: a[1:, ::2], lambda a: a[1:, ::2], ONE),
    "entry": Operation(lambda a: a[1, 2], lambda a: a[1, 2], ONE),
    "repeated rows": Operation(lambda a: a[nd.array([0, 2, 0], "int64")], lambda a: a[[0, 2, 0]], ONE),
    "repeated columns": Operation(lambda a: a[:, [1, 1, 3]], lambda a: a[:, [1, 1, 3]], ONE),
    "cast": Operation(lambda a: a.astype("float64").astype(a.dtype), lambda a: a, ONE),
    "concat": Operation(lambda a, b: nd.concat(a, b, dim=1), lambda a, b: np.hstack([a, b]), ((3, 4), (3, 2))),
    "concat of three": Operation(
        lambda a, b, c: nd.concat(a, b, c, dim=0), lambda *all: np.vstack(all), ((1, 2), (3, 2), (2, 2))
    ),
    "stack": Operation(lambda a, b: nd.stack(a, b, axis=1), lambda a, b: np.stack([a, b], 1), TWO),
    "stack at the end": Operation(lambda a, b: nd.stack(a, b, axis=-1), lambda a, b: np.stack([a, b], -1), TWO),
    "where": Operation(
        lambda a, b: nd.where(nd.array(HALVES > 0.4), a, b), lambda a, b: np.where(HALVES > 0.4, a, b), TWO
    ),
}
LAYERS = {
    "matmul": Operation(lambda a, b: a @ b, lambda a, b: np.einsum("ij,jk->ik", a, b), ((3, 4), (4, 5))),
    "matmul of stacks": Operation(nd.dot, lambda a, b: np.einsum("nij,njk->nik", a, b), ((2, 3, 4), (2, 4, 5))),
    "matrix times vector": Operation(lambda a, b: a @ b, lambda a, b: (a * b).sum(1), ((3, 4), (4,))),
    "vector times matrix": Operation(lambda a, b: a @ b, lambda a, b: (a[:, None] * b).sum(0), ((4,), (4, 3))),
    "vector times vector": Operation(lambda a, b: a @ b, lambda a, b: (a * b).sum(), ((4,), (4,))),
    "stack times vector": Operation(nd.dot, lambda a, b: (a * b).sum(2), ((2, 3, 4), (4,))),
    "vector times stack": Operation(nd.dot, lambda a, b: (a[:, None] * b).sum(1), ((4,), (2, 4, 3))),
    "dense": Operation(ops.dense, lambda x, w, b: x @ w.T + b, ((3, 4), (5, 4), (5,))),
    "dense without bias": Operation(ops.dense, lambda x, w: x @ w.T, ((3, 4), (5, 4))),
    "dense along the last axis": Operation(
        lambda x, w, b: ops.dense(x, w, b, "sigmoid"), lambda x, w, b: sigmoid(x @ w.T + b), ((2, 3, 4), (5, 4), (5,))
    ),
    "dense of stacks": Operation(ops.dense, lambda x, w: x @ w.T, ((2, 3, 1, 4), (5, 4))),
    "leaky relu": Operation(lambda a: nd.leaky_relu(a, 0.2), lambda a: np.where(a > 0, a, 0.2 * a), ONE),
    "embedding": Operation(lambda w: ops.embedding(nd.array(ROWS), w), lambda w: w[ROWS], ONE),
    "layer norm": Operation(lambda x, g, b: ops.layer_norm(x, g, b, 0.1), layer_norm, ((3, 4), (4,), (4,))),
    "layer norm of a row": Operation(lambda x, g, b: ops.layer_norm(x, g, b, 0.1), layer_norm, ((4,),) * 3),
    "layer norm of columns": Operation(
        lambda x, g, b: ops.layer_norm(x, g, b, 0.1, axis=0),
        lambda x, g, b: layer_norm(x.T, g, b).T,
        ((4, 3), (4,), (4,)),
    ),
    "layer norm without shift": Operation(
        lambda x, g: ops.layer_norm(x, g, None, 0.1), lambda x, g: layer_norm(x, g, 0), ((3, 4), (4,))
    ),
    "layer norm without scale": Operation(
        lambda x, b: ops.layer_norm(x, None, b, 0.1), lambda x, b: layer_norm(x, 1, b), ((3, 4), (4,))
    ),
    "layer norm alone": Operation(
        lambda x: ops.layer_norm(x, None, None, 0.1), lambda x: layer_norm(x, 1, 0), ((3, 4),)
    ),
    "layer norm of stacks": Operation(
        lambda x, g, b: ops.layer_norm(x, g, b, 0.1), layer_norm, ((2, 3, 4), (4,), (4,))
    ),
    "softmax": Operation(nd.softmax, lambda z: np.exp(log_softmax(z)), ONE),
    "log softmax": Operation(nd.log_softmax, log_softmax, ((2, 3, 4),)),
} | {
    f"dense with {name}": Operation(
        lambda x, w, b, name=name: ops.dense(x, w, b, name),
        lambda x, w, b, f=row.reference: f(x @ w.T + b),
        ((3, 4), (5, 4), (5,)),
    )
    for name, row in ACTIVATIONS.items()
}
LOSSES = {
    "l2": Operation(lambda p, t: ops.l2(p, t, 0.7), lambda p, t: 0.35 * ((p - t) ** 2).mean((1, 2)), ((3, 2, 2),) * 2),
    "l2 of one number a sample": Operation(ops.l2, lambda p, t: 0.5 * ((p - t) ** 2).mean(1), ((3, 1),) * 2),
    "l1": Operation(lambda p, t: ops.l1(p, t, 0.7), lambda p, t: 0.7 * np.abs(p - t).mean(1), TWO),
    "softmax cross entropy": Operation(
        lambda z: ops.softmax_cross_entropy(z, nd.array(CLASSES), 0.7),
        lambda z: -0.7 * log_softmax(z)[np.arange(3), CLASSES],
        ONE,
    ),
    "sigmoid cross entropy": Operation(
        lambda z, t: ops.sigmoid_cross_entropy(z, t, 0.7),
        lambda z, t: -0.7 * (t * np.log(sigmoid(z)) + (1 - t) * np.log(1 - sigmoid(z))).mean(1),
        TWO,
    ),
    "sigmoid cross entropy of one number": Operation(
        ops.sigmoid_cross_entropy,
        lambda z, t: -(t * np.log(sigmoid(z)) + (1 - t) * np.log(1 - sigmoid(z))).mean(1),
        ((1, 1),) * 2,
    ),
    "sigmoid cross entropy of samples with axes": Operation(
        lambda z: ops.sigmoid_cross_entropy(z, nd.array(HALVES.reshape(3, 2, 2), str(z.dtype))),
        lambda z: (
            -(HALVES * np.log(sigmoid(z.reshape(3, 4))) + (1 - HALVES) * np.log(sigmoid(-z.reshape(3, 4)))).mean(1)
        ),
        ((3, 2, 2),),
    ),
}
OPERATIONS = PAIRS | SINGLES | ACTIVATIONS | REDUCTIONS | SHAPES | LAYERS | LOSSES


def points(operation: Operation, seed: int = 0) -> list[np.ndarray]:
    """Return inputs at which the operation is smooth: no two entries are closer than 0.01, none is that close to 0."""
    rng = np.random.default_rng(seed)
    sizes = [int(np.prod(shape)) for shape in operation.shapes]
    grid = np.linspace(operation.low, 2, 2 * sum(sizes))
    drawn = rng.permutation(grid[np.abs(grid) > 0.01])[: sum(sizes)]
    return [
        part.reshape(shape)
        for part, shape in zip(np.split(drawn, np.cumsum(sizes)[:-1]), operation.shapes, strict=True)
    ]


def variables(values: list[np.ndarray], dtype: str = "float64") -> list[nd.NDArray]:
    """Return the values as arrays with gradients."""
    arrays = [nd.array(value, dtype) for value in values]
    for array in arrays:
        array.attach_grad()
    return arrays


def recorded(operation: Operation, inputs: list[nd.NDArray]) -> nd.NDArray:
    """Return the result of the operation while recording."""
    with autograd.record():
        result: nd.NDArray = operation.ours(*inputs)
    return result


def head(shape: Shape) -> np.ndarray:
    """Return a weight for each entry of a result, all different."""
    return np.random.default_rng(5).uniform(0.5, 1.5, shape)


def slopes(function: Callable[..., Any], values: list[np.ndarray], weights: np.ndarray) -> list[np.ndarray]:
    """Return the gradients of ``(function(*values) * weights).sum()``, entry by entry, by central differences."""
    step, found = 1e-6, [np.zeros(value.shape) for value in values]
    for i, value in enumerate(values):
        for place in np.ndindex(value.shape):
            ends = []
            for sign in (1, -1):
                moved = [v.copy() for v in values]
                moved[i][place] += sign * step
                ends.append((np.asarray(function(*moved)) * weights).sum())
            found[i][place] = (ends[0] - ends[1]) / (2 * step)
    return found
