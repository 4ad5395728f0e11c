"""Random programs of array operations, run by the package and by plain numpy.

A program is a list of steps; each names an operation and, by numbers, the arrays that it takes from the pool of all
arrays so far.  What does not fit (shapes, a write that the rules forbid) is passed over, so every list of steps is a
program, and a shorter one when hypothesis looks for the smallest failure.

The reference computes in complex128 with a step of 1e-200 along the imaginary axis of the inputs (Squire and Trapp
1998): the imaginary part of the result, divided by the step, is the derivative to the last digit, through every view
and write, because numpy carries it along.  Where an operation has a corner, the reference chooses as the package says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from d2lparams import autograd, nd, ops

TINY = 1e-200  # its square is 0, so nothing is lost by the step, at 0 and at ties either


class Step(NamedTuple):
    """One operation, the numbers of its arrays, and a number that decides what is left to decide."""

    name: str
    first: int
    second: int
    choice: int


# ---- operations that the two sides spell differently: ours, and complex numpy


def share(a: Any, chosen: Any, axis: int | None, keepdims: bool) -> Any:
    """Return the mean of the chosen entries: the largest one, and its slope shared by those that tie."""
    return np.where(chosen, a, 0).sum(axis, keepdims=keepdims) / chosen.sum(axis, keepdims=keepdims)


def extreme(a: Any, pick: Callable[..., Any], axis: int | None, keepdims: bool = False) -> Any:
    return share(a, a.real == pick(a.real, axis=axis, keepdims=True), axis, keepdims)


def larger(a: Any, b: Any) -> Any:
    return np.where(a.real > b.real, a, np.where(a.real < b.real, b, (a + b) / 2))


def log_softmax(a: Any) -> Any:
    shifted = a - a.real.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


UNARY: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "negative": (lambda a: -a, lambda a: -a),
    "abs": (nd.abs, lambda a: a * np.sign(a.real)),
    "sin": (nd.sin, np.sin),
    "cos": (nd.cos, np.cos),
    "square": (lambda a: a.square(), lambda a: a * a),
    "exp of sin": (lambda a: nd.exp(nd.sin(a)), lambda a: np.exp(np.sin(a))),
    "root": (lambda a: (a * a + 1).sqrt(), lambda a: np.sqrt(a * a + 1)),
    "log": (lambda a: nd.log(a * a + 1), lambda a: np.log(a * a + 1)),
    "relu": (nd.relu, lambda a: np.where(a.real > 0, a, 0)),
    "sigmoid": (nd.sigmoid, lambda a: 0.5 * (1 + np.tanh(a / 2))),
    "tanh": (nd.tanh, np.tanh),
    "softsign": (lambda a: ops.activate(a, "softsign"), lambda a: a / (1 + a * np.sign(a.real))),
    "softrelu": (lambda a: ops.activate(nd.sin(a), "softrelu"), lambda a: np.log(1 + np.exp(np.sin(a)))),
    "cube": (lambda a: a**3, lambda a: a * a * a),
    "power of 2": (lambda a: 2 ** nd.sin(a), lambda a: np.exp(np.log(2) * np.sin(a))),
    "from a number": (lambda a: 1.5 - a, lambda a: 1.5 - a),
    "times a number": (lambda a: 2 * a, lambda a: 2 * a),
    "by a number": (lambda a: a / 3, lambda a: a / 3),
    "of a number": (lambda a: 1 / (a * a + 2), lambda a: 1 / (a * a + 2)),
    "T": (lambda a: a.T, lambda a: a.T),
    "sum": (lambda a: a.sum(), lambda a: a.sum()),
    "mean": (lambda a: a.mean(), lambda a: a.mean()),
    "norm": (lambda a: (a + 3).norm(), lambda a: np.sqrt(((a + 3) * (a + 3)).sum())),
    "max": (lambda a: a.max(), lambda a: extreme(a, np.max, None)),
    "min": (lambda a: a.min(), lambda a: extreme(a, np.min, None)),
    "mask": (lambda a: a * (a > 0), lambda a: a * (a.real > 0)),
}
CUTS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "detach": (lambda a: a.detach(), lambda a: a.real + 0j),
    "copy": (lambda a: a.copy(), lambda a: np.array(a.real + 0j, order="C")),
}
ALONG: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "sum along": (lambda a, k: a.sum(axis=k), lambda a, k: a.sum(k)),
    "mean along": (lambda a, k: a.mean(axis=k, keepdims=True), lambda a, k: a.mean(k, keepdims=True)),
    "var along": (lambda a, k: a.var(axis=k), lambda a, k: ((a - a.mean(k, keepdims=True)) ** 2).mean(k)),
    "max along": (lambda a, k: a.max(axis=k, keepdims=True), lambda a, k: extreme(a, np.max, k, True)),
    "softmax": (lambda a, k: nd.softmax(a), lambda a, k: np.exp(log_softmax(a))),
    "log softmax": (lambda a, k: nd.log_softmax(a), lambda a, k: log_softmax(a)),
    "flatten": (lambda a, k: a.flatten(), lambda a, k: a.reshape(len(a), -1)),
    "column": (lambda a, k: a.reshape(-1, 1), lambda a, k: a.reshape(-1, 1)),
}
BINARY: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "add": (lambda a, b: a + b, lambda a, b: a + b),
    "subtract": (lambda a, b: a - b, lambda a, b: a - b),
    "multiply": (lambda a, b: a * b, lambda a, b: a * b),
    "divide": (lambda a, b: a / (b * b + 1), lambda a, b: a / (b * b + 1)),
    "power": (lambda a, b: (a * a + 1) ** nd.sin(b), lambda a, b: np.exp(np.log(a * a + 1) * np.sin(b))),
    "maximum": (nd.maximum, larger),
    "minimum": (nd.minimum, lambda a, b: -larger(-a, -b)),
    "where": (lambda a, b: nd.where(a > b, a, b), lambda a, b: np.where(a.real > b.real, a, b)),
    "concat": (lambda a, b: nd.concat(a, b, dim=0), lambda a, b: np.concatenate([a, b], 0)),
    "stack": (lambda a, b: nd.stack(a, b, axis=-1), lambda a, b: np.stack([a, b], -1)),
    "matmul": (lambda a, b: a @ b, lambda a, b: a @ b),
    "dense": (lambda a, b: ops.dense(a, b, None, "tanh"), lambda a, b: np.tanh(a @ b.T)),
}
KEYS: list[Any] = [
    0,
    -1,
    slice(1, None),
    slice(None, None, 2),
    (..., 0),
    (..., slice(None, 1)),
    [0, 0],
    None,
    (slice(None), [0, -1, 0]),
]
WRITES = ("fill", "write", "add in place", "multiply in place")
KINDS = ("trained", "fixed", "plain")
NAMES = (*CUTS, *UNARY, *ALONG, *BINARY, "index", *WRITES, "augment")


def steps(most: int = 12, names: Sequence[str] = NAMES) -> st.SearchStrategy[list[Step]]:
    """Programs of at least one step."""
    number = st.integers(0, 63)
    return st.lists(st.builds(Step, st.sampled_from(names), number, number, number), min_size=1, max_size=most)


class Input(NamedTuple):
    """One input: its values, and whether it is trained."""

    values: np.ndarray
    trained: bool


@st.composite
def inputs(draw: st.DrawFn) -> list[Input]:
    """Two to four arrays, the first of them trained; some entries are alike, so that there are ties and zeros."""
    shapes = st.sampled_from([(), (3,), (1, 3), (2, 1), (2, 3), (3, 3), (2, 2, 3)])
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    found = []
    for i in range(draw(st.integers(2, 4))):
        values = rng.uniform(-1.5, 1.5, draw(shapes))
        found.append(Input(np.round(values) if draw(st.booleans()) else values, i == 0 or draw(st.booleans())))
    return found


class Machine:
    """One of the two sides: the arrays so far, and what each is.

    Parameters
    ----------
    pool : list of arrays
    kinds : list of {'trained', 'plain', 'fixed'}
        Whether it depends on something trained; if not, whether it may be written: a detached array shares its memory
        with one that may not.
    side : {0, 1}
        0 for ours, 1 for complex numpy.
    """

    def __init__(self, pool: list[Any], kinds: list[str], side: int) -> None:
        self.pool = [np.asarray(array) for array in pool] if side else pool  # a sum of numpy's is no array
        self.kinds, self.side, self.inputs = kinds, side, len(pool)

    def run(self, program: Sequence[Step]) -> None:
        """Go through the steps."""
        for step in program:
            self.step(step)

    def step(self, step: Step) -> None:
        """Do one step, or pass over it."""
        i, j = step.first % len(self.pool), step.second % len(self.pool)
        a, b, kind = self.pool[i], self.pool[j], self.kinds[i]
        if step.name in CUTS:
            self.keep(CUTS[step.name][self.side](a), "plain" if step.name == "copy" else "fixed")
        elif step.name in UNARY:
            self.keep(UNARY[step.name][self.side](a), kind)
        elif step.name in ALONG and a.ndim:
            self.keep(ALONG[step.name][self.side](a, step.choice % a.ndim), kind)
        elif step.name in BINARY and fits(step.name, a.shape, b.shape):
            self.keep(BINARY[step.name][self.side](a, b), min(kind, self.kinds[j], key=KINDS.index))
        elif step.name == "index":
            keys = [key for key in KEYS if takes(a.shape, key)]
            self.keep(a[keys[step.choice % len(keys)]], kind)
        elif step.name in WRITES and kind == "plain":
            self.write(step, a, b, self.kinds[j] != "trained" and b.shape in (a.shape, ()))
        elif step.name == "augment" and kind == "trained" and i >= self.inputs:
            self.pool[i] = self.augmented(a, step.choice)

    def write(self, step: Step, a: Any, b: Any, fitting: bool) -> None:
        """Write into an array that depends on nothing trained."""
        if step.name == "fill":
            a[...] = step.choice / 32 - 1
        elif step.name == "multiply in place":
            a *= 0.5
        elif step.name == "write" and fitting:
            a[...] = b
        elif step.name == "add in place" and fitting:
            a += b

    def augmented(self, a: Any, choice: int) -> Any:
        """Return what ``a -= number`` or ``a *= number`` makes of a result."""
        if self.side:
            return a - 0.25 if choice % 2 else a * 0.75
        if choice % 2:
            a -= 0.25
        else:
            a *= 0.75
        return a

    def keep(self, array: Any, kind: str) -> None:
        """Add an array to the pool, unless it is too large to go on with."""
        if array.size <= 200:
            self.pool.append(np.asarray(array) if self.side else array)
            self.kinds.append(kind)

    @property
    def heads(self) -> list[int]:
        """The numbers of the last arrays that depend on something trained: what is differentiated."""
        return [i for i, kind in enumerate(self.kinds) if kind == "trained"][-3:]


def fits(name: str, a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Return whether two shapes can be joined by an operation."""
    if name == "matmul":
        return min(len(a), len(b)) >= 2 and a[-1] == b[-2] and a[:-2] == b[:-2]
    if name == "dense":
        return len(a) >= 1 and len(b) == 2 and a[-1] == b[-1]
    if name == "concat":
        return len(a) == len(b) >= 1 and a[1:] == b[1:]
    if name in ("where", "stack"):
        return a == b
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))


def takes(shape: tuple[int, ...], key: Any) -> bool:
    """Return whether an array of this shape can be indexed so."""
    try:
        return bool(np.empty(shape)[key].size)
    except IndexError:
        return False


def kinds(given: Sequence[Input]) -> list[str]:
    """Return what the inputs are."""
    return ["trained" if x.trained else "plain" for x in given]


def derivative(
    program: Sequence[Step], given: Sequence[Input], directions: Sequence[np.ndarray]
) -> tuple[list[Any], float]:
    """Return the values of all arrays, and the slope of what is differentiated along a direction of the inputs."""
    pool = [x.values + 1j * TINY * d if x.trained else x.values + 0j for x, d in zip(given, directions, strict=True)]
    machine = Machine(pool, kinds(given), 1)
    machine.run(program)
    return machine.pool, float(sum(np.sum(machine.pool[i].imag * weight(i)) for i in machine.heads) / TINY)


def weight(i: int) -> float:
    """Return how much an array counts in what is differentiated."""
    return 1 + i % 4


def run_ours(program: Sequence[Step], given: Sequence[Input], dtype: str = "float64") -> tuple[Machine, list[Any], Any]:
    """Return the machine after recording the program, the inputs, and what is to be differentiated."""
    arrays = [nd.array(x.values, dtype) for x in given]
    for array, x in zip(arrays, given, strict=True):
        if x.trained:
            array.attach_grad()
    machine = Machine(list(arrays), kinds(given), 0)
    with autograd.record():
        machine.run(program)
        parts = [machine.pool[i].sum() * weight(i) for i in machine.heads]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
    return machine, arrays, total
