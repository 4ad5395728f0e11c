"""Networks that learn badly, to practise on: one healthy network, and six into which one mistake each was built.

All are the same: 4 hidden layers of 32 ReLU units and 10 outputs, trained by SGD on 1,200 handwritten digits of
`real.digits`, 64 in a step. What is wrong with which stands in `ILLNESSES`: whoever wants to find out for himself
reads no further. A healthy one is drawn from He with biases of 0; the same seed draws the same weights and the same
digits for all, so that two of them differ by the mistake alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from . import autograd, init, loss, nd, nn, random, real
from .array import NDArray
from .checks import as_count, one_of
from .trainer import Trainer

__all__ = ["CURES", "ILLNESSES", "Patient", "patient"]

INPUTS, WIDTH, HIDDEN, CLASSES = 64, 32, 4, 10
EXAMPLES, BATCH, RATE = 1200, 64, 0.05
DTYPE = "float64"  # so that every machine tells the same
MEASURE = loss.SoftmaxCrossEntropyLoss()


@dataclass
class Patient:
    """A network, its trainer, and what it learns from.

    Attributes
    ----------
    net : Sequential
        Five dense layers; the first four have a ReLU.
    trainer : Trainer
        Plain SGD.
    inputs : NDArray of shape (1200, 64)
        Pixels from 0 to 1.
    labels : NDArray of shape (1200,)
        The digits.
    """

    net: nn.Sequential
    trainer: Trainer
    inputs: NDArray
    labels: NDArray
    _draws: np.random.Generator = field(repr=False)

    def loss(self, examples: int = 200) -> NDArray:
        """Return the mean cross-entropy over the first `examples`; inside ``autograd.record()`` it has a gradient."""
        few = slice(as_count(examples, "examples"))
        mean: NDArray = MEASURE(self.net(self.inputs[few]), self.labels[few]).mean()
        return mean

    def step(self) -> float:
        """Train on 64 examples, drawn anew each time, and return their mean loss before the step."""
        chosen = self._draws.choice(EXAMPLES, BATCH, replace=False)
        with np.errstate(all="ignore"):  # a patient may die of its treatment
            with autograd.record():
                mean = MEASURE(self.net(self.inputs[chosen]), self.labels[chosen]).mean()
            mean.backward()
            self.trainer.step(1)
        return float(mean.asscalar())


def _small(net: nn.Sequential, trainer: Trainer) -> None:
    """Make the weights of all layers as small as those of N(0, 0.01²)."""
    for layer in net:
        layer.weight.set_data(0.01 / (2 / layer.weight.shape[1]) ** 0.5 * layer.weight.data())


def _dead(net: nn.Sequential, trainer: Trainer) -> None:
    """Set all hidden biases to -1."""
    for layer in net[:-1]:
        layer.bias.set_data(np.full(WIDTH, -1.0))


def _large(net: nn.Sequential, trainer: Trainer) -> None:
    """Make all weights 2.5 times as large."""
    for layer in net:
        layer.weight.set_data(2.5 * layer.weight.data())


def _alike(net: nn.Sequential, trainer: Trainer) -> None:
    """Give all weights of a hidden layer one value, with which the outputs keep about their size."""
    for layer in net[:-1]:
        layer.weight.set_data(np.full(layer.weight.shape, 1.25 / layer.weight.shape[1]))


def _slow(net: nn.Sequential, trainer: Trainer) -> None:
    """Divide the learning rate by 1,000."""
    trainer.set_learning_rate(trainer.learning_rate / 1000)


def _one_layer(net: nn.Sequential, trainer: Trainer) -> None:
    """Make the weights of the third layer a thousandth of what they should be."""
    net[2].weight.set_data(0.001 * net[2].weight.data())


def _redraw(net: nn.Sequential, trainer: Trainer) -> None:
    """Draw all weights from He."""
    for layer in net:
        layer.weight.initialize(init.He(), force_reinit=True)


def _no_biases(net: nn.Sequential, trainer: Trainer) -> None:
    """Set all biases to 0."""
    for layer in net:
        layer.bias.set_data(np.zeros(layer.bias.shape))


def _faster(net: nn.Sequential, trainer: Trainer) -> None:
    """Multiply the learning rate by 1,000."""
    trainer.set_learning_rate(trainer.learning_rate * 1000)


def _slower(net: nn.Sequential, trainer: Trainer) -> None:
    """Divide the learning rate by 10."""
    trainer.set_learning_rate(trainer.learning_rate / 10)


Change = Callable[[nn.Sequential, Trainer], None]
ILLNESSES: dict[str, Change] = {
    "A": _small, "B": _dead, "C": _large, "D": _alike, "E": _slow, "F": _one_layer,
}  # fmt: skip
CURES: dict[str, Change] = {"redraw": _redraw, "biases": _no_biases, "faster": _faster, "slower": _slower}


def _healthy(seed: int) -> nn.Sequential:
    with nn.NameManager():
        net = nn.Sequential()
        for fan_in in (INPUTS, *[WIDTH] * (HIDDEN - 1)):
            net.add(nn.Dense(WIDTH, "relu", in_units=fan_in, dtype=DTYPE))
        net.add(nn.Dense(CLASSES, in_units=WIDTH, dtype=DTYPE))
    with random.stream(random.Stream(seed)):
        net.initialize(init.He())
    return net


def patient(name: str = "healthy", cure: str | None = None, seed: int = 1) -> Patient:
    """Return a new patient; the reader's random numbers and names stay as they are.

    Parameters
    ----------
    name : {'healthy', 'A', 'B', 'C', 'D', 'E', 'F'}
    cure : {'redraw', 'biases', 'faster', 'slower'}, optional
        What is done to it before its first step: all weights drawn from He, all biases set to 0, the learning rate
        times 1,000, or a tenth of it.
    seed : int
        Of the weights and of the examples in each step.

    Raises
    ------
    SettingError
        If there is no such patient, no such cure, or `seed` is no whole number of 0 or more.

    Examples
    --------
    >>> sick = patient("A")
    >>> round(sick.loss().asscalar(), 3)
    2.303
    """
    name = one_of(name, ("healthy", *ILLNESSES), "name")
    cure = None if cure is None else one_of(cure, tuple(CURES), "cure")
    seed = as_count(seed, "seed", 0)
    net = _healthy(seed)
    trainer = Trainer(net.collect_params(), "sgd", {"learning_rate": RATE})
    if name != "healthy":
        ILLNESSES[name](net, trainer)
    if cure is not None:
        with random.stream(random.Stream(seed)):
            CURES[cure](net, trainer)
    images, labels = real.digits()
    pixels = nd.array(images[:EXAMPLES].reshape(EXAMPLES, INPUTS), DTYPE)
    return Patient(net, trainer, pixels, nd.array(labels[:EXAMPLES]), np.random.default_rng(seed))
