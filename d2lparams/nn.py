"""What networks are built from: ``nn.Sequential`` here, and every name of the tree and its layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .block import Block, free_name
from .checks import is_whole
from .collection import ParameterDict
from .errors import OutOfRangeError, RegistrationError, shown
from .layers import Activation, Dense, Dropout, Embedding, Flatten, LayerNorm, LeakyReLU
from .naming import NameManager, fresh_names
from .parameter import Constant, Parameter

__all__ = [
    "Activation", "Block", "Constant", "Dense", "Dropout", "Embedding", "Flatten", "LayerNorm", "LeakyReLU",
    "NameManager", "Parameter", "ParameterDict", "Sequential", "fresh_names",
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
        new: dict[str, Block] = {}
        for block in blocks:
            new[free_name({**self._children, **new}, None)] = block
        self._add_children(new)

    def forward(self, x: Any) -> Any:
        """Run the input through all blocks in turn; an empty one returns its input."""
        for block in self._children.values():
            x = block(x)
        return x

    def __len__(self) -> int:
        return len(self._children)

    def __iter__(self) -> Iterator[Block]:
        return iter(self._children.values())

    def __getitem__(self, key: int | slice) -> Any:
        """Return one block, or a plain `Sequential` of several that shares them."""
        if not isinstance(key, slice):
            return self._children[self._name_at(key)]
        with NameManager():  # no scope puts its prefix in front
            part = Sequential(prefix=self.prefix)
        try:
            part.add(*list(self)[key])
        except (TypeError, ValueError) as error:
            raise RegistrationError(f"A slice counts blocks, net[1:3], got {shown(key)}: {error}.") from error
        return part

    def __setitem__(self, key: int, block: Block) -> None:
        """Put another block in the place of one."""
        name = self._name_at(key)
        self._add_children({name: block})
        if name in self.__dict__:
            self.__dict__[name] = block

    def __delitem__(self, key: int) -> None:
        """Remove a block; the later ones move up."""
        self.pop(key)

    def insert(self, index: int, block: Block) -> None:
        """Put a block before the one at `index`; that and the later ones move on, and so do their paths."""
        if not is_whole(index):
            raise RegistrationError(f"insert takes a number and a block, got {shown(index)}.")
        others = list(self._children.items())
        name = free_name(self._children, None)
        self._add_children({name: block})
        others.insert(max(min(index, len(others)), -len(others)), (name, block))
        self._order(dict(others))

    def pop(self, index: int = -1) -> Block:
        """Remove a block, the last by default, and return it; the later ones move up, and so do their paths."""
        name = self._name_at(index)
        block = self._children[name]
        self.__dict__.pop(name, None)
        self._order({key: child for key, child in self._children.items() if key != name})
        return block

    def _order(self, children: dict[str, Block]) -> None:
        """Take these children, in this order; those that were numbered are numbered anew."""
        named = {str(i) if name.isdecimal() else name: child for i, (name, child) in enumerate(children.items())}
        self._children.clear()
        self._children.update(named)
        ParameterDict.changes += 1

    def _name_at(self, key: Any) -> str:
        """Return the name of the block at a place."""
        count = len(self._children)
        if isinstance(key, slice):
            raise RegistrationError("Slices of a network are read only: set, insert and delete block by block.")
        if not is_whole(key):
            raise RegistrationError(
                f"A {type(self).__name__} is indexed by numbers, from 0, or slices, got {shown(key)}. Its blocks have "
                "names only as attributes of a class of your own."
            )
        if not -count <= key < count:
            raise OutOfRangeError(f"This {type(self).__name__} has {count} blocks, counted from 0, not {shown(key)}.")
        return list(self._children)[key]
