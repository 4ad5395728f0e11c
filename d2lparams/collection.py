"""`ParameterDict`: parameters (and constants) by name, and `initialize_all`, which fills many of them or none.

Precedence when a parameter is filled, first match wins: 1 the initializer given for this very parameter; 2 the
parameter's own; 3 the network's, by role (a weight uses it, bias and beta become 0, gamma 1); 4 a parameter without a
role is an error that says how to give it one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .errors import (
    D2LError,
    NameConflictError,
    RegistrationError,
    UnknownNameError,
    nearest,
)
from .init import Initializer
from .naming import compile_pattern
from .parameter import Constant, Parameter, initialize_all

__all__ = ["ParameterDict"]


class ParameterDict(Mapping[str, Parameter]):
    """Parameters by name, in the order in which they were added.

    Parameters
    ----------
    prefix : str
        Put in front of the names that `get` is asked for.
    shared : ParameterDict, optional
        Where `get` looks for an existing parameter before it makes one; this is how layers are tied.
    """

    def __init__(self, prefix: str = "", shared: ParameterDict | None = None) -> None:
        self.prefix = prefix
        self._shared = shared
        self._parameters: dict[str, Parameter] = {}

    def __getitem__(self, name: str) -> Parameter:
        if name not in self._parameters:
            raise UnknownNameError(f"There is no parameter {name!r} here. {nearest(str(name), self._parameters)}")
        return self._parameters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __contains__(self, name: object) -> bool:
        return name in self._parameters

    def __repr__(self) -> str:
        lines = "\n".join(f"  {parameter}" for parameter in self._parameters.values())
        return f"{self.prefix} (\n{lines}\n)" if self.prefix else f"(\n{lines}\n)"

    # ---- adding

    def get(self, name: str, /, **settings: Any) -> Parameter:  # type: ignore[override]
        """Return the parameter `prefix + name`; make it if there is none, here or in the shared dictionary.

        Parameters
        ----------
        name : str
            Without the prefix.
        **settings
            Passed to `Parameter`.  For a parameter that exists, they have to agree with what it is.

        Raises
        ------
        NameConflictError
            If the parameter exists with another dtype or initializer.
        ShapeError
            If it exists with a shape that does not fit.
        """
        full = self._full(name)
        found = self._parameters.get(full)
        if found is None and self._shared is not None:
            found = self._shared._parameters.get(full)
        try:
            asked = Parameter(full, **settings)
        except TypeError as error:
            if isinstance(error, D2LError):
                raise
            raise RegistrationError(f"Cannot make Parameter {full}: {error}.") from error
        if found is None:
            found = asked
        else:
            self._agree(found, asked, settings)
        self._parameters[full] = found
        return found

    def _full(self, name: str) -> str:
        if not isinstance(name, str):
            raise RegistrationError(f"The name of a parameter is a string such as 'weight', got {name!r:.60}.")
        return self.prefix + name

    def _agree(self, found: Parameter, asked: Parameter, settings: Mapping[str, Any]) -> None:
        """Check that a parameter is what was asked for; the shape may fill in lengths that are unknown."""
        if asked.init is not None and found.init is not None and asked.init != found.init:
            raise NameConflictError(
                f"Parameter {found.name} has the initializer {found.init!r}, but {asked.init!r} was asked for. "
                "A shared parameter has one initializer: give it once, where the parameter is made."
            )
        for key in ("dtype", "grad_req", "lr_mult", "wd_mult", "role"):
            held, wanted = getattr(found, key), getattr(asked, key)
            if key in settings and held != wanted:
                raise NameConflictError(
                    f"Parameter {found.name} exists with {key} {held}, but {wanted} was asked for. Ask for what it "
                    "is, or change it first: one parameter has one setting, wherever it is used."
                )
        if asked.shape is not None:
            found.shape = asked.shape
        if asked.init is not None:
            found.init = asked.init

    def get_constant(self, name: str, value: Any) -> Constant:
        """Return the constant `prefix + name`, made from `value` if there is none."""
        full = self._full(name)
        asked = Constant(full, value)
        found = self._parameters.setdefault(full, asked)
        if not isinstance(found, Constant) or not np.array_equal(found.value, asked.value, equal_nan=True):
            raise NameConflictError(f"{found} exists already and is not the constant that was asked for.")
        return found

    def add(self, parameter: Parameter) -> None:
        """Add a parameter under its own name.

        Raises
        ------
        NameConflictError
            If a different parameter has that name.
        """
        if not isinstance(parameter, Parameter):
            raise RegistrationError(f"Only parameters can be added, got {type(parameter).__name__} {parameter!r:.60}.")
        if self._parameters.setdefault(parameter.name, parameter) is not parameter:
            raise NameConflictError(
                f"Two different parameters are called {parameter.name}. Names identify parameters; "
                "give one of the blocks another prefix, or tie them if they are meant to be one parameter."
            )

    def discard(self, parameter: Parameter) -> None:
        """Remove a parameter if it is here."""
        if self._parameters.get(parameter.name) is parameter:
            del self._parameters[parameter.name]

    def update(self, other: Mapping[str, Parameter]) -> None:
        """Add every parameter of `other`, or none if one of the names is taken by a different parameter."""
        if not isinstance(other, Mapping):
            raise RegistrationError(f"update takes parameters by name, such as net.params, got {other!r:.60}.")
        merged = ParameterDict(self.prefix)
        merged._parameters = dict(self._parameters)
        for parameter in other.values():
            merged.add(parameter)
        self._parameters = merged._parameters

    # ---- all at once

    def select(self, pattern: str | None) -> ParameterDict:
        """Return the parameters whose name matches a regular expression, from its start (`re.match`)."""
        chosen = ParameterDict(self.prefix)
        match = compile_pattern(pattern or "").match
        chosen._parameters = {name: p for name, p in self._parameters.items() if match(name)}
        return chosen

    def initialize(self, init: Initializer | str | None = None, force_reinit: bool = False) -> None:
        """Initialize all; `init` is for those without an initializer of their own, by role."""
        initialize_all(self.values(), default=init, force_reinit=force_reinit)

    def zero_grad(self) -> None:
        """Set all gradients to zero."""
        for parameter in self.values():
            parameter.zero_grad()

    def setattr(self, name: str, value: Any) -> None:
        """Set one setting on all parameters, such as ``setattr('grad_req', 'null')`` to freeze them.

        Constants keep their `grad_req`, ``'null'``, and their value, whatever `init` is set.
        """
        known = ("grad_req", "lr_mult", "wd_mult", "init", "allow_deferred_init")
        if name not in known:
            raise UnknownNameError(f"Parameters have no setting {name!r}. {nearest(str(name), known)}")
        setattr(Parameter("a parameter"), name, value)  # a wrong value is refused here, before the first is changed
        for parameter in self.values():
            if not (isinstance(parameter, Constant) and name in ("grad_req", "init")):
                setattr(parameter, name, value)
