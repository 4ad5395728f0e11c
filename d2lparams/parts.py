"""How a block keeps its parts: names of children, what may be a child, blocks that hide in containers, hooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .errors import RegistrationError, warn

__all__ = ["Handle", "check_child", "free_name", "warn_of_hidden"]


class Handle:
    """A registered hook; `detach` removes it."""

    def __init__(self, hooks: list[Any], hook: Any) -> None:
        if not callable(hook):
            raise RegistrationError(f"A hook is a function that is called at every forward pass, got {hook!r:.60}.")
        self._hooks, self._hook = hooks, hook
        hooks.append(hook)

    def detach(self) -> None:
        """Remove the hook; a second call does nothing."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)
        self._hooks = []  # the same function may be registered again, by another handle


def free_name(children: Mapping[str, Any], asked: Any) -> str:
    """Return the name under which a new child is kept: the one asked for, else the first number that is free."""
    if asked is None:
        number = len(children)
        while str(number) in children:
            number += 1
        return str(number)
    if not isinstance(asked, str) or not asked or "." in asked or asked in children:
        raise RegistrationError(
            f"A child needs a name of its own, a string without dots, got {asked!r:.60}. Dots join names to paths, and "
            f"the children are called {', '.join(children) or 'nothing yet'}."
        )
    return asked


def check_child(parent: Any, child: Any, name: str, kind: type) -> None:
    """Raise `RegistrationError` unless `child` is a block (`kind`) that does not hold `parent`."""
    if not isinstance(child, kind):
        raise RegistrationError(
            f"Only blocks can be children, got {type(child).__name__} {child!r:.60}. "
            "Make a layer of it first, for example nn.Dense(10)."
        )
    if child is parent or any(part is parent for part in _below(child)):
        raise RegistrationError(
            f"{type(parent).__name__} cannot hold itself as {name!r}: a network is a tree, and its forward pass would "
            "never end. Make a second block, and tie the two with params= if they are to share."
        )


def _below(block: Any) -> Iterator[Any]:
    for _, child in block.named_children():
        yield child
        yield from _below(child)


def warn_of_hidden(block: Any, children: Mapping[str, Any], kind: type) -> None:
    """Warn of every public attribute of `block`, a list, tuple or dict, that holds blocks (`kind`) which it lacks."""
    for name, value in vars(block).items():
        if type(value) not in (list, tuple, dict) or name[0] == "_":
            continue
        if any(item not in children.values() for item in _inside(value, kind)):
            warn(
                f"{type(block).__name__}.{name} is a {type(value).__name__} that holds blocks. Blocks in plain "
                "containers are no part of the network: their parameters are not initialized, trained or "
                "saved. Put them into an nn.Sequential, or call register_child()."
            )


def _inside(container: Any, kind: type) -> Iterator[Any]:
    for item in container.values() if type(container) is dict else container:
        if isinstance(item, kind):
            yield item
        elif type(item) in (list, tuple, dict):
            yield from _inside(item, kind)
