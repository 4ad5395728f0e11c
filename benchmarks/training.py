"""One training step (forward, L2 loss, backward, SGD): ours, by hand in numpy, and in PyTorch if it is there.

A step comes in its four parts, so that they can be timed one by one; `whole` makes one work of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.timing import Row, ratio_row
from d2lparams import Trainer, autograd, loss, nd, nn

try:
    import torch
except ImportError:
    torch = None  # type: ignore[assignment]

RATE = 0.01
PARTS = ("forward", "loss", "backward", "update")
Step = list[Callable[[], Any]]  # one for each part
Maker = Callable[[tuple[int, ...], int], Step]


def whole(step: Step) -> Callable[[], None]:
    """Return the four parts as one work."""
    forward, compare, backward, update = step

    def work() -> None:
        forward()
        compare()
        backward()
        update()

    return work


def data(widths: tuple[int, ...], batch: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return (
        rng.standard_normal((batch, widths[0]), dtype=np.float32),
        rng.standard_normal((batch, widths[-1]), dtype=np.float32),
    )


def ours(widths: tuple[int, ...], batch: int) -> Step:
    net = nn.Sequential()
    for inputs, units in pairwise(widths[:-1]):
        net.add(nn.Dense(units, activation="relu", in_units=inputs))
    net.add(nn.Dense(widths[-1], in_units=widths[-2]))
    net.initialize()
    x, target = map(nd.array, data(widths, batch))
    compare = loss.L2Loss()
    trainer = Trainer(net.collect_params(), "sgd", {"learning_rate": RATE})
    scope = autograd.record()
    y: Any = None
    losses: Any = None

    def forward() -> None:
        nonlocal y
        scope.__enter__()  # one scope for both parts, as a with statement has it
        y = net(x)

    def lose() -> None:
        nonlocal losses
        losses = compare(y, target)
        scope.__exit__()

    def backward() -> None:
        losses.backward()

    def update() -> None:
        trainer.step(batch)

    return [forward, lose, backward, update]


def by_hand(widths: tuple[int, ...], batch: int) -> Step:
    """Return the step as an expert writes it: float32, work in place, no product that nobody needs."""
    rng = np.random.default_rng(0)
    weights = [rng.uniform(-0.07, 0.07, (o, i)).astype(np.float32) for i, o in pairwise(widths)]
    biases = [np.zeros(o, np.float32) for o in widths[1:]]
    x, target = data(widths, batch)
    last = len(weights) - 1
    inputs: list[Any] = []
    gradients: list[Any] = []
    h: Any = x
    difference: Any = None

    def forward() -> None:
        nonlocal h
        inputs.clear()
        h = x
        for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
            inputs.append(h)
            h = h @ w.T
            h += b
            if k < last:
                np.maximum(h, 0, out=h)

    def lose() -> Any:
        nonlocal difference
        difference = h - target
        return 0.5 * (difference * difference).mean(axis=1)

    def backward() -> None:
        gradients.clear()
        g = difference * np.float32(1 / target.shape[1])
        for k in range(last, -1, -1):
            gradients.append((g.T @ inputs[k], g.sum(axis=0)))
            if k:
                g = g @ weights[k]
                g *= inputs[k] > 0

    def update() -> None:
        for k, (weight_gradient, bias_gradient) in zip(range(last, -1, -1), gradients, strict=True):
            weight_gradient *= RATE / batch
            bias_gradient *= RATE / batch
            weights[k] -= weight_gradient
            biases[k] -= bias_gradient

    return [forward, lose, backward, update]


def in_torch(widths: tuple[int, ...], batch: int) -> Step:
    torch.set_num_threads(1)
    layers: list[Any] = []
    for inputs, units in pairwise(widths):
        layers += [torch.nn.Linear(inputs, units), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    x, target = map(torch.from_numpy, data(widths, batch))
    y: Any = None
    value: Any = None

    def forward() -> None:
        nonlocal y
        optimizer.zero_grad()
        y = net(x)

    def lose() -> None:
        nonlocal value
        value = 0.5 * torch.nn.functional.mse_loss(y, target)

    def backward() -> None:
        value.backward()

    return [forward, lose, backward, optimizer.step]


def makers() -> dict[str, Maker]:
    """Return who makes a step, by name: ours, by hand, and PyTorch's where it is installed."""
    return {"d2lparams": ours, "numpy": by_hand, **({"PyTorch": in_torch} if torch else {})}


def rows() -> Iterator[Row]:
    """Yield the figures of the two networks that have a bar."""
    for widths, batch, bar, times, repeats in (
        ((20, 256, 10), 2, 1.8, 300, 31),
        ((784, 1024, 1024, 10), 256, 1.06, 1, 25),
    ):
        name = f"training step {'-'.join(map(str, widths))}, batch {batch}"
        yield from ratio_row(name, [whole(make(widths, batch)) for make in makers().values()], bar, times, repeats)
