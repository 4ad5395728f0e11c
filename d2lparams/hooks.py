"""Hooks: functions that a block calls before or after every forward pass."""

from __future__ import annotations

from typing import Any

__all__ = ["Handle"]


class Handle:
    """A registered hook; `detach` removes it."""

    def __init__(self, hooks: list[Any], hook: Any) -> None:
        self._hooks, self._hook = hooks, hook
        hooks.append(hook)

    def detach(self) -> None:
        """Remove the hook; a second call does nothing."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)
