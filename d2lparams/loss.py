"""Losses as blocks: each returns one number for every sample of the batch, shape (batch,).

`backward` on that vector sums the samples; `Trainer.step(batch_size)` divides by their number.
"""

from __future__ import annotations

from typing import Any

from . import ops
from .array import NDArray
from .block import Block
from .checks import as_number

__all__ = ["L1Loss", "L2Loss", "Loss", "SigmoidBinaryCrossEntropyLoss", "SoftmaxCrossEntropyLoss"]


class Loss(Block):
    """A block of predictions and labels.

    Parameters
    ----------
    weight : float
        A factor on the loss.
    """

    def __init__(self, weight: float = 1.0, **others: Any) -> None:
        factor = as_number(weight, "The weight of a loss")
        super().__init__(**others)
        self.weight = factor

    def __repr__(self) -> str:
        return f"{type(self).__name__}(w={self.weight})"


class L2Loss(Loss):
    """Half the squared difference, averaged over the entries of each sample."""

    def forward(self, predicted: NDArray, label: NDArray) -> NDArray:
        """Compare predictions and labels of one shape."""
        return ops.l2(predicted, label, self.weight)


class L1Loss(Loss):
    """The absolute difference, averaged over the entries of each sample."""

    def forward(self, predicted: NDArray, label: NDArray) -> NDArray:
        """Compare predictions and labels of one shape."""
        return ops.l1(predicted, label, self.weight)


class SoftmaxCrossEntropyLoss(Loss):
    """Minus the log-probability that softmax gives to the true class.

    A network that knows nothing predicts 1/k for each of k classes and has a loss of ln k.
    """

    def forward(self, predicted: NDArray, label: NDArray) -> NDArray:
        """Compare scores of shape (batch, classes) with class numbers of shape (batch,)."""
        return ops.softmax_cross_entropy(predicted, label, self.weight)


class SigmoidBinaryCrossEntropyLoss(Loss):
    """Minus the log-probability that a sigmoid gives to labels of 0 or 1, averaged over each sample."""

    def forward(self, predicted: NDArray, label: NDArray) -> NDArray:
        """Compare scores before the sigmoid with labels of the same shape."""
        return ops.sigmoid_cross_entropy(predicted, label, self.weight)
