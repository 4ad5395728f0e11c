"""What networks are built from: ``nn.Sequential`` here, and every name of the tree and its layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self, overload

import numpy as np

from .block import Block
from .collection import ParameterDict
from .errors import RegistrationError
from .layers import Activation, Dense, Dropout, Embedding, Flatten, LayerNorm
from .naming import NameManager, fresh_names
from .parameter import Constant, Parameter

__all__ = [
    "Activation", "Block", "Constant", "Dense", "Dropout", "Embedding", "Flatten", "LayerNorm", "NameManager",
    "Parameter", "ParameterDict", "Sequential", "fresh_names",
]  # fmt: skip


class Sequential(Block):
    """Blocks in a row: the output of one is the input of the next.

    Examples
    --------
    >>> fresh_names()
    >>> net = Sequential()
    >>> net.add(Dense(256, activation='relu'), Dense(10))
    >>> net
    Sequential(
      (0): Dense(None -> 256, Activation(relu))
      (1): Dense(None -> 10, linear)
    )
    """

    def add(self, *blocks: Block) -> None:
        """Append blocks; adding one block twice ties its two uses."""
        for block in blocks:
            if not isinstance(block, Block):
                raise RegistrationError(
                    f"Sequential.add takes blocks, got {type(block).__name__} {block!r:.60}. Nothing was added. "
                    "Make a layer of it first, for example nn.Dense(10)."
                )
        for block in blocks:
            self.register_child(block)

    def forward(self, *inputs: Any) -> Any:
        """Run the input through all blocks in turn; an empty one returns its input."""
        x = inputs[0] if len(inputs) == 1 else self._take(inputs)
        for block in self._children.values():
            x = block(x)
        return x

    def __len__(self) -> int:
        return len(self._children)

    def __iter__(self) -> Iterator[Block]:
        return iter(self._children.values())

    @overload
    def __getitem__(self, key: int) -> Any: ...

    @overload
    def __getitem__(self, key: slice) -> Self: ...

    def __getitem__(self, key: int | slice) -> Any:
        """Return one block, or a new network of several that shares them."""
        blocks = list(self._children.values())
        if isinstance(key, slice):
            part = type(self)(prefix=self.prefix)
            part.add(*blocks[key])
            return part
        if not isinstance(key, int | np.integer):
            raise RegistrationError(
                f"A {type(self).__name__} is indexed by numbers, from 0, or slices, got {key!r:.60}. Its blocks have "
                "names only as attributes of a class of your own."
            )
        if not -len(blocks) <= key < len(blocks):
            raise IndexError(f"This {type(self).__name__} has {len(blocks)} blocks, 0 to {len(blocks) - 1}; got {key}.")
        return blocks[key]
